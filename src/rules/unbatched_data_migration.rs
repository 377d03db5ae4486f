//! One statement over a whole table holds its row locks until the last row is written.

use crate::example;
use crate::rule::batch;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Filter, Reach, Statement};
use crate::sql::table::TableName;

pub(super) static RULE: Rule = Rule {
    id: "unbatched-data-migration",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::WeakScan,
    plan: None,
    waivable: true,
    summary: "updates or deletes the rows of a whole table in one statement",
    harm: "Every row that is written stays locked until the transaction ends: readers go on, but users who write \
           to one of the rows wait, and replicas fall behind. On PostgreSQL the table may double in size until it \
           is vacuumed; on SQLite nobody else writes to the database meanwhile.",
    remedy: "Write a range of keys at a time, each in a transaction of its own, or do it outside of the migration.",
    example: example!("unbatched-data-migration"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let (table, filter, verb) = match deed.statement() {
        Statement::Update(update) => (&update.table, &update.filter, "updated"),
        // A table that is emptied is told by delete-without-filter.
        Statement::Delete(delete) if delete.filter.reach != Reach::Everything => {
            (&delete.table, &delete.filter, "deleted")
        }
        _ => return Vec::new(),
    };
    if case.is_new(deed, table) || case.is_small(table) || !is_wide(deed, case, table, filter) {
        return Vec::new();
    }
    let how_many = match filter.reach {
        Reach::Everything => "every row of it",
        _ => "every row that matches",
    };
    let hit = case
        .hit(deed, format!("`{table}` is {verb} in one statement, {how_many}"))
        .label("each row stays locked until the transaction ends");
    vec![match case.dialect {
        Dialect::Sqlite => hit.label("nobody else writes to the database until it ends"),
        _ => hit.safe_form(batch::ranges(deed, case, table, filter)),
    }]
}

/// Tells whether a filter may let through much of a table.
fn is_wide(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, filter: &Filter) -> bool {
    match filter.reach {
        Reach::Everything | Reach::Some => true,
        Reach::Batch | Reach::Unreadable => false,
        Reach::Rows => !batch::names_key(deed, case, table, filter),
    }
}
