//! Attributes.

use std::rc::Rc;

use crate::python::builtin::{files, library, methods};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, Object};
use crate::python::run::elements::members;
use crate::python::run::imports::module_attribute_of;
use crate::python::run::outcome::CAUGHT;
use crate::python::run::owed::is_used;
use crate::python::run::special::method_of_object;
use crate::python::value::{Unknown, Value};

impl Interpreter<'_> {
    /// Returns an attribute.
    pub(crate) fn attribute(&mut self, of: &Value, name: &str) -> Value {
        match of {
            Value::Unknown(unknown) if leads_to_frames(name) || brings(unknown, name) => {
                let why = format!("`.{name}` leads anywhere").into();
                Value::Unknown(Unknown { why, reaches: true, class: None })
            }
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            Value::Host(_) if is_special(name) => special_of_host(self, of, name),
            Value::Host(id) => self.host.attribute(*id, name, self.stack.at()),
            Value::Object(object) => object_attribute(self, of, object, name),
            _ if methods::has(of, name) => Value::Object(Rc::new(Object::BuiltinMethod {
                receiver: of.clone(),
                name: name.into(),
            })),
            // `().__class__.__base__` leads anywhere.
            _ => {
                let reaches = is_special(name) || leads_to_frames(name) || self.reaches(of);
                let why = format!("`.{name}` cannot be read here").into();
                Value::Unknown(Unknown { why, reaches, class: None })
            }
        }
    }

    fn inherited(&mut self, object: &Rc<Object>, class: &Class, name: &str) -> Value {
        if let Some(base) = class.host_base() {
            return self.host.inherited(object, base, name, self.stack.at());
        }
        let whole = Value::Object(Rc::clone(object));
        match class.all_bases().find_map(unknown_base) {
            Some(why) => {
                Value::Unknown(Unknown { why, reaches: self.reaches(&whole), class: None })
            }
            None if !class.keywords.is_empty() => self.unknown_like("its metaclass has it", &whole),
            None => unread_part(self, &whole, name),
        }
    }

    /// Binds what was found on a class to an instance.
    pub(crate) fn bound(&mut self, found: Value, receiver: &Value, class: &Rc<Object>) -> Value {
        let Value::Object(object) = &found else { return found };
        match &**object {
            Object::Function(_) => {
                is_used(self, &found);
                method(&found, receiver.clone())
            }
            Object::Static(function) => function.clone(),
            Object::ClassMethod(function) => method(function, Value::Object(Rc::clone(class))),
            Object::Instance(_) => {
                let owner = Value::Object(Rc::clone(class));
                let given = vec![receiver.clone(), owner];
                self.special(&found, "__get__", given).unwrap_or(found)
            }
            Object::Property(property) => {
                let getter = property.getter.clone();
                self.call_value(
                    &getter,
                    Arguments::positional(vec![receiver.clone()]),
                    "a property",
                )
            }
            _ => found,
        }
    }
}

fn attributes_of(object: &Rc<Object>) -> Value {
    Value::Object(Rc::new(Object::Attributes(Value::Object(Rc::clone(object)))))
}

/// Tells whether a name is one that Python gives a meaning to.
pub(crate) fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// Tells whether a name is that of a frame, or of what a frame holds: every name of the program.
fn leads_to_frames(name: &str) -> bool {
    [
        "gi_frame",
        "cr_frame",
        "ag_frame",
        "tb_frame",
        "f_globals",
        "f_locals",
        "f_back",
        "f_builtins",
    ]
    .contains(&name)
}

/// Tells whether an exception that was caught brings something along by a name: what a generator
/// returned, the object that lacks an attribute, the frames it went through.
fn brings(unknown: &Unknown, name: &str) -> bool {
    &*unknown.why == CAUGHT && matches!(name, "value" | "obj" | "__traceback__")
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
        _ => None,
    }
}

/// Returns a special attribute of a host value: what Python would do with it, or something of
/// which nothing is known.
fn special_of_host(this: &mut Interpreter<'_>, of: &Value, name: &str) -> Value {
    let Value::Host(id) = of else { return missing(name) };
    match name {
        "__call__" => of.clone(),
        "__dict__" => Value::Object(Rc::new(Object::Attributes(of.clone()))),
        "__enter__" | "__exit__" | "__aenter__" | "__aexit__" | "__getattribute__"
        | "__getattr__" | "__setattr__" => Value::Object(Rc::new(Object::BuiltinMethod {
            receiver: of.clone(),
            name: name.into(),
        })),
        _ if this.host.reaches(*id) => {
            let why = format!("`.{name}` cannot be read here").into();
            Value::Unknown(Unknown { why, reaches: true, class: None })
        }
        _ => this.host.attribute(*id, name, this.stack.at()),
    }
}

fn object_attribute(
    this: &mut Interpreter<'_>,
    of: &Value,
    object: &Rc<Object>,
    name: &str,
) -> Value {
    match &**object {
        Object::Module(module) => module_attribute_of(this, object, module, name),
        Object::Library(module) => library::attribute(module, name),
        Object::Builtin(outer) => library::attribute(outer, name),
        Object::Class(class) => class_attribute(this, object, class, name),
        Object::Instance(_) => instance_attribute(this, of, object, name),
        Object::Function(function) => match name {
            "__name__" | "__qualname__" => Value::text(&function.definition.name),
            "__call__" => of.clone(),
            "__globals__" => Interpreter::names_of_scope(&function.scope.module().names),
            "__doc__" | "__module__" => Value::unknown(format!("`.{name}` is text")),
            _ => function.attributes.get(name).unwrap_or_else(|| unread_part(this, of, name)),
        },
        Object::Super { class, receiver } => super_attribute(this, class, receiver, name),
        Object::Partial { callee, .. } if name == "func" => callee.clone(),
        Object::Partial { .. } | Object::Method { .. } if name == "__call__" => of.clone(),
        Object::Method { receiver, .. } if name == "__self__" => receiver.clone(),
        Object::Method { function, .. } if name == "__func__" => function.clone(),
        Object::Attributes(_) | Object::Names(_) => Value::Object(Rc::new(Object::BuiltinMethod {
            receiver: of.clone(),
            name: name.into(),
        })),
        Object::Path(_) | Object::OpenFile(_) => files::attribute(of, object, name)
            .unwrap_or_else(|| Value::unknown(format!("`.{name}` cannot be read here"))),
        Object::Method { function, .. } => this.attribute(&function.clone(), name),
        Object::Perhaps { item, .. } => this.attribute(&item.clone(), name),
        Object::Either(values) => this.each(values, |this, value| this.attribute(value, name)),
        _ => {
            let reaches = leads_to_frames(name) || this.reaches(of);
            Value::Unknown(Unknown {
                why: format!("`.{name}` cannot be read here").into(),
                reaches,
                class: None,
            })
        }
    }
}

/// Returns an attribute that is not modelled, of something that may reach.
fn unread_part(this: &mut Interpreter<'_>, of: &Value, name: &str) -> Value {
    // `mro()` gives the classes above, with all that they hold.
    let reaches = (is_special(name) || name == "mro") && this.reaches(of);
    Value::Unknown(Unknown { why: format!("`.{name}` is not found").into(), reaches, class: None })
}

fn class_attribute(
    this: &mut Interpreter<'_>,
    object: &Rc<Object>,
    class: &Class,
    name: &str,
) -> Value {
    match name {
        "__name__" | "__qualname__" => return Value::text(&class.name),
        "__members__" => {
            let members = members(object);
            let pairs = members
                .into_iter()
                .map(|member| (this.attribute(&member.value, "name"), member.value));
            return Value::dict(pairs.collect());
        }
        "__dict__" => return attributes_of(object),
        "__subclasses__" => {
            let why = "which classes extend it is known when it runs".into();
            return Value::Unknown(Unknown { why, reaches: true, class: None });
        }
        _ => {}
    }
    let Some(found) = object.attribute(name) else {
        return this.inherited(object, class, name);
    };
    let found = this.settled(found);
    match &found {
        Value::Object(inner) => match &**inner {
            Object::Static(function) => function.clone(),
            Object::ClassMethod(function) => method(function, Value::Object(Rc::clone(object))),
            _ => found,
        },
        _ => found,
    }
}

fn instance_attribute(
    this: &mut Interpreter<'_>,
    of: &Value,
    object: &Rc<Object>,
    name: &str,
) -> Value {
    let hook = "__getattribute__";
    match this.special(of, hook, vec![Value::text(name)]) {
        Some(value) => value,
        None => plain_attribute(this, of, object, name),
    }
}

/// Returns an attribute of an instance as `object.__getattribute__` does.
pub(crate) fn plain_attribute(
    this: &mut Interpreter<'_>,
    of: &Value,
    object: &Rc<Object>,
    name: &str,
) -> Value {
    let Object::Instance(instance) = &**object else { return this.attribute(of, name) };
    if let Some(value) = instance.attributes.get(name) {
        return this.settled(value);
    }
    let Some(class_object) = &instance.class else { return missing(name) };
    let Some(class) = class_object.as_class() else { return missing(name) };
    match name {
        "__class__" => return Value::Object(Rc::clone(class_object)),
        "__dict__" => return attributes_of(object),
        "_asdict" => return method(&library::builtin("_asdict.bound"), of.clone()),
        _ => {}
    }
    let Some(found) = class_object.attribute(name) else {
        return missing_on_instance(this, of, object, class, name);
    };
    let found = this.settled(found);
    this.bound(found, of, class_object)
}

fn missing_on_instance(
    this: &mut Interpreter<'_>,
    of: &Value,
    object: &Rc<Object>,
    class: &Class,
    name: &str,
) -> Value {
    if let Some(value) = this.special(of, "__getattr__", vec![Value::text(name)]) {
        return value;
    }
    if let Some(base) = class.host_base() {
        return this.host.inherited(object, base, name, this.stack.at());
    }
    if let Some(value) = crate::python::builtin::display::plain_member(object)
        && methods::has(&value, name)
    {
        return this.attribute(&value, name);
    }
    let reaches = this.reaches(of);
    Value::Unknown(Unknown {
        why: format!("`.{name}` is not found on a `{}`", class.name).into(),
        reaches,
        class: None,
    })
}

/// Returns an attribute behind a class in the order of the receiver's class.
fn super_attribute(
    this: &mut Interpreter<'_>,
    class: &Value,
    receiver: &Value,
    name: &str,
) -> Value {
    let Value::Object(class) = class else { return missing(name) };
    let Some(inner) = class.as_class() else { return missing(name) };
    let of = match receiver {
        Value::Object(object) => match &**object {
            Object::Instance(instance) => instance.class.clone(),
            Object::Class(_) => Some(Rc::clone(object)),
            _ => None,
        },
        _ => None,
    };
    let ancestors = match of.as_ref().and_then(|of| Some((of, of.as_class()?))) {
        Some((of, own)) if !Rc::ptr_eq(of, class) => {
            let behind = own.ancestors.iter().position(|other| Rc::ptr_eq(other, class));
            behind.map_or(&inner.ancestors[..], |at| &own.ancestors[at + 1..])
        }
        _ => &inner.ancestors[..],
    };
    for base in ancestors {
        let found = base.as_class().and_then(|base| base.attributes.get(name));
        if let Some(found) = found {
            let found = this.settled(found);
            return this.bound(found, receiver, base);
        }
    }
    if let Some(base) = inner.host_base() {
        return match receiver {
            Value::Object(receiver) => this.host.inherited(receiver, base, name, this.stack.at()),
            _ => this.host.attribute(base, name, this.stack.at()),
        };
    }
    method_of_object(name, receiver)
        .unwrap_or_else(|| this.unknown_like("it is found behind `super()`", receiver))
}
