//! CREATE, DROP and RENAME of tables.

use crate::schema::answer::constraints::{is_free_for_key, is_free_foreign_key};
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::expressions::{check_is_sound, default_is_sound, generation_is_sound};
use crate::schema::answer::foreign_keys::foreign_key_is_sound;
use crate::schema::answer::in_use::{referrers_of, views_over};
use crate::schema::answer::keys::{columns_are_there, columns_sort, key_sorts};
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{about_table, in_use, is_no_view, needs_table};
use crate::schema::answer::numbering::numbers_a_key;
use crate::schema::answer::partition_keys::keys_are_of_partitions;
use crate::schema::answer::partitions::parent_is_partitioned;
use crate::schema::answer::presence::{
    Presence, has_sequence, is_relation, presence_of_index, presence_of_object, presence_of_table,
    presence_of_type,
};
use crate::schema::answer::sequences::sequence_is_there;
use crate::schema::answer::types::type_is_there;
use crate::schema::answer::values::default_fits;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, is_default_schema};
use crate::schema::table::Table;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Column, Constraint, Key, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

pub(super) fn answer_create_table(
    database: &Database,
    create: &CreateTable,
    engine: Engine,
) -> Answer {
    if create.if_not_exists && is_relation(database, &create.table) {
        return Answer::Applied;
    }
    let itself = Table::of_declared(create);
    let free = || {
        is_free(database, &create.table, engine).or(|| match &create.like {
            Some(like) if !create.filled => needs_table(database, like, TableUse::Rows, engine),
            _ => Answer::Applied,
        })
    };
    let keys = || keys_are_sound(create, &itself, engine);
    let named = match engine.dialect {
        Dialect::PostgreSql => types_are_there(database, create, engine).or(keys).or(free),
        _ => free().or(|| twice(&create.columns)).or(keys),
    };
    named
        .or(|| schema_is_there(database, &create.table, engine))
        .or(|| twice(&create.columns))
        .or(|| defaults_fit(database, create, engine))
        .or(|| key_names_are_free(database, create, engine))
        .or(|| foreign_keys_are_sound(database, create, &itself, engine))
        .or(|| keys_are_of_partitions(&itself, engine))
        .or(|| numbers_a_key(&itself, engine))
        .or(|| parent_is_partitioned(database, create, engine))
        .or(|| expressions_are_sound(database, create, &itself, engine))
        .or(|| {
            let defaults = create.columns.iter().map(|column| column.server_default.as_ref());
            Answer::first(
                defaults.map(|default| {
                    sequence_is_there(database, default, Some(&create.table), engine)
                }),
            )
        })
}

fn expressions_are_sound(
    database: &Database,
    create: &CreateTable,
    itself: &Table,
    engine: Engine,
) -> Answer {
    let checks = create.checks().map(|check| check_is_sound(database, itself, check, engine));
    let columns = create.columns.iter().map(|column| {
        let computed = column.computed.as_ref().and_then(Known::as_str);
        let default = column.server_default.as_ref().and_then(|default| default.sql.as_str());
        generation_is_sound(database, itself, computed, engine)
            .or(|| default_is_sound(database, itself, default, engine))
    });
    Answer::first(checks.chain(columns))
}

/// Asks for the schema of a table that is made: PostgreSQL makes none by itself.
fn schema_is_there(database: &Database, table: &TableName, engine: Engine) -> Answer {
    let schema = table.schema.as_ref().and_then(Known::as_str);
    let schema = schema.filter(|schema| !is_default_schema(schema));
    let Some(schema) = schema.filter(|_| engine.dialect == Dialect::PostgreSql) else {
        return Answer::Applied;
    };
    let has = |table: &Table| table.schema.as_deref() == Some(schema);
    if schema.starts_with("pg_") || database.tables().any(has) {
        return Answer::Applied;
    }
    let error = DatabaseError::NoSchema { name: schema.to_owned() };
    presence_of_object(database, ObjectKind::Schema, schema, &None).needed(error)
}

pub(super) fn answer_drop_table(
    database: &Database,
    table: &TableName,
    if_exists: bool,
    cascade: bool,
    engine: Engine,
) -> Answer {
    let there = match if_exists {
        // A view is passed over as if nothing were there (seen on MariaDB 10.11).
        true if engine.dialect.is_mysql() => Answer::Applied,
        true => is_no_view(database, table, format!("\"{table}\" is not a table"))
            .or(|| is_no_index(database, table)),
        false => needs_table(database, table, TableUse::Drop, engine)
            .or(|| is_no_view(database, table, format!("\"{table}\" is not a table"))),
    };
    there.or(|| match cascade && engine.dialect == Dialect::PostgreSql {
        true => Answer::Applied,
        false => table_is_unused(database, table, engine),
    })
}

/// PostgreSQL passes over what is not there, and not over an index of that name.
fn is_no_index(database: &Database, table: &TableName) -> Answer {
    let name = table.name.as_str().unwrap_or_default();
    if database.table(table).is_some() || !is_relation(database, table) {
        return Answer::Applied;
    }
    let words = format!("\"{name}\" is not a table");
    let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
    presence_of_index(database, name, None).absent(error)
}

pub(super) fn answer_rename_table(
    database: &Database,
    table: &TableName,
    to: &Known<String>,
    engine: Engine,
) -> Answer {
    let renamed = TableName { schema: table.schema.clone(), name: to.clone() };
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    let is_view = database.table(table).is_none() && database.view(table).is_some();
    if is_view && engine.dialect != Dialect::PostgreSql {
        return Answer::Unknown("views are not renamed everywhere".to_owned());
    }
    let is_nothing = database.table(table).is_none() && database.view(table).is_none();
    let is_another = is_relation(database, table) || has_sequence(database, table);
    if is_nothing && engine.dialect == Dialect::PostgreSql && is_another {
        return Answer::Unknown("ALTER TABLE renames indexes and sequences as well".to_owned());
    }
    needs_table(database, table, TableUse::Alter, engine)
        .or(|| match is_mysql && renamed == *table {
            true => Answer::Applied,
            false => is_free(database, &renamed, engine),
        })
        .or(|| views_are_whole(database, engine))
}

/// SQLite reads every view when a column goes or a name changes, and refuses where one reads what
/// is not there.
pub(super) fn views_are_whole(database: &Database, engine: Engine) -> Answer {
    if engine.dialect != Dialect::Sqlite || engine.copies() {
        return Answer::Applied;
    }
    for view in &database.objects {
        let missing = view.uses.tables.iter().find(|read| {
            database.table(read).is_none() && database.view(read).is_none() && database.complete
        });
        if let Some(missing) = missing {
            let words = format!("error in view {}: no such table: main.{missing}", view.name);
            let error = DatabaseError::OfAnotherKind { name: view.name.clone(), words };
            let name = missing.name.as_str().unwrap_or_default();
            return Refusal::proved(error).about(name).about(view.name.clone()).into();
        }
    }
    match database.objects.is_empty() {
        true => Answer::Applied,
        false => Answer::Unknown("SQLite reads every view".to_owned()),
    }
}

/// The primary key and the unique constraints of a table.
fn keys(create: &CreateTable) -> impl Iterator<Item = &Key> {
    create.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => Some(key),
        _ => None,
    })
}

fn twice(columns: &[Column]) -> Answer {
    let names: Vec<&str> = columns.iter().filter_map(|column| column.name.as_str()).collect();
    let double = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    match double {
        Some((_, name)) => {
            Refusal::proved(DatabaseError::ColumnTwice { column: (*name).to_owned() }).into()
        }
        None => Answer::Applied,
    }
}

/// Refuses a name that another table, view, index or sequence has.
pub(super) fn is_free(database: &Database, table: &TableName, engine: Engine) -> Answer {
    let error = || DatabaseError::TableExists { table: table.clone() };
    let name = table.name.as_str().unwrap_or_default();
    let by_table = presence_of_table(database, table).absent(error());
    let answer = by_table
        .or(|| is_free_of_indexes(database, name, error(), engine))
        .or(|| is_free_of_sequences(database, name, error(), engine))
        .or(|| is_free_of_types(database, name, engine));
    about_table(answer, table, engine)
}

/// Indexes share the name space of tables in PostgreSQL and SQLite.
fn is_free_of_indexes(
    database: &Database,
    name: &str,
    error: DatabaseError,
    engine: Engine,
) -> Answer {
    let shared = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
    let found =
        shared.then(|| database.tables().find(|table| table.index(name).is_some())).flatten();
    match found {
        Some(_) => presence_of_index(database, name, None).absent(error),
        None => Answer::Applied,
    }
}

fn is_free_of_sequences(
    database: &Database,
    name: &str,
    error: DatabaseError,
    engine: Engine,
) -> Answer {
    match engine.dialect {
        Dialect::PostgreSql => {
            match presence_of_object(database, ObjectKind::Sequence, name, &None) {
                Presence::Here => Refusal::proved(error).into(),
                _ => Answer::Applied,
            }
        }
        _ => Answer::Applied,
    }
}

/// In PostgreSQL a table is a type as well.
fn is_free_of_types(database: &Database, name: &str, engine: Engine) -> Answer {
    match engine.dialect == Dialect::PostgreSql && database.enum_type(name).is_some() {
        true => presence_of_type(database, name)
            .absent(DatabaseError::TypeExists { name: name.to_owned() }),
        false => Answer::Applied,
    }
}

fn types_are_there(database: &Database, create: &CreateTable, engine: Engine) -> Answer {
    let columns = create.columns.iter();
    Answer::first(columns.map(|column| type_is_there(database, column.kind.as_ref(), engine)))
}

fn defaults_fit(database: &Database, create: &CreateTable, engine: Engine) -> Answer {
    Answer::first(create.columns.iter().map(|column| default_fits(database, column, engine)))
}

fn keys_are_sound(create: &CreateTable, itself: &Table, engine: Engine) -> Answer {
    Answer::first(keys(create).map(|key| columns_are_there(itself, key, ColumnPlace::Key, engine)))
}

/// The names of keys are free among the relations, and each is given once.
fn key_names_are_free(database: &Database, create: &CreateTable, engine: Engine) -> Answer {
    let mut given: Vec<(&str, &Key)> = Vec::new();
    let itself = Table::of_declared(create);
    let inline = create
        .columns
        .iter()
        .filter(|column| column.primary_key == Known::Is(true) || column.unique == Known::Is(true));
    let inline = inline.filter_map(|column| column.name.as_str());
    let mut answer = columns_sort(database, &itself, inline, engine);
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    for key in keys(create) {
        answer = answer.or(|| key_sorts(database, &itself, key, engine));
        let Some(name) = key.name.as_ref().and_then(Known::as_str) else { continue };
        // Primary keys are all called PRIMARY there.
        let is_primary = create.constraints.iter().any(
            |constraint| matches!(constraint, Constraint::PrimaryKey(primary) if primary == key),
        );
        if is_mysql && is_primary {
            continue;
        }
        // PostgreSQL makes one of two that are equal (transformIndexConstraints).
        let merges = engine.dialect == Dialect::PostgreSql;
        let is_twice = engine.dialect != Dialect::Sqlite
            && given
                .iter()
                .any(|(other, twin)| *other == name && !(merges && twin.columns == key.columns));
        let is_merged = given.iter().any(|(other, _)| *other == name) && !is_twice;
        answer = answer.or(|| match is_twice {
            true => Refusal::proved(DatabaseError::IndexExists { name: name.to_owned() }).into(),
            false if is_merged => Answer::Applied,
            false => is_free_for_key(database, name, engine),
        });
        given.push((name, key));
    }
    answer
}

fn foreign_keys_are_sound(
    database: &Database,
    create: &CreateTable,
    itself: &Table,
    engine: Engine,
) -> Answer {
    let mut given: Vec<&str> =
        keys(create).filter_map(|key| key.name.as_ref().and_then(Known::as_str)).collect();
    let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
    let of_table = create.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::ForeignKey(key) => Some(key),
        _ => None,
    });
    let mut answer = Answer::Applied;
    for key in inline.chain(of_table) {
        let name = key.name.as_ref().and_then(Known::as_str);
        answer = answer.or(|| match name {
            Some(name) if given.contains(&name) && engine.dialect == Dialect::PostgreSql => {
                let table = create.table.clone();
                let error = DatabaseError::ConstraintExists { table, name: name.to_owned() };
                Refusal::proved(error).into()
            }
            Some(name) => is_free_foreign_key(database, name, engine),
            None => Answer::Applied,
        });
        answer = answer.or(|| foreign_key_is_sound(database, itself, key, engine));
        given.extend(name);
    }
    answer
}

fn table_is_unused(database: &Database, table: &TableName, engine: Engine) -> Answer {
    let (mut by, mut names) = referrers_of(database, table, engine);
    if engine.dialect == Dialect::PostgreSql && database.table(table).is_some() {
        let views = views_over(database, table);
        by.extend(views.iter().map(|view| format!("view `{view}`")));
        names.extend(views);
    }
    in_use(Needed::Table(table.clone()), by, names)
}
