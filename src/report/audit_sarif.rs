//! An audit for code scanners: SARIF 2.1.0, one result per violation that stands, mended ones as
//! suppressed.

use serde_json::{Value, json};

use crate::report::audit::{self, Audit, Mended, Problem, WaivedTrial};
use crate::report::fingerprint::Fingerprints;
use crate::report::json;
use crate::report::recorded::short;
use crate::report::sarif;
use crate::rule::definition::Rule;
use crate::rules;

/// Tells an audit as a SARIF log with one run.
pub fn tell(audit: &Audit) -> String {
    let mut fingerprints = Fingerprints::default();
    let of_commits: Vec<Value> = audit.violations.iter().map(|violation| {
        let mut result = result(&violation.problem, violation.mended.as_ref(), &mut fingerprints);
        let commit = &violation.commit;
        let text = format!("{} (commit {} by \
            {})", message(&violation.problem), short(&commit.id), commit.author);
        result["message"] = json!({"text": text});
        result["properties"] = json!({
            "commit": commit.id, "author": commit.author, "email": commit.email, "date": commit.date,
            "recorded": violation.recorded.as_ref().map(|record| &record.class),
        });
        result
    }).collect();
    let of_state = audit.state.iter().map(|problem| result(problem, None, &mut fingerprints));
    let results: Vec<Value> = of_commits.into_iter().chain(of_state).collect();
    let doubts = audit.unjudged.iter().map(|unjudged| {
        let text =
            format!("commit {} could not be judged: {}", short(&unjudged.commit), unjudged.why);
        json!({"level": "error", "message": {"text": text}})
    });
    let settings = audit
        .settings_changes
        .iter()
        .map(|change| json!({"level": "warning", "message": {"text": change}}));
    let waived = audit.waived.iter().map(WaivedTrial::sentence);
    let notices = waived
        .chain(audit.notices.iter().cloned())
        .map(|notice| json!({"level": "note", "message": {"text": notice}}));
    json::write(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": named(audit).into_iter().map(sarif::descriptor).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": audit.unjudged.is_empty(),
                "toolExecutionNotifications": settings.chain(doubts).chain(notices).collect::<Vec<_>>(),
            }],
            "properties": {"range": audit.range, "commits": audit.commits, "judged": audit.judged},
            "results": results,
        }],
    }))
}

/// The rules that have a result, each once.
fn named(audit: &Audit) -> Vec<&'static Rule> {
    let problems = audit.violations.iter().map(|violation| &violation.problem).chain(&audit.state);
    let mut named: Vec<&'static Rule> = Vec::new();
    for rule in problems.filter_map(|problem| rules::find(problem.rule)) {
        if !named.iter().any(|other| other.id == rule.id) {
            named.push(rule);
        }
    }
    named
}

fn message(problem: &Problem) -> String {
    format!("{}. {}", problem.message, problem.remedy)
}

fn result(problem: &Problem, mended: Option<&Mended>, fingerprints: &mut Fingerprints) -> Value {
    let mut location =
        json!({"artifactLocation": {"uri": sarif::uri(&problem.path), "uriBaseId": "%SRCROOT%"}});
    if let Some(line) = problem.line {
        location["region"] = json!({"startLine": line});
    }
    let fingerprint = fingerprints.give(
        problem.rule,
        [
            problem.revision.as_deref().unwrap_or(&problem.path),
            problem.direction,
            problem.table.as_deref().unwrap_or_default(),
            problem.object.as_deref().unwrap_or_default(),
        ],
    );
    let mut result = json!({
        "ruleId": problem.rule,
        "level": if problem.severity == "critical" { "error" } else { "warning" },
        "message": {"text": message(problem)},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"safeMigration/v1": fingerprint},
    });
    if let Some(mended) = mended {
        let justification = format!("fixed: {}", audit::how(mended));
        result["suppressions"] = json!([{"kind": "external", "justification": justification}]);
    }
    result
}
