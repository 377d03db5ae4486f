//! The arguments and the result of a routine, as CREATE FUNCTION declares them.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;
use crate::sql::signature::{Argument, Returned, Signature};
use crate::text::known::Known;

/// What may stand behind the type that a function returns.
const OPTIONS: [&str; 20] = [
    "AS",
    "LANGUAGE",
    "TRANSFORM",
    "WINDOW",
    "IMMUTABLE",
    "STABLE",
    "VOLATILE",
    "NOT",
    "LEAKPROOF",
    "CALLED",
    "RETURNS NULL",
    "STRICT",
    "EXTERNAL",
    "SECURITY",
    "PARALLEL",
    "COST",
    "ROWS",
    "SUPPORT",
    "SET",
    "RETURN",
];

/// Reads a signature from behind the name of a routine; nothing where a part of it is not known.
pub fn signature(mut cursor: Cursor<'_>) -> Option<Signature> {
    let listed = cursor.group()?;
    if listed.has_hole() {
        return None;
    }
    let mut arguments = Vec::new();
    for item in listed.list() {
        arguments.push(argument(item)?);
    }
    let returns = match cursor.eat("RETURNS") {
        true => returned(&mut cursor)?,
        false => Returned::Unsaid,
    };
    Some(Signature { arguments, returns })
}

/// Reads one argument; nothing where it is not one that a caller passes.
fn argument(mut item: Cursor<'_>) -> Option<Argument> {
    if item.is_any(&["OUT", "INOUT", "VARIADIC"]) {
        return None;
    }
    item.eat("IN");
    let whole = item.until(|cursor| cursor.is("DEFAULT") || cursor.is_operator("="));
    let default = !item.is_done();
    let is_word = |ahead: usize| {
        whole
            .token(ahead)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
    };
    let mut kind = whole;
    // `a integer` has a name, `integer` and `double precision` have none.
    let is_long = whole.is_any(&["DOUBLE", "CHARACTER", "TIMESTAMP", "TIME", "BIT", "INTERVAL"])
        && whole.token(1).is_none_or(|token| {
            let next = whole.text(token).to_ascii_lowercase();
            ["precision", "varying", "with", "without"].contains(&next.as_str())
        });
    let named = is_word(0) && is_word(1) && !is_long;
    let name = if named { Some(kind.name()?.into_option()?) } else { None };
    Some(Argument { name, kind: text(kind)?, default })
}

fn returned(cursor: &mut Cursor<'_>) -> Option<Returned> {
    if cursor.eat("TABLE") {
        let columns = cursor.group()?;
        let column = |mut item: Cursor<'_>| {
            let name = item.name()?.into_option()?;
            Some((name, text(item)?))
        };
        return columns.list().into_iter().map(column).collect::<Option<_>>().map(Returned::Table);
    }
    let set = cursor.eat("SETOF");
    let kind = cursor.until(|cursor| OPTIONS.iter().any(|words| cursor.are(words)));
    Some(Returned::Value { set, kind: text(kind)? })
}

/// The type that is left, as SQL.
fn text(cursor: Cursor<'_>) -> Option<String> {
    let rest = cursor.over(cursor.rest());
    match rest.sql() {
        Known::Is(sql) if !sql.trim().is_empty() && !rest.has_hole() => Some(sql),
        _ => None,
    }
}
