//! What SQLite says when it refuses.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::words::postgresql::postgresql;
use crate::sql::object_change::ObjectKind;

fn in_use_of_sqlite(column: &str, by: &[String]) -> String {
    match by.first().map(String::as_str) {
        Some("the primary key") => format!("cannot drop PRIMARY KEY column: \"{column}\""),
        Some("a unique constraint") => format!("cannot drop UNIQUE column: \"{column}\""),
        Some(other) if other.starts_with("table") => {
            let other = other.replace('`', "");
            format!(
                "error in {other} after drop column: unknown column \"{column}\" in foreign key \
                 definition"
            )
        }
        Some(other) => {
            let other = other.replace('`', "");
            format!("error in {other} after drop column: no such column: {column}")
        }
        None => format!("cannot drop column \"{column}\""),
    }
}

pub(crate) fn sqlite(error: &DatabaseError) -> String {
    use DatabaseError as E;
    match error {
        E::NoTable { table, usage: TableUse::Reflect } => format!("NoSuchTableError: {table}"),
        E::NoTable { table, .. } => format!("no such table: {table}"),
        E::NoColumn { column, place: ColumnPlace::Batch, .. } => {
            format!("KeyError: '{column}'")
        }
        E::NoColumn { table, column, place } => match place {
            ColumnPlace::Index => format!("table {table} has no column named {column}"),
            ColumnPlace::Written => format!("table {table} has no column named {column}"),
            ColumnPlace::Key => format!("table {table} has no column named {column}"),
            ColumnPlace::ForeignKey => {
                format!("unknown column \"{column}\" in foreign key definition")
            }
            _ => format!("no such column: \"{column}\""),
        },
        E::NoIndex { name } => format!("no such index: {name}"),
        E::NoConstraint { name, .. } => format!("No such constraint: '{name}'"),
        E::NoObject { kind: ObjectKind::Routine, name, .. } => format!("no such function: {name}"),
        E::NoObject { kind, name, .. } => format!("no such {}: {name}", kind.title()),
        E::TableExists { table } => format!("table \"{table}\" already exists"),
        E::ColumnExists { column, .. } | E::ColumnTwice { column } => {
            format!("duplicate column name: {column}")
        }
        E::IndexExists { name } => format!("index {name} already exists"),
        E::SecondKey { table } => format!("table \"{table}\" has more than one primary key"),
        E::ObjectExists { kind, name, .. } => format!("{} {name} already exists", kind.title()),
        E::InUse { what: Needed::Column(_, column), by } => in_use_of_sqlite(column, by),
        E::InUse { what: Needed::CopiedColumn(_, column), .. } => {
            format!("no such column: {column}")
        }
        E::InUse { what: Needed::Copied(table), by } => {
            let by = by.first().map(|by| by.replace('`', "")).unwrap_or_default();
            format!("error in {by}: no such table: main.{table}")
        }
        E::NoArbiter { .. } => {
            "ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint".to_owned()
        }
        E::NoSchema { name } => format!("unknown database {name}"),
        _ => postgresql(error),
    }
}
