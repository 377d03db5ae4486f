//! What the runner is told: a job, which holds for every order, and the orders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What holds for every order.
#[derive(Clone, Debug, Serialize)]
pub struct Job {
    /// The tree that is tried, on disk.
    pub tree: PathBuf,
    /// The work tree, for editable installs that lead there.
    pub repository: PathBuf,
    /// The ini, if there is one.
    pub ini: Option<PathBuf>,
    /// Its section.
    pub section: Option<String>,
    /// The `pyproject.toml` that says something to Alembic.
    #[serde(rename = "toml")]
    pub pyproject: Option<PathBuf>,
    /// Options of Alembic's configuration.
    pub options: BTreeMap<String, String>,
    /// The folder of env.py.
    pub script_location: PathBuf,
    /// Variables that env.py expects.
    pub environment: BTreeMap<String, String>,
    /// What `alembic -x` would say.
    pub x: Vec<String>,
    /// Where modules of the project are found.
    pub sys_path: Vec<PathBuf>,
    /// The application that Flask loads around env.py; `auto` where it finds it.
    pub flask_app: Option<String>,
    /// `deny` or `allow`.
    pub network: &'static str,
    /// What an empty database is given.
    pub setup_sql: Vec<String>,
    /// Rows of the project's own.
    pub seed_sql: Vec<String>,
    /// Tables that get none.
    pub skip_tables: Vec<String>,
    /// The scratch databases.
    pub scratch: Scratch,
}

/// What the runner must know of scratch databases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scratch {
    /// `sqlite`, `postgresql` or `mysql`.
    pub backend: &'static str,
    /// Their names, or the paths of their files.
    pub databases: Vec<String>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'static str>,
    /// The folder of PostgreSQL's socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket_dir: Option<PathBuf>,
    /// MariaDB's socket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<PathBuf>,
    /// PostgreSQL's port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What every connection to PostgreSQL must show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// One thing to do.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "mode", rename_all = "lowercase")]
pub enum Order {
    /// Load the history and env.py; run nothing.
    Probe,
    /// Prepare an empty database.
    Begin {
        /// What it starts from.
        baseline: Option<BaselineOrder>,
    },
    /// Bring a database to the parents of a revision.
    Forward {
        /// The revisions to reach.
        targets: Vec<String>,
        /// The revision that must not be applied by then.
        revision: String,
    },
    /// Upgrade and downgrade without rows, and see what is touched.
    Scout {
        /// The revision.
        revision: RevisionOrder,
    },
    /// Try a revision.
    Rehearse {
        /// The revision.
        revision: RevisionOrder,
        /// Whether the tables are given rows.
        rows: bool,
        /// Whether rows hold NULLs and duplicates wherever they may.
        adversarial: bool,
        /// The kind of values to begin with.
        first_attempt: u8,
        /// The tables that it touches; nothing where that is not known.
        touched: Option<Vec<TouchedTable>>,
        /// What it will ask of rows that are there.
        asked: Vec<AskedOfRows>,
        /// Labels that it brings in itself.
        spoken: Vec<String>,
        /// Rows that its statements ask for.
        wanted: Vec<WantedRows>,
    },
}

/// What an empty database starts from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum BaselineOrder {
    /// The tables of the models.
    Models,
    /// A dump.
    Sql {
        /// The file.
        path: PathBuf,
        /// The revision at which it stands.
        revision: Option<String>,
    },
    /// A command of the project.
    Command {
        /// The command.
        command: String,
        /// The revision at which it leaves the database.
        revision: Option<String>,
    },
}

/// A revision to try.
#[derive(Clone, Debug, Serialize)]
pub struct RevisionOrder {
    /// Its id.
    pub revision: String,
    /// `down_revision`.
    pub parents: Vec<String>,
}

/// A table that a revision touches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchedTable {
    /// The scratch database.
    pub database: String,
    /// The table.
    pub table: String,
}

/// What the schema after a revision asks of rows that were there before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskedOfRows {
    /// The scratch database.
    pub database: String,
    /// The table.
    pub table: String,
    /// Foreign keys over columns that were there: columns, the other table, its columns.
    pub references: Vec<(Vec<String>, String, Vec<String>)>,
    /// CHECK constraints, as the database writes them.
    pub checks: Vec<String>,
}

/// Rows that statements of a revision ask for, and that difficult rows are joined by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WantedRows {
    /// The scratch database.
    pub database: String,
    /// The table.
    pub table: String,
    /// What columns must hold, of each row: a column, a sign, a value.
    pub ways: Vec<Vec<(String, String, serde_json::Value)>>,
}

impl Job {
    /// The same job for another tree than the staged one.
    pub fn moved_to(&self, tree: &Path) -> Self {
        let moved = |path: &PathBuf| moved(path, &self.tree, tree);
        // Folders of versions stand in one option, divided by colons.
        let part = |part: &str| moved(&PathBuf::from(part)).display().to_string();
        let text = |text: &str| text.split(':').map(part).collect::<Vec<_>>().join(":");
        let options = self.options.iter().map(|(name, value)| (name.clone(), text(value)));
        Job {
            tree: tree.to_owned(),
            ini: self.ini.as_ref().map(moved),
            pyproject: self.pyproject.as_ref().map(moved),
            options: options.collect(),
            script_location: moved(&self.script_location),
            sys_path: self.sys_path.iter().map(moved).collect(),
            ..self.clone()
        }
    }
}

/// A path below one folder, below another; any other path as it is.
pub fn moved(path: &Path, from: &Path, to: &Path) -> PathBuf {
    match path.strip_prefix(from) {
        Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
        Ok(rest) => to.join(rest),
        Err(_) => path.to_owned(),
    }
}
