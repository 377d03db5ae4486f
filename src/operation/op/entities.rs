//! Entities of alembic_utils, and columns of alembic_postgresql_enum.

use crate::text::known::Known;

/// A view, a function, a trigger or another entity of alembic_utils (0.8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PgEntity {
    /// Its class: `PGView`.
    pub(crate) class: String,
    /// Schema and signature, as they stand in SQL.
    pub(crate) name: String,
    /// The schema that it says.
    pub(crate) schema: String,
    /// Whether it is a constraint trigger.
    pub(crate) is_constraint: bool,
    /// What it is on, for triggers and policies.
    pub(crate) on: Option<String>,
    /// The definition.
    pub(crate) definition: String,
}

/// A column that has a type of enumeration, of alembic_postgresql_enum (1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnReference {
    pub(crate) table: String,
    pub(crate) column: String,
    /// The default that the server has; unreadable where the plug-in asks the server for it.
    pub(crate) default: Option<Known<String>>,
}
