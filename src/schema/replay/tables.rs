//! Replays what is said of tables, their constraints and their partitions.

use crate::schema::answer::presence::{has_sequence, is_relation};
use crate::schema::database::Database;
use crate::schema::provenance::Provenance;
use crate::schema::replay::alter::{on_column, on_table};
use crate::schema::replay::columns::{
    add_column, alter_column, modify_column, named_type, rename_column, retype_column,
};
use crate::schema::replay::indexes::{attach_index, drop_index, rename_index};
use crate::schema::replay::objects::{index_view, rename_in_views, rename_object, rename_view};
use crate::schema::table::{Partition, Table};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table;
use crate::sql::table::{ColumnType, Generated, TableName};
use crate::sql::table_change::{CreateTable, IndexAction, TableAction, TableChange};
use crate::text::known::Known;

/// Replays a change of a table.
pub(super) fn table_change(
    database: &mut Database,
    change: &TableChange,
    provenance: &Provenance<'_>,
) {
    use TableChange as T;
    match change {
        T::CreateTable(create) => create_table(database, create, provenance),
        T::DropTable { table, .. } => drop_table(database, table),
        T::RenameTable { table, to } => rename_table(database, table, table.schema.clone(), to),
        T::SetSchema { table, schema } => {
            rename_table(database, table, Some(schema.clone()), &table.name)
        }
        T::AddColumn { table, column, if_not_exists } => {
            add_column(database, table, column, *if_not_exists, provenance)
        }
        T::DropColumn { table, column, .. } => {
            on_table(database, table, |table| table.forget_column(column))
        }
        T::RenameColumn { table, column, to } => rename_column(database, table, column, to),
        T::AlterColumnType { table, column, to, .. } => {
            let of_enum = named_type(database, table, column);
            on_column(database, table, column, |held| retype_column(held, to.get(), of_enum))
        }
        T::SetNotNull { table, column } => {
            on_column(database, table, column, |held| held.nullable = Known::Is(false))
        }
        T::DropNotNull { table, column } => {
            on_column(database, table, column, |held| held.nullable = Known::Is(true))
        }
        T::SetDefault { table, column, default } => on_column(database, table, column, |held| {
            held.default = Known::Is(Some(default.clone()));
            held.default_type = None;
        }),
        T::DropDefault { table, column } => {
            on_column(database, table, column, |held| {
                held.default = Known::Is(None);
                held.default_type = None;
                // `nextval()` is the default of a serial column.
                if held.generated == Some(Generated::Serial) {
                    held.generated = None;
                }
            });
        }
        T::AlterColumn { table, column, action, .. } => {
            on_column(database, table, column, |held| alter_column(held, *action))
        }
        T::ModifyColumn { table, name, to, column, .. } => {
            modify_column(database, table, name, to.as_ref(), column)
        }
        T::AddConstraint { table, constraint } => on_table(database, table, |table| {
            table.hold(constraint.clone(), &provenance.author.revision)
        }),
        T::ValidateConstraint { table, name } => {
            on_table(database, table, |table| table.validate(name))
        }
        T::DropConstraint { table, name, kind, .. } => {
            on_table(database, table, |table| table.forget_constraint(name.as_ref(), *kind));
        }
        T::RenameConstraint { table, name, to } => {
            on_table(database, table, |table| table.rename_constraint(name, to))
        }
        T::AlterTable { table, action, .. } => alter_table(database, table, action),
        T::CreateIndex { table, index } => {
            index_view(database, table, index);
            on_table(database, table, |table| table.add_index(index))
        }
        T::DropIndex { name, table, .. } => drop_index(database, name.as_ref(), table.as_ref()),
        T::RenameIndex { name, to } => rename_index(database, name, to),
        T::AlterIndex { name, action: IndexAction::Attach(part), .. } => {
            attach_index(database, name, part)
        }
        T::AlterIndex { .. } | T::Reindex { .. } | T::Vacuum { .. } | T::Cluster { .. } => {}
    }
}

fn create_table(database: &mut Database, create: &CreateTable, provenance: &Provenance<'_>) {
    let guarded = provenance.guarded || create.if_not_exists;
    if guarded && is_relation(database, &create.table) {
        return;
    }
    let origin = provenance.origin(create.if_not_exists);
    let like = create.like.as_ref().map(|like| database.table(like).cloned());
    let stood = database.take(&create.table);
    let merges = database.dialect == Dialect::PostgreSql;
    let Some(table) = database.table_or_met(&create.table) else {
        database.complete = false;
        return;
    };
    *table = Table::of(create, table, origin, &provenance.author.revision);
    if merges {
        table.merge_equal_keys();
        table.make_sequences();
    }
    if let Some(like) = like {
        table.columns.splice(0..0, like.iter().flat_map(|like| like.without_sequences()));
        table.complete &= like.is_some_and(|like| like.complete) && !create.filled;
    }
    // Where the guard held, the table is another one.
    table.complete &= !provenance.guarded;
    if let Some(twin) = stood.filter(|stood| merges && !stood.is_spelt(&create.table)) {
        table.share_name(twin);
    }
    for kind in create.columns.iter().filter_map(|column| column.kind.as_ref()) {
        create_type_of_column(database, kind);
    }
}

/// CREATE TABLE makes the enum types of its columns, unless they exist.
fn create_type_of_column(database: &mut Database, kind: &ColumnType) {
    if let Some(declared) =
        kind.labels.as_ref().filter(|declared| declared.native && declared.created_with_table)
        && let Some(Known::Is(name)) = &declared.name
        && database.enum_type(name).is_none()
    {
        database.types.push(declared.clone());
    }
}

fn drop_table(database: &mut Database, name: &TableName) {
    let is_twin = |held: &Table| database.dialect == Dialect::PostgreSql && !held.is_spelt(name);
    if database.table(name).is_some_and(is_twin) {
        return;
    }
    database.take(name);
    let refers = |constraint: &table::Constraint| match constraint {
        table::Constraint::ForeignKey(key) => key.referent == *name,
        _ => false,
    };
    drop_partitions(database, name);
    // SQLite keeps foreign keys to what is gone.
    let keeps = database.dialect == Dialect::Sqlite;
    let is_referrer = |table: &Table| table.constraints.iter().any(|held| refers(&held.constraint));
    for table in database.tables_where(|table| !keeps && is_referrer(table)) {
        table.constraints.retain(|held| !refers(&held.constraint));
    }
    database.objects.retain(|object| object.on.as_ref() != Some(name));
}

/// Partitions go with their table.
fn drop_partitions(database: &mut Database, name: &TableName) {
    let gone: Vec<TableName> =
        database.partitions_of(name).map(|(partition, _)| partition.table_name()).collect();
    gone.iter().for_each(|partition| drop(database.take(partition)));
}

fn rename_table(
    database: &mut Database,
    from: &TableName,
    schema: Option<Known<String>>,
    to: &Known<String>,
) {
    let renamed = TableName { schema, name: to.clone() };
    if database.table(from).is_none() && database.view(from).is_some() {
        return rename_view(database, from, to);
    }
    if database.table(from).is_none() && database.dialect == Dialect::PostgreSql {
        if has_sequence(database, from) {
            let to = to.as_str().map(str::to_owned);
            return rename_object(database, (ObjectKind::Sequence, &from.name), None, to);
        }
        if is_relation(database, from) {
            return rename_index(database, &from.name, to);
        }
    }
    rename_in_views(database, from, &renamed);
    if database.table_or_met(from).is_none() {
        database.complete = false;
        return;
    }
    let Some(mut table) = database.take(from) else { return };
    let (Some(name), false) = (to.as_str(), matches!(renamed.schema, Some(Known::Unreadable)))
    else {
        database.complete = false;
        return;
    };
    let old = std::mem::replace(&mut table.name, name.to_owned());
    table.rename_numbered(&old);
    if renamed.schema != from.schema {
        table.schema = renamed.schema.as_ref().and_then(Known::as_str).map(str::to_owned);
    }
    database.put(table);
    let names_it = |table: &Table| {
        table.foreign_keys().any(|key| key.referent == *from)
            || table.partition.as_ref().is_some_and(|partition| partition.of == *from)
    };
    for table in database.tables_where(names_it) {
        for held in &mut table.constraints {
            if let table::Constraint::ForeignKey(key) = &mut held.constraint
                && key.referent == *from
            {
                key.referent = renamed.clone();
            }
        }
        if let Some(partition) = table.partition.as_mut().filter(|partition| partition.of == *from)
        {
            partition.of = renamed.clone();
        }
    }
}

fn alter_table(database: &mut Database, table: &TableName, action: &TableAction) {
    on_table(database, table, |table| match action {
        TableAction::RowSecurity { enable } => table.row_security = *enable,
        TableAction::AttachPartition { .. } | TableAction::DetachPartition { .. } => {
            table.partitioned = true
        }
        _ => {}
    });
    match action {
        TableAction::AttachPartition { partition, default } => {
            let of = Some(Partition { of: table.clone(), is_default: *default });
            on_table(database, partition, |partition| partition.partition = of);
        }
        TableAction::DetachPartition { partition, .. } => {
            on_table(database, partition, |table| table.partition = None)
        }
        _ => {}
    }
}
