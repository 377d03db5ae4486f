//! What the replay remembers of names besides what stands: what was taken away, and what may or may
//! not be there.

use crate::schema::answer::named::{lower, made, names_of, object_names, stands, type_names};
use crate::schema::database::{Database, table_key};
use crate::schema::default_name::is_numbered;
use crate::schema::mark::{Mark, ObjectName};
use crate::schema::provenance::Provenance;
use crate::schema::table::{ConstraintState, Origin, Table};
use crate::sql::object_change::ObjectChange;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use std::rc::Rc;

/// Stands for every constraint of a table, those without a name included.
const ANY: &str = "";

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

/// Remembers that what a statement under a condition makes may not be there, and what a name may
/// mean that nothing has. Asked before it is applied: what stood before stands either way.
pub(in crate::schema) fn foresee(
    database: &mut Database,
    statement: &Statement,
    provenance: &Provenance<'_>,
) {
    let by = provenance.author.revision.clone();
    if let Statement::Table(change) = statement {
        doubt_numbered(database, change, &by);
    }
    if !provenance.guarded {
        return;
    }
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

/// A number of InnoDB that is not held may be any foreign key that has no name of its own.
fn doubt_numbered(database: &mut Database, change: &TableChange, by: &Rc<str>) {
    let TableChange::DropConstraint { table, name: Some(Known::Is(name)), .. } = change else {
        return;
    };
    let is_held = |held: &Table| held.constraint(name).is_some();
    if is_numbered(name) && !database.table(table).is_some_and(is_held) {
        let any = table_key(table).map(|table| ObjectName::Constraint(table, ANY.to_owned()));
        doubt_name(database, any, by);
    }
}

/// What is said of a name without a schema may be said of its namesakes in one.
fn doubt_namesakes_in_schemas(database: &mut Database, change: &TableChange, by: &Rc<str>) {
    let Some(table) = change.table().filter(|table| table.schema.is_none()) else { return };
    let is_made = matches!(change, TableChange::CreateTable(_))
        || database.table(table).is_some_and(|held| held.origin != Origin::Met);
    if is_made {
        return;
    }
    let names: Vec<ObjectName> = database.namesakes(table).flat_map(names_of).collect();
    let tables: Vec<TableName> = database.namesakes(table).map(Table::table_name).collect();
    names.into_iter().for_each(|name| doubt_name(database, Some(name), by));
    for table in tables {
        if let Some(held) = database.table_mut(&table) {
            held.complete = false;
        }
    }
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

/// What is dropped by a name that cannot be known may be anything of its kind.
fn doubt_what_is_vague(database: &mut Database, statement: &Statement, by: &Rc<str>) {
    if let Statement::Table(change) = statement
        && change.table().is_some_and(|table| !table.name.is_known())
    {
        doubt_parts_of_any_table(database, change, by);
    }
    if let Statement::Table(change) = statement {
        doubt_namesakes(database, change, by);
        doubt_namesakes_in_schemas(database, change, by);
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
