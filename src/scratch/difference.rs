//! What two snapshots of a scratch database tell apart, in words.

use serde_json::Value;

use crate::scratch::problem::{Gravity, Problem};

/// Extensions stay by intent, and a column that is dropped and added again comes last.
pub fn is_noise(object: &Value) -> bool {
    let name = object["object"].as_str().unwrap_or_default();
    name.starts_with("extension ") || name.starts_with("column order ")
}

/// Tells whether all that differs is that a constraint was validated meanwhile: there is no way
/// back from that, nor a need.
fn is_validated(object: &Value) -> bool {
    let before = object["before"]
        .as_str()
        .and_then(|before| before.strip_suffix(" NOT VALID (not validated)"));
    before.is_some() && before == object["after"].as_str()
}

/// Says what a downgrade leaves different, where that is more than noise.
pub fn left_different(object: &Value) -> Option<Problem> {
    let name = object["object"].as_str().unwrap_or_default();
    if is_noise(object) || is_validated(object) {
        return None;
    }
    // PostgreSQL cannot take a value from an enum type.
    let both = object["before"].is_string() && object["after"].is_string();
    let gravity =
        if name.starts_with("enum type ") && both { Gravity::Warns } else { Gravity::Fails };
    Some(Problem::new(
        gravity,
        format!("downgrade leaves {} different: {}", name_of(object), change_of(object)),
    ))
}

/// Names an object as people do: kind and name, without the schema that everybody has.
pub fn name_of(object: &Value) -> String {
    let name = object["object"].as_str().unwrap_or_default();
    let kinds = [
        "enum type",
        "column",
        "table",
        "constraint",
        "index",
        "sequence",
        "type",
        "view",
        "function",
        "trigger",
        "policy",
        "schema",
    ];
    match kinds.iter().find_map(|kind| Some((kind, name.strip_prefix(kind)?.strip_prefix(' ')?))) {
        Some((kind, rest)) => format!("{kind} `{}`", rest.strip_prefix("public.").unwrap_or(rest)),
        None => format!("`{name}`"),
    }
}

/// Says what became of an object.
pub fn change_of(object: &Value) -> String {
    match (object["before"].as_str(), object["after"].as_str()) {
        (None, Some(_)) => "it was not there before".to_owned(),
        (Some(_), None) => "it is gone".to_owned(),
        (before, after) => {
            format!("{} before, {} after", before.unwrap_or_default(), after.unwrap_or_default())
        }
    }
}

/// Says what a failed upgrade leaves behind, where the database commits as it goes.
pub fn half_applied(half: &Value) -> Option<Problem> {
    let rows = |name: &str| half[name].as_array().into_iter().flatten();
    let objects = rows("objects").filter(|object| !is_noise(object)).map(name_of);
    let left: Vec<String> = objects.chain(rows("rows").map(place_and_change)).collect();
    let (first, others) = left.split_first()?;
    let more =
        if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let mut found = Problem::new(
        Gravity::Fails,
        format!(
            "the failed upgrade leaves half of itself behind: {first}{more}; the next attempt meets it"
        ),
    );
    found.hint = Some(
        "this database does not undo it: let each such statement be the only one of its revision"
            .to_owned(),
    );
    Some(found)
}

/// Says that rows are not what they were before the upgrade.
pub fn data_differs(row: &Value, gravity: Gravity) -> Problem {
    let mut found = Problem::new(
        gravity,
        format!("downgrade does not bring the data back: {}", place_and_change(row)),
    );
    let plan = "keep a copy to restore from, or say how it is met: `# Backup plan: ...` or `# Irreversible: ...`";
    found.hint = (gravity == Gravity::Fails).then(|| plan.to_owned());
    found
}

/// Names a table or column whose rows differ, and how.
pub fn place_and_change(row: &Value) -> String {
    let table = row["table"].as_str().unwrap_or_default();
    let table = table.strip_prefix("public.").unwrap_or(table);
    let what = row["what"].as_str().unwrap_or_default();
    match row["column"].as_str() {
        Some(column) => format!("{what} in `{table}.{column}`"),
        None => format!("`{table}` held {} rows and holds {}", row["before"], row["after"]),
    }
}
