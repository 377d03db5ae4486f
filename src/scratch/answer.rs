//! What the runner answers: one JSON object a line, an event while it works or the result of an
//! order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scratch::job::{AskedOfRows, TouchedTable, WantedRows};

/// What a line is.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    /// The project's Python is ready to load it.
    Ready(Ready),
    /// A revision is begun.
    Revision {
        /// Its id.
        revision: String,
    },
    /// A run of Alembic is begun.
    Leg {
        /// `upgrade` or `downgrade`.
        direction: String,
        /// The revision that it leads to.
        target: String,
    },
    /// An order is done, or cannot be; the rest of the line is read as one or the other.
    Result {},
}

/// What a process says of itself.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Ready {
    /// The version of Python.
    pub python: String,
    /// The version of Alembic.
    pub alembic: String,
    /// The version of SQLAlchemy.
    pub sqlalchemy: String,
    /// What keeps it from other databases.
    pub guard: BTreeMap<String, Layer>,
}

impl Ready {
    /// The walls that stand around it.
    pub fn walls(&self) -> Option<String> {
        match self.guard.get("walls") {
            Some(Layer::Word(walls)) => Some(walls.clone()),
            _ => None,
        }
    }
}

/// How a layer of the guard holds.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Layer {
    /// It holds, or is not needed.
    Holds(bool),
    /// In a word.
    Word(String),
}

/// Why an order was not done; no verdict follows.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Refusal {
    /// A layer of the guard does not hold.
    pub safety: Option<String>,
    /// Another kind of database is asked for.
    pub elsewhere: Option<String>,
    /// Which.
    pub asked: Option<String>,
    /// The project cannot be loaded.
    pub not_loaded: Option<String>,
    /// Where.
    pub at: Option<Place>,
    /// What its own files say that would help.
    pub proposal: Option<String>,
}

/// A place in the project.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Place {
    /// The path in the tree.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The text of the line.
    #[serde(default)]
    pub code: Option<String>,
}

/// The result of an order.
#[derive(Clone, Debug, Deserialize)]
pub struct Done<T> {
    /// Whether the process is as good as new.
    #[serde(default)]
    pub clean: bool,
    /// What was asked for.
    #[serde(flatten)]
    pub answer: T,
}

/// The answer to `probe`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Probed {
    /// The heads of the history.
    pub heads: Vec<String>,
}

/// The answer to `begin` and to `forward`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Reached {
    /// What failed.
    pub failed: Option<Failure>,
    /// Why the database does not stand where a revision can be tried.
    pub beyond: Option<String>,
    /// How many tables the models of env.py have.
    #[serde(default)]
    pub tables: u64,
}

/// What a statement or the project's code says when it fails.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Failure {
    /// In the words of the database, or of Python.
    #[serde(default)]
    pub error: String,
    /// The statement.
    pub statement: Option<String>,
    /// The place in the project.
    pub at: Option<Place>,
}

/// The answer to `scout`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Scouted {
    /// The upgrade of empty tables.
    pub upgrade: LegAnswer,
    /// The downgrade.
    pub downgrade: Option<LegAnswer>,
    /// The tables that either touches; nothing where that is not known.
    pub touched: Option<Vec<TouchedTable>>,
    /// What it asks of rows that are there.
    #[serde(default)]
    pub asked: Vec<AskedOfRows>,
    /// Texts that both directions speak of.
    #[serde(default)]
    pub spoken: Vec<String>,
    /// Rows that its statements ask for.
    #[serde(default)]
    pub wanted: Vec<WantedRows>,
}

/// The answer to `rehearse`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Pass {
    /// How many tables were given rows.
    pub seeded: Option<Seeded>,
    /// The upgrade.
    pub upgrade: Option<LegAnswer>,
    /// The downgrade.
    pub downgrade: Option<LegAnswer>,
    /// The second upgrade.
    pub reupgrade: Option<LegAnswer>,
    /// What a failed upgrade leaves behind.
    #[serde(default)]
    pub half: Differences,
    /// What the upgrade destroys without a statement that says so.
    #[serde(default)]
    pub lost: Differences,
    /// What the downgrade leaves different.
    #[serde(default)]
    pub left: Differences,
    /// What the second upgrade leaves other than the first.
    #[serde(default)]
    pub redone: Differences,
}

/// How many tables were given rows.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Seeded {
    /// How many tables are concerned.
    pub tables: u64,
    /// How many were given every row.
    pub filled: u64,
    /// Those that were given some.
    pub partial: Vec<String>,
    /// Those that hold none.
    pub empty: Vec<EmptyTable>,
}

/// A table that holds no row, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmptyTable {
    /// The table.
    pub table: String,
    /// What the database says.
    pub why: String,
}

/// One run of Alembic.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct LegAnswer {
    /// Whether it passed.
    pub status: LegStatus,
    /// How long it took.
    #[serde(default)]
    pub seconds: f64,
    /// What failed.
    #[serde(flatten)]
    pub failure: Failure,
    /// What its statements took, on PostgreSQL.
    #[serde(default)]
    pub trace: Vec<StatementAnswer>,
    /// The tables that stood there before.
    #[serde(default)]
    pub standing: Vec<String>,
    /// Whether it failed because a constraint is violated.
    #[serde(default)]
    pub violation: bool,
}

/// Whether a leg passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LegStatus {
    /// It did.
    #[default]
    Passed,
    /// It did not.
    Failed,
}

impl LegStatus {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            LegStatus::Passed => "passed",
            LegStatus::Failed => "failed",
        }
    }
}

impl LegAnswer {
    /// Tells whether it failed.
    pub fn failed(&self) -> bool {
        self.status == LegStatus::Failed
    }
}

/// What a statement took.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct StatementAnswer {
    /// The statement.
    pub sql: String,
    /// How long it took.
    pub milliseconds: f64,
    /// Whether it ran outside of a transaction.
    pub autocommit: bool,
    /// The locks that it took.
    #[serde(default)]
    pub locks: Vec<LockAnswer>,
    /// The locks that were held before.
    #[serde(default)]
    pub held: Vec<LockAnswer>,
    /// Tables that it rewrote.
    #[serde(default)]
    pub rewritten: Vec<String>,
    /// Tables that it read from end to end.
    #[serde(default)]
    pub scanned: Vec<String>,
}

/// A lock on a table.
#[derive(Clone, Debug, Deserialize)]
pub struct LockAnswer {
    /// The table.
    pub table: String,
    /// As `pg_locks` names it.
    pub mode: String,
}

/// What two snapshots tell apart.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Differences {
    /// Objects.
    pub objects: Vec<ObjectDifference>,
    /// Rows.
    pub rows: Vec<RowDifference>,
    /// Sequences that stand further than they did.
    #[serde(default)]
    pub moved: Vec<MovedSequence>,
}

/// A sequence, or what numbers a table, that stands further than it did.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MovedSequence {
    /// Its name.
    pub name: String,
    /// The value that it gave last.
    pub before: String,
    /// The value that it gave last by now.
    pub after: String,
    /// How it came there.
    pub how: MovedBy,
}

/// What moves a sequence on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MovedBy {
    /// A statement sets it.
    Set,
    /// Values were taken from it.
    Given,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ObjectDifference {
    /// `column`, `constraint`, ...
    pub kind: String,
    /// Its name, as the database identifies it.
    pub name: String,
    /// The table that it belongs to.
    pub table: Option<String>,
    /// What became of it.
    pub change: ObjectChange,
    /// The attributes that differ, where it is there before and after.
    pub attributes: Vec<AttributeDifference>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectChange {
    /// It was not there before.
    Added,
    /// It is gone.
    Gone,
    /// It is another one.
    Changed,
}

/// An attribute that differs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AttributeDifference {
    /// `comment`, `default`, ...
    pub name: String,
    /// What it was; nothing where it was not set.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// Rows that differ.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RowDifference {
    /// The table.
    pub table: String,
    /// The column, where it is one.
    pub column: Option<String>,
    /// What became of it.
    pub what: RowChange,
    /// How many rows.
    pub rows: u64,
    /// The key of one of them.
    pub key: Option<String>,
    /// What that one held; nothing for NULL.
    pub before: Option<String>,
    /// What it holds.
    pub after: Option<String>,
    /// Whether the upgrade had kept it.
    pub kept: bool,
    /// Whether the upgrade deletes such rows, and none of those made up was one.
    #[serde(default)]
    pub restored: bool,
    /// Whether the downgrade wrote what neither the upgrade nor anybody before it had.
    #[serde(default)]
    pub rewritten: bool,
}

/// What became of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum RowChange {
    /// Their table is gone.
    #[serde(rename = "table lost")]
    TableLost,
    /// Their column is gone.
    #[serde(rename = "column lost")]
    ColumnLost,
    /// Rows are gone.
    #[serde(rename = "rows lost")]
    RowsLost,
    /// Rows are there that were not.
    #[serde(rename = "rows added")]
    RowsAdded,
    /// They hold other values.
    #[serde(rename = "values changed")]
    ValuesChanged,
    /// Values lie in other rows.
    #[serde(rename = "values moved")]
    ValuesMoved,
}
