//! What reaches the host through a value.
//!
//! Whether a value that leaves the interpreter can reach the database is decided by what it may
//! hold, never by how the code is spelt: the values in a collection, the names a function closes
//! over, the attributes and methods of an object and its class. What is too large to be looked
//! through is taken to reach.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::builtin::library;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Function, Import, Object};
use crate::python::value::{Unknown, Value};

/// How many values are looked at before the answer is taken to be yes.
const MOST_PARTS: usize = 5_000;

/// The values that are still to be looked at.
#[derive(Default)]
struct Search {
    todo: Vec<Value>,
    seen: HashSet<usize>,
}

impl Search {
    fn all(&mut self, values: impl IntoIterator<Item = Value>) {
        self.todo.extend(values);
    }

    /// Tells whether something at an address is met for the first time.
    fn is_first<T>(&mut self, shared: &Rc<T>) -> bool {
        self.seen.insert(Rc::as_ptr(shared).addr())
    }
}

impl Interpreter<'_> {
    /// Tells whether code that is handed a value could reach the database with it: it is such a
    /// value of the host, holds one, or is a function that closes over one.
    pub(crate) fn reaches(&mut self, value: &Value) -> bool {
        match value {
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => false,
            Value::Host(id) => self.host.reaches(*id),
            Value::Unknown(unknown) => unknown.reaches,
            _ => self.search(value),
        }
    }

    /// Tells whether anything among the arguments of a call reaches.
    pub(crate) fn any_reaches(&mut self, arguments: &Arguments) -> bool {
        arguments.positional.iter().any(|value| self.reaches(value))
            || arguments.keywords.iter().any(|(_, value)| self.reaches(value))
    }

    fn search(&mut self, value: &Value) -> bool {
        let mut search = Search { todo: vec![value.clone()], ..Search::default() };
        let mut left = MOST_PARTS;
        while let Some(value) = search.todo.pop() {
            if left == 0 || self.looks_left == 0 {
                return true;
            }
            left -= 1;
            self.looks_left -= 1;
            match &value {
                Value::Host(id) if self.host.reaches(*id) => return true,
                Value::Unknown(unknown) if unknown.reaches => return true,
                Value::Tuple(items) if search.is_first(items) => search.all(items.iter().cloned()),
                Value::List(items) | Value::Set(items) if search.is_first(items) => {
                    search.all(items.borrow().iter().cloned());
                }
                Value::Dict(pairs) if search.is_first(pairs) => {
                    let pairs = pairs.borrow();
                    search.all(pairs.iter().flat_map(|(key, value)| [key.clone(), value.clone()]));
                }
                Value::Object(object) if search.is_first(object) => {
                    self.parts_of(object, &mut search);
                }
                _ => {}
            }
        }
        false
    }

    /// Adds what an object holds to what is looked at.
    fn parts_of(&mut self, object: &Rc<Object>, search: &mut Search) {
        match &**object {
            Object::Function(function) => self.parts_of_function(function, search),
            Object::Instance(instance) => {
                search.all(instance.attributes.all().into_iter().map(|(_, value)| value));
                search.all(instance.class.clone().map(Value::Object));
            }
            Object::Class(class) => {
                search.all(class.attributes.all().into_iter().map(|(_, value)| value));
                search.all(class.bases.iter().cloned());
                search.all(class.keywords.iter().map(|(_, value)| value.clone()));
            }
            Object::Method { function, receiver } => {
                search.all([function.clone(), receiver.clone()]);
            }
            Object::BuiltinMethod { receiver, .. } => search.all([receiver.clone()]),
            Object::Super { class, receiver } => search.all([class.clone(), receiver.clone()]),
            Object::Partial { callee, arguments }
            | Object::Pending { callee, arguments }
            | Object::ContextManager { function: callee, arguments } => {
                search.all([callee.clone()]);
                search.all(arguments.positional.iter().cloned());
                search.all(arguments.keywords.iter().map(|(_, value)| value.clone()));
            }
            Object::Property(property) => search.all(property.accessors().cloned()),
            Object::Static(value) | Object::ClassMethod(value) => search.all([value.clone()]),
            Object::Either(values) => search.all(values.iter().cloned()),
            Object::Perhaps { item, .. } => search.all([item.clone()]),
            Object::Module(module) => {
                search.all(module.scope.names.all().into_iter().map(|(_, value)| value));
            }
            Object::Attributes(value) => search.all([value.clone()]),
            Object::Names(names) => search.all(names.all().into_iter().map(|(_, value)| value)),
            Object::Import(import) => search.all(self.imported_to_look_at(object, import)),
            Object::Builtin(name) | Object::Library(name) if library::leads_anywhere(name) => {
                search.all([anywhere()]);
            }
            Object::Builtin(_)
            | Object::Library(_)
            | Object::Path(_)
            | Object::OpenFile(_)
            | Object::Slice(_) => {}
        }
    }

    fn parts_of_function(&mut self, function: &Function, search: &mut Search) {
        let source = function.file.text.slice(function.definition.span);
        for name in &function.definition.names {
            let value = function.scope.look_up(name);
            let module = match &value {
                Some(Value::Object(object)) => match &**object {
                    Object::Import(import) if import.name.is_none() => Some(&*import.module),
                    Object::Library(module) => Some(&**module),
                    _ => None,
                },
                Some(_) => None,
                None => Some(&**name),
            };
            match module.and_then(library::keys_of) {
                // Of such a module only some names lead anywhere.
                Some(keys) => {
                    if keys.iter().any(|key| source.contains(key)) {
                        search.all([anywhere()]);
                    }
                }
                None => search.all(value),
            }
        }
        search.all(function.defaults.iter().flatten().cloned());
        search.all(function.attributes.all().into_iter().map(|(_, value)| value));
    }

    /// Returns what an import brings, where looking is worth it: it is known, belongs to the host,
    /// or comes from a file that speaks of databases.
    fn imported_to_look_at(&mut self, object: &Rc<Object>, import: &Import) -> Option<Value> {
        if let Some(value) = &*import.value.borrow() {
            return Some(value.clone());
        }
        self.is_worth_importing(import).then(|| self.settled(Value::Object(Rc::clone(object))))
    }

    /// Asked for the same import by every search that meets it, so the answer is kept.
    fn is_worth_importing(&mut self, import: &Import) -> bool {
        let key = (Rc::clone(&import.importer), Rc::clone(&import.module), import.level);
        if let Some(known) = self.worth_importing.get(&key) {
            return *known;
        }
        let worth = library::runs_code(&import.module)
            || self.host.module(&import.module).is_some()
            || self
                .loader
                .find(&import.importer, &import.module, import.level)
                .is_some_and(|(_, text)| speaks_of_databases(text.content()));
        self.worth_importing.insert(key, worth);
        worth
    }
}

fn anywhere() -> Value {
    Value::Unknown(Unknown { why: "it leads anywhere".into(), reaches: true, class: None })
}

/// Tells whether a source may hold a way to the database.
pub(crate) fn speaks_of_databases(source: &str) -> bool {
    ["alembic", "sqlalchemy", "session", "engine", "connect", "cursor"]
        .iter()
        .any(|word| source.contains(word))
}
