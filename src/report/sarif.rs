//! A review for code scanners: SARIF 2.1.0.

use serde_json::{Value, json};

use crate::report::catalogue;
use crate::report::fingerprint::Fingerprints;
use crate::report::json;
use crate::report::place;
use crate::review::finding::{Finding, Review, Waived};
use crate::rule::definition::Rule;
use crate::rule::severity::Severity;

/// Tells a review as a SARIF log with one run.
pub fn tell(review: &Review) -> String {
    let rules = rules(review);
    let mut fingerprints = Fingerprints::default();
    let found = review.findings.iter().map(|finding| (finding, None));
    let waived = review.waived.iter().map(|waived| (&waived.finding, Some(waived)));
    let results: Vec<Value> = found
        .chain(waived)
        .map(|(finding, waived)| result(finding, waived, review, &rules, &mut fingerprints))
        .collect();
    let doubts =
        review.unverifiable.iter().map(|why| json!({"level": "error", "message": {"text": why}}));
    let settings = review
        .settings_changes
        .iter()
        .map(|change| json!({"level": "warning", "message": {"text": change}}));
    let notices =
        review.notices.iter().map(|notice| json!({"level": "note", "message": {"text": notice}}));
    let notifications: Vec<Value> = settings.chain(doubts).chain(notices).collect();
    json::write(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": review.unverifiable.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    }))
}

/// The rules that have a result, each once, in the order of their first result.
fn rules(review: &Review) -> Vec<&'static Rule> {
    let waived = review.waived.iter().map(|waived| &waived.finding);
    let mut rules: Vec<&'static Rule> = Vec::new();
    for finding in review.findings.iter().chain(waived) {
        if !rules.iter().any(|rule| rule.id == finding.rule.id) {
            rules.push(finding.rule);
        }
    }
    rules
}

/// Describes a rule.
pub fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "name": pascal(rule.id),
        "shortDescription": {"text": format!("A migration that {}", rule.summary)},
        "fullDescription": {"text": rule.harm},
        "help": {"text": rule.remedy, "markdown": catalogue::markdown(rule)},
        "helpUri": place::page(rule),
        "defaultConfiguration": {"level": level(rule.severity)},
        "properties": {"tags": [rule.theme.title()], "precision": "high"},
    })
}

/// Writes a rule's name as SARIF wants names: `DropColumn`.
fn pascal(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
    };
    id.split('-').filter_map(word).collect()
}

fn result(
    finding: &Finding,
    waived: Option<&Waived>,
    review: &Review,
    rules: &[&Rule],
    fingerprints: &mut Fingerprints,
) -> Value {
    let text = format!("{}. {}", place::sentence(finding), place::remedy(finding));
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.iter().position(|rule| rule.id == finding.rule.id),
        "level": level(finding.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": location(finding, review)}],
        "partialFingerprints": {"safeMigration/v1": fingerprints.of(finding)},
    });
    if let Some(waived) = waived {
        result["suppressions"] = json!([{"kind": "inSource", "justification": waived.reason}]);
    }
    result
}

fn location(finding: &Finding, review: &Review) -> Value {
    let mut location =
        json!({"artifactLocation": {"uri": uri(&finding.raw.site.path), "uriBaseId": "%SRCROOT%"}});
    if let Some(place) = place::of(finding, review) {
        location["region"] = json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        });
        if let Some(lines) = place::snippet(finding, review) {
            location["contextRegion"] = json!({
                "startLine": place.start.line,
                "endLine": place.end.line,
                "snippet": {"text": lines},
            });
        }
    }
    location
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "error",
        Severity::Warning => "warning",
    }
}

/// Writes a path as a relative URI reference.
pub fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
