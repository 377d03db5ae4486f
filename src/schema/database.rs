//! All tables, types and other objects at one point of the history.

use crate::schema::mark::{Mark, ObjectName};
use crate::schema::table::{Column, Partition, Table, is_index};
use crate::schema::tables::Tables;
use crate::sql::condition;
use crate::sql::dialect::Dialect;
use crate::sql::lock::Catalog;
use crate::sql::object_change::{ObjectKind, Uses};
use crate::sql::table::{
    ColumnType, Constraint, ConstraintKind, EnumType, ForeignKey, Generated, Index, IndexPart,
    TableName,
};
use crate::text::known::Known;
use std::collections::BTreeMap;
use std::rc::Rc;

/// All tables, types and other objects at one point of the history, over the names in question.
///
/// Copies share the tables that neither changes: what is deployed together is judged revision by
/// revision, each on a copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Database {
    tables: Tables,
    /// Enum types, by name.
    pub types: Vec<EnumType>,
    /// Views, routines, triggers, policies and the like.
    pub objects: Vec<Object>,
    /// Whether everything that could touch a name in question was read.
    pub complete: bool,
    /// Whether the names that a server or a convention gives to constraints are known.
    pub generated_names: GeneratedNames,
    /// Whether metadata of another repository may have a naming convention: no `env.py` stands with
    /// the revisions, as in a package that brings them along.
    pub is_brought_along: bool,
    /// Whose rules hold: names, what a foreign key asks for, what goes with a column.
    pub dialect: Dialect,
    /// What was taken away, and what may or may not be there.
    pub(in crate::schema) marks: BTreeMap<ObjectName, Mark>,
    /// Whether all that stands is in doubt, and nothing was made since.
    pub(in crate::schema) all_in_doubt: bool,
}

/// Whether the names that a server or a convention gives to constraints are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum GeneratedNames {
    /// PostgreSQL gives them, without a naming convention.
    AsPostgreSql,
    /// A naming convention gives them; the names that are given to checks are known, or not.
    ByConvention {
        /// Whether they are.
        checks: bool,
    },
    /// Another server gives them.
    #[default]
    Unknown,
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
    /// The indexes of a materialized view.
    pub indexes: Known<Vec<Index>>,
}

impl Default for Database {
    fn default() -> Self {
        Database {
            tables: Tables::default(),
            types: Vec::new(),
            objects: Vec::new(),
            complete: true,
            generated_names: GeneratedNames::default(),
            is_brought_along: false,
            dialect: Dialect::default(),
            marks: BTreeMap::new(),
            all_in_doubt: false,
        }
    }
}

impl Database {
    /// Finds a table; nothing where it is not there or its name cannot be known.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.table_of_key(&table_key(name)?)
    }

    /// Finds a table by its key.
    pub(in crate::schema) fn table_of_key(&self, key: &str) -> Option<&Table> {
        self.tables.get(key).map(|table| &**table)
    }

    /// Finds a table to change it.
    pub fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.tables.get_mut(&table_key(name)?)
    }

    /// Finds a table to change it; one that no revision made is met here. Nothing where its name
    /// cannot be known.
    pub fn table_or_met(&mut self, name: &TableName) -> Option<&mut Table> {
        let (schema, table) = parts(name)?;
        let dialect = self.dialect;
        let key = table_key(name)?;
        if self.tables.get(&key).is_none() {
            let met = Table { dialect, ..Table::met(schema, table) };
            self.tables.insert(key.as_str().into(), met);
        }
        self.tables.get_mut(&key)
    }

    /// Puts a table in, in place of one of the same name.
    pub fn put(&mut self, table: Table) {
        self.tables.insert(table.key().into(), table);
    }

    /// Takes a table out.
    pub fn take(&mut self, name: &TableName) -> Option<Table> {
        self.tables.remove(&table_key(name)?).map(Rc::unwrap_or_clone)
    }

    /// Returns all tables, by name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter().map(|table| &**table)
    }

    /// Returns all tables to change them.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.iter_mut()
    }

    /// Returns the tables that something is true of, to change them.
    pub fn tables_where(
        &mut self,
        is_it: impl Fn(&Table) -> bool + Copy,
    ) -> impl Iterator<Item = &mut Table> {
        self.tables.iter_mut_where(is_it)
    }

    /// Returns the tables that another database does not share: what was made or changed, or taken
    /// away there, since the one was copied from the other.
    pub fn tables_unlike<'a>(&'a self, other: &'a Database) -> impl Iterator<Item = &'a Table> {
        self.tables.unshared(&other.tables).map(|table| &**table)
    }

    /// Finds the table that has the very name and schema of another one.
    pub fn namesake(&self, table: &Table) -> Option<&Table> {
        let held = self.table_of_key(&table.key());
        held.filter(|held| held.name == table.name && held.schema == table.schema)
    }

    /// Finds the table that an index belongs to: the one that is said, else any that has it.
    pub fn owner_of_index(&self, index: &str, said: Option<&TableName>) -> Option<&Table> {
        // SQLite names the indexes of keys by itself.
        let is_it = |table: &Table| match self.dialect {
            Dialect::Sqlite => table.index(index).is_some(),
            _ => is_index(table, index),
        };
        let said = said.and_then(|table| self.table(table)).filter(|table| is_it(table));
        said.or_else(|| self.tables.around(index).map(|table| &**table).find(|table| is_it(table)))
    }

    /// Returns the tables in a schema of their own that a name without one may mean: the search
    /// path of the connection, or its database on MySQL, is that schema.
    pub fn namesakes(&self, name: &TableName) -> impl Iterator<Item = &Table> {
        let unqualified = name.name.as_str().filter(|_| name.schema.is_none());
        let is_it = move |table: &&Table| {
            table.schema.is_some()
                && unqualified
                    .is_some_and(|unqualified| table.name.eq_ignore_ascii_case(unqualified))
        };
        self.tables().filter(is_it)
    }

    /// Finds the table and the column that a sequence was made with.
    pub fn sequence_owner(&self, name: &str) -> Option<(&Table, &Column)> {
        self.tables().find_map(|table| {
            let is_it = |column: &&Column| {
                column.sequence.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            table.columns.iter().find(is_it).map(|column| (table, column))
        })
    }

    /// Returns the partitions of a table, by name.
    pub fn partitions_of(&self, table: &TableName) -> impl Iterator<Item = (&Table, &Partition)> {
        let of = table_key(table);
        let partitions = self.tables().filter_map(|table| Some((table, table.partition.as_ref()?)));
        partitions.filter(move |(_, partition)| of.is_some() && table_key(&partition.of) == of)
    }

    /// Finds an enum type.
    pub fn enum_type(&self, name: &str) -> Option<&EnumType> {
        let is_it = |found: &&EnumType| {
            found
                .name
                .as_ref()
                .and_then(Known::as_str)
                .is_some_and(|found| found.eq_ignore_ascii_case(name))
        };
        self.types.iter().find(is_it)
    }

    /// Tells whether a table or a materialized view is made, without a guard, by what is deployed
    /// together.
    pub fn is_new(&self, name: &TableName) -> bool {
        self.table(name).is_some_and(|table| table.is_new()) || self.is_new_view(name)
    }

    fn is_new_view(&self, name: &TableName) -> bool {
        let found =
            name.name.as_str().and_then(|name| self.object(ObjectKind::MaterializedView, name));
        found.is_some_and(|view| view.is_new)
    }

    /// Finds a view, routine, trigger or the like.
    pub fn object(&self, kind: ObjectKind, name: &str) -> Option<&Object> {
        self.objects
            .iter()
            .find(|object| object.kind == kind && object.name.eq_ignore_ascii_case(name))
    }

    /// Finds the view of a name.
    pub fn view(&self, name: &TableName) -> Option<&Object> {
        let name = name.name.as_str()?;
        self.objects.iter().find(|object| {
            matches!(object.kind, ObjectKind::View | ObjectKind::MaterializedView)
                && object_key(&object.name, &None) == name.to_ascii_lowercase()
        })
    }

    /// Tells whether a constraint proves that a column holds no NULL: a validated CHECK, or NOT
    /// NULL itself.
    pub fn proves_not_null(&self, table: &TableName, column: &str) -> bool {
        let Some(table) = self.table(table) else { return false };
        let proved = table.constraints.iter().filter(|held| held.validated).any(|held| match &held
            .constraint
        {
            Constraint::Check(check) => check
                .condition
                .as_str()
                .is_some_and(|text| condition::proves_not_null(text, column)),
            Constraint::NotNull { column: of, .. } => {
                of.as_str().is_some_and(|of| of.eq_ignore_ascii_case(column))
            }
            _ => false,
        });
        proved || table.column(column).is_some_and(|column| column.nullable == Known::Is(false))
    }
}

impl Catalog for Database {
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

    fn referrers(&self, table: &TableName) -> Vec<TableName> {
        let refers =
            |other: &&Table| other.foreign_keys().any(|foreign| same(&foreign.referent, table));
        let referrers = self.tables().filter(refers).map(Table::table_name);
        referrers.filter(|referrer| !same(referrer, table)).collect()
    }

    fn partitions(&self, table: &TableName) -> Vec<TableName> {
        self.partitions_of(table).map(|(partition, _)| partition.table_name()).collect()
    }

    fn parent(&self, table: &TableName) -> Option<TableName> {
        self.table(table)?.partition.as_ref().map(|partition| partition.of.clone())
    }

    fn linked(&self, table: &TableName, column: &str) -> Vec<TableName> {
        let is_it = |name: &str| name.eq_ignore_ascii_case(column);
        let mut linked: Vec<TableName> = Vec::new();
        for other in self.tables() {
            let is_own = same(&other.table_name(), table);
            for foreign in other.foreign_keys() {
                if is_own && names_in(&foreign.columns).any(is_it) {
                    linked.push(foreign.referent.clone());
                } else if same(&foreign.referent, table) && self.refers_to(foreign, column) {
                    linked.push(other.table_name());
                }
            }
        }
        linked.retain(|other| !same(other, table));
        linked
    }

    fn is_virtual(&self, table: &TableName, column: &str) -> bool {
        let column = self.table(table).and_then(|table| table.column(column));
        column.is_some_and(|column| column.generated == Some(Generated::Virtual))
    }

    fn tables_of_type(&self, name: &str) -> Vec<TableName> {
        let is_it = |kind: &ColumnType| {
            let sql = kind.sql.as_str().map(|sql| sql.trim_end_matches("[]"));
            sql.is_some_and(|sql| sql.eq_ignore_ascii_case(name))
        };
        let holds = |table: &&Table| {
            table.columns.iter().any(|column| column.kind.as_ref().is_some_and(is_it))
        };
        self.tables().filter(holds).map(Table::table_name).collect()
    }

    fn columns_of_index(&self, table: &TableName, index: &str) -> Vec<String> {
        let index = self.table(table).and_then(|table| table.index(index));
        let parts = index.and_then(|index| index.columns.get()).into_iter().flatten();
        let plain = parts.filter_map(|part| match part {
            IndexPart::Column(name) => Some(name.clone()),
            IndexPart::Expression(_) | IndexPart::Unreadable => None,
        });
        plain.collect()
    }

    fn is_checked(&self, table: &TableName, column: &str) -> bool {
        self.table(table).is_some_and(|table| {
            table.check_of(column).is_some() || table.computes_index_of(column)
        })
    }

    fn table_of_index(&self, index: &str) -> Option<TableName> {
        self.owner_of_index(index, None).map(Table::table_name)
    }

    fn column_type(&self, table: &TableName, column: &str) -> Option<ColumnType> {
        self.table(table)?.column(column)?.kind.clone()
    }

    fn is_not_null(&self, table: &TableName, column: &str) -> bool {
        let column = self.table(table).and_then(|table| table.column(column));
        column.is_some_and(|column| column.nullable == Known::Is(false))
    }

    fn proves_not_null(&self, table: &TableName, column: &str) -> bool {
        Database::proves_not_null(self, table, column)
    }
}

impl Database {
    /// Tells whether a foreign key refers to a column of its referent, whose primary key is meant
    /// where none is named.
    pub(crate) fn refers_to(&self, foreign: &ForeignKey, column: &str) -> bool {
        let is_it = |name: &str| name.eq_ignore_ascii_case(column);
        if names_in(&foreign.referent_columns).next().is_some() {
            return names_in(&foreign.referent_columns).any(is_it);
        }
        let key = self.table(&foreign.referent).and_then(Table::primary_key);
        key.is_some_and(|key| names_in(&key.columns).any(is_it))
    }
}

fn names_in(columns: &Known<Vec<Known<String>>>) -> impl Iterator<Item = &str> {
    columns.get().into_iter().flatten().filter_map(Known::as_str)
}

/// Tells whether two names are those of one table.
fn same(one: &TableName, other: &TableName) -> bool {
    table_key(one).is_some_and(|one| table_key(other) == Some(one))
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
pub fn table_key(name: &TableName) -> Option<String> {
    let (schema, table) = parts(name)?;
    let whole = schema.map_or_else(|| table.clone(), |schema| format!("{schema}.{table}"));
    Some(whole.to_ascii_lowercase())
}

/// The key of an object: without its schema, and with its table where it belongs to one.
pub fn object_key(name: &str, on: &Option<TableName>) -> String {
    let name = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    match on.as_ref().and_then(table_key) {
        Some(on) => format!("{on}.{name}"),
        None => name,
    }
}

/// Tells whether a schema is the one that a name without a schema means, unless somebody changed
/// the search path.
pub fn is_default_schema(schema: &str) -> bool {
    ["public", "dbo", "main"].iter().any(|default| schema.eq_ignore_ascii_case(default))
}
