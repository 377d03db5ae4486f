//! Indexes and foreign keys as models and migrations are compared by: what they are over, not what
//! they are called.

use std::collections::BTreeSet;

use crate::models::model::ModelTable;
use crate::schema::database::table_key;
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, ForeignKey, Index, IndexPart, Key, TableName};
use crate::text::known::Known;

/// An index or unique constraint.
#[derive(Clone, Debug)]
pub struct Indexed {
    /// The columns, in lower case, in their order.
    pub columns: Vec<String>,
    /// Whether it is unique.
    pub unique: bool,
    /// Its name, where it has one that is known.
    pub name: Option<String>,
}

/// The indexes and unique constraints of one side.
#[derive(Clone, Debug, Default)]
pub struct AllIndexed {
    /// Those over columns alone.
    pub plain: Vec<Indexed>,
    /// The names of those over expressions, which are not compared.
    pub computed: Vec<String>,
    /// Whether some are not known.
    pub open: bool,
}

/// The indexes and unique constraints of two sides.
#[derive(Debug, Default)]
pub struct Pairs<'a> {
    /// What both have.
    pub both: Vec<(&'a Indexed, &'a Indexed)>,
    /// What the first one has alone.
    pub left: Vec<&'a Indexed>,
    /// What the other one has alone.
    pub right: Vec<&'a Indexed>,
}

impl Indexed {
    /// Tells whether another one is over the same.
    pub fn is_like(&self, other: &Indexed) -> bool {
        self.columns == other.columns && self.unique == other.unique
    }
}

impl AllIndexed {
    /// Pairs those of both sides that are over the same: by name first, then as they come. One without
    /// a name is the same as any other (`_compare_indexes_and_uniques`, 1.20).
    pub fn pairs<'a>(&'a self, other: &'a AllIndexed) -> Pairs<'a> {
        let mut pairs = Pairs::default();
        let mut theirs: Vec<&Indexed> = other.plain.iter().collect();
        let by_name = |one: &Indexed, it: &&Indexed| it.name.is_some() && it.name == one.name;
        let mut ours: Vec<&Indexed> = self.plain.iter().collect();
        for is_named in [true, false] {
            ours.retain(|one| {
                let fits = |it: &&Indexed| one.is_like(it) && (!is_named || by_name(one, it));
                let at = theirs.iter().position(fits);
                if let Some(at) = at {
                    pairs.both.push((one, theirs.remove(at)));
                }
                at.is_none()
            });
        }
        let is_paired = |one: &Indexed| {
            pairs.both.iter().any(|(left, right)| one.is_like(left) || one.is_like(right))
        };
        let is_own = |one: &&&Indexed| one.name.is_some() || !is_paired(one);
        pairs.left = ours.iter().filter(is_own).copied().collect();
        pairs.right = theirs.iter().filter(is_own).copied().collect();
        pairs
    }

    /// Tells whether one of the same name is over expressions.
    pub fn computes(&self, index: &Indexed) -> bool {
        index.name.as_ref().is_some_and(|name| self.computed.contains(name))
    }

    fn add(&mut self, index: &Index) {
        let name = index.name.as_ref().and_then(Known::as_str).map(str::to_owned);
        match index_of(index) {
            Plain::Columns(columns, unique) => self.plain.push(Indexed { columns, unique, name }),
            Plain::Computed => self.computed.extend(name),
            Plain::Unknown => self.open = true,
        }
    }
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

/// Returns the indexes and unique constraints of a model.
pub fn mapped_indexes(model: &ModelTable) -> AllIndexed {
    let mut all = AllIndexed::default();
    for column in &model.columns {
        let Some(name) = column.column.name.as_str() else { continue };
        let plain = |unique| Indexed { columns: vec![name.to_lowercase()], unique, name: None };
        match (&column.column.unique, &column.column.index) {
            (Known::Is(true), _) => all.plain.push(plain(true)),
            (_, Known::Is(true)) => all.plain.push(plain(false)),
            (Known::Is(false), Known::Is(false)) => {}
            _ => all.open = true,
        }
    }
    for constraint in &model.constraints {
        if let Constraint::Unique(key) = constraint {
            all.add_key(key);
        }
    }
    model.indexes.iter().for_each(|index| all.add(index));
    all
}

/// Returns those that migrations leave.
pub fn made_indexes(table: &Table) -> AllIndexed {
    let mut all = AllIndexed::default();
    for held in &table.constraints {
        if let Constraint::Unique(key) = &held.constraint {
            // USING INDEX names no columns: the index that it takes has them.
            match key.columns.get() {
                Some(columns) if columns.is_empty() => {}
                None if key.using_index.is_some() => {}
                _ => all.add_key(key),
            }
        }
    }
    table.indexes.iter().for_each(|index| all.add(index));
    all
}

impl AllIndexed {
    fn add_key(&mut self, key: &Key) {
        let name = key.name.as_ref().and_then(Known::as_str).map(str::to_owned);
        match names(&key.columns) {
            Some(columns) => self.plain.push(Indexed { columns, unique: true, name }),
            None => self.open = true,
        }
    }
}

/// What an index is over.
enum Plain {
    Columns(Vec<String>, bool),
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
            IndexPart::Expression(sql) => match ordered_column(sql) {
                Some(name) => columns.push(name),
                None => return Plain::Computed,
            },
            IndexPart::Unreadable => return Plain::Unknown,
        }
    }
    match index.unique {
        Known::Is(unique) => Plain::Columns(columns, unique),
        Known::Unreadable => Plain::Unknown,
    }
}

/// Returns the column of `created_at DESC NULLS LAST`: in which order an index is kept is not
/// compared.
fn ordered_column(sql: &str) -> Option<String> {
    let lower = sql.to_lowercase();
    let mut words = lower.split_whitespace();
    let name = words.next()?.trim_matches('"');
    let is_name = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let is_order = words.all(|word| matches!(word, "asc" | "desc" | "nulls" | "first" | "last"));
    (is_name && is_order && !name.is_empty()).then(|| name.to_owned())
}

fn names(columns: &Known<Vec<Known<String>>>) -> Option<Vec<String>> {
    columns.get()?.iter().map(|name| name.as_str().map(str::to_lowercase)).collect()
}
