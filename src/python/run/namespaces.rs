//! `globals()`, `vars(x)`, `x.__dict__`: attributes and names that are read and set by key.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::owed::is_used;
use crate::python::run::special::delete_attribute;
use crate::python::scope::Names;
use crate::python::value::Value;

const WHY: &str = "which name is meant cannot be known";

impl Interpreter<'_> {
    /// Makes `globals()` or `locals()` of the names of a scope.
    pub(crate) fn names_of_scope(names: &Rc<Names>) -> Value {
        Value::Object(Rc::new(Object::Names(Rc::clone(names))))
    }
}

/// Returns what a key names; nothing where it names nothing.
pub(crate) fn named_by_key(this: &mut Interpreter<'_>, of: &Value, key: &Value) -> Option<Value> {
    let Value::Object(object) = of else { return None };
    let Some(name) = key.as_str() else { return Some(this.unknown_like(WHY, of)) };
    match &**object {
        Object::Names(names) => {
            let value = names.get(&name)?;
            let value = this.settled(value);
            is_used(this, &value);
            Some(value)
        }
        Object::Attributes(value @ Value::Host(_)) => Some(this.attribute(&value.clone(), &name)),
        Object::Attributes(Value::Object(held)) => {
            let own = held.own_attributes().into_iter().find(|(known, _)| **known == *name)?;
            let value = this.settled(own.1);
            is_used(this, &value);
            Some(value)
        }
        _ => Some(this.unknown_like(WHY, of)),
    }
}

/// Names a value by key.
pub(crate) fn name_by_key(this: &mut Interpreter<'_>, of: &Value, key: &Value, value: Value) {
    let Value::Object(object) = of else { return };
    match (&**object, key.as_str()) {
        (Object::Names(names), Some(name)) => this.bind(&names.clone(), &name.into(), value),
        (Object::Attributes(held), Some(name)) => match held {
            Value::Object(inner) if matches!(&**inner, Object::Instance(_)) => {
                let Object::Instance(instance) = &**inner else { return };
                this.bind(&instance.attributes, &name.into(), value);
            }
            held => this.set_attribute(&held.clone(), &name.into(), value),
        },
        _ if this.reaches(of) || this.reaches(&value) => {
            this.host.escaped("[...] =", WHY, this.stack.at())
        }
        _ => {}
    }
}

/// Unnames what a key names.
pub(crate) fn unname_by_key(this: &mut Interpreter<'_>, of: &Value, key: &Value) {
    let Value::Object(object) = of else { return };
    match (&**object, key.as_str()) {
        (Object::Names(names), Some(name)) => this.unbind(&names.clone(), &name.into()),
        (Object::Attributes(held), Some(name)) => {
            delete_attribute(this, &held.clone(), &name.into())
        }
        _ => {}
    }
}

/// Calls a method of such a dict.
pub(crate) fn call_of_namespace(
    this: &mut Interpreter<'_>,
    of: &Value,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let default = arguments.positional.get(1).cloned();
    match (name, arguments.positional.first()) {
        ("get" | "pop" | "__getitem__", Some(key)) => {
            let found = named_by_key(this, of, key);
            found.or(default).unwrap_or(Value::None)
        }
        ("setdefault", Some(key)) => match named_by_key(this, of, key) {
            Some(value) => value,
            None => {
                let value = default.unwrap_or(Value::None);
                name_by_key(this, of, key, value.clone());
                value
            }
        },
        ("__setitem__", Some(key)) => {
            name_by_key(this, of, key, default.unwrap_or(Value::None));
            Value::None
        }
        ("update", first) => {
            let other = first.cloned().unwrap_or_else(|| Value::dict(Vec::new()));
            let more = Value::dict(Vec::new());
            this.update_dict(&more, &other);
            for (name, value) in &arguments.keywords {
                this.set_subscript(&more, &Value::text(name), value.clone());
            }
            let Value::Dict(pairs) = &more else { return Value::None };
            let pairs = pairs.borrow().clone();
            for (key, value) in pairs {
                name_by_key(this, of, &key, value);
            }
            Value::None
        }
        _ => {
            let dict = namespace_as_dict(this, of);
            let method = this.attribute(&dict, name);
            this.call_value(&method, arguments.clone(), name)
        }
    }
}

/// Returns such a dict as one that holds what is named now.
pub(crate) fn namespace_as_dict(this: &mut Interpreter<'_>, of: &Value) -> Value {
    let Value::Object(object) = of else { return Value::dict(Vec::new()) };
    let all = match &**object {
        Object::Names(names) => names.all(),
        Object::Attributes(Value::Object(held)) => held.own_attributes(),
        _ => {
            let unknown = this.unknown_like(WHY, of);
            return Value::dict(vec![(unknown.clone(), unknown)]);
        }
    };
    for (_, value) in &all {
        is_used(this, value);
    }
    Value::dict(all.into_iter().map(|(name, value)| (Value::text(&name), value)).collect())
}
