//! Columns as CREATE TABLE and ADD COLUMN declare them.

use crate::sql::grammar::constraint::{deferral, references};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::type_name::type_name;
use crate::sql::table::{Check, Column, Generated, ServerDefault};
use crate::text::known::Known;

/// What may follow a type, or end the expression of a default.
const CLAUSES: [&str; 26] = [
    "CONSTRAINT",
    "NOT",
    "NULL",
    "DEFAULT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "REFERENCES",
    "GENERATED",
    "COLLATE",
    "AS",
    "COMMENT",
    "AUTO_INCREMENT",
    "AUTOINCREMENT",
    "IDENTITY",
    "ON",
    "FIRST",
    "AFTER",
    "DEFERRABLE",
    "INITIALLY",
    "KEY",
    "STORAGE",
    "COMPRESSION",
    "ENFORCED",
    "OPTIONS",
    "WITH",
];

/// Reads a column: its name, type and everything inline.
pub fn column(cursor: &mut Cursor<'_>) -> Column {
    let name = cursor.name().unwrap_or(Known::Unreadable);
    let untyped = cursor.is_done() || cursor.is_any(&CLAUSES);
    let kind = if untyped { None } else { type_name(cursor) };
    let mut column = Column::new(name, kind);
    if column.kind.as_ref().is_some_and(|kind| is_serial(&kind.name)) {
        column.generated = Some(Generated::Serial);
        column.nullable = Known::Is(false);
    }
    while !cursor.is_done() {
        clause(cursor, &mut column);
    }
    column
}

fn is_serial(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "serial" | "bigserial" | "smallserial" | "serial2" | "serial4" | "serial8"
    )
}

/// Reads one clause of a column.
fn clause(cursor: &mut Cursor<'_>, column: &mut Column) {
    if cursor.is_hole() {
        // A hole may be any clause.
        cursor.skip(1);
        column.nullable = Known::Unreadable;
        return;
    }
    let name = if cursor.eat("CONSTRAINT") { cursor.name() } else { None };
    let word = cursor.word(0).to_ascii_uppercase();
    match word.as_str() {
        "NOT" if cursor.eat("NOT NULL") => {
            column.nullable = Known::Is(false);
            deferral(cursor);
        }
        "NULL" => {
            cursor.skip(1);
            column.nullable = Known::Is(true);
        }
        "DEFAULT" => {
            cursor.skip(1);
            column.server_default = Some(default(cursor));
        }
        "PRIMARY" if cursor.eat("PRIMARY KEY") => {
            cursor.eat_any(&["CLUSTERED", "NONCLUSTERED", "ASC", "DESC"]);
            column.primary_key = Known::Is(true);
            column.nullable = Known::Is(false);
            deferral(cursor);
        }
        "UNIQUE" => {
            cursor.skip(1);
            cursor.eat_any(&["KEY", "NULLS NOT DISTINCT", "NULLS DISTINCT"]);
            column.unique = Known::Is(true);
            deferral(cursor);
        }
        "CHECK" => {
            cursor.skip(1);
            let condition = cursor.group().map_or(Known::Unreadable, |group| group.sql());
            let not_valid = deferral(cursor);
            column.checks.push(Check { name, condition, not_valid: Known::Is(not_valid) });
        }
        "REFERENCES" => {
            let columns = Known::Is(vec![column.name.clone()]);
            column.foreign_keys.push(references(cursor, name, columns));
        }
        _ => other_clause(cursor, column, &word),
    }
}

fn other_clause(cursor: &mut Cursor<'_>, column: &mut Column, word: &str) {
    match word {
        "GENERATED" => {
            cursor.skip(1);
            let always = cursor.eat("ALWAYS");
            cursor.eat("BY DEFAULT");
            cursor.eat("ON NULL");
            computed(cursor, column);
            if always && column.generated == Some(Generated::Identity) {
                column.generated = Some(Generated::IdentityAlways);
            }
        }
        "AS" => computed(cursor, column),
        "IDENTITY" => {
            cursor.skip(1);
            cursor.group();
            column.generated = Some(Generated::Identity);
            column.nullable = Known::Is(false);
        }
        "AUTO_INCREMENT" | "AUTOINCREMENT" => {
            cursor.mark_foreign();
            cursor.skip(1);
            column.generated = Some(Generated::Serial);
        }
        "COMMENT" => {
            cursor.mark_foreign();
            cursor.skip(1);
            column.comment = cursor.string();
        }
        "AFTER" => {
            cursor.mark_foreign();
            cursor.skip(1);
            cursor.path();
        }
        "COLLATE" | "STORAGE" | "COMPRESSION" => {
            cursor.skip(1);
            cursor.path();
        }
        // WITH OPTIONS stands before the constraints of a column of a typed table.
        "WITH" if cursor.eat("WITH OPTIONS") => {}
        "OPTIONS" => {
            cursor.skip(1);
            cursor.group();
        }
        "KEY" => {
            cursor.skip(1);
            column.primary_key = Known::Is(true);
            column.nullable = Known::Is(false);
        }
        "CHARACTER" | "CHARSET" => {
            cursor.mark_foreign();
            cursor.eat_any(&["CHARACTER SET", "CHARSET"]);
            cursor.name();
        }
        "ON" => {
            // ON UPDATE CURRENT_TIMESTAMP of MySQL.
            cursor.mark_foreign();
            cursor.eat_any(&["ON UPDATE", "ON"]);
            cursor.until(|cursor| cursor.is_any(&CLAUSES));
        }
        "FIRST" | "VISIBLE" | "INVISIBLE" | "VIRTUAL" | "STORED" | "PERSISTED" | "SPARSE"
        | "ROWGUIDCOL" | "ENFORCED" | "CLUSTERED" | "NONCLUSTERED" | "ASC" | "DESC" => {
            cursor.skip(1)
        }
        _ => {
            if !deferral_moved(cursor) {
                cursor.mark_unexpected();
                cursor.pass();
            }
        }
    }
}

fn deferral_moved(cursor: &mut Cursor<'_>) -> bool {
    let before = cursor.position();
    deferral(cursor);
    cursor.position() > before
}

/// Reads `AS IDENTITY`, or `AS (expression)` with its storage.
fn computed(cursor: &mut Cursor<'_>, column: &mut Column) {
    cursor.eat("AS");
    if cursor.eat("IDENTITY") {
        cursor.group();
        column.generated = Some(Generated::Identity);
        column.nullable = Known::Is(false);
        return;
    }
    column.computed = cursor.group().map(|expression| expression.sql());
    let stored = cursor.eat_any(&["STORED", "PERSISTED", "PERSISTENT"]);
    cursor.eat("VIRTUAL");
    column.generated = Some(if stored { Generated::Stored } else { Generated::Virtual });
}

/// Reads the expression of a default.
pub fn default(cursor: &mut Cursor<'_>) -> ServerDefault {
    let from = cursor.position();
    let mut cases = 0usize;
    // The first word is always part of it: `DEFAULT NULL`.
    loop {
        match cursor.word(0).to_ascii_uppercase().as_str() {
            "CASE" => cases += 1,
            "END" => cases = cases.saturating_sub(1),
            _ => {}
        }
        cursor.pass();
        let ends = cases == 0 && cursor.is_any(&CLAUSES) && !cursor.is("KEY");
        if cursor.is_done() || ends || cursor.is_mark(b',') {
            break;
        }
    }
    let read = cursor.over(&cursor.tokens[from..cursor.position()]);
    ServerDefault { sql: read.sql() }
}
