//! `alembic_version.version_num` is VARCHAR(32), and some characters mean something on Alembic's
//! command line.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::sql::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    id: "revision-id-too-long",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "has a revision id that Alembic's table cannot hold, or that Alembic refuses",
    harm: "The upgrade runs to its end and fails when its id is written to `alembic_version`, a \
        VARCHAR(32); an id with one of `@ - + :` stops every Alembic command.",
    remedy: "Use at most 32 letters, digits and underscores, and put the words into the message.",
    example: example!("revision-id-too-long"),
    check: Check::Migration(check),
};

/// The width of `alembic_version.version_num`.
const WIDTH: usize = 32;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let revision = context.revision();
    let span = context.migration.header.revision_span;
    let length = revision.chars().count();
    if let Some(sign) = revision.chars().find(|c| "@-+:".contains(*c)) {
        let message =
            format!("`{revision}` holds `{sign}`, which Alembic refuses in a revision id");
        return vec![
            context
                .hit_span(span, message)
                .object(revision)
                .label("every Alembic command stops here"),
        ];
    }
    if length <= WIDTH {
        return Vec::new();
    }
    let message = format!("`{revision}` has {length} characters; `alembic_version` holds {WIDTH}");
    let finding = context.hit_span(span, message).object(revision);
    let shorter: String = revision.chars().take(WIDTH).collect();
    let finding = finding.safe_form(format!("revision = \"{}\"", shorter.trim_end_matches('_')));
    let environment = &context.project.environment;
    vec![match &environment.version_table {
        Some(table) => finding
            .severity(Severity::Warning)
            .label("the upgrade fails at its end, unless the column is wider")
            .note(format!(
                "the project keeps its own version table `{table}`; its width is not known here"
            )),
        None if context.dialect == Dialect::Sqlite => finding
            .severity(Severity::Warning)
            .label("SQLite stores it all the same; the upgrade fails on every other database"),
        None => finding.label(
            "the upgrade runs to its end and then fails, and all of it is rolled back or half done",
        ),
    }]
}
