//! The interpreter: what it is given, and what can be asked of it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::python::host::{Arguments, Host};
use crate::python::object::{Class, File, Module, Object};
use crate::python::run::accounts::Accounts;
use crate::python::run::graveyard::Graveyard;
use crate::python::run::journal::Journals;
use crate::python::run::outcome::End;
use crate::python::run::stack::{Frame, Stack};
use crate::python::scope::{Scope, ScopeKind};
use crate::python::syntax::Expression;
use crate::python::value::Value;
use crate::text::source::{Site, Span, Text};

/// Finds the source of imported modules.
pub trait Loader {
    /// Returns path and text of the module that `from` (the path of the importing file) means by a
    /// dotted name behind `level` dots, a package's `__init__.py` included; nothing if its source
    /// is not in the repository. The name is empty for `from . import a`, which asks for the
    /// package itself first and then for `a`.
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)>;

    /// Tells whether a dotted name is a folder of the repository, with or without `__init__.py`.
    fn is_package(&self, from: &str, module: &str, level: usize) -> bool;

    /// Tells whether a program that changes where modules are looked for may find one of this name
    /// in place of what is installed: a module that comes with Python only where the repository
    /// has one of its name, or an archive that may hold one.
    fn is_somewhere(&self, module: &str) -> bool {
        let _ = module;
        true
    }

    /// Returns the text of a file of the repository, by its path from the root.
    fn text_at(&self, path: &str) -> Option<Rc<Text>> {
        let _ = path;
        None
    }

    /// Returns the names in a folder of the repository, sorted.
    fn names_in(&self, folder: &str) -> Option<Vec<String>> {
        let _ = folder;
        None
    }
}

/// How much may be spent on a program.
#[derive(Clone, Copy, Debug)]
pub struct Fuel {
    /// Statements, calls and elements.
    pub steps: usize,
    /// Calls within calls.
    pub depth: usize,
    /// Turns of one loop.
    pub turns: usize,
    /// Bytes of one string, and items of one list times eight.
    pub size: usize,
}

impl Default for Fuel {
    fn default() -> Self {
        Fuel { steps: 100_000, depth: 32, turns: 1_000, size: 1 << 20 }
    }
}

/// How many bytes of modules are parsed for one migration: eight of the largest.
const MODULES: usize = 8 << 20;

/// How many values one migration may have looked through. Beyond, whatever holds values is taken to
/// reach.
const LOOKS: usize = 5_000_000;

/// The pairs of a dict.
pub(crate) type Pairs = Rc<RefCell<Vec<(Value, Value)>>>;

/// Runs Python over values that may be unknown.
pub struct Interpreter<'a> {
    pub(crate) host: &'a mut dyn Host,
    pub(crate) loader: &'a dyn Loader,
    pub(crate) fuel: Fuel,
    pub(crate) stack: Stack,
    pub(crate) journals: Journals,
    /// The modules that were found, by path.
    pub(crate) modules: HashMap<Rc<str>, Rc<Object>>,
    pub(crate) nesting: usize,
    /// How many regions are open.
    pub(crate) regions: usize,
    /// Whether reading has stopped for good.
    pub(crate) halted: bool,
    /// Whether the host heard of calls that nest too deeply.
    pub(crate) depth_told: bool,
    /// What `defaultdict`s make for a key that they have not.
    pub(crate) default_factories: Vec<(Pairs, Value)>,
    /// What nothing names any more.
    pub(crate) graveyard: Graveyard,
    /// How many bytes of imported modules may still be parsed.
    pub(crate) parse_left: usize,
    /// How many values may still be looked through for one that reaches.
    pub(crate) looks_left: usize,
    /// Whether an import that was not made yet is worth making to see what it brings, by the
    /// importer, the module and the level.
    pub(crate) worth_importing: HashMap<(Rc<str>, Rc<str>, usize), bool>,
    /// Whether a call that was just made certainly raises.
    pub(crate) raising: bool,
    /// What was handed around and must have been read when the program ends.
    pub(crate) accounts: Accounts,
    /// How many modules are being imported.
    pub(crate) importing: usize,
    /// Whether the program changes where modules are looked for.
    pub(crate) paths_changed: bool,
    /// Whether something that reaches was raised.
    pub(crate) raised_reaches: bool,
    /// Where something was raised last.
    pub(crate) end: Option<End>,
    /// Where the program that was called ended because something was raised that nothing caught.
    pub(crate) ended: Option<End>,
}

impl<'a> Interpreter<'a> {
    /// Makes an interpreter.
    pub fn new(host: &'a mut dyn Host, loader: &'a dyn Loader, fuel: Fuel) -> Self {
        Interpreter {
            host,
            loader,
            fuel,
            stack: Stack::default(),
            journals: Journals::default(),
            modules: HashMap::new(),
            nesting: 0,
            regions: 0,
            halted: false,
            graveyard: Graveyard::default(),
            depth_told: false,
            default_factories: Vec::new(),
            parse_left: MODULES,
            looks_left: LOOKS,
            worth_importing: HashMap::new(),
            raising: false,
            accounts: Accounts::default(),
            importing: 0,
            paths_changed: false,
            raised_reaches: false,
            end: None,
            ended: None,
        }
    }

    /// Runs the top level of a file and returns its module.
    pub fn load(&mut self, path: &Rc<str>, text: &Rc<Text>) -> Value {
        let module = Rc::new(Object::Module(Module {
            name: Rc::from(path.trim_end_matches(".py").replace('/', ".")),
            level: 0,
            importer: Rc::clone(path),
            file: Some(File { path: Rc::clone(path), text: Rc::clone(text) }),
            scope: Scope::inside(None, ScopeKind::Module),
            begun: Cell::new(false),
        }));
        self.modules.insert(Rc::clone(path), Rc::clone(&module));
        self.begin(&module);
        Value::Object(module)
    }

    /// Returns an attribute of a module, if it is bound there.
    pub fn module_attribute(&mut self, module: &Value, name: &str) -> Option<Value> {
        let Value::Object(object) = module else { return None };
        let value = object.attribute(name)?;
        let Object::Module(Module { file: Some(file), scope, .. }) = &**object else {
            return Some(value);
        };
        let (file, scope) = (file.clone(), Rc::clone(scope));
        let frame = Frame { scope, ..Frame::of_file(file) };
        Some(self.in_frame(frame, Span::default(), |this| this.settled(value)).0)
    }

    /// Calls a value from outside the program: `site` is the outermost frame, where the call is
    /// said to be.
    ///
    /// Fuel is what is left of it; [`Interpreter::refuel`] gives more.
    pub fn call(&mut self, callee: &Value, arguments: Arguments, site: &Site) -> Value {
        let file = match callee {
            Value::Object(object) => match &**object {
                Object::Function(function) => function.file.clone(),
                _ => File { path: Rc::clone(&site.path), text: Rc::new(Text::new("")) },
            },
            _ => File { path: Rc::clone(&site.path), text: Rc::new(Text::new("")) },
        };
        let scope = Scope::inside(None, ScopeKind::Module);
        let frame = Frame { scope, ..Frame::of_file(file) };
        let run = |this: &mut Self| this.call_value(callee, arguments, "the caller");
        let (answer, _) = self.in_frame(frame, site.span, run);
        if std::mem::take(&mut self.raising) && !self.halted {
            self.ended = self.ended.take().or(self.end.take());
        }
        answer
    }

    /// Returns where what was loaded or called ended because it raises in every run that is read.
    pub fn ended(&mut self) -> Option<End> {
        self.ended.take()
    }

    /// Runs the top level of a file, unless something that ran before has imported it, and returns
    /// its module.
    pub fn visit(&mut self, path: &Rc<str>, text: &Rc<Text>) -> Value {
        let Some(module) = self.modules.get(path).cloned() else { return self.load(path, text) };
        self.begin(&module);
        Value::Object(module)
    }

    /// Returns the module of a file that was imported or loaded.
    pub fn module_at(&self, path: &str) -> Option<Rc<Object>> {
        self.modules.get(path).cloned()
    }

    /// Evaluates an expression as if it stood at the end of a file, or of a class in it.
    pub fn evaluate_in(
        &mut self,
        module: &Rc<Object>,
        class: Option<&Class>,
        expression: &Expression,
    ) -> Value {
        let Object::Module(Module { file: Some(file), scope, .. }) = &**module else {
            return Value::unknown("its module is not in the repository");
        };
        let (file, scope) = (file.clone(), Rc::clone(scope));
        let scope = match class {
            None => scope,
            Some(class) => Rc::new(Scope {
                names: Rc::clone(&class.attributes),
                parent: Some(scope),
                kind: ScopeKind::Class,
                elsewhere: RefCell::default(),
            }),
        };
        let frame = Frame { scope, ..Frame::of_file(file) };
        self.in_frame(frame, expression.span, |this| {
            let value = this.evaluate(expression);
            this.settled(value)
        })
        .0
    }

    /// Keeps the promise of an import that a module or a class is bound to.
    pub fn kept(&mut self, module: &Rc<Object>, value: Value) -> Value {
        let Object::Module(Module { file: Some(file), .. }) = &**module else { return value };
        let frame = Frame::of_file(file.clone());
        self.in_frame(frame, Span::default(), |this| this.settled(value)).0
    }

    /// Says how many bytes of imported modules may be parsed from here on.
    pub fn allow_modules(&mut self, bytes: usize) {
        self.parse_left = bytes;
    }

    /// Gives the interpreter fuel again, as between two functions that are read for themselves.
    pub fn refuel(&mut self, fuel: Fuel) {
        self.fuel = fuel;
        self.halted = false;
    }
}
