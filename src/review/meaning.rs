//! Whether two readings of a migration mean the same: its header, what both directions do, its waivers and plans.
//!
//! Places do not count. Where anything could not be read, nothing is known to be the same.

use crate::alembic::migration::Migration;
use crate::operation::step::{Body, Script};
use crate::review::plan;
use crate::review::waiver;

/// Tells whether two migrations are known to mean the same.
pub fn is_same(old: &Migration, new: &Migration) -> bool {
    let header = |migration: &Migration| {
        let header = &migration.header;
        (
            header.revision.clone(),
            header.down_revisions.clone(),
            header.depends_on.clone(),
            header.branch_labels.clone(),
        )
    };
    let clean = |migration: &Migration| migration.syntax_errors.is_empty();
    header(old) == header(new)
        && clean(old)
        && clean(new)
        && is_same_script(&old.upgrade, &new.upgrade)
        && is_same_script(&old.downgrade, &new.downgrade)
        && words(old) == words(new)
}

fn is_same_script(old: &Script, new: &Script) -> bool {
    let told = |script: &Script| placeless(&format!("{:?} {:?}", script.steps, script.remarks));
    let (old_told, new_told) = (told(old), told(new));
    is_same_body(&old.body, &new.body) && old_told == new_told && !old_told.contains("Unreadable")
}

fn is_same_body(old: &Body, new: &Body) -> bool {
    match (old, new) {
        (Body::Raises { message: old, .. }, Body::Raises { message: new, .. }) => old == new,
        _ => std::mem::discriminant(old) == std::mem::discriminant(new),
    }
}

/// The waivers and plans, in order.
fn words(migration: &Migration) -> Vec<String> {
    let counts = |text: &str| !text.is_empty();
    let remarks = migration.remarks.iter();
    let words = remarks.filter(|remark| plan::stated(remark).is_some() || !waiver::read(remark).is_empty());
    words.map(|remark| remark.text.trim().to_owned()).filter(|text| counts(text)).collect()
}

/// Takes places and paths out of the debug form of steps.
fn placeless(told: &str) -> String {
    let mut kept = String::with_capacity(told.len());
    let mut rest = told;
    while let Some(at) = [rest.find("Span {"), rest.find("path: \"")].into_iter().flatten().min() {
        kept.push_str(&rest[..at]);
        let end = if rest[at..].starts_with("Span {") { '}' } else { '"' };
        let from = at + "path: \"".len();
        rest = rest.get(from..).and_then(|tail| tail.split_once(end)).map_or("", |(_, tail)| tail);
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_do_not_count() {
        let one = "Step { site: Site { path: \"a.py\", span: Span { start: 1, end: 2 } }, table: \"t\" }";
        let two = "Step { site: Site { path: \"b/c.py\", span: Span { start: 10, end: 22 } }, table: \"t\" }";
        assert_eq!(placeless(one), placeless(two));
        assert!(placeless(one).ends_with("table: \"t\" }"));
    }
}
