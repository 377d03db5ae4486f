//! A release that goes wrong is taken back, and its migration with it, if there is a way.

use std::collections::HashSet;
use std::rc::Rc;

use crate::config::settings::Downgrades;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Body;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::inverse;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::rollback;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::words;
use crate::text::source::{Site, Span};

pub(super) static RULE: Rule = Rule {
    id: "missing-downgrade",
    theme: Theme::Downgrade,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: Some(Plan::Irreversible),
    waivable: true,
    summary: "changes the schema and has no way back",
    harm: "When the release goes wrong, the code can be taken back and the database cannot: the \
        old code meets the new schema, and somebody writes the missing statements by hand at \
        night.",
    remedy: "Write the downgrade, or say why there is none: `Irreversible: ...` with what to do \
        instead.",
    example: example!("missing-downgrade"),
    check: Check::Migration(check),
};

/// How many released revisions tell whether a project goes forward only, and how many of them must.
const LAST: usize = 20;
const SHARE: (usize, usize) = (4, 5);

/// A shorter history says nothing of a habit.
const FEWEST: usize = 10;

/// How many words make a reason.
const REASON: usize = 3;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let is_merge = context.migration.header.down_revisions.len() > 1;
    if is_merge || !rollback::undoes_nothing(context) || !rollback::changes_schema(context) {
        return Vec::new();
    }
    if context.settings.downgrades == Downgrades::None {
        return vec![forward_only(context, "as `downgrades = \"none\"` says")];
    }
    let body = &context.migration.downgrade.body;
    let finding = finding(context, body);
    match reason(context, body) {
        Some(reason) => vec![finding.severity(Severity::Warning).note(format!(
            "the reason given: \
            {reason}"
        ))],
        None if goes_forward_only(context) => {
            vec![forward_only(context, "as most of its last released revisions do").remedy(
                "Say so with `downgrades = \"none\"` in the settings of safe-migration, or write \
                 downgrades from now on.",
            )]
        }
        None => vec![finding],
    }
}

fn finding(context: &RuleContext<'_>, body: &Body) -> RawFinding {
    let revision = context.revision();
    let (site, message, label) = match body {
        Body::Absent => (
            None,
            format!("`{revision}` changes the schema and has no `downgrade()`"),
            "there is no way back",
        ),
        Body::Empty { site } => (
            Some(site),
            format!("`{revision}` changes the schema, and its `downgrade()` is empty"),
            "this undoes nothing",
        ),
        Body::Raises { site, .. } => (
            Some(site),
            format!("`{revision}` changes the schema, and its `downgrade()` raises"),
            "there is no way back",
        ),
        Body::Code { site } => (
            Some(site),
            format!(
                "`{revision}` changes the schema, and its `downgrade()` does nothing to the \
                 database"
            ),
            "this undoes nothing",
        ),
    };
    let mut finding = match site {
        Some(site) => RawFinding::at(site.clone(), Direction::Downgrade, message),
        None => context.hit_file(message),
    };
    finding.within.push(finding.site.span);
    let finding = finding.label(label);
    match safe_form(context) {
        Some(safe) => finding.safe_form(safe),
        None => finding,
    }
}

/// Returns a downgrade that takes the upgrade back, step by step in reverse.
fn safe_form(context: &RuleContext<'_>) -> Option<String> {
    let mut undone: Vec<StatementRef<'_>> = context
        .statements(Direction::Upgrade)
        .filter(|stmt| {
            rollback::is_to_undo(stmt.statement()) && !rollback::is_taken_back(context, stmt)
        })
        .collect();
    // What one call says in several statements is taken back by one line.
    undone.dedup_by(|one, other| {
        one.number == other.number && !matches!(one.step.operation, Operation::Execute { .. })
    });
    // Asked in the order in which they run, which is that of the replay.
    let mut lines: Vec<String> =
        undone.iter().filter_map(|stmt| inverse::of_stmt(stmt, context)).collect();
    lines.reverse();
    lines.dedup();
    (!lines.is_empty()).then(|| code::indented("def downgrade():", &lines.join("\n")))
}

/// Returns the reason that a message, a docstring or a comment of the downgrade gives.
fn reason(context: &RuleContext<'_>, body: &Body) -> Option<String> {
    let (site, message) = match body {
        Body::Absent => return None,
        Body::Raises { site, message } => (site, message.as_deref()),
        Body::Empty { site } | Body::Code { site } => (site, None),
    };
    let comments =
        context.migration.remarks.iter().filter(|comment| site.span.contains(comment.span));
    let texts = message.into_iter().chain(comments.map(|comment| comment.text.as_str()));
    texts.map(str::trim).find(|text| is_reason(text)).map(str::to_owned)
}

/// Tells whether a text says something that Alembic's template does not say.
fn is_reason(text: &str) -> bool {
    let lower = text.to_lowercase();
    let template = lower.contains("commands auto generated by alembic")
        || lower.contains("end alembic commands");
    let directive = [
        "noqa",
        "type:",
        "pragma",
        "pylint",
        "ruff:",
        "fmt:",
        "safe-migration:",
        "todo",
        "fixme",
        "xxx",
    ]
    .iter()
    .any(|word| lower.starts_with(word));
    !template && !directive && words::count_of(text) >= REASON
}

/// Tells whether most of the last released revisions that do something have no downgrade.
fn goes_forward_only(context: &RuleContext<'_>) -> bool {
    // Where each is judged as if it alone were unreleased, what follows it is released too.
    let own = context.revision();
    let tips = context.history.graph().tips();
    let mut order: Vec<Rc<str>> = Vec::new();
    for tip in tips.iter().map(|tip| &*tip.id).chain([own]) {
        order.extend(context.history.ancestors(tip));
        order.push(tip.into());
    }
    let mut seen_ids = HashSet::new();
    let newest = order.iter().rev().filter(|revision| seen_ids.insert(Rc::clone(revision)));
    let released = newest.filter(|revision| &***revision != own && context.is_released(revision));
    let read = released.filter_map(|revision| context.history.migration(revision));
    let (mut seen, mut without) = (0, 0);
    for migration in read.filter(|migration| !migration.upgrade.steps.is_empty()).take(LAST) {
        seen += 1;
        let none = match &migration.downgrade.body {
            Body::Absent | Body::Empty { .. } | Body::Raises { .. } => true,
            Body::Code { .. } => migration.downgrade.steps.is_empty(),
        };
        without += usize::from(none);
    }
    seen >= FEWEST && without * SHARE.1 >= seen * SHARE.0
}

/// Makes the one finding that stands for all of a project: it lies on env.py, where such facts are
/// reported once.
fn forward_only(context: &RuleContext<'_>, why: &str) -> RawFinding {
    let site = Site { path: Rc::from(context.project.env_path()), span: Span::default() };
    RawFinding::at(
        site,
        Direction::File,
        format!("`{}` goes forward only, {why}", context.project.script_location),
    )
    .severity(Severity::Warning)
    .label("a release that goes wrong cannot be taken back")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_three_words_and_is_not_the_template() {
        assert!(is_reason("the old values are gone"));
        for empty in [
            "pass",
            "Downgrade schema.",
            "### commands auto generated by Alembic - please adjust! ###",
            "### end Alembic commands ###",
            "noqa: D103 not needed here",
            "TODO write this one day",
        ] {
            assert!(!is_reason(empty), "{empty}");
        }
    }
}
