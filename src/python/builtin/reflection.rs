//! Functions over objects, their attributes and types.

use std::rc::Rc;

use crate::python::builtin::{classes, library};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Instance, Object, Property};
use crate::python::run::special::delete_attribute;
use crate::python::value::{Letters, Unknown, Value};

const WHY: &str = "it depends on an object that cannot be known";

/// Calls a builtin function over objects.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    name: &str,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let first = arguments.positional.first().cloned();
    match (name, first) {
        ("isinstance", Some(value)) => match arguments.positional.get(1) {
            Some(class) => {
                subclass_hook(this, class, &value);
                asked_for_members(this, class, &value, written);
                let answer = match (&value, class) {
                    (Value::Host(id), Value::Tuple(classes)) => {
                        let answers: Vec<_> =
                            classes.iter().map(|class| this.host.instance_of(*id, class)).collect();
                        match answers.contains(&Some(true)) {
                            true => Some(true),
                            false => answers.iter().all(Option::is_some).then_some(false),
                        }
                    }
                    (Value::Host(id), class) => this.host.instance_of(*id, class),
                    _ => is_instance(&value, class),
                };
                answer.map_or_else(|| Value::unknown(WHY), Value::Bool)
            }
            None => Value::unknown(WHY),
        },
        ("issubclass", Some(value)) => {
            if let Some(class) = arguments.positional.get(1) {
                subclass_hook(this, class, &value);
            }
            Value::unknown(WHY)
        }
        ("getattr", Some(object)) => attribute(this, &object, arguments, written),
        ("setattr", Some(object)) => {
            let name = arguments.positional.get(1).and_then(Value::as_str);
            let value = arguments.positional.get(2).cloned().unwrap_or(Value::None);
            match name {
                Some(name) => this.set_attribute(&object, &name.into(), value),
                None if this.reaches(&object) => this.host.escaped(
                    written,
                    "which attribute is set cannot be known",
                    this.stack.at(),
                ),
                None => {}
            }
            Value::None
        }
        ("hasattr", Some(object)) => has_attribute(this, &object, arguments),
        ("globals", None) => Interpreter::names_of_scope(&this.stack.scope().module().names),
        ("locals" | "vars", None) => Interpreter::names_of_scope(&this.stack.scope().names),
        ("vars", Some(value)) => this.attribute(&value, "__dict__"),
        ("delattr", Some(object)) => {
            match arguments.positional.get(1).and_then(Value::as_str) {
                Some(name) => delete_attribute(this, &object, &name.into()),
                None if this.reaches(&object) => this.host.escaped(
                    written,
                    "which attribute goes cannot be known",
                    this.stack.at(),
                ),
                None => {}
            }
            Value::None
        }
        ("type", Some(name)) if arguments.positional.len() == 3 => {
            classes::made(this, &name, arguments)
        }
        ("super", _) => parent(this, arguments),
        ("type", Some(Value::Object(object))) => match &*object {
            Object::Instance(Instance { class: Some(class), .. }) => {
                Value::Object(Rc::clone(class))
            }
            _ => Value::unknown(WHY),
        },
        ("type", Some(value)) => match type_name(&value) {
            Some(name) => library::builtin(name),
            None => Value::unknown(WHY),
        },
        ("callable", Some(Value::Object(_))) => Value::Bool(true),
        ("property", _) => {
            let part = |at: usize, name: &str| {
                arguments.get(at, name).filter(|value| !value.is_none()).cloned()
            };
            Value::Object(Rc::new(Object::Property(Property {
                getter: part(0, "fget").unwrap_or(Value::None),
                setter: part(1, "fset"),
                deleter: part(2, "fdel"),
            })))
        }
        ("staticmethod", Some(function)) => Value::Object(Rc::new(Object::Static(function))),
        ("classmethod", Some(function)) => Value::Object(Rc::new(Object::ClassMethod(function))),
        ("object", _) => Value::Object(Rc::new(Object::Instance(Instance {
            class: None,
            attributes: Rc::default(),
        }))),
        _ => Value::unknown(WHY),
    }
}

fn attribute(
    this: &mut Interpreter<'_>,
    object: &Value,
    arguments: &Arguments,
    written: &str,
) -> Value {
    let default = arguments.positional.get(2).cloned();
    let Some(name) = arguments.positional.get(1).and_then(Value::as_str) else {
        let reaches = this.reaches(object);
        let _ = written;
        return Value::Unknown(Unknown {
            why: "which attribute is meant cannot be known".into(),
            reaches,
            class: None,
        });
    };
    let value = this.attribute(object, &name);
    match (default, &value, object) {
        (Some(default), Value::Unknown(_), Value::Object(object)) if is_closed(object) => default,
        (Some(default), Value::Unknown(_), _) => this.join(&value, &default),
        _ => value,
    }
}

/// Calls what a class answers when it is asked for its instances and subclasses.
fn subclass_hook(this: &mut Interpreter<'_>, class: &Value, value: &Value) {
    let Value::Object(object) = class else { return };
    let Some(hook) = object.as_class().and_then(|_| object.attribute("__subclasshook__")) else {
        return;
    };
    let hook = this.bound(hook, class, object);
    this.call_value(&hook, Arguments::positional(vec![value.clone()]), "__subclasshook__");
}

/// Notes that a class whose bases are not read may ask for the members of what it is compared with:
/// `isinstance(x, P)` reads each property that a protocol names.
fn asked_for_members(this: &mut Interpreter<'_>, class: &Value, value: &Value, written: &str) {
    let Value::Object(object) = class else { return };
    let is_protocol = |base: &Value| match base {
        Value::Object(base) => {
            matches!(&**base, Object::Builtin(name) if name.ends_with(".Protocol"))
        }
        _ => false,
    };
    let asks = object
        .as_class()
        .is_some_and(|class| class.has_unknown_base() || class.all_bases().any(is_protocol));
    let Value::Object(instance) = value else { return };
    let properties: Vec<Value> = match instance.class_of_instance().filter(|_| asks) {
        Some(class) => class
            .attributes
            .all()
            .into_iter()
            .filter_map(|(_, value)| match &value {
                Value::Object(object) => match &**object {
                    Object::Property(property) => Some(property.getter.clone()),
                    _ => None,
                },
                _ => None,
            })
            .collect(),
        None => return,
    };
    if properties.iter().any(|getter| this.reaches(getter)) {
        this.host.escaped(written, "it may read a property that reaches it", this.stack.at());
    }
}

fn has_attribute(this: &mut Interpreter<'_>, object: &Value, arguments: &Arguments) -> Value {
    let Some(name) = arguments.positional.get(1).and_then(Value::as_str) else {
        return Value::unknown(WHY);
    };
    match object {
        Value::Host(_) | Value::Unknown(_) => Value::unknown(WHY),
        _ => match (this.attribute(object, &name), object) {
            (Value::Unknown(_), Value::Object(object)) if !is_closed(object) => Value::unknown(WHY),
            (Value::Unknown(_), _) => Value::Bool(false),
            _ => Value::Bool(true),
        },
    }
}

/// Tells whether all attributes of an object are known.
fn is_closed(object: &Object) -> bool {
    let class = object.as_class().or_else(|| object.class_of_instance());
    class.is_some_and(|class| class.host_base().is_none() && !class.has_unknown_base())
}

fn parent(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let (class, receiver) = match &arguments.positional[..] {
        [class, receiver] => (class.clone(), receiver.clone()),
        _ => match &this.stack.frame().method {
            Some((class, receiver)) => (class.clone(), receiver.clone()),
            None => return Value::unknown(WHY),
        },
    };
    Value::Object(Rc::new(Object::Super { class, receiver }))
}

fn is_instance(value: &Value, class: &Value) -> Option<bool> {
    match class {
        Value::Tuple(classes) => {
            let answers: Vec<Option<bool>> =
                classes.iter().map(|class| is_instance(value, class)).collect();
            match answers.contains(&Some(true)) {
                true => Some(true),
                false => answers.iter().all(|answer| *answer == Some(false)).then_some(false),
            }
        }
        Value::Object(class) => match &**class {
            Object::Builtin(name) => is_of_type(value, name),
            Object::Class(_) => is_of_class(value, class),
            _ => None,
        },
        _ => None,
    }
}

fn type_name(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int",
        Value::Float(_) => "float",
        Value::Str(text) if text.letters == Letters::Bytes => "bytes",
        Value::Str(_) => "str",
        Value::Tuple(_) => "tuple",
        Value::List(_) => "list",
        Value::Set(_) => "set",
        Value::Dict(_) => "dict",
        _ => return None,
    })
}

fn is_of_type(value: &Value, name: &str) -> Option<bool> {
    let own = match value {
        Value::None => "NoneType",
        Value::Ellipsis => "ellipsis",
        Value::Bool(_) => return Some(matches!(name, "bool" | "int" | "object")),
        Value::Int(_) => return Some(matches!(name, "int" | "long" | "object")),
        Value::Float(_) => "float",
        Value::Str(text) => match text.letters {
            Letters::Bytes => return Some(matches!(name, "bytes" | "object")),
            Letters::Unsaid if name == "bytes" => return None,
            _ => return Some(matches!(name, "str" | "basestring" | "unicode" | "object")),
        },
        Value::Tuple(_) => "tuple",
        Value::List(_) => "list",
        Value::Set(_) => return Some(matches!(name, "set" | "frozenset" | "object")),
        Value::Dict(_) => "dict",
        Value::Object(_) | Value::Host(_) | Value::Unknown(_) => return None,
    };
    match name.contains('.') {
        true => None,
        false => Some(name == own || name == "object"),
    }
}

fn is_of_class(value: &Value, class: &Rc<Object>) -> Option<bool> {
    match value {
        Value::Object(object) => match &**object {
            Object::Instance(Instance { class: Some(own), .. }) => descends(own, class),
            _ => None,
        },
        Value::Host(_) | Value::Unknown(_) => None,
        _ => Some(false),
    }
}

fn descends(own: &Rc<Object>, class: &Rc<Object>) -> Option<bool> {
    let inner = own.as_class()?;
    if Rc::ptr_eq(own, class) || inner.ancestors.iter().any(|other| Rc::ptr_eq(other, class)) {
        return Some(true);
    }
    inner.all_bases().all(|base| matches!(base, Value::Object(_))).then_some(false)
}
