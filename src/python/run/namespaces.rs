//! `globals()`, `vars(x)`, `x.__dict__`: attributes and names that are read and set by key.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::scope::Names;
use crate::python::value::Value;

const WHY: &str = "which name is meant cannot be known";

impl Interpreter<'_> {
    /// Makes `globals()` or `locals()` of the names of a scope.
    pub(crate) fn names_of_scope(names: &Rc<Names>) -> Value {
        Value::Object(Rc::new(Object::Names(Rc::clone(names))))
    }

    /// Returns what a key names; nothing where it names nothing.
    pub(crate) fn named_by_key(&mut self, of: &Value, key: &Value) -> Option<Value> {
        let Value::Object(object) = of else { return None };
        let Some(name) = key.as_str() else { return Some(self.unknown_like(WHY, of)) };
        match &**object {
            Object::Names(names) => {
                let value = names.get(&name)?;
                let value = self.settled(value);
                self.is_used(&value);
                Some(value)
            }
            Object::Attributes(value @ Value::Host(_)) => {
                Some(self.attribute(&value.clone(), &name))
            }
            Object::Attributes(Value::Object(held)) => {
                let own = held.own_attributes().into_iter().find(|(known, _)| **known == *name)?;
                let value = self.settled(own.1);
                self.is_used(&value);
                Some(value)
            }
            _ => Some(self.unknown_like(WHY, of)),
        }
    }

    /// Names a value by key.
    pub(crate) fn name_by_key(&mut self, of: &Value, key: &Value, value: Value) {
        let Value::Object(object) = of else { return };
        match (&**object, key.as_str()) {
            (Object::Names(names), Some(name)) => self.bind(&names.clone(), &name.into(), value),
            (Object::Attributes(held), Some(name)) => match held {
                Value::Object(inner) if matches!(&**inner, Object::Instance(_)) => {
                    let Object::Instance(instance) = &**inner else { return };
                    self.bind(&instance.attributes, &name.into(), value);
                }
                held => self.set_attribute(&held.clone(), &name.into(), value),
            },
            _ if self.reaches(of) || self.reaches(&value) => self.escaped("[...] =", WHY),
            _ => {}
        }
    }

    /// Unnames what a key names.
    pub(crate) fn unname_by_key(&mut self, of: &Value, key: &Value) {
        let Value::Object(object) = of else { return };
        match (&**object, key.as_str()) {
            (Object::Names(names), Some(name)) => self.unbind(&names.clone(), &name.into()),
            (Object::Attributes(held), Some(name)) => {
                self.delete_attribute(&held.clone(), &name.into())
            }
            _ => {}
        }
    }

    /// Calls a method of such a dict.
    pub(crate) fn call_of_namespace(
        &mut self,
        of: &Value,
        name: &str,
        arguments: &Arguments,
    ) -> Value {
        let default = arguments.positional.get(1).cloned();
        match (name, arguments.positional.first()) {
            ("get" | "pop" | "__getitem__", Some(key)) => {
                let found = self.named_by_key(of, key);
                found.or(default).unwrap_or(Value::None)
            }
            ("setdefault", Some(key)) => match self.named_by_key(of, key) {
                Some(value) => value,
                None => {
                    let value = default.unwrap_or(Value::None);
                    self.name_by_key(of, key, value.clone());
                    value
                }
            },
            ("__setitem__", Some(key)) => {
                self.name_by_key(of, key, default.unwrap_or(Value::None));
                Value::None
            }
            ("update", first) => {
                let other = first.cloned().unwrap_or_else(|| Value::dict(Vec::new()));
                let more = Value::dict(Vec::new());
                self.update_dict(&more, &other);
                for (name, value) in &arguments.keywords {
                    self.set_subscript(&more, &Value::text(name), value.clone());
                }
                let Value::Dict(pairs) = &more else { return Value::None };
                let pairs = pairs.borrow().clone();
                for (key, value) in pairs {
                    self.name_by_key(of, &key, value);
                }
                Value::None
            }
            _ => {
                let dict = self.namespace_as_dict(of);
                let method = self.attribute(&dict, name);
                self.call_value(&method, arguments.clone(), name)
            }
        }
    }

    /// Returns such a dict as one that holds what is named now.
    pub(crate) fn namespace_as_dict(&mut self, of: &Value) -> Value {
        let Value::Object(object) = of else { return Value::dict(Vec::new()) };
        let all = match &**object {
            Object::Names(names) => names.all(),
            Object::Attributes(Value::Object(held)) => held.own_attributes(),
            _ => {
                let unknown = self.unknown_like(WHY, of);
                return Value::dict(vec![(unknown.clone(), unknown)]);
            }
        };
        for (_, value) in &all {
            self.is_used(value);
        }
        Value::dict(all.into_iter().map(|(name, value)| (Value::text(&name), value)).collect())
    }
}
