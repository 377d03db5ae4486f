//! Operators.

use std::rc::Rc;

use crate::python::builtin::display::plain_member;
use crate::python::builtin::{files, percent};
use crate::python::interpreter::Interpreter;
use crate::python::run::comparison::numbers;
use crate::python::run::interpolation::bounded;
use crate::python::run::join::alternatives_of;
use crate::python::run::special::overloaded;
use crate::python::syntax::{Expression, ExpressionKind};
use crate::python::value::{Piece, Str, Value};

const WHY: &str = "it is computed from something that cannot be known";

impl Interpreter<'_> {
    /// Applies an operator to two values.
    pub(crate) fn binary(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        if let Some(values) = alternatives_of(left) {
            return self.each(values, |this, left| this.binary(operator, left, right));
        }
        if let (Some(values), false) = (alternatives_of(right), operator == "%") {
            return self.each(values, |this, right| this.binary(operator, left, right));
        }
        if let ("/", Some(path)) = (operator, files::divided(left, right)) {
            return path;
        }
        match (left, operator, right) {
            (Value::Str(format), "%", _) => {
                let text = percent::fill(self, format, right);
                bounded(self, text)
            }
            (Value::Host(_), ..) | (.., Value::Host(_)) => {
                self.host.binary(operator, left, right, self.stack.at())
            }
            (Value::Str(one), "+", Value::Str(other)) => bounded(self, one.join(other)),
            (Value::Str(one), "+", Value::Unknown(unknown)) => {
                bounded(self, one.join(&Str::of(vec![unknown_piece(&unknown.why)])))
            }
            (Value::Unknown(unknown), "+", Value::Str(other)) => {
                bounded(self, Str::of(vec![unknown_piece(&unknown.why)]).join(other))
            }
            (Value::Str(text), "*", Value::Int(times))
            | (Value::Int(times), "*", Value::Str(text)) => repeated_text(self, text, *times),
            (Value::Object(object), ..) if object.class_of_instance().is_some() => {
                of_instance(self, operator, left, right)
            }
            (_, _, Value::Object(object))
                if object.class_of_instance().is_some() && plain_member(object).is_none() =>
            {
                of_instance(self, operator, left, right)
            }
            (_, _, Value::Object(object)) if plain_member(object).is_some() => {
                let right = plain_member(object).unwrap_or(Value::None);
                self.binary(operator, left, &right)
            }
            _ => arithmetic(self, operator, left, right),
        }
    }
}

fn unknown_piece(why: &Rc<str>) -> Piece {
    Piece::Hole { why: Rc::clone(why), expression: "...".into() }
}

fn numeric(operator: &str, left: &Value, right: &Value) -> Option<Value> {
    let whole = |value: &Value| match value {
        Value::Int(value) => Some(*value),
        Value::Bool(value) => Some(i64::from(*value)),
        _ => None,
    };
    if let (Some(one), Some(other)) = (whole(left), whole(right)) {
        return integral(operator, one, other);
    }
    let (one, other) = numbers(left, right)?;
    Some(Value::Float(match operator {
        "+" => one + other,
        "-" => one - other,
        "*" => one * other,
        "/" if other != 0.0 => one / other,
        "//" if other != 0.0 => (one / other).floor(),
        "%" if other != 0.0 => one - other * (one / other).floor(),
        // C's pow is a library more at each start, and no migration needs one.
        _ => return None,
    }))
}

fn integral(operator: &str, one: i64, other: i64) -> Option<Value> {
    let value = match operator {
        "+" => one.checked_add(other)?,
        "-" => one.checked_sub(other)?,
        "*" => one.checked_mul(other)?,
        "//" => floor_division(one, other)?,
        "%" => one.checked_sub(other.checked_mul(floor_division(one, other)?)?)?,
        "**" => one.checked_pow(u32::try_from(other).ok()?)?,
        "|" => one | other,
        "&" => one & other,
        "^" => one ^ other,
        "<<" => one.checked_shl(u32::try_from(other).ok()?)?,
        ">>" => one.checked_shr(u32::try_from(other).ok()?)?,
        #[expect(clippy::cast_precision_loss, reason = "as Python does")]
        "/" if other != 0 => return Some(Value::Float(one as f64 / other as f64)),
        _ => return None,
    };
    Some(Value::Int(value))
}

fn floor_division(one: i64, other: i64) -> Option<i64> {
    let quotient = one.checked_div(other)?;
    let exact = quotient.checked_mul(other)? == one;
    Some(if exact || (one < 0) == (other < 0) { quotient } else { quotient - 1 })
}

/// Evaluates operators that stand in a row, from the left, without going deeper for each.
pub(crate) fn binary_chain(this: &mut Interpreter<'_>, expression: &Expression) -> Value {
    let mut chain = Vec::new();
    let mut left = expression;
    while let ExpressionKind::Binary(inner, operator, right) = &left.kind {
        chain.push((left.span, operator, right));
        left = inner;
    }
    let mut value = this.evaluate(left);
    for (span, operator, right) in chain.into_iter().rev() {
        let right = this.evaluate(right);
        this.stack.stand_at(span);
        value = this.binary(operator, &value, &right);
    }
    value
}

fn of_instance(this: &mut Interpreter<'_>, operator: &str, left: &Value, right: &Value) -> Value {
    if let Some(value) = overloaded(this, operator, left, right) {
        return value;
    }
    match left {
        Value::Object(object) => match plain_member(object) {
            Some(value) => this.binary(operator, &value, right),
            None => this.unknown_like(WHY, left),
        },
        _ => this.unknown_like(WHY, right),
    }
}

fn repeated_text(this: &mut Interpreter<'_>, text: &Str, times: i64) -> Value {
    let times = usize::try_from(times).unwrap_or(0);
    let length: usize = text.pieces.iter().map(Piece::len).sum::<usize>().max(text.pieces.len());
    if length.saturating_mul(times) > this.fuel.size {
        this.halt("a string grows past what is allowed");
        return Value::unknown(WHY);
    }
    let pieces = std::iter::repeat_n(text.pieces.iter().cloned(), times).flatten().collect();
    bounded(this, Str::of(pieces))
}

fn arithmetic(this: &mut Interpreter<'_>, operator: &str, left: &Value, right: &Value) -> Value {
    match (left, operator, right) {
        (Value::List(one), "+", Value::List(other)) => {
            let items = one.borrow().iter().chain(other.borrow().iter()).cloned().collect();
            bounded_list(this, items)
        }
        (Value::List(_), "+", _) => {
            let mut items = left.items().unwrap_or_default();
            items.extend(this.listed(right));
            bounded_list(this, items)
        }
        (Value::Tuple(one), "+", Value::Tuple(other)) => {
            Value::tuple(one.iter().chain(other.iter()).cloned().collect())
        }
        (Value::List(items), "*", Value::Int(times)) => {
            let items = items.borrow().clone();
            repeated_list(this, &items, *times)
        }
        (Value::Tuple(items), "*", Value::Int(times)) => match repeated_list(this, items, *times) {
            Value::List(items) => Value::tuple(items.borrow().clone()),
            other => other,
        },
        (Value::Dict(_), "|", Value::Dict(_)) => {
            let Value::Dict(pairs) = left else { return Value::None };
            let merged = Value::dict(pairs.borrow().clone());
            this.update_dict(&merged, right);
            merged
        }
        (Value::Set(_), ..) => set_operation(this, operator, left, right),
        (Value::Unknown(_), ..) | (.., Value::Unknown(_)) => {
            let reaches = this.reaches(left) || this.reaches(right);
            match (left, right) {
                (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
                    let why = Rc::clone(&unknown.why);
                    Value::Unknown(crate::python::value::Unknown { why, reaches, class: None })
                }
                _ => Value::unknown(WHY),
            }
        }
        _ => numeric(operator, left, right).unwrap_or_else(|| Value::unknown(WHY)),
    }
}

fn bounded_list(this: &mut Interpreter<'_>, items: Vec<Value>) -> Value {
    if items.len() > this.fuel.size / 8 {
        this.halt("a list grows past what is allowed");
        return Value::unknown(WHY);
    }
    Value::list(items)
}

fn repeated_list(this: &mut Interpreter<'_>, items: &[Value], times: i64) -> Value {
    let times = usize::try_from(times).unwrap_or(0);
    if items.len().saturating_mul(times) > this.fuel.size / 8 {
        this.halt("a list grows past what is allowed");
        return Value::unknown(WHY);
    }
    Value::list(std::iter::repeat_n(items.iter().cloned(), times).flatten().collect())
}

fn set_operation(this: &mut Interpreter<'_>, operator: &str, left: &Value, right: &Value) -> Value {
    let (one, other) = (this.listed(left), this.listed(right));
    let within = |this: &mut Interpreter, item: &Value, items: &[Value]| {
        items.iter().any(|known| this.equal(known, item) != Some(false))
    };
    let items = match operator {
        "|" => this.distinct(one.into_iter().chain(other).collect()),
        "&" => one.into_iter().filter(|item| within(this, item, &other)).collect(),
        "-" => one
            .into_iter()
            .filter(|item| !other.iter().any(|known| this.equal(known, item) == Some(true)))
            .collect(),
        _ => return this.unknown_like(WHY, left),
    };
    Value::set(items)
}

/// `-a`, `+a`, `~a`.
pub(crate) fn unary(this: &mut Interpreter<'_>, operator: &str, operand: &Value) -> Value {
    match (operator, operand) {
        (_, Value::Host(id)) => this.host.unary(operator, *id, this.stack.at()),
        (_, Value::Object(object)) if object.class_of_instance().is_some() => {
            let name = match operator {
                "-" => "__neg__",
                "+" => "__pos__",
                _ => "__invert__",
            };
            let answer = this.special(operand, name, Vec::new());
            answer.unwrap_or_else(|| this.unknown_like(WHY, operand))
        }
        ("-", Value::Int(number)) => {
            number.checked_neg().map_or_else(|| Value::unknown(WHY), Value::Int)
        }
        ("-", Value::Float(number)) => Value::Float(-number),
        ("+", Value::Int(_) | Value::Float(_)) => operand.clone(),
        ("~", Value::Int(number)) => Value::Int(!number),
        _ => this.unknown_like(WHY, operand),
    }
}
