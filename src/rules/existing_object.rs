//! A statement that makes what the history made before.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::refusals;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::refusal_kind::RefusalKind;

pub(super) static RULE: Rule = Rule {
    id: "existing-object",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "makes a table, column, index, constraint or type that is there already",
    harm: "The server answers that it exists already, and the deployment or the way back stops \
        there. An empty database, where all revisions run at once, may take it: a type of an \
        `sa.Enum` is made once in a run.",
    remedy: "Remove the statement, drop what is there first, or use the type that is there with \
        `create_type=False`.",
    example: example!("existing-object"),
    check: Check::Both(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    refusals::of(stmt, context, RefusalKind::ExistingObject)
}
