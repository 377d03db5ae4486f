//! Texts that a statement of SQLAlchemy sends as they are: SQLAlchemy tells drivers that take types
//! that they are VARCHAR (`render_bind_cast`, seen under 2.1 with psycopg 3.3).

use crate::operation::sa_value::ColumnValue;
use crate::operation::sqlalchemy::query::Query;
use crate::operation::sqlalchemy::sql_builder::quoted;
use crate::operation::sqlalchemy::sql_expr::{Declared, Sent, Source, SqlExpr, SqlToken};
use crate::sql::row_change::{Given, Told};
use crate::text::known::Known;

use std::rc::Rc;

/// How many values of a statement are looked at.
const VALUES: usize = 256;

/// Types whose values are sent as they are.
const TEXTS: [&str; 6] = ["String", "Text", "Unicode", "UnicodeText", "VARCHAR", "TEXT"];

/// Types of whole numbers, which are sent as they are written.
const NUMBERS: [&str; 5] = ["BigInteger", "INTEGER", "Integer", "BIGINT", "SmallInteger"];

/// Types of days and moments.
const MOMENTS: [&str; 5] = ["Date", "DATE", "DateTime", "DATETIME", "TIMESTAMP"];

/// How a column of the object of Python is declared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declaration {
    Text,
    Number,
    Moment,
    Untyped,
    Other,
}

/// Returns the constants that are written as they are: to columns that are declared as text, as
/// whole numbers, or without a type.
pub(crate) fn written(query: &Query, declared: &[(String, Declared)]) -> Vec<Given> {
    let constant = |(column, value): &(Known<String>, SqlExpr)| {
        let name = column.as_str()?;
        let declaration = declaration(declared, name);
        let is_plain = matches!(declaration, Declaration::Text | Declaration::Untyped);
        let (sql, told) = match value.bits.as_slice() {
            [SqlToken::Literal { text, sent: Sent::Bound, .. }] => {
                (quoted(text), of_text(declaration)?)
            }
            [SqlToken::Text(text)] if is_plain && &**text == "NULL" => {
                (text.to_string(), Told::Nothing)
            }
            [SqlToken::Text(text)] if is_number(text) => {
                (text.to_string(), of_number(declaration)?)
            }
            _ => return None,
        };
        Some(Given { column: name.to_owned(), sql, told })
    };
    query.values.iter().take(VALUES).filter_map(constant).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns what is told of a text for a column that is declared so (seen with asyncpg 0.32).
fn of_text(declaration: Declaration) -> Option<Told> {
    Some(match declaration {
        Declaration::Text => Told::Varchar,
        Declaration::Untyped => Told::Untyped,
        Declaration::Number => Told::Misfit("'str' object cannot be interpreted as an integer"),
        Declaration::Moment => {
            Told::Misfit("expected a datetime.date or datetime.datetime instance, got 'str'")
        }
        Declaration::Other => return None,
    })
}

/// Returns what is told of a whole number for a column that is declared so.
fn of_number(declaration: Declaration) -> Option<Told> {
    Some(match declaration {
        Declaration::Number => Told::Nothing,
        Declaration::Untyped => Told::Untyped,
        Declaration::Text => Told::Misfit("expected str, got int"),
        Declaration::Moment | Declaration::Other => return None,
    })
}

/// Returns the texts that columns of the table written to are compared with: those of a column
/// without a type are VARCHAR as well, as Python's own type says.
pub(crate) fn compared(query: &Query, declared: &[(String, Declared)]) -> Vec<Given> {
    let is_target = |source: &Option<Source>| match (source, &query.target) {
        (Some(one), Some(other)) => one.same(other),
        // `sa.column("a")` of no table is one of the only table there is.
        (None, Some(_)) => true,
        (_, None) => false,
    };
    let mut found = Vec::new();
    for filter in &query.filters {
        for bits in filter.bits.windows(3).take(VALUES) {
            let [
                SqlToken::Column { source, name: Known::Is(name), declared: own },
                SqlToken::Text(operator),
                value,
            ] = bits
            else {
                continue;
            };
            let compares = matches!(operator.trim(), "=" | "!=" | "<>");
            if compares && is_target(source) {
                found.extend(beside((name, own), declared, value));
            }
        }
        let listed = in_lists(&filter.bits).into_iter().take(VALUES);
        found.extend(listed.filter_map(|(source, column, value)| {
            beside(column, declared, value).filter(|_| is_target(source))
        }));
    }
    found
}

/// Returns what a value is sent as that a column is compared with: one of another family than the
/// column is declared of goes by its own type (`TypeEngine.coerce_compared_value`).
fn beside(
    (name, own): (&str, &Declared),
    declared: &[(String, Declared)],
    value: &SqlToken,
) -> Option<Given> {
    let declaration = match declaration(declared, name) {
        Declaration::Other => of_type(own),
        known => known,
    };
    let (sql, told) = match value {
        SqlToken::Literal { text, sent: Sent::Bound, .. } if declaration != Declaration::Other => {
            (quoted(text), Told::Varchar)
        }
        SqlToken::Text(text)
            if matches!(declaration, Declaration::Text | Declaration::Untyped)
                && is_number(text) =>
        {
            (text.to_string(), Told::Nothing)
        }
        _ => return None,
    };
    Some(Given { column: name.to_owned(), sql, told })
}

/// Returns the values of `column.in_([...])`, each with the column.
fn in_lists(bits: &[SqlToken]) -> Vec<(&Option<Source>, (&str, &Declared), &SqlToken)> {
    let mut found = Vec::new();
    for (at, pair) in bits.windows(2).enumerate() {
        let [SqlToken::Column { source, name: Known::Is(name), declared }, SqlToken::Text(word)] =
            pair
        else {
            continue;
        };
        if !matches!(word.trim(), "IN" | "NOT IN") {
            continue;
        }
        let list = bits[at + 2..].iter().take_while(|bit| match bit {
            SqlToken::Text(text) => matches!(text.trim(), "(" | ",") || is_number(text),
            SqlToken::Literal { .. } => true,
            _ => false,
        });
        found.extend(list.map(|bit| (source, (name.as_str(), declared), bit)));
    }
    found
}

fn declaration(declared: &[(String, Declared)], name: &str) -> Declaration {
    let own = declared.iter().find(|(own, _)| own == name);
    own.map_or(Declaration::Other, |(_, declared)| of_type(declared))
}

fn of_type(declared: &Declared) -> Declaration {
    let kind = match declared {
        Declared::Untyped => return Declaration::Untyped,
        Declared::Type(kind) => kind.name.as_str(),
        Declared::Unsaid => return Declaration::Other,
    };
    match () {
        () if TEXTS.contains(&kind) => Declaration::Text,
        () if NUMBERS.contains(&kind) => Declaration::Number,
        () if MOMENTS.contains(&kind) => Declaration::Moment,
        () => Declaration::Other,
    }
}

/// Returns how the object of Python declares columns.
pub(crate) fn declared(columns: &[ColumnValue]) -> Vec<(String, Declared)> {
    let declared = columns.iter().filter_map(|own| {
        let name = own.column.name.as_str()?.to_owned();
        let kind = own.column.kind.as_ref();
        Some(match (own.untyped, kind) {
            (true, _) => (name, Declared::Untyped),
            (false, Some(kind)) => (name, Declared::Type(Rc::new(kind.clone()))),
            (false, None) => (name, Declared::Unsaid),
        })
    });
    declared.collect()
}
