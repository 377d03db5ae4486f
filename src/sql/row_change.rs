//! What a statement does to the rows of a table.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use std::hash::{Hash, Hasher};

use crate::sql::scope::Scopes;
use crate::sql::table::TableName;
use crate::text::known::{Known, mark_unread};

/// INSERT, UPDATE, DELETE and their kin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowChange {
    /// INSERT, with what it writes.
    Insert(Insert),
    /// UPDATE.
    Update(Update),
    /// DELETE.
    Delete(Delete),
    /// MERGE.
    Merge { table: TableName },
    /// TRUNCATE, one table.
    Truncate { table: TableName, cascade: bool },
    /// COPY ... FROM.
    CopyFrom { table: TableName },
    /// SELECT or WITH whose functions may write, by their names.
    Select { functions: Vec<String>, tables: Vec<TableName>, scopes: Box<Scopes> },
}

/// INSERT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Insert {
    /// The table written to.
    pub table: TableName,
    /// The columns named; `None` where none are.
    pub columns: Option<Known<Vec<String>>>,
    /// What a second run does, as far as the statement itself says.
    pub again: OnConflict,
    /// Where the rows come from.
    pub rows: RowSource,
    /// Tables that are read.
    pub reads: Vec<TableName>,
    /// Whole values: string literals that reach the database.
    pub literals: Vec<String>,
    /// Columns that every run writes another value to: a UUID that is generated, the next of a
    /// sequence, DEFAULT.
    pub generated: Vec<String>,
    /// The same by their places in the table, where the statement names no columns.
    pub drawn_places: Vec<usize>,
    /// What it says of its columns.
    pub mentions: Mentions,
    /// The columns of ON CONFLICT (...), where they are plain and no predicate follows.
    pub conflict: Option<Vec<String>>,
}

/// What keeps a second INSERT from adding the rows again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OnConflict {
    /// ON CONFLICT, ON DUPLICATE KEY, INSERT IGNORE, REPLACE.
    Conflict,
    /// NOT EXISTS, EXCEPT or an anti-join on the target.
    NotExists,
    /// Nothing in the statement.
    Nothing,
}

/// The rows that an INSERT writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowSource {
    /// VALUES; how many, where that can be known.
    Values(Known<usize>),
    /// SELECT.
    Select,
    /// One row per turn of a loop or an object of a session; the number is not known.
    Unknown,
}

/// UPDATE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Update {
    /// The table written to.
    pub table: TableName,
    /// What is set.
    pub set: Known<Vec<Assignment>>,
    /// The filter.
    pub filter: Filter,
    /// Tables that are read (FROM, subqueries).
    pub reads: Vec<TableName>,
    /// Whole values: string literals that are written, not those of the filter.
    pub literals: Vec<String>,
    /// What it says of its columns.
    pub mentions: Mentions,
}

/// What a statement says of the columns of its own table, where it names no other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mentions {
    /// Columns that it reads.
    pub columns: Vec<String>,
    /// Constants that it writes, without a cast.
    pub written: Vec<Given>,
    /// Constants that it compares columns with, without a cast.
    pub compared: Vec<Given>,
    /// The only table that the query of an INSERT reads, and the columns that it names there.
    pub selected: Option<(TableName, Vec<String>)>,
    /// How many values the rows of an INSERT have, as far as they are looked at.
    pub widths: Vec<usize>,
    /// Columns that it compares with each other, in whichever tables.
    pub pairs: Vec<Pair>,
    /// Functions that it calls, by their names in lower case.
    pub calls: Vec<String>,
    /// What qualifies a column that SET names, where PostgreSQL takes it for the column.
    pub qualifier: Option<String>,
    /// The columns that it names, by the queries that name them.
    pub scopes: Box<Scopes>,
    /// OVERRIDING SYSTEM VALUE or USER VALUE: an identity takes what is given, or passes over it.
    pub overriding: bool,
}

/// Two columns that are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// What stands before the operator.
    pub one: ColumnOf,
    /// What stands behind it.
    pub other: ColumnOf,
}

/// A column with its table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnOf {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
}

/// A constant for a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Given {
    /// The column.
    pub column: String,
    /// The constant, as SQL.
    pub sql: String,
    /// What SQLAlchemy tells the driver of its type.
    pub told: Told,
}

/// What SQLAlchemy tells a driver of the type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// Nothing that matters: SQL says it, or the value is one of the declared type.
    Nothing,
    /// That it is a VARCHAR, to a driver that takes types.
    Varchar,
    /// Nothing, since the column is declared without a type: asyncpg asks the server for it.
    Untyped,
    /// A type that it is no value of; asyncpg's words for that. Other drivers send the text.
    Misfit(&'static str),
}

/// One assignment of an UPDATE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// The column.
    pub column: Known<String>,
    /// What it is set to.
    pub value: Assigned,
}

/// What a column is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// A constant, as SQL (`NULL`, `0`, `'x'`).
    Constant(String),
    /// An expression that adds to the column's own value: a second run differs.
    Additive,
    /// Any other expression, as SQL.
    Expression(String),
    /// It cannot be known.
    Unreadable,
}

impl Hash for Assigned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Assigned::Constant(sql) | Assigned::Expression(sql) => sql.hash(state),
            Assigned::Additive => {}
            Assigned::Unreadable => mark_unread(state),
        }
    }
}

/// DELETE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Delete {
    /// The table.
    pub table: TableName,
    /// The filter.
    pub filter: Filter,
    /// Tables that are read (USING, subqueries).
    pub reads: Vec<TableName>,
    /// What it says of its columns.
    pub mentions: Mentions,
}

/// The filter of an UPDATE or a DELETE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Filter {
    /// How much of the table it lets through.
    pub reach: Reach,
    /// The top-level terms joined by AND, each as SQL.
    pub terms: Vec<String>,
    /// The top-level AND terms that compare one plain column with a constant, the only ones a
    /// second run can falsify.
    pub tests: Vec<Test>,
}

/// A term of a filter that compares one column with constants.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// `c IS NULL`.
    IsNull(String),
    /// `c IS NOT NULL`.
    IsNotNull(String),
    /// `c = k` or `c IN (k, ...)`.
    In(String, Vec<String>),
    /// `c <> k`, `c IS DISTINCT FROM k` or `c NOT IN (k, ...)`.
    NotIn(String, Vec<String>),
}

/// How much of a table a filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No filter, or one that is always true.
    Everything,
    /// A filter that may let through most of the table.
    Some,
    /// Equality or IN over literals or binds on a column.
    Rows,
    /// LIMIT, a range on a key, or the turn of a batching loop.
    Batch,
    /// It cannot be known.
    Unreadable,
}

impl Hash for Reach {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Reach::Everything | Reach::Some | Reach::Rows | Reach::Batch => {}
            Reach::Unreadable => mark_unread(state),
        }
    }
}

impl Filter {
    /// No filter at all.
    pub fn none() -> Self {
        Filter { reach: Reach::Everything, terms: Vec::new(), tests: Vec::new() }
    }

    /// A filter that cannot be known.
    pub fn unreadable() -> Self {
        Filter { reach: Reach::Unreadable, terms: Vec::new(), tests: Vec::new() }
    }
}

impl RowChange {
    /// Returns the table that is written to.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            RowChange::Insert(insert) => Some(&insert.table),
            RowChange::Update(update) => Some(&update.table),
            RowChange::Delete(delete) => Some(&delete.table),
            RowChange::Merge { table }
            | RowChange::Truncate { table, .. }
            | RowChange::CopyFrom { table } => Some(table),
            RowChange::Select { .. } => None,
        }
    }
}
