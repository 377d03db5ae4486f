//! Columns that are compared with constants and with each other: PostgreSQL has an operator for
//! some pairs of types, and casts none of the others by itself (`pg_operator`, measured on 15.18).

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Column;
use crate::sql::casts::{self, CastType};
use crate::sql::dialect::Dialect;
use crate::sql::literal;
use crate::sql::row_change::{ColumnOf, Given, Pair};

/// Refuses to compare a column with a constant of a type that nothing compares with its own: the one
/// that the driver is told, else its own.
pub(super) fn has_operator_for(
    database: &Database,
    column: &Column,
    given: &Given,
    sent: Option<CastType>,
    engine: Engine,
) -> Answer {
    let kind = column.kind.as_ref().filter(|_| engine.dialect == Dialect::PostgreSql);
    let Some(own) = kind.and_then(|kind| cast_name(database, kind, engine)) else {
        return Answer::Applied;
    };
    let constant = sent.or_else(|| literal::constant_type(&given.sql));
    match casts::equal_operator(&own, constant.as_ref()) {
        Some(false) => {
            let other = constant.as_ref().map_or("unknown".into(), literal::shown);
            no_operator(&column.name, &literal::shown(&own), &other)
        }
        _ => Answer::Applied,
    }
}

/// Refuses to compare columns of types that nothing compares.
pub(super) fn pairs_compare(database: &Database, pairs: &[Pair], engine: Engine) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    Answer::first(pairs.iter().map(|pair| pair_compares(database, pair, engine)))
}

fn pair_compares(database: &Database, pair: &Pair, engine: Engine) -> Answer {
    let kind = |of: &ColumnOf| kind_of(database, of, engine);
    let (Some(one), Some(other)) = (kind(&pair.one), kind(&pair.other)) else {
        return Answer::Applied;
    };
    match casts::equal_operator(&one, Some(&other)) {
        Some(false) => {
            let answer =
                no_operator(&pair.one.column, &literal::shown(&one), &literal::shown(&other));
            let tables = [&pair.one.table, &pair.other.table];
            match answer {
                Answer::Refused(refusal) => tables
                    .into_iter()
                    .filter_map(|table| table.name.as_str())
                    .fold(refusal, Refusal::about)
                    .into(),
                answer => answer,
            }
        }
        _ => Answer::Applied,
    }
}

fn kind_of(database: &Database, of: &ColumnOf, engine: Engine) -> Option<CastType> {
    let column = database.table(&of.table)?.column(&of.column)?;
    cast_name(database, column.kind.as_ref()?, engine)
}

fn no_operator(column: &str, one: &str, other: &str) -> Answer {
    let words = format!("operator does not exist: {one} = {other}");
    Refusal::proved(DatabaseError::NoOperator { column: column.to_owned(), words }).into()
}

/// Tells whether a function of two arguments takes one of the types: it may be an operator's.
pub(super) fn has_own_operator(database: &Database, from: &CastType, to: &CastType) -> bool {
    let names = [literal::shown(from), literal::shown(to)];
    let is_one = |kind: &str| names.iter().any(|name| name.eq_ignore_ascii_case(kind.trim()));
    database.objects.iter().any(|object| {
        let signature = object.uses.signature.as_ref();
        let arguments = signature.map(|signature| signature.arguments.as_slice());
        matches!(arguments, Some([one, other]) if is_one(&one.kind) || is_one(&other.kind))
    })
}
