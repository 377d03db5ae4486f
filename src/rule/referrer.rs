//! Tables whose foreign keys point at a table: while they do, nobody can drop it.

use crate::rule::context::{RuleContext, StatementRef};
use crate::schema::database::Database;
use crate::schema::table::{ConstraintState, Table};
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::TableChange;

/// Returns the tables that still refer to the one that a statement drops, as far as the history
/// says it. Databases refuse such a drop; SQLite does not look.
pub fn referrers(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<TableName> {
    let Statement::Table(TableChange::DropTable { table: dropped, cascade: false, .. }) =
        stmt.statement()
    else {
        return Vec::new();
    };
    if context.dialect == Dialect::Sqlite {
        return Vec::new();
    }
    let candidates =
        context.before(stmt, |database| pointing_at(database, dropped, context.revision()));
    let stands =
        |(name, by_this): &(TableName, bool)| *by_this || stood_before(context, dropped, name);
    candidates.into_iter().filter(stands).map(|(name, _)| name).collect()
}

/// Returns the tables that point at one, each with whether the judged revision made the key.
fn pointing_at(database: &Database, dropped: &TableName, revision: &str) -> Vec<(TableName, bool)> {
    let Some(target) = database.table(dropped) else { return Vec::new() };
    let others = database.tables().filter(|table| !is_same(table, target));
    let found = others.filter_map(|table| {
        let held = table.constraints.iter().find(|held| points_at(database, held, target))?;
        let by_this = *held.by == *revision;
        Some((table.table_name(), by_this))
    });
    found.collect()
}

/// Tells whether a table refers to the other when its own history is read as well: it may be gone
/// by then.
fn stood_before(context: &RuleContext<'_>, dropped: &TableName, referrer: &TableName) -> bool {
    let names = [dropped, referrer].map(|table| table.name.as_str().unwrap_or_default());
    let database = context.search(names);
    let Some(target) = database.table(dropped) else { return false };
    let refers =
        |table: &Table| table.constraints.iter().any(|held| points_at(&database, held, target));
    database.table(referrer).is_some_and(refers)
}

fn points_at(database: &Database, held: &ConstraintState, target: &Table) -> bool {
    match &held.constraint {
        Constraint::ForeignKey(key) => {
            database.table(&key.referent).is_some_and(|table| is_same(table, target))
        }
        _ => false,
    }
}

fn is_same(one: &Table, other: &Table) -> bool {
    one.name == other.name && one.schema == other.schema
}
