//! What an editor is answered about a document: diagnostics, hovers, code actions, symbols.

use serde_json::{Value, json};

use crate::change::fix::{self, Fix};
use crate::cli::server::document::Document;
use crate::cli::server::position;
use crate::report::catalogue;
use crate::report::place;
use crate::report::snippet;
use crate::review::finding::Finding;
use crate::rule::raw_finding::Direction;
use crate::rule::severity::Severity;
use crate::text::cut;
use crate::text::source::Span;

/// Returns the findings of a document as diagnostics.
pub fn diagnostics(document: &Document) -> Value {
    document.findings().map(|finding| diagnostic(document, finding)).collect()
}

fn diagnostic(document: &Document, finding: &Finding) -> Value {
    json!({
        "range": position::range(&document.text, shown_span(document, finding)),
        "severity": match finding.severity {
            Severity::Critical => 1,
            Severity::Warning => 2,
        },
        "code": finding.rule.id,
        "codeDescription": {"href": place::page(finding.rule)},
        "source": "safe-migration",
        "message": format!("{}\n{}", place::sentence(finding), place::remedy(finding)),
    })
}

/// Where a finding is shown; one about the whole file stands on its first line.
fn shown_span(document: &Document, finding: &Finding) -> Span {
    match finding.raw.site.span {
        span if span == Span::default() => document.text.line_span(1),
        span => span,
    }
}

/// Returns the page of the rule at a place.
pub fn hover(document: &Document, params: &Value) -> Value {
    let at = position::offset(&document.text, &params["position"]);
    let found = document.findings().find(|finding| {
        let span = shown_span(document, finding);
        span.start <= at && at <= span.end
    });
    let Some(finding) = found else { return Value::Null };
    let text = format!(
        "**{}**\n\n{}\n\n{}",
        place::sentence(finding),
        place::remedy(finding),
        catalogue::markdown(finding.rule)
    );
    json!({
        "contents": {"kind": "markdown", "value": text},
        "range": position::range(&document.text, shown_span(document, finding)),
    })
}

/// Returns what can be done about the findings in a range: the safe form, a plan, a waiver.
pub fn actions(document: &Document, uri: &str, params: &Value) -> Value {
    let start = position::offset(&document.text, &params["range"]["start"]);
    let end = position::offset(&document.text, &params["range"]["end"]);
    let touched = document.findings().filter(|finding| {
        let span = shown_span(document, finding);
        span.start <= end && start <= span.end
    });
    touched.flat_map(|finding| of_finding(document, uri, finding)).collect()
}

fn of_finding(document: &Document, uri: &str, finding: &Finding) -> Vec<Value> {
    let mut actions = Vec::new();
    let action = |title: String, edit: Value| {
        json!({
            "title": title,
            "kind": "quickfix",
            "diagnostics": [diagnostic(document, finding)],
            "edit": edit,
        })
    };
    if let Some(fix) = safe_form(document, uri, finding) {
        let edit = json!({"changes": {uri: [replacing(document, &fix.text)]}});
        actions.push(action(format!("{}: write the safe form", finding.rule.id), edit));
    }
    let comments = [
        finding
            .raw
            .plan
            .unwrap_or(finding.rule.plan)
            .map(|plan| ("state the plan", format!("# {}", snippet::sentence(plan)))),
        finding.rule.waivable.then(|| {
            (
                "allow it, with a reason",
                format!("# safe-migration: allow {} -- <the reason>", finding.rule.id),
            )
        }),
    ];
    for (title, comment) in comments.into_iter().flatten() {
        let edit = json!({"changes": {uri: [above(document, finding, &comment)]}});
        actions.push(action(format!("{}: {title}", finding.rule.id), edit));
    }
    actions
}

/// The safe form, where it can be put in place as it is and settles the matter.
fn safe_form(document: &Document, uri: &str, finding: &Finding) -> Option<Fix> {
    let fix = fix::fix(finding, document.text.content()).filter(|fix| fix.further.is_empty())?;
    let after = document.rejudged(uri, &fix.text);
    let same = |other: &&Finding| {
        (other.rule.id, &other.raw.table, &other.raw.object)
            == (finding.rule.id, &finding.raw.table, &finding.raw.object)
    };
    let number = |document: &Document| document.findings().filter(same).count();
    (number(&after) < number(document)).then_some(fix)
}

/// The edit that makes one text of another: what differs in the middle.
fn replacing(document: &Document, text: &str) -> Value {
    let old = document.text.content();
    let head = old.char_indices().zip(text.chars()).find(|((_, one), other)| one != other);
    let head = head.map_or(old.len().min(text.len()), |((at, _), _)| at);
    let tails = cut::from(old, head).chars().rev().zip(cut::from(text, head).chars().rev());
    let tail: usize =
        tails.take_while(|(one, other)| one == other).map(|(letter, _)| letter.len_utf8()).sum();
    json!({
        "range": position::range(&document.text, Span::new(head, old.len() - tail)),
        "newText": cut::between(text, head, text.len() - tail),
    })
}

/// The edit that puts a comment above the statement of a finding.
fn above(document: &Document, finding: &Finding, comment: &str) -> Value {
    let span = fix::statement(finding).unwrap_or(shown_span(document, finding));
    let line = document.text.line_span(document.text.line_of(span.start));
    let margin: String = document
        .text
        .slice(line)
        .chars()
        .take_while(|letter| letter.is_whitespace() && *letter != '\n')
        .collect();
    json!({
        "range": position::range(&document.text, Span::new(line.start, line.start)),
        "newText": format!("{margin}{comment}\n"),
    })
}

/// Returns what a document does, operation by operation, under the two directions.
pub fn symbols(document: &Document) -> Value {
    let tree = Direction::RUNS.map(|direction| {
        let steps: Vec<&(Direction, String, Span)> =
            document.operations.iter().filter(|(other, ..)| *other == direction).collect();
        let first = steps.first().map(|(_, _, span)| *span)?;
        let last = steps.last().map_or(first, |(_, _, span)| *span);
        let whole = Span::new(first.start.min(last.start), last.end.max(first.end));
        let range = position::range(&document.text, whole);
        let children: Vec<Value> = steps
            .iter()
            .map(|(_, title, span)| {
                let range = position::range(&document.text, *span);
                json!({"name": title, "kind": 24, "range": range, "selectionRange": range})
            })
            .collect();
        Some(json!({
            "name": direction.name(),
            "kind": 12,
            "range": range,
            "selectionRange": position::range(&document.text, first),
            "children": children,
        }))
    });
    tree.into_iter().flatten().collect()
}
