//! What the form of a value tells of its type, and the values that operators compute.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind};
use crate::sql::grammar::scopes::Reader;
use crate::sql::grammar::scopes::names::named;
use crate::sql::literal;
use crate::sql::operators::{is_comparison, is_operator};
use crate::sql::scope::Value;

/// How many values that are computed are looked at.
const MOST: usize = 128;

impl Reader {
    /// Notes what operators ask of the types of their operands.
    pub(super) fn computed(&mut self, at: usize, read: &Expression, text: &Cursor<'_>) {
        match &read.kind {
            Kind::Chain { .. } => {
                if let chain @ Value::Chain { .. } = value(at, read, text) {
                    self.compute(chain);
                }
            }
            Kind::In { operand, items: Some(items), .. } => {
                items.iter().for_each(|item| self.compare(at, "=", operand, item, text));
            }
            Kind::Between(parts) => {
                if let [operand, low, high] = parts.as_slice() {
                    self.compare(at, ">=", operand, low, text);
                    self.compare(at, "<=", operand, high, text);
                }
            }
            _ => {}
        }
    }

    fn compare(
        &mut self,
        at: usize,
        operator: &str,
        one: &Expression,
        other: &Expression,
        text: &Cursor<'_>,
    ) {
        let operands = vec![value(at, one, text), value(at, other, text)];
        self.compute(Value::Chain { operators: vec![operator.to_owned()], operands });
    }

    fn compute(&mut self, value: Value) {
        if self.found.computed.len() < MOST {
            self.found.computed.push(value);
        }
    }
}

/// Returns what the form of an expression tells of its type.
pub(super) fn value(at: usize, read: &Expression, text: &Cursor<'_>) -> Value {
    let sql = || read.sql(text).into_option().map(|sql| sql.trim().to_owned());
    match &read.kind {
        Kind::Tuple(items) if items.len() == 1 && read.tokens(text).is_mark(b'(') => {
            value(at, &items[0], text)
        }
        Kind::Column(_) => named(at, read).map_or(Value::Other, Value::Column),
        Kind::Constant => sql().map_or(Value::Other, constant),
        Kind::Prefix { operator, operand } if operator == "-" => match operand.kind {
            Kind::Constant => sql().map_or(Value::Other, |sql| constant(sql.replace(' ', ""))),
            _ => Value::Other,
        },
        Kind::Cast(_) => {
            let kind = sql().and_then(|sql| literal::cast(&sql).map(|(_, kind)| kind.to_owned()));
            kind.map_or(Value::Other, Value::Cast)
        }
        Kind::Call { name, arguments }
            if matches!(name.as_str(), "coalesce" | "greatest" | "least") =>
        {
            Value::Chosen(arguments.iter().map(|one| value(at, one, text)).collect())
        }
        Kind::Case { answers, .. } => {
            Value::Chosen(answers.iter().map(|one| value(at, one, text)).collect())
        }
        Kind::Call { name, .. } => Value::Call(name.clone()),
        // Nothing but JSON has these, and what they give is text.
        Kind::Chain { operators, .. }
            if operators.last().is_some_and(|last| matches!(last.as_str(), "->>" | "#>>")) =>
        {
            Value::Cast("text".to_owned())
        }
        Kind::Chain { operators, operands } => {
            let is_plain = operators.iter().all(|word| is_operator(word));
            let compares = operators.iter().any(|word| is_comparison(word));
            if !is_plain || compares && operators.len() > 1 {
                return Value::Other;
            }
            let operands = operands.iter().map(|operand| value(at, operand, text)).collect();
            Value::Chain { operators: operators.clone(), operands }
        }
        _ => Value::Other,
    }
}

/// `interval '1 day'` says its type before the text.
fn constant(sql: String) -> Value {
    let kind = sql.split_once(" '").map(|(kind, _)| kind.trim());
    let is_kind = |kind: &&str| kind.starts_with(|first: char| first.is_ascii_alphabetic());
    match kind.filter(is_kind) {
        Some(kind) => Value::Cast(kind.to_owned()),
        None => Value::Constant(sql),
    }
}
