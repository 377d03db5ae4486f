//! Comparisons and truth.

use std::rc::Rc;

use crate::python::builtin::display::plain_member;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::join::{alternatives_of, same};
use crate::python::run::special::{compared, negated};
use crate::python::syntax::Expression;
use crate::python::value::{Piece, Value};

const WHY: &str = "it is compared with something that cannot be known";

impl Interpreter<'_> {
    /// Tells whether two values are equal, if that can be known.
    pub(crate) fn equal(&mut self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
            (Value::Str(one), Value::Str(other)) => one.equals(other),
            (Value::Host(_), _) | (_, Value::Host(_)) => {
                let answer = self.host.binary("==", left, right, self.stack.at());
                match answer {
                    Value::Bool(equal) => Some(equal),
                    _ => None,
                }
            }
            (Value::Tuple(_), Value::Tuple(_)) | (Value::List(_), Value::List(_)) => {
                equal_items(self, left, right)
            }
            (Value::Dict(_), Value::Dict(_)) | (Value::Set(_), Value::Set(_)) => {
                same(left, right).then_some(true)
            }
            (Value::Object(_), _) if alternatives_of(left).is_some() => {
                equal_alternatives(self, left, right)
            }
            (_, Value::Object(_)) if alternatives_of(right).is_some() => {
                equal_alternatives(self, right, left)
            }
            (Value::Object(_), _) | (_, Value::Object(_))
                if is_instance(left) || is_instance(right) =>
            {
                match compared(self, "==", left, right) {
                    Some(answer) => self.truth(&answer),
                    None => equal_plainly(self, left, right),
                }
            }
            (Value::Object(_), _) | (_, Value::Object(_)) => equal_plainly(self, left, right),
            _ => match numbers(left, right) {
                Some((one, other)) => Some(one.to_bits() == other.to_bits() || one == other),
                None => Some(same(left, right)),
            },
        }
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
            Value::Object(object) => object_truth(self, value, object),
            Value::Host(id) => self.host.truth(*id),
            Value::Unknown(_) => None,
        }
    }
}

fn is_instance(value: &Value) -> bool {
    matches!(value, Value::Object(object) if object.class_of_instance().is_some())
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
        (Object::Instance(_), _) | (_, Object::Instance(_)) => {
            match (plain_member(one), plain_member(other)) {
                (Some(one), Some(other)) => Some(same(&one, &other)),
                _ => None,
            }
        }
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

/// Returns two values as numbers.
pub(crate) fn numbers(left: &Value, right: &Value) -> Option<(f64, f64)> {
    Some((as_number(left)?, as_number(right)?))
}

/// Returns how two values are ordered, if that can be known.
pub(crate) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(one), Value::Int(other)) => Some(one.cmp(other)),
        (Value::Str(one), Value::Str(other)) if one.is_of_other_letters(other) => None,
        (Value::Str(one), Value::Str(other)) => Some(one.whole()?.cmp(&other.whole()?)),
        (Value::Object(one), Value::Object(other)) => match (&**one, &**other) {
            (Object::Path(one), Object::Path(other)) => Some(one.split('/').cmp(other.split('/'))),
            _ => None,
        },
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

/// Returns what a comparison of values gives that cannot be decided: the reason is that of the side
/// that is unknown.
fn doubt(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => {
            Value::unknown(&*unknown.why)
        }
        _ => Value::unknown(WHY),
    }
}

/// `a < b < c`.
pub(crate) fn comparisons(
    this: &mut Interpreter<'_>,
    first: &Expression,
    rest: &[(Rc<str>, Expression)],
) -> Value {
    let mut left = this.evaluate(first);
    let mut answer = Value::Bool(true);
    for (operator, right) in rest {
        let right = this.evaluate(right);
        let compared = compare(this, operator, &left, &right);
        match this.truth(&compared) {
            Some(false) => return compared,
            Some(true) if rest.len() > 1 && this.truth(&answer).is_none() => {}
            _ => answer = compared,
        }
        left = right;
    }
    answer
}

/// Applies a comparison.
pub(crate) fn compare(
    this: &mut Interpreter<'_>,
    operator: &str,
    left: &Value,
    right: &Value,
) -> Value {
    if let Some(values) = alternatives_of(left) {
        return this.each(values, |this, left| compare(this, operator, left, right));
    }
    if let Some(values) = alternatives_of(right) {
        return this.each(values, |this, right| compare(this, operator, left, right));
    }
    if matches!(left, Value::Object(_)) || matches!(right, Value::Object(_)) {
        if let Some(answer) = compared(this, operator, left, right) {
            return answer;
        }
        if let ("in" | "not in", Some(answer)) =
            (operator, this.special(right, "__contains__", vec![left.clone()]))
        {
            return match operator {
                "in" => match this.truth(&answer) {
                    Some(truth) => Value::Bool(truth),
                    None => doubt(&answer, &answer),
                },
                _ => negated(this, &answer),
            };
        }
    }
    match (left, operator, right) {
        // `x in (host, host)` is Python's business: the items are compared one by one.
        (
            Value::Host(_),
            "in" | "not in",
            Value::Tuple(_) | Value::List(_) | Value::Set(_) | Value::Dict(_),
        ) => membership(this, operator, left, right),
        (Value::Host(_), ..) | (.., Value::Host(_)) => {
            this.host.binary(operator, left, right, this.stack.at())
        }
        (_, "in" | "not in", _) => membership(this, operator, left, right),
        (_, "is" | "is not", _) => match identical(left, right) {
            Some(same) => Value::Bool(same == (operator == "is")),
            None => doubt(left, right),
        },
        (_, "==" | "!=", _) => match this.equal(left, right) {
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

fn membership(
    this: &mut Interpreter<'_>,
    operator: &str,
    item: &Value,
    container: &Value,
) -> Value {
    match contains(this, container, item) {
        Some(contained) => Value::Bool(contained == (operator == "in")),
        // What cannot be known of a host value, the host says.
        None if matches!(item, Value::Host(_)) => {
            this.host.binary(operator, item, container, this.stack.at())
        }
        None => doubt(item, container),
    }
}

fn contains(this: &mut Interpreter<'_>, container: &Value, item: &Value) -> Option<bool> {
    match (container, item) {
        (Value::Str(text), Value::Str(part)) if text.is_of_other_letters(part) => None,
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
            for element in this.elements(container) {
                match this.equal(&element.value, item) {
                    Some(true) if element.region.is_none() => return Some(true),
                    Some(false) => {}
                    _ => answer = None,
                }
            }
            answer
        }
        (Value::Object(_), _) if is_instance(container) => {
            let items = Value::list(this.listed(container));
            contains(this, &items, item)
        }
        _ => None,
    }
}

fn equal_plainly(this: &mut Interpreter<'_>, left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Object(one), Value::Object(other)) => equal_objects(one, other),
        (Value::Object(object), other) | (other, Value::Object(object)) => {
            let value = plain_member(object)?;
            this.equal(&value, other)
        }
        _ => Some(same(left, right)),
    }
}

fn equal_alternatives(this: &mut Interpreter<'_>, one: &Value, other: &Value) -> Option<bool> {
    let values = alternatives_of(one)?.to_vec();
    let first = this.equal(values.first()?, other)?;
    values.iter().all(|value| this.equal(value, other) == Some(first)).then_some(first)
}

fn equal_items(this: &mut Interpreter<'_>, left: &Value, right: &Value) -> Option<bool> {
    if same(left, right) {
        return Some(true);
    }
    // Small lists can be large as trees.
    if !this.step() {
        return None;
    }
    let (one, other) = (left.items()?, right.items()?);
    let unsure = |items: &[Value]| {
        items
            .iter()
            .any(|item| matches!(item, Value::Object(o) if matches!(&**o, Object::Perhaps { .. })))
    };
    if unsure(&one) || unsure(&other) {
        return None;
    }
    if one.len() != other.len() {
        return Some(false);
    }
    let mut answer = Some(true);
    for (one, other) in one.iter().zip(&other) {
        match this.deeper(|this| this.equal(one, other)).flatten() {
            Some(false) => return Some(false),
            Some(true) => {}
            None => answer = None,
        }
    }
    answer
}

fn object_truth(this: &mut Interpreter<'_>, value: &Value, object: &Rc<Object>) -> Option<bool> {
    match &**object {
        Object::Perhaps { .. } => None,
        Object::Either(values) => {
            let first = this.truth(values.first()?)?;
            values.iter().all(|value| this.truth(value) == Some(first)).then_some(first)
        }
        Object::Names(_) | Object::Attributes(_) => None,
        Object::Instance(_) if object.attribute("__bool__").is_some() => {
            let answer = this.special(value, "__bool__", Vec::new())?;
            this.truth(&answer)
        }
        Object::Instance(_) if object.attribute("__len__").is_some() => {
            let length = this.special(value, "__len__", Vec::new())?;
            this.truth(&length)
        }
        Object::Instance(_) => match plain_member(object) {
            Some(value) => this.truth(&value),
            None => Some(true),
        },
        _ => Some(true),
    }
}
