//! What stands beside an autocommit block is committed with it, and not undone when it fails.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::rerun;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "autocommit-not-alone",
    theme: Theme::Transactions,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does more than one thing in a revision with an autocommit block",
    harm: "The block commits what stands before it. If CREATE INDEX CONCURRENTLY then fails, on a \
        duplicate or a timeout, the rest stays, an INVALID index is left, and `alembic_version` \
        says that nothing ran: the next deployment fails with \"already exists\". \
        `transaction_per_migration=True` does not help within one revision.",
    remedy: "Give the block a revision of its own, with one statement in it; guard the others by \
        `if_exists` or `if_not_exists`, so that they can run again.",
    example: example!("autocommit-not-alone"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if !context.is_in_one_transaction() {
        return Vec::new();
    }
    Direction::RUNS.into_iter().filter_map(|direction| judge(context, direction)).collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction) -> Option<RawFinding> {
    let counts = |stmt: &StatementRef<'_>| {
        !stmt.is_guarded() && !stmt.is_idle() && !leaves_the_same_rows(stmt, context)
    };
    let (inside, beside): (Vec<_>, Vec<_>) =
        context.statements(direction).partition(StatementRef::is_autocommit);
    let first = inside.first()?;
    let line =
        |stmt: &StatementRef<'_>| context.migration.text.line_of(stmt.emitted.site.span.start);
    let other = beside.iter().find(|stmt| counts(stmt));
    let unguarded: Vec<_> =
        inside.iter().filter(|stmt| counts(stmt) && !is_retry(stmt, &inside)).collect();
    let second = unguarded.get(1).filter(|second| second.number != first.number);
    let (message, label) = match (other, second) {
        (Some(other), _) => (
            format!(
                "the autocommit block is not alone: line {} runs beside it and is not undone",
                line(other)
            ),
            "if this fails, what stands beside it stays",
        ),
        (None, Some(second)) => (
            format!(
                "the autocommit block holds a second statement at line {}, each committed by \
                 itself",
                line(second)
            ),
            "if the second fails, the first stays",
        ),
        (None, None) => return None,
    };
    Some(context.finding(first, message).label(label))
}

/// DROP INDEX IF EXISTS of the index that is built next is how a failed build is tried again.
fn is_retry(stmt: &StatementRef<'_>, inside: &[StatementRef<'_>]) -> bool {
    let Statement::Table(TableChange::DropIndex { name: Some(name), .. }) = stmt.statement() else {
        return false;
    };
    inside.iter().any(|other| match other.statement() {
        Statement::Table(TableChange::CreateIndex { index, .. }) => {
            index.name.as_ref() == Some(name)
        }
        _ => false,
    })
}

/// Tells whether rows are written that a second run writes again as they are: the batches of an
/// UPDATE go on where they stopped.
fn leaves_the_same_rows(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> bool {
    matches!(stmt.statement(), Statement::Rows(_))
        && rerun::rerun(stmt, context) == rerun::Rerun::Same
}
