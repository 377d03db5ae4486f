//! A default that its column cannot hold.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::refusals;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::refusal_kind::RefusalKind;

pub(super) static RULE: Rule = Rule {
    id: "invalid-default",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "gives a column a default that is no value of its type",
    harm: "The server reads the default when the statement runs and refuses it. Often a plain \
        string was meant as SQL, or SQL as a plain string.",
    remedy: "Write the default as a value of the column's type: \
        `server_default=sa.text(\"false\")`, `sa.func.now()`, or a plain string for text.",
    example: example!("invalid-default"),
    check: Check::Both(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    refusals::of(stmt, context, RefusalKind::InvalidDefault)
}
