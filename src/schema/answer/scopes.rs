//! The columns that queries name: each is one of a source, of exactly one (seen on PostgreSQL 15.18,
//! MariaDB 10.11 and SQLite 3.40).

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::ColumnPlace;
use crate::schema::answer::needs::{about_table, needs_column};
use crate::schema::answer::presence::{Presence, presence_of_column};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::scope::{NamedColumn, QueryScope, Scopes};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// What a name in a query is.
enum Found<'d> {
    /// A column of a table.
    Column(&'d Table, &'d Column),
    /// Something that cannot be known.
    Unknown,
    /// Nothing: the answer says so.
    Nothing(Answer),
}

/// Asks for every column that queries name.
pub(super) fn columns_are_found(database: &Database, scopes: &Scopes, engine: Engine) -> Answer {
    let named = scopes.columns.iter();
    let answer = named.map(|named| match found(database, scopes, named, engine) {
        Found::Nothing(answer) => answer,
        Found::Column(..) | Found::Unknown => Answer::Applied,
    });
    Answer::first(answer)
}

/// Returns the column that a query names, with its table, where that is certain.
pub(super) fn column_of<'d>(
    database: &'d Database,
    scopes: &Scopes,
    named: &NamedColumn,
    engine: Engine,
) -> Option<(&'d Table, &'d Column)> {
    match found(database, scopes, named, engine) {
        Found::Column(table, column) => Some((table, column)),
        Found::Unknown | Found::Nothing(_) => None,
    }
}

/// Returns the column that a query names, with its table, where it is one of its own sources.
pub(super) fn column_here<'d>(
    database: &'d Database,
    scopes: &Scopes,
    named: &NamedColumn,
    engine: Engine,
) -> Option<(&'d Table, &'d Column)> {
    let query = scopes.queries.get(named.query).filter(|query| !query.open)?;
    let here = match &named.of {
        Some(of) => of_source(database, query, of, &named.name, engine),
        None => of_any(database, query, &named.name, engine),
    };
    match here? {
        Found::Column(table, column) => Some((table, column)),
        Found::Unknown | Found::Nothing(_) => None,
    }
}

fn found<'d>(
    database: &'d Database,
    scopes: &Scopes,
    named: &NamedColumn,
    engine: Engine,
) -> Found<'d> {
    let mut at = Some(named.query);
    while let Some(query) = at.and_then(|at| scopes.queries.get(at)) {
        let here = match &named.of {
            _ if query.open => return Found::Unknown,
            Some(of) => of_source(database, query, of, &named.name, engine),
            None => of_any(database, query, &named.name, engine),
        };
        match here {
            Some(found) => return found,
            None => at = query.outer,
        }
    }
    Found::Nothing(nowhere(database, scopes, named, engine))
}

/// Looks for a column of the source that is named; nothing where no source has that name.
fn of_source<'d>(
    database: &'d Database,
    query: &QueryScope,
    of: &str,
    name: &str,
    engine: Engine,
) -> Option<Found<'d>> {
    let source = query.sources.iter().find(|source| source.name == of)?;
    let Some(table) = &source.table else { return Some(Found::Unknown) };
    let Some(held) = database.table(table) else { return Some(Found::Unknown) };
    Some(match held.column(name) {
        Some(column) if is_here(database, table, name) => Found::Column(held, column),
        _ => match needs_column(database, table, &plain(name), ColumnPlace::Read, engine) {
            Answer::Refused(refusal) => Found::Nothing(refusal.into()),
            _ => Found::Unknown,
        },
    })
}

/// Looks for a column that no source is said of; nothing where none of the query has it.
fn of_any<'d>(
    database: &'d Database,
    query: &QueryScope,
    name: &str,
    engine: Engine,
) -> Option<Found<'d>> {
    let lower = name.to_lowercase();
    let is_alias =
        query.given.contains(&lower) || query.sources.iter().any(|source| source.name == lower);
    if is_alias {
        return Some(Found::Unknown);
    }
    let mut holders = Vec::new();
    let mut unknown = false;
    for source in &query.sources {
        let table = source.table.as_ref();
        match table.and_then(|table| database.table(table).zip(Some(table))) {
            Some((held, table)) => match held.column(name) {
                Some(column) if is_here(database, table, name) => holders.push((held, column)),
                _ => {
                    let answer =
                        needs_column(database, table, &plain(name), ColumnPlace::Read, engine);
                    unknown |= !matches!(answer, Answer::Refused(_));
                }
            },
            None => unknown = true,
        }
    }
    match holders.as_slice() {
        [_, second, ..] if !query.merges => {
            Some(Found::Nothing(ambiguous(name, &second.0.table_name(), engine)))
        }
        [(held, column)] if !unknown => Some(Found::Column(held, column)),
        [] if !unknown => None,
        _ => Some(Found::Unknown),
    }
}

/// No query has a source of that name, or no source a column of it.
fn nowhere(database: &Database, scopes: &Scopes, named: &NamedColumn, engine: Engine) -> Answer {
    let query = &scopes.queries[named.query];
    let tables = query.sources.iter().filter_map(|source| source.table.as_ref());
    let Some(first) = tables.clone().next() else { return Answer::Applied };
    if let Some(of) = &named.of {
        let is_renamed = |table: &&TableName| {
            table.name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(of))
        };
        let words = match engine.dialect {
            Dialect::PostgreSql if tables.clone().any(|table| is_renamed(&table)) => {
                format!("invalid reference to FROM-clause entry for table \"{of}\"")
            }
            Dialect::PostgreSql => format!("missing FROM-clause entry for table \"{of}\""),
            Dialect::Sqlite => format!("no such column: {of}.{}", named.name),
            _ => format!("Unknown column '{of}.{}'", named.name),
        };
        let remedy = "Qualify columns by the names that the tables go by in this query.";
        return contradicts(first, words, remedy, engine);
    }
    // A name may be a function of the row: `row.name` is `name(row)`.
    if database.object(ObjectKind::Routine, &named.name).is_some() {
        return Answer::Applied;
    }
    let ask = |table: &TableName| {
        needs_column(database, table, &plain(&named.name), ColumnPlace::Read, engine)
    };
    let answers: Vec<Answer> = tables.map(ask).collect();
    if answers.iter().any(|answer| !matches!(answer, Answer::Refused(_))) {
        return Answer::Applied;
    }
    let is_told = |answer: &&Answer| {
        matches!(answer, Answer::Refused(refusal)
            if refusal.taken_by.is_some() || refusal.spelt.is_some())
    };
    answers.iter().find(is_told).or(answers.first()).cloned().unwrap_or(Answer::Applied)
}

fn ambiguous(name: &str, table: &TableName, engine: Engine) -> Answer {
    let words = match engine.dialect {
        Dialect::PostgreSql => format!("column reference \"{name}\" is ambiguous"),
        Dialect::Sqlite => format!("ambiguous column name: {name}"),
        _ => format!("Column '{name}' is ambiguous"),
    };
    contradicts(table, words, "Qualify the column by the name of its table.", engine)
}

fn contradicts(table: &TableName, words: String, remedy: &'static str, engine: Engine) -> Answer {
    let error = DatabaseError::Contradiction { table: table.clone(), words, remedy };
    about_table(Refusal::proved(error).into(), table, engine)
}

fn is_here(database: &Database, table: &TableName, name: &str) -> bool {
    presence_of_column(database, table, name) == Presence::Here
}

fn plain(name: &str) -> Known<String> {
    Known::Is(name.to_owned())
}
