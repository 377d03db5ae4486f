//! Who rests on an index: constraints, and foreign keys that find their rows by it.

use crate::schema::answer::in_use::{has_twin_over, referrers_of_columns};
use crate::schema::answer::needed::Needed;
use crate::schema::answer::needs::{about_table, in_use};
use crate::schema::answer::presence::{Presence, presence_of_constraint};
use crate::schema::answer::verdict::{Answer, Engine};
use crate::schema::database::{Database, table_key};
use crate::schema::table::{Table, columns_of};
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, Index, IndexPart, TableName};
use crate::text::known::Known;

pub(super) fn index_is_unused(
    database: &Database,
    name: &str,
    said: Option<&TableName>,
    cascade: bool,
    engine: Engine,
) -> Answer {
    if let Some(by) = said.and_then(|said| key_of_index(database, said, name, engine)) {
        let table = said.cloned().unwrap_or_else(TableName::unreadable);
        let what = Needed::Index(name.to_owned());
        return about_table(in_use(what, vec![by], Vec::new()), &table, engine);
    }
    let owner = database.owner_of_index(name, said);
    let by_name = matches!(engine.dialect, Dialect::PostgreSql | Dialect::Sqlite);
    let is_said =
        |owner: &&Table| by_name || said.is_none_or(|said| table_key(said) == Some(owner.key()));
    let Some(owner) = owner.filter(is_said) else { return Answer::Applied };
    let what = Needed::Index(name.to_owned());
    let table = owner.table_name();
    match engine.dialect {
        Dialect::PostgreSql if owner.index(name).is_none() => {
            let by = vec![format!("constraint `{name}` on table `{}`", owner.title())];
            let answer = in_use(what, by, Vec::new());
            match presence_of_constraint(database, &table, name) {
                Presence::Here => about_table(answer, &table, engine),
                _ => Answer::Applied,
            }
        }
        Dialect::PostgreSql if !cascade => {
            // A foreign key may rest on a unique index.
            let Some(index) = owner.index(name).filter(|index| index.unique == Known::Is(true))
            else {
                return Answer::Applied;
            };
            let columns = plain(index);
            if has_twin_over(owner, &columns) {
                return Answer::Unknown("another key may carry the foreign key".to_owned());
            }
            let (by, names) = referrers_of_columns(database, owner, &columns);
            about_table(in_use(what, by, names), &table, engine)
        }
        Dialect::MySql | Dialect::MariaDb => {
            let mut by = keys_resting_on(owner, name);
            let (others, names) = keys_referring_by(database, owner, name);
            by.extend(others);
            about_table(in_use(what, by, names), &table, engine)
        }
        _ => Answer::Applied,
    }
}

/// MySQL makes an index of the name of a foreign key, where none serves it.
fn key_of_index(
    database: &Database,
    said: &TableName,
    name: &str,
    engine: Engine,
) -> Option<String> {
    let is_mysql = matches!(engine.dialect, Dialect::MySql | Dialect::MariaDb);
    let held = database.table(said).filter(|held| is_mysql && held.index(name).is_none())?;
    let key = held.constraint(name)?;
    let is_key = matches!(key.constraint, Constraint::ForeignKey(_)) && !key.unnamed;
    let is_key = is_key && !is_served(held, &columns_of(&key.constraint), None);
    let is_here = presence_of_constraint(database, said, name) == Presence::Here;
    (is_key && is_here).then(|| format!("foreign key `{name}`"))
}

/// Returns the foreign keys of other tables that find their parents by an index alone, and those
/// tables.
fn keys_referring_by(database: &Database, owner: &Table, name: &str) -> (Vec<String>, Vec<String>) {
    let key = owner.key();
    let others = database.tables().filter(|other| other.key() != key && other.complete);
    let keys = others.flat_map(|other| other.foreign_keys().map(move |foreign| (other, foreign)));
    let referring = keys.filter(|(_, foreign)| {
        let named = foreign.referent_columns.get().into_iter().flatten();
        let columns: Vec<&str> = named.filter_map(Known::as_str).collect();
        table_key(&foreign.referent).as_deref() == Some(key.as_str())
            && serves_alone(owner, name, &columns)
    });
    let found = referring.map(|(other, foreign)| {
        let name = foreign.name.as_ref().and_then(Known::as_str).unwrap_or("…");
        (format!("foreign key `{name}` of `{}`", other.title()), other.name.clone())
    });
    found.unzip()
}

/// Returns the foreign keys of a table that no other index of it serves.
fn keys_resting_on(owner: &Table, name: &str) -> Vec<String> {
    let keys = owner.constraints.iter().filter(|held| {
        let columns = columns_of(&held.constraint);
        matches!(held.constraint, Constraint::ForeignKey(_)) && serves_alone(owner, name, &columns)
    });
    keys.map(|held| {
        let name = held.constraint.name().and_then(Known::as_str).unwrap_or("…");
        format!("foreign key `{name}`")
    })
    .collect()
}

/// Tells whether an index begins with some columns, and no other index or key of its table does.
fn serves_alone(owner: &Table, name: &str, columns: &[&str]) -> bool {
    let Some(index) = owner.index(name) else { return false };
    leads(columns, &plain(index)) && !is_served(owner, columns, Some(index))
}

/// Tells whether an index or a key of a table begins with some columns, one index apart.
pub(super) fn is_served(owner: &Table, columns: &[&str], besides: Option<&Index>) -> bool {
    let by_index = owner.indexes.iter().any(|other| {
        besides.is_none_or(|index| other.name != index.name)
            && (!other.columns.is_known() || leads(columns, &plain(other)))
    });
    let by_key = owner.constraints.iter().any(|held| {
        let parts: Vec<String> =
            columns_of(&held.constraint).into_iter().map(str::to_owned).collect();
        matches!(held.constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_))
            && leads(columns, &parts)
    });
    by_index || by_key
}

pub(super) fn leads(columns: &[&str], parts: &[String]) -> bool {
    !columns.is_empty()
        && parts.len() >= columns.len()
        && columns.iter().zip(parts).all(|(one, other)| one.eq_ignore_ascii_case(other))
}

/// The plain columns of an index, up to the first part that is none.
pub(super) fn plain(index: &Index) -> Vec<String> {
    let parts = index.columns.get().into_iter().flatten();
    parts
        .map_while(|part| match part {
            IndexPart::Column(name) => Some(name.clone()),
            IndexPart::Expression(_) | IndexPart::Unreadable => None,
        })
        .collect()
}
