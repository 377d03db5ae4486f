//! Replays what was not read: it may have changed whatever it could touch.

use crate::schema::answer::marks::doubt_names;
use crate::schema::database::Database;
use crate::schema::provenance::Provenance;
use crate::schema::replay::alter::{fill_all, on_table};
use crate::schema::replay::objects::doubt_indexes_of_views;
use crate::schema::table::Table;
use crate::sql::table::TableName;

/// What a statement does by its first word.
enum Kind {
    Reads,
    Writes,
    Changes,
}

/// Forgets what something unread may have changed. Statements that only write rows leave the
/// columns as they are.
pub(super) fn taint(
    database: &mut Database,
    keyword: Option<&str>,
    table: Option<&TableName>,
    provenance: &Provenance<'_>,
) {
    let table = table.filter(|table| table.name.is_known());
    match (keyword.map(kind_of), table) {
        (Some(Kind::Reads), _) | (Some(Kind::Writes), None) => {}
        (Some(Kind::Writes), Some(table)) => fill_all(database, table, provenance),
        (Some(Kind::Changes) | None, Some(table)) => {
            doubt_names(database, Some(table), &provenance.author.revision);
            doubt_indexes_of_views(database, Some(table));
            on_table(database, table, Table::doubt);
            fill_all(database, table, provenance);
        }
        (Some(Kind::Changes) | None, None) => {
            doubt_names(database, None, &provenance.author.revision);
            doubt_indexes_of_views(database, None);
            database.complete = false;
            database.tables_mut().for_each(|table| table.complete = false);
        }
    }
}

fn kind_of(keyword: &str) -> Kind {
    let keyword = keyword.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match keyword.as_str() {
        "SELECT" | "SET" | "RESET" | "SHOW" | "EXPLAIN" | "GRANT" | "REVOKE" | "COMMENT"
        | "ANALYZE" | "VACUUM" | "LOCK" | "BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT"
        | "REFRESH" | "REINDEX" | "NOTIFY" => Kind::Reads,
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY" | "TRUNCATE" | "REPLACE" => Kind::Writes,
        _ => Kind::Changes,
    }
}
