//! Two lines of history that changed the same table, and one revision that says that they go
//! together.

use std::collections::{BTreeMap, BTreeSet};

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::merge_conflicts::{self, Act, Side};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::title::statement::statement_title;

pub(super) static RULE: Rule = Rule {
    id: "merge-migration",
    theme: Theme::History,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "merges two lines of history that changed the same table",
    harm: "Nobody has seen both changes together: databases that came by one line or the other \
        meet them in another order, and a merge revision says that the order does not matter.",
    remedy: "Read what each side did to the table. If the order matters, let one side follow the \
        other instead of merging them.",
    example: example!("merge-migration"),
    check: Check::Migration(check),
};

/// How many statements of one side a message tells.
const TOLD: usize = 4;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let sides = merge_conflicts::sides(context);
    let touched: Vec<BTreeMap<String, Vec<Act<'_>>>> = sides.iter().map(touched).collect();
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    touched
        .iter()
        .flat_map(BTreeMap::keys)
        .for_each(|table| *counts.entry(table).or_default() += 1);
    let shared: BTreeSet<&String> =
        counts.into_iter().filter(|(_, count)| *count > 1).map(|(table, _)| table).collect();
    // What cannot both hold is reported by conflicting-branches.
    if shared.is_empty() || !merge_conflicts::conflicts(&sides).is_empty() {
        return Vec::new();
    }
    let names: Vec<&String> = shared.iter().copied().collect();
    let message = format!("{} changed on more than one side of this merge", is_or_are(&names));
    let mut finding = context
        .hit_span(context.migration.header.down_revision_span, message)
        .label("nobody has seen these changes together");
    finding.table = names.first().map(|name| (*name).clone());
    for (side, touched) in sides.iter().zip(&touched) {
        for table in names.iter().filter(|table| touched.contains_key(**table)) {
            finding =
                finding.note(format!("up to `{}`: {}", side.parent, emitted(&touched[*table])));
        }
    }
    vec![finding]
}

fn is_or_are(names: &[&String]) -> String {
    let verb = if names.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", code::listed(names))
}

/// Returns what a side does to each table.
fn touched(side: &Side) -> BTreeMap<String, Vec<Act<'_>>> {
    let mut touched: BTreeMap<String, Vec<Act<'_>>> = BTreeMap::new();
    for act in side.acts().into_iter().filter(|act| changes(act.statement)) {
        if let Some(table) = act.statement.table().and_then(|table| table.known()) {
            touched.entry(table).or_default().push(act);
        }
    }
    touched
}

fn changes(statement: &Statement) -> bool {
    !matches!(
        statement,
        Statement::Read
            | Statement::Rows(RowChange::Select { .. })
            | Statement::Object(ObjectChange::Comment { .. })
            | Statement::Session(SessionCommand::LockTable { .. })
    )
}

fn emitted(acts: &[Act<'_>]) -> String {
    let mut emitted: Vec<String> = acts
        .iter()
        .take(TOLD)
        .map(|act| {
            format!("{} ({})", statement_title(act.statement), act.migration.header.revision)
        })
        .collect();
    if acts.len() > TOLD {
        emitted.push(format!("{} more", acts.len() - TOLD));
    }
    emitted.join("; ")
}
