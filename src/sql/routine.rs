//! Bodies of routines, triggers and rules: what they do when they are called, or when rows change.

use crate::sql::body::DEPTH;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::select::select_of;
use crate::sql::grammar::token::{TokenKind, tokens};
use crate::sql::object_change::ObjectKind;
use crate::sql::read::Reader;
use crate::sql::script::SqlText;
use crate::sql::statement::{Placed, Statement};

impl Reader<'_> {
    /// Reads the body in the definition of a routine: statements of SQL or PL/pgSQL, in a string
    /// or behind BEGIN ATOMIC. Nothing where it is of another language or cannot be known.
    pub(super) fn routine(&self, definition: Cursor<'_>) -> Option<Vec<Statement>> {
        if self.depth >= DEPTH || definition.has_hole() {
            return None;
        }
        if self.dialect.is_mysql() {
            return self.body_of_mysql(definition);
        }
        if self.dialect != Dialect::PostgreSql {
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

/// With what a statement in a body of MySQL begins.
const BODY: [&str; 22] = [
    "BEGIN", "RETURN", "DELETE", "UPDATE", "INSERT", "REPLACE", "DROP", "TRUNCATE", "ALTER",
    "CREATE", "RENAME", "CALL", "SELECT", "WITH", "SET", "IF", "CASE", "LOOP", "WHILE", "REPEAT",
    "PREPARE", "EXECUTE",
];

impl Reader<'_> {
    /// Reads the body of a routine of MySQL, a block or one statement, behind its parameters and
    /// what is said of it.
    fn body_of_mysql(&self, definition: Cursor<'_>) -> Option<Vec<Statement>> {
        let mut cursor = definition;
        cursor.until(|cursor| cursor.is_mark(b'('));
        cursor.group()?;
        cursor.until(|cursor| cursor.is_any(&BODY) && !cursor.are("SET utf8mb4"));
        (!cursor.is_done()).then(|| flat(vec![self.body(cursor.rest())]))
    }

    /// Reads what a trigger of MySQL or SQLite does, and what a rule of PostgreSQL does besides or
    /// instead; nothing where a routine does it.
    pub(super) fn reaction(
        &self,
        kind: ObjectKind,
        definition: Cursor<'_>,
    ) -> Option<Vec<Statement>> {
        if self.depth >= DEPTH || definition.has_hole() {
            return None;
        }
        let mut cursor = definition;
        match (kind, self.dialect) {
            (ObjectKind::Rule, Dialect::PostgreSql) => {
                cursor.until_words(&["DO"]);
                cursor.eat("DO");
                cursor.eat_any(&["ALSO", "INSTEAD"]);
                if cursor.is("NOTHING") {
                    return Some(Vec::new());
                }
                let body = { cursor }.group().unwrap_or(cursor);
                Some(flat(vec![self.body(body.rest())]))
            }
            (ObjectKind::Trigger, Dialect::Sqlite) => {
                cursor.until_words(&["BEGIN"]);
                Some(flat(vec![self.body(cursor.rest())]))
            }
            (ObjectKind::Trigger, dialect) if dialect.is_mysql() => {
                cursor.until_words(&["ROW"]);
                cursor.until_words(&BODY);
                Some(flat(vec![self.body(cursor.rest())]))
            }
            _ => None,
        }
    }

    /// Reads what an event of MySQL does when its time comes.
    pub(super) fn event(&self, definition: Cursor<'_>) -> Vec<Statement> {
        let mut cursor = definition;
        cursor.until_words(&["DO"]);
        match cursor.eat("DO") && self.depth < DEPTH {
            true => flat(vec![self.body(cursor.rest())]),
            false => Vec::new(),
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
