//! The nouns: tables as models declare them.

use std::rc::Rc;

use crate::sql::table::{Column, Constraint, Index, TableName};
use crate::text::known::Known;
use crate::text::source::Site;

/// The tables that the code of a snapshot maps.
#[derive(Clone, Debug, Default)]
pub struct Models {
    /// The tables, in the order in which they are met.
    pub tables: Vec<ModelTable>,
    /// What may be a table and cannot be read.
    pub unread: Vec<UnreadModel>,
    /// The files that were read.
    pub files: Vec<Rc<str>>,
    /// Why there may be tables that nothing here says: a class makes mappers of its own.
    pub hidden: Option<UnreadModel>,
    /// The metadata that `env.py` compares with; none where that cannot be known.
    pub target: Vec<Metadata>,
}

/// One `MetaData`, by the number that it has while models are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Metadata(pub usize);

/// A table as models declare it.
#[derive(Clone, Debug)]
pub struct ModelTable {
    /// Its name, and the schema that its metadata or it itself names.
    pub name: TableName,
    /// The classes that map it, the one that makes it first; none for a `Table(...)`.
    pub classes: Vec<MappedClass>,
    /// Where it is declared.
    pub site: Site,
    /// Its columns.
    pub columns: Vec<ModelColumn>,
    /// Its constraints, without those that stand in columns.
    pub constraints: Vec<Constraint>,
    /// Its indexes, without those that stand in columns.
    pub indexes: Vec<Index>,
    /// Why it may have more than is said here; nothing where all is known.
    pub open: Option<String>,
    /// The metadata that it belongs to, where that can be known.
    pub metadata: Option<Metadata>,
    /// Its comment.
    pub comment: Option<Known<String>>,
    /// What `info` says of it, for hooks of the application.
    pub info: Info,
}

/// What `info` says of a table; `Known::Unreadable` where it is computed.
pub type Info = Known<Vec<(String, InfoValue)>>;

/// A value in `info`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InfoValue {
    /// `True` or `False`.
    Flag(bool),
    /// A text.
    Text(String),
    /// `None`.
    None,
    /// What is not looked at.
    Other,
}

/// A class that maps a table.
#[derive(Clone, Debug)]
pub struct MappedClass {
    /// Its name.
    pub name: Rc<str>,
    /// Where it is defined.
    pub site: Site,
    /// Its attributes, each with the column that it stands for.
    pub attributes: Vec<(Rc<str>, String)>,
}

/// A column as models declare it.
#[derive(Clone, Debug)]
pub struct ModelColumn {
    /// The class and the attribute that stand for it; nothing in a `Table(...)`.
    pub attribute: Option<(Rc<str>, Rc<str>)>,
    /// What is known of it.
    pub column: Column,
    /// Where it is declared.
    pub site: Site,
}

/// Something that may be a table and cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadModel {
    /// Where.
    pub site: Site,
    /// What it is: `User`.
    pub what: String,
    /// Why, as a clause.
    pub why: String,
}

impl Models {
    /// Finds the tables of a name: several where several modules declare it.
    pub fn tables_named<'a>(&'a self, name: &'a TableName) -> impl Iterator<Item = &'a ModelTable> {
        self.tables.iter().filter(move |table| table.is_named(name))
    }

    /// Finds the table that a class maps.
    pub fn of_class(&self, class: &str) -> impl Iterator<Item = &ModelTable> {
        let maps = move |table: &&ModelTable| table.classes.iter().any(|own| &*own.name == class);
        self.tables.iter().filter(maps)
    }
}

impl ModelTable {
    /// Tells whether this is the table of a name; the default schema is none at all.
    pub fn is_named(&self, name: &TableName) -> bool {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let (Some(own), Some(other)) = (self.name.name.as_str(), name.name.as_str()) else {
            return false;
        };
        same(own, other) && same(&schema(&self.name), &schema(name))
    }

    /// Finds a column by its name.
    pub fn column(&self, name: &str) -> Option<&ModelColumn> {
        self.columns.iter().find(|own| {
            own.column.name.as_str().is_some_and(|known| known.eq_ignore_ascii_case(name))
        })
    }

    /// Returns the name of the class that makes it, or how a `Table` of this name is written.
    pub fn title(&self) -> String {
        match self.classes.first() {
            Some(class) => class.name.to_string(),
            None => format!("Table(\"{}\")", self.name),
        }
    }

    /// Tells whether its columns are all known.
    pub fn is_whole(&self) -> bool {
        self.open.is_none() && self.columns.iter().all(|column| column.column.name.is_known())
    }
}

impl ModelColumn {
    /// Returns how code names it: `User.email`.
    pub fn title(&self, table: &ModelTable) -> String {
        match &self.attribute {
            Some((class, attribute)) => format!("{class}.{attribute}"),
            None => {
                format!("{}.{}", table.name, self.column.name.as_str().unwrap_or("…"))
            }
        }
    }
}

fn schema(name: &TableName) -> String {
    match &name.schema {
        Some(schema) => match schema.as_str() {
            Some("public" | "dbo" | "main") => String::new(),
            Some(schema) => schema.to_owned(),
            None => "…".to_owned(),
        },
        None => String::new(),
    }
}
