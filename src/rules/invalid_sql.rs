//! What is executed and is no statement.

use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refused_calls;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "invalid-sql",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "executes text that is no SQL, or a bare string that SQLAlchemy 2 does not execute",
    harm: "A connection of SQLAlchemy 2 executes statements, not strings: the line raises ObjectNotExecutableError and the deployment \
           stops there.",
    remedy: "Wrap the statement in `sa.text(...)`, or run it with `op.execute`.",
    example: example!("invalid-sql"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    refused_calls::of(context, |kind| kind == RefusalKind::BareString)
        .map(|(direction, refusal)| judge(context, direction, refusal))
        .collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> RawFinding {
    let message =
        format!("`{}` is given a string, which SQLAlchemy 2 does not execute", refusal.what);
    refused_calls::finding(context, direction, refusal, message)
}
