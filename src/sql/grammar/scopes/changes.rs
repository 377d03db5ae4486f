//! The columns that UPDATE, DELETE and INSERT name, and the values that they move.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::expression;
use crate::sql::grammar::scopes::Reader;
use crate::sql::grammar::scopes::values::value as value_of;
use crate::sql::scope::{Moved, Value};
use crate::text::known::Known;

/// What may stand behind the filter of UPDATE and DELETE.
const TAIL: [&str; 5] = ["RETURNING", "ORDER", "LIMIT", "OPTION", "FETCH"];

impl Reader {
    /// Reads UPDATE.
    pub(super) fn update(&mut self, mut cursor: Cursor<'_>) {
        cursor.eat("UPDATE");
        if cursor.eat("OR") {
            cursor.skip(1);
        }
        while cursor.eat_any(&["LOW_PRIORITY", "IGNORE"]) {}
        let at = self.open(None);
        let tables = cursor.until_words(&["SET"]);
        self.from(at, tables);
        cursor.eat("SET");
        let set = cursor.until(|cursor| cursor.is_any(&["FROM", "WHERE"]) || cursor.is_any(&TAIL));
        if cursor.eat("FROM") {
            let from = cursor.until(|cursor| cursor.is("WHERE") || cursor.is_any(&TAIL));
            self.from(at, from);
        }
        for mut item in set.list() {
            let Known::Is(to) = item.table().name else { continue };
            if item.eat_operator("=") && !item.is_done() {
                self.assigned(at, to, item.over(item.rest()));
            }
        }
        self.filter(at, cursor);
    }

    fn assigned(&mut self, at: usize, to: String, value: Cursor<'_>) {
        let mut rest = value;
        let read = expression(&mut rest);
        if rest.is_done() {
            self.visit(at, &read, &value);
            match value_of(at, &read, &value) {
                // Constants are read where the statement is.
                Value::Constant(_) => {}
                value => self.moves(to, value),
            }
        }
    }

    fn moves(&mut self, to: String, from: Value) {
        if from != Value::Other {
            self.found.moved.push(Moved { to, from });
        }
    }

    fn filter(&mut self, at: usize, mut cursor: Cursor<'_>) {
        if cursor.eat("WHERE") && !cursor.are("CURRENT OF") {
            let condition = cursor.until(|cursor| cursor.is_any(&TAIL));
            self.condition(at, condition);
        }
    }

    /// Reads DELETE.
    pub(super) fn delete(&mut self, mut cursor: Cursor<'_>) {
        cursor.eat("DELETE");
        // MySQL names the tables that lose rows before those that it reads.
        if !cursor.eat("FROM") {
            return;
        }
        let at = self.open(None);
        let ends = |cursor: &Cursor<'_>| cursor.is_any(&["USING", "WHERE"]) || cursor.is_any(&TAIL);
        let tables = cursor.until(ends);
        self.from(at, tables);
        if cursor.eat("USING") {
            let sources = cursor.until(|cursor| cursor.is("WHERE") || cursor.is_any(&TAIL));
            self.from(at, sources);
        }
        self.filter(at, cursor);
    }

    /// Reads INSERT and REPLACE.
    pub(super) fn insert(&mut self, mut cursor: Cursor<'_>) {
        cursor.until_words(&["INTO"]);
        if !cursor.eat("INTO") {
            return;
        }
        cursor.table();
        let columns = cursor.group().map(Cursor::list).unwrap_or_default();
        cursor.eat_any(&["OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"]);
        if !cursor.is_any(&["SELECT", "WITH"]) {
            return;
        }
        let is_end = |cursor: &Cursor<'_>| {
            cursor.are("ON CONFLICT") || cursor.are("ON DUPLICATE") || cursor.is("RETURNING")
        };
        let query = cursor.until(is_end);
        let given = self.query(query, None);
        if given.columns.len() == columns.len() {
            for (mut column, from) in columns.into_iter().zip(given.columns) {
                let to = column.name().and_then(Known::into_option);
                if let Some(to) = to {
                    self.moves(to, from);
                }
            }
        }
    }
}
