//! What a statement needs, or what needs it.

use crate::sql::object_change::ObjectKind;
use crate::sql::table::TableName;

/// What is done to a table that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TableUse {
    /// DROP TABLE.
    Drop,
    /// ALTER, CREATE INDEX.
    Alter,
    /// Its rows are read or written.
    Rows,
    /// It is referred to.
    Refer,
    /// Batch mode reflects it.
    Reflect,
}

/// What a column that is not there is named for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnPlace {
    /// ALTER, RENAME.
    Altered,
    /// DROP COLUMN.
    Dropped,
    /// A key or unique constraint.
    Key,
    /// A foreign key's own column.
    ForeignKey,
    /// A column that a foreign key refers to.
    Referred,
    /// An index.
    Index,
    /// INSERT, UPDATE.
    Written,
    /// A filter, or the value of an assignment.
    Read,
    /// A batch copies the table without it.
    Batch,
}

/// What cannot be dropped or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// A table.
    Table(TableName),
    /// A view, sequence, function or the like.
    Object(ObjectKind, String),
    /// A column that is dropped.
    Column(TableName, String),
    /// A column that a batch drops: what stays over it is made again, over nothing.
    CopiedColumn(TableName, String),
    /// A column whose type is changed; the words of what uses it.
    ColumnType(&'static str),
    /// A column that loses NOT NULL.
    KeyColumn(String),
    /// A column under a foreign key, whose type is changed.
    ForeignColumn(String),
    /// A column of a CHECK of MySQL, which is renamed or dropped.
    CheckedColumn {
        /// The CHECK.
        check: String,
        /// The column.
        column: String,
    },
    /// The type of a table's rows.
    RowType(String),
    /// A constraint.
    Constraint(TableName, String),
    /// An index; the constraint that it carries.
    Index(String),
    /// A type.
    Type(String),
    /// A table that is truncated.
    Truncated(TableName),
    /// A table of which rows were written that a deferred foreign key has not looked at yet.
    Waited(TableName),
    /// A table that a batch copies, and drops before the copy takes its name.
    Copied(TableName),
}

impl Needed {
    /// Returns the name that findings carry.
    pub(super) fn object(&self) -> Option<String> {
        Some(match self {
            Needed::Table(table)
            | Needed::Truncated(table)
            | Needed::Waited(table)
            | Needed::Copied(table) => table.to_string(),
            Needed::Column(_, name)
            | Needed::CopiedColumn(_, name)
            | Needed::KeyColumn(name)
            | Needed::ForeignColumn(name)
            | Needed::CheckedColumn { column: name, .. }
            | Needed::RowType(name)
            | Needed::Constraint(_, name)
            | Needed::Object(_, name)
            | Needed::Index(name)
            | Needed::Type(name) => name.clone(),
            Needed::ColumnType(_) => return None,
        })
    }
}
