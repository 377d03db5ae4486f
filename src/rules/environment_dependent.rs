//! A migration that does one thing here and another there leaves two schemas behind one revision
//! id.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::{Remark, RemarkKind, Step};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::text::source::Span;

pub(super) static RULE: Rule = Rule {
    id: "environment-dependent",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does one thing or another, as the environment says",
    harm: "Staging and production take different branches under one revision id: what was tested \
        is not what is deployed, and no later migration can rely on the schema.",
    remedy: "Do the same everywhere, and keep what differs in the application or in a script that \
        is run by hand.",
    example: example!("environment-dependent"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut emitted: BTreeSet<Span> = BTreeSet::new();
    // What a module of the application decides when it is imported is its own business.
    let is_own = |remark: &&Remark| remark.helper.is_none();
    let remarks = context.migration.upgrade.remarks.iter().filter(is_own);
    remarks
        .filter(|remark| match remark.kind {
            RemarkKind::Environment => decides(context, remark),
            RemarkKind::EnvironmentValue => true,
            _ => false,
        })
        .filter(|remark| emitted.insert(remark.site.span))
        .map(finding)
        .collect()
}

/// Tells whether something that runs behind the condition may or may not run: output and batch
/// sizes decide nothing.
fn decides(context: &RuleContext<'_>, remark: &Remark) -> bool {
    let behind = |step: &Step| step.site.span.start >= remark.site.span.start;
    context.migration.upgrade.steps.iter().any(|step| step.conditional && behind(step))
}

fn finding(remark: &Remark) -> RawFinding {
    let message = match remark.kind {
        RemarkKind::EnvironmentValue => {
            format!("`{}` says what this statement makes of the schema", remark.what)
        }
        _ => format!("`{}` decides what this migration does", remark.what),
    };
    let mut finding = RawFinding::at(remark.site.clone(), Direction::Upgrade, message)
        .object(remark.what.clone());
    finding.within.clone_from(&remark.within);
    finding.label(match remark.kind {
        RemarkKind::EnvironmentValue => "production may get another schema than was tested",
        _ => "production may take the branch that nobody tested",
    })
}
