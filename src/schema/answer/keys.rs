//! What a key needs: its columns, an index where it names one, and types that sort.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::ColumnPlace;
use crate::schema::answer::needs::{about_table, has_column};
use crate::schema::answer::presence::presence_of_index;
use crate::schema::answer::types::cast_name;
use crate::schema::answer::verdict::{Answer, Engine, Proof, Refusal};
use crate::schema::database::Database;
use crate::schema::table::Table;
use crate::sql::casts::CastType;
use crate::sql::dialect::Dialect;
use crate::sql::table::Key;
use crate::sql::types::SqlType;
use crate::text::known::Known;

/// Asks for the columns of a key.
pub(super) fn columns_are_there(
    table: &Table,
    key: &Key,
    place: ColumnPlace,
    engine: Engine,
) -> Answer {
    let columns = key.columns.get().into_iter().flatten();
    Answer::first(columns.map(|column| has_column(table, column, place, engine)))
}

/// USING INDEX asks for an index.
pub(super) fn index_is_there(database: &Database, table: &Table, key: &Key) -> Answer {
    match key.using_index.as_ref().and_then(Known::as_str) {
        Some(index) => {
            let error = DatabaseError::NoIndex { name: index.to_owned() };
            presence_of_index(database, index, Some(&table.table_name())).needed(error)
        }
        None => Answer::Applied,
    }
}

/// PostgreSQL sorts no JSON, and no XML.
pub(super) fn key_sorts(database: &Database, table: &Table, key: &Key, engine: Engine) -> Answer {
    let columns = key.columns.get().into_iter().flatten().filter_map(Known::as_str);
    columns_sort(database, table, columns, engine)
}

pub(super) fn columns_sort<'n>(
    database: &Database,
    table: &Table,
    columns: impl IntoIterator<Item = &'n str>,
    engine: Engine,
) -> Answer {
    if engine.dialect == Dialect::MySql {
        return fits_in_key(table, columns);
    }
    if engine.dialect != Dialect::PostgreSql {
        return Answer::Applied;
    }
    for name in columns {
        let kind = table.column(name).and_then(|column| column.kind.as_ref());
        let kind = kind.and_then(|kind| cast_name(database, kind, engine));
        if let Some(CastType::Builtin(kind @ ("json" | "xml" | "point" | "polygon"))) = kind {
            let error = DatabaseError::NoOrder { column: name.to_owned(), kind: kind.to_owned() };
            return about_table(Refusal::proved(error).into(), &table.table_name(), engine);
        }
    }
    Answer::Applied
}

/// InnoDB holds 3,072 bytes in a key, and no text of any length (errors 1071 and 1170 of MySQL 8.0).
fn fits_in_key<'n>(table: &Table, columns: impl IntoIterator<Item = &'n str>) -> Answer {
    const LONGEST: u32 = 3072;
    let mut letters = 0;
    for name in columns {
        let kind = table.column(name).and_then(|column| column.kind.as_ref());
        let Some(sql) = kind.and_then(|kind| kind.sql.as_str()) else { continue };
        let kind = SqlType::parse_for(sql, Dialect::MySql);
        let words = match kind.base.as_str() {
            "text" | "tinytext" | "mediumtext" | "longtext" | "blob" | "tinyblob"
            | "mediumblob" | "longblob" => {
                format!("BLOB/TEXT column '{name}' used in key specification without a key length")
            }
            "json" => format!(
                "JSON column '{name}' supports indexing only via generated columns on a specified \
                 JSON path."
            ),
            "varchar" | "char" => {
                letters += kind.number(0).unwrap_or(1);
                if letters <= LONGEST / 4 {
                    continue;
                }
                format!("Specified key was too long; max key length is {LONGEST} bytes")
            }
            _ => continue,
        };
        let fits_narrow = letters > 0 && letters <= LONGEST;
        let refusal = Refusal::proved(DatabaseError::BadKey { column: name.to_owned(), words });
        let doubt =
            "a letter of utf8mb4, the character set that MySQL 8 begins with, takes four bytes"
                .to_owned();
        let refusal = match fits_narrow && !matches!(kind.base.as_str(), "json") {
            true if letters > LONGEST / 4 => refusal.with(Proof::Unproved(doubt)),
            _ => refusal,
        };
        return refusal.about(table.name.clone()).into();
    }
    Answer::Applied
}
