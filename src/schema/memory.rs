//! What was found out about the bytes of a history, kept for the next who asks.
//!
//! The gate asks once and reads the bytes straight; `--all` asks for every revision, and an index
//! of words pays off.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::words::{Finder, hash, is_plain, words};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;

/// From how many slices on an index costs less than reading all bytes once more.
const PAYS_OFF: usize = 4;

/// How many statements of released and unreleased revisions are replayed for all that one run
/// judges of a project. Revisions that are new together are each judged on those before them, so
/// that ten thousand in one commit would take the square; of 1,500 it is half of this.
const MOST_REPLAYED: usize = 10_000_000;

/// What was found out about the bytes of one history.
#[derive(Debug, Default)]
pub struct Memory {
    /// Whether a file may touch what its bytes do not name, by its number.
    wide: RefCell<Vec<Option<bool>>>,
    /// Whether a module lies in the snapshot, by the first name of it: nearly all files import the
    /// same two.
    roots: RefCell<HashMap<String, bool>>,
    /// The numbers of the files that hold a word, by the hash of the word in lower case.
    index: OnceCell<HashMap<u64, Vec<usize>>>,
    /// The revisions that were replayed last, by their numbers in the graph, and what they left.
    last: RefCell<Option<(Vec<usize>, Database)>>,
    /// The revisions whose statements lock nothing that anybody else waits for.
    quiet: RefCell<HashSet<(Dialect, Rc<str>)>>,
    slices: Cell<usize>,
    replayed: Cell<usize>,
}

impl Memory {
    /// Counts statements that are replayed for a slice.
    pub fn replay(&self, statements: usize) {
        self.replayed.set(self.replayed.get().saturating_add(statements));
    }

    /// Returns what the first of these revisions left, where they were replayed last, and how many
    /// they are. A revision that is deployed with others is judged behind those before it, each of
    /// which was judged behind the same.
    pub fn replayed_before(&self, dialect: Dialect, nodes: &[usize]) -> Option<(usize, Database)> {
        let last = self.last.borrow();
        let (known, database) = last.as_ref()?;
        let goes_on = database.dialect == dialect && nodes.starts_with(known);
        goes_on.then(|| (known.len(), database.clone()))
    }

    /// Keeps what some revisions left.
    pub fn keep_replayed(&self, nodes: Vec<usize>, database: &Database) {
        *self.last.borrow_mut() = Some((nodes, database.clone()));
    }

    /// Tells whether a revision is known to lock nothing that anybody else waits for.
    pub fn is_quiet(&self, dialect: Dialect, revision: &Rc<str>) -> bool {
        self.quiet.borrow().contains(&(dialect, revision.clone()))
    }

    /// Keeps that a revision locks nothing that anybody else waits for.
    pub fn keep_quiet(&self, dialect: Dialect, revision: Rc<str>) {
        self.quiet.borrow_mut().insert((dialect, revision));
    }

    /// Tells whether more was replayed than one run may: no slice is read any more, and nothing that
    /// is judged from then on is to be relied on.
    pub fn is_exhausted(&self) -> bool {
        self.replayed.get() > MOST_REPLAYED
    }

    /// Begins a slice.
    pub fn begin(&self) {
        self.slices.set(self.slices.get() + 1);
    }

    /// Tells whether a file may touch what its bytes do not name; `judge` is asked once per file.
    pub fn is_wide(&self, file: usize, judge: impl FnOnce() -> bool) -> bool {
        let known = self.wide.borrow().get(file).copied().flatten();
        known.unwrap_or_else(|| {
            let wide = &mut self.wide.borrow_mut();
            if wide.len() <= file {
                wide.resize(file + 1, None);
            }
            *wide[file].insert(judge())
        })
    }

    /// Tells whether a module lies in the snapshot; `judge` is asked once per name.
    pub fn is_of_snapshot(&self, root: &str, judge: impl FnOnce() -> bool) -> bool {
        let known = self.roots.borrow().get(root).copied();
        known.unwrap_or_else(|| {
            let is_it = judge();
            self.roots.borrow_mut().insert(root.to_owned(), is_it);
            is_it
        })
    }

    /// Returns which files hold one of the names, or nothing where it is cheaper to look for
    /// oneself.
    ///
    /// Two words of one hash may name a file too many, never one too few.
    pub fn holders(&self, history: &History, names: &[&String]) -> Option<Vec<bool>> {
        if self.slices.get() < PAYS_OFF {
            return None;
        }
        let index = self.index.get_or_init(|| index(history));
        let mut holders = vec![false; history.files().len()];
        let (plain, odd): (Vec<&String>, Vec<&String>) =
            names.iter().partition(|name| is_plain(name));
        for name in plain {
            for &file in index.get(&hash(name.as_bytes())).into_iter().flatten() {
                holders[file] = true;
            }
        }
        if !odd.is_empty() {
            let finder = Finder::new(odd);
            for (holds, file) in holders.iter_mut().zip(history.files()) {
                *holds = *holds || finder.finds(file.bytes());
            }
        }
        Some(holders)
    }
}

fn index(history: &History) -> HashMap<u64, Vec<usize>> {
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    for (number, file) in history.files().iter().enumerate() {
        for word in words(file.bytes()) {
            let files = index.entry(hash(word)).or_default();
            if files.last() != Some(&number) {
                files.push(number);
            }
        }
    }
    index
}
