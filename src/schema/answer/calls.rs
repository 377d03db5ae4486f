//! What the queries of a statement call: sequences that are there, functions that take the column,
//! aggregates where there are rows for them.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::queries::queries_hold;
use crate::schema::answer::scopes::{column_of, columns_are_found};
use crate::schema::answer::sequences::sequences_are_there;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::scope::{CalledWith, Scopes};
use crate::sql::table::TableName;
use crate::sql::{literal, taken_types};

/// Asks for what queries name and call.
pub(super) fn queries_are_sound(database: &Database, scopes: &Scopes, engine: Engine) -> Answer {
    columns_are_found(database, scopes, engine)
        .or(|| calls_are_sound(database, scopes, engine))
        .or(|| queries_hold(database, scopes, engine))
}

fn calls_are_sound(database: &Database, scopes: &Scopes, engine: Engine) -> Answer {
    sequences_are_there(database, &scopes.sequences, engine)
        .or(|| {
            let calls = scopes.calls.iter();
            Answer::first(calls.map(|call| takes_column(database, scopes, call, engine)))
        })
        .or(|| filters_rows(scopes, engine))
}

/// PostgreSQL has its functions for the types of their arguments, and casts few by itself.
fn takes_column(database: &Database, scopes: &Scopes, call: &CalledWith, engine: Engine) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    let Some((table, column)) = column_of(database, scopes, &call.column, engine) else {
        return Answer::Applied;
    };
    let kind = column.kind.as_ref().and_then(|kind| cast_name(database, kind, engine));
    let Some(kind) = kind else { return Answer::Applied };
    let is_own = database.object(ObjectKind::Routine, &call.function).is_some();
    if is_own || taken_types::is_argument(&call.function, &kind) != Some(false) {
        return Answer::Applied;
    }
    let words = format!("function {}({}) does not exist", call.function, literal::shown(&kind));
    let error = DatabaseError::BadValue { column: column.name.clone(), words };
    Refusal::proved(error).about(table.name.clone()).into()
}

fn filters_rows(scopes: &Scopes, engine: Engine) -> Answer {
    let Some(function) = scopes.filtered.first() else { return Answer::Applied };
    let words = match engine.dialect {
        Dialect::PostgreSql => "aggregate functions are not allowed in WHERE".to_owned(),
        Dialect::Sqlite => format!("misuse of aggregate: {function}()"),
        _ => "Invalid use of group function".to_owned(),
    };
    let mut tables = scopes.queries.iter().flat_map(|query| &query.sources);
    let table = tables.find_map(|source| source.table.clone());
    let table = table.unwrap_or_else(TableName::unreadable);
    let remedy = "Ask for it in a query of its own: `WHERE id = (SELECT max(id) FROM ...)`.";
    Refusal::proved(DatabaseError::Contradiction { table, words, remedy }).into()
}
