//! Names, lists and pieces of SQL in a title.

use crate::text::known::Known;

/// How long a piece of SQL in a title may be.
const PIECE: usize = 60;

pub(super) fn name(name: &Known<String>) -> &str {
    name.as_str().unwrap_or("…")
}

pub(super) fn spaced(own: Option<&Known<String>>) -> String {
    own.map(|own| format!("{} ", name(own))).unwrap_or_default()
}

pub(super) fn names(columns: &Known<Vec<Known<String>>>) -> String {
    match columns {
        Known::Is(columns) => columns.iter().map(name).collect::<Vec<_>>().join(", "),
        Known::Unreadable => "…".to_owned(),
    }
}

pub(super) fn list(items: Option<&[String]>) -> String {
    items.map_or_else(|| "…".to_owned(), |items| items.join(", "))
}

pub(super) fn is_true(known: &Known<bool>) -> bool {
    *known == Known::Is(true)
}

pub(super) fn when(holds: bool, text: &'static str) -> &'static str {
    if holds { text } else { "" }
}

pub(super) fn piece(sql: &Known<String>) -> String {
    sql.as_str().map_or_else(|| "…".to_owned(), short)
}

/// Cuts a piece of SQL to a length that fits on a line.
pub(super) fn short(sql: &str) -> String {
    if sql.chars().count() <= PIECE {
        return sql.to_owned();
    }
    let kept: String = sql.chars().take(PIECE - 1).collect();
    format!("{}…", kept.trim_end())
}
