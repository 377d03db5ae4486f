//! What was found out about the bytes of a history, kept for the next who asks.
//!
//! The gate asks once and reads the bytes straight; `--all` asks for every revision, and an index
//! of words pays off.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::alembic::ancestry::{Ancestry, Below};
use crate::alembic::graph::RevisionGraph;
use crate::alembic::history::History;
use crate::alembic::words::{Finder, hash, is_plain, words};
use crate::schema::database::Database;
use crate::sql::dialect::Dialect;
use crate::text::map::{Map, Set};

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
    /// Whether a revision says anything that leads from one name to another, as a dialect reads it,
    /// by its number.
    leads: RefCell<Map<(Dialect, usize), bool>>,
    /// The numbers of the revisions whose files hold a word, by the hash of the word in lower case.
    index: OnceCell<HashMap<u64, Vec<usize>>>,
    /// The same of names that are no words, by name.
    unplain: RefCell<HashMap<String, Rc<[usize]>>>,
    /// The numbers of the revisions that are in every slice.
    always: OnceCell<Vec<usize>>,
    /// Who is deployed before whom; nothing where revisions follow from themselves.
    ancestry: OnceCell<Option<Ancestry>>,
    /// The revisions that were replayed last, by their numbers in the graph, and what they left.
    last: RefCell<Option<(Vec<usize>, Database)>>,
    /// The revisions whose statements lock nothing that anybody else waits for.
    quiet: RefCell<Set<(Dialect, Rc<str>)>>,
    /// The revisions that leave no enum type or value to the transaction.
    without_enums: RefCell<Set<(Dialect, Rc<str>)>>,
    /// How many of the revisions that are deployed together, from the first on, are quiet, and how
    /// many are without enums: each of them asks of all before it.
    first_quiet: RefCell<Map<Dialect, usize>>,
    first_without_enums: RefCell<Map<Dialect, usize>>,
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

    /// Returns those of the revisions deployed before one that are not known to lock nothing that
    /// anybody else waits for.
    pub fn not_quiet<'r>(
        &self,
        dialect: Dialect,
        before: &'r [Rc<str>],
    ) -> impl Iterator<Item = &'r Rc<str>> {
        behind_known(&self.first_quiet, &self.quiet, dialect, before)
    }

    /// Keeps that a revision locks nothing that anybody else waits for.
    pub fn keep_quiet(&self, dialect: Dialect, revision: Rc<str>) {
        self.quiet.borrow_mut().insert((dialect, revision));
    }

    /// Returns those of the revisions deployed before one that are not known to leave no enum type
    /// or value to the transaction.
    pub fn not_without_enums<'r>(
        &self,
        dialect: Dialect,
        before: &'r [Rc<str>],
    ) -> impl Iterator<Item = &'r Rc<str>> {
        behind_known(&self.first_without_enums, &self.without_enums, dialect, before)
    }

    /// Keeps that a revision leaves no enum type or value to the transaction.
    pub fn keep_without_enums(&self, dialect: Dialect, revision: Rc<str>) {
        self.without_enums.borrow_mut().insert((dialect, revision));
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

    /// Tells whether a revision says anything that leads from one name to another; `judge` is asked
    /// once per revision.
    pub fn leads(&self, history: &History, node: usize, judge: impl FnOnce() -> bool) -> bool {
        let key = (history.dialect(), node);
        let known = self.leads.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let leads = judge();
            self.leads.borrow_mut().insert(key, leads);
            leads
        })
    }

    /// Returns what is deployed before a revision, or nothing where it is cheaper to walk there.
    pub fn below(&self, history: &History, revision: &str) -> Option<Below<'_>> {
        if self.slices.get() < PAYS_OFF {
            return None;
        }
        self.ancestry(history.graph())?.below(history.graph(), revision)
    }

    /// Returns who is deployed before whom; nothing where revisions follow from themselves.
    pub fn ancestry(&self, graph: &RevisionGraph) -> Option<&Ancestry> {
        self.ancestry.get_or_init(|| Ancestry::of(graph)).as_ref()
    }

    /// Returns the numbers of the revisions that are in every slice; `find` is asked once.
    pub fn always(&self, find: impl FnOnce() -> Vec<usize>) -> &[usize] {
        self.always.get_or_init(find)
    }

    /// Returns the numbers of the revisions whose files hold one of the names, sorted, or nothing
    /// where it is cheaper to look for oneself.
    ///
    /// Two words of one hash may name a file too many, never one too few.
    pub fn holders(&self, history: &History, names: &[&String]) -> Option<Vec<usize>> {
        if self.slices.get() < PAYS_OFF {
            return None;
        }
        let index = self.index.get_or_init(|| index(history));
        let mut holders = Vec::new();
        for name in names {
            match is_plain(name) {
                true => {
                    let held = index.get(&hash(name.as_bytes()));
                    holders.extend(held.into_iter().flatten().copied());
                }
                false => holders.extend_from_slice(&self.holders_of_unplain(history, name)),
            }
        }
        holders.sort_unstable();
        holders.dedup();
        Some(holders)
    }

    fn holders_of_unplain(&self, history: &History, name: &String) -> Rc<[usize]> {
        if let Some(known) = self.unplain.borrow().get(name) {
            return known.clone();
        }
        let finder = Finder::new([name]);
        let nodes = history.graph().nodes().iter().enumerate();
        let holders = nodes.filter(|(_, node)| finder.finds(history.files()[node.file].bytes()));
        let holders: Rc<[usize]> = holders.map(|(number, _)| number).collect();
        self.unplain.borrow_mut().insert(name.clone(), holders.clone());
        holders
    }
}

/// Returns the revisions that are not known, and remembers how many from the first on are. All that
/// ask stand in one order.
fn behind_known<'r>(
    first: &RefCell<Map<Dialect, usize>>,
    known: &RefCell<Set<(Dialect, Rc<str>)>>,
    dialect: Dialect,
    before: &'r [Rc<str>],
) -> impl Iterator<Item = &'r Rc<str>> {
    let known = known.borrow();
    let is_known = |revision: &Rc<str>| known.contains(&(dialect, revision.clone()));
    let mut first = first.borrow_mut();
    let first = first.entry(dialect).or_default();
    while before.get(*first).is_some_and(is_known) {
        *first += 1;
    }
    let rest = before.get(*first..).unwrap_or_default();
    let rest: Vec<&Rc<str>> = rest.iter().filter(|revision| !is_known(revision)).collect();
    rest.into_iter()
}

fn index(history: &History) -> HashMap<u64, Vec<usize>> {
    let mut index: HashMap<u64, Vec<usize>> = HashMap::new();
    for (number, node) in history.graph().nodes().iter().enumerate() {
        for word in words(history.files()[node.file].bytes()) {
            let holders = index.entry(hash(word)).or_default();
            if holders.last() != Some(&number) {
                holders.push(number);
            }
        }
    }
    index
}
