//! What a routine does that a statement calls, or that a trigger calls for it.

use crate::schema::database::{Database, Object};
use crate::sql::functions::is_reader;
use crate::sql::object_change::{ObjectKind, Uses};
use crate::sql::row_change::{Reach, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

/// How deep routines that call routines are followed.
const DEEPEST: usize = 4;

/// Routines that PostgreSQL brings along and that write what no rule asks about: sequences,
/// settings of the session, advisory locks, signals.
const HARMLESS: [&str; 14] = [
    "nextval",
    "setval",
    "setseed",
    "set_config",
    "pg_notify",
    "pg_reload_conf",
    "pg_advisory_lock",
    "pg_advisory_xact_lock",
    "pg_advisory_unlock",
    "pg_advisory_unlock_all",
    "pg_try_advisory_lock",
    "pg_try_advisory_xact_lock",
    "pg_cancel_backend",
    "pg_terminate_backend",
];

/// What a routine does.
#[derive(Debug)]
pub enum Called {
    /// It writes nothing that a rule asks about.
    Reads,
    /// Its body was read, and these are the statements that write.
    Writes(Vec<Statement>),
    /// Nothing defines it that was read.
    Unknown,
}

/// Says what a routine does that is called by a name.
pub fn called(database: &Database, name: &str) -> Called {
    called_within(database, name, DEEPEST)
}

fn called_within(database: &Database, name: &str, depth: usize) -> Called {
    if is_reader(name) || HARMLESS.contains(&name) {
        return Called::Reads;
    }
    let Some(depth) = depth.checked_sub(1) else { return Called::Unknown };
    let plain = |name: &str| name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    let known =
        database.objects.iter().rev().find(|object| {
            object.kind == ObjectKind::Routine && plain(&object.name) == plain(name)
        });
    let Some(runs) = known.and_then(|routine| routine.uses.runs.as_ref()) else {
        return Called::Unknown;
    };
    let mut writes = Vec::new();
    for statement in runs {
        match statement {
            Statement::Rows(RowChange::Select { functions, .. }) => {
                for function in functions {
                    match called_within(database, function, depth) {
                        Called::Reads => {}
                        Called::Writes(inner) => writes.extend(inner),
                        Called::Unknown => return Called::Unknown,
                    }
                }
            }
            Statement::Read | Statement::Session(_) | Statement::Other { .. } => {}
            statement => writes.push(statement.clone()),
        }
    }
    match writes.is_empty() {
        true => Called::Reads,
        false => Called::Writes(writes),
    }
}

/// Returns the statements that destroy whole tables and that triggers and rules run when the rows of
/// a table change, with how that comes.
pub fn fired(database: &Database, change: &RowChange) -> Option<(String, Vec<Statement>)> {
    let table = change.table()?;
    let event = match change {
        RowChange::Insert(_) | RowChange::CopyFrom { .. } => "insert",
        RowChange::Update(_) => "update",
        RowChange::Delete(_) => "delete",
        RowChange::Truncate { .. } => "truncate",
        _ => return None,
    };
    // What stands behind the table is no event.
    let is_event = |object: &Object| {
        let mut events = object.uses.names.iter().take_while(|name| *name != "on" && *name != "to");
        events.any(|name| name == event)
    };
    let triggers = database.objects.iter().filter(|object| {
        matches!(object.kind, ObjectKind::Trigger | ObjectKind::Rule)
            && object.on.as_ref() == Some(table)
            && is_event(object)
    });
    for trigger in triggers {
        if let Some(runs) = &trigger.uses.runs {
            let runs: Vec<Statement> =
                runs.iter().filter(|statement| takes_away(statement)).cloned().collect();
            if !runs.is_empty() {
                let how = trigger.kind.title();
                return Some((format!("the {how} `{}` of the table runs", trigger.name), runs));
            }
        }
        for routine in database.objects.iter().filter(|object| {
            object.kind == ObjectKind::Routine
                && trigger.uses.names.contains(&object.name.to_ascii_lowercase())
        }) {
            if let Called::Writes(mut writes) = called(database, &routine.name) {
                writes.retain(takes_away);
                if !writes.is_empty() {
                    return Some((format!("a trigger calls `{}`", routine.name), writes));
                }
            }
        }
    }
    None
}

/// Returns the statements that destroy whole tables and that a trigger or a rule runs, by what it
/// says itself or by the routine that it calls.
pub fn reaction(database: &Database, uses: &Uses) -> Vec<Statement> {
    let own = uses.runs.iter().flatten().cloned();
    let called = uses.mentions.calls.iter().flat_map(|name| match called(database, name) {
        Called::Writes(writes) => writes,
        Called::Reads | Called::Unknown => Vec::new(),
    });
    own.chain(called).filter(takes_away).collect()
}

/// Tells whether a statement takes a whole table, a column or all rows away: a trigger that deletes
/// what belongs to a row is what triggers are for.
fn takes_away(statement: &Statement) -> bool {
    match statement {
        Statement::Rows(RowChange::Delete(delete)) => delete.filter.reach == Reach::Everything,
        statement => destroys(statement).is_some(),
    }
}

/// Returns the word that says that a statement destroys something.
pub fn destroys(statement: &Statement) -> Option<&'static str> {
    match statement {
        Statement::Table(TableChange::DropTable { .. } | TableChange::DropColumn { .. }) => {
            Some("DROP")
        }
        Statement::Rows(RowChange::Truncate { .. }) => Some("TRUNCATE"),
        Statement::Rows(RowChange::Delete(delete)) if delete.filter.reach != Reach::Rows => {
            Some("DELETE")
        }
        _ => None,
    }
}
