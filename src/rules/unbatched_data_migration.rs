//! One statement over a whole table holds its row locks until the last row is written.

use crate::example;
use crate::rule::batch;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{Filter, Reach, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;

pub(super) static RULE: Rule = Rule {
    id: "unbatched-data-migration",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::WeakScan,
    plan: None,
    waivable: true,
    summary: "updates or deletes the rows of a whole table in one statement",
    harm: "Every row that is written stays locked until the transaction ends: readers go on, but \
        users who write to one of the rows wait, and replicas fall behind. On PostgreSQL the table \
        may double in size until it is vacuumed; on SQLite nobody else writes to the database \
        meanwhile.",
    remedy: "Write a range of keys at a time, each in a transaction of its own, or do it outside \
        of the migration.",
    example: example!("unbatched-data-migration"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let (table, filter, verb) = match stmt.statement() {
        Statement::Rows(RowChange::Update(update)) => (&update.table, &update.filter, "updated"),
        // A table that is emptied is reported by delete-without-filter.
        Statement::Rows(RowChange::Delete(delete)) if delete.filter.reach != Reach::Everything => {
            (&delete.table, &delete.filter, "deleted")
        }
        _ => return Vec::new(),
    };
    if context.is_new(stmt, table)
        || context.is_small(table)
        || !is_wide(stmt, context, table, filter)
    {
        return Vec::new();
    }
    let how_many = match filter.reach {
        Reach::Everything => "every row of it",
        _ => "every row that matches",
    };
    let finding = context
        .finding(stmt, format!("`{table}` is {verb} in one statement, {how_many}"))
        .label("each row stays locked until the transaction ends");
    vec![match context.dialect {
        Dialect::Sqlite => finding.label("nobody else writes to the database until it ends"),
        _ => finding.safe_form(batch::ranges(stmt, context, table, filter)),
    }]
}

/// Tells whether a filter may let through much of a table.
fn is_wide(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
) -> bool {
    match filter.reach {
        Reach::Everything | Reach::Some => true,
        Reach::Batch | Reach::Unreadable => false,
        Reach::Rows => !batch::names_key(stmt, context, table, filter),
    }
}
