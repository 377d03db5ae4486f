//! Names that an upgrade or a downgrade drops, and what was lost with them.

use crate::rule::context::RuleContext;
use crate::rule::legs::Legs;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Finds names that the upgrade drops and that stand nowhere after the downgrade: the next upgrade
/// fails on them.
pub(super) fn dropped_names(context: &RuleContext<'_>, legs: &Legs<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let lasting = |stmt: &StatementRef<'_>| !stmt.is_conditional() && !is_made_here(context, stmt);
    for stmt in context.statements(Direction::Upgrade).filter(lasting) {
        match stmt.statement() {
            Statement::Table(TableChange::DropConstraint {
                table,
                name: Some(Known::Is(name)),
                if_exists: false,
                ..
            }) => {
                found.extend(lost_constraint(legs, table, name));
            }
            Statement::Table(TableChange::DropIndex {
                name: Some(Known::Is(name)),
                if_exists: false,
                ..
            }) => {
                found.extend(lost_index(legs, name));
            }
            Statement::Table(TableChange::DropColumn {
                table,
                column: Known::Is(column),
                if_exists: false,
                ..
            }) => {
                found.extend(
                    lost_column(legs, table, column)
                        .filter(|_| !is_made_above(context, &stmt, table, column)),
                );
            }
            Statement::Table(TableChange::DropTable { table, if_exists: false, .. }) => {
                let unknown = legs.before.table(table).is_none();
                if unknown && legs.after.table(table).is_none() && table.known().is_some() {
                    found.push(format!("`{table}` does not come back"));
                }
            }
            _ => {}
        }
    }
    found
}

/// Tells whether the upgrade drops what it made itself.
pub(super) fn is_made_here(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> bool {
    context.earlier(stmt).any(|earlier| match (stmt.statement(), earlier.statement()) {
        (
            Statement::Table(TableChange::DropTable { table, .. }),
            Statement::Table(TableChange::CreateTable(create)),
        ) => create.table == *table,
        (
            Statement::Table(
                TableChange::DropColumn { table, .. } | TableChange::DropConstraint { table, .. },
            ),
            Statement::Table(TableChange::CreateTable(create)),
        ) => create.table == *table,
        (
            Statement::Table(TableChange::DropColumn { table, column, .. }),
            Statement::Table(TableChange::AddColumn { table: of, column: added, .. }),
        ) => table == of && *column == added.name,
        (
            Statement::Table(TableChange::DropConstraint { table, name, .. }),
            Statement::Table(TableChange::AddConstraint { table: of, constraint }),
        ) => table == of && name.as_ref() == constraint.name(),
        (
            Statement::Table(TableChange::DropIndex { name, .. }),
            Statement::Table(TableChange::CreateIndex { index, .. }),
        ) => *name == index.name,
        _ => false,
    })
}

fn lost_constraint(legs: &Legs<'_>, table: &TableName, name: &str) -> Option<String> {
    let was_known = legs.before.table(table).is_some_and(|table| table.constraint(name).is_some());
    let after = legs.after.table(table)?;
    // A constraint without a name gets one from the server or a convention, which may be this one.
    let comes_back = after.constraint_or_unnamed(name).is_some();
    (!was_known && !comes_back).then(|| format!("`{name}` of `{table}` does not come back"))
}

fn lost_index(legs: &Legs<'_>, name: &str) -> Option<String> {
    let named = |database: &Database| {
        let mut indexes = database.tables().flat_map(|table| &table.indexes);
        indexes.any(|index| index.name.as_ref().and_then(Known::as_str) == Some(name))
    };
    let may_be = legs
        .after
        .tables()
        .flat_map(|table| &table.indexes)
        .any(|index| index.name.as_ref().is_none_or(|name| !name.is_known()));
    (!named(legs.before) && !named(legs.after) && !may_be)
        .then(|| format!("index `{name}` does not come back"))
}

fn lost_column(legs: &Legs<'_>, table: &TableName, column: &str) -> Option<String> {
    let was_known = legs.before.table(table).is_some_and(|table| table.column(column).is_some());
    let after = legs.after.table(table)?;
    (!was_known && after.column(column).is_none())
        .then(|| format!("`{table}.{column}` does not come back"))
}

/// Tells whether the upgrade itself adds a column of that name, or gives one that name, before it
/// drops it.
fn is_made_above(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    table: &TableName,
    column: &str,
) -> bool {
    context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Table(TableChange::AddColumn { table: of, column: added, .. }) => {
            of == table && added.name.as_str() == Some(column)
        }
        Statement::Table(TableChange::RenameColumn { table: of, to, .. }) => {
            of == table && to.as_str() == Some(column)
        }
        _ => false,
    })
}
