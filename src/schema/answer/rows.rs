//! INSERT, UPDATE, DELETE and TRUNCATE: the tables and columns that they name.

use std::collections::BTreeSet;

use crate::schema::answer::calls::queries_are_sound;
use crate::schema::answer::compared::pairs_compare;
use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::foreign_keys::has_key;
use crate::schema::answer::functions::functions_are_there;
use crate::schema::answer::given::{has_trigger, is_compared, is_written, no_null};
use crate::schema::answer::in_use::referrers_of;
use crate::schema::answer::moved::values_are_moved;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{about_table, in_use, needs_column, needs_table, needs_tables};
use crate::schema::answer::presence::{Presence, presence_of_constraint, presence_of_table};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Population, Table, columns_of};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Given, Insert, Mentions, OnConflict, RowSource, Update,
};
use crate::sql::table::{Constraint, Generated, TableName};
use crate::text::known::Known;

pub(super) fn answer_insert(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let columns = insert.columns.as_ref().and_then(Known::get);
    let columns: Vec<Known<String>> =
        columns.into_iter().flatten().map(|name| Known::Is(name.clone())).collect();
    is_no_view_of_rows(database, &insert.table)
        .or(|| needs_table(database, &insert.table, TableUse::Rows, engine))
        .or(|| needs_tables(database, &insert.reads, engine))
        .or(|| needs_written(database, &insert.table, &columns, engine))
        .or(|| rows_are_whole(database, insert, engine))
        .or(|| has_all_values(database, insert, engine))
        .or(|| takes(database, &insert.table, &insert.mentions, engine))
        .or(|| keys_differ(database, insert, engine))
        .or(|| parents_are_there(database, insert, engine))
        .or(|| has_arbiter(database, insert, engine))
        .or(|| leaves_identities(database, insert, engine))
        .or(|| query_is_sound(database, &insert.mentions, engine))
        .or(|| values_are_moved(database, &insert.table, &insert.mentions.scopes, engine))
}

/// Asks for the columns and functions that a statement names besides those of its own table.
pub(super) fn query_is_sound(database: &Database, mentions: &Mentions, engine: Engine) -> Answer {
    let calls = || mentions.calls.iter().map(String::as_str);
    query_finds(database, mentions, engine)
        .or(|| queries_are_sound(database, &mentions.scopes, engine))
        .or(|| pairs_compare(database, &mentions.pairs, engine))
        .or(|| functions_are_there(database, calls(), engine))
}

/// INSERT gives an identity that is GENERATED ALWAYS no value of its own, unless it says
/// OVERRIDING (seen on PostgreSQL 15.18).
fn leaves_identities(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let named = insert.columns.as_ref().and_then(Known::get);
    let held = database.table(&insert.table).filter(|_| engine.dialect == Dialect::PostgreSql);
    let (Some(held), Some(named)) = (held, named) else { return Answer::Applied };
    let writes = match insert.rows {
        RowSource::Values(Known::Is(rows)) => rows > 0 && !insert.mentions.widths.is_empty(),
        RowSource::Select => true,
        RowSource::Values(Known::Unreadable) | RowSource::Unknown => false,
    };
    let is_always = |name: &&String| {
        let column = held.column(name);
        column.is_some_and(|column| column.generated == Some(Generated::IdentityAlways))
    };
    let given = named.iter().filter(|name| !insert.generated.contains(name)).find(is_always);
    let Some(name) = given.filter(|_| writes && !insert.mentions.overriding) else {
        return Answer::Applied;
    };
    let words = format!("cannot insert a non-DEFAULT value into column \"{name}\"");
    let error = DatabaseError::BadValue { column: name.clone(), words };
    about_table(Refusal::proved(error).into(), &insert.table, engine)
}

/// Asks for the columns that the query of an INSERT, or of a view, names.
fn query_finds(database: &Database, mentions: &Mentions, engine: Engine) -> Answer {
    let Some((table, columns)) = &mentions.selected else { return Answer::Applied };
    let columns = columns.iter().map(|name| Known::Is(name.clone()));
    Answer::first(
        columns.map(|name| needs_column(database, table, &name, ColumnPlace::Read, engine)),
    )
}

/// Refuses rows of more or fewer values than columns.
fn rows_are_whole(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let named = insert.columns.as_ref().and_then(Known::get).map(Vec::len);
    let held = database.table(&insert.table).filter(|held| held.complete);
    let most = match (named, &insert.columns) {
        (Some(named), _) => Some(named),
        (None, None) => held.map(|held| held.columns.len()),
        (None, Some(_)) => None,
    };
    let Some(most) = most else { return Answer::Applied };
    let wrong = |width: &usize| match named.is_some() || engine.dialect != Dialect::PostgreSql {
        true => *width != most,
        false => *width > most,
    };
    let Some(width) = insert.mentions.widths.iter().find(|width| wrong(width)) else {
        return Answer::Applied;
    };
    let words = match engine.dialect {
        Dialect::PostgreSql if *width < most => {
            "INSERT has more target columns than expressions".to_owned()
        }
        Dialect::PostgreSql => "INSERT has more expressions than target columns".to_owned(),
        Dialect::Sqlite => format!("{width} values for {most} columns"),
        _ => "Column count doesn't match value count".to_owned(),
    };
    let remedy = "Write as many values as columns.";
    let error = DatabaseError::Contradiction { table: insert.table.clone(), words, remedy };
    about_table(Refusal::proved(error).into(), &insert.table, engine)
}

/// A column that is NOT NULL and has no default is given a value, if no trigger gives it one.
fn has_all_values(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let held = database.table(&insert.table).filter(|held| held.complete);
    let named = insert.columns.as_ref().and_then(Known::get);
    let (Some(held), Some(named)) = (held, named) else { return Answer::Applied };
    let writes = matches!(insert.rows, RowSource::Values(Known::Is(rows)) if rows > 0);
    let skips = insert.again == OnConflict::Conflict && engine.dialect != Dialect::PostgreSql;
    let said = !insert.mentions.widths.is_empty();
    if !writes || !said || skips || has_trigger(database, &insert.table) {
        return Answer::Applied;
    }
    let is_named =
        |column: &&Column| named.iter().any(|name| name.eq_ignore_ascii_case(&column.name));
    let left = held.columns.iter().filter(|column| !is_named(column));
    let Some(column) = left.into_iter().find(|column| has_no_value(held, column, engine)) else {
        return Answer::Applied;
    };
    let name = column.name.clone();
    let words = match engine.dialect {
        Dialect::MySql | Dialect::MariaDb => {
            format!("Field '{name}' doesn't have a default value")
        }
        dialect => no_null(held, &name, dialect),
    };
    about_table(
        Refusal::proved(DatabaseError::BadValue { column: name, words }).into(),
        &insert.table,
        engine,
    )
}

/// Two rows of one statement that have the same constant in a column that is a key by itself.
fn keys_differ(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let held = database.table(&insert.table).filter(|_| insert.again == OnConflict::Nothing);
    let Some(held) = held else { return Answer::Applied };
    let is_constant = |given: &&Given| {
        let word = given.sql.trim().to_ascii_lowercase();
        !matches!(word.as_str(), "null" | "default")
    };
    let mut seen: BTreeSet<(String, &str)> = BTreeSet::new();
    let twice = insert.mentions.written.iter().filter(is_constant).find_map(|given| {
        let column = given.column.to_lowercase();
        let key = held.constraints.iter().find(|own| {
            let is_key =
                matches!(own.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_));
            is_key && columns_of(&own.constraint) == [column.as_str()]
        })?;
        let name = key.constraint.name().and_then(Known::as_str)?;
        let is_first = seen.insert((column, given.sql.trim()));
        let presence = presence_of_constraint(database, &held.table_name(), name);
        (!is_first && presence == Presence::Here).then_some((given, name))
    });
    twice.map_or(Answer::Applied, |(given, name)| {
        let words = format!("duplicate key value violates unique constraint \"{name}\"");
        let error = DatabaseError::BadValue { column: given.column.clone(), words };
        about_table(Refusal::proved(error).into(), &insert.table, engine)
    })
}

/// A row that refers to a table which is made here, and which nothing was written to, has no
/// parent. SQLite looks for none unless it is told to.
fn parents_are_there(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let named = insert.columns.as_ref().and_then(Known::get);
    let held = database.table(&insert.table).filter(|_| engine.dialect != Dialect::Sqlite);
    let (Some(held), Some(named), true) = (held, named, database.complete) else {
        return Answer::Applied;
    };
    let writes = matches!(insert.rows, RowSource::Values(Known::Is(rows)) if rows > 0);
    let skips = insert.again == OnConflict::Conflict || has_trigger(database, &insert.table);
    if !writes || skips {
        return Answer::Applied;
    }
    let constants = &insert.mentions.written;
    let is_given = |column: &&str| {
        let is_null = |given: &Given| given.sql.trim().eq_ignore_ascii_case("null");
        let mut own = constants.iter().filter(|given| given.column.eq_ignore_ascii_case(column));
        let is_firm = held.column(column).is_some_and(|held| held.nullable == Known::Is(false));
        named.iter().any(|name| name.eq_ignore_ascii_case(column))
            && (is_firm || own.clone().next().is_some() && !own.any(is_null))
    };
    for key in held.foreign_keys() {
        let own: Option<Vec<&str>> =
            key.columns.get().map(|columns| columns.iter().filter_map(Known::as_str).collect());
        let Some(own) = own.filter(|own| !own.is_empty() && own.iter().all(is_given)) else {
            continue;
        };
        let parent = database.table(&key.referent).filter(|parent| parent.key() != held.key());
        let is_empty =
            parent.is_some_and(|parent| parent.rows == Population::NewAndEmpty && parent.complete);
        if is_empty && presence_of_table(database, &key.referent) == Presence::Here {
            let words = match engine.dialect {
                Dialect::PostgreSql => format!(
                    "insert or update on table \"{}\" violates foreign key constraint",
                    held.name
                ),
                _ => "Cannot add or update a child row: a foreign key constraint fails".to_owned(),
            };
            let column = own[0].to_owned();
            let refusal = Refusal::proved(DatabaseError::BadValue { column, words });
            let parent = key.referent.name.as_str().unwrap_or_default();
            return about_table(refusal.about(parent).into(), &insert.table, engine);
        }
    }
    Answer::Applied
}

/// ON CONFLICT (...) asks for a unique index over exactly these columns.
fn has_arbiter(database: &Database, insert: &Insert, engine: Engine) -> Answer {
    let Some(columns) = &insert.conflict else { return Answer::Applied };
    let Some(held) = database.table(&insert.table) else { return Answer::Applied };
    let is_asked = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
    if !is_asked || has_key(held, columns, engine) {
        return Answer::Applied;
    }
    let error = DatabaseError::NoArbiter { table: insert.table.clone() };
    about_table(Refusal::proved(error).into(), &insert.table, engine)
}

/// Asks for the columns that a statement names, and whether its constants are values of theirs.
fn takes(database: &Database, table: &TableName, mentions: &Mentions, engine: Engine) -> Answer {
    let named = mentions.columns.iter().map(|name| Known::Is(name.clone()));
    let named = named.map(|name| needs_column(database, table, &name, ColumnPlace::Read, engine));
    let Some(held) = database.table(table) else { return Answer::Applied };
    let inserts = !mentions.widths.is_empty();
    let written =
        mentions.written.iter().map(|given| is_written(database, held, given, inserts, engine));
    let compared = mentions.compared.iter().map(|given| is_compared(database, held, given, engine));
    let answer = Answer::first(named.chain(written).chain(compared).collect::<Vec<_>>());
    about_table(answer, table, engine)
}

/// The columns of views are not replayed.
fn is_no_view_of_rows(database: &Database, table: &TableName) -> Answer {
    match database.table(table).is_none() && database.view(table).is_some() {
        true => Answer::Unknown("what the view reads is not known".to_owned()),
        false => Answer::Applied,
    }
}

pub(super) fn answer_update(database: &Database, update: &Update, engine: Engine) -> Answer {
    let set = update.set.get().into_iter().flatten();
    let columns: Vec<Known<String>> = set.map(|assignment| assignment.column.clone()).collect();
    is_no_view_of_rows(database, &update.table)
        .or(|| needs_table(database, &update.table, TableUse::Rows, engine))
        .or(|| needs_tables(database, &update.reads, engine))
        .or(|| needs_written(database, &update.table, &columns, engine))
        .or(|| match (&update.mentions.qualifier, engine.dialect) {
            (Some(name), Dialect::PostgreSql) => {
                needs_written(database, &update.table, &[Known::Is(name.clone())], engine)
            }
            _ => Answer::Applied,
        })
        .or(|| leaves_generated(database, update, engine))
        .or(|| takes(database, &update.table, &update.mentions, engine))
        .or(|| query_is_sound(database, &update.mentions, engine))
        .or(|| values_are_moved(database, &update.table, &update.mentions.scopes, engine))
}

/// What makes itself is set to DEFAULT and to nothing else.
fn leaves_generated(database: &Database, update: &Update, engine: Engine) -> Answer {
    let held = database.table(&update.table).filter(|_| engine.dialect == Dialect::PostgreSql);
    let Some(held) = held else { return Answer::Applied };
    let makes_itself = |name: &str| {
        let generated = held.column(name).and_then(|column| column.generated.as_ref());
        matches!(
            generated,
            Some(Generated::Stored | Generated::Virtual | Generated::IdentityAlways)
        )
    };
    let is_set = |assignment: &&Assignment| match &assignment.value {
        Assigned::Additive => true,
        Assigned::Expression(sql) => !sql.trim().eq_ignore_ascii_case("default"),
        Assigned::Constant(_) | Assigned::Unreadable => false,
    };
    let set = update.set.get().into_iter().flatten().filter(is_set);
    let mut names = set.filter_map(|assignment| assignment.column.as_str());
    let Some(name) = names.find(|name| makes_itself(name)) else { return Answer::Applied };
    let (column, words) =
        (name.to_owned(), format!("column \"{name}\" can only be updated to DEFAULT"));
    let refusal = Refusal::proved(DatabaseError::BadValue { column, words });
    about_table(refusal.into(), &update.table, engine)
}

pub(super) fn answer_delete(database: &Database, delete: &Delete, engine: Engine) -> Answer {
    is_no_view_of_rows(database, &delete.table)
        .or(|| needs_table(database, &delete.table, TableUse::Rows, engine))
        .or(|| needs_tables(database, &delete.reads, engine))
        .or(|| takes(database, &delete.table, &delete.mentions, engine))
        .or(|| query_is_sound(database, &delete.mentions, engine))
}

fn needs_written(
    database: &Database,
    table: &TableName,
    columns: &[Known<String>],
    engine: Engine,
) -> Answer {
    let column = |column| needs_column(database, table, column, ColumnPlace::Written, engine);
    Answer::first(columns.iter().map(column))
}

pub(super) fn answer_truncate(
    database: &Database,
    table: &TableName,
    cascade: bool,
    engine: Engine,
) -> Answer {
    needs_table(database, table, TableUse::Rows, engine).or(|| {
        if cascade || engine.dialect == Dialect::Sqlite {
            return Answer::Applied;
        }
        let (by, names) = referrers_of(database, table, engine);
        about_table(in_use(Needed::Truncated(table.clone()), by, names), table, engine)
    })
}

/// Tells whether nothing gives a value to a column that asks for one. The server numbers integers
/// that are the primary key of SQLite, and dates the first TIMESTAMP of MySQL.
fn has_no_value(held: &Table, column: &Column, engine: Engine) -> bool {
    let is_key = held.primary_key().is_some_and(|key| {
        let columns = key.columns.get().into_iter().flatten();
        columns.filter_map(Known::as_str).any(|name| name == column.name)
    });
    let kind = column.kind.as_ref().and_then(|kind| kind.sql.as_str()).unwrap_or_default();
    let is_dated = engine.dialect.is_mysql() && kind.to_ascii_uppercase().starts_with("TIMESTAMP");
    column.nullable == Known::Is(false)
        && column.default == Known::Is(None)
        && column.generated.is_none()
        && column.kind.is_some()
        && !(is_key && engine.dialect != Dialect::PostgreSql)
        && !is_dated
}
