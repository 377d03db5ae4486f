//! A drop or a change of what something else needs.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::refusals;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::refusal_kind::RefusalKind;

pub(super) static RULE: Rule = Rule {
    id: "object-in-use",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "drops or changes what another object needs",
    harm: "Foreign keys, views, triggers, defaults and indexes depend on it, and the server \
        refuses to drop or change it while they do: the deployment or the way back stops there.",
    remedy: "Drop what needs it first: children before parents, views before the columns that they \
        read.",
    example: example!("object-in-use"),
    check: Check::Both(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    refusals::of(stmt, context, RefusalKind::ObjectInUse)
}
