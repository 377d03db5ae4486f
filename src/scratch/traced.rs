//! What each statement of an upgrade took, on PostgreSQL.

use serde_json::Value;

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
pub fn of_upgrade(plain: &Value) -> Vec<Traced> {
    let one = |entry: &Value| Traced {
        sql: entry["sql"].as_str().unwrap_or_default().to_owned(),
        autocommit: entry["autocommit"] == true,
        taken: locks(&entry["locks"]),
        rewritten: words(&entry["rewritten"]),
        scanned: words(&entry["scanned"]),
        held: locks(&entry["held"]),
        milliseconds: entry["milliseconds"].as_f64().unwrap_or_default(),
    };
    items(&plain["upgrade"]["trace"]).map(one).collect()
}

/// Reads which tables stood there before an upgrade.
pub fn standing(plain: &Value) -> Vec<String> {
    words(&plain["upgrade"]["standing"])
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn words(value: &Value) -> Vec<String> {
    items(value).filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn locks(value: &Value) -> Vec<(String, LockMode)> {
    items(value)
        .filter_map(|lock| {
            Some((lock["table"].as_str()?.to_owned(), mode(lock["mode"].as_str()?)?))
        })
        .collect()
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
