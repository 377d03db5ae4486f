//! Defaults against the types of their columns.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table;
use crate::sql::dialect::Dialect;
use crate::sql::literal;
use crate::sql::table::{Column, ColumnType, ServerDefault};
use crate::sql::types::{SqlType, without_dimensions};
use crate::sql::value::Fit;
use crate::text::known::Known;

/// Refuses a declared default that is no value of the column's type.
pub(super) fn default_fits(database: &Database, column: &Column, engine: Engine) -> Answer {
    if let (Some(name), Some(_), Some(_)) =
        (column.name.as_str(), &column.computed, &column.server_default)
        && engine.dialect == Dialect::PostgreSql
    {
        let words =
            format!("both default and generation expression specified for column \"{name}\"");
        let column = name.to_owned();
        return Refusal::proved(DatabaseError::BadDefault { column, words }).into();
    }
    match (column.name.as_str(), &column.kind, &column.server_default) {
        (Some(name), Some(kind), Some(default)) => {
            default_is_value(database, name, kind, default, engine)
        }
        _ => Answer::Applied,
    }
}

/// Refuses a default that is no value of a type.
pub(super) fn default_is_value(
    database: &Database,
    column: &str,
    kind: &ColumnType,
    default: &ServerDefault,
    engine: Engine,
) -> Answer {
    let Some(sql) = default.sql.as_str() else { return Answer::Applied };
    let labels = kind.labels.as_ref().filter(|labels| labels.native);
    let labels = match labels {
        Some(labels) => match labels.name.as_ref().and_then(Known::as_str) {
            // What the type holds now, not what it was declared with.
            Some(name) => match database.enum_type(name) {
                Some(held) => held.labels.get(),
                None => labels.labels.get(),
            },
            None => labels.labels.get(),
        },
        None => {
            let name = kind.sql.as_str().unwrap_or_default();
            database.enum_type(without_dimensions(name).0).and_then(|held| held.labels.get())
        }
    };
    match literal::fits(sql, kind, labels.map(Vec::as_slice), column, engine.dialect) {
        Fit::Fails(words) => {
            Refusal::proved(DatabaseError::BadDefault { column: column.to_owned(), words }).into()
        }
        Fit::Fits | Fit::Unknown => Answer::Applied,
    }
}

/// Refuses a constant that is no value of a column's type.
pub(super) fn is_value(
    database: &Database,
    column: &table::Column,
    sql: &str,
    engine: Engine,
) -> Answer {
    let Some(kind) = column.kind.as_ref().filter(|_| engine.dialect == Dialect::PostgreSql) else {
        return Answer::Applied;
    };
    let default = ServerDefault { sql: Known::Is(sql.to_owned()) };
    match default_is_value(database, &column.name, kind, &default, engine) {
        Answer::Refused(Refusal { error: DatabaseError::BadDefault { column, words }, .. }) => {
            let words = words.replace("default expression", "expression");
            Refusal::proved(DatabaseError::BadValue { column, words }).into()
        }
        answer => answer,
    }
}

/// Returns the error for a number that its column does not hold: PostgreSQL computes it before it
/// looks for a row (15.18).
pub(super) fn out_of_range(kind: Option<&ColumnType>, sql: &str, engine: Engine) -> Option<String> {
    let kind = SqlType::parse(kind?.sql.as_str()?);
    let bits = match kind.base.as_str() {
        "smallint" => 16,
        "integer" => 32,
        "bigint" => 64,
        _ => return None,
    };
    let number: i128 = sql.trim().parse().ok()?;
    let limit = 1i128 << (bits - 1);
    let is_judged = engine.dialect == Dialect::PostgreSql && kind.array == 0;
    (is_judged && !(-limit..limit).contains(&number)).then(|| format!("{} out of range", kind.base))
}

/// Returns the error for a string that is longer than its column: PostgreSQL says so before it
/// looks for a row (15.18), if the string is written, or is the default of a column that is added.
pub(super) fn too_long(kind: Option<&ColumnType>, sql: &str, engine: Engine) -> Option<String> {
    let kind = SqlType::parse(kind?.sql.as_str()?);
    let name = match kind.base.as_str() {
        "varchar" => "character varying",
        "char" | "bpchar" => "character",
        _ => return None,
    };
    let room = kind.number(0)?;
    let length = literal::text(sql)?.trim_end_matches(' ').chars().count();
    let is_judged = engine.dialect == Dialect::PostgreSql && kind.array == 0;
    (is_judged && length > room as usize).then(|| format!("value too long for type {name}({room})"))
}
