//! Operations that the project itself registers: what they do is read where they are implemented.

use std::rc::Rc;

use crate::operation::migration_host::{MigrationHost, OP};
use crate::operation::sa_value::SaValue;
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::Value;

impl MigrationHost {
    /// `Operations.register_operation(name, source)`.
    pub(crate) fn registrar(&mut self, arguments: &Arguments) -> Value {
        let Some(name) = arguments.get(0, "name").and_then(Value::as_str) else {
            return self.value(SaValue::Inert);
        };
        let source = arguments.get(1, "sourcename").and_then(Value::as_str);
        let source = source.unwrap_or_else(|| name.clone());
        self.value(SaValue::Registrar { name: name.into(), source: source.into() })
    }

    /// `Operations.implementation_for(class)`.
    pub(crate) fn implementer(&mut self, arguments: &Arguments, at: At<'_>) -> Value {
        match arguments.positional.first() {
            Some(Value::Object(class)) => {
                self.value(SaValue::Implementer(Rc::as_ptr(class).addr()))
            }
            Some(Value::Host(_)) if !self.is_imported(at) => {
                let why = "what Alembic does for an operation of its own is replaced";
                self.unreadable(why, at);
                self.value(SaValue::Inert)
            }
            _ => self.value(SaValue::Inert),
        }
    }

    /// Registers the class that is decorated, and gives it back.
    pub(crate) fn register(
        &mut self,
        name: &str,
        source: &Rc<str>,
        arguments: &Arguments,
    ) -> Value {
        let class = arguments.positional.first().cloned().unwrap_or(Value::None);
        if let Value::Object(object) = &class {
            self.own.classes.insert(name.to_owned(), (Rc::clone(object), Rc::clone(source)));
        }
        class
    }

    /// Keeps the function that is decorated, and gives it back.
    pub(crate) fn implement(&mut self, class: usize, arguments: &Arguments) -> Value {
        let function = arguments.positional.first().cloned().unwrap_or(Value::None);
        self.own.implementations.insert(class, function.clone());
        function
    }

    /// Returns the call of the class method that an operation of the project's own stands for.
    pub(crate) fn own_operation(&self, name: &str, arguments: &Arguments) -> Option<Value> {
        let (class, source) = self.own.classes.get(name)?;
        let callee = class.attribute(source)?;
        let mut given = arguments.clone();
        let first = [Value::Object(Rc::clone(class)), Value::Host(OP)];
        given.positional.splice(0..0, first);
        Some(Value::Object(Rc::new(Object::Pending { callee, arguments: given })))
    }

    /// Returns the call of what implements an operation object of the project's own.
    pub(crate) fn implementation(&self, operation: &Value) -> Option<Value> {
        let Value::Object(object) = operation else { return None };
        let Object::Instance(instance) = &**object else { return None };
        let class = instance.class.as_ref()?;
        let callee = self.own.implementations.get(&Rc::as_ptr(class).addr())?.clone();
        let arguments = Arguments::positional(vec![Value::Host(OP), operation.clone()]);
        Some(Value::Object(Rc::new(Object::Pending { callee, arguments })))
    }
}
