//! One statement that is sent to a database.
//!
//! Statements come in families, each in a file of its own, so that what asks about one of them is
//! led through all of it by the compiler and through nothing else.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::mark_unread;

/// A statement, cut so fine that each does one thing to one object: `ALTER TABLE t ADD a int, DROP
/// b` is two.
///
/// What the product has no opinion on is [`Statement::Other`]; what cannot be read is
/// [`Statement::Unreadable`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(
    clippy::large_enum_variant,
    reason = "most statements are about tables, and no pattern looks into a box"
)]
pub enum Statement {
    /// A table, its columns, constraints and indexes.
    Table(TableChange),
    /// Rows.
    Rows(RowChange),
    /// Types, views, routines and all other objects.
    Object(ObjectChange),
    /// The session: locks, settings, transactions.
    Session(SessionCommand),
    /// DO $$ ... $$ or CREATE PROCEDURE-like code whose statements are read one by one; `guarded`
    /// where they stand under IF or in an exception block.
    Block { statements: Vec<Placed>, guarded: bool },
    /// A statement that only reads.
    Read,
    /// A statement of no interest, by its first words, upper case.
    Other { keyword: String },
    /// Something that runs and cannot be read.
    Unreadable { why: Unread, keyword: Option<String>, table: Option<TableName> },
}

/// Why a statement is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A part is computed, or it is nothing that the reader knows: a sentence.
    Unknown(String),
    /// Reading ended here at a bound, and what else runs is not known: a sentence.
    Beyond(String),
    /// The database does not accept it near a word, or because its end is missing.
    Refused {
        /// The word.
        near: Option<String>,
    },
}

impl Unread {
    /// Makes one of a sentence.
    pub fn because(why: impl Into<String>) -> Self {
        Unread::Unknown(why.into())
    }
}

impl Hash for Unread {
    fn hash<H: Hasher>(&self, state: &mut H) {
        mark_unread(state);
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unread::Unknown(why) | Unread::Beyond(why) => out.write_str(why),
            Unread::Refused { near: Some(word) } => {
                write!(out, "the database does not accept it near `{word}`")
            }
            Unread::Refused { near: None } => {
                out.write_str("the database does not accept it: its end is missing")
            }
        }
    }
}

/// A statement with where it stands in the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Placed {
    /// The statement.
    pub statement: Statement,
    /// Bytes of the text.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
    /// Whether it stands under a condition (IF in a DO block).
    pub conditional: bool,
}

impl Statement {
    /// Returns the table that the statement is about, if it is about one.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Statement::Table(change) => change.table(),
            Statement::Rows(change) => change.table(),
            Statement::Object(change) => change.table(),
            Statement::Session(command) => command.table(),
            Statement::Unreadable { table, .. } => table.as_ref(),
            Statement::Block { .. } | Statement::Read | Statement::Other { .. } => None,
        }
    }
}
