//! What takes an operation back, as the line that a downgrade needs.

use crate::advice::literal::{quoted, quoted_list, quoted_name};
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::operation::operation::{AlterColumn, Operation};
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::Column;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectChange;
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
        Some(Operation::DropColumn { table, column, .. }) => {
            Some(add_column(&table, &column, &column_before(stmt, context, &table, &column)))
        }
        Some(Operation::DropConstraint {
            table,
            name: Some(Known::Is(name)),
            kind: None,
            if_exists,
        }) => {
            let kind = context.constraint(stmt, &table, &name).map(|held| held.constraint.kind());
            let name = Some(Known::Is(name));
            inverse(&Operation::DropConstraint { table, name, kind, if_exists }, context.dialect)
        }
        Some(Operation::AlterColumn(alter)) => {
            let held = context.column(stmt, &alter.table, &alter.column);
            Some(alter_back(&alter, held.as_ref(), context.dialect))
        }
        Some(operation) => inverse(&operation, context.dialect),
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
pub fn inverse(operation: &Operation, dialect: Dialect) -> Option<String> {
    use Operation as O;
    Some(match operation {
        O::AddColumn { table, column, .. } => {
            OpCall::new("drop_column").table(table).code(quoted_name(&column.name)).call()
        }
        O::DropColumn { table, column, .. } => add_column(table, column, "..."),
        O::AlterColumn(alter) => alter_back(alter, None, dialect),
        O::CreateTable(create) => OpCall::new("drop_table").table(&create.table).call(),
        O::DropTable { table, .. } => OpCall::new("create_table").table(table).code("...").call(),
        O::RenameTable { table, to } => {
            OpCall::new("rename_table").code(quoted_name(to)).table(table).call()
        }
        O::CreateIndex { table, index } => drop_index(table, index),
        O::DropIndex { table, name: index, .. } => create_index(table.as_ref(), index.as_ref()),
        O::CreateConstraint { table, constraint } => {
            let kind = quoted(kind(constraint.kind()));
            let drop = OpCall::new("drop_constraint").code(name_or_dots(constraint.name()));
            drop.table(table).keyword("type_", kind).call_on(dialect)
        }
        O::DropConstraint { table, name: Some(Known::Is(constraint)), kind: None, .. } => {
            let add = Sql::new(dialect, "ALTER TABLE").table(table).words("ADD CONSTRAINT");
            add.name(constraint).words("...").execute()
        }
        O::DropConstraint { table, name: constraint, kind, .. } => {
            let add = OpCall::new(maker(*kind)).code(name_or_dots(constraint.as_ref()));
            add.table(table).code("...").call_on(dialect)
        }
        O::CreateType { name, .. } => {
            format!("sa.Enum(name={}).drop(op.get_bind(), checkfirst=True)", quoted_name(name))
        }
        O::DropType { name, .. } => {
            let name = quoted_name(name);
            format!("sa.Enum(..., name={name}).create(op.get_bind(), checkfirst=True)")
        }
        O::OneStatement { statement: Statement::Object(ObjectChange::Comment { .. }), .. } => {
            return None;
        }
        O::Execute { .. } | O::OneStatement { .. } => "op.execute(\"...\")".to_owned(),
        O::BulkInsert { .. } | O::Custom { .. } | O::Unreadable { .. } => return None,
    })
}

/// Returns what adds a column, with the arguments behind its name.
fn add_column(table: &TableName, column: &Known<String>, arguments: &str) -> String {
    let column = format!("sa.Column({}, {arguments})", quoted_name(column));
    OpCall::new("add_column").table(table).code(column).call()
}

/// What an `alter_column` was before, with the column that was held where a history knows it. MySQL,
/// MariaDB and SQL Server redeclare the column: what is not said again is lost.
fn alter_back(alter: &AlterColumn, held: Option<&Column>, dialect: Dialect) -> String {
    let now = alter.new_name.as_ref().unwrap_or(&alter.column);
    let mut back = OpCall::new("alter_column").table(&alter.table).code(quoted_name(now));
    if alter.new_name.is_some() {
        back = back.keyword("new_column_name", quoted_name(&alter.column));
    }
    if let Some(nullable) = alter.nullable.as_ref().and_then(Known::get) {
        back = back.keyword("nullable", if *nullable { "False" } else { "True" });
    }
    if alter.kind.is_some() {
        back = back.keyword("type_", type_before(alter, held));
    }
    if let Some(default) = &alter.server_default {
        back = back.keyword("server_default", if default.is_some() { "None" } else { "..." });
    }
    if dialect.is_mysql() || dialect == Dialect::SqlServer {
        if alter.kind.is_none() {
            back = back.keyword("existing_type", type_before(alter, held));
        }
        let is_required = held.is_some_and(|column| column.nullable == Known::Is(false));
        if alter.nullable.is_none() && is_required {
            back = back.keyword("existing_nullable", "False");
        }
    }
    back.call_on(dialect)
}

fn type_before(alter: &AlterColumn, held: Option<&Column>) -> String {
    match (held.and_then(|column| column.kind.as_ref()), &alter.existing_type) {
        (Some(kind), _) => code::python_type(kind),
        (None, Some(Known::Is(existing))) => format!("sa.{}", python_type(&existing.name)),
        (None, _) => "...".to_owned(),
    }
}

fn drop_index(table: &TableName, index: &Index) -> String {
    let drop = OpCall::new("drop_index").code(name_or_dots(index.name.as_ref()));
    let drop = drop.keyword("table_name", name(table)).schema(table);
    match index.concurrently {
        Known::Is(true) => {
            code::in_autocommit(&drop.keyword("postgresql_concurrently", "True").call())
        }
        _ => drop.call(),
    }
}

fn create_index(table: Option<&TableName>, index: Option<&Known<String>>) -> String {
    let create = OpCall::new("create_index").code(name_or_dots(index));
    match table {
        Some(table) => create.table(table).code("...").call(),
        None => create.code("...").code("...").call(),
    }
}

fn name_or_dots(name: Option<&Known<String>>) -> String {
    name.map_or_else(|| "...".to_owned(), quoted_name)
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
