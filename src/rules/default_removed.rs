//! The previous release leaves the column out, for the default was there.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::{Generated, TableName};
use crate::sql::table_change::{ColumnAction, TableChange};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "default-removed",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::BreaksCode,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "removes the default of a NOT NULL column that running code may leave out",
    harm: "INSERTs of the previous release that do not name the column fail from the moment it \
        commits: \"null value violates not-null constraint\". A Python-side default helps only \
        processes that have it. A column that is added with a default and loses it in the same \
        deployment is one that they do not even know.",
    remedy: "Release code that always writes the column, then drop the default in a later \
        revision.",
    example: example!("default-removed"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (table, column) = match stmt.statement() {
        Statement::Table(TableChange::DropDefault { table, column }) => (table, column),
        Statement::Table(TableChange::AlterColumn {
            table,
            column,
            action: ColumnAction::DropIdentity,
            ..
        }) => (table, column),
        _ => return Vec::new(),
    };
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let Some(known) = context.column(stmt, table, column) else {
        return Vec::new();
    };
    let is_numbered = matches!(
        known.generated,
        Some(Generated::Identity | Generated::IdentityAlways | Generated::Serial)
    );
    let has_none = known.default == Known::Is(None) && !is_numbered;
    if known.nullable != Known::Is(false) || has_none || is_set_again(stmt, context, table, column)
    {
        return Vec::new();
    }
    let name = column.as_str().unwrap_or("…");
    let finding = context
        .finding(stmt, format!("`{table}.{name}` is NOT NULL and loses its default"))
        .object(name);
    let finding = with_model(finding, context, table, name);
    vec![match known.origin.is_new() {
        true => finding
            .label(format!(
                "INSERTs of the previous release, which does not know `{name}`, fail \
                when this commits"
            ))
            .remedy(
                "Keep the default in this deployment; drop it in a later one, when all that runs \
                 writes the column.",
            ),
        false => finding.label(format!("INSERTs that leave `{name}` out fail when this commits")),
    }]
}

/// Says what the model of the release that runs does about it.
fn with_model(
    finding: RawFinding,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &str,
) -> RawFinding {
    let Some(application) = context.release.application.as_deref() else { return finding };
    let released = &application.released;
    match (released.column(table, column), released.class_of(table)) {
        (Some((model, own)), _) if own.column.python_default => finding.note(format!(
            "`{}` ({}) has a Python-side default: its own INSERTs name the column",
            own.title(model),
            released.line(&own.site)
        )),
        (Some((model, own)), _) => finding.note(format!(
            "`{}` ({}) has no `default=`: an INSERT that does not set it fails",
            own.title(model),
            released.line(&own.site)
        )),
        (None, Some((class, line))) => finding
            .note(format!("`{class}` ({line}) does not map it: each of its INSERTs leaves it out")),
        (None, None) => finding,
    }
}

/// A default is silent while the type of its column changes.
fn is_set_again<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    column: &Known<String>,
) -> bool {
    context.later(stmt).any(|later| match later.statement() {
        Statement::Table(TableChange::SetDefault { table: of, column: set, .. }) => {
            of == table && set == column
        }
        Statement::Table(TableChange::AlterColumn {
            table: of,
            column: set,
            action: ColumnAction::AddIdentity,
            ..
        }) => of == table && set == column,
        Statement::Table(TableChange::DropColumn { table: of, column: dropped, .. }) => {
            of == table && dropped == column
        }
        _ => false,
    })
}
