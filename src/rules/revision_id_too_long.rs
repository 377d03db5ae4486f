//! `alembic_version.version_num` is VARCHAR(32), and some characters mean something on Alembic's command line.

use crate::example;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    id: "revision-id-too-long",
    theme: Theme::History,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "has a revision id that Alembic's table cannot hold, or that Alembic refuses",
    harm: "The upgrade runs to its end and fails when its id is written to `alembic_version`, a VARCHAR(32); an id \
           with one of `@ - + :` stops every Alembic command.",
    remedy: "Use at most 32 letters, digits and underscores, and put the words into the message.",
    example: example!("revision-id-too-long"),
    check: Check::Migration(check),
};

/// The width of `alembic_version.version_num`.
const WIDTH: usize = 32;

fn check(case: &Case<'_>) -> Vec<Hit> {
    let revision = case.revision();
    let span = case.migration.header.revision_span;
    let length = revision.chars().count();
    if let Some(sign) = revision.chars().find(|c| "@-+:".contains(*c)) {
        let message = format!("`{revision}` holds `{sign}`, which Alembic refuses in a revision id");
        return vec![case.hit_span(span, message).object(revision).label("every Alembic command stops here")];
    }
    if length <= WIDTH {
        return Vec::new();
    }
    let message = format!("`{revision}` has {length} characters; `alembic_version` holds {WIDTH}");
    let hit = case.hit_span(span, message).object(revision);
    let shorter: String = revision.chars().take(WIDTH).collect();
    let hit = hit.safe_form(format!("revision = \"{}\"", shorter.trim_end_matches('_')));
    let environment = &case.project.environment;
    vec![match &environment.version_table {
        Some(table) => hit
            .severity(Severity::Warning)
            .label("the upgrade fails at its end, unless the column is wider")
            .aside(format!("the project keeps its own version table `{table}`; its width is not known here")),
        None if case.dialect == Dialect::Sqlite => hit
            .severity(Severity::Warning)
            .label("SQLite stores it all the same; the upgrade fails on every other database"),
        None => hit.label("the upgrade runs to its end and then fails, and all of it is rolled back or half done"),
    }]
}
