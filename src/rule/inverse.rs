//! What takes an operation back, as the line that a downgrade needs.

use crate::advice::sql::Sql;
use crate::operation::operation::Operation;
use crate::rule::code::{self, quoted, quoted_list, quoted_name};
use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{ConstraintKind, Index, IndexPart, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Returns the line that takes a statement of the upgrade back, with what the schema before it
/// tells.
pub fn of_stmt(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<String> {
    let operation = match &stmt.step.operation {
        Operation::Execute { .. } => operation_of(stmt.statement()),
        operation => Some(operation.clone()),
    };
    match operation {
        None => Some("op.execute(\"...\")".to_owned()),
        Some(Operation::DropColumn { table, column, .. }) => Some(format!(
            "op.add_column({}, sa.Column({}, {}){})",
            name(&table),
            quoted_name(&column),
            column_before(stmt, context, &table, &column),
            schema(&table)
        )),
        Some(Operation::DropConstraint {
            table,
            name: Some(Known::Is(name)),
            kind: None,
            if_exists,
        }) => {
            let kind = context.constraint(stmt, &table, &name).map(|held| held.constraint.kind());
            let name = Some(Known::Is(name));
            inverse(&Operation::DropConstraint { table, name, kind, if_exists })
        }
        Some(operation) => inverse(&operation),
    }
}

/// Returns what a column was, as the arguments behind its name.
fn column_before(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
) -> String {
    let Some(column) = context.column(stmt, table, column) else { return "...".to_owned() };
    let kind = column.kind.as_ref().map_or_else(|| "...".to_owned(), code::python_type);
    let required = if column.nullable == Known::Is(false) {
        ", nullable=False, server_default=..."
    } else {
        ""
    };
    format!("{kind}{required}")
}

/// Returns the operation of Alembic's that does what a statement of SQL does.
fn operation_of(statement: &Statement) -> Option<Operation> {
    Some(match statement.clone() {
        Statement::Table(TableChange::CreateIndex { table, index }) => {
            Operation::CreateIndex { table, index }
        }
        Statement::Table(TableChange::CreateTable(create)) => Operation::CreateTable(create),
        Statement::Table(TableChange::DropTable { table, if_exists, .. }) => {
            Operation::DropTable { table, if_exists }
        }
        Statement::Table(TableChange::AddConstraint { table, constraint }) => {
            Operation::CreateConstraint { table, constraint }
        }
        Statement::Table(TableChange::DropConstraint { table, name, kind, if_exists, .. }) => {
            Operation::DropConstraint { table, name, kind, if_exists }
        }
        Statement::Table(TableChange::DropColumn { table, column, if_exists, .. }) => {
            Operation::DropColumn { table, column, if_exists, drops_default: false }
        }
        _ => return None,
    })
}

/// Returns the line that takes an operation back; nothing where there is nothing to take back.
///
/// What cannot be known from the operation alone is `...`.
pub fn inverse(operation: &Operation) -> Option<String> {
    use Operation as O;
    Some(match operation {
        O::AddColumn { table, column, .. } => {
            format!(
                "op.drop_column({}, {}{})",
                name(table),
                quoted_name(&column.name),
                schema(table)
            )
        }
        O::DropColumn { table, column, .. } => {
            format!(
                "op.add_column({}, sa.Column({}, ...){})",
                name(table),
                quoted_name(column),
                schema(table)
            )
        }
        O::AlterColumn(alter) => {
            let back = match &alter.new_name {
                Some(new) => {
                    format!("{}, new_column_name={}", quoted_name(new), quoted_name(&alter.column))
                }
                None => quoted_name(&alter.column),
            };
            let nullable = alter.nullable.as_ref().and_then(Known::get);
            let nullable =
                nullable.map_or(
                    "",
                    |nullable| if *nullable { ", nullable=False" } else { ", nullable=True" },
                );
            let kind = alter.kind.as_ref().map(|_| match &alter.existing_type {
                Some(Known::Is(existing)) => format!(", type_=sa.{}", python_type(&existing.name)),
                _ => ", type_=...".to_owned(),
            });
            let default = alter.server_default.as_ref().map_or("", |default| match default {
                Some(_) => ", server_default=None",
                None => ", server_default=...",
            });
            format!(
                "op.alter_column({}, {back}{nullable}{}{default}{})",
                name(&alter.table),
                kind.unwrap_or_default(),
                schema(&alter.table)
            )
        }
        O::CreateTable(create) => {
            format!("op.drop_table({}{})", name(&create.table), schema(&create.table))
        }
        O::DropTable { table, .. } => {
            format!("op.create_table({}, ...{})", name(table), schema(table))
        }
        O::RenameTable { table, to } => {
            format!("op.rename_table({}, {}{})", quoted_name(to), name(table), schema(table))
        }
        O::CreateIndex { table, index } => {
            let index_name = index.name.as_ref().map_or_else(|| "...".to_owned(), quoted_name);
            let arguments = format!("{index_name}, table_name={}", name(table));
            match index.concurrently {
                Known::Is(true) => code::in_autocommit(&format!(
                    "op.drop_index({arguments}, postgresql_concurrently=True)"
                )),
                _ => format!("op.drop_index({arguments})"),
            }
        }
        O::DropIndex { table, name: index, .. } => format!(
            "op.create_index({}, {}, ...)",
            index.as_ref().map_or_else(|| "...".to_owned(), quoted_name),
            table.as_ref().map_or_else(|| "...".to_owned(), name)
        ),
        O::CreateConstraint { table, constraint } => format!(
            "op.drop_constraint({}, {}, type_=\"{}\"{})",
            constraint.name().map_or_else(|| "...".to_owned(), quoted_name),
            name(table),
            kind(constraint.kind()),
            schema(table)
        ),
        O::DropConstraint { table, name: Some(Known::Is(constraint)), kind: None, .. } => {
            let add = Sql::new(Dialect::PostgreSql, "ALTER TABLE").table(table);
            add.words("ADD CONSTRAINT").name(constraint).words("...").execute()
        }
        O::DropConstraint { table, name: constraint, kind, .. } => format!(
            "op.{}({}, {}, ...)",
            maker(*kind),
            constraint.as_ref().map_or_else(|| "...".to_owned(), quoted_name),
            name(table)
        ),
        O::CreateType { name, .. } => {
            format!("sa.Enum(name={}).drop(op.get_bind(), checkfirst=True)", quoted_name(name))
        }
        O::DropType { name, .. } => {
            format!(
                "sa.Enum(..., name={}).create(op.get_bind(), checkfirst=True)",
                quoted_name(name)
            )
        }
        O::Execute { .. } => "op.execute(\"...\")".to_owned(),
        O::CreateTableComment { .. }
        | O::DropTableComment { .. }
        | O::BulkInsert { .. }
        | O::Custom { .. }
        | O::Unreadable { .. } => return None,
    })
}

/// Returns a type as Python writes it, with brackets where it has none.
fn python_type(name: &str) -> String {
    if name.contains('(') { name.to_owned() } else { format!("{name}()") }
}

/// Returns the columns of an index as a Python list, where all of them are plain.
pub fn index_columns(index: &Index) -> Option<String> {
    let parts: Option<Vec<&str>> = index
        .columns
        .get()?
        .iter()
        .map(|part| match part {
            IndexPart::Column(column) => Some(column.as_str()),
            IndexPart::Expression(_) | IndexPart::Unreadable => None,
        })
        .collect();
    parts.map(quoted_list)
}

fn name(table: &TableName) -> String {
    quoted_name(&table.name)
}

fn schema(table: &TableName) -> String {
    let schema = table.schema.as_ref().and_then(Known::as_str);
    schema.map(|schema| format!(", schema={}", quoted(schema))).unwrap_or_default()
}

fn kind(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::PrimaryKey => "primary",
        ConstraintKind::Unique => "unique",
        ConstraintKind::ForeignKey => "foreignkey",
        ConstraintKind::Check | ConstraintKind::Exclude | ConstraintKind::NotNull => "check",
    }
}

fn maker(kind: Option<ConstraintKind>) -> &'static str {
    match kind {
        Some(ConstraintKind::PrimaryKey) => "create_primary_key",
        Some(ConstraintKind::Unique) => "create_unique_constraint",
        Some(ConstraintKind::ForeignKey) => "create_foreign_key",
        Some(ConstraintKind::Exclude) => "create_exclude_constraint",
        Some(ConstraintKind::Check | ConstraintKind::NotNull) | None => "create_check_constraint",
    }
}
