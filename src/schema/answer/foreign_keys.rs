//! What a foreign key needs: columns of its own, a table, a key over the columns it refers to, and
//! types that compare.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::marks::is_doubtful;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::needs::{about_table, has_column, in_use, is_no_view, needs_table};
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{Database, table_key};
use crate::schema::mark::ObjectName;
use crate::schema::table::{Table, columns_of};
use crate::sql::casts;
use crate::sql::dialect::Dialect;
use crate::sql::table::{ColumnType, Constraint, ForeignKey, IndexPart, TableName};
use crate::sql::types::{Family, SqlType};
use crate::text::known::Known;

/// Asks for what a foreign key of a table needs. SQLite does not look until rows are written.
pub(super) fn foreign_key_is_sound(
    database: &Database,
    table: &Table,
    key: &ForeignKey,
    engine: Engine,
) -> Answer {
    let own = own_columns_are_there(table, key, engine).or(|| takes_null(table, key, engine));
    if engine.dialect == Dialect::Sqlite {
        return own;
    }
    let itself = table_key(&key.referent) == Some(table.key());
    own.or(|| match itself {
        true => Answer::Applied,
        false => needs_table(database, &key.referent, TableUse::Refer, engine),
    })
    .or(|| {
        let words = format!("referenced relation \"{}\" is not a table", key.referent);
        is_no_view(database, &key.referent, words)
    })
    .or(|| {
        let referent = if itself { Some(table) } else { database.table(&key.referent) };
        match referent {
            Some(referent) => {
                let answer = referent_is_sound(database, table, key, referent, engine);
                about_table(answer, &key.referent, engine)
            }
            None => Answer::Applied,
        }
    })
}

fn referent_is_sound(
    database: &Database,
    table: &Table,
    key: &ForeignKey,
    referent: &Table,
    engine: Engine,
) -> Answer {
    let is_itself = referent.key() == table.key();
    if !is_itself && is_doubtful(database, &ObjectName::Table(referent.key())) {
        let name = referent.title();
        return Answer::Unknown(format!("what `{name}` is when this runs cannot be known"));
    }
    let names_none = key.referent_columns.get().is_some_and(Vec::is_empty);
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    if names_none && is_mysql {
        return Answer::Unknown("the columns that are referred to are not named".to_owned());
    }
    if names_none && referent.complete && referent.primary_key().is_none() {
        return no_key(table, referent, true);
    }
    let Some(needed) = referred(key, referent) else { return Answer::Applied };
    if key.columns.get().is_some_and(|own| own.len() != needed.len()) {
        let words = "number of referencing and referenced columns for foreign key disagree";
        let error =
            DatabaseError::OfAnotherKind { name: referent.title(), words: words.to_owned() };
        return Refusal::proved(error).about(table.name.clone()).into();
    }
    let columns = needed
        .iter()
        .map(|name| has_column(referent, &Known::Is(name.clone()), ColumnPlace::Referred, engine));
    Answer::first(columns.collect::<Vec<_>>())
        .or(|| match has_key(referent, &needed, engine) {
            true => Answer::Applied,
            false => no_key(table, referent, false),
        })
        .or(|| types_compare(database, table, key, referent, &needed, engine))
}

fn types_compare(
    database: &Database,
    table: &Table,
    key: &ForeignKey,
    referent: &Table,
    needed: &[String],
    engine: Engine,
) -> Answer {
    let own = key.columns.get().into_iter().flatten().filter_map(Known::as_str);
    for (own, needed) in own.zip(needed) {
        let kinds = [table.column(own), referent.column(needed)]
            .map(|column| column.and_then(|column| column.kind.as_ref()));
        let [Some(one), Some(other)] = kinds else { continue };
        if compares(database, one, other, engine) == Some(false) {
            let shown = |kind: &ColumnType| kind.sql.as_str().unwrap_or("…").to_ascii_lowercase();
            let error = DatabaseError::NoComparison {
                name: key
                    .name
                    .as_ref()
                    .and_then(Known::as_str)
                    .map_or_else(|| format!("{}_{own}_fkey", table.name), str::to_owned),
                types: (shown(one), shown(other)),
            };
            return Refusal::proved(error).about(table.name.clone()).into();
        }
    }
    Answer::Applied
}

/// The foreign keys of a column, and those that refer to it, compare its new type.
pub(super) fn keys_still_compare(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    engine: Engine,
) -> Answer {
    let other = partners(database, table, column).find(|(_, kind, is_own)| {
        kind.as_ref().is_some_and(|kind| {
            let (column, key) = if *is_own { (to, kind) } else { (kind, to) };
            compares(database, column, key, engine) == Some(false)
        })
    });
    let Some((name, Some(kind), _)) = other else { return Answer::Applied };
    let shown = |kind: &ColumnType| kind.sql.as_str().unwrap_or("…").to_ascii_lowercase();
    let error = DatabaseError::NoComparison { name, types: (shown(to), shown(&kind)) };
    Refusal::proved(error).about(table.name.as_str().unwrap_or_default()).into()
}

/// MySQL changes no type under a foreign key.
pub(super) fn keeps_its_keys(
    database: &Database,
    table: &TableName,
    column: &str,
    to: &ColumnType,
    engine: Engine,
) -> Answer {
    if !matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb) {
        return Answer::Applied;
    }
    let held = database.table(table).and_then(|table| table.column(column));
    let parse =
        |kind: &ColumnType| kind.sql.as_str().map(|sql| SqlType::parse_for(sql, engine.dialect));
    let types = held.and_then(|held| held.kind.as_ref()).and_then(parse).zip(parse(to));
    let Some((from, to)) = types else { return Answer::Applied };
    let changes = from.base != to.base
        || (from.family() == Family::Integer && from.arguments != to.arguments);
    let Some((name, ..)) = partners(database, table, column).next().filter(|_| changes) else {
        return Answer::Applied;
    };
    let what = Needed::ForeignColumn(column.to_owned());
    let by = vec![format!("foreign key `{name}`")];
    about_table(in_use(what, by, Vec::new()), table, engine)
}

/// Returns the foreign keys over a column or to it, each with the type of its other side, and
/// whether the column is the one that refers.
fn partners(
    database: &Database,
    table: &TableName,
    column: &str,
) -> impl Iterator<Item = (String, Option<ColumnType>, bool)> {
    let key = table_key(table);
    database.tables().flat_map(move |owner| {
        let key = key.clone();
        owner.constraints.iter().filter_map(move |held| {
            let Constraint::ForeignKey(foreign) = &held.constraint else { return None };
            let referent = database.table(&foreign.referent)?;
            let needed = referred(foreign, referent)?;
            let own = columns_of(&held.constraint);
            let name = held.constraint.name().and_then(Known::as_str).unwrap_or("…").to_owned();
            let mut pairs = own.iter().zip(&needed);
            let is_own = Some(owner.key()) == key;
            let is_other = Some(referent.key()) == key;
            let other = pairs.find_map(|(own, needed)| {
                let refers_to_itself = is_own && is_other && own.eq_ignore_ascii_case(needed);
                if refers_to_itself && own.eq_ignore_ascii_case(column) {
                    // Both sides stay of one type.
                    Some((None, true))
                } else if is_own && own.eq_ignore_ascii_case(column) {
                    Some((referent.column(needed), true))
                } else if is_other && needed.eq_ignore_ascii_case(column) {
                    Some((owner.column(own), false))
                } else {
                    None
                }
            })?;
            let (other, is_own) = other;
            Some((name, other.and_then(|column| column.kind.clone()), is_own))
        })
    })
}

fn compares(
    database: &Database,
    one: &ColumnType,
    other: &ColumnType,
    engine: Engine,
) -> Option<bool> {
    match engine.dialect {
        Dialect::PostgreSql => {
            casts::compare(&cast_name(database, one, engine)?, &cast_name(database, other, engine)?)
        }
        Dialect::MySql | Dialect::MariaDb => {
            let parse = |kind: &ColumnType| {
                kind.sql.as_str().map(|sql| SqlType::parse_for(sql, engine.dialect))
            };
            same_in_mysql(&parse(one)?, &parse(other)?)
        }
        _ => None,
    }
}

/// MySQL sets no NULL in a column that is NOT NULL, and says so at once (error 1830).
pub(super) fn takes_null(table: &Table, key: &ForeignKey, engine: Engine) -> Answer {
    let sets = |action: &Option<Known<String>>| {
        action.as_ref().and_then(Known::as_str).is_some_and(|action| action == "SET NULL")
    };
    if !engine.dialect.is_mysql() || !sets(&key.on_delete) && !sets(&key.on_update) {
        return Answer::Applied;
    }
    let own = key.columns.get().into_iter().flatten().filter_map(Known::as_str);
    let firm = own.filter_map(|name| table.column(name));
    let Some(column) = firm.into_iter().find(|column| column.nullable == Known::Is(false)) else {
        return Answer::Applied;
    };
    let name = key.name.as_ref().and_then(Known::as_str).unwrap_or_default();
    let words = format!(
        "Column '{}' cannot be NOT NULL: needed in a foreign key constraint '{name}' SET NULL",
        column.name
    );
    let error = DatabaseError::NoNullAction { column: column.name.clone(), words };
    about_table(Refusal::proved(error).into(), &table.table_name(), engine)
}

/// InnoDB wants whole numbers of one size and sign, and otherwise one type; text of any length.
fn same_in_mysql(one: &SqlType, other: &SqlType) -> Option<bool> {
    let is_text = |kind: &SqlType| matches!(kind.family(), Family::Text | Family::Padded);
    if is_text(one) && is_text(other) {
        return None;
    }
    // These lie as bytes in InnoDB, which compares bytes of any length (seen on MariaDB 10.11).
    let lies_as_bytes = |kind: &SqlType| {
        ["decimal", "numeric", "datetime", "timestamp", "time"].contains(&kind.base.as_str())
    };
    if lies_as_bytes(one) && lies_as_bytes(other) && one.base != other.base {
        return None;
    }
    let size = |kind: &SqlType| match kind.base.as_str() {
        "boolean" => "tinyint".to_owned(),
        base => base.to_owned(),
    };
    (size(one) != size(other)).then_some(false)
}

fn no_key(table: &Table, referent: &Table, primary: bool) -> Answer {
    let error = DatabaseError::NoKey { referent: referent.table_name(), primary };
    Refusal::proved(error).about(table.name.clone()).into()
}

/// Returns the columns that a foreign key refers to; nothing where they cannot be known.
fn referred(key: &ForeignKey, referent: &Table) -> Option<Vec<String>> {
    let named = key.referent_columns.get()?;
    match named.is_empty() {
        true => {
            let own = referent.primary_key()?.columns.get()?;
            own.iter().map(|name| name.as_str().map(str::to_owned)).collect()
        }
        false => named.iter().map(|name| name.as_str().map(str::to_owned)).collect(),
    }
}

/// Tells whether a key is over exactly these columns; true where that cannot be known. MySQL is
/// content with an index that begins with them.
pub(super) fn has_key(referent: &Table, needed: &[String], engine: Engine) -> bool {
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    let same = |columns: &[&str]| match is_mysql {
        true => columns.len() >= needed.len() && covers(&columns[..needed.len()], needed),
        false => columns.len() == needed.len() && covers(columns, needed),
    };
    let by_key = referent.constraints.iter().any(|held| match &held.constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
            !key.columns.is_known() || same(&columns_of(&held.constraint))
        }
        Constraint::ForeignKey(_) => is_mysql && same(&columns_of(&held.constraint)),
        _ => false,
    });
    let by_index = referent.indexes.iter().any(|index| {
        let unique = index.unique != Known::Is(false) && index.predicate.is_none();
        let Some(parts) = index.columns.get() else { return true };
        let plain: Option<Vec<&str>> = parts
            .iter()
            .map(|part| match part {
                IndexPart::Column(name) => Some(name.as_str()),
                IndexPart::Expression(_) | IndexPart::Unreadable => None,
            })
            .collect();
        (unique || is_mysql) && plain.is_some_and(|columns| same(&columns))
    });
    by_key || by_index || !referent.complete
}

fn covers(columns: &[&str], needed: &[String]) -> bool {
    needed.iter().all(|name| columns.iter().any(|column| column.eq_ignore_ascii_case(name)))
}

/// Asks for the columns that a foreign key is of.
pub(super) fn own_columns_are_there(table: &Table, key: &ForeignKey, engine: Engine) -> Answer {
    let own = key.columns.get().into_iter().flatten();
    Answer::first(own.map(|column| has_column(table, column, ColumnPlace::ForeignKey, engine)))
}
