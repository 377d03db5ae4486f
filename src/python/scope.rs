//! Names and what they are bound to.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::value::Value;

/// Names in the order in which they were bound: the attributes of a module, a class or an instance,
/// or the locals of a function.
#[derive(Debug, Default)]
pub struct Names {
    entries: RefCell<Vec<(Rc<str>, Value)>>,
}

/// A region of source in which a name is looked up, and the one around it.
#[derive(Debug)]
pub struct Scope {
    /// What is bound here.
    pub names: Rc<Names>,
    /// The scope around it.
    pub parent: Option<Rc<Scope>>,
    /// What kind of region it is.
    pub kind: ScopeKind,
    /// Names that `global` and `nonlocal` bind elsewhere.
    pub elsewhere: RefCell<Vec<(Rc<str>, Elsewhere)>>,
}

/// What kind of region a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The top level of a file.
    Module,
    /// The body of a function, a lambda or a comprehension.
    Function,
    /// The body of a class: its names are not seen from the functions in it.
    Class,
}

/// Where a declared name is bound instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// `global name`.
    Global,
    /// `nonlocal name`.
    Nonlocal,
}

impl Names {
    /// Returns what a name is bound to.
    pub fn get(&self, name: &str) -> Option<Value> {
        self.entries
            .borrow()
            .iter()
            .find(|(known, _)| &**known == name)
            .map(|(_, value)| value.clone())
    }

    /// Tells whether a name is bound.
    pub fn has(&self, name: &str) -> bool {
        self.entries.borrow().iter().any(|(known, _)| &**known == name)
    }

    /// Binds a name, and returns what it was bound to before.
    pub fn set(&self, name: &Rc<str>, value: Value) -> Option<Value> {
        let mut entries = self.entries.borrow_mut();
        match entries.iter_mut().find(|(known, _)| known == name) {
            Some((_, slot)) => Some(std::mem::replace(slot, value)),
            None => {
                entries.push((Rc::clone(name), value));
                None
            }
        }
    }

    /// Unbinds a name, and returns what it was bound to.
    pub fn remove(&self, name: &str) -> Option<Value> {
        let mut entries = self.entries.borrow_mut();
        let index = entries.iter().position(|(known, _)| &**known == name)?;
        Some(entries.remove(index).1)
    }

    /// Unbinds everything, and returns what it was bound to.
    pub fn clear(&self) -> Vec<(Rc<str>, Value)> {
        std::mem::take(&mut *self.entries.borrow_mut())
    }

    /// Returns everything that is bound, in order.
    pub fn all(&self) -> Vec<(Rc<str>, Value)> {
        self.entries.borrow().clone()
    }
}

impl Scope {
    /// Makes a scope inside another one.
    pub fn inside(parent: Option<Rc<Scope>>, kind: ScopeKind) -> Rc<Self> {
        Rc::new(Scope { names: Rc::default(), parent, kind, elsewhere: RefCell::default() })
    }

    /// Returns the scope of the file.
    pub fn module(self: &Rc<Self>) -> Rc<Scope> {
        let mut scope = Rc::clone(self);
        while let Some(parent) = &scope.parent {
            scope = Rc::clone(parent);
        }
        scope
    }

    /// Returns the scope that a name is bound in when it is assigned here.
    pub fn binds(self: &Rc<Self>, name: &str) -> Rc<Scope> {
        let elsewhere = self
            .elsewhere
            .borrow()
            .iter()
            .find(|(known, _)| &**known == name)
            .map(|(_, kind)| *kind);
        match elsewhere {
            None => Rc::clone(self),
            Some(Elsewhere::Global) => self.module(),
            Some(Elsewhere::Nonlocal) => self.enclosing(name).unwrap_or_else(|| Rc::clone(self)),
        }
    }

    /// Returns what a name means here, except builtins.
    pub fn look_up(self: &Rc<Self>, name: &str) -> Option<Value> {
        self.holder(name)?.names.get(name)
    }

    /// Returns the scope in which a name is found from here.
    pub fn holder(self: &Rc<Self>, name: &str) -> Option<Rc<Scope>> {
        if self.names.has(name) && self.elsewhere.borrow().iter().all(|(known, _)| &**known != name)
        {
            return Some(Rc::clone(self));
        }
        self.enclosing(name)
    }

    fn enclosing(&self, name: &str) -> Option<Rc<Scope>> {
        let mut scope = self.parent.as_ref();
        while let Some(candidate) = scope {
            if candidate.kind != ScopeKind::Class && candidate.names.has(name) {
                return Some(Rc::clone(candidate));
            }
            scope = candidate.parent.as_ref();
        }
        None
    }
}
