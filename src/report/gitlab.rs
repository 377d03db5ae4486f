//! Findings as GitLab's code quality report, which is shown beside the lines of a merge request.

use serde_json::{Value, json};

use crate::report::json;
use crate::report::listing::{Listing, Row};
use crate::report::place;
use crate::rule::severity::{Severity, Weight};

/// Tells a listing as an array of violations.
pub fn tell(listing: &Listing) -> String {
    let doubts = listing.doubts.iter().map(|why| doubt(why));
    let settings = listing.settings_changes.iter().map(|text| setting(text));
    let found: Vec<Value> =
        settings.chain(listing.rows.iter().map(violation)).chain(doubts).collect();
    json::write(&found)
}

fn violation(row: &Row) -> Value {
    let end = row.end.map_or(1, |end| end.line);
    json!({
        "description": row.sentence,
        "check_name": row.rule.id,
        "fingerprint": row.fingerprint,
        "severity": severity(row),
        "location": {"path": &*row.path, "lines": {"begin": row.line(), "end": end}},
        "content": {"body": row.remedy},
        "url": place::page(row.rule),
    })
}

/// What the change makes of a setting.
fn setting(text: &str) -> Value {
    json!({
        "description": text,
        "check_name": "safe-migration-settings",
        "fingerprint": text,
        "severity": "info",
        "location": {"path": ".", "lines": {"begin": 1}},
    })
}

/// What keeps the report from being relied on stands in it, so that an empty report is a pass.
fn doubt(why: &str) -> Value {
    json!({
        "description": format!("could not be judged: {why}"),
        "check_name": "safe-migration",
        "fingerprint": why,
        "severity": "blocker",
        "location": {"path": ".", "lines": {"begin": 1}},
    })
}

fn severity(row: &Row) -> &'static str {
    match (row.severity, row.weight) {
        (Severity::Critical, Weight::Fails | Weight::LosesData) => "blocker",
        (Severity::Critical, _) => "critical",
        (Severity::Warning, Weight::Practice) => "minor",
        (Severity::Warning, _) => "major",
    }
}
