//! Views, functions, types, sequences and extensions hold no rows, but code calls them by name.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{EnumChange, ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-routine-or-view",
    theme: Theme::DataLoss,
    severity: Severity::Warning,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "drops a view, function, type, sequence or extension that code may call",
    harm: "Processes of the previous release that name it fail on their next query, and so do \
        views, triggers and defaults that call it. Its definition is gone unless the downgrade \
        writes it again.",
    remedy: "Release code that no longer names it first; write its definition in the downgrade.",
    example: example!("drop-routine-or-view"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (title, name) = match stmt.statement() {
        Statement::Object(ObjectChange::DropObject { kind, name, .. }) if is_called(*kind) => {
            (kind.title(), name)
        }
        Statement::Object(ObjectChange::DropType { name, .. }) => ("type", name),
        _ => return Vec::new(),
    };
    if is_made_again(stmt, context, name) || is_unused_type(stmt, context, name) {
        return Vec::new();
    }
    let name = name.as_str().unwrap_or("…");
    vec![
        context
            .finding(stmt, format!("`{name}`, a {title}, is dropped"))
            .object(name)
            .label("whoever still calls it fails"),
    ]
}

fn is_called(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Routine
            | ObjectKind::Sequence
            | ObjectKind::Extension
            | ObjectKind::Domain
    )
}

/// Tells whether the same revision makes it, before or after: a replacement, or something of its
/// own.
fn is_made_again<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    name: &Known<String>,
) -> bool {
    context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Object(
            ObjectChange::CreateObject { name: made, .. }
            | ObjectChange::CreateType { name: made, .. },
        ) => made == name,
        Statement::Object(ObjectChange::AlterType {
            change: EnumChange::Rename { to }, ..
        }) => to == name,
        _ => false,
    })
}

/// A type that no column of the history has any more is called by nobody.
fn is_unused_type(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    name: &Known<String>,
) -> bool {
    if !matches!(stmt.statement(), Statement::Object(ObjectChange::DropType { .. })) {
        return false;
    }
    let Some(name) = name.as_str() else { return false };
    let dropped_column = context.earlier(stmt).any(|earlier| {
        matches!(
            earlier.statement(),
            Statement::Table(
                TableChange::DropColumn { .. }
                    | TableChange::DropTable { .. }
                    | TableChange::AlterColumnType { .. }
            )
        )
    });
    let is_held = context.before(stmt, |database| {
        database.tables().flat_map(|table| &table.columns).any(|column| {
            let labels = column.kind.as_ref().and_then(|kind| kind.labels.as_ref());
            labels.and_then(|labels| labels.name.as_ref()).and_then(Known::as_str) == Some(name)
        })
    });
    dropped_column && !is_held
}
