//! Where models and migrations disagree: what `alembic check` would say, without a database.
//!
//! Types are compared as Alembic compares them (`DefaultImpl.compare_type`, 1.17): arguments only
//! where both sides have as many. Comments are compared where the database keeps them, server
//! defaults where `env.py` asks for it. What is not known on one side is no difference.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::models::hooks::Item;
use crate::models::model::{ModelTable, Models};
use crate::schema::database::{Database, table_key};
use crate::schema::table::Origin;
use crate::sql::dialect::Dialect;
use crate::text::source::Site;

/// What the hooks of `env.py` are asked about.
mod asked;

/// Differences of columns.
mod columns;

/// Differences of comments.
mod comments;

/// Whether two server defaults are one.
mod defaults;

/// Differences of indexes and keys.
mod keys;

/// Whether two types are one.
mod types;

/// Where models and migrations disagree.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// The differences, table by table.
    pub differences: Vec<Difference>,
    /// What could not be compared, and why, one sentence each.
    pub uncompared: Vec<String>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub kind: DifferenceKind,
    /// The table.
    pub table: String,
    /// The column, or the columns of an index, constraint or key.
    pub object: Option<String>,
    /// The sentence: object first, in backticks.
    pub message: String,
    /// What `alembic revision --autogenerate` would write, in short.
    pub label: String,
    /// Where the model says it, where a model does.
    pub site: Option<Site>,
    /// The revision that made it, where one did.
    pub revision: Option<Rc<str>>,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DifferenceKind {
    /// A table that models map and no migration makes.
    TableInModels,
    /// A table that migrations make and no model maps.
    TableInMigrations,
    /// A column that models map and no migration adds.
    ColumnInModels,
    /// A column that migrations add and no model maps.
    ColumnInMigrations,
    /// Whether a column takes NULL.
    Nullability,
    /// The type of a column.
    Type,
    /// The server default of a column.
    Default,
    /// The comment of a column.
    Comment,
    /// The comment of a table.
    TableComment,
    /// An index or unique constraint of models alone.
    IndexInModels,
    /// An index or unique constraint of migrations alone.
    IndexInMigrations,
    /// What an index or unique constraint is called.
    IndexName,
    /// What a foreign key does when a row goes.
    KeyAction,
    /// A foreign key of models alone.
    KeyInModels,
    /// A foreign key of migrations alone.
    KeyInMigrations,
}

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'a> {
    /// What models declare.
    pub models: &'a Models,
    /// What migrations leave.
    pub database: &'a Database,
    /// The dialect.
    pub dialect: Dialect,
    /// Patterns of tables that are left out: `audit_*`, `legacy.*`.
    pub ignore: &'a [String],
    /// What is compared besides.
    pub compares: Compares,
}

/// What is compared besides tables, columns, nullability, comments, indexes and keys.
#[derive(Clone, Copy, Debug)]
pub struct Compares {
    /// Types.
    pub types: bool,
    /// Server defaults.
    pub defaults: bool,
    /// Tables of other schemas than the default one that no model maps.
    pub schemas: bool,
}

impl Comparison<'_> {
    /// Returns what autogenerate asks the hooks of `env.py` about before it says a difference.
    pub fn asked_about(&self, difference: &Difference) -> Vec<Item> {
        asked::items(self, difference)
    }

    /// Compares.
    pub fn drift(&self) -> Drift {
        let mut drift = Drift::default();
        let tables: Vec<&ModelTable> = self.tables();
        for model in &tables {
            self.table(model, &mut drift);
        }
        self.unmapped(&tables, &mut drift);
        if let Some(hidden) = &self.models.hidden {
            drift.uncompared.push(format!(
                "tables that no model maps are left out: `{}` in `{}`: {}",
                hidden.what, hidden.site.path, hidden.why
            ));
        }
        for unread in &self.models.unread {
            drift.uncompared.push(format!(
                "`{}` in `{}` is left out: {}",
                unread.what, unread.site.path, unread.why
            ));
        }
        drift
    }

    /// The tables of the metadata that `env.py` compares with, each once.
    fn tables(&self) -> Vec<&ModelTable> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let target = &self.models.target;
        let of_target = |model: &&ModelTable| {
            target.is_empty() || model.metadata.is_none_or(|own| target.contains(&own))
        };
        let known = self.models.tables.iter().filter(of_target).filter(|model| {
            table_key(&model.name).is_some_and(|key| !self.is_ignored(&key) && seen.insert(key))
        });
        known.collect()
    }

    /// Tells whether the history makes every table that it touches: then what it does not make is
    /// not there.
    fn begins_with_nothing(&self) -> bool {
        self.database.complete && self.database.tables().all(|table| table.origin != Origin::Met)
    }

    fn is_ignored(&self, key: &str) -> bool {
        let name = key.rsplit('.').next().unwrap_or(key);
        self.ignore.iter().any(|pattern| matches(pattern, key) || matches(pattern, name))
    }

    fn table(&self, model: &ModelTable, drift: &mut Drift) {
        let Some(table) = self.database.table(&model.name) else {
            return self.unmade(model, drift);
        };
        if table.origin == Origin::Met {
            drift.uncompared.push(format!("`{}` is made by no migration that is read", model.name));
            return;
        }
        for column in &model.columns {
            self.column(model, column, table, drift);
        }
        self.table_comment(model, table, drift);
        if model.is_whole() {
            self.unmapped_columns(model, table, drift);
        } else if let Some(why) = &model.open {
            drift
                .uncompared
                .push(format!("columns of `{}` that no model names: {why}", model.name));
        }
        if table.complete && self.database.complete {
            self.indexes(model, table, drift);
            self.keys(model, table, drift);
        } else if self.database.complete {
            drift.uncompared.push(format!(
                "indexes and keys of `{}`: something that changes it is not known",
                model.name
            ));
        }
    }

    /// A table that no migration makes.
    fn unmade(&self, model: &ModelTable, drift: &mut Drift) {
        if !self.begins_with_nothing() {
            drift.uncompared.push(format!(
                "`{}` may be made by what stands before the history, or by what cannot be read",
                model.name
            ));
            return;
        }
        drift.differences.push(Difference {
            kind: DifferenceKind::TableInModels,
            table: model.name.to_string(),
            object: None,
            message: format!(
                "`{}` is mapped by `{}` and no migration makes it",
                model.name,
                model.title()
            ),
            label: format!("add table `{}`", model.name),
            site: Some(model.site.clone()),
            revision: None,
        });
    }

    /// Tables that no model maps.
    fn unmapped(&self, models: &[&ModelTable], drift: &mut Drift) {
        let is_hidden = self.models.hidden.is_some() || !self.models.unread.is_empty();
        if is_hidden || models.is_empty() {
            return;
        }
        let mapped: BTreeSet<String> =
            self.models.tables.iter().filter_map(|model| table_key(&model.name)).collect();
        for table in self.database.tables() {
            let own = table.key();
            let is_own = matches!(table.origin, Origin::Revision { .. })
                && !table.temporary
                && table.partition.is_none()
                && table.name != "alembic_version"
                && !table.name.starts_with("_alembic_tmp_");
            let is_seen = self.compares.schemas || table.schema.is_none();
            if is_own && is_seen && !mapped.contains(&own) && !self.is_ignored(&own) {
                drift.differences.push(Difference {
                    kind: DifferenceKind::TableInMigrations,
                    table: table.title(),
                    object: None,
                    message: format!(
                        "`{}` is there after the migrations and no model maps it",
                        table.title()
                    ),
                    label: format!("drop table `{}`", table.title()),
                    site: None,
                    revision: table.origin.revision().map(Rc::from),
                });
            }
        }
    }
}

/// Tells whether a name is of a pattern with `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern = pattern.to_lowercase();
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}
