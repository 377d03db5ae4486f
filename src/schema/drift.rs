//! Where models and migrations disagree: what `alembic check` would say, without a database.
//!
//! Types are compared as Alembic compares them (`DefaultImpl.compare_type`, 1.17): arguments only
//! where both sides have as many. Server defaults and comments are not compared, which Alembic does
//! not do either unless it is told to. What is not known on one side is no difference.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::models::model::{ModelColumn, ModelTable, Models};
use crate::schema::compared_keys::{
    Indexed, Referring, made_indexes, mapped_indexes, mapped_keys, referring,
};
use crate::schema::database::{Database, table_key};
use crate::schema::table::{Column, Origin, Table};
use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;
use crate::sql::types::SqlType;
use crate::text::known::Known;
use crate::text::source::Site;

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
    /// An index or unique constraint of models alone.
    IndexInModels,
    /// An index or unique constraint of migrations alone.
    IndexInMigrations,
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
}

impl Comparison<'_> {
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
            return;
        };
        if table.origin == Origin::Met {
            drift.uncompared.push(format!("`{}` is made by no migration that is read", model.name));
            return;
        }
        for column in &model.columns {
            self.column(model, column, table, drift);
        }
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

    fn column(&self, model: &ModelTable, own: &ModelColumn, table: &Table, drift: &mut Drift) {
        let Some(name) = own.column.name.as_str() else { return };
        let title = format!("{}.{name}", model.name);
        let difference = |kind, message: String, label: String, revision| Difference {
            kind,
            table: model.name.to_string(),
            object: Some(name.to_owned()),
            message,
            label,
            site: Some(own.site.clone()),
            revision,
        };
        let Some(column) = table.column(name) else {
            if table.complete && self.database.complete {
                drift.differences.push(difference(
                    DifferenceKind::ColumnInModels,
                    format!(
                        "`{title}` is mapped by `{}` and no migration adds it",
                        own.title(model)
                    ),
                    format!("add column `{title}`"),
                    None,
                ));
            }
            return;
        };
        let revision = || column.origin.revision().map(Rc::from);
        if let (Known::Is(mapped), Known::Is(made)) = (&own.column.nullable, &column.nullable)
            && mapped != made
            && !is_in_primary_key(table, name)
        {
            let word = |nullable: bool| if nullable { "nullable" } else { "NOT NULL" };
            drift.differences.push(difference(
                DifferenceKind::Nullability,
                format!(
                    "`{title}` is {} in `{}` and {} after the migrations",
                    word(*mapped),
                    own.title(model),
                    word(*made)
                ),
                format!(
                    "alter column `{title}`: nullable={}",
                    if *mapped { "True" } else { "False" }
                ),
                revision(),
            ));
        }
        if let Some((mapped, made)) = self.types(own, column) {
            drift.differences.push(difference(
                DifferenceKind::Type,
                format!(
                    "`{title}` is {mapped} in `{}` and {made} after the migrations",
                    own.title(model)
                ),
                format!("alter column `{title}`: type_={mapped}"),
                revision(),
            ));
        }
    }

    /// Returns the types of both sides as they are written, where they differ.
    fn types(&self, own: &ModelColumn, column: &Column) -> Option<(String, String)> {
        let (mapped, made) = (own.column.kind.as_ref()?, column.kind.as_ref()?);
        let (left, right) = (self.sql_type(mapped)?, self.sql_type(made)?);
        let same_names = same_base(&left, &right, self.dialect);
        let same_arguments = left.arguments.len() != right.arguments.len()
            || left.arguments == right.arguments
            || left.base == "enum";
        let differ = !same_names
            || !same_arguments
            || left.timezone != right.timezone
            || (left.array != right.array && mapped.labels.is_none());
        differ.then(|| (written(mapped), written(made)))
    }

    /// An enum of the database is compared by its name: Alembic does not look at labels.
    fn sql_type(&self, kind: &ColumnType) -> Option<SqlType> {
        let sql = kind.sql.as_str()?;
        // A type of one's own may be named with its schema, in quotes.
        let sql = match kind.labels.is_some() || !sql.contains(['(', ' ']) {
            true => sql.rsplit('.').next().unwrap_or(sql),
            false => sql,
        };
        let sql = sql.trim_matches('"');
        Some(SqlType::parse_for(sql, self.dialect))
    }

    fn unmapped_columns(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let unmapped = table.columns.iter().filter(|column| model.column(&column.name).is_none());
        for column in unmapped.filter(|column| column.origin != Origin::Met) {
            let title = format!("{}.{}", model.name, column.name);
            drift.differences.push(Difference {
                kind: DifferenceKind::ColumnInMigrations,
                table: model.name.to_string(),
                object: Some(column.name.clone()),
                message: format!(
                    "`{title}` is there after the migrations and `{}` does not map it",
                    model.title()
                ),
                label: format!("drop column `{title}`"),
                site: Some(model.site.clone()),
                revision: column.origin.revision().map(Rc::from),
            });
        }
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
            if is_own && !mapped.contains(&own) && !self.is_ignored(&own) {
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

    fn indexes(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let (mapped, all_mapped) = mapped_indexes(model);
        let (made, all_made) = made_indexes(table);
        let difference = |kind, index: &Indexed, where_it_is: &str, verb: &str| {
            let word = if index.unique { "a unique index or constraint" } else { "an index" };
            let columns = index.columns.join(", ");
            Difference {
                kind,
                table: model.name.to_string(),
                message: format!("`{}` has {word} over ({columns}) {where_it_is}", model.name),
                object: Some(columns),
                label: format!("{verb} an index or constraint"),
                site: Some(model.site.clone()),
                revision: None,
            }
        };
        for index in mapped.iter().filter(|index| all_made && !made.contains(index)) {
            let is = "in its model and no migration makes it";
            drift.differences.push(difference(DifferenceKind::IndexInModels, index, is, "add"));
        }
        let whole = model.is_whole() && all_mapped;
        for index in made.iter().filter(|index| whole && !mapped.contains(index)) {
            let is = "after the migrations and its model does not";
            let found = difference(DifferenceKind::IndexInMigrations, index, is, "remove");
            drift.differences.push(found);
        }
    }

    fn keys(&self, model: &ModelTable, table: &Table, drift: &mut Drift) {
        let Some(mapped) = mapped_keys(model, self.dialect) else { return };
        let made: Option<Vec<Referring>> =
            table.foreign_keys().map(|key| referring(key, self.dialect)).collect();
        let Some(made) = made else { return };
        let schema = model.name.schema.clone();
        let same = |one: &Referring, other: &Referring| one.is_like(other, schema.as_ref());
        let difference = |kind, key: &Referring, message: String, label: &str| Difference {
            kind,
            table: model.name.to_string(),
            object: Some(key.columns.join(", ")),
            message,
            label: label.to_owned(),
            site: Some(model.site.clone()),
            revision: None,
        };
        for key in mapped.iter().filter(|key| !made.iter().any(|other| same(key, other))) {
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyInModels,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) in its model and no migration makes the \
                     key",
                    model.name, key.referent
                ),
                "add a foreign key",
            ));
        }
        for key in &mapped {
            let mut like = made.iter().filter(|other| same(key, other)).peekable();
            let Some(other) = like.peek().copied() else { continue };
            if like.any(|other| key.acts_like(other)) {
                continue;
            }
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyAction,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) {} in its model and {} after the migrations",
                    model.name,
                    key.referent,
                    key.title_of_actions(),
                    other.title_of_actions()
                ),
                "remove a foreign key, add a foreign key",
            ));
        }
        let extra = made.iter().filter(|key| !mapped.iter().any(|other| same(other, key)));
        for key in extra.filter(|_| model.is_whole()) {
            let columns = key.columns.join(", ");
            drift.differences.push(difference(
                DifferenceKind::KeyInMigrations,
                key,
                format!(
                    "`{}` refers to `{}` by ({columns}) after the migrations and its model does \
                     not",
                    model.name, key.referent
                ),
                "remove a foreign key",
            ));
        }
    }
}

fn is_in_primary_key(table: &Table, column: &str) -> bool {
    table.primary_key().and_then(|key| key.columns.get()).is_some_and(|columns| {
        columns
            .iter()
            .any(|name| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(column)))
    })
}

/// Tells whether two types are one to Alembic (`type_synonyms`), or to the server.
fn same_base(one: &SqlType, other: &SqlType, dialect: Dialect) -> bool {
    let floats = ["double", "real", "float"];
    let both = |bases: &[&str]| bases.contains(&&*one.base) && bases.contains(&&*other.base);
    one.base == other.base
        || one.base.eq_ignore_ascii_case(&other.base)
        || (dialect == Dialect::PostgreSql && both(&floats))
        || (dialect.is_mysql() && both(&["boolean", "tinyint"]))
        || (dialect == Dialect::Sqlite && both(&["boolean", "integer"]))
}

fn written(kind: &ColumnType) -> String {
    kind.sql.as_str().unwrap_or(&kind.name).to_owned()
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
