//! What a commit would hold, as a value: folders list their entries, files give their bytes, on
//! demand.
//!
//! A snapshot never reads what nobody asks for, because a repository may hold 300,000 files and a
//! commit concerns two. Whoever makes a snapshot hands in a `Source`; reading never fails here:
//! what cannot be had is `Missing`, is remembered, and makes the review unverifiable.

mod memory;

mod merged;

/// What an earlier run wrote down about a blob.
pub mod record;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use crate::snapshot::memory::Memory;
use crate::snapshot::record::Record;
use crate::text::source::Text;

/// A tree of files: folders by path (`""` is the root) and blobs by id.
pub struct Snapshot {
    source: Rc<dyn Source>,
    missing: RefCell<Vec<Missing>>,
    texts: RefCell<HashMap<ObjectId, Rc<Text>>>,
    /// Texts of another tree, most of which stand in this one as well.
    lent: RefCell<Lent>,
    folders: RefCell<HashMap<Rc<str>, Rc<[Entry]>>>,
}

/// Texts by the blobs that hold them.
pub type Lent = Rc<HashMap<ObjectId, Rc<Text>>>;

/// How the names of files end that tell of migrations: revisions, `env.py`, templates, and what
/// configures a project.
const SIGNS: [&[u8]; 7] = [b".py", b".pyw", b".pyc", b".mako", b".ini", b".cfg", b".toml"];

/// Tells whether a name ends as a revision, or what configures a project, may; in capitals too, for
/// what only looks like one is reported.
pub fn is_sign(name: &[u8]) -> bool {
    let ends = |sign: &&[u8]| {
        name.len() >= sign.len() && name[name.len() - sign.len()..].eq_ignore_ascii_case(sign)
    };
    SIGNS.iter().any(ends)
}

/// Where the bytes of a snapshot come from.
pub trait Source {
    /// Lists a folder in the order of git's trees; empty where there is no such folder.
    fn list(&self, folder: &str) -> Result<Rc<[Entry]>, Missing>;

    /// Lists the folders in a folder, and what else has a wanted name.
    fn search(&self, folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, Missing> {
        let is_wanted = |entry: &&Entry| entry.kind == Kind::Folder || wanted(&entry.name);
        Ok(self.list(folder)?.iter().filter(is_wanted).cloned().collect())
    }

    /// Tells whether for sure no name in a folder, however deep, is a sign ([`is_sign`]).
    fn is_barren(&self, _folder: &Entry) -> bool {
        false
    }

    /// Returns the bytes of a blob.
    fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing>;

    /// Returns the bytes of a blob if it is at hand: nothing is fetched for it.
    fn at_hand(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.blob(id).ok()
    }

    /// Returns what an earlier run wrote down about a blob, for readers of this edition.
    fn recall(&self, _edition: u64, _id: &ObjectId) -> Option<Record> {
        None
    }
}

/// One row of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The name within its folder. Bytes that are not UTF-8 are written `\xNN`.
    pub name: Rc<str>,
    /// What stands there.
    pub kind: Kind,
    /// The id of the tree, the blob or the commit.
    pub id: ObjectId,
}

/// What an entry is (git's modes, less the executable bit).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A folder (040000).
    Folder,
    /// A regular file (100644, 100755).
    File,
    /// A symbolic link (120000).
    Link,
    /// A submodule (160000).
    Submodule,
}

impl Kind {
    /// Its word in digests, which stay when a variant is renamed.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Folder => "folder",
            Kind::File => "file",
            Kind::Link => "link",
            Kind::Submodule => "submodule",
        }
    }
}

/// The id of a git object: SHA-1 (20 bytes) or SHA-256 (32 bytes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    len: u8,
}

/// Something that a snapshot should hold and that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The path or id.
    pub what: String,
    /// Why, in one clause.
    pub why: String,
}

impl ObjectId {
    /// Makes an id of 20 or 32 raw bytes; longer input is cut.
    pub fn from_bytes(raw: &[u8]) -> Self {
        let mut bytes = [0; 32];
        let len = raw.len().min(32);
        bytes[..len].copy_from_slice(&raw[..len]);
        ObjectId { bytes, len: len as u8 }
    }

    /// Reads an id written in hex.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let hex = hex.as_bytes();
        if hex.len() != 40 && hex.len() != 64 {
            return None;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let raw: Option<Vec<u8>> = hex
            .chunks(2)
            .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
            .collect();
        raw.map(|raw| ObjectId::from_bytes(&raw))
    }

    /// Returns the raw bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ObjectId({self})")
    }
}

impl Snapshot {
    /// Makes a snapshot that reads from a source.
    pub fn new(source: Rc<dyn Source>) -> Self {
        Snapshot {
            source,
            missing: RefCell::default(),
            texts: RefCell::default(),
            lent: RefCell::default(),
            folders: RefCell::default(),
        }
    }

    /// Makes a snapshot of texts in memory.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let files =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        Snapshot::laid_over(None, files)
    }

    /// Makes a snapshot in which `files` stand over what `base` holds at the same paths.
    pub fn laid_over(
        base: Option<Rc<Snapshot>>,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Self {
        let mut memory = Memory::over(base);
        for (path, bytes) in files {
            memory.insert(&path, bytes);
        }
        Snapshot::new(Rc::new(memory))
    }

    /// Makes a snapshot in which some files of `base` hold something else, or are gone.
    pub fn edited(
        base: Rc<Snapshot>,
        files: impl IntoIterator<Item = (String, Option<Vec<u8>>)>,
    ) -> Self {
        let mut memory = Memory::over(Some(base));
        for (path, bytes) in files {
            match bytes {
                Some(bytes) => memory.insert(&path, bytes),
                None => drop(memory.gone.insert(path)),
            }
        }
        Snapshot::new(Rc::new(memory))
    }

    /// Lists a folder; empty where there is none.
    pub fn list(&self, folder: &str) -> Rc<[Entry]> {
        if let Some(entries) = self.folders.borrow().get(folder) {
            return entries.clone();
        }
        let entries: Rc<[Entry]> = match self.source.list(folder) {
            Ok(entries) => entries,
            Err(missing) => {
                self.missing.borrow_mut().push(missing);
                Rc::new([])
            }
        };
        self.folders.borrow_mut().insert(folder.into(), entries.clone());
        entries
    }

    /// Lists the folders in a folder, and what else has a wanted name: who looks through the whole
    /// tree does not keep it all.
    pub fn search(&self, folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<Entry> {
        if let Some(entries) = self.folders.borrow().get(folder) {
            let is_wanted = |entry: &&Entry| entry.kind == Kind::Folder || wanted(&entry.name);
            return entries.iter().filter(is_wanted).cloned().collect();
        }
        self.source.search(folder, &wanted).unwrap_or_else(|missing| {
            self.missing.borrow_mut().push(missing);
            Vec::new()
        })
    }

    /// Tells whether for sure nothing in a folder, however deep, is called like something that tells
    /// of migrations.
    pub fn is_barren(&self, folder: &Entry) -> bool {
        self.source.is_barren(folder)
    }

    /// Finds the entry at a path, whatever it is.
    pub fn entry(&self, path: &str) -> Option<Entry> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.list(folder).iter().find(|entry| &*entry.name == name).cloned()
    }

    /// Returns the text of the regular file at a path, if there is one and it could be had.
    pub fn text(&self, path: &str) -> Option<Rc<Text>> {
        let entry = self.entry(path)?;
        (entry.kind == Kind::File).then(|| self.decoded(&entry.id, Some(path)))?
    }

    /// Returns the decoded text of a blob, kept for the next who asks.
    pub fn text_of(&self, id: &ObjectId) -> Option<Rc<Text>> {
        self.decoded(id, None)
    }

    /// Returns the decoded text of a blob that is only a hint, kept for the next who asks.
    pub fn text_at_hand(&self, id: &ObjectId) -> Option<Rc<Text>> {
        let read = || Some(Rc::new(Text::decode(&self.hint(id)?)));
        self.known(id).or_else(|| Some(self.keep(id, read()?)))
    }

    /// Takes over texts that were read in another tree: a text keeps the syntax that was read of it.
    pub fn borrow_texts(&self, texts: &Lent) {
        *self.lent.borrow_mut() = texts.clone();
    }

    /// Forgets what was read, and returns the texts: whoever holds on to a tree of the past holds no
    /// more than its name.
    pub fn forget(&self) -> Lent {
        *self.lent.borrow_mut() = Lent::default();
        self.folders.borrow_mut().clear();
        Rc::new(std::mem::take(&mut *self.texts.borrow_mut()))
    }

    fn decoded(&self, id: &ObjectId, path: Option<&str>) -> Option<Rc<Text>> {
        let read = || Some(Rc::new(Text::decode(&self.bytes(id, path)?)));
        self.known(id).or_else(|| Some(self.keep(id, read()?)))
    }

    /// Returns a text that was read already, here or in the tree whose texts are lent.
    fn known(&self, id: &ObjectId) -> Option<Rc<Text>> {
        if let Some(text) = self.texts.borrow().get(id) {
            return Some(text.clone());
        }
        let lent = self.lent.borrow().get(id).cloned();
        lent.map(|text| self.keep(id, text))
    }

    fn keep(&self, id: &ObjectId, text: Rc<Text>) -> Rc<Text> {
        self.texts.borrow_mut().insert(*id, text.clone());
        text
    }

    /// Returns the bytes of a blob, not kept.
    pub fn bytes_of(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.bytes(id, None)
    }

    /// Returns the bytes of a blob that is only a hint: one that is not at hand is not missed.
    pub fn hint(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.source.at_hand(id)
    }

    /// Returns what an earlier run wrote down about a blob, for readers of this edition.
    pub fn recall(&self, edition: u64, id: &ObjectId) -> Option<Record> {
        self.source.recall(edition, id)
    }

    fn bytes(&self, id: &ObjectId, path: Option<&str>) -> Option<Vec<u8>> {
        match self.source.blob(id) {
            Ok(bytes) => Some(bytes),
            Err(Missing { what, why }) => {
                let what = path.map_or(what, ToOwned::to_owned);
                self.missing.borrow_mut().push(Missing { what, why });
                None
            }
        }
    }

    /// Returns what was asked for and could not be had so far.
    pub fn missing(&self) -> Vec<Missing> {
        self.missing.borrow().clone()
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Snapshot")
            .field("missing", &self.missing.borrow())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_laid_over_a_snapshot_hide_what_stands_below() {
        let base = Rc::new(Snapshot::of([("a/x.py", "old"), ("a/y.py", "kept")]));
        let over = Snapshot::laid_over(Some(base), [("a/x.py".to_owned(), b"new".to_vec())]);
        assert_eq!(
            over.text("a/x.py").map(|text| text.content().to_owned()).as_deref(),
            Some("new")
        );
        assert_eq!(
            over.text("a/y.py").map(|text| text.content().to_owned()).as_deref(),
            Some("kept")
        );
        assert_eq!(over.list("").len(), 1);
        assert!(
            over.text("a").is_none()
                && over.entry("a").is_some_and(|entry| entry.kind == Kind::Folder)
        );
    }

    /// Has nothing at hand.
    struct Elsewhere;

    impl Source for Elsewhere {
        fn list(&self, _: &str) -> Result<Rc<[Entry]>, Missing> {
            Ok(Rc::new([]))
        }

        fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing> {
            Err(Missing { what: id.to_string(), why: "it is elsewhere".to_owned() })
        }
    }

    #[test]
    fn a_hint_that_is_not_at_hand_is_not_missed() {
        let snapshot = Snapshot::new(Rc::new(Elsewhere));
        let id = ObjectId::from_bytes(&[1; 20]);
        assert_eq!((snapshot.hint(&id), snapshot.missing().len()), (None, 0));
        assert_eq!((snapshot.bytes_of(&id), snapshot.missing().len()), (None, 1));
    }
}
