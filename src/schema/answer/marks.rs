//! What the replay remembers of names besides what stands: what was taken away, and what may or may
//! not be there.

use crate::schema::change::{goes_with, index_goes_with};
use crate::schema::database::{Database, Object, object_key, table_key};
use crate::schema::mark::{Mark, ObjectName};
use crate::schema::provenance::Provenance;
use crate::schema::table::{Column, ConstraintState, Table};
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::statement::Statement;
use crate::sql::table::{Index, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use std::rc::Rc;

/// Stands for every constraint of a table, those without a name included.
const ANY: &str = "";

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

/// Remembers what a statement took away, and what it made.
pub(in crate::schema) fn remember(
    database: &mut Database,
    statement: &Statement,
    stood: Vec<ObjectName>,
    provenance: &Provenance<'_>,
) {
    let by = provenance.author.revision.clone();
    database.all_in_doubt &= matches!(statement, Statement::Unreadable { .. });
    doubt_what_is_vague(database, statement, &by);
    for name in stood {
        if !stands(database, &name) {
            let mark = match provenance.guarded || is_vague(statement) {
                true => Mark::Doubtful { by: by.clone() },
                false => Mark::Gone { by: by.clone() },
            };
            database.marks.insert(name, mark);
        }
    }
    for name in made(statement) {
        if !provenance.guarded {
            database.marks.remove(&name);
        }
    }
    if !provenance.guarded
        && proves_table(statement)
        && let Some(table) = statement.table().and_then(table_key)
        && let Some(Mark::Doubtful { .. }) = database.marks.get(&ObjectName::Table(table.clone()))
    {
        database.marks.remove(&ObjectName::Table(table));
    }
}

/// Remembers that what a statement under a condition makes may not be there. Asked before it is
/// applied: what stood before stands either way.
pub(in crate::schema) fn foresee(
    database: &mut Database,
    statement: &Statement,
    provenance: &Provenance<'_>,
) {
    if !provenance.guarded {
        return;
    }
    let by = provenance.author.revision.clone();
    for name in made(statement) {
        if !stands(database, &name) {
            database.marks.insert(name, Mark::Doubtful { by: by.clone() });
        }
    }
}

/// A change of a table that cannot be known leaves in doubt what it names, in every table.
fn doubt_parts_of_any_table(database: &mut Database, change: &TableChange, by: &Rc<str>) {
    use TableChange as T;
    let named = |name: &Known<String>| name.as_str().map(str::to_ascii_lowercase);
    let (constraint, column) = match change {
        T::DropConstraint { name, .. } => (name.as_ref().and_then(named), None),
        T::RenameConstraint { name, .. } => (named(name), None),
        T::DropColumn { column, .. }
        | T::RenameColumn { column, .. }
        | T::AlterColumnType { column, .. } => (None, named(column)),
        T::ModifyColumn { name, .. } => (None, named(name)),
        _ => (None, None),
    };
    let mut names = Vec::new();
    if let Some(name) = constraint {
        let holders = database.tables().filter(|table| table.constraint(&name).is_some());
        names.extend(holders.map(|table| ObjectName::Constraint(table.key(), name.clone())));
        names.push(ObjectName::Index(name));
    }
    if let Some(name) = column {
        let holders = database.tables().filter(|table| table.column(&name).is_some());
        names.extend(holders.map(|table| ObjectName::Column(table.key(), name.clone())));
    }
    names.into_iter().for_each(|name| doubt_name(database, Some(name), by));
}

/// Tells whether it is not known whether a constraint still stands.
pub(in crate::schema) fn is_doubtful_constraint(
    database: &Database,
    table: &Table,
    held: &ConstraintState,
) -> bool {
    let mark = |name: &str| ObjectName::Constraint(table.key(), name.to_ascii_lowercase());
    let own = held.constraint.name().and_then(Known::as_str);
    is_doubtful(database, &mark(ANY)) || own.is_some_and(|name| is_doubtful(database, &mark(name)))
}

/// Something unread may have made or dropped anything, or anything of one table.
pub(in crate::schema) fn doubt_names(
    database: &mut Database,
    table: Option<&TableName>,
    by: &Rc<str>,
) {
    if table.is_none() && std::mem::replace(&mut database.all_in_doubt, true) {
        return;
    }
    let key = table.and_then(table_key);
    let is_part = |name: &ObjectName| match (&key, name) {
        (None, _) => true,
        (Some(key), ObjectName::Column(of, _) | ObjectName::Constraint(of, _)) => of == key,
        (Some(_), ObjectName::Index(_)) => true,
        (Some(_), _) => false,
    };
    let mut names: Vec<ObjectName> = match table {
        Some(table) => database.table(table).map(names_of).unwrap_or_default(),
        None => database.tables().flat_map(names_of).collect(),
    };
    if table.is_none() {
        names.extend(type_names(database));
        names.extend(object_names(database));
    }
    names.extend(database.marks.keys().filter(|name| is_part(name)).cloned());
    for name in names.into_iter().filter(is_part) {
        database.marks.insert(name, Mark::Doubtful { by: by.clone() });
    }
}

/// Returns the names of a table and of what belongs to it.
fn names_of(table: &Table) -> Vec<ObjectName> {
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

/// Tells whether a statement drops something whose name cannot be known.
fn is_vague(statement: &Statement) -> bool {
    use ObjectChange as O;
    use TableChange as T;
    match statement {
        Statement::Table(change) => match change {
            T::DropTable { table, .. } | T::RenameTable { table, .. } => !table.name.is_known(),
            T::DropColumn { column, .. } => !column.is_known(),
            T::DropConstraint { name, .. } | T::DropIndex { name, .. } => {
                !name.as_ref().is_some_and(Known::is_known)
            }
            _ => false,
        },
        Statement::Object(O::DropType { name, .. } | O::DropObject { name, .. }) => {
            !name.is_known()
        }
        _ => false,
    }
}

/// Returns the names that a statement makes.
fn made(statement: &Statement) -> Vec<ObjectName> {
    match statement {
        Statement::Table(change) => made_of_table(change),
        Statement::Object(change) => made_object(change).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn lower(name: &Known<String>) -> Option<String> {
    name.as_str().map(str::to_ascii_lowercase)
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
        O::CreateObject { kind, name, on, .. } => {
            name.as_str().map(|name| ObjectName::Object(*kind, object_key(name, on)))
        }
        _ => None,
    }
}

/// Tells whether a statement that runs proves that its table stands.
fn proves_table(statement: &Statement) -> bool {
    use TableChange as T;
    match statement {
        Statement::Table(change) => match change {
            T::DropTable { .. }
            | T::RenameTable { .. }
            | T::SetSchema { .. }
            | T::DropIndex { .. } => false,
            T::AddColumn { if_not_exists, .. } => !if_not_exists,
            T::DropColumn { if_exists, .. } | T::DropConstraint { if_exists, .. } => !if_exists,
            _ => true,
        },
        Statement::Rows(_) | Statement::Session(_) => true,
        _ => false,
    }
}

fn of_table(
    table: &TableName,
    name: &Known<String>,
    make: fn(String, String) -> ObjectName,
) -> Option<ObjectName> {
    Some(make(table_key(table)?, name.as_str()?.to_ascii_lowercase()))
}

/// A table whose schema cannot be known may be any of its name: what is made, dropped or renamed so
/// may be there or not, in every schema.
fn doubt_namesakes(database: &mut Database, change: &TableChange, by: &Rc<str>) {
    use TableChange as T;
    let Some(table) = change.table().filter(|table| table.schema == Some(Known::Unreadable)) else {
        return;
    };
    let names = match change {
        T::CreateTable(_) | T::DropTable { .. } | T::SetSchema { .. } => vec![&table.name],
        T::RenameTable { to, .. } => vec![&table.name, to],
        _ => return,
    };
    for name in names.into_iter().filter_map(lower) {
        let is_namesake = |key: &str| key.rsplit('.').next() == Some(name.as_str());
        let standing = database.tables().filter(|table| is_namesake(&table.key()));
        let mut doubtful: Vec<ObjectName> = standing.flat_map(names_of).collect();
        let marked = database.marks.keys().filter(|marked| match marked {
            ObjectName::Table(of) | ObjectName::Column(of, _) | ObjectName::Constraint(of, _) => {
                is_namesake(of)
            }
            _ => false,
        });
        doubtful.extend(marked.cloned());
        doubtful.into_iter().for_each(|name| doubt_name(database, Some(name), by));
    }
}

/// Returns what is remembered of a name.
pub fn mark<'a>(database: &'a Database, name: &ObjectName) -> Option<&'a Mark> {
    database.marks.get(name)
}

/// Tells whether it is not known whether something of this name stands.
pub fn is_doubtful(database: &Database, name: &ObjectName) -> bool {
    matches!(mark(database, name), Some(Mark::Doubtful { .. }))
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

fn type_names(database: &Database) -> Vec<ObjectName> {
    let names = database.types.iter().filter_map(|kind| kind.name.as_ref()?.as_str());
    names.map(|name| ObjectName::Type(name.to_ascii_lowercase())).collect()
}

fn object_names(database: &Database) -> Vec<ObjectName> {
    let key = |object: &Object| object_key(&object.name, &object.on);
    database.objects.iter().map(|object| ObjectName::Object(object.kind, key(object))).collect()
}

/// What is dropped by a name that cannot be known may be anything of its kind.
fn doubt_what_is_vague(database: &mut Database, statement: &Statement, by: &Rc<str>) {
    if let Statement::Table(change) = statement
        && change.table().is_some_and(|table| !table.name.is_known())
    {
        doubt_parts_of_any_table(database, change, by);
    }
    if let Statement::Table(change) = statement {
        doubt_namesakes(database, change, by);
    }
    if !is_vague(statement) {
        return;
    }
    if let Statement::Table(TableChange::DropConstraint { table, name, .. }) = statement
        && !name.as_ref().is_some_and(Known::is_known)
        && let Some(table) = table_key(table)
    {
        doubt_name(database, Some(ObjectName::Constraint(table, ANY.to_owned())), by);
    }
    match statement {
        Statement::Table(change) => match change.table().filter(|table| table.name.is_known()) {
            Some(table) => doubt_names(database, Some(&table.clone()), by),
            None => doubt_names(database, None, by),
        },
        _ => {
            let names = type_names(database).into_iter().chain(object_names(database));
            let names: Vec<ObjectName> = names.collect();
            names.into_iter().for_each(|name| doubt_name(database, Some(name), by));
        }
    }
}

/// Something may or may not have gone.
pub(in crate::schema) fn doubt_name(
    database: &mut Database,
    name: Option<ObjectName>,
    by: &Rc<str>,
) {
    if let Some(name) = name {
        database.marks.insert(name, Mark::Doubtful { by: by.clone() });
    }
}

/// Tells whether something of a name stands.
fn stands(database: &Database, name: &ObjectName) -> bool {
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
