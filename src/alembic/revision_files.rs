//! Reads the files that Alembic would load.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;

use crate::alembic::fallback;
use crate::alembic::header::{self, HeaderReading};
use crate::alembic::imports::Imports;
use crate::alembic::project::{Project, is_compiled, is_revision_name};
use crate::alembic::revision_file::{Content, HeaderSource, RevisionFile};
use crate::alembic::summary::{self, Summary};
use crate::snapshot::{Entry, Kind, Snapshot};
use crate::text::map::Map;
use crate::text::source::Text;

/// How deep a recursive version location is followed: longer paths are in no work tree (`PATH_MAX`
/// is 4096).
const DEPTH: usize = 400;

/// Files that were read already, and where each stands among them.
#[derive(Clone, Copy)]
pub(super) struct KnownFiles<'a> {
    /// The files.
    pub(super) files: &'a [RevisionFile],
    /// Their numbers, by path.
    pub(super) by_path: &'a Map<Rc<str>, usize>,
}

/// Where the files of a project lie, and what was read of them before.
pub(super) struct Locations<'a> {
    /// The snapshot.
    pub(super) snapshot: &'a Rc<Snapshot>,
    /// The project.
    pub(super) project: &'a Project,
    /// Finds modules for headers that only the parser reads.
    pub(super) imports: &'a Imports,
    /// Files of histories that were read already.
    pub(super) others: &'a [KnownFiles<'a>],
    /// The number of the file of the first other that the next one is likely to be.
    pub(super) next: Cell<usize>,
}

impl Locations<'_> {
    /// Reads the files that Alembic would load, in its order: location by location, in each folder
    /// by name, and a folder's own files before those of the folders in it.
    pub(super) fn files(&self) -> Vec<RevisionFile> {
        let mut files = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        // A version folder that is a submodule, or a link that leads out of the tree.
        let locations = self.project.outside.iter().chain(&self.project.version_locations);
        for location in locations {
            let entry = self.snapshot.entry(location);
            let entry = entry.filter(|entry| matches!(entry.kind, Kind::Submodule | Kind::Link));
            files.extend(entry.map(|entry| self.read(location.as_str().into(), &entry)));
        }
        for location in &self.project.version_locations {
            for folder in self.folders(location, &mut seen) {
                files.extend(self.in_folder(&folder));
            }
        }
        files
    }

    /// Returns a version location and, where it is recursive, the folders in it, each once.
    fn folders(&self, location: &str, seen: &mut HashSet<String>) -> Vec<String> {
        let mut found = Vec::new();
        let mut todo = vec![(location.to_owned(), 0)];
        while let Some((folder, depth)) = todo.pop() {
            if !seen.insert(folder.clone()) {
                continue;
            }
            if self.project.recursive && depth < DEPTH {
                let entries = self.snapshot.list(&folder);
                let mut folders: Vec<&Entry> =
                    entries.iter().filter(|entry| entry.kind == Kind::Folder).collect();
                folders.sort_by(|a, b| b.name.cmp(&a.name));
                let inner = folders.iter().map(|entry| (under(&folder, &entry.name), depth + 1));
                todo.extend(inner);
            }
            found.push(folder);
        }
        found
    }

    /// Reads the files of a folder, and the compiled ones that have no source beside it.
    fn in_folder(&self, folder: &str) -> Vec<RevisionFile> {
        let entries = self.snapshot.list(folder);
        let mut files = self.named(folder, &entries);
        if self.project.sourceless {
            let compiled = under(folder, "__pycache__");
            let there = self.snapshot.list(&compiled);
            let is_alone = |entry: &&Entry| {
                let stem = entry.name.split('.').next().unwrap_or_default();
                !entries.iter().any(|source| *source.name == *format!("{stem}.py"))
            };
            let alone: Vec<Entry> = there.iter().filter(is_alone).cloned().collect();
            files.extend(self.named(&compiled, &alone));
        }
        files
    }

    /// Reads the entries of a folder that are called like revisions.
    fn named(&self, folder: &str, entries: &[Entry]) -> Vec<RevisionFile> {
        if folder.ends_with("__pycache__") && !self.project.sourceless {
            return Vec::new();
        }
        let mut named: Vec<&Entry> = entries
            .iter()
            .filter(|entry| entry.kind != Kind::Folder)
            .filter(|entry| {
                is_revision_name(&entry.name)
                    || self.project.sourceless && is_compiled_only(&entry.name, entries)
            })
            .collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named.into_iter().map(|entry| self.file_in(folder, entry)).collect()
    }

    /// Reads a file of a folder. Most stand where they stood, behind the one before.
    fn file_in(&self, folder: &str, entry: &Entry) -> RevisionFile {
        let at = self.next.get();
        let likely = self.others.first().and_then(|other| other.files.get(at));
        let stands = |file: &&RevisionFile| {
            let own = &file.entry;
            // The name is mostly the very text that it was.
            let is_named = Rc::ptr_eq(&own.name, &entry.name) || own.name == entry.name;
            let is_here = || {
                let rest = file.path.strip_prefix(folder);
                let length = entry.name.len() + usize::from(!folder.is_empty());
                rest.is_some_and(|rest| rest.len() == length)
            };
            is_named
                && (own.id, own.kind) == (entry.id, entry.kind)
                && is_here()
                && file.content.bytes.get().is_some()
        };
        match likely.filter(stands) {
            Some(file) => {
                self.next.set(at + 1);
                file.clone().met_again()
            }
            None => {
                let path: Rc<str> = under(folder, &entry.name).into();
                let there = self.others.first().and_then(|other| other.by_path.get(&path).copied());
                self.next.set(there.map_or(at, |there| there + 1));
                self.file(path, entry)
            }
        }
    }

    fn file(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let known = |known: &KnownFiles<'_>| {
            let &at = known.by_path.get(&path)?;
            Some(known.files[at].clone()).filter(|file| file.entry == *entry)
        };
        match self.others.iter().find_map(known) {
            Some(file) if file.content.bytes.get().is_some() => file.met_again(),
            // What is asked for yet is asked of this snapshot, which is reported where it is missing.
            Some(file) => {
                let Content { source, summary, .. } = &*file.content;
                let (id, snapshot) = (entry.id, self.snapshot.clone());
                let (bytes, source, summary) = (OnceCell::new(), *source, summary.clone());
                let (met, wide, names) = (Cell::default(), RefCell::default(), OnceCell::new());
                let kept = RefCell::default();
                let content = Rc::new(Content {
                    snapshot,
                    id,
                    bytes,
                    source,
                    summary,
                    met,
                    wide,
                    kept,
                    names,
                });
                RevisionFile { content, ..file }
            }
            None => self.read(path, entry),
        }
    }

    fn read(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let no_source = match entry.kind {
            Kind::File if is_compiled(&entry.name) => "it is compiled, and its source is not here",
            Kind::File => return self.source(path, entry),
            Kind::Link => "it is a symbolic link",
            Kind::Submodule | Kind::Folder => "it is a submodule",
        };
        let content = Content {
            snapshot: self.snapshot.clone(),
            id: entry.id,
            bytes: OnceCell::from(Vec::new()),
            source: HeaderSource::More,
            summary: OnceCell::new(),
            met: Cell::default(),
            wide: RefCell::default(),
            kept: RefCell::default(),
            names: OnceCell::new(),
        };
        let header = Rc::new(HeaderReading::not_source(no_source));
        RevisionFile { path, entry: entry.clone(), header, content: Rc::new(content) }
    }

    /// Reads a source file, or what an earlier run wrote down about it.
    fn source(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let record = self.snapshot.recall(summary::EDITION, &entry.id);
        let (header, summary) = match record.and_then(Summary::read) {
            Some((header, summary)) => (header, OnceCell::from(summary)),
            None => (None, OnceCell::new()),
        };
        let (header, source, bytes) = match header {
            Some(header) => (header, HeaderSource::Bytes, OnceCell::new()),
            None => self.header(&path, entry),
        };
        let (snapshot, id, met) = (self.snapshot.clone(), entry.id, Cell::default());
        let (wide, kept, names) = (RefCell::default(), RefCell::default(), OnceCell::new());
        let content =
            Rc::new(Content { snapshot, id, bytes, source, summary, met, wide, kept, names });
        RevisionFile { path, entry: entry.clone(), header: Rc::new(header), content }
    }

    fn header(
        &self,
        path: &Rc<str>,
        entry: &Entry,
    ) -> (HeaderReading, HeaderSource, OnceCell<Vec<u8>>) {
        let Some(bytes) = self.snapshot.bytes_of(&entry.id) else {
            return (HeaderReading::missing(), HeaderSource::More, OnceCell::from(Vec::new()));
        };
        let (header, source) = match header::scan(&bytes, &entry.name) {
            Some(header) => (header, HeaderSource::Bytes),
            None => {
                let text = Rc::new(Text::decode(&bytes));
                (fallback::read(path, &text, self.imports), HeaderSource::More)
            }
        };
        (header, source, OnceCell::from(bytes))
    }
}

/// Tells whether a compiled file stands in a folder and its source does not: it is what Alembic
/// loads where `sourceless` is set.
fn is_compiled_only(name: &str, beside: &[Entry]) -> bool {
    let source = name.strip_suffix(['c', 'o']).unwrap_or_default();
    is_compiled(name) && !beside.iter().any(|entry| *entry.name == *source)
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { [folder, "/", name].concat() }
}
