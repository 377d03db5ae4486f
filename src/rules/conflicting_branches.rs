//! Two lines of history that cannot both hold, and a revision that merges them all the same.

use crate::example;
use crate::rule::branch::{self, Act};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::hit::Hit;
use crate::sql::title::statement_title;

pub(super) static RULE: Rule = Rule {
    id: "conflicting-branches",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "merges two lines of history that cannot both hold",
    harm: "One side makes what the other makes, or uses what the other took away: the upgrade fails where both are run, \
           or leaves another schema than the one that was tested.",
    remedy: "Let one side follow the other, and change the later one so that it fits what it finds.",
    example: example!("conflicting-branches"),
    check: Check::Migration(check),
};

/// How many conflicts are told of one merge.
const TOLD: usize = 10;

fn check(case: &Case<'_>) -> Vec<Hit> {
    let sides = branch::sides(case);
    let found = branch::conflicts(&sides);
    found.into_iter().take(TOLD).map(|(why, (one, other))| hit(case, &why, &one, &other)).collect()
}

fn hit(case: &Case<'_>, why: &str, one: &Act<'_>, other: &Act<'_>) -> Hit {
    let (first, second) = (&one.migration.header.revision, &other.migration.header.revision);
    let mut hit = case
        .hit_span(case.migration.header.down_revision_span, why)
        .label(format!("`{first}` and `{second}` cannot both hold"))
        .aside(format!("`{first}`: {}", statement_title(one.statement)))
        .aside(format!("`{second}`: {}", statement_title(other.statement)));
    hit.table = one.statement.table().or(other.statement.table()).map(ToString::to_string);
    hit.remedy(format!(
        "Let `{second}` and what it stands on follow `{first}`, and change it so that it fits what it finds."
    ))
}
