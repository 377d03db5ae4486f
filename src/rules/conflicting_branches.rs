//! Two lines of history that cannot both hold, and a revision that merges them all the same.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Severity, Theme, Weight};
use crate::rule::merge_conflicts::{self, Act};
use crate::rule::raw_finding::RawFinding;
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

/// How many conflicts are reported of one merge.
const TOLD: usize = 10;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let sides = merge_conflicts::sides(context);
    let found = merge_conflicts::conflicts(&sides);
    found
        .into_iter()
        .take(TOLD)
        .map(|(why, (one, other))| finding(context, &why, &one, &other))
        .collect()
}

fn finding(context: &RuleContext<'_>, why: &str, one: &Act<'_>, other: &Act<'_>) -> RawFinding {
    let (first, second) = (&one.migration.header.revision, &other.migration.header.revision);
    let mut finding = context
        .hit_span(context.migration.header.down_revision_span, why)
        .label(format!("`{first}` and `{second}` cannot both hold"))
        .note(format!("`{first}`: {}", statement_title(one.statement)))
        .note(format!("`{second}`: {}", statement_title(other.statement)));
    finding.table = one.statement.table().or(other.statement.table()).map(ToString::to_string);
    finding.remedy(format!(
        "Let `{second}` and what it stands on follow `{first}`, and change it so that it fits what it finds."
    ))
}
