//! Every revision of a project, with the graph they make.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use crate::alembic::graph::RevisionGraph;
use crate::alembic::imports::Imports;
use crate::alembic::kept_reading::{Asking, KeptReading, Terms};
use crate::alembic::location::folder_of;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Setting};
use crate::alembic::revision_file::{Modules, RevisionFile};
use crate::alembic::revision_files::{KnownFiles, Locations};
use crate::alembic::{comments, plugins};
use crate::operation::operation::Operation;
use crate::operation::read::{self, Read, ReadInput, Registered};
use crate::operation::step::Step;
use crate::python::interpreter::Loader;
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
    migrations: RefCell<Map<usize, Rc<Migration>>>,
}

/// What does not depend on the dialect.
#[derive(Debug)]
struct Shared {
    project: Rc<Project>,
    snapshot: Rc<Snapshot>,
    files: Vec<RevisionFile>,
    places: Rc<Places>,
    graph: Rc<RevisionGraph>,
    imports: Imports,
    registered: OnceCell<Registered>,
    modules: OnceCell<Modules>,
    /// What lay there in the history that it was read beside.
    modules_before: Option<Modules>,
}

/// Where files stand among the files.
#[derive(Debug)]
struct Places {
    by_path: Map<Rc<str>, usize>,
    /// Those of which no more than the id is known: the graph does not hold them.
    nameless: Vec<usize>,
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
        let (places, graph) = match others.iter().find(|other| other.stands_on(&files)) {
            Some(other) => (other.shared.places.clone(), other.shared.graph.clone()),
            None => (Rc::new(places(&files)), Rc::new(graph(&files))),
        };
        let dialect = project
            .environment
            .dialects
            .first()
            .map_or_else(Dialect::default, |(dialect, _)| *dialect);
        let (project, snapshot, registered) = (project.clone(), snapshot.clone(), OnceCell::new());
        let modules = OnceCell::new();
        let modules_before = others.first().and_then(|other| other.shared.modules.get().cloned());
        let shared = Shared {
            project,
            snapshot,
            files,
            places,
            graph,
            imports,
            registered,
            modules,
            modules_before,
        };
        History { shared: Rc::new(shared), dialect, migrations: RefCell::default() }
    }

    fn known_files(&self) -> KnownFiles<'_> {
        KnownFiles { files: self.files(), by_path: &self.shared.places.by_path }
    }

    /// Tells whether it was read from these very files.
    fn stands_on(&self, files: &[RevisionFile]) -> bool {
        let stands = |(own, file): (&RevisionFile, &RevisionFile)| {
            Rc::ptr_eq(&own.header, &file.header) && is_same(&own.path, &file.path)
        };
        self.files().len() == files.len() && self.files().iter().zip(files).all(stands)
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

    /// Returns the files of an id, in the order in which Alembic loads them.
    pub(super) fn files_of(&self, id: &str) -> Vec<&RevisionFile> {
        let duplicates = self.graph().duplicates();
        let several = duplicates.iter().find(|duplicate| &*duplicate.revision == id);
        let mut places: Vec<usize> = match several {
            Some(duplicate) => duplicate.files.clone(),
            None => self.graph().node(id).map(|node| node.file).into_iter().collect(),
        };
        let nameless = self.shared.places.nameless.iter().copied();
        places.extend(nameless.filter(|&at| self.files()[at].header.revision() == Some(id)));
        places.sort_unstable();
        places.into_iter().map(|at| &self.files()[at]).collect()
    }

    /// Tells whether a file may touch what its bytes do not name. One whose bytes could not be had
    /// may, too.
    pub fn is_wide(&self, file: &RevisionFile) -> bool {
        let modules = self.modules();
        let is_here = |root: &str| modules.binary_search_by(|name| (**name).cmp(root)).is_ok();
        let leads_on = |root: &str| root == "." || root != "alembic" && is_here(root);
        file.is_wide(modules, || file.computes_names() || file.imports(&leads_on))
    }

    /// Returns what lies in the root of the repository, in `src`, beside the script location and in
    /// it.
    fn modules(&self) -> &Modules {
        self.shared.modules.get_or_init(|| {
            let location = &self.project().script_location;
            let mut names: Vec<Rc<str>> = Vec::new();
            for folder in ["", "src", folder_of(location), location] {
                let entries = self.snapshot().list(folder);
                let stems = entries.iter().filter_map(|entry| entry.name.strip_suffix(".py"));
                names.extend(stems.map(Rc::<str>::from));
                names.extend(entries.iter().map(|entry| entry.name.clone()));
            }
            names.sort_unstable();
            names.dedup();
            let before = self.shared.modules_before.as_ref();
            before.filter(|before| ***before == *names).cloned().unwrap_or_else(|| names.into())
        })
    }

    /// Returns where the file at a path stands among the files.
    pub(super) fn place(&self, path: &str) -> Option<usize> {
        self.shared.places.by_path.get(path).copied()
    }

    /// Returns everything that is deployed before a revision, in the order of `alembic upgrade`.
    pub fn ancestors(&self, revision: &str) -> Vec<Rc<str>> {
        self.graph().ancestors(revision)
    }

    /// Returns a revision by its path or its id, read whole; nothing where its header cannot be
    /// read.
    pub fn migration(&self, path_or_id: &str) -> Option<Rc<Migration>> {
        let of_id = || self.graph().node(path_or_id).map(|node| node.file);
        self.place(path_or_id).or_else(of_id).and_then(|at| self.migration_in(at))
    }

    /// Returns the revision of a number in the graph, read whole.
    pub(crate) fn migration_of(&self, node: usize) -> Option<Rc<Migration>> {
        self.migration_in(self.graph().nodes().get(node)?.file)
    }

    fn migration_in(&self, at: usize) -> Option<Rc<Migration>> {
        if let Some(migration) = self.migrations.borrow().get(&at) {
            return Some(migration.clone());
        }
        let migration = self.kept_or_read(&self.files()[at])?;
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

    /// Reads a file whole; in an audit, no more often than what it says of the repository changes.
    fn kept_or_read(&self, file: &RevisionFile) -> Option<Rc<Migration>> {
        let imports = &self.shared.imports;
        if !file.is_met_often() {
            return self.read_whole(file, imports).map(Rc::new);
        }
        let environment = &self.project().environment;
        let terms = Terms {
            dialect: self.dialect,
            names_are_plain: environment.naming_convention == Setting::No,
            convention: environment.convention.clone(),
        };
        if let Some(kept) = file.kept(&terms, imports) {
            return Some(kept);
        }
        let asking = Asking::new(imports);
        let migration = Rc::new(self.read_whole(file, &asking)?);
        file.keep(KeptReading::new(terms, asking, &migration));
        Some(migration)
    }

    fn read_whole(&self, file: &RevisionFile, loader: &dyn Loader) -> Option<Migration> {
        let header = file.header.header()?.clone();
        let text = Rc::new(Text::decode(file.bytes()));
        self.shared.imports.take_reads();
        let read = self.read_operations(file, &text, loader);
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
    fn read_operations(&self, file: &RevisionFile, text: &Rc<Text>, loader: &dyn Loader) -> Read {
        let read = |registered: &Registered| {
            let input = ReadInput {
                path: file.path.clone(),
                text: text.clone(),
                dialect: self.dialect,
                naming_convention: self.project().environment.naming_convention != Setting::No,
                convention: &self.project().environment.convention,
                hands_arguments: self.project().environment.hands_arguments != Setting::No,
                upgrade: vec!["upgrade".to_owned()],
                downgrade: vec!["downgrade".to_owned()],
                registered,
            };
            read::read(&input, loader)
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

fn places(files: &[RevisionFile]) -> Places {
    let is_nameless =
        |file: &RevisionFile| file.header.header().is_none() && file.header.revision().is_some();
    let numbered = || files.iter().enumerate();
    Places {
        by_path: numbered().map(|(at, file)| (file.path.clone(), at)).collect(),
        nameless: numbered().filter(|(_, file)| is_nameless(file)).map(|(at, _)| at).collect(),
    }
}

fn graph(files: &[RevisionFile]) -> RevisionGraph {
    let names = files.iter().map(RevisionFile::names).enumerate();
    RevisionGraph::of_names(names.filter_map(|(at, names)| Some((at, names?))))
}

/// Tells whether two paths are one: mostly it is the very same text.
pub(super) fn is_same(one: &Rc<str>, other: &Rc<str>) -> bool {
    Rc::ptr_eq(one, other) || one == other
}
