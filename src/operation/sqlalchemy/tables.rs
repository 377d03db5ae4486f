//! `Table(...)`, `table(...)` and what stands in them.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{ColumnValue, OtherTables, SaValue, TableValue};
use crate::operation::sqlalchemy::sql_expr::{Declared, Source};
use crate::operation::step::{SentText, Swallowed};
use crate::python::host::Arguments;
use crate::python::value::{HostId, Value};
use crate::sql::dialect::Dialect;
use crate::sql::partition_key::partition_key;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

impl MigrationHost {
    /// Makes a table of its columns, constraints and indexes.
    pub fn table_of_parts(&mut self, table: TableName, parts: &[Value], open: bool) -> TableValue {
        let mut create = CreateTable::new(table.clone());
        let mut columns: Vec<ColumnValue> = Vec::new();
        let mut complete = !open;
        let mut pending: Vec<Value> = parts.to_vec();
        pending.reverse();
        while let Some(part) = pending.pop() {
            match self.thing(&part).cloned() {
                Some(SaValue::Column(mut column)) => {
                    column.source = Some(Source::Table(table.clone()));
                    columns.push(*column);
                }
                // What autogenerate writes for a table without a key is no part of its SQL.
                Some(SaValue::Constraint(constraint)) if constraint.is_over_nothing() => {}
                Some(SaValue::Constraint(constraint)) => create.constraints.push(constraint),
                Some(SaValue::Index(index, _)) => create.indexes.push(index),
                Some(SaValue::Clause(clause)) if clause.as_column().is_some() => {
                    let name = clause.as_column().cloned().unwrap_or(Known::Unreadable);
                    let mut column = ColumnValue::named(name);
                    match clause.declared() {
                        Some(Declared::Type(kind)) => column.column.kind = Some((**kind).clone()),
                        Some(Declared::Untyped) => column.untyped = true,
                        Some(Declared::Unsaid) | None => {}
                    }
                    columns.push(column);
                }
                Some(SaValue::Inert | SaValue::RawDdl(_)) => {}
                _ => match self.items(&part) {
                    Some((items, all)) => {
                        complete &= all;
                        pending.extend(items.into_iter().rev());
                    }
                    None if part.is_none() => {}
                    None => complete = false,
                },
            }
        }
        apply_primary_key(&mut columns, &create.constraints);
        if self.dialect == Dialect::PostgreSql {
            leave_to_serial(&mut columns, &create.constraints);
        }
        create.columns = columns.iter().map(|column| column.column.clone()).collect();
        create.complete = complete;
        let exact = complete && columns.iter().all(|column| !column.keyed);
        TableValue { create, columns, complete, exact }
    }
}

/// Reads `Table(name, metadata, *parts, ...)`; `lower` for `table(name, *columns)`.
pub fn make_table(host: &mut MigrationHost, arguments: &Arguments, lower: bool) -> HostId {
    // Flask-SQLAlchemy's `db.Table("users", Column(...))` brings the metadata itself.
    let second = arguments.positional.get(1).and_then(|second| host.thing(second));
    let brought =
        matches!(second, Some(SaValue::Column(_) | SaValue::Constraint(_) | SaValue::Index(..)));
    let parameters: &[&str] = if lower || brought { &["name"] } else { &["name", "metadata"] };
    let bound = Bound::new(arguments, parameters);
    let mut table = host.table_name(bound.get("name"), bound.get("schema"));
    let metadata = match bound.get("metadata") {
        Some(&Value::Host(id)) => match host.at(id) {
            SaValue::MetaData(metadata) => Some((id, metadata)),
            _ => None,
        },
        _ => None,
    };
    if let Some((_, metadata)) = &metadata
        && bound.get("schema").is_none()
    {
        table.schema = metadata.schema.clone();
    }
    let mut thing = host.table_of_parts(table, &bound.rest, bound.open);
    let reflected = bound.some("autoload").is_some() || bound.some("autoload_with").is_some();
    thing.complete &= !reflected && !lower;
    // Metadata that holds the table already gives it back with the columns that it has.
    let holds_others = match &metadata {
        Some((_, metadata)) => metadata.others == OtherTables::Perhaps,
        None => !lower,
    };
    thing.exact &= !reflected && !holds_others && bound.some("extend_existing").is_none();
    table_settings(host, &mut thing.create, &bound);
    let id = host.put(SaValue::Table(Rc::new(thing)));
    if let Some((of, mut metadata)) = metadata {
        metadata.tables.push(id);
        host.replace(of, SaValue::MetaData(metadata));
    }
    id
}

/// A primary key makes its columns NOT NULL where they do not say otherwise.
fn apply_primary_key(columns: &mut [ColumnValue], constraints: &[Constraint]) {
    let keys = constraints.iter().filter_map(|constraint| match constraint {
        Constraint::PrimaryKey(key) => key.columns.get(),
        _ => None,
    });
    for name in keys.flatten() {
        for column in columns.iter_mut().filter(|column| column.column.name == *name) {
            if !column.nullable_given {
                column.column.nullable = Known::Is(false);
            }
        }
    }
}

/// Takes the default of a single key that says `autoincrement=True`: SQLAlchemy makes a SERIAL of it
/// and writes no default (`PGDDLCompiler.get_column_specification`, seen on 1.4 and 2.1), as for
/// each key that autogenerate reads from a database (`nextval('users_id_seq'::regclass)`).
fn leave_to_serial(columns: &mut [ColumnValue], constraints: &[Constraint]) {
    let keys = constraints.iter().filter_map(|constraint| match constraint {
        Constraint::PrimaryKey(key) => key.columns.get(),
        _ => None,
    });
    let mut names: Vec<&Known<String>> = keys.flatten().collect();
    let inline: Vec<Known<String>> = columns
        .iter()
        .filter(|column| column.column.primary_key == Known::Is(true))
        .map(|column| column.column.name.clone())
        .collect();
    names.extend(&inline);
    let [name] = names.as_slice() else { return };
    let is_key = |column: &&mut ColumnValue| column.autoincrement && column.column.name == **name;
    if let Some(key) = columns.iter_mut().find(is_key) {
        key.column.server_default = None;
    }
}

/// Reads the keywords of a table.
pub fn table_settings(host: &mut MigrationHost, create: &mut CreateTable, bound: &Bound) {
    create.if_not_exists = bound.is_true("if_not_exists");
    create.partitioned =
        host.dialect == Dialect::PostgreSql && bound.some("postgresql_partition_by").is_some();
    if create.partitioned
        && let Some(Known::Is(text)) = host.text_or_none(bound.some("postgresql_partition_by"))
    {
        create.partition_key = partition_key(&text);
    }
    create.comment = host.text_or_none(bound.some("comment"));
    let prefixes = bound.some("prefixes").and_then(|prefixes| host.items(prefixes));
    create.temporary = prefixes.is_some_and(|(prefixes, _)| {
        prefixes.iter().any(|prefix| {
            host.text(prefix).as_str().is_some_and(|prefix| prefix.to_uppercase().contains("TEMP"))
        })
    });
    if host.dialect == Dialect::PostgreSql
        && let Some(parent) = bound.some("postgresql_inherits")
    {
        create.parent = Some(host.table_name(Some(parent), None));
    }
}

/// Returns a column of a table: the one that was declared, or one of that name.
pub fn column_named(host: &mut MigrationHost, table: &TableValue, name: Known<String>) -> Value {
    let source = Source::Table(table.create.table.clone());
    let declared = table.columns.iter().find(|column| column.column.name == name);
    let mut column = declared.cloned().unwrap_or_else(|| ColumnValue::named(name));
    column.source = Some(source);
    host.value(SaValue::Column(Box::new(column)))
}

/// Returns the strings and the wrong keywords of a table's columns.
pub fn extras(table: &TableValue) -> (Vec<SentText>, Vec<Swallowed>) {
    let strings = table.columns.iter().flat_map(|column| column.strings.clone()).collect();
    let swallowed = table.columns.iter().flat_map(|column| column.swallowed.clone()).collect();
    (strings, swallowed)
}
