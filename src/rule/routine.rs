//! What a routine does that a statement calls, or that a trigger calls for it.

use std::collections::HashSet;

use crate::schema::database::{Database, Object};
use crate::sql::functions::is_reader;
use crate::sql::object_change::{ObjectKind, Uses};
use crate::sql::row_change::{Reach, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;

/// How many routines are followed that one call leads to.
const MOST: usize = 64;

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
    /// Nothing defines it that was read, or one that it calls.
    Unknown,
    /// It leads to more routines than are followed.
    TooMany,
}

/// Says what a routine does that is called by a name, and the routines that it calls, each once.
pub fn called(database: &Database, name: &str) -> Called {
    if is_harmless(name) {
        return Called::Reads;
    }
    let Some(runs) = body_of(database, name) else { return Called::Unknown };
    let mut seen: HashSet<String> = HashSet::from([plain(name)]);
    let mut todo: Vec<&Statement> = runs.iter().rev().collect();
    let mut writes = Vec::new();
    let mut unknown = false;
    while let Some(statement) = todo.pop() {
        match statement {
            Statement::Rows(RowChange::Select { functions, .. }) => {
                for function in functions.iter().rev().filter(|name| !is_harmless(name)) {
                    if !seen.insert(plain(function)) {
                        continue;
                    }
                    if seen.len() > MOST {
                        return Called::TooMany;
                    }
                    match body_of(database, function) {
                        Some(runs) => todo.extend(runs.iter().rev()),
                        None => unknown = true,
                    }
                }
            }
            Statement::Read | Statement::Session(_) | Statement::Other { .. } => {}
            statement => writes.push(statement.clone()),
        }
    }
    match () {
        () if !writes.is_empty() => Called::Writes(writes),
        () if unknown => Called::Unknown,
        () => Called::Reads,
    }
}

fn is_harmless(name: &str) -> bool {
    is_reader(name) || HARMLESS.contains(&name)
}

fn plain(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase()
}

/// Returns what the last routine of a name runs, where that was read.
fn body_of<'d>(database: &'d Database, name: &str) -> Option<&'d Vec<Statement>> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let of_name = |object: &&Object| {
        let own = object.name.rsplit('.').next().unwrap_or(&object.name);
        object.kind == ObjectKind::Routine && own.eq_ignore_ascii_case(name)
    };
    database.objects.iter().rev().find(of_name)?.uses.runs.as_ref()
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
        Called::Reads | Called::Unknown | Called::TooMany => Vec::new(),
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
