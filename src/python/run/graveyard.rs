//! What nothing names any more.
//!
//! Dropping a value recurses as deep as values nest, and a hostile program can nest them deeper
//! than any stack. Every level of nesting takes a step to make, so what comes of a few steps is
//! dropped; of more, it is left to the end of the process.

use std::rc::Rc;

use crate::python::run::journal::Changes;
use crate::python::scope::Scope;
use crate::python::value::Value;

/// From how many steps on what was made may be too deep to be dropped.
const DEEP: usize = 10_000;

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
        if matches!(
            value,
            Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) | Value::Object(_)
        ) {
            self.values.push(value);
        }
    }

    /// Keeps the names of a call that has returned.
    pub(crate) fn scope(&mut self, scope: Rc<Scope>) {
        self.scopes.push(scope);
    }

    /// Keeps what a branch changed and nothing can see.
    pub(crate) fn changes(&mut self, changes: Changes) {
        self.changes.push(changes);
    }
}

impl Drop for Graveyard {
    fn drop(&mut self) {
        if self.spent >= DEEP {
            std::mem::forget(std::mem::take(&mut self.values));
            std::mem::forget(std::mem::take(&mut self.scopes));
            std::mem::forget(std::mem::take(&mut self.changes));
            return;
        }
        // A function holds the scope that it was made in, and that scope the function: neither
        // would ever be dropped.
        for scope in &self.scopes {
            drop(scope.names.clear());
        }
    }
}
