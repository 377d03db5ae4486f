//! The interpreter: what it is given, and what can be asked of it.

use std::rc::Rc;

use crate::python::host::{Arguments, Host};
use crate::python::value::Value;
use crate::text::source::{Site, Text};

/// Finds the source of imported modules.
pub trait Loader {
    /// Returns path and text of the module that `from` (the path of the importing file) means by a dotted name behind
    /// `level` dots, a package's `__init__.py` included; nothing if its source is not in the repository. The name
    /// may be empty when there are dots (`from . import a` asks for `a` at level 1 first, then for `` at level 1).
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)>;

    /// Tells whether a dotted name is a folder of the repository, with or without `__init__.py`.
    fn is_package(&self, from: &str, module: &str, level: usize) -> bool;
}

/// How much may be spent on a program.
#[derive(Clone, Copy, Debug)]
pub struct Fuel {
    /// Statements and expressions that are calls.
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

/// Runs Python over values that may be unknown.
pub struct Interpreter<'a> {
    host: &'a mut dyn Host,
    loader: &'a dyn Loader,
    fuel: Fuel,
}

impl<'a> Interpreter<'a> {
    /// Makes an interpreter.
    pub fn new(host: &'a mut dyn Host, loader: &'a dyn Loader, fuel: Fuel) -> Self {
        Interpreter { host, loader, fuel }
    }

    /// Runs the top level of a file and returns its module.
    pub fn load(&mut self, path: &Rc<str>, text: &Rc<Text>) -> Value {
        let _ = (&mut self.host, self.loader, self.fuel, path, text);
        Value::unknown("the interpreter is not there yet")
    }

    /// Returns an attribute of a module, if it is bound there.
    pub fn module_attribute(&mut self, module: &Value, name: &str) -> Option<Value> {
        match module {
            Value::Object(object) => object.attribute(name),
            _ => None,
        }
    }

    /// Calls a value from outside the program: `site` is where the call is said to be.
    pub fn call(&mut self, callee: &Value, arguments: Arguments, site: &Site) -> Value {
        let _ = (callee, arguments, site);
        Value::unknown("the interpreter is not there yet")
    }
}
