//! A migration is run again years later, with the application of that day.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::hit::{Direction, Hit};

pub(super) static RULE: Rule = Rule {
    id: "application-import",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "runs code of the application",
    harm: "Models and settings change after the migration is written: the next fresh database, or the colleague who \
           comes back after a month, meets a column that does not exist yet, and the migration fails.",
    remedy: "Declare the columns that are needed in the migration itself, with `sa.table` and `sa.column`.",
    example: example!("application-import"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let remarks = case.migration.upgrade.remarks.iter();
    let uses = remarks.filter(|remark| remark.kind == RemarkKind::Application && told.insert(&remark.what));
    uses.map(hit).collect()
}

fn hit(remark: &Remark) -> Hit {
    let message = format!("`{}` belongs to the application, and runs in the migration", remark.what);
    let mut hit = Hit::at(remark.site.clone(), Direction::Upgrade, message).object(remark.what.clone());
    hit.within.clone_from(&remark.within);
    let name = remark.what.rsplit('.').next().unwrap_or(&remark.what).to_lowercase();
    hit.label("it will be another one when this migration runs again")
        .safe_form(format!("{name} = sa.table(\"{name}\", sa.column(\"id\"), sa.column(\"...\"))"))
}
