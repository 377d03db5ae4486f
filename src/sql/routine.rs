//! Bodies of routines: what a function or procedure of PostgreSQL does when it is called.

use crate::sql::body::DEPTH;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::select::select_of;
use crate::sql::grammar::token::{TokenKind, tokens};
use crate::sql::read::Reader;
use crate::sql::script::SqlText;
use crate::sql::statement::{Placed, Statement};

impl Reader<'_> {
    /// Reads the body in the definition of a routine: statements of SQL or PL/pgSQL, in a string
    /// or behind BEGIN ATOMIC. Nothing where it is of another language or cannot be known.
    pub(super) fn routine(&self, definition: Cursor<'_>) -> Option<Vec<Statement>> {
        if self.dialect != Dialect::PostgreSql || self.depth >= DEPTH || definition.has_hole() {
            return None;
        }
        let mut cursor = definition;
        cursor.until(|cursor| cursor.are("BEGIN ATOMIC"));
        if cursor.eat("BEGIN ATOMIC") {
            return Some(flat(vec![self.body(cursor.rest())]));
        }
        let mut cursor = definition;
        cursor.until_words(&["RETURN"]);
        if cursor.eat("RETURN") {
            return Some(flat(vec![select_of(&cursor)]));
        }
        let mut language = definition;
        language.until_words(&["LANGUAGE"]);
        let language = language.eat("LANGUAGE").then(|| language.word(0).to_ascii_lowercase())?;
        let mut cursor = definition;
        cursor.until(|cursor| cursor.is("AS") && is_text(cursor, 1));
        cursor.eat("AS");
        let body = SqlText::known(cursor.string()?.into_option()?);
        let reader = Reader { text: &body, dialect: self.dialect, depth: self.depth + 1 };
        match language.trim_matches('\'') {
            "plpgsql" => Some(flat(vec![reader.body(&tokens(&body, self.dialect))])),
            "sql" => Some(flat(reader.all().into_iter().map(|placed| placed.statement).collect())),
            _ => None,
        }
    }
}

fn is_text(cursor: &Cursor<'_>, ahead: usize) -> bool {
    let token = cursor.token(ahead);
    token.is_some_and(|token| matches!(token.kind, TokenKind::Text | TokenKind::Dollar))
}

/// Returns the statements without the blocks around them and without what only reads.
fn flat(statements: Vec<Statement>) -> Vec<Statement> {
    let mut flat = Vec::new();
    let mut todo: Vec<Statement> = statements.into_iter().rev().collect();
    while let Some(statement) = todo.pop() {
        match statement {
            Statement::Block { statements, .. } => {
                todo.extend(statements.into_iter().rev().map(|Placed { statement, .. }| statement));
            }
            Statement::Read => {}
            statement => flat.push(statement),
        }
    }
    flat
}
