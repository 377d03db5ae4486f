//! Values of which one is chosen, and so are of one type; columns before operators of few types.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind};
use crate::sql::grammar::scopes::Reader;
use crate::sql::grammar::scopes::names::named;
use crate::sql::scope::{Matched, MatchedValue, Operated};

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
        for value in read {
            match &value.kind {
                Kind::Column(_) => match named(at, value) {
                    Some(column) => values.push(MatchedValue::Column(column)),
                    None => whole = false,
                },
                Kind::Constant => match value.sql(text).into_option() {
                    Some(sql) if sql.trim().eq_ignore_ascii_case("null") => {}
                    Some(sql) => values.push(MatchedValue::Constant(sql.trim().to_owned())),
                    None => whole = false,
                },
                _ => whole = false,
            }
        }
        if values.len() > 1 {
            self.found.matched.push(Matched { choice, values, whole });
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
