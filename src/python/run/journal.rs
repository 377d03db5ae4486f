//! What was changed since a fork, and how two pasts become one.
//!
//! Everything that can change goes through here: names of a scope or an object, items of a list or
//! a set, pairs of a dict. While a branch runs that may not run, what each held before is kept, so
//! that the other branch can start from the same state and both can be joined behind them.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
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

/// Something that can change.
#[derive(Clone, Debug)]
enum Slot {
    Name(Rc<Names>, Rc<str>),
    Items(Rc<RefCell<Vec<Value>>>),
    Pairs(Rc<RefCell<Vec<(Value, Value)>>>),
}

/// What it holds.
#[derive(Clone, Debug)]
enum Content {
    Name(Option<Value>),
    Items(Vec<Value>),
    Pairs(Vec<(Value, Value)>),
}

/// What a branch changed: what each thing held before and after it.
#[derive(Debug, Default)]
pub(crate) struct Changes(Vec<(Slot, Content, Content)>);

/// Where each thing stands among the changes.
type Index = HashMap<(usize, Option<Rc<str>>), usize>;

impl Slot {
    fn key(&self) -> (usize, Option<Rc<str>>) {
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

    fn write(&self, content: Content) {
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

impl Interpreter<'_> {
    /// Binds a name.
    pub(crate) fn bind(&mut self, names: &Rc<Names>, name: &Rc<str>, value: Value) {
        if !self.is_newer_than_fork(names) {
            self.note(|| Slot::Name(Rc::clone(names), Rc::clone(name)));
        }
        if let Some(before) = names.set(name, value) {
            self.graveyard.value(before);
        }
    }

    /// Unbinds a name.
    pub(crate) fn unbind(&mut self, names: &Rc<Names>, name: &Rc<str>) {
        self.note(|| Slot::Name(Rc::clone(names), Rc::clone(name)));
        if let Some(before) = names.remove(name) {
            self.graveyard.value(before);
        }
    }

    /// Changes the items of a list or a set.
    pub(crate) fn change_items<T>(
        &mut self,
        items: &Rc<RefCell<Vec<Value>>>,
        change: impl FnOnce(&mut Vec<Value>) -> T,
    ) -> T {
        self.note(|| Slot::Items(Rc::clone(items)));
        let result = change(&mut items.borrow_mut());
        if items.borrow().len() > self.fuel.size / 8 {
            self.halt("a list grows past what is allowed");
            items.borrow_mut().clear();
        }
        result
    }

    /// Changes the pairs of a dict.
    pub(crate) fn change_pairs<T>(
        &mut self,
        pairs: &Rc<RefCell<Vec<(Value, Value)>>>,
        change: impl FnOnce(&mut Vec<(Value, Value)>) -> T,
    ) -> T {
        self.note(|| Slot::Pairs(Rc::clone(pairs)));
        change(&mut pairs.borrow_mut())
    }

    /// Tells whether these are the locals of a call that was made after the fork: nothing saw them
    /// before.
    fn is_newer_than_fork(&self, names: &Rc<Names>) -> bool {
        match (self.journals.last(), self.frames.last()) {
            (Some(journal), Some(frame)) => {
                self.frames.len() > journal.frames
                    && frame.fresh
                    && Rc::ptr_eq(&frame.scope.names, names)
            }
            _ => false,
        }
    }

    fn note(&mut self, slot: impl FnOnce() -> Slot) {
        if let Some(journal) = self.journals.last_mut() {
            let slot = slot();
            if journal.seen.insert(slot.key()) {
                let content = slot.read();
                journal.entries.push((slot, content));
            }
        }
    }

    /// Runs something, takes back what it changed, and returns the changes beside its result.
    pub(crate) fn fork<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> (T, Changes) {
        self.journals.push(Journal { frames: self.frames.len(), ..Journal::default() });
        let result = run(self);
        let journal = self.journals.pop().unwrap_or_default();
        let mut changes = Vec::with_capacity(journal.entries.len());
        for (slot, before) in journal.entries {
            let after = slot.read();
            slot.write(before.clone());
            changes.push((slot, before, after));
        }
        (result, Changes(changes))
    }

    /// Goes on in the state that any of these alternatives may have left. `region` says how often
    /// what only some of them added to a list is there.
    pub(crate) fn merge(&mut self, mut alternatives: Vec<Changes>, region: Region) {
        if let [_] = alternatives[..] {
            for (slot, _, after) in alternatives.remove(0).0 {
                self.note(|| slot.clone());
                slot.write(after);
            }
            return;
        }
        let indices: Vec<Index> = alternatives.iter().map(Changes::index).collect();
        for index in 0..alternatives.len() {
            for at in 0..alternatives[index].0.len() {
                let key = alternatives[index].0[at].0.key();
                if indices[..index].iter().any(|earlier| earlier.contains_key(&key)) {
                    continue;
                }
                let (slot, before, _) = &alternatives[index].0[at];
                let held = alternatives.iter().zip(&indices).map(|(changes, index)| {
                    match index.get(&key) {
                        Some(at) => &changes.0[*at].2,
                        None => before,
                    }
                });
                let contents: Vec<Content> = held.cloned().collect();
                self.merge_slot(slot, contents, region);
            }
        }
    }

    fn merge_slot(&mut self, slot: &Slot, contents: Vec<Content>, region: Region) {
        let joined =
            contents.into_iter().reduce(|one, other| self.join_contents(one, other, region));
        if let Some(joined) = joined {
            self.note(|| slot.clone());
            slot.write(joined);
        }
    }

    fn join_contents(&mut self, one: Content, other: Content, region: Region) -> Content {
        match (one, other) {
            (Content::Name(Some(one)), Content::Name(Some(other))) => {
                Content::Name(Some(self.join(&one, &other)))
            }
            (Content::Name(one), Content::Name(other)) => Content::Name(one.or(other)),
            (Content::Items(one), Content::Items(other)) => {
                Content::Items(self.join_items(&one, &other, region))
            }
            (Content::Pairs(one), Content::Pairs(other)) => {
                Content::Pairs(self.join_pairs(&one, &other, region))
            }
            (one, _) => one,
        }
    }
}

impl Changes {
    fn index(&self) -> Index {
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
