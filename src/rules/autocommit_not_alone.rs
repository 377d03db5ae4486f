//! What stands beside an autocommit block is committed with it, and not undone when it fails.

use crate::example;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::{Direction, Hit};
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "autocommit-not-alone",
    theme: Theme::Transactions,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does more than one thing in a revision with an autocommit block",
    harm: "The block commits what stands before it. If CREATE INDEX CONCURRENTLY then fails, on a duplicate or a timeout, \
           the rest stays, an INVALID index is left, and `alembic_version` says that nothing ran: the next deployment \
           fails with \"already exists\". `transaction_per_migration=True` does not help within one revision.",
    remedy: "Give the block a revision of its own, with one statement in it; guard the others by `if_exists` or \
             `if_not_exists`, so that they can run again.",
    example: example!("autocommit-not-alone"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    if !case.is_in_one_transaction() {
        return Vec::new();
    }
    Direction::RUNS.into_iter().filter_map(|direction| judge(case, direction)).collect()
}

fn judge(case: &Case<'_>, direction: Direction) -> Option<Hit> {
    let counts = |deed: &Deed<'_>| !deed.is_guarded() && !deed.is_idle();
    let (inside, beside): (Vec<_>, Vec<_>) = case.deeds(direction).partition(Deed::is_autocommit);
    let first = inside.first()?;
    let line = |deed: &Deed<'_>| case.migration.text.line_of(deed.told.site.span.start);
    let other = beside.iter().find(|deed| counts(deed));
    let unguarded: Vec<_> = inside.iter().filter(|deed| counts(deed) && !is_retry(deed, &inside)).collect();
    let second = unguarded.get(1).filter(|second| second.number != first.number);
    let (message, label) = match (other, second) {
        (Some(other), _) => (
            format!("the autocommit block is not alone: line {} runs beside it and is not undone", line(other)),
            "if this fails, what stands beside it stays",
        ),
        (None, Some(second)) => (
            format!("the autocommit block holds a second statement at line {}, each committed by itself", line(second)),
            "if the second fails, the first stays",
        ),
        (None, None) => return None,
    };
    Some(case.hit(first, message).label(label))
}

/// DROP INDEX IF EXISTS of the index that is built next is how a failed build is tried again.
fn is_retry(deed: &Deed<'_>, inside: &[Deed<'_>]) -> bool {
    let Statement::DropIndex { name: Some(name), .. } = deed.statement() else { return false };
    inside.iter().any(|other| match other.statement() {
        Statement::CreateIndex { index, .. } => index.name.as_ref() == Some(name),
        _ => false,
    })
}
