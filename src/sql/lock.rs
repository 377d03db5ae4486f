//! What each statement locks, scans and rewrites.

use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::ColumnType;
use crate::sql::table::ConstraintKind;
use crate::sql::table::TableName;
use crate::sql::version::ServerVersion;

/// A lock mode of PostgreSQL on a table, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockMode {
    /// ACCESS SHARE.
    AccessShare,
    /// ROW SHARE.
    RowShare,
    /// ROW EXCLUSIVE.
    RowExclusive,
    /// SHARE UPDATE EXCLUSIVE.
    ShareUpdateExclusive,
    /// SHARE.
    Share,
    /// SHARE ROW EXCLUSIVE.
    ShareRowExclusive,
    /// EXCLUSIVE.
    Exclusive,
    /// ACCESS EXCLUSIVE.
    AccessExclusive,
}

/// Who waits for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocks {
    /// Nobody that an application runs.
    Nothing,
    /// Other DDL and VACUUM.
    Ddl,
    /// Writers.
    Writes,
    /// Readers and writers.
    ReadsAndWrites,
}

/// What a table is to the statement that locks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The table that the statement names.
    Itself,
    /// A table that a foreign key refers to.
    Referenced,
    /// A partition or the parent of one.
    Partition,
    /// A table that is read.
    Read,
}

/// A lock that a statement takes and keeps until its transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The table.
    pub table: TableName,
    /// How strong.
    pub mode: LockMode,
    /// Whether every row is read under it.
    pub scans: bool,
    /// Whether the table is written anew under it.
    pub rewrites: bool,
    /// What the table is to the statement.
    pub role: Role,
}

/// What a statement alone does not say, and the schema may know. Every answer may be "unknown", which is the default.
pub trait Knowledge {
    /// Returns what kind of constraint a name is.
    fn constraint_kind(&self, _table: &TableName, _name: &str) -> Option<ConstraintKind> {
        None
    }

    /// Returns the table that a foreign key refers to.
    fn referent(&self, _table: &TableName, _constraint: &str) -> Option<TableName> {
        None
    }

    /// Returns the tables that the foreign keys of a table refer to.
    fn referents(&self, _table: &TableName) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the table of an index.
    fn table_of_index(&self, _index: &str) -> Option<TableName> {
        None
    }

    /// Returns the type that a column has before the statement.
    fn column_type(&self, _table: &TableName, _column: &str) -> Option<ColumnType> {
        None
    }

    /// Tells whether a validated constraint proves that a column holds no NULL.
    fn proves_not_null(&self, _table: &TableName, _column: &str) -> bool {
        false
    }
}

/// Knows nothing.
pub struct Nothing;

impl Knowledge for Nothing {}

impl LockMode {
    /// Returns the name that PostgreSQL's manual uses.
    pub fn title(self) -> &'static str {
        match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Tells who waits for it.
    pub fn blocks(self) -> Blocks {
        match self {
            LockMode::AccessShare | LockMode::RowShare | LockMode::RowExclusive => Blocks::Nothing,
            LockMode::ShareUpdateExclusive => Blocks::Ddl,
            LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => Blocks::Writes,
            LockMode::AccessExclusive => Blocks::ReadsAndWrites,
        }
    }
}

/// Returns the locks on existing tables that a statement takes on PostgreSQL, strongest first; none on others.
pub fn locks(
    _statement: &Statement,
    _dialect: Dialect,
    _version: ServerVersion,
    _knowledge: &dyn Knowledge,
) -> Vec<Lock> {
    Vec::new()
}
