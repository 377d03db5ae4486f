//! Findings as the JSON that reviewdog reads (rdjson).

use serde_json::{Value, json};

use crate::report::json;
use crate::report::listing::{Listing, Row};
use crate::report::place;
use crate::rule::severity::Severity;

/// Tells a listing as one `DiagnosticResult`.
pub fn tell(listing: &Listing) -> String {
    let doubts = listing
        .doubts
        .iter()
        .map(|why| json!({"message": why, "location": {"path": "."}, "severity": "ERROR"}));
    let settings = listing
        .settings_changes
        .iter()
        .map(|text| json!({"message": text, "location": {"path": "."}, "severity": "INFO"}));
    json::write(&json!({
        "source": {"name": env!("CARGO_PKG_NAME"), "url": env!("CARGO_PKG_REPOSITORY")},
        "severity": "WARNING",
        "diagnostics": settings.chain(listing.rows.iter().map(diagnostic)).chain(doubts).collect::<Vec<Value>>(),
    }))
}

fn diagnostic(row: &Row) -> Value {
    let mut location = json!({"path": &*row.path});
    if let (Some(start), Some(end), Some((first, last))) = (row.start, row.end, row.bytes) {
        location["range"] = json!({
            "start": {"line": start.line, "column": first},
            "end": {"line": end.line, "column": last},
        });
    }
    json!({
        "message": format!("{}. {}", row.sentence, row.remedy),
        "location": location,
        "severity": match row.severity {
            Severity::Critical => "ERROR",
            Severity::Warning => "WARNING",
        },
        "code": {"value": row.rule.id, "url": place::page(row.rule)},
    })
}
