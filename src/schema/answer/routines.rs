//! CREATE FUNCTION and PROCEDURE: what PostgreSQL replaces, and what it does not.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Refusal};
use crate::schema::database::{Database, Object, is_default_schema};
use crate::sql::object_change::ObjectKind;
use crate::sql::signature::Signature;
use crate::text::known::Known;

/// Refuses a routine that is there and called alike, and one that would replace it by another.
pub(super) fn routine_is_free(
    database: &Database,
    name: &str,
    signature: Option<&Signature>,
    replace: bool,
) -> Answer {
    let Some(signature) = signature else { return Answer::Applied };
    let held = |object: &&Object| {
        object.kind == ObjectKind::Routine && within_public(&object.name) == within_public(name)
    };
    let called_alike = |object: &Object| {
        let own = object.uses.signature.clone()?;
        (own.is_called_as(signature) == Some(true)).then_some(own)
    };
    let Some(own) = database.objects.iter().filter(held).find_map(called_alike) else {
        return Answer::Applied;
    };
    if presence_of_object(database, ObjectKind::Routine, name, &None) != Presence::Here {
        return Answer::Unknown("whether the routine is there is not known".to_owned());
    }
    let error = match replace {
        false => DatabaseError::ObjectExists {
            kind: ObjectKind::Routine,
            name: name.to_owned(),
            on: None,
        },
        true => match own.refused_by(signature) {
            Some(words) => DatabaseError::OtherRoutine { name: name.to_owned(), words },
            None => return Answer::Applied,
        },
    };
    Refusal::proved(error).about(name).into()
}

/// DROP takes a routine that is called as the statement says; without arguments there is one of the
/// name (seen on PostgreSQL 15.18).
pub(super) fn routine_is_there(
    database: &Database,
    name: &str,
    signature: Option<&Known<Signature>>,
) -> Answer {
    let kind = ObjectKind::Routine;
    let plain = within_public(name);
    let is_namesake =
        |object: &&Object| object.kind == kind && within_public(&object.name) == plain;
    let held: Vec<&Object> = database.objects.iter().filter(is_namesake).collect();
    let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: None };
    if held.is_empty() {
        return presence_of_object(database, kind, name, &None).needed(error);
    }
    let own: Option<Vec<&Signature>> =
        held.iter().map(|object| object.uses.signature.as_ref()).collect();
    let is_here = presence_of_object(database, kind, &held[0].name, &None) == Presence::Here;
    let (Some(own), true) = (own, is_here && database.complete) else { return Answer::Applied };
    let is_meant = |own: &&Signature, asked: &Signature| own.is_called_as(asked) != Some(false);
    match signature {
        Some(Known::Is(asked)) if !own.iter().any(|own| is_meant(own, asked)) => {
            Refusal::proved(error).about(name).into()
        }
        None if own.len() > 1 => {
            let words = format!("function name \"{plain}\" is not unique");
            let error = DatabaseError::OtherRoutine { name: name.to_owned(), words };
            Refusal::proved(error).about(name).into()
        }
        _ => Answer::Applied,
    }
}

/// The name of a routine, lower case, without the schema that is meant without one.
fn within_public(name: &str) -> String {
    let plain = match name.split_once('.') {
        Some((schema, name)) if is_default_schema(schema) => name,
        _ => name,
    };
    plain.to_ascii_lowercase()
}
