//! Functions that a statement calls and that the database does not have.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::foreign_functions::is_missing;
use crate::sql::object_change::ObjectKind;

/// Refuses a function that only other databases bring along, unless the history makes one of
/// its name.
pub(super) fn functions_are_there<'n>(
    database: &Database,
    names: impl IntoIterator<Item = &'n str>,
    engine: Engine,
) -> Answer {
    let mut missing = names.into_iter().filter(|name| is_missing(name, engine.dialect));
    let Some(name) = missing.next() else { return Answer::Applied };
    let kind = ObjectKind::Routine;
    match presence_of_object(database, kind, name, &None) {
        Presence::Never => {
            let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: None };
            Refusal::proved(error).about(name).into()
        }
        _ => Answer::Applied,
    }
}
