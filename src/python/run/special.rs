//! Special methods: what a class of the repository does where no call is written.
//!
//! Python looks them up on the class, never on the instance. What is dispatched here is read; a
//! special method of an object that was made and that nothing here dispatches to is reported by
//! [`accounts`](crate::python::run::accounts).

use std::rc::Rc;

use crate::python::builtin::library;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Object, Property};
use crate::python::value::Value;

impl Interpreter<'_> {
    /// Calls a special method of the class of an instance; nothing where its class has none.
    pub(crate) fn special(
        &mut self,
        of: &Value,
        name: &str,
        arguments: Vec<Value>,
    ) -> Option<Value> {
        let Value::Object(object) = of else { return None };
        let Object::Instance(instance) = &**object else { return None };
        let class = instance.class.clone()?;
        let found = class.attribute(name)?;
        let found = self.settled(found);
        if found.is_none() {
            return None;
        }
        let method = self.bound(found, of, &class);
        Some(self.call_value(&method, Arguments::positional(arguments), name))
    }
}

fn operator_name(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "+" => "add",
        "-" => "sub",
        "*" => "mul",
        "/" => "truediv",
        "//" => "floordiv",
        "%" => "mod",
        "**" => "pow",
        "@" => "matmul",
        "|" => "or",
        "&" => "and",
        "^" => "xor",
        "<<" => "lshift",
        ">>" => "rshift",
        _ => return None,
    })
}

/// Applies an operator by the methods of one side, or of the other.
pub(crate) fn overloaded(
    this: &mut Interpreter<'_>,
    operator: &str,
    left: &Value,
    right: &Value,
) -> Option<Value> {
    let name = operator_name(operator)?;
    this.special(left, &format!("__{name}__"), vec![right.clone()])
        .or_else(|| this.special(right, &format!("__r{name}__"), vec![left.clone()]))
}

/// `left operator= right` by a method of the left side.
pub(crate) fn changed_in_place(
    this: &mut Interpreter<'_>,
    operator: &str,
    left: &Value,
    right: &Value,
) -> Option<Value> {
    let name = operator_name(operator)?;
    this.special(left, &format!("__i{name}__"), vec![right.clone()])
}

/// Compares by the methods of one side, or of the other.
pub(crate) fn compared(
    this: &mut Interpreter<'_>,
    operator: &str,
    left: &Value,
    right: &Value,
) -> Option<Value> {
    let (name, mirrored) = match operator {
        "==" => ("__eq__", "__eq__"),
        "!=" => ("__ne__", "__ne__"),
        "<" => ("__lt__", "__gt__"),
        "<=" => ("__le__", "__ge__"),
        ">" => ("__gt__", "__lt__"),
        ">=" => ("__ge__", "__le__"),
        _ => return None,
    };
    let answer = this
        .special(left, name, vec![right.clone()])
        .or_else(|| this.special(right, mirrored, vec![left.clone()]));
    match (answer, operator) {
        (None, "!=") => {
            let equal = compared(this, "==", left, right)?;
            Some(negated(this, &equal))
        }
        (answer, _) => answer,
    }
}

/// `not value`.
pub(crate) fn negated(this: &mut Interpreter<'_>, value: &Value) -> Value {
    match (this.truth(value), value) {
        (Some(truth), _) => Value::Bool(!truth),
        // What is not known stays unknown for the same reason.
        (None, Value::Unknown(unknown)) => Value::unknown(Rc::clone(&unknown.why)),
        (None, Value::Host(_)) => this.host.binary("not", value, value, this.stack.at()),
        (None, _) => Value::unknown("it depends on a condition that cannot be decided"),
    }
}

/// Sets an attribute of an instance, as its class wants it.
pub(crate) fn set_on_instance(
    this: &mut Interpreter<'_>,
    of: &Value,
    name: &Rc<str>,
    value: Value,
) {
    if this.special(of, "__setattr__", vec![Value::text(name), value.clone()]).is_none() {
        set_plainly(this, of, name, value);
    }
}

/// What `object.__setattr__` does: a property or another descriptor sets, else the name is
/// bound.
pub(crate) fn set_plainly(this: &mut Interpreter<'_>, of: &Value, name: &Rc<str>, value: Value) {
    let Value::Object(object) = of else { return };
    let Object::Instance(instance) = &**object else {
        return this.set_attribute(of, name, value);
    };
    match property_of(object, name) {
        Some(Property { setter: Some(setter), .. }) => {
            let given = Arguments::positional(vec![of.clone(), value]);
            this.call_value(&setter, given, "a property");
        }
        Some(_) => {}
        None => {
            let found = instance.class.as_ref().and_then(|class| class.attribute(name));
            let given = vec![of.clone(), value.clone()];
            let set = found.and_then(|found| this.special(&found, "__set__", given));
            if set.is_none() {
                this.bind(&instance.attributes, name, value);
            }
        }
    }
}

/// `del of.name`.
pub(crate) fn delete_attribute(this: &mut Interpreter<'_>, of: &Value, name: &Rc<str>) {
    match of {
        Value::Object(object) => match &**object {
            Object::Instance(instance) => {
                if this.special(of, "__delattr__", vec![Value::text(name)]).is_some() {
                    return;
                }
                if let Some(property) = property_of(object, name) {
                    if let Some(deleter) = property.deleter {
                        let given = Arguments::positional(vec![of.clone()]);
                        this.call_value(&deleter, given, "a property");
                    }
                    return;
                }
                let found = instance.class.as_ref().and_then(|class| class.attribute(name));
                let given = vec![of.clone()];
                let deleted = found.and_then(|found| this.special(&found, "__delete__", given));
                if deleted.is_none() {
                    this.unbind(&instance.attributes, name);
                }
            }
            Object::Class(class) => this.unbind(&class.attributes, name),
            Object::Module(module) => this.unbind(&module.scope.names, name),
            Object::Function(function) => this.unbind(&function.attributes, name),
            _ => {}
        },
        _ if this.reaches(of) => {
            this.host.escaped(&format!("del .{name}"), "a part of it goes", this.stack.at())
        }
        _ => {}
    }
}

fn property_of(object: &Object, name: &str) -> Option<Property> {
    let Object::Instance(instance) = object else { return None };
    match instance.class.as_ref()?.attribute(name)? {
        Value::Object(found) => match &*found {
            Object::Property(property) => Some(property.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Makes the accessor that `@x.setter` or the like adds to a property.
pub(crate) fn accessor(property: &Value, kind: &str, function: Value) -> Value {
    let Value::Object(object) = property else { return function };
    let Object::Property(property) = &**object else { return function };
    let mut property = property.clone();
    match kind {
        "setter" => property.setter = Some(function),
        "deleter" => property.deleter = Some(function),
        _ => property.getter = function,
    }
    Value::Object(Rc::new(Object::Property(property)))
}

/// Runs what a class does because it was made: `__set_name__` of its attributes and
/// `__init_subclass__` of its bases.
pub(crate) fn class_was_made(this: &mut Interpreter<'_>, class: &Rc<Object>) {
    let Some(inner) = class.as_class() else { return };
    let whole = Value::Object(Rc::clone(class));
    for (name, value) in class.own_attributes() {
        this.special(&value, "__set_name__", vec![whole.clone(), Value::text(&name)]);
    }
    if let Some(hook) = inner.inherited("__init_subclass__") {
        let keywords = inner.keywords.iter().filter(|(name, _)| name != "metaclass");
        let arguments = Arguments {
            positional: vec![whole],
            keywords: keywords.cloned().collect(),
            open: false,
        };
        let hook = match &hook {
            Value::Object(object) => match &**object {
                Object::ClassMethod(function) => function.clone(),
                _ => hook,
            },
            _ => hook,
        };
        this.call_value(&hook, arguments, "__init_subclass__");
    }
}

/// Makes an instance by `__new__` of its class; nothing where the class has none.
pub(crate) fn made_by_new(
    this: &mut Interpreter<'_>,
    class: &Rc<Object>,
    arguments: &Arguments,
) -> Option<Value> {
    let new = class.attribute("__new__")?;
    let new = match &new {
        Value::Object(object) => match &**object {
            Object::Static(function) => function.clone(),
            _ => new,
        },
        _ => new,
    };
    let mut given = arguments.clone();
    given.positional.insert(0, Value::Object(Rc::clone(class)));
    let made = this.call_value(&new, given, "__new__");
    (!matches!(made, Value::Unknown(_) | Value::None)).then_some(made)
}

/// Returns what a method of `object` does, for a class that calls it by `super()`.
pub(crate) fn method_of_object(name: &str, receiver: &Value) -> Option<Value> {
    let function = match name {
        "__init__" | "__init_subclass__" | "__set_name__" => {
            return Some(library::builtin("no_effect"));
        }
        "__new__" => return Some(library::builtin("object.__new__")),
        "__getattribute__" | "__setattr__" | "__delattr__" => format!("object.{name}"),
        _ => return None,
    };
    let arguments = Arguments::positional(vec![receiver.clone()]);
    let callee = library::builtin(&function);
    Some(Value::Object(Rc::new(Object::Partial { callee, arguments })))
}
