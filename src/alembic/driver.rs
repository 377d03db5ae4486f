//! A driver of a database.

use crate::sql::dialect::Dialect;

/// A driver of SQLAlchemy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// Its database.
    pub dialect: Dialect,
    /// Its name, as a URL has it behind the plus: `asyncpg`.
    pub name: String,
    /// What says so.
    pub place: String,
}
