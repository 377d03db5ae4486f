//! ADD, DROP, RENAME and ALTER of columns.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::expressions::{check_is_sound, default_is_sound, generation_is_sound};
use crate::schema::answer::foreign_keys::{foreign_key_is_sound, keeps_its_keys, takes_null};
use crate::schema::answer::identities::{has_no_identity, identity_is_number};
use crate::schema::answer::in_use::{Leaves, column_is_not_checked, users_of_column};
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{
    about_table, in_use, needs_column, needs_column_of, needs_column_of_relation, needs_table,
};
use crate::schema::answer::numbering::{numbers_a_key, with_column};
use crate::schema::answer::partitions::{Change, is_free_of_partitions};
use crate::schema::answer::presence::{Presence, is_relation, presence_of_column};
use crate::schema::answer::sequences::sequence_is_there;
use crate::schema::answer::tables::views_are_whole;
use crate::schema::answer::types::type_is_there;
use crate::schema::answer::values::{default_fits, default_is_value, too_long};
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::Database;
use crate::schema::table::{Column, Population, Table};
use crate::sql::dialect::Dialect;
use crate::sql::table;
use crate::sql::table::{ColumnType, Generated, ServerDefault, TableName};
use crate::sql::types::SqlType;
use crate::text::cut;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) fn answer_add_column(
    database: &Database,
    table: &TableName,
    column: &table::Column,
    if_not_exists: bool,
    engine: Engine,
) -> Answer {
    let free = || match if_not_exists {
        true => Answer::Applied,
        false => is_free_column(database, table, &column.name, engine),
    };
    let default = || {
        let kind = column.kind.as_ref();
        let number =
            kind.map(|kind| identity_is_number(table, column.generated.as_ref(), kind, engine));
        number.unwrap_or(Answer::Applied).or(|| default_fits(database, column, engine))
    };
    let default = || default().or(|| default_has_room(column, engine));
    let there = needs_table(database, table, TableUse::Alter, engine);
    let there = match engine.dialect {
        Dialect::MySql | Dialect::MariaDb => there.or(free).or(default),
        _ => {
            there.or(free).or(|| type_is_there(database, column.kind.as_ref(), engine)).or(default)
        }
    };
    let held = || database.table(table).filter(|held| held.complete);
    // Of a column that is there, IF NOT EXISTS leaves all else unread (seen on 15.18).
    let is_there = |name: &str| presence_of_column(database, table, name) == Presence::Here;
    if if_not_exists && column.name.as_str().is_some_and(is_there) {
        return needs_table(database, table, TableUse::Alter, engine);
    }
    there
        .or(|| is_added_by_sqlite(database, table, column, engine))
        .or(|| is_free_of_partitions(database, table, &column.name, Change::Added, engine))
        .or(|| expressions_of_column(database, table, column, engine))
        .or(|| inline_keys_are_sound(database, table, column, engine))
        .or(|| sequence_is_there(database, column.server_default.as_ref(), None, engine))
        .or(|| match held().and_then(|held| with_column(held, column)) {
            Some(grown) => numbers_a_key(&grown, engine),
            None => Answer::Applied,
        })
}

/// SQLite adds no column that is unique, a key or stored, and to rows none whose default is no
/// constant (`sqlite3AlterFinishAddColumn`; seen on 3.40).
fn is_added_by_sqlite(
    database: &Database,
    table: &TableName,
    column: &table::Column,
    engine: Engine,
) -> Answer {
    if engine.dialect != Dialect::Sqlite || engine.copies() {
        return Answer::Applied;
    }
    let has_rows = || database.table(table).is_none_or(|held| held.rows != Population::NewAndEmpty);
    let default = column.server_default.as_ref().and_then(|default| default.sql.as_str());
    let words = if column.primary_key == Known::Is(true) {
        "Cannot add a PRIMARY KEY column"
    } else if column.unique == Known::Is(true) {
        "Cannot add a UNIQUE column"
    } else if column.generated == Some(Generated::Stored) {
        "cannot add a STORED column"
    } else if default.is_some_and(is_computed) && has_rows() {
        "Cannot add a column with non-constant default"
    } else {
        return Answer::Applied;
    };
    let remedy = "Add it in `with op.batch_alter_table(..., recreate=\"always\")`, which copies the \
        table; a default that is no constant is taken by a table without rows alone.";
    let error =
        DatabaseError::Contradiction { table: table.clone(), words: words.to_owned(), remedy };
    about_table(Refusal::proved(error).into(), table, engine)
}

/// Tells whether a default of SQLite is no constant: a moment, or what a function returns.
fn is_computed(sql: &str) -> bool {
    let plain: String = sql.split('\'').step_by(2).collect();
    let has_call = plain.match_indices('(').any(|(at, _)| {
        cut::to(&plain, at).trim_end().ends_with(|letter: char| letter.is_ascii_alphanumeric())
    });
    let moments = ["current_timestamp", "current_date", "current_time"];
    has_call || moments.iter().any(|word| has_word(&plain.to_ascii_lowercase(), word))
}

fn expressions_of_column(
    database: &Database,
    table: &TableName,
    column: &table::Column,
    engine: Engine,
) -> Answer {
    let Some(held) = database.table(table) else { return Answer::Applied };
    let computed = column.computed.as_ref().and_then(Known::as_str);
    let default = column.server_default.as_ref().and_then(|default| default.sql.as_str());
    // A table is copied for what stands in the column, and most columns hold nothing.
    if computed.is_none() && default.is_none() && column.checks.is_empty() {
        return Answer::Applied;
    }
    let mut itself = held.clone();
    if let Some(name) = column.name.as_str() {
        itself.columns.push(Column::of(name, column, itself.origin.clone()));
    }
    let checks = column.checks.iter();
    let checks = checks.map(|check| check_is_sound(database, &itself, check, engine));
    generation_is_sound(database, held, computed, engine)
        .or(|| default_is_sound(database, held, default, engine))
        .or(|| Answer::first(checks))
}

fn inline_keys_are_sound(
    database: &Database,
    table: &TableName,
    column: &table::Column,
    engine: Engine,
) -> Answer {
    let known = database.table(table);
    let second_key = column.primary_key == Known::Is(true)
        && known.is_some_and(|table| table.complete && table.primary_key().is_some());
    if second_key && !engine.copies() {
        let error = DatabaseError::SecondKey { table: table.clone() };
        return about_table(Refusal::proved(error).into(), table, engine);
    }
    if column.foreign_keys.is_empty() {
        return Answer::Applied;
    }
    let mut itself = known.cloned().unwrap_or_else(|| Table::of_name(table));
    if let Some(name) = column.name.as_str() {
        itself.columns.push(Column::of(name, column, itself.origin.clone()));
    }
    let keys = column.foreign_keys.iter();
    Answer::first(keys.map(|key| foreign_key_is_sound(database, &itself, key, engine)))
}

/// Refuses the name of a column that is there. A copy takes the new column in place of the old.
pub(super) fn is_free_column(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    let Some(name) = column.as_str() else { return Answer::Applied };
    if engine.copies() || database.table(table).is_none() {
        return Answer::Applied;
    }
    let error = DatabaseError::ColumnExists { table: table.clone(), column: name.to_owned() };
    about_table(presence_of_column(database, table, name).absent(error), table, engine)
}

pub(super) fn answer_drop_column(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    if_exists: bool,
    cascade: bool,
    engine: Engine,
) -> Answer {
    let there = needs_table(database, table, TableUse::Alter, engine).or(|| match if_exists {
        true => Answer::Applied,
        false => needs_column(database, table, column, ColumnPlace::Dropped, engine),
    });
    let there =
        there.or(|| is_free_of_partitions(database, table, column, Change::Dropped, engine));
    let cascades = cascade && engine.dialect == Dialect::PostgreSql;
    there.or(|| match (column.as_str(), cascades || engine.copies()) {
        (Some(column), false) => column_is_unused(database, table, column, engine)
            .or(|| views_are_whole(database, engine)),
        _ => Answer::Applied,
    })
}

fn column_is_unused(
    database: &Database,
    table: &TableName,
    column: &str,
    engine: Engine,
) -> Answer {
    let is_last =
        database.table(table).is_some_and(|held| held.complete && held.columns.len() == 1);
    if is_last && engine.dialect != Dialect::PostgreSql {
        let error = DatabaseError::LastColumn { column: column.to_owned() };
        return about_table(Refusal::proved(error).into(), table, engine);
    }
    let (by, names) = users_of_column(database, table, column, engine);
    let what = Needed::Column(table.clone(), column.to_owned());
    about_table(in_use(what, by, names), table, engine)
        .or(|| column_is_not_checked(database, table, column, Leaves::Dropped, engine))
}

pub(super) fn answer_rename_column(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    to: &Known<String>,
    engine: Engine,
) -> Answer {
    if database.table(table).is_none() && database.view(table).is_some() {
        return Answer::Unknown("the columns of a view are not replayed".to_owned());
    }
    let is_nothing = database.table(table).is_none() && is_relation(database, table);
    if is_nothing && engine.dialect == Dialect::PostgreSql {
        return Answer::Unknown("ALTER TABLE renames columns of an index as well".to_owned());
    }
    let renames_itself = column == to && engine.dialect != Dialect::PostgreSql;
    needs_column_of(database, table, column, engine)
        .or(|| is_free_of_partitions(database, table, column, Change::Renamed, engine))
        .or(|| views_are_whole(database, engine))
        .or(|| match renames_itself {
            true => Answer::Applied,
            false => is_free_column(database, table, to, engine)
                .or(|| column_keeps_its_name(database, table, column, engine)),
        })
}

fn column_keeps_its_name(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    match column.as_str() {
        Some(column) => column_is_not_checked(database, table, column, Leaves::ByName, engine),
        None => Answer::Applied,
    }
}

pub(super) fn answer_set_default(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    default: &ServerDefault,
    engine: Engine,
) -> Answer {
    needs_column_of_relation(database, table, column, engine).or(|| {
        let held = column.as_str().and_then(|name| database.table(table)?.column(name));
        let kind = held.and_then(|held| held.kind.as_ref());
        let is_plain = held.map_or(Answer::Applied, |held| has_no_identity(table, held, engine));
        is_plain
            .or(|| match (column.as_str(), kind) {
                (Some(name), Some(kind)) => about_table(
                    default_is_value(database, name, kind, default, engine),
                    table,
                    engine,
                ),
                _ => Answer::Applied,
            })
            .or(|| sequence_is_there(database, Some(default), None, engine))
            .or(|| match database.table(table) {
                Some(held) => default_is_sound(database, held, default.sql.as_str(), engine),
                None => Answer::Applied,
            })
    })
}

pub(super) fn answer_drop_default(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    needs_column_of_relation(database, table, column, engine).or(|| {
        let held = column.as_str().and_then(|name| database.table(table)?.column(name));
        held.map_or(Answer::Applied, |held| has_no_identity(table, held, engine))
    })
}

pub(super) fn answer_drop_not_null(
    database: &Database,
    table: &TableName,
    column: &Known<String>,
    engine: Engine,
) -> Answer {
    needs_column_of(database, table, column, engine).or(|| {
        let Some(name) = column.as_str() else { return Answer::Applied };
        let held = database.table(table).and_then(|held| held.column(name));
        if let Some(Answer::Refused(refusal)) =
            held.map(|held| has_no_identity(table, held, engine))
        {
            return refusal.into();
        }
        let of_key = database.table(table).and_then(Table::primary_key).is_some_and(|key| {
            let columns = key.columns.get().into_iter().flatten();
            columns.filter_map(Known::as_str).any(|held| held == name)
        });
        match of_key && engine.dialect == Dialect::PostgreSql {
            true => {
                let by = vec!["the primary key".to_owned()];
                let what = Needed::KeyColumn(name.to_owned());
                about_table(in_use(what, by, Vec::new()), table, engine)
            }
            false => Answer::Applied,
        }
    })
}

pub(super) fn answer_modify_column(
    database: &Database,
    table: &TableName,
    name: &Known<String>,
    to: Option<&Known<String>>,
    column: &table::Column,
    engine: Engine,
) -> Answer {
    needs_column_of(database, table, name, engine)
        .or(|| match to {
            Some(to) if to != name => is_free_column(database, table, to, engine)
                .or(|| column_keeps_its_name(database, table, name, engine)),
            _ => Answer::Applied,
        })
        .or(|| about_table(default_fits(database, column, engine), table, engine))
        .or(|| stays_null(database, table, name, column, engine))
        .or(|| match (name.as_str(), &column.kind) {
            (Some(name), Some(kind)) if engine.dialect == Dialect::SqlServer => {
                default_is_gone(database, table, name, kind, engine)
            }
            (Some(name), Some(kind)) => keeps_its_keys(database, table, name, kind, engine),
            _ => Answer::Applied,
        })
}

/// MySQL makes no column NOT NULL that a foreign key sets to NULL.
fn stays_null(
    database: &Database,
    table: &TableName,
    name: &Known<String>,
    column: &table::Column,
    engine: Engine,
) -> Answer {
    let is_firm = engine.dialect.is_mysql() && column.nullable == Known::Is(false);
    let held = database.table(table).filter(|_| is_firm);
    let (Some(name), Some(held)) = (name.as_str(), held) else { return Answer::Applied };
    let mut firm = held.clone();
    if let Some(column) = firm.column_mut(name) {
        column.nullable = Known::Is(false);
    }
    let own = held.foreign_keys().filter(|key| {
        let columns = key.columns.get().into_iter().flatten();
        columns.filter_map(Known::as_str).any(|own| own.eq_ignore_ascii_case(name))
    });
    Answer::first(own.map(|key| takes_null(&firm, key, engine)).collect::<Vec<_>>())
}

/// SQL Server changes no type under a default, which is a constraint of its own (error 5074).
fn default_is_gone(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    engine: Engine,
) -> Answer {
    let Some(held) = database.table(table).and_then(|held| held.column(column)) else {
        return Answer::Applied;
    };
    let parse =
        |kind: &ColumnType| kind.sql.as_str().map(|sql| SqlType::parse_for(sql, engine.dialect));
    let types = held.kind.as_ref().and_then(parse).zip(parse(to));
    let changes =
        types.is_some_and(|(from, to)| (from.base, from.timezone) != (to.base, to.timezone));
    let by = match (changes, &held.default) {
        (true, Known::Is(Some(_))) => vec![format!("the default of `{table}.{column}`")],
        _ => Vec::new(),
    };
    let what = Needed::ForeignColumn(column.to_owned());
    about_table(in_use(what, by, Vec::new()), table, engine)
}

/// Refuses a default that is longer than the column that is added.
fn default_has_room(column: &table::Column, engine: Engine) -> Answer {
    let sql = column.server_default.as_ref().and_then(|default| default.sql.as_str());
    match sql.and_then(|sql| too_long(column.kind.as_ref(), sql, engine)) {
        Some(words) => {
            let column = column.name.as_str().unwrap_or_default().to_owned();
            Refusal::proved(DatabaseError::BadDefault { column, words }).into()
        }
        None => Answer::Applied,
    }
}
