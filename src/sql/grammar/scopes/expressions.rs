//! What the expressions of a query name: columns, calls, and the queries in them.

use crate::sql::default;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression, is_query};
use crate::sql::grammar::scopes::names::{is_special, named};
use crate::sql::grammar::scopes::values::value;
use crate::sql::grammar::scopes::{AGGREGATES, Given, Reader, WINDOWS};
use crate::sql::scope::{CalledWith, QueryFault, Value};
use crate::text::known::Known;

impl Reader {
    /// Reads an item of the list of SELECT, and returns what its form tells.
    pub(super) fn item(&mut self, at: usize, item: Cursor<'_>) -> Value {
        let mut rest = item;
        let read = expression(&mut rest);
        rest.eat("AS");
        let given = rest.name().and_then(Known::into_option);
        if !rest.is_done() {
            return Value::Other;
        }
        self.found.queries[at].given.extend(given.map(|name| name.to_lowercase()));
        self.visit(at, &read, &item);
        value(at, &read, &item)
    }

    /// Reads an item of ORDER BY or GROUP BY. A name alone is first of all a column that the query
    /// gives, to ORDER BY (manual of PostgreSQL, SELECT; of MySQL, SELECT).
    pub(super) fn sorted(&mut self, at: usize, item: Cursor<'_>, outputs: &[Value]) {
        let mut rest = item;
        let read = expression(&mut rest);
        let is_output = named(at, &read).is_some_and(|column| {
            let mut outputs = outputs.iter().filter_map(Value::column);
            column.of.is_none()
                && outputs.any(|output| output.name.eq_ignore_ascii_case(&column.name))
        });
        if !is_output && (rest.is_done() || rest.is_any(&["ASC", "DESC", "NULLS"])) {
            self.visit(at, &read, &item);
        }
    }

    pub(super) fn piece(&mut self, at: usize, piece: Cursor<'_>) {
        let mut rest = piece;
        let read = expression(&mut rest);
        if rest.is_done() {
            self.visit(at, &read, &piece);
        }
    }

    /// Reads a filter. An aggregate in it has no rows to be of, but in a query within another one.
    pub(super) fn condition(&mut self, at: usize, condition: Cursor<'_>) {
        self.piece(at, condition);
        let mut rest = condition;
        let read = expression(&mut rest);
        if !rest.is_done() || self.found.queries[at].outer.is_some() {
            return;
        }
        let mut pending = vec![&read];
        while let Some(part) = pending.pop() {
            if let Kind::Call { name, arguments } = &part.kind
                && AGGREGATES.contains(&name.as_str())
                && arguments.len() == 1
                && !part.tokens(&condition).has_word("OVER")
            {
                self.found.filtered.push(name.clone());
            }
            if let Kind::Call { name, .. } = &part.kind
                && WINDOWS.contains(&name.as_str())
                && part.tokens(&condition).has_word("OVER")
            {
                self.found.faults.push(QueryFault::WindowInFilter(name.clone()));
            }
            pending.extend(part.children());
        }
    }

    /// Notes a query of several columns where one value is asked for.
    pub(super) fn one_column(&mut self, given: &Given, is_row: bool) {
        if let Some(width) = given.width.filter(|width| *width > 1 && !is_row) {
            self.found.faults.push(QueryFault::Wide(width));
        }
    }

    pub(super) fn visit(&mut self, at: usize, read: &Expression, text: &Cursor<'_>) {
        self.matching(at, read, text);
        self.computed(at, read, text);
        match &read.kind {
            Kind::Column(_) => {
                self.found.columns.extend(named(at, read));
                return;
            }
            Kind::Call { name, arguments } => {
                self.call(at, name, arguments, text);
                self.ordering_of_call(at, read.tokens(text));
                if is_special(name, read.tokens(text)) {
                    return;
                }
            }
            Kind::Chain { operators, .. }
                if operators
                    .iter()
                    .any(|word| matches!(word.as_str(), "COLLATE" | "=>" | ":=")) =>
            {
                return;
            }
            Kind::Query { .. } => {
                if let Some(inner) = inner_query(read.tokens(text)) {
                    self.query(inner, Some(at));
                }
            }
            Kind::In { operand, items: None, .. } => {
                let behind = text.over(&text.tokens[operand.to..read.to]);
                if let Some(inner) = inner_query(behind) {
                    let given = self.query(inner, Some(at));
                    let is_row = matches!(operand.kind, Kind::Tuple(_));
                    self.one_column(&given, is_row);
                }
            }
            _ => {}
        }
        read.children().into_iter().for_each(|child| self.visit(at, child, text));
    }

    pub(super) fn call(
        &mut self,
        at: usize,
        name: &str,
        arguments: &[Expression],
        text: &Cursor<'_>,
    ) {
        let Some(first) = arguments.first() else { return };
        if let Some(column) = named(at, first.unparenthesized()) {
            let function = name.to_owned();
            self.found.calls.push(CalledWith { function, column });
        }
        if matches!(name, "nextval" | "setval" | "currval") {
            let named = match &first.kind {
                Kind::Cast(inner) => inner,
                _ => first,
            };
            let sequence = named.sql(text).into_option();
            let sequence = sequence.and_then(|sql| default::sequence(&format!("nextval({sql})")));
            self.found.sequences.extend(sequence);
        }
    }
}

/// Returns the first query in parentheses.
fn inner_query<'a>(mut text: Cursor<'a>) -> Option<Cursor<'a>> {
    while !text.is_done() {
        if let Some(inside) = { text }.group().filter(is_query) {
            return Some(inside);
        }
        text.skip(1);
    }
    None
}
