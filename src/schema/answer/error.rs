//! Errors of database servers, in their own words (read off PostgreSQL 15, SQLite 3.40, MariaDB
//! 10.11 and the message catalogues of MySQL 8.0 and SQL Server 2022).

use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::sql::object_change::ObjectKind;
use crate::sql::table::TableName;

/// An error of a server, or what Alembic says in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseError {
    /// A table or view is not there.
    NoTable {
        /// The table.
        table: TableName,
        /// What is done to it.
        usage: TableUse,
    },
    /// A column is not there.
    NoColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
        /// What it is named for.
        place: ColumnPlace,
    },
    /// An index is not there.
    NoIndex {
        /// The index.
        name: String,
    },
    /// A constraint is not there.
    NoConstraint {
        /// The table.
        table: TableName,
        /// The constraint.
        name: String,
    },
    /// A type is not there.
    NoType {
        /// The type.
        name: String,
    },
    /// A view, sequence, function or the like is not there.
    NoObject {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that it belongs to.
        on: Option<TableName>,
    },
    /// A schema is not there.
    NoSchema {
        /// The schema.
        name: String,
    },
    /// A foreign key refers to columns that no key is over.
    NoKey {
        /// The table referred to.
        referent: TableName,
        /// Whether no columns are named, and the primary key is meant.
        primary: bool,
    },
    /// Something of that name is there, and it is another kind of thing.
    OfAnotherKind {
        /// The name.
        name: String,
        /// The words of the error.
        words: String,
    },
    /// A type that no index sorts.
    NoOrder {
        /// The column.
        column: String,
        /// The type.
        kind: String,
    },
    /// The table would be left without columns.
    LastColumn {
        /// The column.
        column: String,
    },
    /// An enum has no such label.
    NoLabel {
        /// The label.
        label: String,
    },
    /// A table or another relation is there.
    TableExists {
        /// The table.
        table: TableName,
    },
    /// A column is there.
    ColumnExists {
        /// The table.
        table: TableName,
        /// The column.
        column: String,
    },
    /// A column is declared twice.
    ColumnTwice {
        /// The column.
        column: String,
    },
    /// An index, or another relation of its name, is there.
    IndexExists {
        /// The index.
        name: String,
    },
    /// A constraint is there.
    ConstraintExists {
        /// The table.
        table: TableName,
        /// The constraint.
        name: String,
    },
    /// The table has a primary key.
    SecondKey {
        /// The table.
        table: TableName,
    },
    /// A type is there.
    TypeExists {
        /// The type.
        name: String,
    },
    /// A label is there.
    LabelExists {
        /// The label.
        label: String,
    },
    /// A view, sequence, trigger or the like is there.
    ObjectExists {
        /// What it is.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that it belongs to.
        on: Option<TableName>,
    },
    /// Something needs what is dropped or changed.
    InUse {
        /// What is dropped or changed.
        what: Needed,
        /// What needs it, for people.
        by: Vec<String>,
    },
    /// No cast leads from one type to the other.
    NoCast {
        /// The column.
        column: String,
        /// The type that it has.
        from: String,
        /// The type that it is to have.
        to: String,
    },
    /// No cast leads from what USING says to the type.
    NoUsingCast {
        /// The column.
        column: String,
        /// The type that it is to have.
        to: String,
    },
    /// No cast leads from the default that stays.
    NoDefaultCast {
        /// The column.
        column: String,
        /// The type that it is to have.
        to: String,
    },
    /// A foreign key between types that do not compare.
    NoComparison {
        /// The constraint.
        name: String,
        /// The two types.
        types: (String, String),
    },
    /// A constant that is written to a column, or compared with one, is no value of its type.
    BadValue {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// No key is over the columns of ON CONFLICT.
    NoArbiter {
        /// The table.
        table: TableName,
    },
    /// A view is replaced by one of other columns.
    OtherColumns {
        /// The view.
        view: String,
        /// The words of the error.
        words: String,
    },
    /// A foreign key sets NULL in a column that takes none.
    NoNullAction {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// A column that no index holds: it is too long, or of no fixed length.
    BadKey {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// A statement contradicts itself.
    Contradiction {
        /// The table that it is about.
        table: TableName,
        /// The words of the error.
        words: String,
        /// What to write instead, as a sentence.
        remedy: &'static str,
    },
    /// A routine is replaced by one that returns, or is called, otherwise.
    OtherRoutine {
        /// The routine.
        name: String,
        /// The words of the error.
        words: String,
    },
    /// A column is compared with what nothing compares it with.
    NoOperator {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
    /// A default is no value of the type.
    BadDefault {
        /// The column.
        column: String,
        /// The words of the error.
        words: String,
    },
}

impl DatabaseError {
    /// Returns what it is about: a name that findings carry.
    pub fn object(&self) -> Option<String> {
        use DatabaseError as E;
        Some(match self {
            E::NoTable { table, .. }
            | E::TableExists { table }
            | E::SecondKey { table }
            | E::NoArbiter { table }
            | E::Contradiction { table, .. } => table.to_string(),
            E::NoColumn { column, .. }
            | E::ColumnExists { column, .. }
            | E::ColumnTwice { column }
            | E::NoCast { column, .. }
            | E::NoUsingCast { column, .. }
            | E::NoDefaultCast { column, .. }
            | E::NoOrder { column, .. }
            | E::LastColumn { column }
            | E::BadValue { column, .. }
            | E::NoOperator { column, .. }
            | E::NoNullAction { column, .. }
            | E::BadKey { column, .. }
            | E::BadDefault { column, .. } => column.clone(),
            E::NoIndex { name }
            | E::NoConstraint { name, .. }
            | E::NoType { name }
            | E::NoObject { name, .. }
            | E::NoSchema { name }
            | E::IndexExists { name }
            | E::ConstraintExists { name, .. }
            | E::TypeExists { name }
            | E::ObjectExists { name, .. }
            | E::NoComparison { name, .. } => name.clone(),
            E::NoLabel { label } | E::LabelExists { label } => label.clone(),
            E::NoKey { referent, .. } => referent.to_string(),
            E::OfAnotherKind { name, .. } => name.clone(),
            E::OtherColumns { view: name, .. } | E::OtherRoutine { name, .. } => name.clone(),
            E::InUse { what, .. } => return what.object(),
        })
    }
}

pub(crate) fn unqualified(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
