//! Files in memory, laid over another snapshot.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use crate::snapshot::record::Record;
use crate::snapshot::{Entry, Kind, Missing, ObjectId, Snapshot, Source};

/// Files in memory, laid over another snapshot.
pub(super) struct Memory {
    base: Option<Rc<Snapshot>>,
    blobs: HashMap<ObjectId, Vec<u8>>,
    folders: BTreeMap<String, BTreeMap<String, Entry>>,
    /// Paths that are not there any more.
    pub(super) gone: BTreeSet<String>,
}

impl Memory {
    /// Files over a snapshot, or over nothing.
    pub(super) fn over(base: Option<Rc<Snapshot>>) -> Self {
        let (blobs, folders, gone) = (HashMap::new(), BTreeMap::new(), BTreeSet::new());
        Memory { base, blobs, folders, gone }
    }

    /// Puts a file at a path.
    pub(super) fn insert(&mut self, path: &str, bytes: Vec<u8>) {
        let id = memory_id(path, &bytes);
        self.blobs.insert(id, bytes);
        let mut rest = path;
        let mut kind = Kind::File;
        loop {
            let (folder, name) = rest.rsplit_once('/').unwrap_or(("", rest));
            let entry = Entry { name: name.into(), kind, id };
            self.folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), entry);
            if folder.is_empty() {
                return;
            }
            (rest, kind) = (folder, Kind::Folder);
        }
    }
}

/// An id for bytes that git never saw: FNV-1a, widened; it need only tell the files of one run
/// apart.
pub(super) fn memory_id(path: &str, bytes: &[u8]) -> ObjectId {
    let mut raw = [0; 20];
    for (lane, chunk) in raw.chunks_mut(8).enumerate() {
        let seed = 0xcbf2_9ce4_8422_2325 ^ (lane as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash =
            path.bytes().chain([0]).chain(bytes.iter().copied()).fold(seed, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        chunk.copy_from_slice(&hash.to_be_bytes()[..chunk.len()]);
    }
    ObjectId::from_bytes(&raw)
}

impl Source for Memory {
    fn list(&self, folder: &str) -> Result<Rc<[Entry]>, Missing> {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        if let Some(base) = &self.base {
            let is_there = |entry: &&Entry| {
                let path = format!("{folder}/{}", entry.name);
                !self.gone.contains(path.trim_start_matches('/'))
            };
            let listed = base.list(folder);
            let listed = listed.iter().filter(is_there);
            entries.extend(listed.map(|entry| (entry.name.to_string(), entry.clone())));
        }
        if let Some(own) = self.folders.get(folder) {
            entries.extend(own.iter().map(|(name, entry)| (name.clone(), entry.clone())));
        }
        Ok(entries.into_values().collect())
    }

    fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing> {
        let missing = || Missing { what: id.to_string(), why: "no such blob".to_owned() };
        match (self.blobs.get(id), &self.base) {
            (Some(bytes), _) => Ok(bytes.clone()),
            (None, Some(base)) => base.bytes_of(id).ok_or_else(missing),
            (None, None) => Err(missing()),
        }
    }

    fn at_hand(&self, id: &ObjectId) -> Option<Vec<u8>> {
        self.blobs.get(id).cloned().or_else(|| self.base.as_ref()?.hint(id))
    }

    fn recall(&self, edition: u64, id: &ObjectId) -> Option<Record> {
        let base = self.base.as_ref().filter(|_| !self.blobs.contains_key(id))?;
        base.recall(edition, id)
    }
}
