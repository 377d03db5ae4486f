//! Every revision of a project, with the graph they make.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::comments;
use crate::alembic::fallback;
use crate::alembic::graph::RevisionGraph;
use crate::alembic::header::{self, HeaderReading};
use crate::alembic::imports::Imports;
use crate::alembic::migration::Migration;
use crate::alembic::plugins;
use crate::alembic::project::{Project, Setting, is_compiled, is_revision_name};
use crate::operation::operation::Operation;
use crate::operation::read::{self, Read, ReadInput, Registered};
use crate::operation::step::Step;
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
    registered: OnceCell<Registered>,
}

/// A file that Alembic would load.
#[derive(Clone, Debug)]
pub struct RevisionFile {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// What stands there.
    pub entry: Entry,
    /// What it says of itself.
    pub header: Rc<HeaderReading>,
    bytes: Rc<Vec<u8>>,
}

/// How deep a recursive version location is followed.
const DEPTH: usize = 40;

impl History {
    /// Reads the headers of every revision of a project; its migrations are read for the project's
    /// likeliest dialect.
    pub fn read(snapshot: &Rc<Snapshot>, project: &Rc<Project>) -> Self {
        History::read_beside(snapshot, project, &[])
    }

    /// Does the same, and takes from histories that were read already what did not change since.
    pub fn read_beside(
        snapshot: &Rc<Snapshot>,
        project: &Rc<Project>,
        others: &[&History],
    ) -> Self {
        let imports = Imports::new(snapshot, project);
        let files = Reader { snapshot, project, imports: &imports, others }.files();
        let headers =
            files.iter().enumerate().filter_map(|(at, file)| Some((at, file.header.header()?)));
        let graph = RevisionGraph::of(headers);
        let by_path = files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect();
        let dialect = project
            .environment
            .dialects
            .first()
            .map_or_else(Dialect::default, |(dialect, _)| *dialect);
        let (project, snapshot, registered) = (project.clone(), snapshot.clone(), OnceCell::new());
        let shared = Shared { project, snapshot, files, by_path, graph, imports, registered };
        History { shared: Rc::new(shared), dialect, migrations: RefCell::default() }
    }

    /// Returns the same history with migrations read for another dialect; no file is read again for
    /// that.
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

    /// Returns a revision by its path or its id, read whole; nothing where its header cannot be
    /// read.
    pub fn migration(&self, path_or_id: &str) -> Option<Rc<Migration>> {
        let of_id = || self.graph().node(path_or_id).map(|node| node.file);
        self.shared
            .by_path
            .get(path_or_id)
            .copied()
            .or_else(of_id)
            .and_then(|at| self.migration_of(at))
    }

    fn migration_of(&self, at: usize) -> Option<Rc<Migration>> {
        if let Some(migration) = self.migrations.borrow().get(&at) {
            return Some(migration.clone());
        }
        let migration = Rc::new(self.read_whole(&self.files()[at])?);
        self.migrations.borrow_mut().insert(at, migration.clone());
        Some(migration)
    }

    /// Returns the operations that the repository registers.
    fn registered(&self) -> &Registered {
        let shared = &self.shared;
        shared
            .registered
            .get_or_init(|| plugins::registered(&shared.snapshot, &shared.project, &shared.imports))
    }

    fn read_whole(&self, file: &RevisionFile) -> Option<Migration> {
        let header = file.header.header()?.clone();
        let text = Rc::new(Text::decode(&file.bytes));
        let read = self.read_operations(file, &text);
        let remarks = comments::read(&text, &module::parse(&text));
        Some(Migration {
            path: file.path.clone(),
            // A text keeps its syntax tree, which nobody needs any more.
            text: Rc::new(Text::new(text.content())),
            header,
            upgrade: read.upgrade,
            downgrade: read.downgrade,
            syntax_errors: read.syntax_errors,
            bound: read.bound,
            remarks,
        })
    }

    /// Reads both directions. What the repository registers is only looked for when an operation is
    /// met that Alembic does not have.
    fn read_operations(&self, file: &RevisionFile, text: &Rc<Text>) -> Read {
        let read = |registered: &Registered| {
            let input = ReadInput {
                path: file.path.clone(),
                text: text.clone(),
                dialect: self.dialect,
                naming_convention: self.project().environment.naming_convention != Setting::No,
                convention: &self.project().environment.convention,
                upgrade: vec!["upgrade".to_owned()],
                downgrade: vec!["downgrade".to_owned()],
                registered,
            };
            read::read(&input, &self.shared.imports)
        };
        let first = read(&Registered::default());
        let mut steps = first.upgrade.steps.iter().chain(&first.downgrade.steps);
        let is_ours = |step: &Step| match &step.operation {
            Operation::Custom { name, registered: false } => self.registered().names.contains(name),
            _ => false,
        };
        if steps.any(is_ours) { read(self.registered()) } else { first }
    }
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
    /// Reads the files that Alembic would load, in its order: location by location, in each folder
    /// by name, and a folder's own files before those of the folders in it.
    fn files(&self) -> Vec<RevisionFile> {
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
            let mut todo = vec![(location.clone(), 0)];
            while let Some((folder, depth)) = todo.pop() {
                if !seen.insert(folder.clone()) {
                    continue;
                }
                let entries = self.snapshot.list(&folder);
                files.extend(self.folder(&folder, &entries));
                if self.project.sourceless {
                    let compiled = under(&folder, "__pycache__");
                    let there = self.snapshot.list(&compiled);
                    let alone = there.iter().filter(|entry| {
                        let stem = entry.name.split('.').next().unwrap_or_default();
                        !entries.iter().any(|source| *source.name == *format!("{stem}.py"))
                    });
                    let alone: Vec<Entry> = alone.cloned().collect();
                    files.extend(self.folder(&compiled, &alone));
                }
                if self.project.recursive && depth < DEPTH {
                    let mut folders: Vec<&Entry> =
                        entries.iter().filter(|entry| entry.kind == Kind::Folder).collect();
                    folders.sort_by(|a, b| b.name.cmp(&a.name));
                    todo.extend(
                        folders.iter().map(|entry| (under(&folder, &entry.name), depth + 1)),
                    );
                }
            }
        }
        files
    }

    fn folder(&self, folder: &str, entries: &[Entry]) -> Vec<RevisionFile> {
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
            Kind::File if is_compiled(&entry.name) => (
                HeaderReading::not_source("it is compiled, and its source is not here"),
                Vec::new(),
            ),
            Kind::File => match self.snapshot.bytes_of(&entry.id) {
                Some(bytes) => {
                    let parsed =
                        || fallback::read(&path, &Rc::new(Text::decode(&bytes)), self.imports);
                    (header::scan(&bytes, &entry.name).unwrap_or_else(parsed), bytes)
                }
                None => (HeaderReading::missing(), Vec::new()),
            },
            Kind::Link => (HeaderReading::not_source("it is a symbolic link"), Vec::new()),
            Kind::Submodule | Kind::Folder => {
                (HeaderReading::not_source("it is a submodule"), Vec::new())
            }
        };
        RevisionFile { path, entry: entry.clone(), header: Rc::new(header), bytes: Rc::new(bytes) }
    }
}

/// Tells whether a compiled file stands in a folder and its source does not: it is what Alembic
/// loads where `sourceless` is set.
fn is_compiled_only(name: &str, beside: &[Entry]) -> bool {
    let source = name.strip_suffix(['c', 'o']).unwrap_or_default();
    is_compiled(name) && !beside.iter().any(|entry| *entry.name == *source)
}

fn under(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
