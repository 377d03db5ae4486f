//! Every revision of a project, with the graph they make.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::alembic::graph::RevisionGraph;
use crate::alembic::header::{self, HeaderReading};
use crate::alembic::imports::Imports;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Setting, is_compiled, is_revision_name};
use crate::alembic::summary::{self, Summary};
use crate::alembic::words::{self, Finder};
use crate::alembic::{comments, fallback, plugins};
use crate::operation::operation::Operation;
use crate::operation::read::{self, Read, ReadInput, Registered};
use crate::operation::step::Step;
use crate::python::module;
use crate::snapshot::record::Record;
use crate::snapshot::{Entry, Kind, ObjectId, Snapshot};
use crate::sql::dialect::Dialect;
use crate::text::map::Map;
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
    by_path: Rc<Map<Rc<str>, usize>>,
    graph: Rc<RevisionGraph>,
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
    content: Rc<Content>,
}

/// What a file holds: bytes that were read, or that are read where somebody asks for them, because
/// an earlier run wrote down what most ask for.
#[derive(Debug)]
struct Content {
    snapshot: Rc<Snapshot>,
    id: ObjectId,
    bytes: OnceCell<Vec<u8>>,
    source: HeaderSource,
    summary: OnceCell<Summary>,
    /// In how many histories it was met.
    met: Cell<usize>,
}

/// From how many histories on it pays off to write down what a file says, if only for this run: an
/// audit asks every file again for each commit.
const PAYS_OFF: usize = 8;

/// What a header was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeaderSource {
    /// The bytes of the file alone.
    Bytes,
    /// The parser, which other files have a say with; or there is no header.
    More,
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
        let next = Cell::default();
        let files = Reader { snapshot, project, imports: &imports, others, next }.files();
        let (by_path, graph) = match others.iter().find(|other| other.stands_on(&files)) {
            Some(other) => (other.shared.by_path.clone(), other.shared.graph.clone()),
            None => (Rc::new(by_path(&files)), Rc::new(graph(&files))),
        };
        let dialect = project
            .environment
            .dialects
            .first()
            .map_or_else(Dialect::default, |(dialect, _)| *dialect);
        let (project, snapshot, registered) = (project.clone(), snapshot.clone(), OnceCell::new());
        let shared = Shared { project, snapshot, files, by_path, graph, imports, registered };
        History { shared: Rc::new(shared), dialect, migrations: RefCell::default() }
    }

    /// Tells whether it was read from these very files.
    fn stands_on(&self, files: &[RevisionFile]) -> bool {
        let is_same = |(own, file): (&RevisionFile, &RevisionFile)| {
            Rc::ptr_eq(&own.header, &file.header) && own.path == file.path
        };
        self.files().len() == files.len() && self.files().iter().zip(files).all(is_same)
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
        let text = Rc::new(Text::decode(file.bytes()));
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
        let Content { snapshot, id, bytes, .. } = &*self.content;
        bytes.get_or_init(|| snapshot.bytes_of(id).unwrap_or_default())
    }

    /// Tells whether it may touch what its bytes do not name, by what it says itself. One whose
    /// bytes could not be had may, too.
    pub fn computes_names(&self) -> bool {
        match self.content.summary.get() {
            Some(summary) => summary.computes_names(),
            None => self.bytes().is_empty() || words::computes_names(self.bytes()),
        }
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

    /// Counts the histories that it is met in, and writes down what it says once that pays off.
    fn met_again(self) -> Self {
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

fn by_path(files: &[RevisionFile]) -> Map<Rc<str>, usize> {
    files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect()
}

fn graph(files: &[RevisionFile]) -> RevisionGraph {
    let headers = files.iter().map(|file| file.header.header()).enumerate();
    RevisionGraph::of(headers.filter_map(|(at, header)| Some((at, header?))))
}

/// Reads the files of a project.
struct Reader<'a> {
    snapshot: &'a Rc<Snapshot>,
    project: &'a Project,
    imports: &'a Imports,
    others: &'a [&'a History],
    /// The number of the file of the first other that the next one is likely to be.
    next: Cell<usize>,
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
        named.into_iter().map(|entry| self.file_in(folder, entry)).collect()
    }

    /// Reads a file of a folder. Most stand where they stood, behind the one before.
    fn file_in(&self, folder: &str, entry: &Entry) -> RevisionFile {
        let at = self.next.get();
        let likely = self.others.first().and_then(|other| other.files().get(at));
        let stands = |file: &&RevisionFile| {
            let rest = file.path.strip_prefix(folder).map(|rest| rest.trim_start_matches('/'));
            file.entry == *entry && rest == Some(&*entry.name) && file.content.bytes.get().is_some()
        };
        match likely.filter(stands) {
            Some(file) => {
                self.next.set(at + 1);
                file.clone().met_again()
            }
            None => {
                let path: Rc<str> = under(folder, &entry.name).into();
                let there = self.others.first().and_then(|it| it.shared.by_path.get(&path));
                self.next.set(there.map_or(at, |there| there + 1));
                self.file(path, entry)
            }
        }
    }

    fn file(&self, path: Rc<str>, entry: &Entry) -> RevisionFile {
        let known = |history: &&History| {
            let &at = history.shared.by_path.get(&path)?;
            Some(history.files()[at].clone()).filter(|file| file.entry == *entry)
        };
        match self.others.iter().find_map(known) {
            Some(file) if file.content.bytes.get().is_some() => file.met_again(),
            // What is asked for yet is asked of this snapshot, which is reported where it is missing.
            Some(file) => {
                let Content { source, summary, .. } = &*file.content;
                let (id, snapshot) = (entry.id, self.snapshot.clone());
                let (bytes, source, summary) = (OnceCell::new(), *source, summary.clone());
                let met = Cell::default();
                let content = Rc::new(Content { snapshot, id, bytes, source, summary, met });
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
        let content = Rc::new(Content { snapshot, id, bytes, source, summary, met });
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
