//! Methods of builtin values.

use crate::python::builtin::{collections, files, strings};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::run::namespaces::call_of_namespace;
use crate::python::value::Value;

/// Tells whether a builtin value has a method.
pub(crate) fn has(value: &Value, name: &str) -> bool {
    match value {
        Value::Str(_) => strings::METHODS.contains(&name),
        Value::List(_) => collections::LIST.contains(&name),
        Value::Tuple(_) => matches!(name, "index" | "count"),
        Value::Set(_) => collections::SET.contains(&name),
        Value::Dict(_) => collections::DICT.contains(&name),
        _ => false,
    }
}

/// Calls a method of a builtin value.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    name: &str,
    arguments: Arguments,
) -> Value {
    match receiver {
        Value::Str(text) => strings::call(this, text, name, &arguments),
        Value::List(items) => collections::list(this, receiver, items, name, &arguments),
        Value::Set(items) => collections::set(this, receiver, items, name, &arguments),
        Value::Dict(pairs) => collections::dict(this, receiver, pairs, name, &arguments),
        Value::Tuple(_) => collections::sequence(this, receiver, name, &arguments),
        Value::Host(_) => host(this, receiver, name, &arguments),
        Value::Object(object) => match files::call(this, receiver, object, name, &arguments) {
            Some(value) => value,
            None => call_of_namespace(this, receiver, name, &arguments),
        },
        _ => Value::unknown(format!("`.{name}` cannot be read here")),
    }
}

/// Calls a special method of a host value as Python would.
fn host(this: &mut Interpreter<'_>, receiver: &Value, name: &str, arguments: &Arguments) -> Value {
    let Value::Host(id) = receiver else { return Value::None };
    match (name, &arguments.positional[..]) {
        ("__enter__" | "__aenter__", _) => this.host.enter(*id, this.stack.at()),
        ("__exit__" | "__aexit__", _) => {
            this.host.leave(*id, this.stack.at());
            Value::None
        }
        ("__getattribute__" | "__getattr__", [name]) => match name.as_str() {
            Some(name) => this.attribute(receiver, &name),
            None => this.unknown_like("which attribute is meant cannot be known", receiver),
        },
        ("__setattr__", [name, value]) => {
            let name = name.as_str().unwrap_or_default();
            this.set_attribute(receiver, &name.into(), value.clone());
            Value::None
        }
        _ => this.unknown_like("what is meant cannot be known", receiver),
    }
}
