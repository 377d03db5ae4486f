//! How many findings each rule has.

use std::fmt::Write;

use serde_json::json;

use crate::report::json;
use crate::report::palette;
use crate::review::finding::Review;
use crate::rule::definition::Rule;
use crate::rule::severity::Severity;
use crate::rules;

/// How many findings a rule has of a severity, notes not counted.
struct Row {
    rule: &'static Rule,
    severity: Severity,
    number: usize,
}

/// Counts findings by rule, those that block first, the most frequent first.
fn rows(review: &Review) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for finding in &review.findings {
        let same =
            |row: &&mut Row| row.rule.id == finding.rule.id && row.severity == finding.severity;
        match rows.iter_mut().find(same) {
            Some(row) => row.number += 1,
            None => rows.push(Row { rule: finding.rule, severity: finding.severity, number: 1 }),
        }
    }
    rows.sort_by_key(|row| (std::cmp::Reverse((row.severity, row.number)), row.rule.id));
    rows
}

/// Returns the counts as a table for people.
pub fn table(review: &Review) -> String {
    let wide = rules::RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut table = String::new();
    for row in rows(review) {
        let severity = format!("{:8}", row.severity.name());
        let severity = match row.severity {
            Severity::Critical => palette::critical(&severity),
            Severity::Warning => palette::warning(&severity),
        };
        let _infallible = writeln!(
            table,
            "{:5}  {severity}  {:wide$}  {}",
            row.number, row.rule.id, row.rule.summary
        );
    }
    table
}

/// Returns the counts as one JSON object.
pub fn object(review: &Review) -> String {
    let row = |row: Row| json!({"rule": row.rule.id, "severity": row.severity.name(), "count": row.number});
    json::write(&json!({
        "schema": 1,
        "tool": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "decision": review.decision().name(),
        "judged": review.judged(),
        "statistics": rows(review).into_iter().map(row).collect::<Vec<_>>(),
        "unverifiable": review.unverifiable,
    }))
}
