//! What can reach the host, was handed around, and was never read.
//!
//! Whatever is not modelled exactly shows itself by this: a function that reaches the host is used
//! as a value, or an object is made whose special methods reach it, and when the program has ended
//! its body was never read. Either nothing calls it, or something does that is not understood; a
//! gate takes the second.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, Function, Object};
use crate::python::value::Value;
use crate::text::source::Site;

/// Which function: its file, and where it begins there.
pub type FunctionId = (Rc<str>, usize);

/// The functions that are still to be accounted for, and those that were read.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    open: Vec<Unread>,
    noted: HashSet<FunctionId>,
    read: HashSet<FunctionId>,
}

/// A function that was used and not read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Which one.
    pub id: FunctionId,
    /// Its name.
    pub name: String,
    /// The call sites where it was used, the outermost first.
    pub frames: Vec<Site>,
    /// The statements around them.
    pub statements: Vec<Site>,
    function: Value,
}

impl Interpreter<'_> {
    /// Notes that the body of a function is read.
    pub(crate) fn is_read(&mut self, function: &Function) {
        self.accounts.read.insert(id_of(function));
    }

    /// Notes that a function is used as a value.
    pub(crate) fn is_used(&mut self, value: &Value) {
        if self.importing > 0 {
            return;
        }
        let Value::Object(object) = value else { return };
        match &**object {
            Object::Function(function) => {
                let name = function.definition.name.to_string();
                self.owe(value, function, name);
            }
            Object::Method { function, .. } => self.is_used(&function.clone()),
            _ => {}
        }
    }

    /// Notes that an object of a class was made, or the class itself: Python calls its special
    /// methods, and a base from elsewhere any method.
    pub(crate) fn is_made(&mut self, class: &Rc<Object>) {
        self.made(class, false);
    }

    /// Notes that a class is the class of a class: what it has, the other one has.
    pub(crate) fn is_metaclass(&mut self, class: &Rc<Object>) {
        self.made(class, true);
    }

    fn made(&mut self, class: &Rc<Object>, all: bool) {
        // What the rest of the application makes when it is imported is its own business.
        if self.importing > 0 && !self.frame().file.text.content().contains("alembic") {
            return;
        }
        let Some(class) = class.as_class() else { return };
        let foreign = all || class.all_bases().any(is_foreign);
        for class in std::iter::once(class).chain(class.classes()) {
            self.owe_methods(class, foreign);
        }
    }

    fn owe_methods(&mut self, class: &Class, all: bool) {
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
                    self.owe(&value, function, format!("{}.{name}", class.name));
                }
            }
        }
    }

    fn owe(&mut self, value: &Value, function: &Function, name: String) {
        let id = id_of(function);
        if self.accounts.read.contains(&id) || !self.accounts.noted.insert(id.clone()) {
            return;
        }
        let (frames, statements) = (self.sites.clone(), self.statements.clone());
        self.accounts.open.push(Unread { id, name, frames, statements, function: value.clone() });
    }

    /// Returns the functions that reach the host and were used, but never read.
    pub fn unread(&mut self) -> Vec<Unread> {
        let open = std::mem::take(&mut self.accounts.open);
        let left = open.into_iter().filter(|unread| !self.accounts.read.contains(&unread.id));
        left.collect::<Vec<_>>()
            .into_iter()
            .filter(|unread| self.reaches(&unread.function))
            .collect()
    }

    /// Returns the functions that were read.
    pub fn read(&mut self) -> HashSet<FunctionId> {
        std::mem::take(&mut self.accounts.read)
    }
}

fn id_of(function: &Function) -> FunctionId {
    (Rc::clone(&function.file.path), function.definition.span.start)
}

/// Tells whether a base is no class of the repository, of the host or of plain data: it may call
/// any method of those that extend it.
fn is_foreign(base: &Value) -> bool {
    match base {
        Value::Unknown(_) => true,
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
