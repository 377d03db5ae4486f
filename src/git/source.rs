//! A tree as the source of a snapshot.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::git::error::Error;
use crate::git::objects::Objects;
use crate::git::tree::{Row, TreeRows, readable};
use crate::snapshot::record::Record;
use crate::snapshot::{Entry, Kind, Missing, ObjectId, Source};
use crate::text::cut;

/// A tree whose folders are read when somebody asks for them.
pub struct TreeSource {
    objects: Rc<Objects>,
    root: Option<ObjectId>,
    folders: RefCell<HashMap<String, Subfolders>>,
}

/// About how long the mode and the name of a row are.
const ROW: usize = 24;

/// The folders in a folder.
type Subfolders = HashMap<Rc<str>, ObjectId>;

impl TreeSource {
    /// Makes the source of a tree; none is the empty tree.
    pub fn new(objects: Rc<Objects>, root: Option<&ObjectId>) -> Self {
        TreeSource { objects, root: root.copied(), folders: RefCell::default() }
    }

    /// Finds the tree of a folder, walking down from the root; every folder on the way is read
    /// once.
    fn tree(&self, folder: &str) -> Result<Option<ObjectId>, Missing> {
        let mut tree = self.root;
        let mut start = 0;
        while start < folder.len() {
            let Some(id) = tree else { return Ok(None) };
            let end = cut::from(folder, start).find('/').map_or(folder.len(), |at| start + at);
            tree = self.subfolder(
                cut::to(folder, start.max(1) - 1),
                id,
                cut::between(folder, start, end),
            )?;
            start = end + 1;
        }
        Ok(tree)
    }

    fn subfolder(
        &self,
        parent: &str,
        id: ObjectId,
        name: &str,
    ) -> Result<Option<ObjectId>, Missing> {
        if let Some(subfolders) = self.folders.borrow().get(parent) {
            return Ok(subfolders.get(name).copied());
        }
        self.entries(parent, &id)?;
        Ok(self.folders.borrow().get(parent).and_then(|subfolders| subfolders.get(name).copied()))
    }

    /// Reads a folder. What stands in it as it stood when the folder of this path was read last, of
    /// another tree, is taken over from there.
    fn entries(&self, folder: &str, id: &ObjectId) -> Result<Rc<[Entry]>, Missing> {
        let listed = self.objects.listed(folder);
        let entries = match listed {
            Some((tree, entries)) if tree == *id => entries,
            listed => {
                let before = listed.map_or(Rc::from([]), |(_, entries)| entries);
                let read: Rc<[Entry]> = self.read(folder, id, &before, &|_| true)?.into();
                self.objects.keep_listed(folder, *id, read.clone());
                read
            }
        };
        self.keep_folders(folder, &entries);
        Ok(entries)
    }

    /// Reads the folders in a folder, and what else has a wanted name.
    fn entries_named(
        &self,
        folder: &str,
        id: &ObjectId,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Entry>, Missing> {
        let entries = self.read(folder, id, &[], wanted)?;
        self.keep_folders(folder, &entries);
        Ok(entries)
    }

    fn read(
        &self,
        folder: &str,
        id: &ObjectId,
        before: &[Entry],
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Entry>, Missing> {
        let missing = |error: Error| Missing {
            what: format!("the folder `{folder}`"),
            why: error.to_string(),
        };
        let raw = self.objects.tree(Some(id)).map_err(missing)?;
        let is_wanted = |row: &Row<'_>| row.kind == Kind::Folder || wanted(&readable(row.name));
        let rows = TreeRows::new(&raw, self.objects.width());
        let mut entries = Vec::with_capacity(raw.len() / (self.objects.width() + ROW));
        let mut stood = before.iter().peekable();
        for row in rows {
            let row = row.map_err(|_| missing(Error::Malformed { id: *id, expected: "tree" }))?;
            while stood.next_if(|entry| entry.name.as_bytes() < row.name).is_some() {}
            let known = stood.next_if(|entry| entry.name.as_bytes() == row.name);
            entries.extend(is_wanted(&row).then(|| match known {
                Some(Entry { name, .. }) => {
                    Entry { name: name.clone(), kind: row.kind, id: row.id }
                }
                None => row.entry(),
            }));
        }
        Ok(entries)
    }

    fn keep_folders(&self, folder: &str, entries: &[Entry]) {
        let folders = entries.iter().filter(|entry| entry.kind == Kind::Folder);
        let folders = folders.map(|entry| (entry.name.clone(), entry.id)).collect();
        self.folders.borrow_mut().insert(folder.to_owned(), folders);
    }
}

impl Source for TreeSource {
    fn list(&self, folder: &str) -> Result<Rc<[Entry]>, Missing> {
        self.tree(folder)?.map_or(Ok(Rc::new([])), |id| self.entries(folder, &id))
    }

    fn search(&self, folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<Entry>, Missing> {
        self.tree(folder)?.map_or(Ok(Vec::new()), |id| self.entries_named(folder, &id, wanted))
    }

    fn is_barren(&self, folder: &Entry) -> bool {
        folder.kind == Kind::Folder && self.objects.is_barren(&folder.id)
    }

    fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing> {
        self.objects
            .blob(id)
            .map_err(|error| Missing { what: id.to_string(), why: error.to_string() })
    }

    fn at_hand(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.objects.blob_at_hand(id)
    }

    fn recall(&self, edition: u64, id: &ObjectId) -> Option<Record> {
        self.objects.records(edition).find(edition, id)
    }
}
