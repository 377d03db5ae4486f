//! A migration that needs the world outside of its database.

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::hit::{Direction, Hit};

pub(super) static RULE: Rule = Rule {
    id: "network-or-file-in-migration",
    theme: Theme::DataMigrations,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "calls a service, starts a process or reads a file",
    harm: "The deployment waits for something that may be slow, gone or forbidden in production, with the locks of its \
           transaction held; and what it did out there is not rolled back.",
    remedy: "Fetch the data before, commit it as rows of the migration, or do the work in a job of the application.",
    example: example!("network-or-file-in-migration"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    case.migration.upgrade.remarks.iter().filter_map(judge).collect()
}

fn judge(remark: &Remark) -> Option<Hit> {
    let (verb, label) = match remark.kind {
        RemarkKind::Network => ("reaches out of the database", "the deployment waits for it, with its locks held"),
        RemarkKind::Process => ("starts a process", "the deployment waits for it, with its locks held"),
        RemarkKind::File => ("reads a file", "the file must be there where the migration runs"),
        _ => return None,
    };
    let mut hit = Hit::at(remark.site.clone(), Direction::Upgrade, format!("`{}` {verb}", remark.what));
    hit.within.clone_from(&remark.within);
    let hit = hit.object(remark.what.clone()).label(label);
    Some(match remark.kind {
        RemarkKind::File => hit
            .severity(Severity::Warning)
            .remedy("Write the rows into the migration, or make sure that the file is shipped with it."),
        _ => hit,
    })
}
