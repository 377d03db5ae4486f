//! Operators and comparisons.

use std::rc::Rc;

use crate::python::builtin::display::plain_member;
use crate::python::builtin::percent;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::join::{alternatives_of, same};
use crate::python::syntax::{Expression, ExpressionKind};
use crate::python::value::{Piece, Str, Value};

const WHY: &str = "it is computed from something that cannot be known";

impl Interpreter<'_> {
    /// Evaluates operators that stand in a row, from the left, without going deeper for each.
    pub(crate) fn binary_chain(&mut self, expression: &Expression) -> Value {
        let mut chain = Vec::new();
        let mut left = expression;
        while let ExpressionKind::Binary(inner, operator, right) = &left.kind {
            chain.push((left.span, operator, right));
            left = inner;
        }
        let mut value = self.evaluate(left);
        for (span, operator, right) in chain.into_iter().rev() {
            let right = self.evaluate(right);
            self.stand_at(span);
            value = self.binary(operator, &value, &right);
        }
        value
    }

    /// Applies an operator to two values.
    pub(crate) fn binary(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        if let Some(values) = alternatives_of(left) {
            return self.each(values, |this, left| this.binary(operator, left, right));
        }
        if let (Some(values), false) = (alternatives_of(right), operator == "%") {
            return self.each(values, |this, right| this.binary(operator, left, right));
        }
        match (left, operator, right) {
            (Value::Str(format), "%", _) => {
                let text = percent::fill(self, format, right);
                self.bounded(text)
            }
            (Value::Host(_), ..) | (.., Value::Host(_)) => self.host_binary(operator, left, right),
            (Value::Str(one), "+", Value::Str(other)) => self.bounded(one.join(other)),
            (Value::Str(one), "+", Value::Unknown(unknown)) => {
                self.bounded(one.join(&Str::of(vec![unknown_piece(&unknown.why)])))
            }
            (Value::Unknown(unknown), "+", Value::Str(other)) => {
                self.bounded(Str::of(vec![unknown_piece(&unknown.why)]).join(other))
            }
            (Value::Str(text), "*", Value::Int(times)) | (Value::Int(times), "*", Value::Str(text)) => {
                self.repeated_text(text, *times)
            }
            (Value::Object(object), ..) if object.class_of_instance().is_some() => {
                self.overloaded(operator, left, right)
            }
            (_, _, Value::Object(object)) if plain_member(object).is_some() => {
                let right = plain_member(object).unwrap_or(Value::None);
                self.binary(operator, left, &right)
            }
            _ => self.arithmetic(operator, left, right),
        }
    }

    fn overloaded(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        let method = match operator {
            "+" => "__add__",
            "-" => "__sub__",
            "|" => "__or__",
            "/" => "__truediv__",
            _ => "",
        };
        match left {
            Value::Object(object) if object.attribute(method).is_some() => {
                let method = self.attribute(left, method);
                self.call_value(&method, Arguments::positional(vec![right.clone()]), operator)
            }
            Value::Object(object) => match plain_member(object) {
                Some(value) => self.binary(operator, &value, right),
                None => self.unknown_like(WHY, left),
            },
            _ => Value::unknown(WHY),
        }
    }

    fn repeated_text(&mut self, text: &Str, times: i64) -> Value {
        let times = usize::try_from(times).unwrap_or(0);
        let length: usize = text.pieces.iter().map(Piece::len).sum::<usize>().max(text.pieces.len());
        if length.saturating_mul(times) > self.fuel.size {
            self.halt("a string grows past what is allowed");
            return Value::unknown(WHY);
        }
        let pieces = std::iter::repeat_n(text.pieces.iter().cloned(), times).flatten().collect();
        self.bounded(Str::of(pieces))
    }

    fn arithmetic(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        match (left, operator, right) {
            (Value::List(one), "+", Value::List(other)) => {
                let items = one.borrow().iter().chain(other.borrow().iter()).cloned().collect();
                self.bounded_list(items)
            }
            (Value::List(_), "+", _) => {
                let mut items = left.items().unwrap_or_default();
                items.extend(self.listed(right));
                self.bounded_list(items)
            }
            (Value::Tuple(one), "+", Value::Tuple(other)) => {
                Value::tuple(one.iter().chain(other.iter()).cloned().collect())
            }
            (Value::List(items), "*", Value::Int(times)) => {
                let items = items.borrow().clone();
                self.repeated_list(&items, *times)
            }
            (Value::Tuple(items), "*", Value::Int(times)) => match self.repeated_list(items, *times) {
                Value::List(items) => Value::tuple(items.borrow().clone()),
                other => other,
            },
            (Value::Dict(_), "|", Value::Dict(_)) => {
                let Value::Dict(pairs) = left else { return Value::None };
                let merged = Value::dict(pairs.borrow().clone());
                self.update_dict(&merged, right);
                merged
            }
            (Value::Set(_), ..) => self.set_operation(operator, left, right),
            (Value::Unknown(_), ..) | (.., Value::Unknown(_)) => {
                let reaches = self.reaches(left) || self.reaches(right);
                match (left, right) {
                    (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
                        let why = Rc::clone(&unknown.why);
                        Value::Unknown(crate::python::value::Unknown { why, reaches })
                    }
                    _ => Value::unknown(WHY),
                }
            }
            _ => numeric(operator, left, right).unwrap_or_else(|| Value::unknown(WHY)),
        }
    }

    fn bounded_list(&mut self, items: Vec<Value>) -> Value {
        if items.len() > self.fuel.size / 8 {
            self.halt("a list grows past what is allowed");
            return Value::unknown(WHY);
        }
        Value::list(items)
    }

    fn repeated_list(&mut self, items: &[Value], times: i64) -> Value {
        let times = usize::try_from(times).unwrap_or(0);
        if items.len().saturating_mul(times) > self.fuel.size / 8 {
            self.halt("a list grows past what is allowed");
            return Value::unknown(WHY);
        }
        Value::list(std::iter::repeat_n(items.iter().cloned(), times).flatten().collect())
    }

    fn set_operation(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        let (one, other) = (self.listed(left), self.listed(right));
        let within = |this: &mut Self, item: &Value, items: &[Value]| {
            items.iter().any(|known| this.equal(known, item) != Some(false))
        };
        let items = match operator {
            "|" => self.distinct(one.into_iter().chain(other).collect()),
            "&" => one.into_iter().filter(|item| within(self, item, &other)).collect(),
            "-" => one
                .into_iter()
                .filter(|item| !other.iter().any(|known| self.equal(known, item) == Some(true)))
                .collect(),
            _ => return self.unknown_like(WHY, left),
        };
        Value::set(items)
    }

    /// `-a`, `+a`, `~a`.
    pub(crate) fn unary(&mut self, operator: &str, operand: &Value) -> Value {
        match (operator, operand) {
            (_, Value::Host(id)) => self.host_unary(operator, *id),
            ("-", Value::Int(number)) => number.checked_neg().map_or_else(|| Value::unknown(WHY), Value::Int),
            ("-", Value::Float(number)) => Value::Float(-number),
            ("+", Value::Int(_) | Value::Float(_)) => operand.clone(),
            ("~", Value::Int(number)) => Value::Int(!number),
            _ => self.unknown_like(WHY, operand),
        }
    }

    /// `a < b < c`.
    pub(crate) fn comparisons(&mut self, first: &Expression, rest: &[(Rc<str>, Expression)]) -> Value {
        let mut left = self.evaluate(first);
        let mut answer = Value::Bool(true);
        for (operator, right) in rest {
            let right = self.evaluate(right);
            let compared = self.compare(operator, &left, &right);
            match self.truth(&compared) {
                Some(false) => return compared,
                Some(true) if rest.len() > 1 && self.truth(&answer).is_none() => {}
                _ => answer = compared,
            }
            left = right;
        }
        answer
    }

    /// Applies a comparison.
    pub(crate) fn compare(&mut self, operator: &str, left: &Value, right: &Value) -> Value {
        if let Some(values) = alternatives_of(left) {
            return self.each(values, |this, left| this.compare(operator, left, right));
        }
        if let Some(values) = alternatives_of(right) {
            return self.each(values, |this, right| this.compare(operator, left, right));
        }
        match (left, operator, right) {
            // `x in (host, host)` is Python's business: the items are compared one by one.
            (Value::Host(_), "in" | "not in", Value::Tuple(_) | Value::List(_) | Value::Set(_) | Value::Dict(_)) => {
                self.membership(operator, left, right)
            }
            (Value::Host(_), ..) | (.., Value::Host(_)) => self.host_binary(operator, left, right),
            (_, "in" | "not in", _) => self.membership(operator, left, right),
            (_, "is" | "is not", _) => match identical(left, right) {
                Some(same) => Value::Bool(same == (operator == "is")),
                None => doubt(left, right),
            },
            (_, "==" | "!=", _) => match self.equal(left, right) {
                Some(equal) => Value::Bool(equal == (operator == "==")),
                None => doubt(left, right),
            },
            _ => match order(left, right) {
                Some(order) => Value::Bool(match operator {
                    "<" => order.is_lt(),
                    "<=" => order.is_le(),
                    ">" => order.is_gt(),
                    _ => order.is_ge(),
                }),
                None => doubt(left, right),
            },
        }
    }

    fn membership(&mut self, operator: &str, item: &Value, container: &Value) -> Value {
        match self.contains(container, item) {
            Some(contained) => Value::Bool(contained == (operator == "in")),
            None => Value::unknown("it depends on a condition that cannot be decided"),
        }
    }

    fn contains(&mut self, container: &Value, item: &Value) -> Option<bool> {
        match (container, item) {
            (Value::Str(text), Value::Str(part)) => {
                let part = part.whole()?;
                let known = text.pieces.iter().any(|piece| match piece {
                    Piece::Known { text, .. } => text.contains(&part),
                    Piece::Hole { .. } => false,
                });
                match text.whole() {
                    Some(text) => Some(text.contains(&part)),
                    None => known.then_some(true),
                }
            }
            (Value::Tuple(_) | Value::List(_) | Value::Set(_) | Value::Dict(_), _) => {
                let mut answer = Some(false);
                for element in self.elements(container) {
                    match self.equal(&element.value, item) {
                        Some(true) if element.region.is_none() => return Some(true),
                        Some(false) => {}
                        _ => answer = None,
                    }
                }
                answer
            }
            _ => None,
        }
    }

    /// Tells whether two values are equal, if that can be known.
    pub(crate) fn equal(&mut self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
            (Value::Str(one), Value::Str(other)) => match (one.whole(), other.whole()) {
                (Some(one), Some(other)) => Some(one == other),
                _ => None,
            },
            (Value::Host(_), _) | (_, Value::Host(_)) => {
                let answer = self.host_binary("==", left, right);
                match answer {
                    Value::Bool(equal) => Some(equal),
                    _ => None,
                }
            }
            (Value::Tuple(_), Value::Tuple(_)) | (Value::List(_), Value::List(_)) => self.equal_items(left, right),
            (Value::Dict(_), Value::Dict(_)) | (Value::Set(_), Value::Set(_)) => same(left, right).then_some(true),
            (Value::Object(_), _) if alternatives_of(left).is_some() => self.equal_alternatives(left, right),
            (_, Value::Object(_)) if alternatives_of(right).is_some() => self.equal_alternatives(right, left),
            (Value::Object(one), Value::Object(other)) => equal_objects(one, other),
            (Value::Object(object), other) | (other, Value::Object(object)) => {
                let value = plain_member(object)?;
                self.equal(&value, other)
            }
            _ => match numbers(left, right) {
                Some((one, other)) => Some(one.to_bits() == other.to_bits() || one == other),
                None => Some(same(left, right)),
            },
        }
    }

    fn equal_alternatives(&mut self, one: &Value, other: &Value) -> Option<bool> {
        let values = alternatives_of(one)?.to_vec();
        let first = self.equal(values.first()?, other)?;
        values.iter().all(|value| self.equal(value, other) == Some(first)).then_some(first)
    }

    fn equal_items(&mut self, left: &Value, right: &Value) -> Option<bool> {
        if same(left, right) {
            return Some(true);
        }
        // Small lists can be large as trees.
        if !self.step() {
            return None;
        }
        let (one, other) = (left.items()?, right.items()?);
        let unsure = |items: &[Value]| {
            items.iter().any(|item| matches!(item, Value::Object(o) if matches!(&**o, Object::Perhaps { .. })))
        };
        if unsure(&one) || unsure(&other) {
            return None;
        }
        if one.len() != other.len() {
            return Some(false);
        }
        let mut answer = Some(true);
        for (one, other) in one.iter().zip(&other) {
            match self.deeper(|this| this.equal(one, other)).flatten() {
                Some(false) => return Some(false),
                Some(true) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// Tells whether a value is true, if that can be known.
    pub(crate) fn truth(&mut self, value: &Value) -> Option<bool> {
        match value {
            Value::None => Some(false),
            Value::Ellipsis => Some(true),
            Value::Bool(value) => Some(*value),
            Value::Int(value) => Some(*value != 0),
            Value::Float(value) => Some(*value != 0.0),
            Value::Str(text) => match text.whole() {
                Some(text) => Some(!text.is_empty()),
                None => text.pieces.iter().any(|piece| !piece.is_empty()).then_some(true),
            },
            Value::Tuple(_) | Value::List(_) | Value::Set(_) | Value::Dict(_) => {
                let elements = self.elements(value);
                match elements.iter().any(|element| element.region.is_none()) {
                    true => Some(true),
                    false => elements.is_empty().then_some(false),
                }
            }
            Value::Object(object) => self.object_truth(value, object),
            Value::Host(id) => self.host.truth(*id),
            Value::Unknown(_) => None,
        }
    }

    fn object_truth(&mut self, value: &Value, object: &Rc<Object>) -> Option<bool> {
        match &**object {
            Object::Perhaps { .. } => None,
            Object::Either(values) => {
                let first = self.truth(values.first()?)?;
                values.iter().all(|value| self.truth(value) == Some(first)).then_some(first)
            }
            Object::Instance(_) if object.attribute("__bool__").is_some() => {
                let method = self.attribute(value, "__bool__");
                match self.call_value(&method, Arguments::default(), "bool") {
                    Value::Bool(truth) => Some(truth),
                    _ => None,
                }
            }
            Object::Instance(_) if object.attribute("__len__").is_some() => None,
            Object::Instance(_) => match plain_member(object) {
                Some(value) => self.truth(&value),
                None => Some(true),
            },
            _ => Some(true),
        }
    }
}

fn unknown_piece(why: &Rc<str>) -> Piece {
    Piece::Hole { why: Rc::clone(why), expression: "...".into() }
}

/// Tells whether two values are one object, if that can be known.
fn identical(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::None, Value::None) => Some(true),
        (Value::None, _) | (_, Value::None) => Some(false),
        (Value::Bool(one), Value::Bool(other)) => Some(one == other),
        (Value::Bool(_), _) | (_, Value::Bool(_)) => Some(false),
        (Value::Str(_), Value::Str(_)) => None,
        _ => Some(same(left, right)),
    }
}

fn equal_objects(one: &Rc<Object>, other: &Rc<Object>) -> Option<bool> {
    match (&**one, &**other) {
        _ if Rc::ptr_eq(one, other) => Some(true),
        (Object::Builtin(one), Object::Builtin(other)) => Some(one == other),
        (Object::Instance(_), _) | (_, Object::Instance(_)) => match (plain_member(one), plain_member(other)) {
            (Some(one), Some(other)) => Some(same(&one, &other)),
            _ => None,
        },
        (Object::Perhaps { .. }, _) | (_, Object::Perhaps { .. }) => None,
        _ => Some(false),
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(value) => Some(f64::from(u8::from(*value))),
        #[expect(clippy::cast_precision_loss, reason = "only compared")]
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

fn numbers(left: &Value, right: &Value) -> Option<(f64, f64)> {
    Some((as_number(left)?, as_number(right)?))
}

/// Returns how two values are ordered, if that can be known.
pub(crate) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Str(one), Value::Str(other)) => Some(one.whole()?.cmp(&other.whole()?)),
        (Value::Tuple(_), Value::Tuple(_)) | (Value::List(_), Value::List(_)) => {
            let (one, other) = (left.items()?, right.items()?);
            for (one, other) in one.iter().zip(&other) {
                let order = order_shallow(one, other)?;
                if order.is_ne() {
                    return Some(order);
                }
            }
            Some(one.len().cmp(&other.len()))
        }
        _ => {
            let (one, other) = numbers(left, right)?;
            one.partial_cmp(&other)
        }
    }
}

fn order_shallow(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Tuple(_) | Value::List(_), _) => None,
        _ => order(left, right),
    }
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
        "**" => one.powf(other),
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

/// Returns what a comparison of values gives that cannot be decided: the reason is that of the side that is unknown.
fn doubt(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Value::unknown(&*unknown.why),
        _ => Value::unknown(WHY),
    }
}
