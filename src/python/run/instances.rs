//! Instances: how a class makes one, and what its record holds.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Instance, Object};
use crate::python::run::elements::members;
use crate::python::run::owed::is_made;
use crate::python::run::parameters::OPEN;
use crate::python::run::special::made_by_new;
use crate::python::scope::Names;
use crate::python::syntax::ParameterKind;
use crate::python::value::Value;

/// Returns the fields of a record, those of its bases first.
pub(crate) fn record_fields(class: &Object) -> Vec<Rc<str>> {
    let Some(class) = class.as_class() else { return Vec::new() };
    let mut fields: Vec<Rc<str>> = Vec::new();
    let inherited: Vec<&Class> = class.classes().collect();
    for class in inherited.into_iter().rev().chain([class]) {
        for field in &class.fields {
            if !fields.contains(field) {
                fields.push(Rc::clone(field));
            }
        }
    }
    fields
}

pub(crate) fn instantiate(
    this: &mut Interpreter<'_>,
    object: &Rc<Object>,
    class: &Class,
    arguments: Arguments,
    written: &str,
) -> Value {
    if class.kind == ClassKind::Enum {
        return member_of(this, object, &arguments);
    }
    is_made(this, object);
    let attributes: Rc<Names> = Rc::default();
    let instance = made_by_new(this, object, &arguments).unwrap_or_else(|| {
        let class = Some(Rc::clone(object));
        Value::Object(Rc::new(Object::Instance(Instance { class, attributes })))
    });
    let Value::Object(made) = &instance else { return instance };
    let Object::Instance(Instance { attributes, .. }) = &**made else { return instance };
    if let Some(initialize) = object.attribute("__init__") {
        let initialize = this.bound(initialize, &instance, object);
        this.call_value(&initialize, arguments, written);
        return instance;
    }
    if class.kind == ClassKind::Record {
        fill_record(object, attributes, arguments);
        // What it computes of the fields replaces their defaults.
        let initial = initial_values(object, attributes);
        this.special(&instance, "__post_init__", initial);
        return instance;
    }
    if class.has_unknown_base() && this.any_reaches(&arguments) {
        this.host.escaped(written, "the class is made outside the repository", this.stack.at());
    }
    for (name, value) in arguments.keywords {
        attributes.set(&name.into(), value);
    }
    if !arguments.positional.is_empty() {
        attributes.set(&"args".into(), Value::tuple(arguments.positional));
    }
    instance
}

/// Returns what `__post_init__` is handed: the fields that are `InitVar`, in their order.
fn initial_values(object: &Rc<Object>, attributes: &Rc<Names>) -> Vec<Value> {
    let Some(Value::Object(hook)) = object.attribute("__post_init__") else { return Vec::new() };
    let Object::Function(function) = &*hook else { return Vec::new() };
    let parameters = function.definition.parameters.iter().skip(1);
    let named = parameters.filter(|parameter| parameter.kind == ParameterKind::Plain);
    let value = |name: &str| attributes.get(name).unwrap_or_else(|| Value::unknown(UNREAD_FIELD));
    named.map(|parameter| value(&parameter.name)).collect()
}

/// Why a field that is handed on is not known.
const UNREAD_FIELD: &str = "it is a field of the record that is not read";

fn fill_record(object: &Rc<Object>, attributes: &Rc<Names>, arguments: Arguments) {
    let mut positional = arguments.positional.into_iter();
    for field in record_fields(object) {
        let named = arguments
            .keywords
            .iter()
            .find(|(name, _)| **name == *field)
            .map(|(_, value)| value.clone());
        let value = match positional.next().or(named) {
            Some(value) => value,
            None if arguments.open => Value::unknown(OPEN),
            None => object
                .attribute(&field)
                .unwrap_or_else(|| Value::unknown("no argument is given for it")),
        };
        attributes.set(&field, value);
    }
}

fn member_of(this: &mut Interpreter<'_>, class: &Rc<Object>, arguments: &Arguments) -> Value {
    let Some(value) = arguments.get(0, "value") else { return Value::unknown(OPEN) };
    for member in members(class) {
        let held = this.attribute(&member.value, "value");
        if this.equal(&held, value) == Some(true)
            || crate::python::run::join::same(&member.value, value)
        {
            return member.value;
        }
    }
    Value::unknown("it is a member of an enum that cannot be known")
}
