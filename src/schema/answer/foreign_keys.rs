//! What a foreign key needs: columns of its own, a table, a key over the columns it refers to, and
//! types that compare.

use crate::schema::answer::constraints::has_column;
use crate::schema::answer::error::{ColumnPlace, DatabaseError, TableUse};
use crate::schema::answer::judge::about_table;
use crate::schema::answer::verdict::{Answer, Engine, Refusal};
use crate::schema::database::{self, Database};
use crate::schema::table::{Table, columns_of};
use crate::sql::casts;
use crate::sql::dialect::Dialect;
use crate::sql::table::{Constraint, ForeignKey, IndexPart};
use crate::text::known::Known;

impl Database {
    /// Asks for what a foreign key of a table needs. SQLite does not look until rows are written.
    pub(super) fn foreign_key_is_sound(
        &self,
        table: &Table,
        key: &ForeignKey,
        engine: Engine,
    ) -> Answer {
        let own = key.columns.get().into_iter().flatten();
        let own = Answer::first(
            own.map(|column| has_column(table, column, ColumnPlace::ForeignKey, engine)),
        );
        if engine.dialect == Dialect::Sqlite {
            return own;
        }
        let itself = database::key(&key.referent) == Some(table.key());
        own.or(|| match itself {
            true => Answer::Applied,
            false => self.needs_table(&key.referent, TableUse::Refer, engine),
        })
        .or(|| {
            let referent = if itself { Some(table) } else { self.table(&key.referent) };
            match referent {
                Some(referent) => {
                    let answer = self.referent_is_sound(table, key, referent, engine);
                    about_table(answer, &key.referent, engine)
                }
                None => Answer::Applied,
            }
        })
    }

    fn referent_is_sound(
        &self,
        table: &Table,
        key: &ForeignKey,
        referent: &Table,
        engine: Engine,
    ) -> Answer {
        let Some(needed) = referred(key, referent) else { return Answer::Applied };
        let columns = needed.iter().map(|name| {
            has_column(referent, &Known::Is(name.clone()), ColumnPlace::Referred, engine)
        });
        Answer::first(columns.collect::<Vec<_>>())
            .or(|| self.types_compare(table, key, referent, &needed, engine))
            .or(|| match has_key(referent, &needed, engine) {
                true => Answer::Applied,
                false => {
                    let error = DatabaseError::NoKey { referent: referent.table_name() };
                    Refusal::proved(error).about(table.name.clone()).into()
                }
            })
    }

    fn types_compare(
        &self,
        table: &Table,
        key: &ForeignKey,
        referent: &Table,
        needed: &[String],
        engine: Engine,
    ) -> Answer {
        if engine.dialect != Dialect::PostgreSql {
            return Answer::Applied;
        }
        let own = key.columns.get().into_iter().flatten().filter_map(Known::as_str);
        for (own, needed) in own.zip(needed) {
            let kinds = [table.column(own), referent.column(needed)]
                .map(|column| column.and_then(|column| column.kind.as_ref()));
            let [Some(one), Some(other)] = kinds else { continue };
            let (Some(from), Some(to)) =
                (self.cast_name(one, engine), self.cast_name(other, engine))
            else {
                continue;
            };
            if casts::compare(&from, &to) == Some(false) {
                let shown = |kind: &crate::sql::table::ColumnType| {
                    kind.sql.as_str().unwrap_or("…").to_ascii_lowercase()
                };
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
fn has_key(referent: &Table, needed: &[String], engine: Engine) -> bool {
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
