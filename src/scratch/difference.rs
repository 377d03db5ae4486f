//! What two snapshots of a scratch database tell apart, in words.

use crate::scratch::answer::{Differences, ObjectDifference, RowDifference};
use crate::scratch::problem::{Gravity, Problem};

/// Extensions stay by intent, and a column that is dropped and added again comes last.
pub fn is_noise(object: &ObjectDifference) -> bool {
    let name = object.object.as_str();
    name.starts_with("extension ") || name.starts_with("column order ")
}

/// Tells whether all that differs is that a constraint was validated meanwhile: there is no way
/// back from that, nor a need.
fn is_validated(object: &ObjectDifference) -> bool {
    let before = object
        .before
        .as_deref()
        .and_then(|before| before.strip_suffix(" NOT VALID (not validated)"));
    before.is_some() && before == object.after.as_deref()
}

/// Says what a downgrade leaves different, where that is more than noise.
pub fn left_different(object: &ObjectDifference) -> Option<Problem> {
    let name = object.object.as_str();
    if is_noise(object) || is_validated(object) {
        return None;
    }
    // PostgreSQL cannot take a value from an enum type.
    let both = object.before.is_some() && object.after.is_some();
    let gravity =
        if name.starts_with("enum type ") && both { Gravity::Warns } else { Gravity::Fails };
    Some(Problem::new(
        gravity,
        format!("downgrade leaves {} different: {}", name_of(object), change_of(object)),
    ))
}

/// Names an object as people do: kind and name, without the schema that everybody has.
pub fn name_of(object: &ObjectDifference) -> String {
    let name = object.object.as_str();
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
pub fn change_of(object: &ObjectDifference) -> String {
    match (object.before.as_deref(), object.after.as_deref()) {
        (None, Some(_)) => "it was not there before".to_owned(),
        (Some(_), None) => "it is gone".to_owned(),
        (before, after) => {
            format!("{} before, {} after", before.unwrap_or_default(), after.unwrap_or_default())
        }
    }
}

/// Says what a failed upgrade leaves behind, where the database commits as it goes.
pub fn half_applied(half: &Differences) -> Option<Problem> {
    let objects = half.objects.iter().filter(|object| !is_noise(object)).map(name_of);
    let left: Vec<String> = objects.chain(half.rows.iter().map(place_and_change)).collect();
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
pub fn data_differs(row: &RowDifference, gravity: Gravity) -> Problem {
    let mut found = Problem::new(
        gravity,
        format!("downgrade does not bring the data back: {}", place_and_change(row)),
    );
    let plan = "keep a copy to restore from, or say how it is met: `# Backup plan: ...` or `# Irreversible: ...`";
    found.hint = (gravity == Gravity::Fails).then(|| plan.to_owned());
    found
}

/// Names a table or column whose rows differ, and how.
pub fn place_and_change(row: &RowDifference) -> String {
    let table = row.table.strip_prefix("public.").unwrap_or(&row.table);
    match &row.column {
        Some(column) => format!("{} in `{table}.{column}`", row.what),
        None => format!("`{table}` held {} rows and holds {}", row.before, row.after),
    }
}

/// Says what a second upgrade leaves other than the first.
pub fn redone(object: &ObjectDifference) -> Problem {
    let (name, change) = (name_of(object), change_of(object));
    let message = format!("the second upgrade leaves {name} other than the first: {change}");
    Problem::new(Gravity::Fails, message)
}

/// Says that a second run does what the first has done already.
pub fn changed_again(row: &RowDifference) -> Problem {
    let message = format!("a second run changes the data again: {}", place_and_change(row));
    let mut found = Problem::new(Gravity::Fails, message);
    let way = "let the statement leave alone what it has written: WHERE ... IS NULL, ON CONFLICT DO NOTHING";
    found.hint = Some(way.to_owned());
    found
}
