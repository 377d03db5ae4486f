//! Which files of a snapshot may declare models.

use std::rc::Rc;

use memchr::memmem::Finder;

use crate::snapshot::{Kind, Snapshot};

/// Words one of which stands in every file that declares a model.
const MARKS: [&str; 11] = [
    "__tablename__",
    "__table__",
    "Table(",
    "table=True",
    "Column(",
    "column(",
    "Mapped[",
    ".Model",
    "declarative_base",
    "DeclarativeBase",
    "automap_base",
];

/// Names of folders that hold nothing that is deployed.
const BESIDE: [&str; 11] = [
    "test",
    "tests",
    "testing",
    "docs",
    "doc",
    "examples",
    "node_modules",
    "__pycache__",
    "site-packages",
    "venv",
    "static",
];

/// How deep folders are followed.
const DEPTH: usize = 40;

/// How many files are looked at.
const MOST: usize = 60_000;

/// A file of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The path.
    pub path: Rc<str>,
    /// The bytes.
    pub bytes: Rc<Vec<u8>>,
}

/// Returns the files below some folders whose names end so and which are deployed: no tests, no
/// revisions, nothing hidden.
pub fn deployed(
    snapshot: &Snapshot,
    folders: &[String],
    except: &[String],
    endings: &[&str],
) -> Vec<(Rc<str>, crate::snapshot::ObjectId)> {
    let mut found = Vec::new();
    let mut todo: Vec<(String, usize)> = folders.iter().map(|folder| (folder.clone(), 0)).collect();
    todo.sort();
    todo.dedup();
    todo.reverse();
    for folder in folders {
        // `app/models` may be a module: `app/models.py`.
        for path in [folder.clone(), format!("{folder}.py")] {
            let entry = snapshot.entry(&path).filter(|entry| entry.kind == Kind::File);
            found.extend(entry.map(|entry| (Rc::from(path), entry.id)));
        }
    }
    while let Some((folder, depth)) = todo.pop() {
        if depth > DEPTH || found.len() > MOST || except.contains(&folder) {
            continue;
        }
        let mut folders = Vec::new();
        for entry in snapshot.list(&folder).iter() {
            let path = under(&folder, &entry.name);
            match entry.kind {
                Kind::Folder if !is_beside(&entry.name) => folders.push((path, depth + 1)),
                Kind::File
                    if endings.iter().any(|ending| entry.name.ends_with(ending))
                        && !is_test(&entry.name) =>
                {
                    found.push((Rc::from(path), entry.id));
                }
                _ => {}
            }
        }
        folders.reverse();
        todo.extend(folders);
    }
    found
}

/// Returns the modules that may declare models.
pub fn modules(snapshot: &Snapshot, folders: &[String], except: &[String]) -> Vec<Found> {
    let files = deployed(snapshot, folders, except, &[".py"]).into_iter();
    let marks = Marks::new();
    let read = files.filter_map(|(path, id)| {
        let bytes = snapshot.bytes_of(&id)?;
        marks.stand_in(&bytes).then(|| Found { path, bytes: Rc::new(bytes) })
    });
    read.collect()
}

/// Finds the words one of which stands in every file that declares a model.
pub(super) struct Marks([Finder<'static>; MARKS.len()]);

impl Marks {
    /// Makes what finds them.
    pub(super) fn new() -> Self {
        Marks(MARKS.map(Finder::new))
    }

    /// Tells whether a file may declare a model.
    pub(super) fn stand_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|mark| mark.find(bytes).is_some())
    }
}

fn is_beside(name: &str) -> bool {
    name.starts_with('.') || BESIDE.contains(&name)
}

fn is_test(name: &str) -> bool {
    name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py"
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
