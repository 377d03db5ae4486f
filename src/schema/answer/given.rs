//! Values that are given for columns: whether the column, its labels and the driver take them.

use crate::schema::answer::compared::has_operator_for;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::presence::{Presence, presence_of_constraint};
use crate::schema::answer::types::cast_name;
use crate::schema::answer::values::{is_value, out_of_range, too_long};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, Object};
use crate::schema::table::{Column, Table};
use crate::sql::casts::{self, CastType};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::row_change::{Given, Told};
use crate::sql::table::{Constraint, Generated, TableName};
use crate::sql::types::SqlType;
use crate::sql::{condition, literal};
use crate::text::known::Known;

pub(super) fn is_written(
    database: &Database,
    held: &Table,
    given: &Given,
    inserts: bool,
    engine: Engine,
) -> Answer {
    let Some(column) = held.column(&given.column) else { return Answer::Applied };
    let makes_itself = match column.generated {
        Some(Generated::Stored | Generated::Virtual) => true,
        Some(Generated::IdentityAlways) => !inserts,
        Some(Generated::Identity | Generated::Serial) | None => false,
    };
    if makes_itself && engine.dialect == Dialect::PostgreSql {
        let name = column.name.clone();
        let words = match inserts {
            true => format!("cannot insert a non-DEFAULT value into column \"{name}\""),
            false => format!("column \"{name}\" can only be updated to DEFAULT"),
        };
        return Refusal::proved(DatabaseError::BadValue { column: name, words }).into();
    }
    let is_null = given.sql.trim().eq_ignore_ascii_case("null");
    let of_postgresql =
        engine.dialect == Dialect::PostgreSql && !has_trigger(database, &held.table_name());
    if is_null && inserts && of_postgresql && column.nullable == Known::Is(false) {
        let words = no_null(held, &column.name, engine.dialect);
        let column = column.name.clone();
        return Refusal::proved(DatabaseError::BadValue { column, words }).into();
    }
    if let Some(refusal) = is_not_encoded(column, given, engine) {
        return refusal.into();
    }
    if matches!(given.told, Told::Misfit(_)) {
        return Answer::Applied;
    }
    if let Some(refusal) = is_of_other_type(database, column, given, engine) {
        return refusal.into();
    }
    if inserts
        && of_postgresql
        && let Some(refusal) = is_not_listed(database, held, column, given)
    {
        return refusal.into();
    }
    is_value(database, column, &given.sql, engine).or(|| {
        let kind = column.kind.as_ref();
        let words = too_long(kind, &given.sql, engine);
        match words.or_else(|| out_of_range(kind, &given.sql, engine)) {
            Some(words) => {
                let column = column.name.clone();
                Refusal::proved(DatabaseError::BadValue { column, words }).into()
            }
            None => Answer::Applied,
        }
    })
}

/// A CHECK that lists the values of a column refuses a text that is none of them, ON CONFLICT or not
/// (seen on PostgreSQL 15.18).
fn is_not_listed(
    database: &Database,
    held: &Table,
    column: &Column,
    given: &Given,
) -> Option<Refusal> {
    let text = literal::text(&given.sql)?;
    let name = held.constraints.iter().find_map(|own| {
        let Constraint::Check(check) = &own.constraint else { return None };
        let (of, constants) = condition::listed(check.condition.as_str()?)?;
        let texts: Vec<String> =
            constants.iter().map(|constant| literal::text(constant)).collect::<Option<_>>()?;
        let is_refused = of.eq_ignore_ascii_case(&column.name) && !texts.contains(&text);
        let name = check.name.as_ref().and_then(Known::as_str).filter(|_| is_refused)?;
        let presence = presence_of_constraint(database, &held.table_name(), name);
        (presence == Presence::Here).then_some(name)
    })?;
    let words =
        format!("new row for relation \"{}\" violates check constraint \"{name}\"", held.name);
    Some(Refusal::proved(DatabaseError::BadValue { column: column.name.clone(), words }))
}

/// asyncpg encodes a value by the type of its parameter: the one that it is told, else the one of the
/// column (seen with asyncpg 0.32 on PostgreSQL 15.18).
fn is_not_encoded(column: &Column, given: &Given, engine: Engine) -> Option<Refusal> {
    let sql = column.kind.as_ref().and_then(|kind| kind.sql.as_str()).filter(|_| engine.encodes)?;
    let kind = SqlType::parse(sql);
    let is_text = literal::text(&given.sql).is_some();
    let why = match (given.told, kind.base.as_str()) {
        (Told::Misfit(why), _) => why,
        (Told::Untyped, _) if kind.array > 0 => return None,
        (Told::Untyped, "smallint" | "integer" | "bigint") if is_text => {
            "'str' object cannot be interpreted as an integer"
        }
        (Told::Untyped, "date" | "timestamp") if is_text => {
            "expected a datetime.date or datetime.datetime instance, got 'str'"
        }
        (Told::Untyped, "boolean") if is_text => "a boolean is required (got type str)",
        (Told::Untyped, "varchar" | "text" | "char") if !is_text && is_digits(&given.sql) => {
            "expected str, got int"
        }
        _ => return None,
    };
    let column = column.name.clone();
    let words = format!("invalid input for query argument: {} ({why})", given.sql);
    Some(Refusal::proved(DatabaseError::BadValue { column, words }).by_alembic())
}

fn is_digits(sql: &str) -> bool {
    !sql.is_empty() && sql.bytes().all(|byte| byte.is_ascii_digit())
}

/// A text that is sent as VARCHAR goes to columns that a cast by assignment leads to (seen on
/// PostgreSQL 15.18 by psycopg 3.3 under SQLAlchemy 2.1; asyncpg is told the same).
fn is_of_other_type(
    database: &Database,
    column: &Column,
    given: &Given,
    engine: Engine,
) -> Option<Refusal> {
    let is_sent =
        engine.dialect == Dialect::PostgreSql && engine.typed && given.told == Told::Varchar;
    let kind = column.kind.as_ref().filter(|_| is_sent)?;
    let kind = cast_name(database, kind, engine)?;
    let text = CastType::Builtin("varchar");
    (casts::by_assignment(&text, &kind) == Some(false)).then(|| {
        let column = column.name.clone();
        let words = format!(
            "column \"{column}\" is of type {} but expression is of type character varying",
            literal::shown(&kind)
        );
        Refusal::proved(DatabaseError::BadValue { column, words })
    })
}

/// A number is no boolean, and a text no label, to compare with either.
pub(super) fn is_compared(
    database: &Database,
    held: &Table,
    given: &Given,
    engine: Engine,
) -> Answer {
    let Some(column) = held.column(&given.column) else { return Answer::Applied };
    let is_sent =
        engine.dialect == Dialect::PostgreSql && engine.typed && given.told == Told::Varchar;
    let sent = CastType::builtin_type("varchar").filter(|_| is_sent);
    has_operator_for(database, column, given, sent, engine)
        .or(|| is_value(database, column, &given.sql, engine))
}

pub(super) fn has_trigger(database: &Database, table: &TableName) -> bool {
    let on =
        |object: &Object| object.on.as_ref().and_then(|on| on.name.as_str()) == table.name.as_str();
    database.objects.iter().any(|object| object.kind == ObjectKind::Trigger && on(object))
}

pub(super) fn no_null(held: &Table, column: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("NOT NULL constraint failed: {}.{column}", held.name),
        Dialect::SqlServer => format!(
            "Cannot insert the value NULL into column '{column}', table '{}'; column does not \
             allow nulls.",
            held.name
        ),
        _ => format!(
            "null value in column \"{column}\" of relation \"{}\" violates not-null constraint",
            held.name
        ),
    }
}
