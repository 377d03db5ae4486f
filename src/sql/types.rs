//! Types of columns, and what changing one into another costs.

use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

/// A type, canonical: aliases are resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SqlType {
    /// The canonical name, lower case, without arguments: `varchar`, `integer`, `timestamp`.
    pub base: String,
    /// The arguments, in order: `(10, 2)`; for MySQL's enum the labels.
    pub arguments: Vec<String>,
    /// WITH TIME ZONE.
    pub timezone: bool,
    /// How many dimensions, if it is an array.
    pub array: u8,
}

/// What changing the type of a column does to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeChange {
    /// Only the catalog changes.
    Free,
    /// The catalog changes, and indexes on the column may be built anew.
    RebuildsIndexes,
    /// Free where the session's time zone is UTC, else the table is written anew.
    FreeInUtc,
    /// Every row is read, none is written.
    Scans,
    /// The table and all its indexes are written anew.
    Rewrites,
    /// It cannot be known.
    Unknown,
}

impl SqlType {
    /// Reads a type as SQL writes it.
    pub fn parse(text: &str) -> SqlType {
        SqlType { base: text.trim().to_ascii_lowercase(), arguments: Vec::new(), timezone: false, array: 0 }
    }
}

/// Tells what changing a column from one type to another does to the table.
pub fn change(_old: &SqlType, _new: &SqlType, _dialect: Dialect, _version: ServerVersion) -> TypeChange {
    TypeChange::Unknown
}

/// Tells whether a value of the old type may fail or be rounded or cut in the new one; `None` where it cannot be
/// known.
pub fn loses(_old: &SqlType, _new: &SqlType) -> Option<bool> {
    None
}
