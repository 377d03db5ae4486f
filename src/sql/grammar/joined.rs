//! Which columns of which tables a statement compares: `a.x = b.y` as a whole term.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::query::alias;
use crate::sql::grammar::token::TokenKind;
use crate::sql::row_change::{ColumnOf, Pair};
use crate::sql::table::TableName;
use crate::text::known::Known;

/// Words behind which a table stands.
const SOURCES: [&str; 5] = ["FROM", "JOIN", "UPDATE", "USING", "INTO"];

/// Words between which a term stands.
const BEFORE: [&str; 6] = ["WHERE", "ON", "AND", "OR", "NOT", "WHEN"];
const BEHIND: [&str; 19] = [
    "AND",
    "OR",
    "WHERE",
    "GROUP",
    "ORDER",
    "LIMIT",
    "HAVING",
    "RETURNING",
    "JOIN",
    "LEFT",
    "RIGHT",
    "INNER",
    "FULL",
    "CROSS",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "THEN",
    "ON",
];

/// Returns the pairs of columns that a statement compares and whose tables are certain.
pub fn pairs(statement: Cursor<'_>) -> Vec<Pair> {
    let has_dot = |token: &&crate::sql::grammar::token::Token| token.kind == TokenKind::Mark(b'.');
    if statement.tokens.iter().filter(has_dot).count() < 2 {
        return Vec::new();
    }
    let sources = sources(statement);
    let mut found = Vec::new();
    let mut cursor = statement;
    let mut begins = false;
    while !cursor.is_done() {
        if begins && let Some(pair) = pair(cursor, &sources) {
            found.push(pair);
        }
        begins = cursor.is_any(&BEFORE) || cursor.is_mark(b'(');
        cursor.skip(1);
    }
    found
}

/// The tables of a statement, by the names that they go by there.
type Sources = Vec<(String, Option<TableName>)>;

fn sources(mut cursor: Cursor<'_>) -> Sources {
    let mut sources: Sources = Vec::new();
    let mut listed = false;
    while !cursor.is_done() {
        if let Some(name) = made_here(cursor) {
            sources.retain(|(held, _)| *held != name);
            sources.push((name, None));
        }
        let begins = cursor.is_any(&SOURCES) || listed && cursor.is_mark(b',');
        cursor.skip(1);
        if !begins {
            listed &= !cursor.is_any(&["WHERE", "SET", "SELECT"]) && !cursor.is_mark(b')');
            continue;
        }
        listed = true;
        cursor.eat_any(&["ONLY", "LATERAL"]);
        let is_name = |cursor: &Cursor<'_>| {
            let token = cursor.token(0);
            token.is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
        };
        if !is_name(&cursor) || cursor.is_hole() {
            continue;
        }
        let mut item = cursor;
        let table = item.table();
        if item.is_mark(b'(') {
            continue;
        }
        let name = alias(&mut item).or_else(|| table.name.as_str().map(str::to_owned));
        let Some(name) = name.map(|name| name.to_lowercase()) else { continue };
        // A name that means two tables in different places means none here.
        match sources.iter_mut().find(|(held, _)| *held == name) {
            Some((_, held)) if held.as_ref() != Some(&table) => *held = None,
            Some(_) => {}
            None => sources.push((name, Some(table))),
        }
    }
    sources
}

/// Returns the name that WITH gives to a query, or that stands behind a query in FROM.
fn made_here(mut cursor: Cursor<'_>) -> Option<String> {
    if cursor.eat_mark(b')') {
        return alias(&mut cursor).map(|name| name.to_lowercase());
    }
    let name = cursor.name()?.into_option()?;
    cursor.group();
    let is_query = cursor.eat("AS")
        && (cursor.is_mark(b'(') || cursor.is("MATERIALIZED") || cursor.are("NOT MATERIALIZED"));
    is_query.then(|| name.to_lowercase())
}

fn pair(mut cursor: Cursor<'_>, sources: &Sources) -> Option<Pair> {
    let one = column(&mut cursor, sources)?;
    if !cursor.eat_operator("=") && !cursor.eat_operator("<>") && !cursor.eat_operator("!=") {
        return None;
    }
    let other = column(&mut cursor, sources)?;
    let ends =
        cursor.is_done() || cursor.is_any(&BEHIND) || cursor.is_mark(b')') || cursor.is_mark(b';');
    ends.then_some(Pair { one, other })
}

fn column(cursor: &mut Cursor<'_>, sources: &Sources) -> Option<ColumnOf> {
    let source = cursor.name()?.into_option()?;
    if !cursor.eat_mark(b'.') {
        return None;
    }
    let column = cursor.name()?;
    // `schema.table.column` is left alone.
    if cursor.is_mark(b'.') || cursor.is_mark(b'(') {
        return None;
    }
    let source = source.to_lowercase();
    let table = sources.iter().find(|(name, _)| *name == source)?.1.clone()?;
    match column {
        Known::Is(column) => Some(ColumnOf { table, column }),
        Known::Unreadable => None,
    }
}
