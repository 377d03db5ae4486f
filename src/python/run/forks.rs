//! Forks: what a branch changed is taken back, and what the branches left becomes one.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::run::join::{join_items, join_pairs};
use crate::python::run::journal::{Changes, Content, Index, Slot};
use crate::python::scope::Names;
use crate::python::value::Value;

impl Interpreter<'_> {
    /// Binds a name.
    pub(crate) fn bind(&mut self, names: &Rc<Names>, name: &Rc<str>, value: Value) {
        if !is_newer_than_fork(self, names) {
            self.journals.note(|| Slot::Name(Rc::clone(names), Rc::clone(name)));
        }
        if let Some(before) = names.set(name, value) {
            self.graveyard.value(before);
        }
    }

    /// Unbinds a name.
    pub(crate) fn unbind(&mut self, names: &Rc<Names>, name: &Rc<str>) {
        self.journals.note(|| Slot::Name(Rc::clone(names), Rc::clone(name)));
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
        self.journals.note(|| Slot::Items(Rc::clone(items)));
        let result = change(&mut items.borrow_mut());
        if items.borrow().len() > self.fuel.size / 8 {
            self.halt("a list grows past what is allowed");
            items.borrow_mut().clear();
        }
        result
    }
}

/// Changes the pairs of a dict.
pub(crate) fn change_pairs<T>(
    this: &mut Interpreter<'_>,
    pairs: &Rc<RefCell<Vec<(Value, Value)>>>,
    change: impl FnOnce(&mut Vec<(Value, Value)>) -> T,
) -> T {
    this.journals.note(|| Slot::Pairs(Rc::clone(pairs)));
    change(&mut pairs.borrow_mut())
}

/// Tells whether these are the locals of a call that was made after the fork: nothing saw them
/// before.
fn is_newer_than_fork(this: &Interpreter<'_>, names: &Rc<Names>) -> bool {
    match (this.journals.frames_at_fork(), this.stack.frames.last()) {
        (Some(frames), Some(frame)) => {
            this.stack.frames.len() > frames && frame.fresh && Rc::ptr_eq(&frame.scope.names, names)
        }
        _ => false,
    }
}

/// Runs something, takes back what it changed, and returns the changes beside its result.
pub(crate) fn fork<'i, T>(
    this: &mut Interpreter<'i>,
    run: impl FnOnce(&mut Interpreter<'i>) -> T,
) -> (T, Changes) {
    this.journals.begin(this.stack.frames.len());
    let result = run(this);
    (result, this.journals.take_back())
}

/// Goes on in the state that any of these alternatives may have left. `region` says how often
/// what only some of them added to a list is there.
pub(crate) fn merge(this: &mut Interpreter<'_>, mut alternatives: Vec<Changes>, region: Region) {
    if let [_] = alternatives[..] {
        for (slot, _, after) in alternatives.remove(0).0 {
            this.journals.note(|| slot.clone());
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
            let held =
                alternatives.iter().zip(&indices).map(|(changes, index)| match index.get(&key) {
                    Some(at) => &changes.0[*at].2,
                    None => before,
                });
            let contents: Vec<Content> = held.cloned().collect();
            merge_slot(this, slot, contents, region);
        }
    }
}

fn merge_slot(this: &mut Interpreter<'_>, slot: &Slot, contents: Vec<Content>, region: Region) {
    let joined = contents.into_iter().reduce(|one, other| join_contents(this, one, other, region));
    if let Some(joined) = joined {
        this.journals.note(|| slot.clone());
        slot.write(joined);
    }
}

fn join_contents(
    this: &mut Interpreter<'_>,
    one: Content,
    other: Content,
    region: Region,
) -> Content {
    match (one, other) {
        (Content::Name(Some(one)), Content::Name(Some(other))) => {
            Content::Name(Some(this.join(&one, &other)))
        }
        (Content::Name(one), Content::Name(other)) => Content::Name(one.or(other)),
        (Content::Items(one), Content::Items(other)) => {
            Content::Items(join_items(this, &one, &other, region))
        }
        (Content::Pairs(one), Content::Pairs(other)) => {
            Content::Pairs(join_pairs(this, &one, &other, region))
        }
        (one, _) => one,
    }
}
