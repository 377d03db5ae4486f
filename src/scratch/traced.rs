//! What each statement of an upgrade took, on PostgreSQL.

use serde_json::Value;

/// What a statement took.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// The statement, on one line.
    pub sql: String,
    /// `table MODE` for each lock on a table that stood there before.
    pub locks: Vec<String>,
    /// Tables that were written anew.
    pub rewritten: Vec<String>,
    /// Tables that were read from end to end.
    pub scanned: Vec<String>,
    /// Strong locks that earlier statements of the transaction held meanwhile.
    pub held: Vec<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
}

/// Reads what the statements of an upgrade took.
pub fn of_upgrade(plain: &Value) -> Vec<Traced> {
    let words = |value: &Value| items(value).filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let one = |entry: &Value| Traced {
        sql: entry["sql"].as_str().unwrap_or_default().to_owned(),
        locks: items(&entry["locks"])
            .map(|lock| {
                format!("{} {}", lock["table"].as_str().unwrap_or_default(), lock["mode"].as_str().unwrap_or_default())
            })
            .collect(),
        rewritten: words(&entry["rewritten"]),
        scanned: words(&entry["scanned"]),
        held: words(&entry["held"]),
        milliseconds: entry["milliseconds"].as_f64().unwrap_or_default(),
    };
    items(&plain["upgrade"]["trace"]).map(one).collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
