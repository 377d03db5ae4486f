//! Actions of ALTER TABLE that are about the table as a whole.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::{TableAction, TableChange};
use crate::text::known::Known;

/// Reads an action by its first word, upper case.
pub fn table_action(cursor: &mut Cursor<'_>, table: &TableName, word: &str) -> Statement {
    let table = table.clone();
    if cursor.eat("SET SCHEMA") {
        let schema = cursor.name().unwrap_or(Known::Unreadable);
        return Statement::Table(TableChange::SetSchema { table, schema });
    }
    let words = cursor.over(cursor.rest()).shown();
    let action = action(cursor, word);
    cursor.take_rest();
    Statement::Table(TableChange::AlterTable { table, action, words })
}

fn action(cursor: &mut Cursor<'_>, word: &str) -> TableAction {
    let secures = cursor.has_word("SECURITY");
    match word {
        "ATTACH" if cursor.eat("ATTACH PARTITION") => {
            let partition = cursor.table();
            TableAction::AttachPartition { partition, default: cursor.is("DEFAULT") }
        }
        "DETACH" if cursor.eat("DETACH PARTITION") => {
            let partition = cursor.table();
            TableAction::DetachPartition { partition, concurrently: cursor.eat("CONCURRENTLY") }
        }
        "ENABLE" | "FORCE" if secures => TableAction::RowSecurity { enable: true },
        "DISABLE" | "NO" if secures => TableAction::RowSecurity { enable: false },
        "ENABLE" | "DISABLE" if cursor.has_word("TRIGGER") => {
            TableAction::Trigger { enable: word == "ENABLE", name: trigger(*cursor) }
        }
        "ENABLE" | "DISABLE" if cursor.has_word("RULE") => TableAction::Rule,
        "SET" => set(cursor),
        "RESET" => TableAction::StorageParameters,
        "CLUSTER" => TableAction::ClusterOn,
        "OWNER" => TableAction::Owner,
        "INHERIT" if cursor.eat("INHERIT") => TableAction::Inherit { parent: cursor.table() },
        "NO" if cursor.is_word_at(1, "INHERIT") => TableAction::NoInherit,
        "OF" => TableAction::OfType,
        "NOT" if cursor.is_word_at(1, "OF") => TableAction::OfType,
        "REPLICA" => TableAction::ReplicaIdentity,
        "OPTIONS" => TableAction::ForeignOptions,
        _ => foreign_action(cursor, word),
    }
}

fn set(cursor: &mut Cursor<'_>) -> TableAction {
    cursor.eat("SET");
    if cursor.is_any(&["LOGGED", "UNLOGGED"]) {
        TableAction::SetLogged
    } else if cursor.is("TABLESPACE") {
        TableAction::SetTablespace
    } else if cursor.is("ACCESS") {
        TableAction::SetAccessMethod
    } else if cursor.are("WITHOUT CLUSTER") {
        TableAction::ClusterOn
    } else if cursor.is_mark(b'(') && cursor.has_word("user_catalog_table") {
        TableAction::UserCatalogTable
    } else if cursor.is_mark(b'(') {
        TableAction::StorageParameters
    } else {
        TableAction::Other
    }
}

/// Reads actions of other databases than PostgreSQL, and of partitions that PostgreSQL splits.
fn foreign_action(cursor: &Cursor<'_>, word: &str) -> TableAction {
    match word {
        "COMMENT" | "AUTO_INCREMENT" => TableAction::TableOption,
        "CHECK" | "NOCHECK" => TableAction::CheckExisting,
        "ENGINE" | "CONVERT" | "ORDER" | "FORCE" | "ROW_FORMAT" | "COALESCE" | "REORGANIZE"
        | "REBUILD" => TableAction::Rebuild,
        "SPLIT" | "MERGE" | "PARTITION" | "EXCHANGE" | "TRUNCATE" | "SWITCH" | "REMOVE"
        | "DISCARD" | "IMPORT" | "ANALYZE" | "OPTIMIZE" => TableAction::Partitions,
        "ENABLE" | "DISABLE" | "NO" | "NOT" | "DEFAULT" | "CHARACTER" | "CHARSET" | "COLLATE" => {
            TableAction::Other
        }
        _ => {
            let has_options = cursor.dialect().is_mysql() && cursor.token(1).is_some();
            if !has_options {
                cursor.mark_unexpected();
            }
            TableAction::Other
        }
    }
}

/// Reads the trigger that is named: not ALL and USER.
fn trigger(mut cursor: Cursor<'_>) -> Option<String> {
    cursor.until_words(&["TRIGGER"]);
    let names = cursor.eat("TRIGGER") && !cursor.is_any(&["ALL", "USER"]);
    names.then(|| cursor.name()).flatten().and_then(Known::into_option)
}
