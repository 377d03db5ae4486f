//! What has to be read before the program ends.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, Object};
use crate::python::run::accounts::{FunctionId, Unread};
use crate::python::value::Value;

/// Tells whether a base is no class of the repository or of plain data: it may call any method of
/// those that extend it, as a type of SQLAlchemy calls its hooks.
fn is_foreign(this: &mut Interpreter<'_>, base: &Value) -> bool {
    match base {
        Value::Unknown(_) => true,
        Value::Host(id) => this.host.calls_methods(*id),
        Value::Object(object) => match &**object {
            Object::Builtin(name) => {
                let root = name.split('.').next().unwrap_or(name);
                name.contains('.')
                    && !matches!(root, "enum" | "typing" | "typing_extensions" | "abc")
                    && !name.starts_with("collections.abc")
            }
            Object::Module(_) | Object::Library(_) => true,
            _ => false,
        },
        _ => false,
    }
}

/// Notes that a function is used as a value.
pub(crate) fn is_used(this: &mut Interpreter<'_>, value: &Value) {
    if this.importing > 0 {
        return;
    }
    let Value::Object(object) = value else { return };
    match &**object {
        Object::Function(function) => {
            let name = function.definition.name.to_string();
            this.accounts.owe(&this.stack, value, function, name);
        }
        Object::Method { function, .. } => is_used(this, &function.clone()),
        _ => {}
    }
}

/// Notes that an object of a class was made, or the class itself: Python calls its special
/// methods, and a base from elsewhere any method.
pub(crate) fn is_made(this: &mut Interpreter<'_>, class: &Rc<Object>) {
    made(this, class, false);
}

/// Notes that a class is the class of a class: what it has, the other one has.
pub(crate) fn is_metaclass(this: &mut Interpreter<'_>, class: &Rc<Object>) {
    made(this, class, true);
}

fn made(this: &mut Interpreter<'_>, class: &Rc<Object>, all: bool) {
    // What the rest of the application makes when it is imported is its own business.
    if this.importing > 0 && !this.stack.frame().file.text.content().contains("alembic") {
        return;
    }
    let Some(class) = class.as_class() else { return };
    let foreign = all || class.all_bases().any(|base| is_foreign(this, base));
    for class in std::iter::once(class).chain(class.classes()) {
        owe_methods(this, class, foreign);
    }
}

fn owe_methods(this: &mut Interpreter<'_>, class: &Class, all: bool) {
    for (name, value) in class.attributes.all() {
        let is_special = name.starts_with('_') && name.ends_with('_');
        if !all && !is_special {
            continue;
        }
        let Value::Object(object) = &value else { continue };
        let functions: Vec<Value> = match &**object {
            Object::Function(_) => vec![value],
            Object::Static(inner) | Object::ClassMethod(inner) => vec![inner.clone()],
            Object::Property(property) => property.accessors().cloned().collect(),
            _ => continue,
        };
        for value in functions {
            if let Value::Object(object) = &value
                && let Object::Function(function) = &**object
            {
                this.accounts.owe(&this.stack, &value, function, format!("{}.{name}", class.name));
            }
        }
    }
}

/// Returns the functions that reach the host and were used, but never read.
pub fn unread(this: &mut Interpreter<'_>) -> Vec<Unread> {
    let owed = this.accounts.take_unread();
    owed.into_iter().filter(|unread| this.reaches(&unread.function)).collect()
}

/// Returns the functions that were read.
pub fn read(this: &mut Interpreter<'_>) -> HashSet<FunctionId> {
    this.accounts.take_read()
}
