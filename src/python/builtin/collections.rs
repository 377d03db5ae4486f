//! Methods of lists, sets and dicts.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::builtin::iteration;
use crate::python::host::Arguments;
use crate::python::interpreter::{Interpreter, Pairs};
use crate::python::run::elements::Element;
use crate::python::run::forks::change_pairs;
use crate::python::run::subscripts::{at, delete_item, looked_up};
use crate::python::value::Value;

/// The methods that lists have.
pub(crate) const LIST: &[&str] = &[
    "append",
    "clear",
    "copy",
    "count",
    "extend",
    "index",
    "insert",
    "pop",
    "remove",
    "reverse",
    "sort",
    "appendleft",
    "popleft",
    "extendleft",
    "rotate",
];

/// The methods that sets have.
pub(crate) const SET: &[&str] = &[
    "add",
    "clear",
    "copy",
    "difference",
    "discard",
    "intersection",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "symmetric_difference",
    "union",
    "update",
    "difference_update",
    "intersection_update",
];

/// The methods that dicts have.
pub(crate) const DICT: &[&str] = &[
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
    "move_to_end",
];

const WHY: &str = "it is taken from a collection that cannot be known";

type Items = Rc<RefCell<Vec<Value>>>;

/// Calls a method of a list.
pub(crate) fn list(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    items: &Items,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let first = arguments.positional.first().cloned();
    match (name, first) {
        ("append", Some(item)) => this.change_items(items, |items| items.push(item)),
        ("appendleft", Some(item)) => this.change_items(items, |items| items.insert(0, item)),
        ("extend" | "extendleft", Some(more)) => {
            let more = this.listed(&more);
            this.change_items(items, |items| items.extend(more));
        }
        ("insert", Some(index)) => {
            let length = items.borrow().len();
            let index = match index {
                Value::Int(index) => at(length, index).unwrap_or(length),
                _ => length,
            };
            if let Some(item) = arguments.positional.get(1).cloned() {
                this.change_items(items, |items| items.insert(index, item));
            }
        }
        ("pop" | "popleft", index) => return popped(this, items, name, index.as_ref()),
        ("remove", Some(item)) => {
            let known = items.borrow().clone();
            if let Some(index) =
                known.iter().position(|known| this.equal(known, &item) == Some(true))
            {
                this.change_items(items, |items| items.remove(index));
            }
        }
        ("rotate", by) => {
            let by = match by {
                None => Some(1),
                Some(Value::Int(by)) => Some(by),
                Some(_) => None,
            };
            match by.filter(|_| {
                items.borrow().iter().all(|item| Element::certain(item.clone()).region.is_none())
            }) {
                Some(by) => {
                    this.change_items(items, |items| {
                        let length = i64::try_from(items.len()).unwrap_or(i64::MAX).max(1);
                        let by = usize::try_from(by.rem_euclid(length)).unwrap_or(0);
                        items.rotate_right(by);
                    });
                }
                None => {
                    let whole = this.unknown_like(WHY, receiver);
                    this.change_items(items, |items| *items = vec![whole]);
                }
            }
        }
        ("clear", _) => {
            let before = this.change_items(items, std::mem::take);
            this.graveyard.value(Value::list(before));
        }
        ("reverse", _) => this.change_items(items, |items| items.reverse()),
        ("sort", _) => {
            let sorted = iteration::sorted(this, receiver, arguments);
            let sorted = sorted.items().unwrap_or_default();
            this.change_items(items, |items| *items = sorted);
        }
        ("copy", _) => return Value::list(items.borrow().clone()),
        _ => return sequence(this, receiver, name, arguments),
    }
    Value::None
}

fn popped(this: &mut Interpreter<'_>, items: &Items, name: &str, index: Option<&Value>) -> Value {
    let length = items.borrow().len();
    let index = match (name, index) {
        ("popleft", _) => at(length, 0),
        (_, None) => at(length, -1),
        (_, Some(Value::Int(index))) => at(length, *index),
        _ => None,
    };
    match index {
        Some(index) => {
            let item = this.change_items(items, |items| items.remove(index));
            this.graveyard.value(item.clone());
            let element = Element::certain(item);
            match element.region {
                None => element.value,
                Some(_) => this.unknown_like(WHY, &element.value),
            }
        }
        None => Value::unknown(WHY),
    }
}

/// Calls a method that lists and tuples share.
pub(crate) fn sequence(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let elements = this.elements(receiver);
    let Some(item) = arguments.positional.first() else { return Value::unknown(WHY) };
    let mut found = Vec::new();
    for (index, element) in elements.iter().enumerate() {
        match this.equal(&element.value, item) {
            Some(true) if element.region.is_none() => found.push(index),
            Some(false) => {}
            _ => return Value::unknown(WHY),
        }
    }
    let number = |number: usize| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    match (name, found.first()) {
        ("count", _) => number(found.len()),
        ("index", Some(index)) => number(*index),
        _ => Value::unknown(WHY),
    }
}

/// Calls a method of a set.
pub(crate) fn set(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    items: &Items,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let first = arguments.positional.first().cloned();
    match (name, first) {
        ("add", Some(item)) => {
            let known = items.borrow().clone();
            if !known.iter().any(|known| this.equal(known, &item) == Some(true)) {
                this.change_items(items, |items| items.push(item));
            }
            Value::None
        }
        ("remove" | "discard", Some(item)) => {
            let known = items.borrow().clone();
            let kept =
                known.into_iter().filter(|known| this.equal(known, &item) != Some(true)).collect();
            this.change_items(items, |items| *items = kept);
            Value::None
        }
        ("clear", _) => {
            let before = this.change_items(items, std::mem::take);
            this.graveyard.value(Value::list(before));
            Value::None
        }
        ("pop", _) => popped(this, items, "pop", None),
        ("update" | "difference_update" | "intersection_update", Some(other)) => {
            let other = Value::set(this.listed(&other));
            let changed = this.binary(set_operator(name), receiver, &other);
            let changed = changed.items().unwrap_or_default();
            this.change_items(items, |items| *items = changed);
            Value::None
        }
        ("copy", _) => Value::set(items.borrow().clone()),
        ("union" | "difference" | "intersection" | "symmetric_difference", Some(other)) => {
            let other = Value::set(this.listed(&other));
            this.binary(set_operator(name), receiver, &other)
        }
        ("union", None) => Value::set(items.borrow().clone()),
        ("issubset" | "issuperset", Some(other)) => {
            let other = Value::set(this.listed(&other));
            let (inner, outer) =
                if name == "issubset" { (receiver, &other) } else { (&other, receiver) };
            let left = this.binary("-", inner, outer);
            this.truth(&left).map_or_else(|| Value::unknown(WHY), |any| Value::Bool(!any))
        }
        _ => Value::unknown(WHY),
    }
}

fn set_operator(name: &str) -> &'static str {
    match name {
        "update" | "union" => "|",
        "intersection" | "intersection_update" => "&",
        "difference" | "difference_update" => "-",
        _ => "^",
    }
}

/// Calls a method of a dict.
pub(crate) fn dict(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    pairs: &Pairs,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let first = arguments.positional.first().cloned();
    match (name, first) {
        ("keys", _) => Value::list(this.listed(receiver)),
        ("values", _) => Value::list(
            pairs.borrow().iter().map(|(key, value)| valued(key, value, value)).collect(),
        ),
        ("items", _) => {
            let pairs = pairs.borrow().clone();
            let item = |(key, value): &(Value, Value)| {
                let inner = Element::certain(value.clone()).value;
                valued(key, value, &Value::tuple(vec![key.clone(), inner]))
            };
            Value::list(pairs.iter().map(item).collect())
        }
        ("get", Some(key)) => {
            let default = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            found_or(this, receiver, &key, default)
        }
        ("setdefault", Some(key)) => {
            let default = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            if let Some(value) = looked_up(this, receiver, &key) {
                return value;
            }
            this.set_subscript(receiver, &key, default.clone());
            default
        }
        ("pop", Some(key)) => {
            let default =
                arguments.positional.get(1).cloned().unwrap_or_else(|| Value::unknown(WHY));
            let value = found_or(this, receiver, &key, default);
            delete_item(this, receiver, &key);
            value
        }
        ("update", other) => {
            if let Some(other) = other {
                this.update_dict(receiver, &other);
            }
            for (name, value) in &arguments.keywords {
                this.set_subscript(receiver, &Value::text(name), value.clone());
            }
            Value::None
        }
        ("copy", _) => Value::dict(pairs.borrow().clone()),
        ("clear", _) => {
            let before = change_pairs(this, pairs, std::mem::take);
            this.graveyard.value(Value::dict(before));
            Value::None
        }
        ("popitem", _) => match change_pairs(this, pairs, Vec::pop) {
            Some((key, value)) => Value::tuple(vec![key, value]),
            None => Value::unknown(WHY),
        },
        _ => Value::unknown(WHY),
    }
}

/// Makes an item of a value that is there as often as its key's pair.
fn valued(key: &Value, value: &Value, item: &Value) -> Value {
    let element = Element::certain(value.clone());
    let inner = Element::certain(item.clone()).value;
    let region = match key {
        Value::Unknown(_) => Some(crate::python::host::Region::Repeated),
        _ => element.region,
    };
    Interpreter::item(inner, region)
}

fn found_or(this: &mut Interpreter<'_>, dict: &Value, key: &Value, default: Value) -> Value {
    let Value::Dict(pairs) = dict else { return default };
    let pairs = pairs.borrow().clone();
    let mut unsure = false;
    for (known, value) in &pairs {
        match this.equal(known, key) {
            Some(true) => {
                let element = Element::certain(value.clone());
                return match element.region {
                    None => element.value,
                    Some(_) => this.join(&element.value, &default),
                };
            }
            Some(false) => {}
            None => unsure = true,
        }
    }
    match unsure {
        true => this.unknown_like(WHY, dict),
        false => default,
    }
}
