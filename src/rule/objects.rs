//! Views, functions, triggers and the like that are not as they were when an upgrade has been taken
//! back.

use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// A thing that is made or dropped, without a guard.
struct Named<'a> {
    kind: ObjectKind,
    /// Its name without its schema.
    name: &'a str,
}

/// Returns what the upgrade makes and the downgrade leaves, and what it drops and the downgrade
/// does not make again, one sentence each. What is made OR REPLACE may have been there before.
pub fn differences(context: &RuleContext<'_>) -> Vec<String> {
    let down = Direction::Downgrade;
    let cascades = context.statements(down).any(|stmt| match stmt.statement() {
        Statement::Object(ObjectChange::DropObject { cascade, .. })
        | Statement::Table(TableChange::DropTable { cascade, .. }) => *cascade,
        _ => false,
    });
    let made = context.statements(Direction::Upgrade).filter_map(|stmt| {
        let made =
            made(&stmt).filter(|made| !cascades && !is_dropped_above(context, &stmt, made))?;
        let on = stmt.statement().table();
        let goes = |later: &StatementRef<'_>| {
            is_dropped(later, &made) || on.is_some_and(|on| drops(later.statement(), on))
        };
        let stays = !context.later(&stmt).any(|later| goes(&later))
            && !context.statements(down).any(|later| goes(&later));
        stays.then(|| format!("`{}`, a {}, stays behind", made.name, made.kind.title()))
    });
    let dropped = context.statements(Direction::Upgrade).filter_map(|stmt| {
        let lost = dropped(&stmt)?;
        let makes = |other: &StatementRef<'_>| {
            names(other.statement()).is_some_and(|name| name == lost.name)
        };
        let returns = context
            .statements(Direction::Upgrade)
            .chain(context.statements(down))
            .any(|other| makes(&other));
        (!returns).then(|| format!("`{}`, a {}, does not come back", lost.name, lost.kind.title()))
    });
    made.chain(dropped).collect()
}

fn is_compared(kind: ObjectKind) -> bool {
    use ObjectKind as K;
    matches!(
        kind,
        K::View | K::MaterializedView | K::Routine | K::Trigger | K::Sequence | K::Policy
    )
}

fn made<'a>(stmt: &StatementRef<'a>) -> Option<Named<'a>> {
    match &stmt.emitted.statement {
        Statement::Object(ObjectChange::CreateObject {
            kind,
            name: Known::Is(name),
            replace: false,
            if_not_exists: false,
            ..
        }) if is_compared(*kind) && !stmt.is_conditional() => {
            Some(Named { kind: *kind, name: unqualified(name) })
        }
        _ => None,
    }
}

fn dropped<'a>(stmt: &StatementRef<'a>) -> Option<Named<'a>> {
    match &stmt.emitted.statement {
        Statement::Object(ObjectChange::DropObject {
            kind,
            name: Known::Is(name),
            if_exists: false,
            ..
        }) if is_compared(*kind) && !stmt.is_conditional() => {
            Some(Named { kind: *kind, name: unqualified(name) })
        }
        _ => None,
    }
}

/// What makes way for another of its name was there before.
fn is_dropped_above<'a>(
    context: &RuleContext<'a>,
    stmt: &StatementRef<'a>,
    made: &Named<'a>,
) -> bool {
    context.earlier(stmt).any(|earlier| is_dropped(&earlier, made))
}

/// Tells whether a statement drops it, or something whose name cannot be known, or gives it another
/// name.
fn is_dropped(stmt: &StatementRef<'_>, made: &Named<'_>) -> bool {
    match stmt.statement() {
        Statement::Object(
            ObjectChange::DropObject { name, .. } | ObjectChange::AlterObject { name, .. },
        ) => name.as_str().is_none_or(|name| unqualified(name).eq_ignore_ascii_case(made.name)),
        Statement::Table(TableChange::DropTable { table, .. }) => {
            table.name.as_str().is_none_or(|name| name.eq_ignore_ascii_case(made.name))
        }
        _ => false,
    }
}

fn drops(statement: &Statement, on: &TableName) -> bool {
    matches!(statement, Statement::Table(TableChange::DropTable { table, .. }) if table == on)
}

/// Returns the name of what a statement makes or renames.
fn names(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::Object(ObjectChange::CreateObject { name, .. }) => {
            name.as_str().map(unqualified)
        }
        Statement::Table(TableChange::CreateTable(create)) => create.table.name.as_str(),
        _ => None,
    }
}

fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
