//! Keywords that Alembic takes and never looks at.

use crate::example;
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
    let message = format!("`{keyword}=` is no keyword of `{called}`, which swallows it without a word");
    let hit = Hit::on(step, number, direction, message).object(keyword.clone());
    match meant {
        Some(meant) => hit
            .label(format!("what `{meant}=` would do does not happen"))
            .remedy(format!("Write `{meant}=` for `{keyword}=`.")),
        None => hit.severity(Severity::Warning).weight(Weight::Practice).label("this does nothing"),
    }
}
