//! What in an expression is a column, and what only looks like one: a value that is written like a
//! name, a word of a call.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind};
use crate::sql::scope::NamedColumn;

/// Calls whose arguments are words of the call.
const SPECIAL: [&str; 28] = [
    "extract",
    "position",
    "overlay",
    "trim",
    "convert",
    "timestampdiff",
    "timestampadd",
    "datediff",
    "dateadd",
    "datepart",
    "datename",
    "datetrunc",
    "json_table",
    "json_object",
    "json_array",
    "json_objectagg",
    "json_arrayagg",
    "json_exists",
    "json_value",
    "json_query",
    "normalize",
    "get_format",
    "weight_string",
    "treat",
    "match",
    "values",
    "raise",
    "interval",
];

/// Words in the parentheses of a call behind which no plain argument stands.
const WORDS: [&str; 12] = [
    "ORDER",
    "PARTITION",
    "SEPARATOR",
    "FROM",
    "FOR",
    "WHERE",
    "ROWS",
    "RANGE",
    "USING",
    "OVER",
    "FILTER",
    "WITHIN",
];

/// Names that are values, or that every table has.
const VALUES: [&str; 12] = [
    "user",
    "current_user",
    "session_user",
    "system_user",
    "current_role",
    "current_catalog",
    "current_schema",
    "rownum",
    "sysdate",
    "level",
    "excluded",
    "inserted",
];

/// Returns the column that an expression is.
pub(super) fn named(query: usize, read: &Expression) -> Option<NamedColumn> {
    let Kind::Column(parts) = &read.kind else { return None };
    let (name, of) = parts.split_last()?;
    let name = name.as_str().filter(|name| *name != "*")?;
    let of = match of {
        [] => None,
        [of] => Some(of.as_str()?.to_lowercase()),
        _ => return None,
    };
    let is_value = of.is_none() && VALUES.iter().any(|value| name.eq_ignore_ascii_case(value));
    (!is_value && of.as_deref() != Some("excluded")).then(|| NamedColumn {
        query,
        of,
        name: name.to_owned(),
    })
}

/// Tells whether the arguments of a call may be words of it.
pub(super) fn is_special(name: &str, mut call: Cursor<'_>) -> bool {
    let mut has_words = false;
    call.until(|cursor| cursor.is_mark(b'('));
    while !call.is_done() {
        match call.inside() {
            Some(mut inside) => {
                while !inside.is_done() {
                    has_words |= inside.is_any(&WORDS);
                    inside.pass();
                }
            }
            None => {
                has_words |= call.is_any(&WORDS);
                call.skip(1);
            }
        }
    }
    has_words || SPECIAL.contains(&name) || name.starts_with("xml")
}
