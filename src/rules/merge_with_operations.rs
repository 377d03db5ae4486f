//! A merge revision joins two lines of history. What it does besides is seen by nobody who reads
//! either line.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "merge-with-operations",
    theme: Theme::History,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "merges branches and changes the database as well",
    harm: "A merge is written in a hurry, read by nobody, and made again when the branches move: \
        what it does besides is lost with it. Stepping back over it undoes the change and splits \
        the history in one go.",
    remedy: "Leave the merge empty, and put the operations into a revision behind it.",
    example: example!("merge-with-operations"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.migration.header.down_revisions.len() < 2 {
        return Vec::new();
    }
    let changes = |statement: &Statement| {
        !matches!(statement, Statement::Read | Statement::Session(SessionCommand::Set { .. }))
    };
    let parents = code::listed(&context.migration.header.down_revisions);
    let first = context
        .steps()
        .find(|(_, _, step)| step.emitted.iter().any(|emitted| changes(&emitted.statement)));
    let Some((direction, number, step)) = first else { return Vec::new() };
    let message =
        format!("`{}` merges {parents} and changes the database as well", context.revision());
    let finding = RawFinding::on(step, number, direction, message);
    vec![finding.label("nobody looks for a change in a merge").remedy(format!(
        "Leave the merge empty, and put this into a revision whose `down_revision` is `{}`.",
        context.revision()
    ))]
}
