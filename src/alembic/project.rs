//! Where a snapshot keeps its migrations.

use crate::alembic::compared::Compared;
use crate::alembic::driver::Driver;
use crate::alembic::location::{ancestors, folder_of, join};
use crate::operation::op::naming::NamingConvention;
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;
use std::collections::BTreeSet;
use std::rc::Rc;

/// How far above its files a tree of revisions is thought to begin, where no `env.py` says it.
const ABOVE: usize = 4;

/// One script directory of Alembic: an ini section, a `[tool.alembic]`, or a folder with `env.py`
/// and revisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// How it is named: the ini's path, with `:section` unless `alembic`; the script location where
    /// there is no ini.
    pub name: String,
    /// What says that it is one.
    pub origin: Origin,
    /// The folder with `env.py`, relative to the root of the repository.
    pub script_location: String,
    /// The folders with revisions.
    pub version_locations: Vec<String>,
    /// What says that these are the folders.
    pub versions_from: VersionsFrom,
    /// `recursive_version_locations`.
    pub recursive: bool,
    /// `sourceless`: compiled files are loaded where their source is not there.
    pub sourceless: bool,
    /// Version locations that lie outside of the tree or cannot be known.
    pub outside: Vec<String>,
    /// Folders that modules are imported from, the likeliest first.
    pub import_roots: Vec<String>,
    /// `sqlalchemy.url`, as far as it is written in the ini.
    pub url: Option<String>,
    /// The URLs of other configurations of the same scripts, each with the name of the one.
    pub other_urls: Vec<(String, String)>,
    /// What `env.py` and the ini say of the database.
    pub environment: Environment,
}

/// What the ini and `env.py` say, read without running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The path of `env.py`, where there is one.
    pub path: Option<String>,
    /// The dialects, the first one the likeliest, each with the words that gave it away. Empty:
    /// nothing said.
    pub dialects: Vec<(Dialect, String)>,
    /// The database that speaks PostgreSQL's language and is another one: `CockroachDB`.
    pub relative: Option<&'static str>,
    /// The drivers that URLs name.
    pub drivers: Vec<Driver>,
    /// Whether `env.py` makes an asynchronous engine.
    pub asynchronous: bool,
    /// `transaction_per_migration=True`.
    pub transaction_per_migration: Setting,
    /// Where `transaction_per_migration` is given: `alembic/env.py:30`.
    pub transaction_place: Option<String>,
    /// `env.py` hands arguments to the functions of revisions: `run_migrations(engine_name=name)`;
    /// unreadable where it calls that nowhere.
    pub hands_arguments: Setting,
    /// `render_as_batch=True`.
    pub render_as_batch: Setting,
    /// AUTOCOMMIT as isolation level of the connection.
    pub autocommit: Setting,
    /// The connection asks MySQL to take several statements at a time (`MULTI_STATEMENTS`);
    /// unreadable where env.py takes its engine from elsewhere.
    pub several_statements: Setting,
    /// A `lock_timeout` or `statement_timeout` is set in env.py or in the connection's options.
    pub lock_timeout: Setting,
    /// Where that timeout is set: `alembic/env.py:30`.
    pub timeout_place: Option<String>,
    /// A naming convention is given to the metadata.
    pub naming_convention: Setting,
    /// What becomes of the names that are given to checks.
    pub check_names: CheckNames,
    /// What that convention says, where it is written out.
    pub convention: NamingConvention,
    /// A `version_table` of the project's own.
    pub version_table: Option<String>,
    /// What autogenerate compares.
    pub compared: Compared,
}

/// What a naming convention makes of the names that are given to checks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CheckNames {
    /// They stay as they are.
    #[default]
    AsGiven,
    /// They are taken into a template: `ck_%(table_name)s_%(constraint_name)s`.
    Template(Rc<str>),
    /// It cannot be known.
    Unknown,
}

/// What a file says of a yes-or-no setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// It says yes.
    Yes,
    /// It says no, or nothing where nothing means no.
    #[default]
    No,
    /// It says something that cannot be read.
    Unreadable,
}

/// What says that there is a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A section of an ini file.
    Ini {
        /// The file.
        path: String,
        /// The section.
        section: String,
    },
    /// `[tool.alembic]`.
    Pyproject {
        /// The file.
        path: String,
    },
    /// A folder with an `env.py`.
    Folder,
}

/// What says where the revisions of a project stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionsFrom {
    /// Alembic's configuration, or what holds without one.
    Configuration,
    /// The headers of the files.
    Files {
        /// How many stand where, and what follows from it, as a clause.
        why: String,
        /// How many of the folders, from the first on, configuration says all the same.
        configured: usize,
    },
    /// `version-locations` of the settings.
    Settings,
}

/// Which projects are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Search<'a> {
    /// Those that changed paths may belong to; only their own folders and those above are looked
    /// at.
    Around(&'a [String]),
    /// The same, as far as configuration says them: no changed file is asked for a header.
    Declared(&'a [String]),
    /// All of the tree.
    Whole,
}

/// Returns the folder in which revisions are looked for that may go together with those of a
/// folder: the nearest one with an `env.py` of Alembic's; else the highest one near it that is
/// called after what it holds.
pub(crate) fn territory(snapshot: &Snapshot, folder: &str) -> String {
    let with_env = ancestors(folder).find(|above| is_environment(snapshot, above));
    if let Some(above) = with_env.filter(|above| !above.is_empty()) {
        return above.to_owned();
    }
    let is_called = |above: &&str| {
        let name = above.rsplit('/').next().unwrap_or(above).to_lowercase();
        ["migration", "alembic", "versions", "revisions"].iter().any(|word| name.contains(word))
    };
    ancestors(folder).take(ABOVE).filter(is_called).last().unwrap_or(folder).to_owned()
}

/// Tells whether a folder holds an `env.py` of Alembic's.
pub(crate) fn is_environment(snapshot: &Snapshot, folder: &str) -> bool {
    let path = join(folder, "env.py").unwrap_or_default();
    snapshot.text(&path).is_some_and(|text| {
        ["alembic", "run_migrations"].iter().any(|word| text.content().contains(word))
    })
}

/// Tells whether a path holds settings of every project.
pub(super) fn is_settings(path: &str) -> bool {
    path == "safe-migration.toml" || path == "pyproject.toml"
}

impl Project {
    /// Returns the path of `env.py`, whether or not there is one.
    pub fn env_path(&self) -> String {
        join(&self.script_location, "env.py").unwrap_or_else(|| "env.py".to_owned())
    }

    /// Finds the same project among those of another snapshot, where its folders or its
    /// configuration may have moved.
    pub fn counterpart<'a>(&self, others: &'a [Project]) -> Option<&'a Project> {
        let shares = |other: &Project| {
            other.version_locations.iter().any(|path| self.version_locations.contains(path))
        };
        let place = |other: &Project| other.script_location == self.script_location;
        let find = |same: &dyn Fn(&Project) -> bool| others.iter().find(|other| same(other));
        find(&|other| place(other) && other.version_locations == self.version_locations)
            .or_else(|| find(&|other| other.name == self.name))
            .or_else(|| find(&|other| place(other) && shares(other)))
            .or_else(|| find(&|other| place(other) && !self.is_inferred()))
            .or_else(|| find(&shares))
    }

    /// Tells whether only the files say where its revisions stand.
    pub fn is_inferred(&self) -> bool {
        matches!(self.versions_from, VersionsFrom::Files { .. })
    }

    /// Returns the folders below which revisions may stand that belong to it, though nothing says
    /// so but their headers.
    pub(crate) fn territories(&self, snapshot: &Snapshot) -> BTreeSet<String> {
        let locations = self.version_locations.iter().filter(|path| !path.is_empty());
        locations.map(|folder| territory(snapshot, folder)).collect()
    }

    /// Tells whether it loads the files of a folder.
    pub(crate) fn loads_from(&self, folder: &str) -> bool {
        self.version_locations.iter().any(|location| self.covers(location, folder))
    }

    /// Tells whether it loads files of the folder that a file stands in.
    pub fn loads_from_beside(&self, path: &str) -> bool {
        self.loads_from(folder_of(path))
    }

    /// Tells whether Alembic would load a file as a revision of this project.
    pub fn loads(&self, path: &str) -> bool {
        let (folder, name) = (folder_of(path), path.rsplit('/').next().unwrap_or(path));
        let compiled = self.sourceless && is_compiled(name);
        let folder = match compiled {
            true => folder.strip_suffix("/__pycache__").unwrap_or(folder),
            false => folder,
        };
        (is_revision_name(name) || compiled) && self.loads_from(folder)
    }

    pub(crate) fn covers(&self, location: &str, folder: &str) -> bool {
        let below = || {
            location.is_empty()
                || folder.strip_prefix(location).is_some_and(|rest| rest.starts_with('/'))
        };
        location == folder || self.recursive && below()
    }

    /// Tells whether a file lies below a version location where Alembic does not look, as this
    /// project is configured: a revision there is loaded only where something sets the locations
    /// while it runs.
    pub fn overlooks(&self, path: &str) -> bool {
        let (folder, name) = (folder_of(path), path.rsplit('/').next().unwrap_or(path));
        let below = |location: &String| {
            !location.is_empty()
                && folder.strip_prefix(location.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        if is_misnamed(name) {
            return self.loads_from(folder) || self.version_locations.iter().any(below);
        }
        is_revision_name(name) && !self.loads(path) && self.version_locations.iter().any(below)
    }

    /// Tells whether a change of this path can change what this project does.
    pub fn concerns(&self, path: &str) -> bool {
        let origin = match &self.origin {
            Origin::Ini { path: ini, .. } | Origin::Pyproject { path: ini } => ini == path,
            Origin::Folder => false,
        };
        let scripts = || {
            folder_of(path) == self.script_location
                && (path.ends_with("/env.py") || path.ends_with("script.py.mako"))
        };
        origin || path == self.env_path() || scripts() || self.loads(path) || self.overlooks(path)
    }
}

/// Tells whether Alembic loads a file of this name where `sourceless` is set
/// (`_sourceless_rev_file`), and it is no source.
pub(crate) fn is_compiled(name: &str) -> bool {
    let ends = name.ends_with(".pyc") || name.ends_with(".pyo");
    ends && !name.starts_with(".#") && !name.starts_with("__init__")
}

/// Tells whether a file looks as if it were meant to be a revision, and its name keeps Alembic from
/// loading it.
fn is_misnamed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (lower.ends_with(".py") || lower.ends_with(".pyw")) && !is_revision_name(name)
}

/// Tells whether Alembic loads a file of this name (`_only_source_rev_file`).
pub(crate) fn is_revision_name(name: &str) -> bool {
    name.ends_with(".py") && !name.starts_with(".#") && !name.starts_with("__init__")
}
