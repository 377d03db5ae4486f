//! Every revision of a project, with the graph they make.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::alembic::graph::RevisionGraph;
use crate::alembic::imports::Imports;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Setting};
use crate::alembic::revision_file::RevisionFile;
use crate::alembic::revision_files::{KnownFiles, Locations};
use crate::alembic::{comments, plugins};
use crate::operation::operation::Operation;
use crate::operation::read::{self, Read, ReadInput, Registered};
use crate::operation::step::Step;
use crate::python::module;
use crate::snapshot::Snapshot;
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
        let known: Vec<KnownFiles<'_>> = others.iter().map(|other| other.known_files()).collect();
        let read = Locations { snapshot, project, imports: &imports, others: &known, next };
        let files = read.files();
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

    fn known_files(&self) -> KnownFiles<'_> {
        KnownFiles { files: self.files(), by_path: &self.shared.by_path }
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
        self.place(path).map(|at| &self.files()[at])
    }

    /// Returns where the file at a path stands among the files.
    pub(super) fn place(&self, path: &str) -> Option<usize> {
        self.shared.by_path.get(path).copied()
    }

    /// Returns everything that is deployed before a revision, in the order of `alembic upgrade`.
    pub fn ancestors(&self, revision: &str) -> Vec<Rc<str>> {
        self.graph().ancestors(revision)
    }

    /// Returns a revision by its path or its id, read whole; nothing where its header cannot be
    /// read.
    pub fn migration(&self, path_or_id: &str) -> Option<Rc<Migration>> {
        let of_id = || self.graph().node(path_or_id).map(|node| node.file);
        self.place(path_or_id).or_else(of_id).and_then(|at| self.migration_of(at))
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
        self.shared.imports.take_reads();
        let read = self.read_operations(file, &text);
        let remarks = comments::read(&text, &module::parse(&text));
        Some(Migration {
            path: file.path.clone(),
            // A text keeps its syntax tree, which nobody needs any more.
            text: Rc::new(text.unread()),
            header,
            upgrade: read.upgrade,
            downgrade: read.downgrade,
            syntax_errors: read.syntax_errors,
            bound: read.bound,
            remarks,
            reads: self.shared.imports.take_reads(),
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

fn by_path(files: &[RevisionFile]) -> Map<Rc<str>, usize> {
    files.iter().enumerate().map(|(at, file)| (file.path.clone(), at)).collect()
}

fn graph(files: &[RevisionFile]) -> RevisionGraph {
    let headers = files.iter().map(|file| file.header.header()).enumerate();
    RevisionGraph::of(headers.filter_map(|(at, header)| Some((at, header?))))
}
