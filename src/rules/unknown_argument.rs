//! Keywords that Alembic takes and never looks at.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::{Step, Swallowed};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::code;
use crate::rule::hit::{Direction, Hit};

pub(super) static RULE: Rule = Rule {
    id: "unknown-argument",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "passes a keyword that Alembic swallows without a word",
    harm: "Most operations take any keyword: a misspelled one is dropped, the migration runs, and what the keyword \
           asked for does not happen. Nobody is told.",
    remedy: "Spell the keyword as Alembic does, or take it out.",
    example: example!("unknown-argument"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let judged = case.steps().flat_map(|(direction, number, step)| {
        step.swallowed.iter().map(move |swallowed| judge(case, direction, number, step, swallowed))
    });
    judged.collect()
}

fn judge(case: &Case<'_>, direction: Direction, number: usize, step: &Step, swallowed: &Swallowed) -> Hit {
    let Swallowed { keyword, meant } = swallowed;
    let called = code::callee(case, step, "op");
    let fate = fate(&step.operation, keyword);
    let what_happens = match fate {
        Fate::Swallowed => "which swallows it without a word",
        Fate::Ignored => "and SQLAlchemy leaves it out with a warning",
        Fate::Refused => "and SQLAlchemy refuses it",
    };
    let message = format!("`{keyword}=` is no keyword of `{called}`, {what_happens}");
    let hit = Hit::on(step, number, direction, message).object(keyword.clone());
    if fate == Fate::Refused {
        let hit = hit.weight(Weight::Fails).label(match direction {
            Direction::Downgrade => "the downgrade fails here",
            _ => "the deployment fails here",
        });
        return match meant {
            Some(meant) => hit.remedy(format!("Write `{meant}=` for `{keyword}=`.")),
            None => hit,
        };
    }
    match meant {
        Some(meant) => hit
            .label(format!("what `{meant}=` would do does not happen"))
            .remedy(format!("Write `{meant}=` for `{keyword}=`.")),
        None => hit.severity(Severity::Warning).weight(Weight::Practice).label("this does nothing"),
    }
}

/// What becomes of a keyword that is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nobody looks at it.
    Swallowed,
    /// SQLAlchemy takes it for one of a dialect that it does not know.
    Ignored,
    /// It raises.
    Refused,
}

/// Tells what becomes of a keyword (Alembic 1.20, SQLAlchemy 2.1): ALTER COLUMN and DROP COLUMN pass over it; what
/// becomes an object of SQLAlchemy takes `dialect_word` of dialects that are not installed, and nothing else.
fn fate(operation: &Operation, keyword: &str) -> Fate {
    match operation {
        Operation::AlterColumn(_) | Operation::DropColumn { .. } => Fate::Swallowed,
        _ if !keyword.trim_matches('_').contains('_') || keyword.starts_with("postgresql_") => Fate::Refused,
        Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::CreateConstraint { .. }
        | Operation::CreateTable(_)
        | Operation::AddColumn { .. } => Fate::Ignored,
        _ => Fate::Swallowed,
    }
}
