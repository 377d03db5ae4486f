//! Every revision of a project, with the graph they make.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::comments;
use crate::alembic::fallback;
use crate::alembic::graph::RevisionGraph;
use crate::alembic::header::{self, HeaderReading};
use crate::alembic::imports::Imports;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Setting, is_revision_name};
use crate::operation::read::{self, ReadInput};
use crate::python::module;
use crate::snapshot::{Entry, Kind, Snapshot};
use crate::sql::dialect::Dialect;
use crate::text::source::Text;

/// The revisions of one project in one snapshot, read for one dialect.
#[derive(Debug)]
pub struct History {
    shared: Rc<Shared>,
    dialect: Dialect,
    migrations: RefCell<HashMap<usize, Rc<Migration>>>,
}

/// What does not depend on the dialect.
#[derive(Debug)]
struct Shared {
    project: Rc<Project>,
    snapshot: Rc<Snapshot>,
    files: Vec<RevisionFile>,
    by_path: HashMap<Rc<str>, usize>,
    graph: RevisionGraph,
    imports: Imports,
    registered: BTreeSet<String>,
}

/// A file that Alembic would load.
#[derive(Clone, Debug)]
pub struct RevisionFile {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// What stands there.
    pub entry: Entry,
    /// What it says of itself.
    pub header: HeaderReading,
    bytes: Rc<Vec<u8>>,
}

/// How deep a recursive version location is followed.
const DEPTH: usize = 40;

impl History {
    /// Reads the headers of every revision of a project; its migrations are read for the project's likeliest dialect.
    pub fn read(snapshot: &Rc<Snapshot>, project: &Rc<Project>) -> Self {
        History::read_beside(snapshot, project, &[])
    }

    /// Does the same, and takes from histories that were read already what did not change since.
    pub fn read_beside(snapshot: &Rc<Snapshot>, project: &Rc<Project>, others: &[&History]) -> Self {
        let imports = Imports::new(snapshot, project);
        let files = Reader { snapshot, project, imports: &imports, others }.files();
        let headers = files.iter().enumerate().filter_map(|(at, file)| Some((at, file.header.header()?)));
        let graph = RevisionGraph::of(headers);
        let by_path = files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
        let dialect = project.environment.dialects.first().map_or_else(Dialect::default, |(dialect, _)| *dialect);
        let (project, snapshot, registered) = (project.clone(), snapshot.clone(), BTreeSet::new());
        let shared = Shared { project, snapshot, files, by_path, graph, imports, registered };
        History { shared: Rc::new(shared), dialect, migrations: RefCell::default() }
    }

    /// Returns the same history with migrations read for another dialect; no file is read again for that.
    pub fn on(&self, dialect: Dialect) -> Self {
        History { shared: self.shared.clone(), dialect, migrations: RefCell::default() }
    }

    /// Returns the project.
    pub fn project(&self) -> &Rc<Project> {
        &self.shared.project
    }

    /// Returns the snapshot that it was read from.
    pub fn snapshot(&self) -> &Rc<Snapshot> {
        &self.shared.snapshot
    }

    /// Returns the dialect that migrations are read for.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the graph.
    pub fn graph(&self) -> &RevisionGraph {
        &self.shared.graph
    }

    /// Returns the files in the order in which Alembic loads them.
    pub fn files(&self) -> &[RevisionFile] {
        &self.shared.files
    }

    /// Returns the file of a revision: the last one where several claim its id.
    pub fn file(&self, revision: &str) -> Option<&RevisionFile> {
        self.graph().node(revision).map(|node| &self.files()[node.file])
    }

    /// Returns the file at a path.
    pub fn file_at(&self, path: &str) -> Option<&RevisionFile> {
        self.shared.by_path.get(path).map(|&at| &self.files()[at])
    }

    /// Returns everything that is deployed before a revision, in the order of `alembic upgrade`.
    pub fn ancestors(&self, revision: &str) -> Vec<Rc<str>> {
        self.graph().ancestors(revision)
    }

    /// Returns a revision by its path or its id, read whole; nothing where its header cannot be read.
    pub fn migration(&self, path_or_id: &str) -> Option<Rc<Migration>> {
        let of_id = || self.graph().node(path_or_id).map(|node| node.file);
        self.shared.by_path.get(path_or_id).copied().or_else(of_id).and_then(|at| self.migration_of(at))
    }

    fn migration_of(&self, at: usize) -> Option<Rc<Migration>> {
        if let Some(migration) = self.migrations.borrow().get(&at) {
            return Some(migration.clone());
        }
        let migration = Rc::new(self.read_whole(&self.files()[at])?);
        self.migrations.borrow_mut().insert(at, migration.clone());
        Some(migration)
    }

    fn read_whole(&self, file: &RevisionFile) -> Option<Migration> {
        let header = file.header.header()?.clone();
        let text = Rc::new(Text::decode(&file.bytes));
        let input = ReadInput {
            path: file.path.clone(),
            text: text.clone(),
            dialect: self.dialect,
            naming_convention: self.project().environment.naming_convention != Setting::No,
            upgrade: vec!["upgrade".to_owned()],
            downgrade: vec!["downgrade".to_owned()],
            registered: &self.shared.registered,
        };
        let read = read::read(&input, &self.shared.imports);
        let remarks = comments::read(&text, &module::parse(&text));
        Some(Migration {
            path: file.path.clone(),
            text,
            header,
            upgrade: read.upgrade,
            downgrade: read.downgrade,
            syntax_errors: read.syntax_errors,
            remarks,
        })
    }

    /// Tells whether the bytes of a revision hold any of the names as a word, without regard to case.
    ///
    /// The names are in lower case.
    pub fn mentions(&self, revision: &str, names: &HashSet<String>) -> bool {
        self.file(revision).is_some_and(|file| words(&file.bytes).any(|word| names.contains(&word)))
    }
}

/// Returns the words of a text in lower case.
fn words(bytes: &[u8]) -> impl Iterator<Item = String> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
    let words = bytes.split(move |byte| !is_word(byte)).filter(|word| !word.is_empty());
    words.map(|word| String::from_utf8_lossy(word).to_lowercase())
}

impl RevisionFile {
    /// Returns the bytes; none for what is no file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Reads the files of a project.
struct Reader<'a> {
    snapshot: &'a Snapshot,
    project: &'a Project,
    imports: &'a Imports,
    others: &'a [&'a History],
}

impl Reader<'_> {
    /// Reads the files that Alembic would load, in its order: location by location, in each folder by name, and a
    /// folder's own files before those of the folders in it.
    fn files(&self) -> Vec<RevisionFile> {
        let mut files = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        for location in &self.project.version_locations {
            let mut todo = vec![(location.clone(), 0)];
            while let Some((folder, depth)) = todo.pop() {
                if !seen.insert(folder.clone()) {
                    continue;
                }
                let entries = self.snapshot.list(&folder);
                files.extend(self.folder(&folder, &entries));
                if self.project.recursive && depth < DEPTH {
                    let mut folders: Vec<&Entry> = entries.iter().filter(|entry| entry.kind == Kind::Folder).collect();
                    folders.sort_by(|a, b| b.name.cmp(&a.name));
                    todo.extend(folders.iter().map(|entry| (under(&folder, &entry.name), depth + 1)));
                }
            }
        }
        files
    }

    fn folder(&self, folder: &str, entries: &[Entry]) -> Vec<RevisionFile> {
        if folder.ends_with("__pycache__") {
            return Vec::new();
        }
        let mut named: Vec<&Entry> =
            entries.iter().filter(|entry| entry.kind != Kind::Folder && is_revision_name(&entry.name)).collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        named.into_iter().map(|entry| self.file(under(folder, &entry.name).into(), entry)).collect()
    }

    fn file(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let known = |history: &&History| {
            let &at = history.shared.by_path.get(&path)?;
            Some(history.files()[at].clone()).filter(|file| file.entry == *entry)
        };
        self.others.iter().find_map(known).unwrap_or_else(|| self.read(path, entry))
    }

    fn read(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let (header, bytes) = match entry.kind {
            Kind::File => match self.snapshot.bytes_of(&entry.id) {
                Some(bytes) => {
                    let parsed = || fallback::read(&path, &Rc::new(Text::decode(&bytes)), self.imports);
                    (header::scan(&bytes, &entry.name).unwrap_or_else(parsed), bytes)
                }
                None => (HeaderReading::missing(), Vec::new()),
            },
            Kind::Link => (HeaderReading::not_source("it is a symbolic link"), Vec::new()),
            Kind::Submodule | Kind::Folder => (HeaderReading::not_source("it is a submodule"), Vec::new()),
        };
        RevisionFile { path, entry: entry.clone(), header, bytes: Rc::new(bytes) }
    }
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
