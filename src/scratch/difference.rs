//! What two snapshots of a scratch database tell apart, in words.

use crate::scratch::answer::{
    AttributeDifference, Differences, MovedBy, MovedSequence, ObjectChange, ObjectDifference,
    RowChange, RowDifference,
};
use crate::scratch::problem::{Gravity, Problem};

/// How much of a value or a definition a sentence shows, in characters.
const SHOWN: usize = 160;

/// Extensions stay by intent.
pub fn is_noise(object: &ObjectDifference) -> bool {
    object.kind == "extension"
}

/// Tells whether all that differs is that a constraint was validated meanwhile: there is no way
/// back from that, nor a need.
fn is_validated(object: &ObjectDifference) -> bool {
    let validated = |attribute: &AttributeDifference| {
        let before = attribute.before.as_deref().and_then(|text| text.strip_suffix(" NOT VALID"));
        before.is_some() && before == attribute.after.as_deref()
    };
    !object.attributes.is_empty() && object.attributes.iter().all(validated)
}

/// Tells whether all that differs is that a constraint is not validated any more.
pub fn is_unvalidated(object: &ObjectDifference) -> bool {
    let unvalidated = |attribute: &AttributeDifference| {
        let after = attribute.after.as_deref().and_then(|text| text.strip_suffix(" NOT VALID"));
        after.is_some() && after == attribute.before.as_deref()
    };
    !object.attributes.is_empty() && object.attributes.iter().all(unvalidated)
}

/// Tells whether all that differs are labels that an enum type has more: PostgreSQL cannot take one
/// away.
fn has_more_labels(object: &ObjectDifference) -> bool {
    let labels = |text: &Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.split(", ").map(str::to_owned)).collect()
    };
    let more = |attribute: &AttributeDifference| {
        let after = labels(&attribute.after);
        attribute.name == "labels"
            && labels(&attribute.before).iter().all(|label| after.contains(label))
    };
    !object.attributes.is_empty() && object.attributes.iter().all(more)
}

/// Says what a downgrade leaves different, where that is more than noise.
pub fn left_different(object: &ObjectDifference) -> Option<Problem> {
    if is_noise(object) || is_validated(object) {
        return None;
    }
    let gravity = if has_more_labels(object) { Gravity::Warns } else { Gravity::Fails };
    let (name, change) = (name_of(object), change_of(object));
    let mut found = Problem::new(gravity, format!("downgrade leaves {name} different: {change}"));
    found.hint = is_unvalidated(object).then(|| UNVALIDATED.to_owned());
    Some(found)
}

/// What to do about a constraint that comes back NOT VALID.
const UNVALIDATED: &str = "validate it where the downgrade has made it (ALTER TABLE ... VALIDATE \
    CONSTRAINT ...); where rows that were written meanwhile may break it, say so in a comment of \
    three words or more: `# Irreversible: ...`";

/// Says that a sequence is set further by a statement, and not back; one that only gave values is
/// no matter of the downgrade.
pub fn set_further(sequence: &MovedSequence) -> Option<Problem> {
    let MovedSequence { name, before, after, how } = sequence;
    let message = format!(
        "downgrade leaves the sequence of `{}` further than it stood: {before} before, {after} \
         after",
        unqualified(name)
    );
    (*how == MovedBy::Set).then(|| Problem::new(Gravity::Warns, message))
}

/// Says which sequences gave values that they will not give again.
pub fn given(moved: &[MovedSequence]) -> Option<String> {
    let one = |sequence: &MovedSequence| {
        let MovedSequence { name, before, after, .. } = sequence;
        format!("`{}` ({before} before, {after} after)", unqualified(name))
    };
    let given = moved.iter().filter(|sequence| sequence.how == MovedBy::Given).map(one);
    let given: Vec<String> = given.collect();
    let sequences = given.join(", ");
    (!given.is_empty())
        .then(|| format!("numbers that were given are not given again, as always: {sequences}"))
}

/// Says what an upgrade destroys though no statement asks for it.
pub fn destroyed(object: &ObjectDifference) -> Problem {
    let (name, change) = (name_of(object), change_of(object));
    let mut found = Problem::new(
        Gravity::Fails,
        format!("upgrade destroys what no statement of it names: {name}: {change}"),
    );
    let table = object.table.as_deref().map(unqualified).unwrap_or_default();
    found.hint = Some(format!(
        "altering `{table}` here copies it or states a column anew; make it again in the upgrade, \
         or hand it to the operation (table_args, existing_comment, existing_server_default, ...)"
    ));
    found
}

/// Says that an upgrade takes rows that no statement of it names.
pub fn taken_along(row: &RowDifference) -> Problem {
    let mut found = Problem::new(
        Gravity::Fails,
        format!("upgrade destroys what no statement of it names: {}", place_and_change(row)),
    );
    found.hint = Some(
        "a table that is copied is dropped first, and ON DELETE of a foreign key follows; switch \
         foreign keys off around it: op.execute(\"PRAGMA foreign_keys=OFF\") before the \
         transaction, in env.py"
            .to_owned(),
    );
    found
}

/// Names an object as people do: kind and name, without the schema that everybody has.
pub fn name_of(object: &ObjectDifference) -> String {
    let on_a_table = ["constraint", "trigger", "policy", "rule"].contains(&object.kind.as_str());
    // SQLite's constraints are called by their SQL, and `ON DELETE` is no table.
    let is_its_table = |(_, name): &(&str, &str)| {
        object.table.as_deref().is_none_or(|table| table.ends_with(name))
    };
    match object.name.split_once(" on ").filter(|_| on_a_table).filter(is_its_table) {
        Some((name, table)) => format!("{} `{name}` on `{}`", object.kind, unqualified(table)),
        None => format!("{} `{}`", object.kind, unqualified(&object.name)),
    }
}

fn unqualified(name: &str) -> &str {
    name.strip_prefix("public.").unwrap_or(name)
}

/// Says what became of an object.
pub fn change_of(object: &ObjectDifference) -> String {
    match object.change {
        ObjectChange::Added => "it was not there before".to_owned(),
        ObjectChange::Gone => "it is gone".to_owned(),
        ObjectChange::Changed => {
            let each = object.attributes.iter().map(attribute);
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

/// `comment: none before, 'hello' after`; of a definition of several lines the first that differs.
fn attribute(attribute: &AttributeDifference) -> String {
    let (before, after) = (attribute.before.as_deref(), attribute.after.as_deref());
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => first_difference(before, after),
        other => other,
    };
    let shown = |text: Option<&str>| text.map(shortened).unwrap_or("none".to_owned());
    format!("{}: {} before, {} after", attribute.name, shown(before), shown(after))
}

fn first_difference<'a>(before: &'a str, after: &'a str) -> (Option<&'a str>, Option<&'a str>) {
    if !before.contains('\n') && !after.contains('\n') {
        return (Some(before), Some(after));
    }
    let (mut old, mut new) = (before.lines(), after.lines());
    loop {
        match (old.next(), new.next()) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => return (Some(before), Some(after)),
            (one, other) => return (one.map(str::trim), other.map(str::trim)),
        }
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() > SHOWN {
        true => line.chars().take(SHOWN - 1).chain(['…']).collect(),
        false => line,
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
            "the failed upgrade leaves half of itself behind: {first}{more}; the next attempt \
             meets it"
        ),
    );
    found.hint = Some(
        "this database does not undo it: let each such statement be the only one of its revision"
            .to_owned(),
    );
    Some(found)
}

/// Says what stays of an upgrade whose downgrade does nothing by intent.
pub fn stays(left: &Differences) -> Option<Problem> {
    let objects = left.objects.iter().filter(|object| !is_noise(object)).map(name_of);
    let stays: Vec<String> = objects.chain(left.rows.iter().map(place_and_change)).collect();
    let (first, others) = stays.split_first()?;
    let more =
        if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
    let message = format!("downgrade does nothing, and that is meant: {first}{more} stays so");
    Some(Problem::new(Gravity::Warns, message))
}

/// Says that rows are not what they were before the upgrade.
pub fn data_differs(row: &RowDifference, gravity: Gravity) -> Problem {
    if row.restored {
        return written_back(row);
    }
    let what = match row.kept {
        true => "downgrade changes data that the upgrade kept",
        false => "downgrade does not bring the data back",
    };
    let mut found = Problem::new(gravity, format!("{what}: {}", place_and_change(row)));
    let plan = match row.what {
        RowChange::RowsAdded => {
            "delete in the downgrade what the upgrade inserts, or say why it may stay in a comment \
             of three words or more: `# Irreversible: ...`"
        }
        _ => {
            "keep a copy to restore from, or say how the loss is met in a comment of three words \
             or more: `# Backup plan: ...` above the statement, or `# Irreversible: ...`"
        }
    };
    found.hint = (gravity == Gravity::Fails).then(|| plan.to_owned());
    found
}

/// Says that data is lost which only difficult rows hold: what a cascade takes along is lost with
/// it, and told in one sentence.
pub fn lost_where_hard(lost: &[(&RowDifference, Gravity)]) -> Option<Problem> {
    if lost.is_empty() {
        return None;
    }
    let places: Vec<String> = lost.iter().take(3).map(|(row, _)| place_and_change(row)).collect();
    let more = match lost.len() - places.len() {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let message = format!(
        "upgrade loses data where columns hold NULLs, duplicates, long values or what its \
         statements ask for, and downgrade does not bring it back: {}{more}",
        places.join("; ")
    );
    let mut found = Problem::new(Gravity::Warns, message);
    let plan = "count such rows in production first; keep a copy to restore from, or say how the \
        loss is met in a comment of three words or more: `# Backup plan: ...` above the statement, \
        or `# Irreversible: ...`";
    let is_asked_for = lost.iter().any(|(_, gravity)| *gravity == Gravity::Fails);
    found.hint = is_asked_for.then(|| plan.to_owned());
    Some(found)
}

/// Says that a downgrade writes rows back of which none was there to be compared with.
fn written_back(row: &RowDifference) -> Problem {
    let table = place_of(row);
    let message = format!(
        "what the downgrade writes back to {table} is not compared: the upgrade deletes rows of \
         it, and those that are made up are others"
    );
    let mut found = Problem::new(Gravity::Warns, message);
    found.hint = Some(
        "write such rows: seed-sql = [\"INSERT ...\"] under [tool.safe-migration.verify]"
            .to_owned(),
    );
    found
}

/// Names the table or column whose rows differ.
pub fn place_of(row: &RowDifference) -> String {
    let table = unqualified(&row.table);
    match &row.column {
        Some(column) => format!("`{table}.{column}`"),
        None => format!("`{table}`"),
    }
}

/// Names a table or column whose rows differ, and how.
pub fn place_and_change(row: &RowDifference) -> String {
    let rows = if row.rows == 1 { "1 row".to_owned() } else { format!("{} rows", row.rows) };
    let one = row.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
    let shown = |value: &Option<String>| value.clone().unwrap_or("NULL".to_owned());
    let place = place_of(row);
    match row.what {
        RowChange::TableLost => format!("{place} is gone with {rows}"),
        RowChange::ColumnLost => format!("{place} is gone with the values of {rows}"),
        RowChange::RowsLost => format!("{place} lacks {rows}{one}"),
        RowChange::RowsAdded => format!("{place} holds {rows} more{one}"),
        RowChange::ValuesMoved => format!("values of {place} lie in other rows"),
        RowChange::ValuesChanged => {
            let (before, after) = (shown(&row.before), shown(&row.after));
            format!("values changed in {place} of {rows}: {before} before, {after} after{one}")
        }
    }
}

/// Says what a second upgrade leaves other than the first.
pub fn redone(object: &ObjectDifference) -> Problem {
    let (name, change) = (name_of(object), change_of(object));
    let message = format!("the second upgrade leaves {name} other than the first: {change}");
    Problem::new(Gravity::Fails, message)
}

/// Says that a second run does what the first has done already.
pub fn changed_again(row: &RowDifference, gravity: Gravity) -> Problem {
    let message = format!("a second run changes the data again: {}", place_and_change(row));
    let mut found = Problem::new(gravity, message);
    let way = "let the statement leave alone what it has written: WHERE ... IS NULL, ON CONFLICT \
        DO NOTHING";
    found.hint = Some(way.to_owned());
    found
}
