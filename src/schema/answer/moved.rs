//! Values that a query gives to columns: each is cast there (seen on PostgreSQL 15.18).

use crate::schema::answer::computed::{Asked, Meaning};
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needs::about_table;
use crate::schema::answer::scopes::column_of;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::values::is_value;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Table};
use crate::sql::dialect::Dialect;
use crate::sql::scope::{Moved, Scopes, Value};
use crate::sql::table::TableName;
use crate::sql::{casts, literal};

/// PostgreSQL moves a value to a column of another type where a cast by assignment leads there.
pub(super) fn values_are_moved(
    database: &Database,
    table: &TableName,
    scopes: &Scopes,
    engine: Engine,
) -> Answer {
    let held = database.table(table).filter(|_| engine.dialect == Dialect::PostgreSql);
    let Some(held) = held else { return Answer::Applied };
    Answer::first(scopes.moved.iter().map(|moved| is_moved(database, held, scopes, moved, engine)))
}

fn is_moved(
    database: &Database,
    held: &Table,
    scopes: &Scopes,
    moved: &Moved,
    engine: Engine,
) -> Answer {
    if let Value::Constant(sql) = &moved.from {
        let answer = held.column(&moved.to).map(|to| is_value(database, to, sql, engine));
        return about_table(answer.unwrap_or(Answer::Applied), &held.table_name(), engine);
    }
    // What is refused of the value itself is said where it is computed.
    let Ok(Meaning::Of(given)) = (Asked { database, scopes, engine }).meaning(&moved.from) else {
        return Answer::Applied;
    };
    let kind = |column: &Column| cast_name(database, column.kind.as_ref()?, engine);
    let Some(to) = held.column(&moved.to) else { return Answer::Applied };
    let Some(taken) = kind(to) else { return Answer::Applied };
    if casts::by_assignment(&given, &taken) != Some(false) {
        return Answer::Applied;
    }
    let column = to.name.clone();
    let words = format!(
        "column \"{column}\" is of type {} but expression is of type {}",
        literal::shown(&taken),
        literal::shown(&given)
    );
    let refusal = Refusal::proved(DatabaseError::BadValue { column, words });
    let source = moved.from.column().and_then(|it| column_of(database, scopes, it, engine));
    let refusal = match source {
        Some((source, _)) => refusal.about(source.name.clone()),
        None => refusal,
    };
    about_table(refusal.into(), &held.table_name(), engine)
}
