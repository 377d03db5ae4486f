//! Texts that a statement of SQLAlchemy sends as they are: SQLAlchemy tells drivers that take types
//! that they are VARCHAR (`render_bind_cast`, seen under 2.1 with psycopg 3.3).

use crate::operation::sa_value::ColumnValue;
use crate::operation::sqlalchemy::query::Query;
use crate::operation::sqlalchemy::sql_builder::quoted;
use crate::operation::sqlalchemy::sql_expr::{Declared, Sent, Source, SqlExpr, SqlToken};
use crate::sql::row_change::Given;
use crate::text::known::Known;

use std::rc::Rc;

/// How many values of a statement are looked at.
const VALUES: usize = 256;

/// Types whose values are sent as they are.
const TEXTS: [&str; 6] = ["String", "Text", "Unicode", "UnicodeText", "VARCHAR", "TEXT"];

/// Types of whole numbers, which are sent as they are written.
const NUMBERS: [&str; 5] = ["BigInteger", "INTEGER", "Integer", "BIGINT", "SmallInteger"];

/// How a column of the object of Python is declared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declaration {
    Text,
    Number,
    Untyped,
    Other,
}

/// Returns the constants that are written as they are: to columns that are declared as text, as
/// whole numbers, or without a type.
pub(crate) fn written(query: &Query, declared: &[(String, Declared)]) -> Vec<Given> {
    let constant = |(column, value): &(Known<String>, SqlExpr)| {
        let name = column.as_str()?;
        let declaration = declaration(declared, name);
        let as_text = declaration == Declaration::Text;
        let is_plain = as_text || declaration == Declaration::Untyped;
        let sql = match value.bits.as_slice() {
            [SqlToken::Literal { text, sent: Sent::Bound, .. }] if is_plain => quoted(text),
            [SqlToken::Text(text)] if is_plain && &**text == "NULL" => text.to_string(),
            [SqlToken::Text(text)]
                if matches!(declaration, Declaration::Number | Declaration::Untyped)
                    && text.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                text.to_string()
            }
            _ => return None,
        };
        Some(Given { column: name.to_owned(), sql, as_text })
    };
    query.values.iter().take(VALUES).filter_map(constant).collect()
}

/// Returns the texts that columns of the table written to are compared with: those of a column
/// without a type are VARCHAR as well, as Python's own type says.
pub(crate) fn compared(query: &Query, declared: &[(String, Declared)]) -> Vec<Given> {
    let is_target = |source: &Option<Source>| {
        source.as_ref().zip(query.target.as_ref()).is_some_and(|(one, other)| one.same(other))
    };
    let mut found = Vec::new();
    for filter in &query.filters {
        for bits in filter.bits.windows(3).take(VALUES) {
            let [
                SqlToken::Column { source, name: Known::Is(name), .. },
                SqlToken::Text(operator),
                SqlToken::Literal { text, sent: Sent::Bound, .. },
            ] = bits
            else {
                continue;
            };
            let compares = matches!(operator.trim(), "=" | "!=" | "<>");
            let is_text =
                matches!(declaration(declared, name), Declaration::Text | Declaration::Untyped);
            if compares && is_text && is_target(source) {
                let column = name.clone();
                found.push(Given { column, sql: quoted(text), as_text: true });
            }
        }
        let listed = in_lists(&filter.bits).into_iter().take(VALUES);
        found.extend(listed.filter_map(|(source, name, text)| {
            let is_text =
                matches!(declaration(declared, name), Declaration::Text | Declaration::Untyped);
            let given = || Given { column: name.to_owned(), sql: quoted(text), as_text: true };
            (is_text && is_target(source)).then(given)
        }));
    }
    found
}

/// Returns the texts of `column.in_([...])`, each with the column.
fn in_lists(bits: &[SqlToken]) -> Vec<(&Option<Source>, &str, &str)> {
    let mut found = Vec::new();
    for (at, pair) in bits.windows(2).enumerate() {
        let [SqlToken::Column { source, name: Known::Is(name), .. }, SqlToken::Text(word)] = pair
        else {
            continue;
        };
        if !matches!(word.trim(), "IN" | "NOT IN") {
            continue;
        }
        let list = bits[at + 2..].iter().take_while(|bit| match bit {
            SqlToken::Text(text) => matches!(text.trim(), "(" | ","),
            SqlToken::Literal { .. } => true,
            _ => false,
        });
        found.extend(list.filter_map(|bit| match bit {
            SqlToken::Literal { text, sent: Sent::Bound, .. } => {
                Some((source, name.as_str(), &**text))
            }
            _ => None,
        }));
    }
    found
}

fn declaration(declared: &[(String, Declared)], name: &str) -> Declaration {
    let own = declared.iter().find(|(own, _)| own == name);
    match own.map(|(_, declared)| declared) {
        Some(Declared::Untyped) => Declaration::Untyped,
        Some(Declared::Type(kind)) if TEXTS.contains(&kind.name.as_str()) => Declaration::Text,
        Some(Declared::Type(kind)) if NUMBERS.contains(&kind.name.as_str()) => Declaration::Number,
        _ => Declaration::Other,
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
