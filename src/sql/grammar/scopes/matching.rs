//! Values of which one is chosen, and so are of one type; columns before operators of few types.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind};
use crate::sql::grammar::scopes::Reader;
use crate::sql::grammar::scopes::names::named;
use crate::sql::grammar::scopes::values::value;
use crate::sql::scope::{Matched, Operated, Value};

impl Reader {
    /// Notes what an expression asks of the types of its parts.
    pub(super) fn matching(&mut self, at: usize, read: &Expression, text: &Cursor<'_>) {
        match &read.kind {
            Kind::Case { answers, .. } => {
                let last = answers.iter().rev().take(1);
                let others = answers.iter().take(answers.len().saturating_sub(1));
                self.matched(at, "CASE", last.chain(others), text);
            }
            Kind::Call { name, arguments } => {
                let choice = match name.as_str() {
                    "coalesce" => "COALESCE",
                    "greatest" => "GREATEST",
                    "least" => "LEAST",
                    _ => return,
                };
                self.matched(at, choice, arguments.iter(), text);
            }
            Kind::Chain { operators, operands } => {
                let column = operands.first().and_then(|first| named(at, first.unparenthesized()));
                let operator = operators.first().and_then(|word| of_few(word));
                let operated = column.zip(operator);
                self.found
                    .operated
                    .extend(operated.map(|(column, operator)| Operated { column, operator }));
            }
            _ => {}
        }
    }

    fn matched<'e>(
        &mut self,
        at: usize,
        choice: &'static str,
        read: impl Iterator<Item = &'e Expression>,
        text: &Cursor<'_>,
    ) {
        let (mut values, mut whole) = (Vec::new(), true);
        for expression in read {
            match value(at, expression, text) {
                Value::Other => whole = false,
                Value::Constant(sql) if sql.eq_ignore_ascii_case("null") => {}
                value => values.push(value),
            }
        }
        if values.len() > 1 {
            self.found.matched.push(Matched { choice, values, whole });
        }
    }
}

impl Reader {
    /// Notes that the branches of a query give values of one type, place by place.
    pub(super) fn branches_match(&mut self, join: &'static str, branches: Vec<Vec<Value>>) {
        let width = branches.first().map_or(0, Vec::len);
        if branches.len() < 2 || branches.iter().any(|branch| branch.len() != width) {
            return;
        }
        for place in 0..width {
            let (mut values, mut whole) = (Vec::new(), true);
            for branch in &branches {
                match &branch[place] {
                    Value::Other => whole = false,
                    Value::Constant(sql) if sql.eq_ignore_ascii_case("null") => {}
                    value => values.push(value.clone()),
                }
            }
            if values.len() > 1 {
                self.found.matched.push(Matched { choice: join, values, whole });
            }
        }
    }
}

/// Returns an operator that few types have, as PostgreSQL names it.
fn of_few(word: &str) -> Option<&'static str> {
    Some(match word {
        "LIKE" => "~~",
        "ILIKE" => "~~*",
        "->" => "->",
        "->>" => "->>",
        "#>" => "#>",
        "#>>" => "#>>",
        _ => return None,
    })
}
