//! What was understood of each migration, for a person: one line for each operation, with what it
//! locks.

use crate::operation::operation::Operation;
use crate::operation::step::Mode;
use crate::operation::step::Script;
use crate::operation::step::Step;
use crate::report::operations::LineOf;
use crate::report::operations::Listed;
use crate::report::palette;
use crate::report::speech;
use crate::sql::lock::{Lock, LockMode};
use crate::sql::statement::Statement;
use crate::sql::title::statement::statement_title;

/// A migration with the locks on tables in use that each of its steps takes.
pub struct Outlined<'a> {
    /// The migration.
    pub migration: Listed<'a>,
    /// The locks of `upgrade`, step by step.
    pub upgrade: Vec<Vec<Lock>>,
    /// The locks of `downgrade`, step by step.
    pub downgrade: Vec<Vec<Lock>>,
}

/// Tells migrations, one block each.
pub fn tell(outlined: &[Outlined<'_>], line: &LineOf<'_>) -> String {
    let mut out = String::new();
    for (number, outlined) in outlined.iter().enumerate() {
        let migration = &outlined.migration;
        if number > 0 {
            out.push('\n');
        }
        let revision =
            migration.revision.map(|revision| format!(" · {revision}")).unwrap_or_default();
        let head = speech::one_line(&format!("{}{revision}", migration.path));
        out.push_str(&format!("{}\n", palette::strong(&head)));
        direction(&mut out, "upgrade", migration.upgrade, &outlined.upgrade, line);
        direction(&mut out, "downgrade", migration.downgrade, &outlined.downgrade, line);
    }
    out
}

fn direction(
    out: &mut String,
    name: &str,
    script: &Script,
    locks: &[Vec<Lock>],
    line: &LineOf<'_>,
) {
    if script.steps.is_empty() {
        out.push_str(&format!("  {name}: {}\n", palette::faint("nothing")));
        return;
    }
    out.push_str(&format!("  {name}\n"));
    for (number, step) in script.steps.iter().enumerate() {
        let locked = locked(locks.get(number).map_or(&[], Vec::as_slice));
        let locked = if locked.is_empty() {
            String::new()
        } else {
            format!("  {}", palette::faint(&locked))
        };
        let what = speech::one_line(&title(step));
        out.push_str(&format!("  {:>5}  {what}{locked}\n", line(&step.site)));
    }
}

/// Returns what a step does in one line.
pub fn title(step: &Step) -> String {
    let said: Vec<&Statement> = step.emitted.iter().map(|emitted| &emitted.statement).collect();
    let mut title = match (&step.operation, said.as_slice()) {
        (Operation::Unreadable { why }, _) => format!("unreadable: {why}"),
        (Operation::Custom { name, .. }, _) => format!("op.{name}(...)"),
        (_, []) => "nothing is sent to the database".to_owned(),
        (_, [first]) => statement_title(first),
        (_, [first, others @ ..]) => {
            let others: Vec<String> =
                others.iter().map(|statement| statement_title(statement)).collect();
            match others.len() {
                1 | 2 => format!("{}; {}", statement_title(first), others.join("; ")),
                more => format!("{}; and {more} more", statement_title(first)),
            }
        }
    };
    let marks = [
        (step.conditional, "perhaps"),
        (step.repeated, "in a loop"),
        (step.mode == Mode::Autocommit, "autocommit"),
    ];
    let marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    if !marks.is_empty() {
        title.push_str(&format!(" ({})", marks.join(", ")));
    }
    title
}

/// Returns the strongest lock on each table that a step takes: `ACCESS EXCLUSIVE users`.
fn locked(locks: &[Lock]) -> String {
    let mut strongest: Vec<(String, LockMode, bool, bool)> = Vec::new();
    for lock in locks {
        let table = lock.table.to_string();
        match strongest.iter_mut().find(|(known, ..)| *known == table) {
            Some(entry) => {
                entry.1 = entry.1.max(lock.mode);
                entry.2 |= lock.scans;
                entry.3 |= lock.rewrites;
            }
            None => strongest.push((table, lock.mode, lock.scans, lock.rewrites)),
        }
    }
    let emitted: Vec<String> = strongest
        .into_iter()
        .map(|(table, mode, scans, rewrites)| {
            let work = match (scans, rewrites) {
                (_, true) => ", rewrites it",
                (true, false) => ", reads all of it",
                (false, false) => "",
            };
            format!("{} on {table}{work}", mode.title())
        })
        .collect();
    emitted.join("; ")
}
