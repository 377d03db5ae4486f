//! What each statement of an upgrade took, on PostgreSQL.

use crate::scratch::answer::{LegAnswer, LockAnswer, StatementAnswer};
use crate::sql::lock::LockMode;

/// What a statement took.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// The statement.
    pub sql: String,
    /// Whether it ran outside of a transaction: then its locks were gone before they could be seen.
    pub autocommit: bool,
    /// The locks that it took on tables that stood there before.
    pub taken: Vec<(String, LockMode)>,
    /// Tables that were rewritten.
    pub rewritten: Vec<String>,
    /// Tables that were read from end to end.
    pub scanned: Vec<String>,
    /// Strong locks that earlier statements of the transaction held meanwhile.
    pub held: Vec<(String, LockMode)>,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
}

/// Reads what the statements of an upgrade took.
pub fn of_upgrade(upgrade: &LegAnswer) -> Vec<Traced> {
    let one = |entry: &StatementAnswer| Traced {
        sql: entry.sql.clone(),
        autocommit: entry.autocommit,
        taken: locks(&entry.locks),
        rewritten: entry.rewritten.clone(),
        scanned: entry.scanned.clone(),
        held: locks(&entry.held),
        milliseconds: entry.milliseconds,
    };
    upgrade.trace.iter().map(one).collect()
}

fn locks(answers: &[LockAnswer]) -> Vec<(String, LockMode)> {
    answers.iter().filter_map(|lock| Some((lock.table.clone(), mode(&lock.mode)?))).collect()
}

/// Reads a mode as `pg_locks` names it: `AccessExclusiveLock`.
fn mode(name: &str) -> Option<LockMode> {
    let title = name.strip_suffix("Lock")?.chars().fold(String::new(), |mut title, letter| {
        if letter.is_uppercase() && !title.is_empty() {
            title.push(' ');
        }
        title.push(letter);
        title
    });
    LockMode::from_title(&title)
}
