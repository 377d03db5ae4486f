//! A migration that needs the world outside of its database.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "network-or-file-in-migration",
    theme: Theme::DataMigrations,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "calls a service, starts a process or reads a file",
    harm: "The deployment waits for something that may be slow, gone or forbidden in production, \
        with the locks of its transaction held; and what it did out there is not rolled back.",
    remedy: "Fetch the data before, commit it as rows of the migration, or do the work in a job of \
        the application.",
    example: example!("network-or-file-in-migration"),
    check: Check::Migration(check),
};

/// Names of clients' parts that reach nowhere by themselves.
const PARTS: &[&str] = &[
    "Config",
    "Retry",
    "Timeout",
    "Limits",
    "HTTPAdapter",
    "HTTPBasicAuth",
    "ExponentialBackoff",
    "disable_warnings",
];

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut emitted: BTreeSet<(usize, &str)> = BTreeSet::new();
    let remarks = context.migration.upgrade.remarks.iter().filter(|remark| !is_part(&remark.what));
    // One call of a helper may touch a library in many places.
    let first =
        remarks.filter(|remark| emitted.insert((remark.site.span.start, library(&remark.what))));
    first.filter_map(judge).collect()
}

fn is_part(what: &str) -> bool {
    let last = what.rsplit('.').next().unwrap_or(what);
    PARTS.contains(&last)
        || last.ends_with("Error")
        || last.ends_with("Exception")
        || what.contains(".exceptions.")
}

fn library(what: &str) -> &str {
    what.split('.').next().unwrap_or(what)
}

fn judge(remark: &Remark) -> Option<RawFinding> {
    let (verb, label) = match remark.kind {
        RemarkKind::Network => {
            ("reaches out of the database", "the deployment waits for it, with its locks held")
        }
        RemarkKind::Process => {
            ("starts a process", "the deployment waits for it, with its locks held")
        }
        RemarkKind::File => ("touches a file", "the file must be there where the migration runs"),
        _ => return None,
    };
    let mut finding = RawFinding::at(
        remark.site.clone(),
        Direction::Upgrade,
        format!("`{}` {verb}", remark.what),
    );
    finding.within.clone_from(&remark.within);
    if let Some(helper) = &remark.helper {
        finding = finding.note(format!("it is called in `{}`", helper.path));
    }
    let finding = finding.object(remark.what.clone()).label(label);
    Some(match (remark.kind, &remark.helper) {
        (RemarkKind::File, _) => finding.severity(Severity::Warning).remedy(
            "Write the rows into the migration, or make sure that the file is shipped with it.",
        ),
        // A package asks git for its version, or the system for its name, when it is imported.
        (RemarkKind::Process, Some(_)) => finding.severity(Severity::Warning),
        _ => finding,
    })
}
