//! What was changed since a fork, and how two pasts become one.
//!
//! Everything that can change goes through here: names of a scope or an object, items of a list or
//! a set, pairs of a dict. While a branch runs that may not run, what each held before is kept, so
//! that the other branch can start from the same state and both can be joined behind them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::python::scope::Names;
use crate::python::value::Value;

/// What was changed since one fork.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// How many frames there were at the fork.
    frames: usize,
    entries: Vec<(Slot, Content)>,
    seen: HashSet<(usize, Option<Rc<str>>)>,
}

/// The journals of the forks that are open, the innermost last.
#[derive(Debug, Default)]
pub(crate) struct Journals(Vec<Journal>);

/// Something that can change.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Name(Rc<Names>, Rc<str>),
    Items(Rc<RefCell<Vec<Value>>>),
    Pairs(Rc<RefCell<Vec<(Value, Value)>>>),
}

/// What it holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Name(Option<Value>),
    Items(Vec<Value>),
    Pairs(Vec<(Value, Value)>),
}

/// What a branch changed: what each thing held before and after it.
#[derive(Debug, Default)]
pub(crate) struct Changes(pub(crate) Vec<(Slot, Content, Content)>);

/// Where each thing stands among the changes.
pub(super) type Index = HashMap<(usize, Option<Rc<str>>), usize>;

impl Slot {
    pub(crate) fn key(&self) -> (usize, Option<Rc<str>>) {
        match self {
            Slot::Name(names, name) => (Rc::as_ptr(names).addr(), Some(Rc::clone(name))),
            Slot::Items(items) => (Rc::as_ptr(items).addr(), None),
            Slot::Pairs(pairs) => (Rc::as_ptr(pairs).addr(), None),
        }
    }

    fn read(&self) -> Content {
        match self {
            Slot::Name(names, name) => Content::Name(names.get(name)),
            Slot::Items(items) => Content::Items(items.borrow().clone()),
            Slot::Pairs(pairs) => Content::Pairs(pairs.borrow().clone()),
        }
    }

    pub(crate) fn write(&self, content: Content) {
        match (self, content) {
            (Slot::Name(names, name), Content::Name(Some(value))) => {
                names.set(name, value);
            }
            (Slot::Name(names, name), Content::Name(None)) => {
                names.remove(name);
            }
            (Slot::Items(items), Content::Items(content)) => *items.borrow_mut() = content,
            (Slot::Pairs(pairs), Content::Pairs(content)) => *pairs.borrow_mut() = content,
            _ => {}
        }
    }
}

impl Journals {
    /// Begins the journal of a fork in so many frames.
    pub(crate) fn begin(&mut self, frames: usize) {
        self.0.push(Journal { frames, ..Journal::default() });
    }

    /// Ends the innermost journal, puts everything back as it was, and returns what was changed.
    pub(crate) fn take_back(&mut self) -> Changes {
        let journal = self.0.pop().unwrap_or_default();
        let mut changes = Vec::with_capacity(journal.entries.len());
        for (slot, before) in journal.entries {
            let after = slot.read();
            slot.write(before.clone());
            changes.push((slot, before, after));
        }
        Changes(changes)
    }

    /// Keeps what something holds that is about to change, where a fork is open.
    pub(crate) fn note(&mut self, slot: impl FnOnce() -> Slot) {
        if let Some(journal) = self.0.last_mut() {
            let slot = slot();
            if journal.seen.insert(slot.key()) {
                let content = slot.read();
                journal.entries.push((slot, content));
            }
        }
    }

    /// Returns how many frames there were at the innermost fork.
    pub(crate) fn frames_at_fork(&self) -> Option<usize> {
        self.0.last().map(|journal| journal.frames)
    }

    /// Tells whether no fork is open.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Changes {
    pub(crate) fn index(&self) -> Index {
        self.0.iter().enumerate().map(|(at, (slot, _, _))| (slot.key(), at)).collect()
    }

    /// Keeps what outlives a function that returns here: everything but names of the scope it
    /// leaves.
    pub(crate) fn outliving(self, leaving: &Rc<Names>) -> Self {
        let outlives =
            |slot: &Slot| !matches!(slot, Slot::Name(names, _) if Rc::ptr_eq(names, leaving));
        Changes(self.0.into_iter().filter(|(slot, _, _)| outlives(slot)).collect())
    }
}
