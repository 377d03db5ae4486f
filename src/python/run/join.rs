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
        let holds =
            !matches!(one, Value::List(_) | Value::Tuple(_) | Value::Dict(_)) || self.step();
        let joined = holds.then(|| self.deeper(|this| join_different(this, one, other))).flatten();
        joined.unwrap_or_else(|| Value::unknown(WHY))
    }

    /// Does something with each alternative, as if it may not be done, and joins the answers.
    pub(crate) fn each(
        &mut self,
        values: &[Value],
        mut run: impl FnMut(&mut Self, &Value) -> Value,
    ) -> Value {
        let mut joined = None;
        for value in values {
            let answer = self.speculatively(|this| run(this, value));
            joined = Some(match joined {
                Some(joined) => self.join(&joined, &answer),
                None => answer,
            });
        }
        joined.unwrap_or_else(|| Value::unknown(WHY))
    }
}

/// How many alternatives are kept apart.
const MOST_ALTERNATIVES: usize = 4;

/// Keeps two values apart that are worth it: text, host values and what can be called.
fn alternatives(one: &Value, other: &Value) -> Option<Value> {
    let mut values: Vec<Value> = Vec::new();
    for value in apart(one)?.into_iter().chain(apart(other)?) {
        if !values.iter().any(|known| same(known, &value)) {
            values.push(value);
        }
    }
    let kind = |value: &Value| match value {
        Value::Str(_) => 0,
        Value::Host(_) => 1,
        _ => 2,
    };
    let alike = values.iter().all(|value| kind(value) == kind(&values[0]));
    (alike && values.len() <= MOST_ALTERNATIVES)
        .then(|| Value::Object(Rc::new(Object::Either(values))))
}

fn apart(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::Str(_) | Value::Host(_) => Some(vec![value.clone()]),
        Value::Object(object) => match &**object {
            Object::Either(values) => Some(values.clone()),
            Object::Function(_)
            | Object::Method { .. }
            | Object::BuiltinMethod { .. }
            | Object::Partial { .. } => Some(vec![value.clone()]),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the alternatives of a value that has some.
pub(crate) fn alternatives_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Object(object) => match &**object {
            Object::Either(values) => Some(values),
            _ => None,
        },
        _ => None,
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
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| same_within(one, other, depth - 1, parts))
    };
    match (one, other) {
        (Value::None, Value::None) | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Float(one), Value::Float(other)) => one.to_bits() == other.to_bits(),
        (Value::Str(one), Value::Str(other)) => {
            Rc::ptr_eq(&one.pieces, &other.pieces) || one.equals(other) == Some(true)
        }
        (Value::Tuple(one), Value::Tuple(other)) => Rc::ptr_eq(one, other) || all(one, other),
        // Two lists with the same items are still two lists: only what is one object stays one.
        (Value::List(one), Value::List(other)) | (Value::Set(one), Value::Set(other)) => {
            Rc::ptr_eq(one, other)
        }
        (Value::Dict(one), Value::Dict(other)) => Rc::ptr_eq(one, other),
        (Value::Object(one), Value::Object(other)) => {
            Rc::ptr_eq(one, other) || same_objects(one, other)
        }
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
        (Object::Builtin(one), Object::Builtin(other))
        | (Object::Library(one), Object::Library(other)) => one == other,
        _ => false,
    }
}

fn join_different(this: &mut Interpreter<'_>, one: &Value, other: &Value) -> Value {
    match (one, other) {
        (Value::List(one), Value::List(other)) => {
            let (one, other) = (one.borrow().clone(), other.borrow().clone());
            Value::list(join_items(this, &one, &other, Region::Conditional))
        }
        (Value::Tuple(one), Value::Tuple(other)) if one.len() == other.len() => Value::tuple(
            one.iter().zip(other.iter()).map(|(one, other)| this.join(one, other)).collect(),
        ),
        (Value::Dict(one), Value::Dict(other)) => {
            let (one, other) = (one.borrow().clone(), other.borrow().clone());
            Value::dict(join_pairs(this, &one, &other, Region::Conditional))
        }
        _ => alternatives(one, other).unwrap_or_else(|| blurred(this, one, other)),
    }
}

/// Returns a value that stands for all alternatives where there is any; other values come back
/// as they are.
pub(crate) fn plain(this: &mut Interpreter<'_>, value: Value) -> Value {
    let Value::Object(object) = &value else { return value };
    let Object::Either(values) = &**object else { return value };
    let mut values = values.iter();
    let Some(mut plain) = values.next().cloned() else { return value };
    for other in values {
        plain = blurred(this, &plain, other);
    }
    plain
}

/// Returns a value without alternatives anywhere in it.
pub(crate) fn blurred_within(this: &mut Interpreter<'_>, value: &Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return value.clone() };
    match value {
        Value::Tuple(items) => {
            Value::tuple(items.iter().map(|item| blurred_within(this, item, depth)).collect())
        }
        Value::List(items) => {
            let items = items.borrow().clone();
            Value::list(items.iter().map(|item| blurred_within(this, item, depth)).collect())
        }
        Value::Dict(pairs) => {
            let pairs = pairs.borrow().clone();
            let pairs =
                pairs.into_iter().map(|(key, value)| (key, blurred_within(this, &value, depth)));
            Value::dict(pairs.collect())
        }
        _ => plain(this, value.clone()),
    }
}

fn blurred(this: &mut Interpreter<'_>, one: &Value, other: &Value) -> Value {
    if let (Value::Str(_), Value::Str(_)) = (one, other) {
        return Value::Str(Str::of(vec![Piece::Hole {
            why: WHY.into(),
            expression: "...".into(),
        }]));
    }
    let reaches = this.reaches(one) || this.reaches(other);
    let why = match (one, other) {
        (Value::Unknown(unknown), _) | (_, Value::Unknown(unknown)) => Rc::clone(&unknown.why),
        _ => WHY.into(),
    };
    Value::Unknown(Unknown { why, reaches, class: None })
}

/// Returns the items of a list that has one content or the other.
pub(crate) fn join_items(
    this: &mut Interpreter<'_>,
    one: &[Value],
    other: &[Value],
    region: Region,
) -> Vec<Value> {
    let common = one.iter().zip(other).take_while(|(one, other)| same(one, other)).count();
    let mut items = one[..common].to_vec();
    let (one, other) = (&one[common..], &other[common..]);
    if one.len() == other.len() && region == Region::Conditional {
        for (one, other) in one.iter().zip(other) {
            let (one, other) = (Element::certain(one.clone()), Element::certain(other.clone()));
            let joined = this.join(&one.value, &other.value);
            items.push(Interpreter::item(joined, one.region.or(other.region)));
        }
        return items;
    }
    items.extend(one.iter().chain(other).map(|item| perhaps(item.clone(), region)));
    items
}

/// Returns the pairs of a dict that has one content or the other.
pub(crate) fn join_pairs(
    this: &mut Interpreter<'_>,
    one: &[(Value, Value)],
    other: &[(Value, Value)],
    region: Region,
) -> Vec<(Value, Value)> {
    let mut pairs = Vec::new();
    for (key, value) in one {
        let twin = other.iter().find(|(twin, _)| same(key, twin));
        let value = match twin {
            Some((_, twin)) => this.join(value, twin),
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
