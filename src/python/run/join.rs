//! Two values that a variable may have, as one.

use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::elements::Element;
use crate::python::value::{Piece, Str, Unknown, Value};

/// How deep two values are compared.
const DEEPEST: usize = 12;

/// How many parts of two values are compared.
const MOST_PARTS: usize = 20_000;

const WHY: &str = "it depends on a condition that cannot be decided";

impl Interpreter<'_> {
    /// Returns what is known of a value that is one or the other.
    pub(crate) fn join(&mut self, one: &Value, other: &Value) -> Value {
        if same(one, other) {
            return one.clone();
        }
        // Small lists can be large as trees.
        let holds = !matches!(one, Value::List(_) | Value::Tuple(_) | Value::Dict(_)) || self.step();
        let joined = holds.then(|| self.deeper(|this| this.join_different(one, other))).flatten();
        joined.unwrap_or_else(|| Value::unknown(WHY))
    }

    fn join_different(&mut self, one: &Value, other: &Value) -> Value {
        match (one, other) {
            (Value::List(one), Value::List(other)) => {
                let (one, other) = (one.borrow().clone(), other.borrow().clone());
                Value::list(self.join_items(&one, &other, Region::Conditional))
            }
            (Value::Tuple(one), Value::Tuple(other)) if one.len() == other.len() => {
                Value::tuple(one.iter().zip(other.iter()).map(|(one, other)| self.join(one, other)).collect())
            }
            (Value::Dict(one), Value::Dict(other)) => {
                let (one, other) = (one.borrow().clone(), other.borrow().clone());
                Value::dict(self.join_pairs(&one, &other, Region::Conditional))
            }
            (Value::Str(_), Value::Str(_)) => {
                Value::Str(Str::of(vec![Piece::Hole { why: WHY.into(), expression: "...".into() }]))
            }
            _ => self.either(one, other),
        }
    }

    fn either(&mut self, one: &Value, other: &Value) -> Value {
        let reaches = self.reaches(one) || self.reaches(other);
        let why = match (one, other) {
            (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Rc::clone(&unknown.why),
            _ => WHY.into(),
        };
        Value::Unknown(Unknown { why, reaches })
    }

    /// Returns the items of a list that has one content or the other.
    pub(crate) fn join_items(&mut self, one: &[Value], other: &[Value], region: Region) -> Vec<Value> {
        let common = one.iter().zip(other).take_while(|(one, other)| same(one, other)).count();
        let mut items = one[..common].to_vec();
        let (one, other) = (&one[common..], &other[common..]);
        if one.len() == other.len() && region == Region::Conditional {
            for (one, other) in one.iter().zip(other) {
                let (one, other) = (Element::certain(one.clone()), Element::certain(other.clone()));
                let joined = self.join(&one.value, &other.value);
                items.push(Self::item(joined, one.region.or(other.region)));
            }
            return items;
        }
        items.extend(one.iter().chain(other).map(|item| perhaps(item.clone(), region)));
        items
    }

    /// Returns the pairs of a dict that has one content or the other.
    pub(crate) fn join_pairs(
        &mut self,
        one: &[(Value, Value)],
        other: &[(Value, Value)],
        region: Region,
    ) -> Vec<(Value, Value)> {
        let mut pairs = Vec::new();
        for (key, value) in one {
            let twin = other.iter().find(|(twin, _)| same(key, twin));
            let value = match twin {
                Some((_, twin)) => self.join(value, twin),
                None => perhaps(value.clone(), region),
            };
            pairs.push((key.clone(), value));
        }
        for (key, value) in other {
            if !one.iter().any(|(twin, _)| same(key, twin)) {
                pairs.push((key.clone(), perhaps(value.clone(), region)));
            }
        }
        pairs
    }
}

/// Makes an item that may be there.
pub(crate) fn perhaps(item: Value, region: Region) -> Value {
    match &item {
        Value::Object(object) if matches!(&**object, Object::Perhaps { .. }) => item,
        _ => Value::Object(Rc::new(Object::Perhaps { item, region })),
    }
}

/// Tells whether two values are certainly the same.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    same_within(one, other, DEEPEST, &mut MOST_PARTS.clone())
}

fn same_within(one: &Value, other: &Value, depth: usize, parts: &mut usize) -> bool {
    if depth == 0 || *parts == 0 {
        return false;
    }
    *parts -= 1;
    let mut all = |one: &[Value], other: &[Value]| {
        one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same_within(one, other, depth - 1, parts))
    };
    match (one, other) {
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        (Value::Str(one), Value::Str(other)) => {
            Rc::ptr_eq(&one.pieces, &other.pieces) || one.whole().is_some_and(|text| other.whole() == Some(text))
        }
        (Value::Tuple(one), Value::Tuple(other)) => Rc::ptr_eq(one, other) || all(one, other),
        // Two lists with the same items are still two lists: only what is one object stays one.
        (Value::List(one), Value::List(other)) | (Value::Set(one), Value::Set(other)) => Rc::ptr_eq(one, other),
        (Value::Dict(one), Value::Dict(other)) => Rc::ptr_eq(one, other),
        (Value::Object(one), Value::Object(other)) => Rc::ptr_eq(one, other) || same_objects(one, other),
        (Value::Host(one), Value::Host(other)) => one == other,
        (Value::Unknown(one), Value::Unknown(other)) => one == other,
        _ => false,
    }
}

fn same_objects(one: &Object, other: &Object) -> bool {
    match (one, other) {
        (Object::Import(one), Object::Import(other)) => {
            one.module == other.module && one.name == other.name && one.level == other.level
        }
        (Object::Builtin(one), Object::Builtin(other)) | (Object::Library(one), Object::Library(other)) => one == other,
        _ => false,
    }
}
