//! A quick lock becomes a long one when something slow follows in the same transaction.

use crate::example;
use crate::rule::batch;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::holds::Hold;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::{Filter, Insert, Reach, RowChange, RowSource};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "lock-held-during-scan",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "does something slow while an earlier statement of its transaction holds ACCESS \
        EXCLUSIVE",
    harm: "PostgreSQL keeps every lock until COMMIT. A column added in a moment locks its table \
        ACCESS EXCLUSIVE for as long as the UPDATE or VALIDATE behind it takes: its readers and \
        writers wait. Alembic runs all pending revisions in one transaction, so that the two may \
        stand in different revisions.",
    remedy: "Set `transaction_per_migration=True` in env.py, and move the slow statement to a \
        revision of its own.",
    example: example!("lock-held-during-scan"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Some((table, what)) = slow(stmt, context) else {
        return Vec::new();
    };
    if !context.is_postgresql()
        || stmt.is_autocommit()
        || context.is_new(stmt, table)
        || context.is_small(table)
    {
        return Vec::new();
    }
    let holds = || context.held_at(stmt).filter(|hold| hold.blocks_reads());
    // The lock on the table itself is nearer than one on another.
    let Some(hold) = holds().find(|hold| hold.table == *table).or_else(|| holds().next()) else {
        return Vec::new();
    };
    let locked = hold.table.clone();
    vec![
        context
            .finding(
                stmt,
                format!(
                    "`{table}`: {what} runs while `{locked}` is locked by {}",
                    place(context, hold)
                ),
            )
            .label(format!("reads and writes of `{locked}` wait until this is done")),
    ]
}

/// Says which statement holds the lock: its line, and its revision where it is another one.
fn place(context: &RuleContext<'_>, hold: &Hold) -> String {
    match *hold.revision == *context.revision() {
        true => format!("line {}", context.migration.text.line_of(hold.site.span.start)),
        false => format!("revision `{}`", hold.revision),
    }
}

/// Returns the table of a statement that may take long while it only reads or writes rows.
fn slow<'a>(
    stmt: &'a StatementRef<'_>,
    context: &RuleContext<'_>,
) -> Option<(&'a TableName, &'static str)> {
    let is_long = |table: &TableName, filter: &Filter| is_long(stmt, context, table, filter);
    match stmt.statement() {
        Statement::Rows(RowChange::Update(update)) if is_long(&update.table, &update.filter) => {
            Some((&update.table, "an UPDATE"))
        }
        Statement::Rows(RowChange::Delete(delete)) if is_long(&delete.table, &delete.filter) => {
            Some((&delete.table, "a DELETE"))
        }
        Statement::Rows(RowChange::Insert(Insert { rows: RowSource::Select, reads, .. })) => {
            reads.first().map(|read| (read, "an INSERT that copies its rows"))
        }
        Statement::Rows(RowChange::Merge { table }) => Some((table, "a MERGE")),
        Statement::Table(TableChange::ValidateConstraint { table, .. }) => {
            Some((table, "VALIDATE CONSTRAINT"))
        }
        _ => None,
    }
}

/// Rows that a key finds, and one batch of them, are written in a moment; all batches in one
/// transaction are not.
fn is_long(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    filter: &Filter,
) -> bool {
    match filter.reach {
        Reach::Rows => !batch::is_short(stmt, context, table, filter),
        Reach::Batch => stmt.step.repeated,
        Reach::Everything | Reach::Some | Reach::Unreadable => true,
    }
}
