//! All tables, types and other objects at one point of the history.

use std::collections::BTreeMap;

use crate::schema::table::{Partition, Table, is_index};
use crate::sql::condition;
use crate::sql::lock::Knowledge;
use crate::sql::statement::{ObjectKind, Uses};
use crate::sql::table::{ColumnType, Constraint, ConstraintKind, EnumType, TableName};
use crate::text::known::Known;

/// All tables, types and other objects at one point of the history, over the names in question.
#[derive(Clone, Debug, PartialEq)]
pub struct Database {
    /// By `schema.table` or `table`, lower case.
    tables: BTreeMap<String, Table>,
    /// Enum types, by name.
    pub types: Vec<EnumType>,
    /// Views, routines, triggers, policies and the like.
    pub objects: Vec<Object>,
    /// Whether everything that could touch a name in question was read.
    pub complete: bool,
}

/// A view, routine, trigger, policy or the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The table that it belongs to.
    pub on: Option<TableName>,
    /// Whether it is made, without a guard, by what is deployed together.
    pub is_new: bool,
    /// What its definition uses.
    pub uses: Uses,
}

impl Default for Database {
    fn default() -> Self {
        Database { tables: BTreeMap::new(), types: Vec::new(), objects: Vec::new(), complete: true }
    }
}

impl Database {
    /// Finds a table; nothing where it is not there or its name cannot be known.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.get(&key(name)?)
    }

    /// Finds a table to change it.
    pub fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.tables.get_mut(&key(name)?)
    }

    /// Finds a table to change it; one that no revision made is met here. Nothing where its name cannot be known.
    pub fn table_or_met(&mut self, name: &TableName) -> Option<&mut Table> {
        let (schema, table) = parts(name)?;
        Some(self.tables.entry(key(name)?).or_insert_with(|| Table::met(schema, table)))
    }

    /// Puts a table in, in place of one of the same name.
    pub fn put(&mut self, table: Table) {
        self.tables.insert(table.title().to_ascii_lowercase(), table);
    }

    /// Takes a table out.
    pub fn take(&mut self, name: &TableName) -> Option<Table> {
        self.tables.remove(&key(name)?)
    }

    /// Returns all tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// Returns all tables to change them.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.values_mut()
    }

    /// Finds the table that an index belongs to: the one that is said, else any that has it.
    pub fn owner_of_index(&self, index: &str, said: Option<&TableName>) -> Option<&Table> {
        let said = said.and_then(|table| self.table(table)).filter(|table| is_index(table, index));
        said.or_else(|| self.tables().find(|table| is_index(table, index)))
    }

    /// Returns the partitions of a table, by name.
    pub fn partitions_of(&self, table: &TableName) -> impl Iterator<Item = (&Table, &Partition)> {
        let of = key(table);
        let partitions = self.tables().filter_map(|table| Some((table, table.partition.as_ref()?)));
        partitions.filter(move |(_, partition)| of.is_some() && key(&partition.of) == of)
    }

    /// Finds an enum type.
    pub fn enum_type(&self, name: &str) -> Option<&EnumType> {
        let is_it = |found: &&EnumType| {
            found.name.as_ref().and_then(Known::as_str).is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        self.types.iter().find(is_it)
    }

    /// Tells whether a name is that of a materialized view which is made by what is deployed together.
    pub fn is_new_view(&self, name: &TableName) -> bool {
        let found = name.name.as_str().and_then(|name| self.object(ObjectKind::MaterializedView, name));
        found.is_some_and(|view| view.is_new)
    }

    /// Finds a view, routine, trigger or the like.
    pub fn object(&self, kind: ObjectKind, name: &str) -> Option<&Object> {
        self.objects.iter().find(|object| object.kind == kind && object.name.eq_ignore_ascii_case(name))
    }

    /// Tells whether a constraint proves that a column holds no NULL: a validated CHECK, or NOT NULL itself.
    pub fn proves_not_null(&self, table: &TableName, column: &str) -> bool {
        let Some(table) = self.table(table) else { return false };
        let proved = table.constraints.iter().filter(|held| held.validated).any(|held| match &held.constraint {
            Constraint::Check(check) => {
                check.condition.as_str().is_some_and(|text| condition::proves_not_null(text, column))
            }
            Constraint::NotNull { column: of, .. } => of.as_str().is_some_and(|of| of.eq_ignore_ascii_case(column)),
            _ => false,
        });
        proved || table.column(column).is_some_and(|column| column.nullable == Known::Is(false))
    }
}

impl Knowledge for Database {
    fn constraint_kind(&self, table: &TableName, name: &str) -> Option<ConstraintKind> {
        self.table(table)?.constraint_or_unnamed(name).map(|held| held.constraint.kind())
    }

    fn referent(&self, table: &TableName, constraint: &str) -> Option<TableName> {
        match &self.table(table)?.constraint_or_unnamed(constraint)?.constraint {
            Constraint::ForeignKey(key) => Some(key.referent.clone()),
            _ => None,
        }
    }

    fn referents(&self, table: &TableName) -> Vec<TableName> {
        let held = self.table(table).into_iter().flat_map(|table| &table.constraints);
        let mut referents: Vec<TableName> = Vec::new();
        for held in held {
            if let Constraint::ForeignKey(key) = &held.constraint
                && !referents.contains(&key.referent)
            {
                referents.push(key.referent.clone());
            }
        }
        referents
    }

    fn partitions(&self, table: &TableName) -> Vec<TableName> {
        self.partitions_of(table).map(|(partition, _)| partition.table_name()).collect()
    }

    fn table_of_index(&self, index: &str) -> Option<TableName> {
        self.owner_of_index(index, None).map(Table::table_name)
    }

    fn column_type(&self, table: &TableName, column: &str) -> Option<ColumnType> {
        self.table(table)?.column(column)?.kind.clone()
    }

    fn proves_not_null(&self, table: &TableName, column: &str) -> bool {
        Database::proves_not_null(self, table, column)
    }
}

/// Returns schema and name as a database holds them: the default schema is none at all.
fn parts(name: &TableName) -> Option<(Option<String>, String)> {
    let table = name.name.as_str()?.to_owned();
    let schema = match &name.schema {
        Some(Known::Is(schema)) if !is_default_schema(schema) => Some(schema.clone()),
        Some(Known::Unreadable) => return None,
        Some(Known::Is(_)) | None => None,
    };
    Some((schema, table))
}

/// The key of a table. Names that differ in case alone are one table: SQL folds what is not quoted.
fn key(name: &TableName) -> Option<String> {
    let (schema, table) = parts(name)?;
    let whole = schema.map_or_else(|| table.clone(), |schema| format!("{schema}.{table}"));
    Some(whole.to_ascii_lowercase())
}

/// Tells whether a schema is the one that a name without a schema means, unless somebody changed the search path.
pub fn is_default_schema(schema: &str) -> bool {
    ["public", "dbo", "main"].iter().any(|default| schema.eq_ignore_ascii_case(default))
}
