//! What nothing names any more.
//!
//! Dropping a value recurses as deep as values nest, and a hostile program can nest them deeper
//! than any stack. Every level of nesting takes a step to make, so what comes of a few steps is
//! dropped; of more, it is measured, and what nests too deep is left to the end of the process.

use std::rc::Rc;

use crate::python::object::Object;
use crate::python::run::journal::{Changes, Content, Slot};
use crate::python::run::nesting::Nesting;
use crate::python::scope::Scope;
use crate::python::value::Value;

/// From how many steps on what was made may be too deep to be dropped.
const STEPS: usize = 10_000;

/// How deep values may nest that are dropped.
const DEEPEST: usize = 1_000;

/// What nothing names any more, kept so that nothing is dropped before all is.
#[derive(Debug, Default)]
pub(crate) struct Graveyard {
    spent: usize,
    values: Vec<Value>,
    scopes: Vec<Rc<Scope>>,
    changes: Vec<Changes>,
}

impl Graveyard {
    /// Counts a step.
    pub(crate) fn step(&mut self) {
        self.spent += 1;
    }

    /// Keeps a value.
    pub(crate) fn value(&mut self, value: Value) {
        if holds_values(&value) {
            self.values.push(value);
        }
    }

    /// Keeps the names of a call that has returned, or of a class that was made.
    pub(crate) fn scope(&mut self, scope: Rc<Scope>) {
        self.scopes.push(scope);
    }

    /// Keeps what a branch changed and nothing can see.
    pub(crate) fn changes(&mut self, changes: Changes) {
        self.changes.push(changes);
    }

    /// Takes everything out of its scopes and changes. What holds no other value is dropped.
    fn unearth(&mut self) -> Vec<Value> {
        let mut values = std::mem::take(&mut self.values);
        for scope in &self.scopes {
            let named = scope.names.clear().into_iter().map(|(_, value)| value);
            values.extend(named.filter(holds_values));
        }
        for (slot, before, after) in self.changes.drain(..).flat_map(|changes| changes.0) {
            values.push(holder(slot));
            values.extend([before, after].into_iter().flat_map(content).filter(holds_values));
        }
        values
    }
}

impl Drop for Graveyard {
    fn drop(&mut self) {
        // A function holds the scope that it was made in, and that scope the function; a method its
        // class, and the class the method: neither would ever be dropped.
        if self.spent < STEPS {
            for scope in &self.scopes {
                drop(scope.names.clear());
            }
            return;
        }
        let mut nesting = Nesting::default();
        let is_deep = |value: &Value| nesting.depth(value) > DEEPEST;
        // Nothing is dropped before everything is measured: what is deep holds what is not.
        let (deep, shallow): (Vec<Value>, Vec<Value>) =
            self.unearth().into_iter().partition(is_deep);
        std::mem::forget(deep);
        drop(shallow);
    }
}

fn holds_values(value: &Value) -> bool {
    matches!(
        value,
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Object(_)
    )
}

/// Returns what was changed, as a value that can be measured.
fn holder(slot: Slot) -> Value {
    match slot {
        Slot::Name(names, _) => Value::Object(Rc::new(Object::Names(names))),
        Slot::Items(items) => Value::List(items),
        Slot::Pairs(pairs) => Value::Dict(pairs),
    }
}

fn content(content: Content) -> Vec<Value> {
    match content {
        Content::Name(value) => value.into_iter().collect(),
        Content::Items(items) => items,
        Content::Pairs(pairs) => pairs.into_iter().flat_map(|(key, value)| [key, value]).collect(),
    }
}
