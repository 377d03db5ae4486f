//! The nouns of a schema: tables, columns, types, constraints, indexes.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::text::known::{Known, mark_unread};

/// The name of a table, with its schema where one is given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    /// The schema; `None` is the default one.
    pub schema: Option<Known<String>>,
    /// The table.
    pub name: Known<String>,
}

/// A type of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ColumnType {
    /// The name that the migration writes: `String`, `BigInteger`, or of SQL `varchar`.
    pub name: String,
    /// The type in SQL on the project's dialect, upper case and without spaces it does not need:
    /// `VARCHAR(255)`, `NUMERIC(10, 2)`, `TIMESTAMP WITH TIME ZONE`, `INTEGER[]`. Unreadable where
    /// it cannot be known.
    pub sql: Known<String>,
    /// What the type is if it is an enum of names (`sa.Enum`, `postgresql.ENUM`).
    pub labels: Option<EnumType>,
}

/// An enum type as a migration declares it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumType {
    /// The name of the database type; `None` where it has none.
    pub name: Option<Known<String>>,
    /// Its schema.
    pub schema: Option<Known<String>>,
    /// The labels, in order.
    pub labels: Known<Vec<String>>,
    /// Whether it is a type of the database (`native_enum`).
    pub native: bool,
    /// Whether making a table makes the type (`create_type`).
    pub created_with_table: bool,
    /// Whether a column of it gets a CHECK over the labels (`create_constraint`), where it is no
    /// type of the database.
    pub checked: bool,
}

/// A default that the server applies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerDefault {
    /// The expression as SQL (`now()`, `'active'`, `0`), unreadable where it cannot be known.
    pub sql: Known<String>,
}

/// What makes a column's values besides INSERT.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Generated {
    /// SERIAL, or AUTO_INCREMENT.
    Serial,
    /// GENERATED ... AS IDENTITY.
    Identity,
    /// GENERATED ALWAYS AS (...) STORED.
    Stored,
    /// GENERATED ALWAYS AS (...) VIRTUAL.
    Virtual,
}

/// A column as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The name.
    pub name: Known<String>,
    /// The type; `None` where a foreign key supplies it (`NullType`).
    pub kind: Option<ColumnType>,
    /// The effective nullability: true if not said, false for a primary key.
    pub nullable: Known<bool>,
    /// The default that the server applies.
    pub server_default: Option<ServerDefault>,
    /// Whether it is (part of) the primary key.
    pub primary_key: Known<bool>,
    /// `unique=True`, or UNIQUE inline.
    pub unique: Known<bool>,
    /// `index=True`.
    pub index: Known<bool>,
    /// REFERENCES inline, or `sa.ForeignKey` in the column.
    pub foreign_keys: Vec<ForeignKey>,
    /// CHECK constraints of the column.
    pub checks: Vec<Check>,
    /// What makes its values.
    pub generated: Option<Generated>,
    /// The expression of a generated column, as SQL.
    pub computed: Option<Known<String>>,
    /// Whether a Python-side default (`default=`) is given, which the database never sees.
    pub python_default: bool,
    /// Comment of the column, if any.
    pub comment: Option<Known<String>>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ForeignKey {
    /// The name of the constraint, if it has one.
    pub name: Option<Known<String>>,
    /// The referencing columns (one, the column itself, where it stands in a column).
    pub columns: Known<Vec<Known<String>>>,
    /// The table referred to.
    pub referent: TableName,
    /// The columns referred to; empty where the primary key is meant.
    pub referent_columns: Known<Vec<Known<String>>>,
    /// ON DELETE, upper case.
    pub on_delete: Option<Known<String>>,
    /// ON UPDATE, upper case.
    pub on_update: Option<Known<String>>,
    /// NOT VALID: existing rows are not read.
    pub not_valid: Known<bool>,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Check {
    /// The name of the constraint, if it has one.
    pub name: Option<Known<String>>,
    /// The condition as SQL.
    pub condition: Known<String>,
    /// NOT VALID: existing rows are not read.
    pub not_valid: Known<bool>,
}

/// A constraint of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Constraint {
    /// PRIMARY KEY.
    PrimaryKey(Key),
    /// UNIQUE.
    Unique(Key),
    /// FOREIGN KEY.
    ForeignKey(ForeignKey),
    /// CHECK.
    Check(Check),
    /// EXCLUDE.
    Exclude {
        /// The name of the constraint, if it has one.
        name: Option<Known<String>>,
    },
    /// NOT NULL as a constraint of the table (PostgreSQL 18).
    NotNull {
        /// The name of the constraint, if it has one.
        name: Option<Known<String>>,
        /// The column.
        column: Known<String>,
        /// NOT VALID: existing rows are not read.
        not_valid: bool,
    },
}

/// A primary key or a unique constraint.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The name of the constraint, if it has one.
    pub name: Option<Known<String>>,
    /// The columns.
    pub columns: Known<Vec<Known<String>>>,
    /// USING INDEX: the index that becomes the constraint.
    pub using_index: Option<Known<String>>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// The name, if it has one.
    pub name: Option<Known<String>>,
    /// Columns and expressions, in order.
    pub columns: Known<Vec<IndexPart>>,
    /// UNIQUE.
    pub unique: Known<bool>,
    /// CONCURRENTLY.
    pub concurrently: Known<bool>,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// The access method, lower case (`btree`, `gin`, `fulltext`).
    pub method: Option<Known<String>>,
    /// The predicate of a partial index.
    pub predicate: Option<Known<String>>,
    /// ON ONLY: partitions are left alone.
    pub only: bool,
    /// Whether MySQL indexes the beginning of some column alone.
    pub prefixed: bool,
    /// The index of the partitioned table that it is attached to.
    pub parent: Option<String>,
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IndexPart {
    /// A plain column.
    Column(String),
    /// An expression, as SQL.
    Expression(String),
    /// A part that cannot be known.
    Unreadable,
}

impl Hash for IndexPart {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            IndexPart::Column(text) | IndexPart::Expression(text) => text.hash(state),
            IndexPart::Unreadable => mark_unread(state),
        }
    }
}

/// What kind a constraint is, where only its kind is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// FOREIGN KEY.
    ForeignKey,
    /// CHECK.
    Check,
    /// EXCLUDE.
    Exclude,
    /// NOT NULL.
    NotNull,
}

impl TableName {
    /// Makes a name without a schema.
    pub fn plain(name: &str) -> Self {
        TableName { schema: None, name: Known::Is(name.to_owned()) }
    }

    /// The name of a table that cannot be known.
    pub fn unreadable() -> Self {
        TableName { schema: None, name: Known::Unreadable }
    }

    /// Returns `schema.table`, or `table`, if it can be known.
    pub fn known(&self) -> Option<String> {
        let name = self.name.as_str()?;
        match &self.schema {
            None => Some(name.to_owned()),
            Some(schema) => Some(format!("{}.{name}", schema.as_str()?)),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(out, "{}.", schema.as_str().unwrap_or("…"))?;
        }
        out.write_str(self.name.as_str().unwrap_or("…"))
    }
}

impl Constraint {
    /// Returns what kind it is.
    pub fn kind(&self) -> ConstraintKind {
        match self {
            Constraint::PrimaryKey(_) => ConstraintKind::PrimaryKey,
            Constraint::Unique(_) => ConstraintKind::Unique,
            Constraint::ForeignKey(_) => ConstraintKind::ForeignKey,
            Constraint::Check(_) => ConstraintKind::Check,
            Constraint::Exclude { .. } => ConstraintKind::Exclude,
            Constraint::NotNull { .. } => ConstraintKind::NotNull,
        }
    }

    /// Returns its name, if it has one.
    pub fn name(&self) -> Option<&Known<String>> {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.name.as_ref(),
            Constraint::ForeignKey(key) => key.name.as_ref(),
            Constraint::Check(check) => check.name.as_ref(),
            Constraint::Exclude { name } | Constraint::NotNull { name, .. } => name.as_ref(),
        }
    }

    /// Returns its name, to change it.
    pub fn name_mut(&mut self) -> &mut Option<Known<String>> {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => &mut key.name,
            Constraint::ForeignKey(key) => &mut key.name,
            Constraint::Check(check) => &mut check.name,
            Constraint::Exclude { name } | Constraint::NotNull { name, .. } => name,
        }
    }

    /// Returns the index that USING INDEX turns into it.
    pub fn used_index(&self) -> Option<&Known<String>> {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => key.using_index.as_ref(),
            _ => None,
        }
    }
}

impl Column {
    /// Makes a nullable column of a name and a type, with nothing else.
    pub fn new(name: Known<String>, kind: Option<ColumnType>) -> Self {
        Column {
            name,
            kind,
            nullable: Known::Is(true),
            server_default: None,
            primary_key: Known::Is(false),
            unique: Known::Is(false),
            index: Known::Is(false),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            generated: None,
            computed: None,
            python_default: false,
            comment: None,
        }
    }
}

impl ColumnType {
    /// Makes a type of its SQL.
    pub fn of_sql(sql: &str) -> Self {
        ColumnType { name: sql.to_owned(), sql: Known::Is(sql.to_owned()), labels: None }
    }
}
