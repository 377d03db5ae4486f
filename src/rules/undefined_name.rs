//! Names, attributes and imports that nothing defines.

use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refused_calls;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "undefined-name",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "reaches a name that nothing defines",
    harm: "Python meets the name only when the line runs: the deployment stops there with \
        NameError, AttributeError or ImportError, half-way through where the database commits DDL \
        by itself.",
    remedy: "Import it, or spell it as it is defined.",
    example: example!("undefined-name"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    refused_calls::of(context, |kind| kind == RefusalKind::UndefinedName)
        .map(|(direction, refusal)| judge(context, direction, refusal))
        .collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> RawFinding {
    let message = format!("`{}` is a name that nothing defines", refusal.what);
    refused_calls::finding(context, direction, refusal, message)
}
