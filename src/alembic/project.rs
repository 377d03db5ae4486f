//! Where a snapshot keeps its migrations.

use crate::sql::dialect::Dialect;

/// One script directory of Alembic: an ini section, a `[tool.alembic]`, or a folder with `env.py` and `versions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// How it is named: the ini's path, with `:section` unless `alembic`; the script location where there is no ini.
    pub name: String,
    /// The folder with `env.py`, relative to the root of the repository.
    pub script_location: String,
    /// The folders with revisions.
    pub version_locations: Vec<String>,
    /// `recursive_version_locations`.
    pub recursive: bool,
    /// Version locations that lie outside of the tree or cannot be known.
    pub outside: Vec<String>,
    /// What `env.py` and the ini say of the database.
    pub environment: Environment,
}

/// What the ini and `env.py` say, read without running.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The path of `env.py`, where there is one.
    pub path: Option<String>,
    /// The dialects, the first one the likeliest, each with the words that gave it away. Empty: nothing said.
    pub dialects: Vec<(Dialect, String)>,
    /// `transaction_per_migration=True`.
    pub transaction_per_migration: Setting,
    /// `render_as_batch=True`.
    pub render_as_batch: Setting,
    /// AUTOCOMMIT as isolation level of the connection.
    pub autocommit: Setting,
    /// A `lock_timeout` or `statement_timeout` is set in env.py or in the connection's options.
    pub lock_timeout: Setting,
    /// A naming convention is given to the metadata.
    pub naming_convention: Setting,
    /// A `version_table` of the project's own.
    pub version_table: Option<String>,
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
