//! A downgrade that runs and leaves something else than there was.

use crate::example;
use crate::operation::step::Body;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::{difference, rollback, rows_of_downgrade};
use crate::text::source::Site;

pub(super) static RULE: Rule = Rule {
    id: "downgrade-incomplete",
    theme: Theme::Downgrade,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: Some(Plan::Irreversible),
    waivable: true,
    summary: "has a downgrade that does not leave the schema as it was, or that rows may refuse",
    harm: "The old code meets a schema that it has never run on, and the next upgrade fails on \
        what was left behind or not brought back.",
    remedy: "Undo each operation of the upgrade in reverse order, with the names, defaults and \
        constraints that were there.",
    example: example!("downgrade-incomplete"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Body::Code { site } = &context.migration.downgrade.body else { return Vec::new() };
    if rollback::undoes_nothing(context) {
        return Vec::new();
    }
    let refused = rows_of_downgrade::refused(context);
    let rows = refused.iter().map(|(stmt, why)| {
        context
            .finding(stmt, why.clone())
            .label("rows that were written since the upgrade may refuse this")
            .remedy("Fill the column, or give it a `server_default`, before NOT NULL comes back.")
    });
    rows.chain(different(context, site)).collect()
}

fn different(context: &RuleContext<'_>, site: &Site) -> Vec<RawFinding> {
    let differences = difference::differences(context);
    let Some((first, others)) = differences.split_first() else { return Vec::new() };
    let mut finding = RawFinding::at(
        site.clone(),
        Direction::Downgrade,
        format!("{first} after the downgrade of `{}`", context.revision()),
    );
    finding.within.push(site.span);
    let label = match others.len() {
        0 => "this is not what the upgrade found".to_owned(),
        more => format!("{} things are not as the upgrade found them", more + 1),
    };
    let finding = finding.label(label);
    vec![others.iter().fold(finding, |finding, other| finding.note(other.clone()))]
}
