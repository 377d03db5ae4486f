//! A file that Alembic would load.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::alembic::graph::HeaderNames;
use crate::alembic::header::HeaderReading;
use crate::alembic::imports::Imports;
use crate::alembic::kept_reading::{KeptReading, Terms};
use crate::alembic::migration::Migration;
use crate::alembic::summary::{self, Summary};
use crate::alembic::words::{self, Finder};
use crate::snapshot::record::Record;
use crate::snapshot::{Entry, ObjectId, Snapshot};

/// A file that Alembic would load.
#[derive(Clone, Debug)]
pub struct RevisionFile {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// What stands there.
    pub entry: Entry,
    /// What it says of itself.
    pub header: Rc<HeaderReading>,
    /// What it holds.
    pub(super) content: Rc<Content>,
}

/// What a file holds: bytes that were read, or that are read where somebody asks for them, because
/// an earlier run wrote down what most ask for.
#[derive(Debug)]
pub(super) struct Content {
    /// Where its bytes are asked for.
    pub(super) snapshot: Rc<Snapshot>,
    /// The blob.
    pub(super) id: ObjectId,
    /// Its bytes, once somebody asked.
    pub(super) bytes: OnceCell<Vec<u8>>,
    /// What its header was read from.
    pub(super) source: HeaderSource,
    /// What an earlier run wrote down, or this one where that pays off.
    pub(super) summary: OnceCell<Summary>,
    /// In how many histories it was met.
    pub(super) met: Cell<usize>,
    /// Whether it may touch what its bytes do not name, where these modules lie in the repository.
    pub(super) wide: RefCell<Option<(Modules, bool)>>,
    /// How it was read whole, in an audit.
    pub(super) kept: RefCell<Option<KeptReading>>,
    /// The names of its header, once a graph was made of it.
    pub(super) names: OnceCell<Option<HeaderNames>>,
}

/// From how many histories on it pays off to write down what a file says, if only for this run: an
/// audit asks every file again for each commit.
const PAYS_OFF: usize = 8;

/// What lies where a revision may import from, sorted.
pub(super) type Modules = Rc<[Rc<str>]>;

/// What a header was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderSource {
    /// The bytes of the file alone.
    Bytes,
    /// The parser, which other files have a say with; or there is no header.
    More,
}

impl RevisionFile {
    /// Returns the bytes; none for what is no file.
    pub fn bytes(&self) -> &[u8] {
        let Content { snapshot, id, bytes, .. } = &*self.content;
        bytes.get_or_init(|| snapshot.bytes_of(id).unwrap_or_default())
    }

    /// Returns the names of its header, if that was read.
    pub(super) fn names(&self) -> Option<&HeaderNames> {
        let read = || self.header.header().map(HeaderNames::of);
        self.content.names.get_or_init(read).as_ref()
    }

    /// Tells whether it may touch what its bytes do not name, by what it says itself. One whose
    /// bytes could not be had may, too.
    pub fn computes_names(&self) -> bool {
        match self.content.summary.get() {
            Some(summary) => summary.computes_names(),
            None => self.bytes().is_empty() || words::computes_names(self.bytes()),
        }
    }

    /// Tells whether it may touch what its bytes do not name; `judge` is asked once for the modules
    /// that lie in the repository, however many snapshots of it are read.
    pub(super) fn is_wide(&self, modules: &Modules, judge: impl FnOnce() -> bool) -> bool {
        if let Some((known, wide)) = &*self.content.wide.borrow()
            && Rc::ptr_eq(known, modules)
        {
            return *wide;
        }
        let wide = judge();
        *self.content.wide.borrow_mut() = Some((modules.clone(), wide));
        wide
    }

    /// Tells whether it imports a module with such a first name; a relative import is `.`.
    pub fn imports(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        match self.content.summary.get() {
            Some(summary) => summary.imports(is_it),
            None => words::imported_roots(self.bytes()).any(is_it),
        }
    }

    /// Tells whether its bytes hold one of the names.
    pub fn holds(&self, names: &Finder<'_>) -> bool {
        let summary = self.content.summary.get();
        let may = summary.is_none_or(|summary| names.may_find(|hash| summary.may_hold(hash)));
        may && names.finds(self.bytes())
    }

    /// Tells whether its bytes were read and no earlier run wrote down what they say.
    pub fn is_unsummarized(&self) -> bool {
        let Content { bytes, summary, .. } = &*self.content;
        summary.get().is_none() && bytes.get().is_some_and(|bytes| !bytes.is_empty())
    }

    /// Tells whether it is met in so many histories that how it is read is worth keeping.
    pub(super) fn is_met_often(&self) -> bool {
        self.content.met.get() >= PAYS_OFF
    }

    /// Returns how it was read, if it would be read the same way again.
    pub(super) fn kept(&self, terms: &Terms, imports: &Imports) -> Option<Rc<Migration>> {
        self.content.kept.borrow().as_ref()?.holding(terms, imports)
    }

    /// Keeps how it was read.
    pub(super) fn keep(&self, reading: Option<KeptReading>) {
        *self.content.kept.borrow_mut() = reading;
    }

    /// Counts the histories that it is met in, and writes down what it says once that pays off.
    pub(super) fn met_again(self) -> Self {
        let met = self.content.met.get() + 1;
        self.content.met.set(met);
        if met == PAYS_OFF && self.is_unsummarized() {
            let written = Rc::new(self.summary());
            let record = Record::new(&written, 0..written.len());
            if let Some((_, summary)) = record.and_then(Summary::read) {
                self.content.summary.get_or_init(|| summary);
            }
        }
        self
    }

    /// Writes down what its bytes say.
    pub fn summary(&self) -> Vec<u8> {
        let is_scanned = self.content.source == HeaderSource::Bytes;
        summary::written(self.bytes(), is_scanned.then_some(&*self.header))
    }

    /// Returns the name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}
