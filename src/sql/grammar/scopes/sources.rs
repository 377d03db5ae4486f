//! What queries read: FROM, its joins and their conditions.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::is_query;
use crate::sql::grammar::query::alias;
use crate::sql::grammar::scopes::{Reader, SETS};
use crate::sql::grammar::token::TokenKind;
use crate::sql::scope::QuerySource;

/// Words before which a condition of a join ends.
const JOINS: [&str; 9] =
    ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "STRAIGHT_JOIN", "ON"];

impl Reader {
    /// Reads what a query reads, joins and their conditions included.
    pub(super) fn from(&mut self, at: usize, mut cursor: Cursor<'_>) {
        self.source(at, &mut cursor);
        while !cursor.is_done() {
            if cursor.eat_mark(b',') {
                self.source(at, &mut cursor);
                continue;
            }
            let natural = cursor.eat("NATURAL");
            cursor.eat_any(&["INNER", "LEFT", "RIGHT", "FULL", "CROSS"]);
            cursor.eat("OUTER");
            if !cursor.eat_any(&["JOIN", "STRAIGHT_JOIN"]) {
                self.found.queries[at].open = true;
                return;
            }
            self.source(at, &mut cursor);
            self.found.queries[at].merges |= natural;
            if cursor.eat("ON") {
                let ends = |cursor: &Cursor<'_>| cursor.is_any(&JOINS) || cursor.is_mark(b',');
                let condition = cursor.until(ends);
                self.piece(at, condition);
            } else if cursor.eat("USING") {
                cursor.group();
                self.found.queries[at].merges = true;
            }
        }
    }

    pub(super) fn source(&mut self, at: usize, cursor: &mut Cursor<'_>) {
        while cursor.eat_any(&["LATERAL", "ONLY"]) {}
        if let Some(inside) = cursor.group() {
            if !is_whole_query(inside) {
                self.from(at, inside);
                return;
            }
            self.query(inside, Some(at));
            let name = alias(cursor).unwrap_or_default().to_lowercase();
            self.found.queries[at].sources.push(QuerySource { name, table: None });
            return;
        }
        let is_name = cursor
            .token(0)
            .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted));
        if !is_name {
            self.found.queries[at].open = true;
            return;
        }
        let table = cursor.table();
        let is_call = cursor.group().is_some();
        let before = cursor.position();
        let alias = alias(cursor);
        let renames = cursor.tokens[before..cursor.position()]
            .iter()
            .any(|token| token.kind == TokenKind::Mark(b'('));
        let own = table.name.as_str().map(str::to_lowercase);
        let is_common =
            table.schema.is_none() && own.as_ref().is_some_and(|own| self.common.contains(own));
        let name = alias.map(|name| name.to_lowercase()).or(own);
        let table = (!is_call && !renames && !is_common).then_some(table);
        let scope = &mut self.found.queries[at];
        match name {
            Some(name) => scope.sources.push(QuerySource { name, table }),
            None => scope.open = true,
        }
    }
}

/// Tells whether parentheses hold a query, and not a join that begins with one.
fn is_whole_query(mut inside: Cursor<'_>) -> bool {
    let is_query = is_query(&inside);
    let first = inside.group();
    is_query && (first.is_none() || inside.is_done() || inside.is_any(&SETS))
}
