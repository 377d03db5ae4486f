//! Indexes and foreign keys as models and migrations are compared by: what they are over, not what
//! they are called.

use std::collections::BTreeSet;

use crate::models::model::ModelTable;
use crate::schema::database::table_key;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
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
    /// What becomes of rows that refer to one that goes: ON DELETE and ON UPDATE; nothing where that
    /// is not known, the empty text where none is said.
    pub actions: [Option<String>; 2],
}

impl Referring {
    /// Tells whether two keys do the same when a row goes: what is not known is the same as all.
    pub fn acts_like(&self, other: &Referring) -> bool {
        let mut both = self.actions.iter().zip(&other.actions);
        both.all(|(one, other)| one.is_none() || other.is_none() || one == other)
    }

    /// Returns what it does when a row goes, as SQL; nothing in words where it does nothing.
    pub fn title_of_actions(&self) -> String {
        let named = ["ON DELETE", "ON UPDATE"].into_iter().zip(&self.actions);
        let said = named.filter_map(|(event, action)| {
            action.as_ref().filter(|it| !it.is_empty()).map(|it| format!("{event} {it}"))
        });
        let said: Vec<String> = said.collect();
        if said.is_empty() { "without an action".to_owned() } else { said.join(" ") }
    }

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

/// Reads an action as Alembic compares it (`_fk_constraint_sig`, 1.17): NO ACTION is none at all, as
/// RESTRICT is to MySQL.
fn action(said: Option<&Known<String>>, dialect: Dialect) -> Option<String> {
    let Some(said) = said else { return Some(String::new()) };
    let said = said.as_str()?.to_uppercase();
    let is_none = said == "NO ACTION"
        || said == "RESTRICT" && matches!(dialect, Dialect::MySql | Dialect::MariaDb);
    Some(if is_none { String::new() } else { said })
}

/// Reads a foreign key; nothing where its columns or its referent cannot be known.
pub fn referring(key: &ForeignKey, dialect: Dialect) -> Option<Referring> {
    let names = |names: &Known<Vec<Known<String>>>| -> Option<Vec<String>> {
        names.get()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
    };
    key.referent.name.as_str()?;
    Some(Referring {
        columns: names(&key.columns)?,
        referent: key.referent.clone(),
        targets: names(&key.referent_columns).unwrap_or_default(),
        actions: [&key.on_delete, &key.on_update].map(|said| action(said.as_ref(), dialect)),
    })
}

/// Returns the foreign keys of a model; nothing where one cannot be known.
pub fn mapped_keys(model: &ModelTable, dialect: Dialect) -> Option<Vec<Referring>> {
    let of_table = model.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::ForeignKey(key) => Some(key),
        _ => None,
    });
    let of_columns = model.columns.iter().flat_map(|column| &column.column.foreign_keys);
    of_table.chain(of_columns).map(|key| referring(key, dialect)).collect()
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
