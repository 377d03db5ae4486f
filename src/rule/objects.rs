//! Views, functions, triggers and the like that are not as they were when an upgrade has been taken back.

use crate::rule::case::{Case, Deed};
use crate::rule::deed::object_title;
use crate::rule::hit::Direction;
use crate::sql::statement::{ObjectKind, Statement};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// A thing that is made or dropped, without a guard.
struct Named<'a> {
    kind: ObjectKind,
    /// Its name without its schema.
    name: &'a str,
}

/// Returns what the upgrade makes and the downgrade leaves, and what it drops and the downgrade does not make again, one
/// sentence each. What is made OR REPLACE may have been there before.
pub fn differences(case: &Case<'_>) -> Vec<String> {
    let down = Direction::Downgrade;
    let cascades = case.deeds(down).any(|deed| match deed.statement() {
        Statement::DropObject { cascade, .. } | Statement::DropTable { cascade, .. } => *cascade,
        _ => false,
    });
    let made = case.deeds(Direction::Upgrade).filter_map(|deed| {
        let made = made(&deed).filter(|made| !cascades && !is_dropped_above(case, &deed, made))?;
        let on = deed.statement().table();
        let goes = |later: &Deed<'_>| is_dropped(later, &made) || on.is_some_and(|on| drops(later.statement(), on));
        let stays = !case.later(&deed).any(|later| goes(&later)) && !case.deeds(down).any(|later| goes(&later));
        stays.then(|| format!("`{}`, a {}, stays behind", made.name, object_title(made.kind)))
    });
    let dropped = case.deeds(Direction::Upgrade).filter_map(|deed| {
        let lost = dropped(&deed)?;
        let makes = |other: &Deed<'_>| names(other.statement()).is_some_and(|name| name == lost.name);
        let returns = case.deeds(Direction::Upgrade).chain(case.deeds(down)).any(|other| makes(&other));
        (!returns).then(|| format!("`{}`, a {}, does not come back", lost.name, object_title(lost.kind)))
    });
    made.chain(dropped).collect()
}

fn is_compared(kind: ObjectKind) -> bool {
    use ObjectKind as K;
    matches!(kind, K::View | K::MaterializedView | K::Routine | K::Trigger | K::Sequence | K::Policy)
}

fn made<'a>(deed: &Deed<'a>) -> Option<Named<'a>> {
    match &deed.told.statement {
        Statement::CreateObject { kind, name: Known::Is(name), replace: false, if_not_exists: false, .. }
            if is_compared(*kind) && !deed.is_conditional() =>
        {
            Some(Named { kind: *kind, name: bare(name) })
        }
        _ => None,
    }
}

fn dropped<'a>(deed: &Deed<'a>) -> Option<Named<'a>> {
    match &deed.told.statement {
        Statement::DropObject { kind, name: Known::Is(name), if_exists: false, .. }
            if is_compared(*kind) && !deed.is_conditional() =>
        {
            Some(Named { kind: *kind, name: bare(name) })
        }
        _ => None,
    }
}

/// What makes way for another of its name was there before.
fn is_dropped_above<'a>(case: &Case<'a>, deed: &Deed<'a>, made: &Named<'a>) -> bool {
    case.earlier(deed).any(|earlier| is_dropped(&earlier, made))
}

/// Tells whether a statement drops it, or something whose name cannot be known, or gives it another name.
fn is_dropped(deed: &Deed<'_>, made: &Named<'_>) -> bool {
    match deed.statement() {
        Statement::DropObject { name, .. } | Statement::AlterObject { name, .. } => {
            name.as_str().is_none_or(|name| bare(name).eq_ignore_ascii_case(made.name))
        }
        Statement::DropTable { table, .. } => {
            table.name.as_str().is_none_or(|name| name.eq_ignore_ascii_case(made.name))
        }
        _ => false,
    }
}

fn drops(statement: &Statement, on: &TableName) -> bool {
    matches!(statement, Statement::DropTable { table, .. } if table == on)
}

/// Returns the name of what a statement makes or names anew.
fn names(statement: &Statement) -> Option<&str> {
    match statement {
        Statement::CreateObject { name, .. } => name.as_str().map(bare),
        Statement::CreateTable(create) => create.table.name.as_str(),
        _ => None,
    }
}

fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
