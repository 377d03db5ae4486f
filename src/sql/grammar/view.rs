//! What the query of a view gives: the names of its columns, and what each is made of.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression};
use crate::sql::grammar::token::TokenKind;
use crate::sql::object_change::ViewColumn;
use crate::text::known::Known;

/// Reads the columns of a view, from behind its name; nothing where one of them cannot be known.
pub fn columns(mut definition: Cursor<'_>) -> Option<Vec<ViewColumn>> {
    let named = definition.names();
    if definition.eat("WITH") {
        definition.group()?;
    }
    if !definition.eat("AS") {
        return None;
    }
    if let Some(named) = named {
        let names = named.into_option()?;
        return names
            .into_iter()
            .map(|name| Some(ViewColumn::named(name.into_option()?)))
            .collect();
    }
    let mut query = definition;
    while query.is_mark(b'(') {
        query = query.inside()?;
    }
    if !query.eat("SELECT") || query.is("DISTINCT") && query.is_word_at(1, "ON") {
        return None;
    }
    query.eat_any(&["DISTINCT", "ALL"]);
    let ends = ["FROM", "WHERE", "UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT"];
    let list = query.until_words(&ends);
    list.list().into_iter().map(column).collect()
}

fn column(mut item: Cursor<'_>) -> Option<ViewColumn> {
    if item.has_hole() {
        return None;
    }
    let read = expression(&mut item);
    let given = match (item.eat("AS"), item.token(0)) {
        (_, None) => None,
        (_, Some(token)) if matches!(token.kind, TokenKind::Word | TokenKind::Quoted) => {
            Some(item.name()?.into_option()?)
        }
        _ => return None,
    };
    if !item.is_done() {
        return None;
    }
    let (source, cast) = match &read.kind {
        Kind::Cast(inner) => (plain(inner), cast(&read, inner, &item)),
        _ => (plain(&read), None),
    };
    let is_cast = matches!(read.kind, Kind::Cast(_));
    let name = match given {
        Some(name) => name,
        None => match &read.kind {
            Kind::Column(_) => source.clone()?,
            Kind::Cast(inner) => plain(inner)?,
            Kind::Call { name, .. } if name != "[]" => name.clone(),
            _ => return None,
        },
    };
    Some(ViewColumn { name, source: source.filter(|_| !is_cast || cast.is_some()), cast })
}

/// Returns the column that an expression is; nothing where it is all columns.
fn plain(expression: &Expression) -> Option<String> {
    match &expression.kind {
        Kind::Column(parts) => match parts.last() {
            Some(Known::Is(name)) if name != "*" => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the type behind `::`.
fn cast(whole: &Expression, inner: &Expression, item: &Cursor<'_>) -> Option<String> {
    let mut text = item.over(&item.tokens[inner.to..whole.to]);
    text.eat_operator("::").then(|| text.over(text.rest()).sql().into_option()).flatten()
}
