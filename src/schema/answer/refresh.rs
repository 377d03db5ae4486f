//! REFRESH MATERIALIZED VIEW.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::TableUse;
use crate::schema::answer::presence::{Presence, presence_of_object};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, Object};
use crate::schema::table::Origin;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Index, IndexPart, TableName};
use crate::text::known::Known;

/// CONCURRENTLY asks for rows that are there, and for a unique index over plain columns that
/// leaves no row out (`refresh_by_match_merge` of PostgreSQL 15).
pub(super) fn answer_refresh(
    database: &Database,
    name: &TableName,
    concurrently: bool,
    engine: Engine,
) -> Answer {
    let Some(known) = name.name.as_str() else { return Answer::Applied };
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let is_table = database.table(name).is_some_and(|table| table.origin != Origin::Met);
    let Some(view) = database.view(name).filter(|_| !is_table) else {
        return match is_table {
            true => of_another_kind(known, "is not a materialized view"),
            false => {
                let error = DatabaseError::NoTable { table: name.clone(), usage: TableUse::Rows };
                let kind = ObjectKind::MaterializedView;
                presence_of_object(database, kind, known, &None).needed(error)
            }
        };
    };
    match presence_of_object(database, view.kind, &view.name, &None) {
        Presence::Here if view.kind == ObjectKind::View => {
            of_another_kind(known, "is not a table or materialized view")
        }
        Presence::Here if concurrently => can_be_merged(view, name),
        _ => Answer::Applied,
    }
}

fn of_another_kind(name: &str, is_none: &str) -> Answer {
    let words = format!("\"{name}\" {is_none}");
    let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
    Refusal::proved(error).about(name).into()
}

fn can_be_merged(view: &Object, name: &TableName) -> Answer {
    let refused = |words: String, remedy| {
        let error = DatabaseError::Contradiction { table: name.clone(), words, remedy };
        Refusal::proved(error).about(view.name.clone()).into()
    };
    if view.uses.unfilled {
        return refused(
            "CONCURRENTLY cannot be used when the materialized view is not populated".to_owned(),
            "Refresh it once without CONCURRENTLY: WITH NO DATA left it empty.",
        );
    }
    let Known::Is(indexes) = &view.indexes else {
        return Answer::Unknown("the indexes of the view are not known".to_owned());
    };
    if indexes.iter().any(may_tell_rows_apart) {
        return Answer::Applied;
    }
    let title = match &name.schema {
        Some(_) => name.to_string(),
        None => format!("public.{name}"),
    };
    refused(
        format!("cannot refresh materialized view \"{title}\" concurrently"),
        "Create a unique index over plain columns of the view first, without WHERE, or refresh it \
         without CONCURRENTLY.",
    )
}

/// Tells whether an index may be unique over plain columns and all rows.
fn may_tell_rows_apart(index: &Index) -> bool {
    let is_plain = |part: &IndexPart| !matches!(part, IndexPart::Expression(_));
    index.unique != Known::Is(false)
        && index.predicate.is_none()
        && index.columns.get().is_none_or(|parts| parts.iter().all(is_plain))
}
