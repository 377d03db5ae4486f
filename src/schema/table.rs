//! What is known of one table at one point of the history.

use std::rc::Rc;

use crate::sql::table::{ColumnType, Constraint, Generated, Index, ServerDefault};
use crate::text::known::Known;

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The schema, where one is given.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// Where it came from.
    pub origin: Origin,
    /// Whether rows may stand in it.
    pub rows: Rows,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The constraints, those of columns included.
    pub constraints: Vec<Held>,
    /// The indexes.
    pub indexes: Vec<Index>,
    /// Whether every column is known: the table was created by something that was read, and nothing unread touched it.
    pub complete: bool,
    /// PARTITION BY.
    pub partitioned: bool,
}

/// Where a table or a column came from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A revision made it.
    Revision {
        /// The revision's id.
        revision: Rc<str>,
        /// Whether it is in upstream already.
        released: bool,
        /// Whether it was made under a guard (`if not has_table`), or IF NOT EXISTS.
        guarded: bool,
    },
    /// It was first met in an ALTER or a query: it exists, and nothing more is known.
    Met,
}

/// Whether rows may stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Made by what is deployed together, and nothing was written to it.
    NewAndEmpty,
    /// Made by what is deployed together, and filled since.
    NewAndFilled,
    /// It exists in production.
    Existing,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name.
    pub name: String,
    /// The type; `None` where it was never read.
    pub kind: Option<ColumnType>,
    /// Nullability.
    pub nullable: Known<bool>,
    /// The default that the server applies; the outer level is whether that is known.
    pub default: Known<Option<ServerDefault>>,
    /// What makes its values.
    pub generated: Option<Generated>,
    /// Where it came from.
    pub origin: Origin,
    /// Whether something wrote to it since it was added, and which revision that was.
    pub filled: Option<Rc<str>>,
}

/// A constraint with its state.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The constraint, with its effective name where that can be known.
    pub constraint: Constraint,
    /// Whether the rows that stood there when it was made are known to satisfy it.
    pub validated: bool,
    /// The revision that made it.
    pub by: Rc<str>,
}

impl Table {
    /// Finds a column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Tells whether the table is made by what is deployed together, without a guard: no row of production is in it.
    pub fn is_new(&self) -> bool {
        !matches!(self.rows, Rows::Existing)
    }
}
