//! What a live server knows of its tables: the answers that the lock table asks the schema for.

use std::collections::BTreeMap;

use safe_migration::scratch::wire::Connection;
use safe_migration::sql::condition;
use safe_migration::sql::lock::Catalog;
use safe_migration::sql::table::{ColumnType, ConstraintKind, TableName};

/// The catalog at one moment, in the names that statements use.
pub(crate) struct LiveCatalog {
    constraints: Vec<Constraint>,
    partitions: Vec<(String, String)>,
    indexes: Vec<(String, String, Vec<String>)>,
    columns: BTreeMap<(String, String), Column>,
}

struct Constraint {
    table: String,
    name: String,
    kind: ConstraintKind,
    referent: String,
    referent_columns: Vec<String>,
    columns: Vec<String>,
    validated: bool,
    condition: String,
}

struct Column {
    kind: String,
    not_null: bool,
}

const CONSTRAINTS: &str = "
    SELECT c.conrelid::regclass, c.conname, c.contype,
           CASE WHEN c.confrelid = 0 THEN '' ELSE c.confrelid::regclass::text END,
           (SELECT string_agg(a.attname, ',') FROM pg_attribute a
             WHERE a.attrelid = c.confrelid AND a.attnum = ANY (c.confkey)),
           (SELECT string_agg(a.attname, ',') FROM pg_attribute a
             WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)),
           c.convalidated, pg_get_expr(c.conbin, c.conrelid)
      FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE n.nspname = 'public' AND c.conrelid <> 0";

const PARTITIONS: &str = "
    SELECT i.inhparent::regclass, i.inhrelid::regclass FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhparent WHERE c.relkind IN ('p', 'r')";

const INDEXES: &str = "
    SELECT i.indexrelid::regclass, i.indrelid::regclass,
           (SELECT string_agg(a.attname, ',') FROM pg_attribute a
             WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public'";

const COLUMNS: &str = "
    SELECT a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND a.attnum > 0 AND c.relkind IN ('r', 'p')";

impl LiveCatalog {
    /// Reads the catalog.
    pub(crate) fn read(connection: &mut Connection) -> Self {
        let mut ask = |sql: &str| connection.ask(sql).unwrap();
        LiveCatalog {
            constraints: ask(CONSTRAINTS).iter().filter_map(|row| Constraint::of(row)).collect(),
            partitions: ask(PARTITIONS)
                .into_iter()
                .map(|row| (row[0].clone(), row[1].clone()))
                .collect(),
            indexes: ask(INDEXES)
                .into_iter()
                .map(|row| (row[0].clone(), row[1].clone(), list(&row[2])))
                .collect(),
            columns: ask(COLUMNS)
                .into_iter()
                .map(|row| {
                    (
                        (row[0].clone(), row[1].clone()),
                        Column { kind: row[2].clone(), not_null: row[3] == "t" },
                    )
                })
                .collect(),
        }
    }

    fn of_table<'a>(&'a self, table: &TableName) -> impl Iterator<Item = &'a Constraint> {
        let name = table.to_string();
        self.constraints.iter().filter(move |constraint| constraint.table == name)
    }
}

impl Constraint {
    fn of(row: &[String]) -> Option<Self> {
        let kind = match &*row[2] {
            "p" => ConstraintKind::PrimaryKey,
            "u" => ConstraintKind::Unique,
            "f" => ConstraintKind::ForeignKey,
            "c" => ConstraintKind::Check,
            "x" => ConstraintKind::Exclude,
            "n" => ConstraintKind::NotNull,
            _ => return None,
        };
        Some(Constraint {
            table: row[0].clone(),
            name: row[1].clone(),
            kind,
            referent: row[3].clone(),
            referent_columns: list(&row[4]),
            columns: list(&row[5]),
            validated: row[6] == "t",
            condition: row[7].clone(),
        })
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn unique(mut names: Vec<String>) -> Vec<TableName> {
    names.sort();
    names.dedup();
    names.iter().map(|name| TableName::plain(name)).collect()
}

impl Catalog for LiveCatalog {
    fn constraint_kind(&self, table: &TableName, name: &str) -> Option<ConstraintKind> {
        self.of_table(table)
            .find(|constraint| constraint.name == name)
            .map(|constraint| constraint.kind)
    }

    fn referent(&self, table: &TableName, name: &str) -> Option<TableName> {
        let found = self
            .of_table(table)
            .find(|constraint| constraint.name == name && !constraint.referent.is_empty());
        found.map(|constraint| TableName::plain(&constraint.referent))
    }

    fn referents(&self, table: &TableName) -> Vec<TableName> {
        let keys =
            self.of_table(table).filter(|constraint| constraint.kind == ConstraintKind::ForeignKey);
        unique(keys.map(|constraint| constraint.referent.clone()).collect())
    }

    fn referrers(&self, table: &TableName) -> Vec<TableName> {
        let name = table.to_string();
        let keys = self.constraints.iter().filter(|constraint| constraint.referent == name);
        unique(keys.map(|constraint| constraint.table.clone()).collect())
    }

    fn partitions(&self, table: &TableName) -> Vec<TableName> {
        let name = table.to_string();
        let rows = self.partitions.iter().filter(|(parent, _)| *parent == name);
        rows.map(|(_, partition)| TableName::plain(partition)).collect()
    }

    fn parent(&self, table: &TableName) -> Option<TableName> {
        let name = table.to_string();
        self.partitions
            .iter()
            .find(|(_, partition)| *partition == name)
            .map(|(parent, _)| TableName::plain(parent))
    }

    fn linked(&self, table: &TableName, column: &str) -> Vec<TableName> {
        let (name, column) = (table.to_string(), column.to_owned());
        let linked = self
            .constraints
            .iter()
            .filter(|held| held.kind == ConstraintKind::ForeignKey)
            .filter_map(|held| {
                if held.table == name && held.columns.contains(&column) {
                    Some(held.referent.clone())
                } else if held.referent == name && held.referent_columns.contains(&column) {
                    Some(held.table.clone())
                } else {
                    None
                }
            });
        unique(linked.filter(|other| *other != name).collect())
    }

    fn tables_of_type(&self, kind: &str) -> Vec<TableName> {
        let of_type = self.columns.iter().filter(|(_, column)| column.kind == kind);
        unique(of_type.map(|((table, _), _)| table.clone()).collect())
    }

    fn columns_of_index(&self, _: &TableName, index: &str) -> Vec<String> {
        let found = self.indexes.iter().find(|(name, ..)| name == index);
        found.map(|(_, _, columns)| columns.clone()).unwrap_or_default()
    }

    fn is_checked(&self, table: &TableName, column: &str) -> bool {
        let column = column.to_owned();
        self.of_table(table)
            .any(|held| held.kind == ConstraintKind::Check && held.columns.contains(&column))
    }

    fn table_of_index(&self, index: &str) -> Option<TableName> {
        self.indexes
            .iter()
            .find(|(name, ..)| name == index)
            .map(|(_, table, _)| TableName::plain(table))
    }

    fn column_type(&self, table: &TableName, column: &str) -> Option<ColumnType> {
        let column = self.columns.get(&(table.to_string(), column.to_owned()))?;
        Some(ColumnType::of_sql(&column.kind))
    }

    fn is_not_null(&self, table: &TableName, column: &str) -> bool {
        let name = column.to_owned();
        let is_doubted =
            |held: &Constraint| held.kind == ConstraintKind::NotNull && !held.validated;
        self.columns.get(&(table.to_string(), name.clone())).is_some_and(|held| held.not_null)
            && !self.of_table(table).any(|held| is_doubted(held) && held.columns.contains(&name))
    }

    fn proves_not_null(&self, table: &TableName, column: &str) -> bool {
        let proves = |held: &Constraint| {
            held.kind == ConstraintKind::Check
                && held.validated
                && condition::proves_not_null(&held.condition, column)
        };
        self.is_not_null(table, column) || self.of_table(table).any(proves)
    }
}
