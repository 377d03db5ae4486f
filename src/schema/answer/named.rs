//! The names that a statement makes, and those that stand of what it may take away.

use crate::schema::change::{goes_with, index_goes_with};
use crate::schema::database::{Database, Object, object_key, table_key};
use crate::schema::mark::ObjectName;
use crate::schema::table::{Column, ConstraintState, Table};
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::statement::Statement;
use crate::sql::table::{Index, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Returns the names that stand of what a statement may take away.
pub(in crate::schema) fn standing_of(
    database: &Database,
    statement: &Statement,
) -> Vec<ObjectName> {
    use ObjectChange as O;
    match statement {
        Statement::Table(change) => standing_of_tables(database, change),
        Statement::Object(O::DropType { .. } | O::AlterType { .. }) => type_names(database),
        Statement::Object(O::DropObject { .. } | O::AlterObject { .. }) => object_names(database),
        _ => Vec::new(),
    }
}

/// A table may hold thousands of names, so that only those are returned which the statement can
/// take away, wherever that is known.
fn standing_of_tables(database: &Database, change: &TableChange) -> Vec<ObjectName> {
    use Known::Is;
    use TableChange as T;
    match change {
        T::DropColumn { table, column: Is(column), cascade: false, .. } => {
            database.table(table).map(|table| names_with(table, column)).unwrap_or_default()
        }
        T::RenameColumn { table, column: Is(column), .. }
        | T::ModifyColumn { table, name: Is(column), .. } => {
            database.table(table).and_then(|table| column_name(table, column)).into_iter().collect()
        }
        T::DropConstraint { table, name: Some(Is(name)), cascade: false, .. }
        | T::RenameConstraint { table, name: Is(name), .. } => {
            let table = database.table(table);
            table.and_then(|table| constraint_name(table, name)).into_iter().collect()
        }
        T::AddConstraint { table, constraint } => {
            let index = constraint.used_index().and_then(Known::as_str);
            let table = database.table(table).zip(index);
            table.map(|(table, index)| names_of_index(table, index)).unwrap_or_default()
        }
        T::DropTable { table, .. }
        | T::RenameTable { table, .. }
        | T::SetSchema { table, .. }
        | T::DropColumn { table, .. }
        | T::RenameColumn { table, .. }
        | T::ModifyColumn { table, .. }
        | T::DropConstraint { table, .. }
        | T::RenameConstraint { table, .. } => {
            database.table(table).map(names_of).unwrap_or_default()
        }
        T::DropIndex { name: Some(Is(name)), table, .. } => {
            let owner = database.owner_of_index(name, table.as_ref());
            owner.map(|table| names_of_index(table, name)).unwrap_or_default()
        }
        T::RenameIndex { name: Is(name), .. } => {
            let owner = database.owner_of_index(name, None);
            owner.map(|table| names_of_index(table, name)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// Returns the names that a statement makes.
pub(in crate::schema) fn made(statement: &Statement) -> Vec<ObjectName> {
    match statement {
        Statement::Table(change) => made_of_table(change),
        Statement::Object(change) => made_object(change).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn made_of_table(change: &TableChange) -> Vec<ObjectName> {
    use TableChange as T;
    let found = match change {
        T::CreateTable(create) => {
            let Some(key) = table_key(&create.table) else { return Vec::new() };
            let columns = create.columns.iter().filter_map(|column| lower(&column.name));
            let mut names: Vec<ObjectName> =
                columns.map(|column| ObjectName::Column(key.clone(), column)).collect();
            names.push(ObjectName::Table(key));
            return names;
        }
        T::RenameTable { table, to } => {
            let renamed = TableName { schema: table.schema.clone(), name: to.clone() };
            table_key(&renamed).map(ObjectName::Table)
        }
        T::SetSchema { table, schema } => {
            let moved = TableName { schema: Some(schema.clone()), name: table.name.clone() };
            table_key(&moved).map(ObjectName::Table)
        }
        T::AddColumn { table, column, .. } => of_table(table, &column.name, ObjectName::Column),
        T::RenameColumn { table, to, .. } | T::ModifyColumn { table, to: Some(to), .. } => {
            of_table(table, to, ObjectName::Column)
        }
        T::AddConstraint { table, constraint } => {
            constraint.name().and_then(|name| of_table(table, name, ObjectName::Constraint))
        }
        T::RenameConstraint { table, to, .. } => of_table(table, to, ObjectName::Constraint),
        T::CreateIndex { index, .. } => index.name.as_ref().and_then(lower).map(ObjectName::Index),
        T::RenameIndex { to, .. } => lower(to).map(ObjectName::Index),
        _ => None,
    };
    found.into_iter().collect()
}

fn made_object(change: &ObjectChange) -> Option<ObjectName> {
    use ObjectChange as O;
    match change {
        O::CreateType { name, .. }
        | O::AlterType { change: EnumChange::Rename { to: name }, .. } => {
            lower(name).map(ObjectName::Type)
        }
        O::AlterObject { kind, on, .. } => {
            let to = change.renamed_to()?;
            Some(ObjectName::Object(*kind, object_key(&to, on)))
        }
        O::CreateObject { kind, name, on, .. } => {
            name.as_str().map(|name| ObjectName::Object(*kind, object_key(name, on)))
        }
        _ => None,
    }
}

fn of_table(
    table: &TableName,
    name: &Known<String>,
    make: fn(String, String) -> ObjectName,
) -> Option<ObjectName> {
    Some(make(table_key(table)?, name.as_str()?.to_ascii_lowercase()))
}

/// Returns a name as marks have it.
pub(in crate::schema) fn lower(name: &Known<String>) -> Option<String> {
    name.as_str().map(str::to_ascii_lowercase)
}

/// Returns the names of a table and of what belongs to it.
pub(in crate::schema) fn names_of(table: &Table) -> Vec<ObjectName> {
    let key = table.key();
    let columns = table.columns.iter().map(|column| of_column(&key, column));
    let constraints = table.constraints.iter().filter_map(|held| of_constraint(&key, held));
    let indexes = table.indexes.iter().filter_map(of_index);
    let mut names: Vec<ObjectName> = columns.chain(constraints).chain(indexes).collect();
    names.push(ObjectName::Table(key));
    names
}

/// Returns the names of a column and of what goes with it.
fn names_with(table: &Table, column: &str) -> Vec<ObjectName> {
    let key = table.key();
    let constraints = table.constraints.iter().filter(|held| goes_with(held, column));
    let indexes = table.indexes.iter().filter(|index| index_goes_with(index, column));
    let own = table.column(column).map(|column| of_column(&key, column));
    let names = constraints.filter_map(|held| of_constraint(&key, held));
    own.into_iter().chain(names).chain(indexes.filter_map(of_index)).collect()
}

fn column_name(table: &Table, column: &str) -> Option<ObjectName> {
    table.column(column).map(|column| of_column(&table.key(), column))
}

fn constraint_name(table: &Table, name: &str) -> Option<ObjectName> {
    table.constraint_or_unnamed(name).and_then(|held| of_constraint(&table.key(), held))
}

/// Returns the names of an index and of the key that it carries.
fn names_of_index(table: &Table, name: &str) -> Vec<ObjectName> {
    let index = table.index(name).and_then(of_index);
    let carried = table.constraint(name).and_then(|held| of_constraint(&table.key(), held));
    index.into_iter().chain(carried).chain(constraint_name(table, name)).collect()
}

fn of_column(key: &str, column: &Column) -> ObjectName {
    ObjectName::Column(key.to_owned(), column.name.to_ascii_lowercase())
}

fn of_constraint(key: &str, held: &ConstraintState) -> Option<ObjectName> {
    let name = held.constraint.name()?.as_str()?.to_ascii_lowercase();
    Some(ObjectName::Constraint(key.to_owned(), name))
}

fn of_index(index: &Index) -> Option<ObjectName> {
    Some(ObjectName::Index(index.name.as_ref()?.as_str()?.to_ascii_lowercase()))
}

pub(in crate::schema) fn type_names(database: &Database) -> Vec<ObjectName> {
    let names = database.types.iter().filter_map(|kind| kind.name.as_ref()?.as_str());
    names.map(|name| ObjectName::Type(name.to_ascii_lowercase())).collect()
}

pub(in crate::schema) fn object_names(database: &Database) -> Vec<ObjectName> {
    let key = |object: &Object| object_key(&object.name, &object.on);
    database.objects.iter().map(|object| ObjectName::Object(object.kind, key(object))).collect()
}

/// Tells whether something of a name stands.
pub(in crate::schema) fn stands(database: &Database, name: &ObjectName) -> bool {
    match name {
        ObjectName::Table(table) => database.table_of_key(table).is_some(),
        ObjectName::Column(table, column) => {
            database.table_of_key(table).is_some_and(|held| held.column(column).is_some())
        }
        ObjectName::Constraint(table, name) => {
            database.table_of_key(table).is_some_and(|held| held.constraint(name).is_some())
        }
        ObjectName::Index(name) => database.owner_of_index(name, None).is_some(),
        ObjectName::Type(name) => database.enum_type(name).is_some(),
        ObjectName::Object(kind, name) => database
            .objects
            .iter()
            .any(|object| object.kind == *kind && object_key(&object.name, &object.on) == *name),
    }
}
