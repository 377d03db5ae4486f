//! Indexes and foreign keys as models and migrations are compared by: what they are over, not what
//! they are called.

use std::collections::BTreeSet;

use crate::models::model::ModelTable;
use crate::schema::database::table_key;
use crate::schema::table::Table;
use crate::sql::table::{Constraint, ForeignKey, Index, IndexPart, TableName};
use crate::text::known::Known;

/// An index or unique constraint, by what it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// The columns, in lower case, in their order.
    pub columns: Vec<String>,
    /// Whether it is unique.
    pub unique: bool,
}

/// A foreign key, by what refers to what.
#[derive(Clone, Debug)]
pub struct Referring {
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that they refer to.
    pub referent: TableName,
    /// The columns there; empty where none are said.
    pub targets: Vec<String>,
}

impl Referring {
    /// Tells whether two keys are one, where `schema` is that of their own table.
    pub fn is_like(&self, other: &Referring, schema: Option<&Known<String>>) -> bool {
        // A key that names no schema means that of its own table.
        let whole = |name: &TableName| match &name.schema {
            None => TableName { schema: schema.cloned(), ..name.clone() },
            Some(_) => name.clone(),
        };
        let names = |name: &TableName| [table_key(name), table_key(&whole(name))];
        let (one, two) = (names(&self.referent), names(&other.referent));
        let targets = self.targets.is_empty()
            || other.targets.is_empty()
            || same_set(&self.targets, &other.targets);
        one.iter().any(|name| two.contains(name))
            && same_set(&self.columns, &other.columns)
            && targets
    }
}

fn same_set(one: &[String], other: &[String]) -> bool {
    let lower = |names: &[String]| -> BTreeSet<String> {
        names.iter().map(|name| name.to_lowercase()).collect()
    };
    lower(one) == lower(other)
}

/// Reads a foreign key; nothing where its columns or its referent cannot be known.
pub fn referring(key: &ForeignKey) -> Option<Referring> {
    let names = |names: &Known<Vec<Known<String>>>| -> Option<Vec<String>> {
        names.get()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
    };
    key.referent.name.as_str()?;
    Some(Referring {
        columns: names(&key.columns)?,
        referent: key.referent.clone(),
        targets: names(&key.referent_columns).unwrap_or_default(),
    })
}

/// Returns the foreign keys of a model; nothing where one cannot be known.
pub fn mapped_keys(model: &ModelTable) -> Option<Vec<Referring>> {
    let of_table = model.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::ForeignKey(key) => Some(key),
        _ => None,
    });
    let of_columns = model.columns.iter().flat_map(|column| &column.column.foreign_keys);
    of_table.chain(of_columns).map(referring).collect()
}

/// Returns the plain indexes and unique constraints of a model, and whether those are all.
pub fn mapped_indexes(model: &ModelTable) -> (Vec<Indexed>, bool) {
    let mut found: Vec<Indexed> = Vec::new();
    let mut all = true;
    for column in &model.columns {
        let Some(name) = column.column.name.as_str() else { continue };
        let columns = vec![name.to_lowercase()];
        match (&column.column.unique, &column.column.index) {
            (Known::Is(true), _) => found.push(Indexed { columns, unique: true }),
            (_, Known::Is(true)) => found.push(Indexed { columns, unique: false }),
            (Known::Is(false), Known::Is(false)) => {}
            _ => all = false,
        }
    }
    for constraint in &model.constraints {
        if let Constraint::Unique(key) = constraint {
            match names(&key.columns) {
                Some(columns) => found.push(Indexed { columns, unique: true }),
                None => all = false,
            }
        }
    }
    for index in &model.indexes {
        match index_of(index) {
            Plain::Columns(indexed) => found.push(indexed),
            Plain::Computed => {}
            Plain::Unknown => all = false,
        }
    }
    (found, all)
}

/// Returns those that migrations leave, and whether those are all.
pub fn made_indexes(table: &Table) -> (Vec<Indexed>, bool) {
    let mut found: Vec<Indexed> = Vec::new();
    let mut all = true;
    for held in &table.constraints {
        if let Constraint::Unique(key) = &held.constraint {
            match names(&key.columns) {
                // USING INDEX names no columns: the index that it takes has them.
                Some(columns) if columns.is_empty() => {}
                Some(columns) => found.push(Indexed { columns, unique: true }),
                None => all &= key.using_index.is_some(),
            }
        }
    }
    for index in &table.indexes {
        match index_of(index) {
            Plain::Columns(indexed) => found.push(indexed),
            Plain::Computed => {}
            Plain::Unknown => all = false,
        }
    }
    (found, all)
}

/// What an index is over.
enum Plain {
    Columns(Indexed),
    /// Expressions, which are not compared.
    Computed,
    Unknown,
}

fn index_of(index: &Index) -> Plain {
    let Some(parts) = index.columns.get() else { return Plain::Unknown };
    let mut columns = Vec::new();
    for part in parts {
        match part {
            IndexPart::Column(name) => columns.push(name.to_lowercase()),
            IndexPart::Expression(_) => return Plain::Computed,
            IndexPart::Unreadable => return Plain::Unknown,
        }
    }
    match index.unique {
        Known::Is(unique) => Plain::Columns(Indexed { columns, unique }),
        Known::Unreadable => Plain::Unknown,
    }
}

fn names(columns: &Known<Vec<Known<String>>>) -> Option<Vec<String>> {
    columns.get()?.iter().map(|name| name.as_str().map(str::to_lowercase)).collect()
}
