//! What a statement needs: tables and columns that are there, and that nothing else needs what it
//! takes away.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::presence::{
    Presence, presence_of_column, presence_of_index, presence_of_table,
};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::TableName;
use crate::text::known::Known;

/// Asks for a table.
pub(super) fn needs_table(
    database: &Database,
    table: &TableName,
    usage: TableUse,
    engine: Engine,
) -> Answer {
    if is_of_server(table) {
        return Answer::Applied;
    }
    let name = table.name.as_str().unwrap_or_default();
    let is_index = engine.dialect == Dialect::PostgreSql
        && database.table(table).is_none()
        && database.view(table).is_none()
        && database.owner_of_index(name, None).is_some();
    if is_index && presence_of_index(database, name, None) == Presence::Here {
        let words = match usage {
            TableUse::Drop => format!("\"{table}\" is not a table"),
            _ => format!("\"{table}\" is an index"),
        };
        let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
        return Refusal::proved(error).into();
    }
    let usage = match (engine.copies(), usage) {
        (true, TableUse::Alter) => TableUse::Reflect,
        (_, usage) => usage,
    };
    let error = DatabaseError::NoTable { table: table.clone(), usage };
    // Who gives the name of a constraint for that of a table takes one for the other.
    let is_constraint = table.schema.is_none()
        && database.tables().any(|held| held.constraint(name).is_some_and(|held| !held.unnamed));
    let presence = presence_of_table(database, table);
    let answer = match is_constraint {
        true => presence.needed_in_full(error),
        false => presence.needed(error),
    };
    match answer {
        Answer::Refused(refusal) => {
            let refusal = refusal.about(table.name.as_str().unwrap_or_default());
            match engine.copies() {
                true => refusal.by_alembic().into(),
                false => refusal.into(),
            }
        }
        answer => answer,
    }
}

/// Asks for every table that a query reads.
pub(super) fn needs_tables(database: &Database, tables: &[TableName], engine: Engine) -> Answer {
    Answer::first(tables.iter().map(|table| needs_table(database, table, TableUse::Rows, engine)))
}

/// Asks for a column of a table that is there.
pub(super) fn needs_column(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    place: ColumnPlace,
    engine: Engine,
) -> Answer {
    let Some(column) = column.as_str() else { return Answer::Applied };
    if is_hidden(column, engine) || database.table(table).is_none() {
        return Answer::Applied;
    }
    let place = if engine.copies() { ColumnPlace::Batch } else { place };
    let error = DatabaseError::NoColumn { table: table.clone(), column: column.to_owned(), place };
    let answer = presence_of_column(database, table, column).needed_in_full(error);
    about_table(answer, table, engine)
}

/// Asks for a table and a column of it.
pub(super) fn needs_column_of(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    needs_table(database, table, TableUse::Alter, engine)
        .or(|| needs_column(database, table, column, ColumnPlace::Altered, engine))
}

/// Asks for a column that ALTER TABLE changes on a view as on a table: the columns of a view
/// are not replayed.
pub(super) fn needs_column_of_relation(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    match database.table(table).is_none() && database.view(table).is_some() {
        true => Answer::Unknown("the columns of a view are not replayed".to_owned()),
        false => needs_column_of(database, table, column, engine),
    }
}

/// Asks a table that may not be part of the database yet for a column.
pub(super) fn has_column(
    table: &Table,
    column: &Known<String>,
    place: ColumnPlace,
    engine: Engine,
) -> Answer {
    let Some(name) = column.as_str() else { return Answer::Applied };
    if table.column(name).is_some() || !table.complete {
        return Answer::Applied;
    }
    let place = if engine.copies() { ColumnPlace::Batch } else { place };
    let error =
        DatabaseError::NoColumn { table: table.table_name(), column: name.to_owned(), place };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}

/// Refuses what a view does not take.
pub(super) fn is_no_view(database: &Database, table: &TableName, words: String) -> Answer {
    let is_plain = database.view(table).is_some_and(|view| view.kind == ObjectKind::View);
    match database.table(table).is_none() && is_plain {
        true => {
            let name = table.to_string();
            Refusal::proved(DatabaseError::OfAnotherKind { name, words }).into()
        }
        false => Answer::Applied,
    }
}

/// Refuses what others need.
pub(super) fn in_use(what: Needed, by: Vec<String>, names: Vec<String>) -> Answer {
    if by.is_empty() {
        return Answer::Applied;
    }
    let refusal = Refusal::proved(DatabaseError::InUse { what, by });
    names.into_iter().fold(refusal, Refusal::about).into()
}

/// Adds the table to what the proof of a refusal must have looked at.
pub(super) fn about_table(answer: Answer, table: &TableName, engine: Engine) -> Answer {
    let by_alembic = |refusal: Refusal| match engine.copies() {
        true => refusal.by_alembic(),
        false => refusal,
    };
    match answer {
        Answer::Refused(refusal) => {
            by_alembic(refusal).about(table.name.as_str().unwrap_or_default()).into()
        }
        answer => answer,
    }
}

/// Tells whether a table is the server's own, or not in the schema that the history makes.
fn is_of_server(table: &TableName) -> bool {
    let schema = table.schema.as_ref().and_then(Known::as_str).unwrap_or_default();
    let name = table.name.as_str().unwrap_or_default();
    let of_catalog = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.starts_with("pg_")
            || ["information_schema", "sys", "mysql", "performance_schema"].contains(&word.as_str())
            || word.starts_with("sqlite_")
    };
    of_catalog(schema)
        || of_catalog(name)
        || name.starts_with("_alembic_tmp_")
        || name == "alembic_version"
}

/// Columns that every table has (PostgreSQL's system columns, SQLite's row id).
fn is_hidden(column: &str, engine: Engine) -> bool {
    let hidden: &[&str] = match engine.dialect {
        Dialect::PostgreSql => &["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"],
        Dialect::Sqlite => &["rowid", "oid", "_rowid_"],
        _ => &[],
    };
    hidden.iter().any(|name| name.eq_ignore_ascii_case(column))
}
