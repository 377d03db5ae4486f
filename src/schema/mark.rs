//! Names whose standing in the database is remembered.

use std::rc::Rc;

use crate::sql::object_change::ObjectKind;

/// A name of something in a database, lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectName {
    /// A table, by `schema.table` or `table`.
    Table(String),
    /// A column of a table.
    Column(String, String),
    /// A constraint of a table.
    Constraint(String, String),
    /// An index.
    Index(String),
    /// An enum type.
    Type(String),
    /// A view, sequence, trigger or the like.
    Object(ObjectKind, String),
}

/// What is remembered of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A revision took it away.
    Gone {
        /// The revision.
        by: Rc<str>,
    },
    /// It may be there or not: it was made or dropped under a condition, or something unread may
    /// have touched it.
    Doubtful {
        /// The revision that leaves the doubt.
        by: Rc<str>,
    },
}
