//! ADD, DROP and RENAME of constraints.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::expressions::check_is_sound;
use crate::schema::answer::foreign_keys::{foreign_key_is_sound, own_columns_are_there};
use crate::schema::answer::in_use::{has_twin, referrers_of_key};
use crate::schema::answer::index_users::index_is_unused;
use crate::schema::answer::indexes::{is_free_index, is_free_of_key, method_takes};
use crate::schema::answer::keys::{columns_are_there, index_is_there, key_sorts};
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{about_table, in_use, needs_column, needs_table};
use crate::schema::answer::numbering::numbers_a_key;
use crate::schema::answer::partition_keys::key_is_of_partitions;
use crate::schema::answer::presence::{Presence, presence_of_constraint, presence_of_index};
use crate::schema::answer::verdict::{Answer, Batched, Engine, Refusal};
use crate::schema::database::{Database, GeneratedNames};
use crate::schema::table::{ConstraintState, Table, columns_of};
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, ConstraintKind, IndexPart, TableName};
use crate::text::known::Known;

pub(super) fn answer_add_constraint(
    database: &Database,
    table: &TableName,
    constraint: &Constraint,
    engine: Engine,
) -> Answer {
    needs_table(database, table, TableUse::Alter, engine)
        .or(|| match (database.table(table), constraint) {
            (Some(held), Constraint::PrimaryKey(key)) => {
                columns_are_there(held, key, ColumnPlace::Altered, engine)
            }
            (Some(held), Constraint::Unique(key)) => {
                columns_are_there(held, key, ColumnPlace::Key, engine)
            }
            (Some(held), Constraint::ForeignKey(key)) if engine.dialect.is_mysql() => {
                own_columns_are_there(held, key, engine)
            }
            _ => Answer::Applied,
        })
        .or(|| is_free_constraint(database, table, constraint, engine))
        .or(|| {
            let Some(held) = database.table(table) else { return Answer::Applied };
            match constraint {
                Constraint::PrimaryKey(key) => index_is_there(database, held, key)
                    .or(|| key_sorts(database, held, key, engine))
                    .or(|| is_first_key(held, engine))
                    .or(|| key_is_of_partitions(held, constraint, engine)),
                Constraint::Unique(key) => index_is_there(database, held, key)
                    .or(|| key_sorts(database, held, key, engine))
                    .or(|| key_is_of_partitions(held, constraint, engine)),
                Constraint::ForeignKey(key) => foreign_key_is_sound(database, held, key, engine),
                Constraint::NotNull { column, .. } => {
                    needs_column(database, table, column, ColumnPlace::Altered, engine)
                }
                Constraint::Check(check) => check_is_sound(database, held, check, engine),
                Constraint::Exclude { gist, .. } => {
                    method_takes(database, held, "gist", gist, engine)
                }
            }
        })
}

fn is_first_key(table: &Table, engine: Engine) -> Answer {
    if table.primary_key().is_none() || engine.copies() || !table.complete {
        return Answer::Applied;
    }
    let name = table.table_name();
    let error = DatabaseError::SecondKey { table: name.clone() };
    about_table(Refusal::proved(error).into(), &name, engine)
}

/// Refuses the name of a constraint that is there. A copy takes the new one in place of the old.
fn is_free_constraint(
    database: &Database,
    table: &TableName,
    constraint: &Constraint,
    engine: Engine,
) -> Answer {
    let Some(name) = constraint.name().and_then(Known::as_str) else { return Answer::Applied };
    if engine.copies() || matches!(constraint, Constraint::NotNull { .. }) {
        return Answer::Applied;
    }
    let Some(held) = database.table(table) else { return Answer::Applied };
    let shares = |kind: ConstraintKind| match engine.dialect {
        // A CHECK and a key have name spaces of their own there.
        Dialect::MySql | Dialect::MariaDb => kind == constraint.kind(),
        _ => true,
    };
    let twin = held.constraint(name).filter(|held| shares(held.constraint.kind()));
    let shares_indexes = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb)
        && matches!(constraint, Constraint::Unique(_));
    if twin.is_some() {
        let named = name.to_owned();
        let error = match shares_indexes {
            true => DatabaseError::IndexExists { name: named },
            false => DatabaseError::ConstraintExists { table: table.clone(), name: named },
        };
        let answer = presence_of_constraint(database, table, name).absent(error);
        return about_table(answer, table, engine);
    }
    if shares_indexes && held.index(name).is_some() {
        let error = DatabaseError::IndexExists { name: name.to_owned() };
        let answer = presence_of_index(database, name, Some(table)).absent(error);
        return about_table(answer, table, engine);
    }
    if shares_indexes {
        let columns: Vec<String> = columns_of(constraint).into_iter().map(str::to_owned).collect();
        let answer = is_free_of_key(database, name, table, &columns, engine);
        return about_table(answer, table, engine);
    }
    match constraint {
        Constraint::ForeignKey(_) => is_free_foreign_key(database, name, engine),
        Constraint::PrimaryKey(key) | Constraint::Unique(key) if key.using_index.is_none() => {
            about_table(is_free_for_key(database, name, engine), table, engine)
        }
        _ => Answer::Applied,
    }
}

/// The index of a key has a name among the relations of PostgreSQL.
pub(super) fn is_free_for_key(database: &Database, name: &str, engine: Engine) -> Answer {
    match engine.dialect {
        Dialect::PostgreSql => is_free_index(database, name, None, engine),
        _ => Answer::Applied,
    }
}

/// MySQL keeps the names of foreign keys in one name space.
pub(super) fn is_free_foreign_key(database: &Database, name: &str, engine: Engine) -> Answer {
    if !matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb) {
        return Answer::Applied;
    }
    let is_it = |held: &ConstraintState| {
        matches!(held.constraint, Constraint::ForeignKey(_)) && held.is_named(name)
    };
    let owner = database.tables().find(|table| table.constraints.iter().any(is_it));
    let Some(owner) = owner.map(Table::table_name) else { return Answer::Applied };
    let error = DatabaseError::ConstraintExists { table: owner.clone(), name: name.to_owned() };
    presence_of_constraint(database, &owner, name).absent(error)
}

pub(super) fn answer_drop_constraint(
    database: &Database,
    table: &TableName,
    name: Option<&str>,
    kind: Option<ConstraintKind>,
    (if_exists, cascade): (bool, bool),
    engine: Engine,
) -> Answer {
    let there = needs_table(database, table, TableUse::Alter, engine);
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    if is_mysql && kind == Some(ConstraintKind::PrimaryKey) {
        return there
            .or(|| primary_key_is_unused(database, table, engine))
            .or(|| numbers_another_key(database, table, engine));
    }
    let Some(name) = name else { return there };
    there
        .or(|| match if_exists || database.table(table).is_none() {
            true => Answer::Applied,
            false => needs_constraint(database, table, name, kind, engine),
        })
        .or(|| match cascade || engine.dialect == Dialect::Sqlite {
            true => Answer::Applied,
            false => key_is_unused(database, table, name, engine),
        })
        .or(|| match is_mysql && kind == Some(ConstraintKind::Unique) {
            true => index_is_unused(database, name, Some(table), false, engine)
                .or(|| unique_is_unused(database, table, name, engine)),
            false => Answer::Applied,
        })
}

/// MySQL drops a unique constraint by DROP INDEX as well, and keeps it for the same keys.
pub(super) fn index_of_key_is_unused(
    database: &Database,
    table: Option<&TableName>,
    name: Option<&str>,
    engine: Engine,
) -> Answer {
    let (Some(table), Some(name), true) = (table, name, engine.dialect.is_mysql()) else {
        return Answer::Applied;
    };
    let held = database.table(table).filter(|held| held.index(name).is_none());
    let key = held.and_then(|held| held.constraint(name));
    match key.is_some_and(|key| matches!(key.constraint, Constraint::Unique(_))) {
        true => key_is_unused(database, table, name, engine)
            .or(|| unique_is_unused(database, table, name, engine)),
        false => Answer::Applied,
    }
}

/// The index of a unique constraint stays while a foreign key of the table has no other (error 1553
/// of MySQL and MariaDB).
fn unique_is_unused(database: &Database, table: &TableName, name: &str, engine: Engine) -> Answer {
    let Some(held) = database.table(table).filter(|held| held.complete) else {
        return Answer::Applied;
    };
    let is_here = presence_of_constraint(database, table, name) == Presence::Here;
    let Some(own) = held.constraint(name).filter(|_| is_here) else { return Answer::Applied };
    let leads = |columns: &[&str], key: &[&str]| {
        key.len() >= columns.len()
            && columns.iter().zip(key).all(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    let own_columns = columns_of(&own.constraint);
    let serves = |columns: &[&str]| {
        let by_key = held.constraints.iter().any(|other| {
            let is_key =
                matches!(other.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_));
            is_key && !other.is_named(name) && leads(columns, &columns_of(&other.constraint))
        });
        let by_index = held.indexes.iter().any(|index| match index.columns.get() {
            Some(parts) => {
                let plain: Option<Vec<&str>> = parts.iter().map(IndexPart::as_column).collect();
                plain.is_none_or(|plain| leads(columns, &plain))
            }
            None => true,
        });
        by_key || by_index
    };
    let rests = |key: &&ConstraintState| {
        let columns = columns_of(&key.constraint);
        matches!(key.constraint, Constraint::ForeignKey(_))
            && !columns.is_empty()
            && leads(&columns, &own_columns)
            && !serves(&columns)
    };
    let by = held.constraints.iter().filter(rests).map(|key| {
        let name = key.constraint.name().and_then(Known::as_str).unwrap_or("…");
        format!("foreign key `{name}`")
    });
    let what = Needed::Index(name.to_owned());
    about_table(in_use(what, by.collect(), Vec::new()), table, engine)
}

fn needs_constraint(
    database: &Database,
    table: &TableName,
    name: &str,
    kind: Option<ConstraintKind>,
    engine: Engine,
) -> Answer {
    // MySQL drops a primary key whatever its name, and an index that is called a constraint.
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    let by_kind = match kind {
        Some(ConstraintKind::PrimaryKey) if is_mysql => return Answer::Applied,
        Some(ConstraintKind::Unique) if is_mysql => {
            database.table(table).is_some_and(|held| held.index(name).is_some())
        }
        _ => false,
    };
    if by_kind {
        return Answer::Applied;
    }
    // DROP FOREIGN KEY finds foreign keys alone.
    if let (true, Some(kind), Some(held)) = (is_mysql, kind, database.table(table))
        && held.complete
        && held.constraint(name).is_some()
        && !held
            .constraints
            .iter()
            .any(|held| held.is_named(name) && held.constraint.kind() == kind)
    {
        let error = DatabaseError::NoConstraint { table: table.clone(), name: name.to_owned() };
        return about_table(Refusal::proved(error).into(), table, engine);
    }
    let error = DatabaseError::NoConstraint { table: table.clone(), name: name.to_owned() };
    // A naming convention of the metadata names what the migration leaves unnamed.
    let no_convention = !matches!(database.generated_names, GeneratedNames::ByConvention { .. });
    if no_convention && database.table(table).is_some_and(|held| is_nameless(held, kind, engine)) {
        return about_table(Refusal::proved(error).into(), table, engine);
    }
    about_table(presence_of_constraint(database, table, name).needed_in_full(error), table, engine)
}

/// A key that a foreign key refers to cannot be dropped.
fn key_is_unused(database: &Database, table: &TableName, name: &str, engine: Engine) -> Answer {
    if engine.dialect != Dialect::PostgreSql && engine.dialect != Dialect::SqlServer {
        return Answer::Applied;
    }
    let Some(held) = database.table(table) else { return Answer::Applied };
    let Some(found) = held.constraint(name) else { return Answer::Applied };
    if has_twin(held, &found.constraint) {
        return Answer::Unknown("which of two keys carries it cannot be known".to_owned());
    }
    let (by, names) = referrers_of_key(database, held, &found.constraint);
    let what = Needed::Constraint(table.clone(), name.to_owned());
    about_table(in_use(what, by, names), table, engine)
}

/// MySQL keeps the primary key that a foreign key rests on.
fn primary_key_is_unused(database: &Database, table: &TableName, engine: Engine) -> Answer {
    let Some(held) = database.table(table) else { return Answer::Applied };
    let key =
        held.constraints.iter().find(|held| held.constraint.kind() == ConstraintKind::PrimaryKey);
    let Some(key) = key.filter(|key| !has_twin(held, &key.constraint)) else {
        return Answer::Applied;
    };
    let (by, names) = referrers_of_key(database, held, &key.constraint);
    let what = Needed::Index("PRIMARY".to_owned());
    about_table(in_use(what, by, names), table, engine)
}

/// MySQL numbers no column that begins no key.
fn numbers_another_key(database: &Database, table: &TableName, engine: Engine) -> Answer {
    let Some(held) = database.table(table).filter(|held| held.complete) else {
        return Answer::Applied;
    };
    let mut rest = held.clone();
    rest.constraints.retain(|held| held.constraint.kind() != ConstraintKind::PrimaryKey);
    numbers_a_key(&rest, engine)
}

/// A name that the server may have given otherwise says nothing about another one.
fn name_is_certain(database: &Database, table: &TableName, name: &str) -> Answer {
    match presence_of_constraint(database, table, name) {
        Presence::Unknown(why) => Answer::Unknown(why),
        _ => Answer::Applied,
    }
}

pub(super) fn answer_rename_constraint(
    database: &Database,
    table: &TableName,
    name: &Known<String>,
    to: Option<&Known<String>>,
    engine: Engine,
) -> Answer {
    let there = needs_table(database, table, TableUse::Alter, engine);
    let Some(name) = name.as_str() else { return there };
    there
        .or(|| match database.table(table) {
            Some(held) if is_named_by_now(database, held, name, to) => {
                Answer::Unknown("the naming convention may be younger than the table".to_owned())
            }
            Some(_) => needs_constraint(database, table, name, None, engine),
            None => Answer::Applied,
        })
        .or(|| name_is_certain(database, table, name))
        .and_then_known(|| {
            let held = database.table(table).and_then(|held| held.constraint(name));
            let is_index = held.is_some_and(|held| {
                matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            });
            let Some(to) = to.and_then(Known::as_str) else { return Answer::Applied };
            let free = match is_index {
                true => is_free_for_key(database, to, engine),
                false => Answer::Applied,
            };
            free.or(|| is_no_constraint(database, table, to))
        })
}

/// Tells whether a constraint gets the very name that the naming convention gives to it: a project
/// that takes up a convention renames what stands, and the convention names it so from the start in
/// every database that is made later.
fn is_named_by_now(
    database: &Database,
    held: &Table,
    name: &str,
    to: Option<&Known<String>>,
) -> bool {
    matches!(database.generated_names, GeneratedNames::ByConvention { .. })
        && held.constraint(name).is_none()
        && to.and_then(Known::as_str).is_some_and(|to| held.constraint(to).is_some())
}

fn is_no_constraint(database: &Database, table: &TableName, name: &str) -> Answer {
    match database.table(table).is_some_and(|held| held.constraint(name).is_some()) {
        true => {
            let error =
                DatabaseError::ConstraintExists { table: table.clone(), name: name.to_owned() };
            presence_of_constraint(database, table, name).absent(error)
        }
        false => Answer::Applied,
    }
}

/// SQLite gives no names: a constraint that was made without one is reflected without one, and
/// Alembic finds it by none.
fn is_nameless(table: &Table, kind: Option<ConstraintKind>, engine: Engine) -> bool {
    let of_kind = |held: &&ConstraintState| Some(held.constraint.kind()) == kind;
    let mut held = table.constraints.iter().filter(of_kind).peekable();
    engine.batch == Batched::CopiesAsReflected
        && table.complete
        && held.peek().is_some()
        && held.all(|held| held.unnamed)
}
