//! Functions that a statement calls and that the database does not have.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Proof, Refusal};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::sql::foreign_functions::{extension_of, is_missing};
use crate::sql::object_change::ObjectKind;

/// Refuses a function that only other databases bring along, unless the history makes one of
/// its name; one of an extension that nothing makes may be there all the same.
pub(super) fn functions_are_there<'n>(
    database: &Database,
    names: impl IntoIterator<Item = &'n str>,
    engine: Engine,
) -> Answer {
    Answer::first(names.into_iter().map(|name| function_is_there(database, name, engine)))
}

fn function_is_there(database: &Database, name: &str, engine: Engine) -> Answer {
    let kind = ObjectKind::Routine;
    let is_foreign = is_missing(name, engine.dialect);
    let extension = extension_of(name)
        .or_else(|| is_not_yet_built_in(name, engine).then_some("pgcrypto"))
        .filter(|_| engine.dialect == Dialect::PostgreSql);
    if !is_foreign && extension.is_none()
        || presence_of_object(database, kind, name, &None) != Presence::Never
    {
        return Answer::Applied;
    }
    let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: None };
    let refusal = Refusal::proved(error).about(name);
    let Some(extension) = extension.filter(|_| !is_foreign) else { return refusal.into() };
    match presence_of_object(database, ObjectKind::Extension, extension, &None) {
        Presence::Never => {
            let why = format!(
                "nothing in this history makes the extension `{extension}`, which brings `{name}`"
            );
            refusal.with(Proof::NothingMakes(why)).about(extension).into()
        }
        _ => Answer::Applied,
    }
}

/// Tells whether a function came from an extension before PostgreSQL had it: run on 12.22 and 13.23.
fn is_not_yet_built_in(name: &str, engine: Engine) -> bool {
    name == "gen_random_uuid" && !engine.version.is_at_least(13)
}
