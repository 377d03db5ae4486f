//! What reaches the host through a value.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Function, Object};
use crate::python::value::Value;

/// How many values are looked at before the answer is taken to be yes.
const MOST_PARTS: usize = 5_000;

impl Interpreter<'_> {
    /// Tells whether code that is handed a value could reach the database with it: it is such a
    /// value of the host, holds one, or is a function that closes over one.
    pub(crate) fn reaches(&mut self, value: &Value) -> bool {
        let mut left = MOST_PARTS;
        self.reaches_within(value, 8, &mut left)
    }

    /// Tells whether anything among the arguments of a call reaches.
    pub(crate) fn any_reaches(&mut self, arguments: &Arguments) -> bool {
        arguments.positional.iter().any(|value| self.reaches(value))
            || arguments.keywords.iter().any(|(_, value)| self.reaches(value))
    }

    fn reaches_within(&mut self, value: &Value, depth: usize, left: &mut usize) -> bool {
        if *left == 0 {
            return true;
        }
        *left -= 1;
        let Some(depth) = depth.checked_sub(1) else { return false };
        match value {
            Value::Host(id) => self.host.reaches(*id),
            Value::Unknown(unknown) => unknown.reaches,
            Value::Tuple(items) => items.iter().any(|item| self.reaches_within(item, depth, left)),
            Value::List(items) | Value::Set(items) => {
                let items = items.borrow().clone();
                items.iter().any(|item| self.reaches_within(item, depth, left))
            }
            Value::Dict(pairs) => {
                let pairs = pairs.borrow().clone();
                pairs.iter().any(|(_, value)| self.reaches_within(value, depth, left))
            }
            Value::Object(object) => self.object_reaches(object, depth, left),
            _ => false,
        }
    }

    fn object_reaches(&mut self, object: &Rc<Object>, depth: usize, left: &mut usize) -> bool {
        match &**object {
            Object::Function(function) => self.function_reaches(function, depth, left),
            Object::Instance(instance) => instance
                .attributes
                .all()
                .iter()
                .any(|(_, value)| self.reaches_within(value, depth, left)),
            Object::Method { function, receiver } => {
                self.reaches_within(receiver, depth, left)
                    || self.reaches_within(function, depth, left)
            }
            Object::BuiltinMethod { receiver, .. } => self.reaches_within(receiver, depth, left),
            Object::Partial { callee, arguments } | Object::Pending { callee, arguments } => {
                self.reaches_within(callee, depth, left)
                    || arguments
                        .positional
                        .iter()
                        .any(|value| self.reaches_within(value, depth, left))
                    || arguments
                        .keywords
                        .iter()
                        .any(|(_, value)| self.reaches_within(value, depth, left))
            }
            Object::Property(value) | Object::Static(value) | Object::ClassMethod(value) => {
                self.reaches_within(value, depth, left)
            }
            Object::Either(values) => {
                values.iter().any(|value| self.reaches_within(value, depth, left))
            }
            Object::Perhaps { item, .. } => self.reaches_within(item, depth, left),
            Object::ContextManager { function, .. } => self.reaches_within(function, depth, left),
            Object::Import(import) => {
                let known = import.value.borrow().clone();
                match known {
                    Some(value) => self.reaches_within(&value, depth, left),
                    None if self.host.module(&import.module).is_some() => {
                        let value = self.settled(Value::Object(Rc::clone(object)));
                        self.reaches_within(&value, depth, left)
                    }
                    None => false,
                }
            }
            _ => false,
        }
    }

    fn function_reaches(&mut self, function: &Function, depth: usize, left: &mut usize) -> bool {
        function.definition.names.iter().any(|name| match function.scope.look_up(name) {
            Some(value) => self.reaches_within(&value, depth, left),
            None => false,
        })
    }
}
