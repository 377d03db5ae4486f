//! Folders of the file system as a snapshot: what is judged where there is no repository.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::git::digest;
use crate::snapshot::{Entry, Kind, Missing, ObjectId, Snapshot, Source};

/// Names of folders that hold no migration of the project itself.
const FOREIGN: [&str; 3] = ["node_modules", "__pycache__", "site-packages"];

/// A folder of the file system, read when somebody asks.
struct Disk {
    root: PathBuf,
    /// Paths by the id that stands for them.
    paths: RefCell<HashMap<ObjectId, String>>,
}

/// Makes a snapshot of a folder as it is on disk.
pub fn snapshot(root: &Path) -> Snapshot {
    Snapshot::new(Rc::new(Disk { root: root.to_owned(), paths: RefCell::default() }))
}

/// Tells whether a folder is somebody else's: hidden, of installed packages, or a virtual
/// environment.
pub fn is_foreign(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    name.is_some_and(|name| name.starts_with('.') || FOREIGN.contains(&name.as_str()))
        || folder.join("pyvenv.cfg").is_file()
}

impl Disk {
    fn entry(&self, folder: &str, name: &str, kind: Kind) -> Entry {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        // A path stands for its content: nothing is compared with another state.
        let id = digest::of(path.as_bytes());
        self.paths.borrow_mut().insert(id, path);
        Entry { name: name.into(), kind, id }
    }
}

impl Source for Disk {
    fn list(&self, folder: &str) -> Result<Rc<[Entry]>, Missing> {
        let Ok(found) = fs::read_dir(self.root.join(folder)) else { return Ok(Rc::new([])) };
        let mut entries = Vec::new();
        for found in found.flatten() {
            let Ok(kind) = found.file_type() else { continue };
            let kind = match () {
                () if kind.is_symlink() => Kind::Link,
                () if kind.is_dir() && is_foreign(&found.path()) => continue,
                () if kind.is_dir() => Kind::Folder,
                () => Kind::File,
            };
            entries.push(self.entry(folder, &found.file_name().to_string_lossy(), kind));
        }
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries.into())
    }

    fn blob(&self, id: &ObjectId) -> Result<Vec<u8>, Missing> {
        let path = self.paths.borrow().get(id).cloned().unwrap_or_default();
        fs::read(self.root.join(&path))
            .map_err(|error| Missing { what: path.clone(), why: error.to_string() })
    }
}
