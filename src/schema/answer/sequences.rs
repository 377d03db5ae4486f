//! The sequence that a default takes its numbers from.

use crate::schema::answer::error::{DatabaseError, TableUse};
use crate::schema::answer::marks::mark;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::mark::ObjectName;
use crate::sql::default::sequence;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{ServerDefault, TableName};
use crate::text::cut;

/// Asks for the sequence that a default names: PostgreSQL looks for it when the default is set.
pub(super) fn sequence_is_there(
    database: &Database,
    default: Option<&ServerDefault>,
    engine: Engine,
) -> Answer {
    let sql = default.and_then(|default| default.sql.as_str());
    let Some(name) = sql.and_then(sequence).filter(|_| engine.dialect == Dialect::PostgreSql)
    else {
        return Answer::Applied;
    };
    let presence = presence_of_object(database, ObjectKind::Sequence, &name, &None);
    // SERIAL and IDENTITY make one of the names of their table and column.
    let owners = owners(&name);
    let was = |owner: &&str| {
        let key = owner.to_ascii_lowercase();
        database.table(&TableName::plain(owner)).is_some()
            || mark(database, &ObjectName::Table(key)).is_some()
    };
    if presence == Presence::Never && owners.iter().any(was) {
        return Answer::Unknown("a column may have made the sequence".to_owned());
    }
    let error = DatabaseError::NoTable { table: TableName::plain(&name), usage: TableUse::Refer };
    match presence.needed(error) {
        Answer::Refused(refusal) => owners.into_iter().fold(refusal, Refusal::about).into(),
        answer => answer,
    }
}

/// The tables that a sequence may be named after: `a_b_c_seq` is of `a`, or of `a_b`.
fn owners(sequence: &str) -> Vec<&str> {
    let Some(stem) = sequence.strip_suffix("_seq") else { return Vec::new() };
    stem.match_indices('_')
        .map(|(at, _)| cut::to(stem, at))
        .filter(|name| !name.is_empty())
        .collect()
}
