//! Views, sequences, functions, triggers and the like.

use crate::schema::answer::calls::queries_are_sound;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{Needed, TableUse};
use crate::schema::answer::needs::{in_use, needs_table, needs_tables};
use crate::schema::answer::presence::{Presence, presence_of_object, presence_of_table};
use crate::schema::answer::routines::{routine_is_free, routine_is_there};
use crate::schema::answer::rows::query_is_sound;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, Object, object_key};
use crate::schema::dependants::Dropped;
use crate::schema::table::{Origin, Table};
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind, Uses, ViewColumn};
use crate::sql::signature::Returned;
use crate::sql::table::TableName;
use crate::sql::types::SqlType;
use crate::text::known::Known;

/// What is judged: functions may differ by their arguments, and the rest is not replayed.
fn is_judged(kind: ObjectKind) -> bool {
    use ObjectKind as K;
    matches!(
        kind,
        K::View
            | K::MaterializedView
            | K::Trigger
            | K::Sequence
            | K::Policy
            | K::Schema
            | K::Domain
    )
}

pub(super) fn answer_create_object(
    database: &Database,
    change: &ObjectChange,
    engine: Engine,
) -> Answer {
    let ObjectChange::CreateObject { kind, name, on, replace, if_not_exists, uses, .. } = change
    else {
        return Answer::Applied;
    };
    let reads = match kind {
        // SQLite looks when the view is read.
        ObjectKind::View | ObjectKind::MaterializedView if engine.dialect != Dialect::Sqlite => {
            let is_whole =
                |read: &TableName| database.table(read).is_some_and(|table| table.complete);
            needs_tables(database, &uses.tables, engine).or(|| {
                match uses.tables.iter().all(is_whole) {
                    true => Answer::Applied,
                    false => Answer::Unknown("not all columns that it reads are known".to_owned()),
                }
            })
        }
        ObjectKind::Trigger | ObjectKind::Policy | ObjectKind::Rule => match on {
            Some(on) => needs_table(database, on, TableUse::Alter, engine)
                .or(|| function_is_there(database, uses, engine))
                .or(|| match kind {
                    ObjectKind::Trigger => returns_trigger(database, uses, on, engine),
                    _ => Answer::Applied,
                })
                .or(|| queries_are_sound(database, &uses.mentions.scopes, engine)),
            None => Answer::Applied,
        },
        _ => Answer::Applied,
    };
    let reads = match (replace, kind, name.as_str()) {
        (true, ObjectKind::View, Some(name)) if engine.dialect == Dialect::PostgreSql => {
            let other = is_other_view(database, ObjectKind::View, name, engine);
            reads
                .or(|| other.map_or(Answer::Applied, Answer::from))
                .or(|| keeps_its_columns(database, name, uses))
        }
        _ => reads,
    };
    let is_view = matches!(kind, ObjectKind::View | ObjectKind::MaterializedView);
    let reads = match is_view && engine.dialect != Dialect::Sqlite {
        true => reads
            .or(|| query_is_sound(database, &uses.mentions, engine))
            .or(|| names_once(uses, engine)),
        false => reads,
    };
    if let (ObjectKind::Routine, Some(name), Dialect::PostgreSql) =
        (kind, name.as_str(), engine.dialect)
    {
        return reads.or(|| routine_is_free(database, name, uses.signature.as_ref(), *replace));
    }
    let is_judged = is_judged(*kind) || *kind == ObjectKind::Extension;
    let (Some(name), false) = (name.as_str(), *replace || *if_not_exists || !is_judged) else {
        return reads;
    };
    let error =
        || DatabaseError::ObjectExists { kind: *kind, name: name.to_owned(), on: on.clone() };
    let twin = || match is_other_view(database, *kind, name, engine) {
        Some(_) => Refusal::proved(error()).about(name).into(),
        None => Answer::Applied,
    };
    let is_free = || presence_of_object(database, *kind, name, on).absent(error());
    reads.unless_proved(is_free).or(is_free).or(twin).or(|| {
        let is_relation =
            matches!(kind, ObjectKind::View | ObjectKind::MaterializedView | ObjectKind::Sequence);
        let table = unqualified(name);
        match is_relation && database.table(&table).is_some() {
            true => presence_of_table(database, &table).absent(error()),
            false => Answer::Applied,
        }
    })
}

pub(super) fn answer_drop_object(
    database: &Database,
    change: &ObjectChange,
    engine: Engine,
) -> Answer {
    let ObjectChange::DropObject { kind, name, on, if_exists, cascade, signature } = change else {
        return Answer::Applied;
    };
    let (kind, if_exists, cascade) = (*kind, *if_exists, *cascade);
    let Some(name) = name.as_str() else { return Answer::Applied };
    let other = is_a_table(database, kind, name, engine)
        .or_else(|| is_other_view(database, kind, name, engine));
    if let Some(refusal) = other {
        return refusal.into();
    }
    let there = match kind {
        _ if if_exists => Answer::Applied,
        ObjectKind::Routine if engine.dialect == Dialect::PostgreSql => {
            routine_is_there(database, name, signature.as_ref())
        }
        _ if !is_judged(kind) => Answer::Applied,
        _ => object_is_there(database, kind, name, on),
    };
    there.or(|| match cascade || engine.dialect != Dialect::PostgreSql {
        true => Answer::Applied,
        false => object_is_unused(database, kind, name),
    })
}

/// ALTER asks for what is there; what a table has is known where the table is.
pub(super) fn answer_alter_object(
    database: &Database,
    kind: ObjectKind,
    name: &Known<String>,
    on: &Option<TableName>,
    engine: Engine,
) -> Answer {
    let asks = matches!(kind, ObjectKind::Sequence | ObjectKind::Trigger | ObjectKind::Policy);
    match name.as_str().filter(|_| asks && engine.dialect == Dialect::PostgreSql) {
        Some(name) => object_is_there(database, kind, name, on),
        None => Answer::Applied,
    }
}

/// A table that is wholly read has no triggers and policies but those that the history made.
pub(super) fn object_is_there(
    database: &Database,
    kind: ObjectKind,
    name: &str,
    on: &Option<TableName>,
) -> Answer {
    // SQLite and MySQL name a trigger without its table.
    let is_named = |object: &Object| object.kind == kind && object.name.eq_ignore_ascii_case(name);
    if kind == ObjectKind::Trigger && on.is_none() && database.objects.iter().any(is_named) {
        return Answer::Applied;
    }
    let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: on.clone() };
    let presence = presence_of_object(database, kind, name, on);
    let is_whole = on.as_ref().is_some_and(|on| {
        database.table(on).is_some_and(|table| table.complete)
            && presence_of_table(database, on) == Presence::Here
    });
    match is_whole {
        true => presence.needed_in_full(error),
        false => presence.needed(error),
    }
}

/// PostgreSQL takes a view and a materialized view for two kinds of things (seen on 15.18).
fn is_other_view(
    database: &Database,
    kind: ObjectKind,
    name: &str,
    engine: Engine,
) -> Option<Refusal> {
    let other = match kind {
        ObjectKind::View => ObjectKind::MaterializedView,
        ObjectKind::MaterializedView => ObjectKind::View,
        _ => return None,
    };
    let is_here = |kind| presence_of_object(database, kind, name, &None);
    let is_other = engine.dialect == Dialect::PostgreSql
        && !matches!(is_here(kind), Presence::Here | Presence::Perhaps(_))
        && is_here(other) == Presence::Here;
    let words = format!("\"{name}\" is not a {}", kind.title());
    let error = DatabaseError::OfAnotherKind { name: name.to_owned(), words };
    is_other.then(|| Refusal::proved(error).about(name))
}

/// A trigger calls a function that is there: PostgreSQL looks for it when the trigger is made.
fn function_is_there(database: &Database, uses: &Uses, engine: Engine) -> Answer {
    let Some(name) = uses.mentions.calls.first().filter(|_| engine.dialect == Dialect::PostgreSql)
    else {
        return Answer::Applied;
    };
    let plain = within_schema(name);
    let kind = ObjectKind::Routine;
    let error = DatabaseError::NoObject { kind, name: name.to_owned(), on: None };
    match OF_SERVER.contains(&plain) {
        true => Answer::Applied,
        false => presence_of_object(database, kind, name, &None).needed(error),
    }
}

/// PostgreSQL asks that the function of a trigger returns `trigger` (seen on 15.18).
fn returns_trigger(database: &Database, uses: &Uses, on: &TableName, engine: Engine) -> Answer {
    // WHEN may call others.
    let ([name], Dialect::PostgreSql) = (uses.mentions.calls.as_slice(), engine.dialect) else {
        return Answer::Applied;
    };
    let is_named = |object: &&Object| object.kind == ObjectKind::Routine && object.name == *name;
    let mut signatures =
        database.objects.iter().filter(is_named).map(|object| &object.uses.signature);
    let (Some(Some(signature)), None) = (signatures.next(), signatures.next()) else {
        return Answer::Applied;
    };
    match &signature.returns {
        Returned::Value { kind, .. } if !kind.trim().eq_ignore_ascii_case("trigger") => {
            let words = format!("function {name} must return type trigger");
            let remedy = "Let the function return `trigger`: `RETURNS trigger`, and `RETURN NEW` at its end.";
            Refusal::proved(DatabaseError::Contradiction { table: on.clone(), words, remedy })
                .into()
        }
        _ => Answer::Applied,
    }
}

/// Functions for triggers that PostgreSQL brings along, its extensions included (`tcn`, `spi`).
const OF_SERVER: [&str; 10] = [
    "tsvector_update_trigger",
    "tsvector_update_trigger_column",
    "suppress_redundant_updates_trigger",
    "triggered_change_notification",
    "lo_manage",
    "autoinc",
    "insert_username",
    "moddatetime",
    "check_primary_key",
    "check_foreign_key",
];

/// A view gives each of its columns a name of its own.
fn names_once(uses: &Uses, engine: Engine) -> Answer {
    let given = uses.gives.iter().flatten().map(|column| column.name.as_str());
    let given: Vec<&str> = given.collect();
    let twice = given.iter().enumerate().find(|(at, name)| given[..*at].contains(name));
    match twice.filter(|_| engine.dialect == Dialect::PostgreSql) {
        Some((_, column)) => {
            Refusal::proved(DatabaseError::ColumnTwice { column: (*column).to_owned() }).into()
        }
        None => Answer::Applied,
    }
}

fn unqualified(name: &str) -> TableName {
    match name.rsplit_once('.') {
        Some((schema, name)) => TableName {
            schema: Some(Known::Is(schema.to_owned())),
            name: Known::Is(name.to_owned()),
        },
        None => TableName::plain(name),
    }
}

/// PostgreSQL replaces a view by one that gives the same columns, and more behind them.
fn keeps_its_columns(database: &Database, name: &str, uses: &Uses) -> Answer {
    let held = database.objects.iter().find(|object| {
        object.kind == ObjectKind::View
            && object_key(&object.name, &None) == object_key(name, &None)
    });
    let Some(held) = held else { return Answer::Applied };
    let (Some(old), Some(new)) = (&held.uses.gives, &uses.gives) else {
        return Answer::Unknown("the columns of the view are not known".to_owned());
    };
    let renamed = old.iter().zip(new).find(|(old, new)| old.name != new.name);
    let retyped = || {
        old.iter().zip(new).find_map(|(one, other)| {
            let types = [(&held.uses, one), (uses, other)]
                .map(|(uses, column)| given_type(database, uses, column));
            match types {
                [Some(was), Some(is)] if was != is => Some(other.name.clone()),
                _ => None,
            }
        })
    };
    let words = match renamed {
        Some((old, new)) => {
            format!("cannot change name of view column \"{}\" to \"{}\"", old.name, new.name)
        }
        None if new.len() < old.len() => "cannot drop columns from view".to_owned(),
        None => match retyped() {
            Some(column) => format!("cannot change data type of view column \"{column}\""),
            None => return Answer::Applied,
        },
    };
    match presence_of_object(database, ObjectKind::View, name, &None) {
        Presence::Here => {
            let error = DatabaseError::OtherColumns { view: name.to_owned(), words };
            Refusal::proved(error).about(name).into()
        }
        _ => Answer::Unknown("whether the view is there is not known".to_owned()),
    }
}

/// Returns the type of a column of a view over one table: its base, without what qualifies it.
fn given_type(database: &Database, uses: &Uses, column: &ViewColumn) -> Option<String> {
    let source = column.source.as_deref()?;
    if let Some(cast) = &column.cast {
        return Some(SqlType::parse(cast).base);
    }
    let [read] = uses.tables.as_slice() else { return None };
    let kind = database.table(read)?.column(source)?.kind.as_ref()?;
    Some(SqlType::parse(kind.sql.as_str()?).base)
}

/// Refuses DROP VIEW of a table.
fn is_a_table(
    database: &Database,
    kind: ObjectKind,
    name: &str,
    engine: Engine,
) -> Option<Refusal> {
    let is_view = matches!(kind, ObjectKind::View | ObjectKind::MaterializedView);
    let made = |table: &&Table| is_view && table.origin != Origin::Met;
    database.table(&unqualified(name)).filter(made)?;
    let words = match engine.dialect {
        Dialect::Sqlite => format!("use DROP TABLE to delete table {name}"),
        _ => format!("\"{name}\" is not a view"),
    };
    Some(Refusal::proved(DatabaseError::OfAnotherKind { name: name.to_owned(), words }))
}

/// The name of an object without its schema.
fn within_schema(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn schema_is_empty(database: &Database, name: &str) -> Answer {
    let made = |table: &&Table| {
        table.origin != Origin::Met
            && table.schema.as_deref().is_some_and(|schema| schema.eq_ignore_ascii_case(name))
    };
    let held: Vec<&Table> = database.tables().filter(made).collect();
    let by = held.iter().map(|table| format!("table `{}`", table.title())).collect();
    let names = held.iter().map(|table| table.name.clone()).collect();
    in_use(Needed::Object(ObjectKind::Schema, name.to_owned()), by, names)
}

fn object_is_unused(database: &Database, kind: ObjectKind, name: &str) -> Answer {
    use ObjectKind as K;
    let dropped = match kind {
        K::Domain => Dropped::Type(name.to_owned()),
        K::Sequence if database.sequence_owner(within_schema(name)).is_some() => {
            let owner = database.sequence_owner(within_schema(name));
            let by = owner.map(|(table, column)| {
                (format!("the column `{}.{}`", table.title(), column.name), table.name.clone())
            });
            let (by, names) = by.into_iter().unzip();
            return in_use(Needed::Object(kind, name.to_owned()), by, names);
        }
        K::View | K::MaterializedView | K::Routine | K::Sequence | K::Extension => {
            Dropped::Object(kind, name.to_owned())
        }
        K::Schema => return schema_is_empty(database, name),
        _ => return Answer::Applied,
    };
    let found = dropped.certain(database);
    let by = found.iter().map(|dependant| dependant.title()).collect();
    let names = found.iter().filter_map(|dependant| dependant.name()).map(str::to_owned);
    in_use(Needed::Object(kind, name.to_owned()), by, names.collect())
}
