//! How often an audit found each rule.

use serde_json::json;

use crate::report::audit::Audit;
use crate::report::json;
use crate::report::listing;
use crate::report::statistics::{self, Row};

/// Returns the counts of an audit as a table for people.
pub fn table(audit: &Audit) -> String {
    statistics::written(rows(audit))
}

/// Returns the counts of an audit as one JSON object.
pub fn object(audit: &Audit) -> String {
    json::write(&json!({
        "schema": audit.schema,
        "tool": audit.tool,
        "version": audit.version,
        "range": audit.range,
        "judged": audit.judged,
        "statistics": statistics::counts(rows(audit)),
        "unjudged": audit.unjudged,
    }))
}

/// Counts what stands in the commits of an audit, and at their end.
fn rows(audit: &Audit) -> Vec<Row> {
    statistics::rows(listing::of_audit(audit).rows.iter().map(|row| (row.rule, row.severity)))
}
