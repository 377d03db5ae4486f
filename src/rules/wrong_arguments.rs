//! Calls that are answered with TypeError or ArgumentError.

use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refused_calls;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "wrong-arguments",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "calls something with arguments that it does not take",
    harm: "Python, SQLAlchemy or Alembic answers with TypeError or ArgumentError when the line \
        runs: the deployment stops there.",
    remedy: "Pass what the signature asks for, by name where it is not the first.",
    example: example!("wrong-arguments"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    refused_calls::of(context, |kind| kind == RefusalKind::WrongArguments)
        .map(|(direction, refusal)| judge(context, direction, refusal))
        .collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> RawFinding {
    let message = format!("`{}` does not take what it is given", refusal.what);
    refused_calls::finding(context, direction, refusal, message)
}
