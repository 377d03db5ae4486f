//! Attributes.

use std::rc::Rc;

use crate::python::builtin::{library, methods};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, Object};
use crate::python::value::{Unknown, Value};

impl Interpreter<'_> {
    /// Returns an attribute.
    pub(crate) fn attribute(&mut self, of: &Value, name: &str) -> Value {
        match of {
            Value::Host(id) => self.host_attribute(*id, name),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Object(object) => self.object_attribute(of, object, name),
            _ if methods::has(of, name) => Value::Object(Rc::new(Object::BuiltinMethod {
                receiver: of.clone(),
                name: name.into(),
            })),
            _ => Value::unknown(format!("`.{name}` cannot be read here")),
        }
    }

    fn object_attribute(&mut self, of: &Value, object: &Rc<Object>, name: &str) -> Value {
        match &**object {
            Object::Module(module) => self.module_attribute_of(object, module, name),
            Object::Library(module) => library::attribute(module, name),
            Object::Builtin(outer) => library::attribute(outer, name),
            Object::Class(class) => self.class_attribute(object, class, name),
            Object::Instance(_) => self.instance_attribute(of, object, name),
            Object::Function(function) => match name {
                "__name__" | "__qualname__" => Value::text(&function.definition.name),
                _ => function.attributes.get(name).unwrap_or_else(|| missing(name)),
            },
            Object::Super { class, receiver } => self.super_attribute(class, receiver, name),
            Object::Partial { callee, .. } if name == "func" => callee.clone(),
            Object::Method { receiver, .. } if name == "__self__" => receiver.clone(),
            Object::Method { function, .. } => self.attribute(&function.clone(), name),
            Object::Perhaps { item, .. } => self.attribute(&item.clone(), name),
            Object::Either(values) => self.each(values, |this, value| this.attribute(value, name)),
            _ => {
                let reaches = self.reaches(of);
                Value::Unknown(Unknown {
                    why: format!("`.{name}` cannot be read here").into(),
                    reaches,
                })
            }
        }
    }

    fn class_attribute(&mut self, object: &Rc<Object>, class: &Class, name: &str) -> Value {
        match name {
            "__name__" | "__qualname__" => return Value::text(&class.name),
            "__members__" => {
                let members = self.members(object);
                let pairs = members
                    .into_iter()
                    .map(|member| (self.attribute(&member.value, "name"), member.value));
                return Value::dict(pairs.collect());
            }
            "__dict__" => return self.namespace(object),
            _ => {}
        }
        let Some(found) = object.attribute(name) else {
            return self.inherited(object, class, name);
        };
        let found = self.settled(found);
        match &found {
            Value::Object(inner) => match &**inner {
                Object::Static(function) => function.clone(),
                Object::ClassMethod(function) => method(function, Value::Object(Rc::clone(object))),
                _ => found,
            },
            _ => found,
        }
    }

    fn inherited(&mut self, object: &Rc<Object>, class: &Class, name: &str) -> Value {
        if let Some(base) = class.host_base() {
            return self.host_inherited(object, base, name);
        }
        match class.bases.iter().find_map(unknown_base) {
            Some(why) => Value::Unknown(Unknown { why, reaches: false }),
            None => missing(name),
        }
    }

    fn instance_attribute(&mut self, of: &Value, object: &Rc<Object>, name: &str) -> Value {
        let Object::Instance(instance) = &**object else { return missing(name) };
        if let Some(value) = instance.attributes.get(name) {
            return self.settled(value);
        }
        let Some(class_object) = &instance.class else { return missing(name) };
        let Some(class) = class_object.as_class() else { return missing(name) };
        match name {
            "__class__" => return Value::Object(Rc::clone(class_object)),
            "__dict__" => return self.namespace(object),
            "_asdict" => return method(&library::builtin("_asdict.bound"), of.clone()),
            _ => {}
        }
        let Some(found) = class_object.attribute(name) else {
            return self.missing_on_instance(of, object, class, name);
        };
        let found = self.settled(found);
        self.bound(found, of, class_object)
    }

    fn missing_on_instance(
        &mut self,
        of: &Value,
        object: &Rc<Object>,
        class: &Class,
        name: &str,
    ) -> Value {
        if let Some(base) = class.host_base() {
            return self.host_inherited(object, base, name);
        }
        if let Some(value) = crate::python::builtin::display::plain_member(object)
            && methods::has(&value, name)
        {
            return self.attribute(&value, name);
        }
        let reaches = self.reaches(of);
        Value::Unknown(Unknown {
            why: format!("`.{name}` is not found on a `{}`", class.name).into(),
            reaches,
        })
    }

    /// Binds what was found on a class to an instance.
    fn bound(&mut self, found: Value, receiver: &Value, class: &Rc<Object>) -> Value {
        let Value::Object(object) = &found else { return found };
        match &**object {
            Object::Function(_) => method(&found, receiver.clone()),
            Object::Static(function) => function.clone(),
            Object::ClassMethod(function) => method(function, Value::Object(Rc::clone(class))),
            Object::Property(getter) => {
                let getter = getter.clone();
                self.call_value(
                    &getter,
                    Arguments::positional(vec![receiver.clone()]),
                    "a property",
                )
            }
            _ => found,
        }
    }

    fn super_attribute(&mut self, class: &Value, receiver: &Value, name: &str) -> Value {
        let Value::Object(class) = class else { return missing(name) };
        let Some(class) = class.as_class() else { return missing(name) };
        for base in &class.bases {
            match base {
                Value::Object(base) => {
                    if let Some(found) = base.attribute(name) {
                        return self.bound(found, receiver, base);
                    }
                }
                Value::Host(id) => return self.host_attribute(*id, name),
                _ => {}
            }
        }
        match name {
            "__init__" | "__init_subclass__" | "__setattr__" => library::builtin("no_effect"),
            _ => self.unknown_like("it is found behind `super()`", receiver),
        }
    }

    /// Returns the attributes of a class or an instance as a dict.
    pub(crate) fn namespace(&mut self, object: &Rc<Object>) -> Value {
        let pairs = object.own_attributes().into_iter();
        Value::dict(pairs.map(|(name, value)| (Value::text(&name), value)).collect())
    }
}

fn method(function: &Value, receiver: Value) -> Value {
    Value::Object(Rc::new(Object::Method { function: function.clone(), receiver }))
}

fn missing(name: &str) -> Value {
    Value::unknown(format!("`.{name}` is not found"))
}

fn unknown_base(base: &Value) -> Option<Rc<str>> {
    match base {
        Value::Unknown(unknown) => Some(Rc::clone(&unknown.why)),
        Value::Object(object) => object.as_class()?.bases.iter().find_map(unknown_base),
        _ => None,
    }
}
