//! A migration that does one thing here and another there leaves two schemas behind one revision id.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::{Remark, RemarkKind, Step};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::hit::{Direction, Hit};
use crate::text::source::Span;

pub(super) static RULE: Rule = Rule {
    id: "environment-dependent",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does one thing or another, as the environment says",
    harm: "Staging and production take different branches under one revision id: what was tested is not what is \
           deployed, and no later migration can rely on the schema.",
    remedy: "Do the same everywhere, and keep what differs in the application or in a script that is run by hand.",
    example: example!("environment-dependent"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    // What a module of the application decides when it is imported is its own business.
    let is_own = |remark: &&Remark| remark.kind == RemarkKind::Environment && remark.helper.is_none();
    let remarks = case.migration.upgrade.remarks.iter().filter(is_own);
    remarks.filter(|remark| decides(case, remark)).filter(|remark| told.insert(remark.site.span)).map(hit).collect()
}

/// Tells whether something that runs behind the condition may or may not run: output and batch sizes decide nothing.
fn decides(case: &Case<'_>, remark: &Remark) -> bool {
    let behind = |step: &Step| step.site.span.start >= remark.site.span.start;
    case.migration.upgrade.steps.iter().any(|step| step.conditional && behind(step))
}

fn hit(remark: &Remark) -> Hit {
    let message = format!("`{}` decides what this migration does", remark.what);
    let mut hit = Hit::at(remark.site.clone(), Direction::Upgrade, message).object(remark.what.clone());
    hit.within.clone_from(&remark.within);
    hit.label("production may take the branch that nobody tested")
}
