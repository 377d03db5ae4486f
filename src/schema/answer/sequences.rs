//! The sequences that a default, or a call of `setval`, takes its numbers from.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::marks::mark;
use crate::schema::answer::needed::TableUse;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::mark::ObjectName;
use crate::schema::table::{Column, Origin, Table};
use crate::sql::default::{owners, sequence};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Generated, ServerDefault, TableName};

/// Asks for the sequence that a default names: PostgreSQL looks for it when the default is set.
/// `made` is the table that the same statement makes.
pub(super) fn sequence_is_there(
    database: &Database,
    default: Option<&ServerDefault>,
    made: Option<&TableName>,
    engine: Engine,
) -> Answer {
    let sql = default.and_then(|default| default.sql.as_str());
    match sql.and_then(sequence) {
        Some(name) => is_there(database, &name, made, engine),
        None => Answer::Applied,
    }
}

/// Asks for the sequences that a statement calls by their names.
pub(super) fn sequences_are_there(database: &Database, names: &[String], engine: Engine) -> Answer {
    Answer::first(names.iter().map(|name| is_there(database, name, None, engine)))
}

fn is_there(database: &Database, name: &str, made: Option<&TableName>, engine: Engine) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let presence = presence_of_object(database, ObjectKind::Sequence, name, &None);
    // SERIAL and IDENTITY make one of the names of their table and column.
    let owners = owners(name);
    let is_made = |owner: &&str| made.is_some_and(|made| made.name.as_str() == Some(owner));
    let is_whole =
        |owner: &&str| database.table(&TableName::plain(owner)).is_some_and(numbers_are_known);
    let was = |owner: &&str| {
        let key = owner.to_ascii_lowercase();
        database.table(&TableName::plain(owner)).is_some_and(|table| !numbers_are_known(table))
            || mark(database, &ObjectName::Table(key)).is_some()
    };
    if presence == Presence::Never && owners.iter().any(was) {
        return Answer::Unknown("a column may have made the sequence".to_owned());
    }
    let error = DatabaseError::NoTable { table: TableName::plain(name), usage: TableUse::Refer };
    // Nobody makes a sequence of the name of a table that is not there yet.
    let answer = match owners.iter().any(|owner| is_whole(owner) || is_made(owner)) {
        true => presence.needed_in_full(error),
        false => presence.needed(error),
    };
    match answer {
        Answer::Refused(refusal) => owners.into_iter().fold(refusal, Refusal::about).into(),
        answer => answer,
    }
}

/// Tells whether the sequences of all columns of a table are known.
fn numbers_are_known(table: &Table) -> bool {
    let is_known = |column: &Column| {
        let is_numbered = matches!(
            column.generated,
            Some(Generated::Serial | Generated::Identity | Generated::IdentityAlways)
        );
        !is_numbered || column.sequence.is_some()
    };
    table.complete && table.origin != Origin::Met && table.columns.iter().all(is_known)
}
