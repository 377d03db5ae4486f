//! ALTER COLUMN ... TYPE: whether the values, the default and what rests on the column follow.

use crate::schema::answer::compared::has_own_operator;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::expressions::compares_constant;
use crate::schema::answer::foreign_keys::keys_still_compare;
use crate::schema::answer::identities::identity_is_number;
use crate::schema::answer::in_use::column_is_not_read;
use crate::schema::answer::keys::columns_sort;
use crate::schema::answer::needs::{about_table, needs_column_of};
use crate::schema::answer::partitions::{Change, is_free_of_partitions};
use crate::schema::answer::types::{cast_name, type_is_there};
use crate::schema::answer::using::{casts_exist, result_of};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::sql::casts::CastType;
use crate::sql::dialect::Dialect;
use crate::sql::foreign_types::is_serial;
use crate::sql::returned::returned;
use crate::sql::table::{ColumnType, Constraint, Generated, ServerDefault, TableName};
use crate::sql::types::SqlType;
use crate::sql::{casts, literal};
use crate::text::known::Known;

pub(super) fn answer_retype(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    to: &Known<ColumnType>,
    using: Option<&Known<String>>,
    engine: Engine,
) -> Answer {
    let there = needs_column_of(database, table, column, engine)
        .or(|| is_free_of_partitions(database, table, column, Change::Retyped, engine));
    there.or(|| {
        let (Some(name), Some(to)) = (column.as_str(), to.get()) else {
            return Answer::Applied;
        };
        let serial = to.sql.as_str().filter(|sql| is_serial(sql));
        if let Some(serial) = serial.filter(|_| engine.dialect == Dialect::PostgreSql) {
            let error = DatabaseError::NoType { name: serial.to_lowercase() };
            return about_table(Refusal::proved(error).into(), table, engine);
        }
        let parsed = || match (using, database.table(table), engine.dialect) {
            (Some(Known::Is(using)), Some(held), Dialect::PostgreSql) => {
                casts_exist(database, held, using, engine)
            }
            _ => Answer::Applied,
        };
        let answer = type_is_there(database, Some(to), engine)
            .or(parsed)
            .or(|| {
                let held = database.table(table).and_then(|held| held.column(name));
                let generated = held.and_then(|held| held.generated.as_ref());
                identity_is_number(table, generated, to, engine)
            })
            .or(|| match engine.dialect == Dialect::PostgreSql {
                true => casts_are_there(database, table, name, to, using, engine),
                false => Answer::Applied,
            })
            .or(|| still_sorts(database, table, name, to, engine))
            .or(|| conditions_still_compare(database, table, name, to, engine))
            .or(|| keys_still_compare(database, table, name, to, engine))
            .or(|| column_is_not_read(database, table, name, engine));
        about_table(answer, table, engine)
    })
}

/// The keys and indexes over a column sort its new type.
fn still_sorts(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    engine: Engine,
) -> Answer {
    let Some(mut held) = database.table(table).cloned() else { return Answer::Applied };
    held.indexes.retain(|index| index.method.is_none());
    if !held.is_indexed(column) {
        return Answer::Applied;
    }
    if let Some(column) = held.column_mut(column) {
        column.kind = Some(to.clone());
    }
    columns_sort(database, &held, [column], engine)
}

/// PostgreSQL makes checks and partial indexes again over the new type: a label of an enum stays one,
/// and compares with nothing else (seen on 15.18).
fn conditions_still_compare(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    engine: Engine,
) -> Answer {
    let held = database.table(table).filter(|_| engine.dialect == Dialect::PostgreSql);
    let kind = held.and_then(|held| held.column(column)).and_then(|held| held.kind.as_ref());
    let types = kind.and_then(|kind| cast_name(database, kind, engine));
    let (Some(held), Some(from), Some(to)) = (held, types, cast_name(database, to, engine)) else {
        return Answer::Applied;
    };
    let of_enum = matches!(from, CastType::Enum(_));
    let to_enum = matches!(to, CastType::Enum(_)) && from == CastType::Builtin("text");
    if from == to || !of_enum && !to_enum {
        return Answer::Applied;
    }
    let compares = |sql: Option<&str>| compares_constant(held, sql, column, engine);
    let by_index =
        held.indexes.iter().any(|index| compares(index.predicate.as_ref().and_then(Known::as_str)));
    let by_check = of_enum
        && held.constraints.iter().any(|own| match &own.constraint {
            Constraint::Check(check) => compares(check.condition.as_str()),
            _ => false,
        });
    if !by_index && !by_check || has_own_operator(database, &from, &to) {
        return Answer::Applied;
    }
    let words =
        format!("operator does not exist: {} = {}", literal::shown(&to), literal::shown(&from));
    let error = DatabaseError::NoOperator { column: column.to_owned(), words };
    Refusal::proved(error).into()
}

/// PostgreSQL casts values by assignment casts alone, and the default likewise even with USING.
fn casts_are_there(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    using: Option<&Known<String>>,
    engine: Engine,
) -> Answer {
    let Some(held) = database.table(table).and_then(|table| table.column(column)) else {
        return Answer::Applied;
    };
    let types = held.kind.as_ref().and_then(|kind| cast_name(database, kind, engine));
    let (Some(from), Some(target)) = (types, cast_name(database, to, engine)) else {
        return Answer::Unknown(format!("the type of `{column}` is not known"));
    };
    let shown = to.sql.as_str().unwrap_or("…").to_ascii_lowercase();
    let column = column.to_owned();
    if let Some(Known::Is(using)) = using
        && let Some(given) = result_of(database, database.table(table), using, engine)
        && casts::by_assignment(&given, &target) == Some(false)
    {
        return Refusal::proved(DatabaseError::NoUsingCast { column, to: shown }).into();
    }
    if using.is_none() && casts::by_assignment(&from, &target) == Some(false) {
        let from = held.kind.as_ref().and_then(|kind| kind.sql.as_str()).unwrap_or("…");
        let from = from.to_ascii_lowercase();
        return Refusal::proved(DatabaseError::NoCast { column, from, to: shown }).into();
    }
    // A default that cannot be known may be none, or NULL.
    let is_value = |default: &ServerDefault| {
        default.sql.as_str().is_some_and(|sql| !sql.trim().eq_ignore_ascii_case("null"))
    };
    let own = match &held.default {
        Known::Is(Some(default)) if is_value(default) => type_of_default(default, &from),
        // `nextval()` is a bigint.
        _ if matches!(held.generated, Some(Generated::Serial)) => CastType::builtin_type("int8"),
        _ => None,
    };
    match own.is_some_and(|own| casts::by_assignment(&own, &target) == Some(false)) {
        true => Refusal::proved(DatabaseError::NoDefaultCast { column, to: shown }).into(),
        false => Answer::Applied,
    }
}

/// Returns the type that PostgreSQL casts a default from: casts that it made by itself are taken
/// away first (`strip_implicit_coercions` in `ATPrepAlterColumnType`; seen on 15.18). A quoted text
/// is of the column's type; of other expressions nothing is known.
fn type_of_default(default: &ServerDefault, column: &CastType) -> Option<CastType> {
    let sql = default.sql.as_str()?.trim();
    // A cast that is written stays: `gen_random_uuid()::text` is a text.
    if let Some((_, kind)) = sql.rsplit_once("::") {
        let kind = CastType::builtin_type(&SqlType::parse(kind).base);
        return Some(kind.unwrap_or_else(|| column.clone()));
    }
    if sql.contains('\'') {
        return Some(column.clone());
    }
    let function = sql.strip_suffix("()").unwrap_or(sql).to_ascii_lowercase();
    literal::constant_type(sql).or_else(|| returned(&function).and_then(CastType::builtin_type))
}
