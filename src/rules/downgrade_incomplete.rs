//! A downgrade that runs and leaves something else than there was.

use crate::example;
use crate::operation::step::Body;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::code;
use crate::rule::difference;
use crate::rule::hit::{Direction, Hit};
use crate::rule::referrer::referrers;
use crate::rule::rollback;

pub(super) static RULE: Rule = Rule {
    id: "downgrade-incomplete",
    theme: Theme::Downgrade,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: Some(Plan::Irreversible),
    waivable: true,
    summary: "has a downgrade that does not leave the schema as it was",
    harm: "The old code meets a schema that it has never run on, and the next upgrade fails on what was left behind or \
           not brought back.",
    remedy: "Undo each operation of the upgrade in reverse order, with the names, defaults and constraints that were \
             there.",
    example: example!("downgrade-incomplete"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let Body::Code { site } = &case.migration.downgrade.body else { return Vec::new() };
    if rollback::undoes_nothing(case) {
        return Vec::new();
    }
    let refused = refused(case);
    if !refused.is_empty() {
        return refused;
    }
    let differences = difference::differences(case);
    let Some((first, others)) = differences.split_first() else { return Vec::new() };
    let mut hit =
        Hit::at(site.clone(), Direction::Downgrade, format!("{first} after the downgrade of `{}`", case.revision()));
    hit.within.push(site.span);
    let label = match others.len() {
        0 => "this is not what the upgrade found".to_owned(),
        more => format!("{} things are not as the upgrade found them", more + 1),
    };
    let hit = hit.label(label);
    vec![others.iter().fold(hit, |hit, other| hit.aside(other.clone()))]
}

/// Finds tables that the downgrade drops while others refer to them: it stops there, in the wrong order.
fn refused(case: &Case<'_>) -> Vec<Hit> {
    let deeds = case.deeds(Direction::Downgrade).filter(|deed| !deed.is_conditional());
    let found = deeds.filter_map(|deed| {
        let referrers: Vec<String> = referrers(&deed, case).iter().map(ToString::to_string).collect();
        let table = deed.statement().table()?;
        let verb = if referrers.len() == 1 { "refers" } else { "refer" };
        let message = format!("`{table}` cannot be dropped while {} {verb} to it", code::listed(&referrers));
        (!referrers.is_empty()).then(|| {
            case.hit(&deed, message)
                .label("the downgrade fails here")
                .remedy("Drop the tables in reverse order of their making, or the foreign keys first.")
        })
    });
    found.collect()
}
