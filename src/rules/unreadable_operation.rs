//! What runs against the database and cannot be read is a finding, never a pass.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Severity, Theme, Weight};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "unreadable-operation",
    theme: Theme::Reading,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "does something to the database that cannot be read without running it",
    harm: "Nobody can tell before the deployment what it locks, rewrites or deletes, so no other rule speaks about it.",
    remedy: "Write the operation so that its kind and its table stand in the file, or waive it with the reason why it \
             is safe.",
    example: example!("unreadable-operation"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let steps = context.steps();
    let unread =
        steps.filter_map(|(direction, number, step)| judge(context, direction, number, step));
    beyond(context).into_iter().chain(unread).collect()
}

/// A file that exceeds a bound is not read at all: it may do anything.
fn beyond(context: &RuleContext<'_>) -> Option<RawFinding> {
    let bound = context.migration.bound.as_ref()?;
    let path = &context.migration.path;
    let finding = context
        .hit_span(bound.span, format!("`{path}` is not read: {}", bound.message))
        .severity(Severity::Critical)
        .label("what this does to the database is not known before it runs");
    Some(finding.remedy(
        "Cut it into revisions that are smaller; rows to be loaded belong into a file that is copied. Or say above \
         the first function why it is safe: `# safe-migration: allow-file unreadable-operation -- <the reason>`.",
    ))
}

/// Tells of the worst that is unreadable in one step: one sentence for each call is enough.
fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    if matches!(step.operation, Operation::Custom { registered: false, .. }) {
        return None;
    }
    let mut unread: Vec<Unread> =
        step.emitted.iter().flat_map(|emitted| unread(&emitted.statement)).collect();
    if let (Operation::Unreadable { why }, true) = (&step.operation, unread.is_empty()) {
        unread.push(Unread { why: why.clone(), destroys: None });
    }
    let worst = unread.iter().find(|unread| unread.destroys.is_some()).or(unread.first())?;
    let what = code::excerpt(context, &step.site);
    let finding =
        RawFinding::on(step, number, direction, format!("`{what}` cannot be read: {}", worst.why));
    Some(match &worst.destroys {
        None => finding.label("what this does to the database is not known before it runs"),
        Some(word) => finding
            .severity(Severity::Critical)
            .label(format!("{word} runs here, and what it destroys is not known before it runs")),
    })
}

/// A part that cannot be read.
struct Unread {
    why: String,
    /// The word that says that it destroys something.
    destroys: Option<&'static str>,
}

fn unread(statement: &Statement) -> Vec<Unread> {
    match statement {
        Statement::Unreadable { why, keyword, .. } => {
            vec![Unread { why: why.clone(), destroys: keyword.as_deref().and_then(destroying) }]
        }
        Statement::Block { statements, .. } => {
            statements.iter().flat_map(|placed| unread(&placed.statement)).collect()
        }
        other => match other.table() {
            Some(table) if table.name == Known::Unreadable => {
                vec![Unread {
                    why: "the name of its table is not known".to_owned(),
                    destroys: destruction(other),
                }]
            }
            _ => Vec::new(),
        },
    }
}

/// Finds a word that destroys in the words that were read.
fn destroying(words: &str) -> Option<&'static str> {
    let words = words.to_ascii_uppercase();
    ["DROP", "TRUNCATE", "DELETE"]
        .into_iter()
        .find(|word| words.split_whitespace().any(|part| part == *word))
}

fn destruction(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Table(TableChange::DropTable { .. } | TableChange::DropColumn { .. }) => {
            Some("DROP")
        }
        Statement::Rows(RowChange::Truncate { .. }) => Some("TRUNCATE"),
        Statement::Rows(RowChange::Delete(_)) => Some("DELETE"),
        _ => None,
    }
}
