//! Objects by id, from whichever reader has them.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::git::backend::{Backend, Object, ObjectKind};
use crate::git::commit::Commit;
use crate::git::error::Error;
use crate::git::program::Program;
use crate::git::records::Records;
use crate::git::tree::{Broken, Row, TreeRows, readable};
use crate::snapshot::{self, Entry, Kind, ObjectId};

/// The objects of a repository. What a partial clone has not fetched yet is asked of the `git`
/// executable, once started.
pub struct Objects {
    backend: Box<dyn Backend>,
    width: usize,
    empty_tree: ObjectId,
    fetching: OnceCell<Option<Program>>,
    trees: RefCell<Trees>,
    barren: RefCell<HashMap<ObjectId, bool>>,
    listed: RefCell<Listed>,
    /// Where earlier runs wrote down what they found out about blobs.
    records_file: PathBuf,
    records: OnceCell<Records>,
}

/// Trees that were read: a folder is asked for by what compares trees and by each snapshot of it.
#[derive(Default)]
struct Trees {
    raw: HashMap<ObjectId, Rc<[u8]>>,
    bytes: usize,
}

/// Folders as they were listed last, by path, each with its tree: an audit lists the same ones for
/// every commit.
#[derive(Default)]
struct Listed {
    folders: HashMap<Box<str>, (ObjectId, Rc<[Entry]>)>,
    entries: usize,
}

/// How many entries of folders are kept. Beyond, the program begins from nothing.
const ENTRIES_KEPT: usize = 200_000;

/// How deep a folder is looked into for names that tell of migrations.
const DEEPEST: usize = 40;

/// How many bytes of trees are kept. Beyond, the program begins from nothing: an audit comes by old
/// ones no more.
const KEPT: usize = 16 << 20;

impl Trees {
    fn keep(&mut self, id: ObjectId, raw: &Rc<[u8]>) {
        self.bytes += raw.len();
        if self.bytes > KEPT {
            self.raw.clear();
            self.bytes = raw.len();
        }
        self.raw.insert(id, raw.clone());
    }
}

impl Objects {
    /// Makes the objects of a reader whose ids are `width` bytes wide; `records_file` holds what
    /// earlier runs wrote down about blobs.
    pub fn new(backend: Box<dyn Backend>, width: usize, records_file: PathBuf) -> Self {
        Objects {
            backend,
            width,
            empty_tree: ObjectId::from_hex(empty_tree(width))
                .expect("the constant is an id in hex"),
            fetching: OnceCell::new(),
            trees: RefCell::default(),
            barren: RefCell::default(),
            listed: RefCell::default(),
            records_file,
            records: OnceCell::new(),
        }
    }

    /// Returns the reader.
    pub fn backend(&self) -> &dyn Backend {
        &*self.backend
    }

    /// Returns how many bytes an id has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the id of the tree that holds nothing.
    pub fn empty_tree(&self) -> ObjectId {
        self.empty_tree
    }

    /// Returns the raw rows of a tree; none is the empty tree.
    pub fn tree(&self, id: Option<&ObjectId>) -> Result<Rc<[u8]>, Error> {
        let Some(id) = id.filter(|id| **id != self.empty_tree) else { return Ok(Rc::new([])) };
        if let Some(raw) = self.trees.borrow().raw.get(id) {
            return Ok(raw.clone());
        }
        let raw: Rc<[u8]> = self.expect(id, ObjectKind::Tree, "tree")?.into();
        self.trees.borrow_mut().keep(*id, &raw);
        Ok(raw)
    }

    /// Tells whether for sure no name in a tree, however deep, is a sign ([`snapshot::is_sign`]). Each tree is
    /// asked once, wherever it stands: most of a repository has nothing to do with migrations, and
    /// most of it is the same in two commits.
    pub fn is_barren(&self, tree: &ObjectId) -> bool {
        self.is_barren_to(tree, DEEPEST)
    }

    fn is_barren_to(&self, tree: &ObjectId, depth: usize) -> bool {
        if let Some(known) = self.barren.borrow().get(tree) {
            return *known;
        }
        let Ok(raw) = self.tree(Some(tree)) else { return false };
        let barren = depth > 0
            && TreeRows::new(&raw, self.width).all(|row| {
                row.is_ok_and(|row| match row.kind {
                    Kind::Folder => self.is_barren_to(&row.id, depth - 1),
                    _ => !snapshot::is_sign(row.name),
                })
            });
        self.barren.borrow_mut().insert(*tree, barren);
        barren
    }

    /// Returns a folder as it was listed last, whichever tree it was then.
    pub(super) fn listed(&self, folder: &str) -> Option<(ObjectId, Rc<[Entry]>)> {
        self.listed.borrow().folders.get(folder).cloned()
    }

    /// Keeps a folder as it is listed now.
    pub(super) fn keep_listed(&self, folder: &str, tree: ObjectId, entries: Rc<[Entry]>) {
        let mut listed = self.listed.borrow_mut();
        listed.entries += entries.len();
        let before = listed.folders.insert(folder.into(), (tree, entries));
        listed.entries -= before.map_or(0, |(_, entries)| entries.len());
        if listed.entries > ENTRIES_KEPT {
            *listed = Listed::default();
        }
    }

    /// Finds what stands at a path of a tree, reading only the folders on the way.
    pub fn entry(&self, tree: &ObjectId, path: &str) -> Result<Option<Entry>, Error> {
        let (mut tree, mut names) = (*tree, path.split('/').peekable());
        while let Some(name) = names.next() {
            let raw = self.tree(Some(&tree))?;
            let found = row_named(&raw, self.width, name)
                .map_err(|_| Error::Malformed { id: tree, expected: "tree" })?;
            match found {
                Some(row) if names.peek().is_none() => return Ok(Some(row.entry())),
                Some(row) if row.kind == Kind::Folder => tree = row.id,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Returns the bytes of a blob.
    pub fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Error> {
        self.expect(id, ObjectKind::Blob, "blob")
    }

    /// Returns the bytes of a blob that is here; a partial clone fetches nothing for it.
    pub fn blob_at_hand(&self, id: &ObjectId) -> Option<Vec<u8>> {
        let object = self.backend.object(id).ok().flatten()?;
        (object.kind == ObjectKind::Blob).then_some(object.bytes)
    }

    /// Returns what earlier runs wrote down about blobs; read when somebody asks first.
    pub fn records(&self, edition: u64) -> &Records {
        self.records.get_or_init(|| Records::read(&self.records_file, edition, self.width))
    }

    /// Returns where that is written down.
    pub fn records_file(&self) -> &Path {
        &self.records_file
    }

    /// Returns a commit.
    pub fn commit(&self, id: &ObjectId) -> Result<Commit, Error> {
        let raw = self.expect(id, ObjectKind::Commit, "commit")?;
        Commit::from_raw(*id, &raw).ok_or(Error::Malformed { id: *id, expected: "commit" })
    }

    fn expect(
        &self,
        id: &ObjectId,
        kind: ObjectKind,
        expected: &'static str,
    ) -> Result<Vec<u8>, Error> {
        match self.backend.object(id)? {
            Some(object) if object.kind == kind => Ok(object.bytes),
            Some(_) => Err(Error::Malformed { id: *id, expected }),
            None => match self.fetched(id)? {
                Some(object) if object.kind == kind => Ok(object.bytes),
                Some(_) => Err(Error::Malformed { id: *id, expected }),
                None => Err(Error::MissingObject { id: *id }),
            },
        }
    }

    fn fetched(&self, id: &ObjectId) -> Result<Option<Object>, Error> {
        let start = || self.backend.promises().then(Program::default);
        self.fetching.get_or_init(start).as_ref().map_or(Ok(None), |program| program.object(id))
    }
}

/// The id of the empty tree in SHA-1 and in SHA-256.
fn empty_tree(width: usize) -> &'static str {
    match width {
        20 => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        _ => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
    }
}

/// Finds a name in a raw tree.
fn row_named<'a>(raw: &'a [u8], width: usize, name: &str) -> Result<Option<Row<'a>>, Broken> {
    let is_named =
        |row: &Result<Row<'_>, Broken>| row.as_ref().map_or(true, |row| readable(row.name) == name);
    TreeRows::new(raw, width).find(is_named).transpose()
}
