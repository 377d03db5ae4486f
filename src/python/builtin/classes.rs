//! Classes that are made by a call: named tuples, enumerations, records.

use std::rc::Rc;

use crate::python::builtin::{functions, library};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Instance, Object};
use crate::python::run::definitions::settle_class;
use crate::python::run::instances::record_fields;
use crate::python::scope::Names;
use crate::python::value::{Str, Value};

/// What `collections` makes: named tuples, and dicts of its own kinds.
pub(super) fn collected(
    this: &mut Interpreter<'_>,
    function: &str,
    mut arguments: Arguments,
    written: &str,
) -> Value {
    match function {
        "namedtuple" => named_tuple(this, &arguments),
        "defaultdict" => {
            let factory = match arguments.positional.is_empty() {
                true => Value::None,
                false => arguments.positional.remove(0),
            };
            let dict = functions::call(this, "dict", arguments, written);
            if let Value::Dict(pairs) = &dict {
                this.default_factories.push((Rc::clone(pairs), factory));
            }
            dict
        }
        "OrderedDict" | "UserDict" => functions::call(this, "dict", arguments, written),
        "deque" | "UserList" => functions::call(this, "list", arguments, written),
        "Counter" => {
            let key = Value::unknown("`collections.Counter` is not computed");
            Value::dict(vec![(key.clone(), key)])
        }
        _ => Value::unknown(format!("`collections.{function}` is not computed")),
    }
}

/// `type(name, bases, attributes)`.
pub(super) fn made(this: &mut Interpreter<'_>, name: &Value, arguments: &Arguments) -> Value {
    let attributes: Rc<Names> = Rc::default();
    let held = arguments.positional.get(2).cloned().unwrap_or(Value::None);
    let dict = Value::dict(Vec::new());
    this.update_dict(&dict, &held);
    if let Value::Dict(pairs) = &dict {
        for (key, value) in pairs.borrow().iter() {
            match key.as_str() {
                Some(key) => attributes.set(&key.into(), value.clone()),
                None => return this.unknown_like("a class is made of what cannot be known", &held),
            };
        }
    }
    let bases = arguments.positional.get(1).map(|bases| this.listed(bases)).unwrap_or_default();
    let name = name.as_str().unwrap_or_default();
    let made = class(this, &name, attributes, ClassKind::Plain, Vec::new(), bases);
    if let Value::Object(class) = &made {
        settle_class(this, class);
        this.host.define(class, this.stack.at());
    }
    made
}

fn names_of(this: &mut Interpreter<'_>, value: &Value) -> Vec<String> {
    match value.as_str() {
        Some(names) => names.replace(',', " ").split_whitespace().map(str::to_owned).collect(),
        None => this
            .listed(value)
            .iter()
            .filter_map(|name| match name {
                Value::Tuple(pair) => pair.first().and_then(Value::as_str),
                name => name.as_str(),
            })
            .collect(),
    }
}

fn named_tuple(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let name = arguments.get(0, "typename").and_then(Value::as_str).unwrap_or_default();
    let fields = arguments.get(1, "field_names").cloned().unwrap_or(Value::None);
    let fields: Vec<Rc<str>> = names_of(this, &fields).into_iter().map(Rc::from).collect();
    let attributes: Rc<Names> = Rc::default();
    let defaults =
        arguments.keyword("defaults").cloned().map(|value| this.listed(&value)).unwrap_or_default();
    for (field, value) in fields.iter().rev().zip(defaults.into_iter().rev()) {
        attributes.set(field, value);
    }
    class(this, &name, attributes, ClassKind::Record, fields, Vec::new())
}

fn class(
    this: &mut Interpreter<'_>,
    name: &str,
    attributes: Rc<Names>,
    kind: ClassKind,
    fields: Vec<Rc<str>>,
    bases: Vec<Value>,
) -> Value {
    let span = this.stack.sites.last().map(|site| site.span).unwrap_or_default();
    let site = this.stack.site(span);
    let mut bases = bases;
    let ancestors = Class::linearized(&mut bases);
    let keywords = Vec::new();
    let class = Class {
        name: name.into(),
        bases,
        keywords,
        attributes,
        kind,
        fields,
        body: Rc::from(Vec::new()),
        site,
        ancestors,
    };
    Value::Object(Rc::new(Object::Class(class)))
}

/// `enum.Enum("Name", "a b c")`, with a list of names, of pairs, or a dict.
pub(super) fn functional_enum(
    this: &mut Interpreter<'_>,
    name: &Str,
    arguments: &Arguments,
) -> Value {
    let name = name.whole().unwrap_or_default();
    let members = arguments.get(1, "names").cloned().unwrap_or(Value::None);
    let pairs = match &members {
        Value::Dict(pairs) => pairs.borrow().clone(),
        _ => {
            let values: Vec<Option<Value>> = match members.as_str() {
                Some(_) => Vec::new(),
                None => this.listed(&members).iter().map(second_of).collect(),
            };
            let names = names_of(this, &members).into_iter().enumerate();
            let value = |index: usize| values.get(index).cloned().flatten();
            names
                .map(|(index, name)| {
                    let number = Value::Int(i64::try_from(index + 1).unwrap_or(i64::MAX));
                    (Value::text(&name), value(index).unwrap_or(number))
                })
                .collect()
        }
    };
    let attributes: Rc<Names> = Rc::default();
    let bases = vec![library::builtin("enum.Enum")];
    let made = class(this, &name, Rc::clone(&attributes), ClassKind::Enum, Vec::new(), bases);
    let Value::Object(class) = &made else { return made };
    for (key, value) in pairs {
        let Some(key) = key.as_str() else { continue };
        let own: Rc<Names> = Rc::default();
        own.set(&"name".into(), Value::text(&key));
        own.set(&"value".into(), value);
        let member = Object::Instance(Instance { class: Some(Rc::clone(class)), attributes: own });
        attributes.set(&key.into(), Value::Object(Rc::new(member)));
    }
    made
}

fn second_of(pair: &Value) -> Option<Value> {
    match pair {
        Value::Tuple(pair) => pair.get(1).cloned(),
        _ => None,
    }
}

/// `dataclasses`.
pub(super) fn record(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments) -> Value {
    match (function, arguments.positional.first()) {
        ("field", _) => {
            match (arguments.keyword("default"), arguments.keyword("default_factory")) {
                (Some(value), _) => value.clone(),
                (None, Some(factory)) => {
                    this.call_value(&factory.clone(), Arguments::default(), "default_factory")
                }
                (None, None) => Value::unknown("a field has no default"),
            }
        }
        ("asdict", Some(instance)) => as_dict(this, &instance.clone()),
        ("replace", Some(instance)) => replaced(this, &instance.clone(), arguments),
        ("dataclass", Some(class)) => class.clone(),
        ("dataclass", None) => library::builtin("functools.identity"),
        _ => Value::unknown(format!("`dataclasses.{function}` is not computed")),
    }
}

/// Another record of the same class, made as any is, with other values of some fields.
fn replaced(this: &mut Interpreter<'_>, instance: &Value, arguments: &Arguments) -> Value {
    let Value::Object(object) = instance else { return Value::unknown("a record cannot be known") };
    let Object::Instance(Instance { class: Some(class), .. }) = &**object else {
        return Value::unknown("a record cannot be known");
    };
    let given = |field: &str| arguments.keyword(field).cloned();
    let value = |field: &Rc<str>| match given(field) {
        Some(value) => (field.to_string(), value),
        None => (field.to_string(), this.attribute(instance, field)),
    };
    let keywords = record_fields(class).iter().map(value).collect();
    let made = Arguments { positional: Vec::new(), keywords, open: arguments.open };
    this.call_value(&Value::Object(Rc::clone(class)), made, "replace")
}

/// A record as a dict.
pub(super) fn as_dict(this: &mut Interpreter<'_>, instance: &Value) -> Value {
    let Value::Object(object) = instance else { return Value::unknown("a record cannot be known") };
    let Object::Instance(Instance { class: Some(class), .. }) = &**object else {
        return Value::unknown("a record cannot be known");
    };
    let fields = record_fields(class);
    Value::dict(
        fields
            .into_iter()
            .map(|field| (Value::text(&field), this.attribute(instance, &field)))
            .collect(),
    )
}
