//! CREATE, DROP and RENAME of indexes.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::expressions::index_is_immutable;
use crate::schema::answer::index_users::{index_is_unused, is_served, leads, plain};
use crate::schema::answer::keys::columns_sort;
use crate::schema::answer::marks::mark;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{about_table, has_column, in_use, needs_table};
use crate::schema::answer::partition_keys::index_is_of_partitions;
use crate::schema::answer::presence::{
    Presence, is_of_mysql, presence_of_constraint, presence_of_index, presence_of_object,
    presence_of_table,
};
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, GeneratedNames};
use crate::schema::mark::ObjectName;
use crate::schema::table::{ConstraintState, Table, columns_of, is_index};
use crate::sql::casts::CastType;
use crate::sql::dialect::Dialect;
use crate::sql::literal;
use crate::sql::object_change::ObjectKind;
use crate::sql::table::{Constraint, ConstraintKind, Index, TableName};
use crate::sql::taken_types::has_class;
use crate::text::known::Known;

pub(super) fn answer_create_index(
    database: &Database,
    table: &TableName,
    index: &Index,
    engine: Engine,
) -> Answer {
    let name = index.name.as_ref().and_then(Known::as_str);
    let there = needs_table(database, table, TableUse::Alter, engine);
    let free = || match name {
        Some(_) if index.if_not_exists => Answer::Applied,
        Some(name) => {
            let by_key = || is_free_of_key(database, name, table, &plain(index), engine);
            let answer = is_free_index(database, name, Some(table), engine).or(by_key);
            about_table(answer, table, engine)
        }
        None => Answer::Applied,
    };
    let sound = || {
        let Some(held) = database.table(table) else { return Answer::Applied };
        let parts = plain(index).into_iter().map(Known::Is);
        Answer::first(parts.map(|column| has_column(held, &column, ColumnPlace::Index, engine)))
    };
    let sorts = || match (database.table(table), &index.method) {
        (Some(held), None) if !index.prefixed => {
            let columns = plain(index);
            columns_sort(database, held, columns.iter().map(String::as_str), engine)
        }
        _ => Answer::Applied,
    };
    let sorts = || {
        sorts().or(|| match database.table(table) {
            Some(held) => index_is_of_partitions(held, index, engine)
                .or(|| index_is_immutable(database, held, index, engine))
                .or(|| method_takes_types(database, held, index, engine)),
            None => Answer::Applied,
        })
    };
    match engine.dialect {
        Dialect::PostgreSql => there.or(sound).or(sorts).or(free),
        Dialect::Sqlite => there.or(free).or(sound),
        Dialect::MySql => there.or(sound).or(sorts).or(free),
        _ => there.or(sound).or(free),
    }
}

/// Refuses the name of an index that is there: among the relations in PostgreSQL, in the
/// database in SQLite, on the table elsewhere.
pub(super) fn is_free_index(
    database: &Database,
    name: &str,
    table: Option<&TableName>,
    engine: Engine,
) -> Answer {
    let error = || DatabaseError::IndexExists { name: name.to_owned() };
    let by_table = matches!(
        engine.dialect,
        Dialect::MySql | Dialect::MariaDb | Dialect::SqlServer | Dialect::Oracle
    );
    if by_table {
        let held = table.and_then(|table| database.table(table));
        // MySQL gives a primary key no name but PRIMARY.
        let is_primary = |held: &Table| {
            let key = held.constraint(name).map(|held| held.constraint.kind());
            engine.dialect.is_mysql()
                && held.index(name).is_none()
                && key == Some(ConstraintKind::PrimaryKey)
        };
        return match held.is_some_and(|held| is_index(held, name) && !is_primary(held)) {
            true => presence_of_index(database, name, table).absent(error()),
            false => Answer::Applied,
        };
    }
    let taken = database
        .table_of_key(&name.to_ascii_lowercase())
        .filter(|held| held.name == name && held.schema.is_none() && !held.temporary);
    let by_relation = match taken {
        Some(held) => presence_of_table(database, &held.table_name()).absent(error()),
        None => Answer::Applied,
    };
    by_relation
        .or(|| match database.owner_of_index(name, table) {
            Some(owner) if is_in_one_schema(owner.schema.as_deref(), table) => {
                presence_of_index(database, name, table).absent(error())
            }
            _ => Answer::Applied,
        })
        .or(|| match engine.dialect == Dialect::PostgreSql {
            true => {
                let sequence = presence_of_object(database, ObjectKind::Sequence, name, &None);
                match sequence {
                    Presence::Here => Refusal::proved(error()).into(),
                    _ => Answer::Applied,
                }
            }
            false => Answer::Applied,
        })
}

/// The index that MySQL makes for a foreign key has the name of the key. One that begins with the
/// columns of the key takes its place (seen on MariaDB 10.11).
pub(super) fn is_free_of_key(
    database: &Database,
    name: &str,
    table: &TableName,
    columns: &[String],
    engine: Engine,
) -> Answer {
    let Some(held) =
        database.table(table).filter(|held| engine.dialect.is_mysql() && held.complete)
    else {
        return Answer::Applied;
    };
    let makes_it = held.constraint(name).is_some_and(|key| {
        let own = columns_of(&key.constraint);
        matches!(key.constraint, Constraint::ForeignKey(_))
            && !key.unnamed
            && !leads(&own, columns)
            && !is_served(held, &own, None)
    });
    match makes_it {
        true => presence_of_constraint(database, table, name)
            .absent(DatabaseError::IndexExists { name: name.to_owned() }),
        false => Answer::Applied,
    }
}

pub(super) fn answer_drop_index(
    database: &Database,
    name: Option<&str>,
    table: Option<&TableName>,
    (if_exists, cascade): (bool, bool),
    engine: Engine,
) -> Answer {
    let Some(name) = name else { return Answer::Applied };
    if table.is_some_and(|table| database.table(table).is_none() && database.view(table).is_some())
    {
        return Answer::Unknown("the indexes of a view are not replayed".to_owned());
    }
    let said = table.filter(|table| table.name.is_known());
    // PostgreSQL and SQLite find an index by its name alone; Alembic's copy looks in the table.
    let by_name = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
    let there = match said {
        Some(table) if !by_name || engine.copies() => {
            needs_table(database, table, TableUse::Alter, engine)
        }
        _ => Answer::Applied,
    };
    let is_table = engine.dialect == Dialect::PostgreSql
        && database.tables().any(|held| held.name == name && held.schema.is_none());
    if is_table && database.owner_of_index(name, said).is_none() {
        let words = format!("\"{name}\" is not an index");
        let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
        return Refusal::proved(error).into();
    }
    there
        .or(|| match if_exists {
            true => Answer::Applied,
            false => {
                let error = DatabaseError::NoIndex { name: name.to_owned() };
                let answer =
                    presence_of_index_in(database, name, said, engine).needed_in_full(error);
                match said {
                    Some(table) => about_table(answer, table, engine),
                    None => answer,
                }
            }
        })
        .or(|| index_is_unused(database, name, said, cascade, engine))
        .or(|| match said {
            Some(table) => is_no_index_of_key(database, table, name, engine),
            None => Answer::Applied,
        })
}

/// MySQL makes an index for a foreign key that has none, by the name of the key or, where that has
/// none, of its first column, and keeps it as long as the key needs it (error 1553; seen on MariaDB
/// 10.11).
fn is_no_index_of_key(
    database: &Database,
    table: &TableName,
    name: &str,
    engine: Engine,
) -> Answer {
    let held = database.table(table).filter(|held| engine.dialect.is_mysql() && held.complete);
    let Some(held) = held.filter(|held| held.index(name).is_none()) else {
        return Answer::Applied;
    };
    let leads = |columns: &[&str], with: &str| {
        columns.first().is_some_and(|first| first.eq_ignore_ascii_case(with))
    };
    let is_served = |column: &str| {
        let of_index = |index: &Index| {
            let first = index.columns.get().and_then(|parts| parts.first());
            first.is_none_or(|first| {
                first.as_column().is_none_or(|own| own.eq_ignore_ascii_case(column))
            })
        };
        let of_key = |own: &ConstraintState| {
            let is_key =
                matches!(own.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_));
            is_key && leads(&columns_of(&own.constraint), column)
        };
        held.indexes.iter().any(of_index) || held.constraints.iter().any(of_key)
    };
    let makes = |own: &&ConstraintState| {
        let columns = columns_of(&own.constraint);
        let [column] = columns.as_slice() else { return false };
        let named = match own.unnamed {
            true => column.eq_ignore_ascii_case(name),
            false => own.is_named(name),
        };
        matches!(own.constraint, Constraint::ForeignKey(_)) && named && !is_served(column)
    };
    let by: Vec<String> = held
        .constraints
        .iter()
        .filter(makes)
        .map(|own| {
            let name = own.constraint.name().and_then(Known::as_str).unwrap_or("…");
            format!("foreign key `{name}`")
        })
        .collect();
    about_table(in_use(Needed::Index(name.to_owned()), by, Vec::new()), table, engine)
}

pub(super) fn answer_rename_index(
    database: &Database,
    name: &Known<String>,
    to: &Known<String>,
    engine: Engine,
) -> Answer {
    let Some(from) = name.as_str() else { return Answer::Applied };
    if database.table(&TableName::plain(from)).is_some() {
        return Answer::Unknown("ALTER INDEX renames tables as well".to_owned());
    }
    let error = DatabaseError::NoIndex { name: from.to_owned() };
    match (presence_of_index(database, from, None).needed(error), to.as_str()) {
        (Answer::Applied, Some(to)) => is_free_index(database, to, None, engine),
        (answer, _) => answer,
    }
}

/// A method has operator classes for some types; others bring an extension, or are said
/// (`pg_opclass` of PostgreSQL 15.18).
fn method_takes_types(database: &Database, table: &Table, index: &Index, engine: Engine) -> Answer {
    let method = index.method.as_ref().and_then(Known::as_str);
    let Some(method) = method else { return Answer::Applied };
    let mut columns = plain(index);
    columns.retain(|name| !index.classed.contains(name));
    method_takes(database, table, method, &columns, engine)
}

/// Refuses a method that has no class for the type of one of these columns.
pub(super) fn method_takes(
    database: &Database,
    table: &Table,
    method: &str,
    columns: &[String],
    engine: Engine,
) -> Answer {
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    // These extensions have classes of their own for what is plain.
    let brings = ["btree_gin", "btree_gist"].iter().any(|name| {
        let extension = presence_of_object(database, ObjectKind::Extension, name, &None);
        method.starts_with("gi") && extension != Presence::Never
    });
    let refused = |name: &String| {
        let kind = table.column(name).and_then(|column| column.kind.as_ref());
        let kind = kind.and_then(|kind| cast_name(database, kind, engine))?;
        let is_json = kind == CastType::Builtin("json");
        let is_refused = is_json || !brings && has_class(method, &kind) == Some(false);
        is_refused.then_some((name.clone(), kind))
    };
    let Some((column, kind)) = columns.iter().find_map(refused) else {
        return Answer::Applied;
    };
    let shown = literal::shown(&kind);
    let words =
        format!("data type {shown} has no default operator class for access method \"{method}\"");
    let error = DatabaseError::BadKey { column, words };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}

fn is_in_one_schema(owner: Option<&str>, table: Option<&TableName>) -> bool {
    let Some(table) = table else { return true };
    let said = table.schema.as_ref().and_then(Known::as_str);
    let said = said.filter(|schema| !crate::schema::database::is_default_schema(schema));
    owner == said
}

/// Where the table must be named, indexes of other tables are others.
fn presence_of_index_in(
    database: &Database,
    name: &str,
    said: Option<&TableName>,
    engine: Engine,
) -> Presence {
    let by_name = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
    let held = said.and_then(|said| database.table(said)).filter(|held| held.complete && !by_name);
    let Some(held) = held.filter(|held| !is_index(held, name)) else {
        return presence_of_index(database, name, said);
    };
    // A foreign key makes an index of its name, which stays behind.
    let key = ObjectName::Constraint(held.key(), name.to_ascii_lowercase());
    let was_key = held.constraint(name).is_some() || mark(database, &key).is_some();
    let is_named = |index: &Index| index.name.as_ref().is_some_and(Known::is_known);
    // The index of a primary key is PRIMARY, and a check has none.
    let is_of_server =
        database.dialect.is_mysql() && database.generated_names == GeneratedNames::Unknown;
    let may_make_it = |held: &ConstraintState| {
        let may_be = match &held.constraint {
            Constraint::Unique(_) => is_of_mysql(held, name),
            // The index of a foreign key is named after its first column.
            Constraint::ForeignKey(_) => columns_of(&held.constraint)
                .first()
                .is_none_or(|first| name.to_lowercase().starts_with(&first.to_lowercase())),
            _ => false,
        };
        let makes = matches!(held.constraint, Constraint::Unique(_) | Constraint::ForeignKey(_));
        held.unnamed && makes && (may_be || !is_of_server)
    };
    let all_named = held.indexes.iter().all(is_named) && !held.constraints.iter().any(may_make_it);
    match all_named && !was_key {
        true => Presence::Never,
        false => Presence::Unknown("a key may have made it".to_owned()),
    }
}
