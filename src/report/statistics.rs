//! How many findings each rule has.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::report::json;
use crate::report::palette;
use crate::review::finding::Review;
use crate::rule::definition::Rule;
use crate::rule::severity::Severity;
use crate::rules;

/// How many findings a rule has of a severity, notes not counted.
pub struct Row {
    rule: &'static Rule,
    severity: Severity,
    number: usize,
}

/// Counts findings by rule, those that block first, the most frequent first.
pub fn rows(found: impl Iterator<Item = (&'static Rule, Severity)>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (rule, severity) in found {
        let same = |row: &&mut Row| row.rule.id == rule.id && row.severity == severity;
        match rows.iter_mut().find(same) {
            Some(row) => row.number += 1,
            None => rows.push(Row { rule, severity, number: 1 }),
        }
    }
    rows.sort_by_key(|row| (std::cmp::Reverse((row.severity, row.number)), row.rule.id));
    rows
}

fn of_review(review: &Review) -> Vec<Row> {
    rows(review.findings.iter().map(|finding| (finding.rule, finding.severity)))
}

/// Returns the counts of a review as a table for people.
pub fn table(review: &Review) -> String {
    written(of_review(review))
}

/// Writes counts as a table for people.
pub fn written(rows: Vec<Row>) -> String {
    let wide = rules::RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut table = String::new();
    for row in rows {
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
    json::write(&json!({
        "schema": 1,
        "tool": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "decision": review.decision().name(),
        "judged": review.judged(),
        "statistics": counts(of_review(review)),
        "unverifiable": review.unverifiable,
    }))
}

/// Returns counts as values.
pub fn counts(rows: Vec<Row>) -> Vec<Value> {
    let row = |row: Row| json!({"rule": row.rule.id, "severity": row.severity.name(), "count": row.number});
    rows.into_iter().map(row).collect()
}
