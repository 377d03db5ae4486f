//! SET, transactions, locks and maintenance.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::{Statement, Unread};
use crate::sql::table::TableName;
use crate::sql::table_change::{ReindexScope, TableAction, TableChange};
use crate::text::known::Known;

/// Reads SET, from that word. MySQL sets several at once.
pub fn set(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.eat("SET");
    let local = cursor.eat("LOCAL");
    cursor.eat_any(&["SESSION CHARACTERISTICS AS"]);
    let rest = cursor.take_rest();
    if rest.dialect().is_mysql() {
        return rest.list().into_iter().map(|item| setting(item, false)).collect();
    }
    vec![setting(rest, local)]
}

fn setting(mut item: Cursor<'_>, local: bool) -> Statement {
    item.eat_any(&["SESSION", "GLOBAL", "PERSIST"]);
    let value = |item: &mut Cursor<'_>| item.take_rest().sql();
    if item.eat_any(&["TIME ZONE"]) {
        return Statement::Session(SessionCommand::Set {
            name: "timezone".to_owned(),
            value: value(&mut item),
            local,
        });
    }
    if item.is_any(&[
        "TRANSACTION",
        "CONSTRAINTS",
        "ROLE",
        "AUTHORIZATION",
        "NAMES",
        "IDENTITY_INSERT",
    ]) {
        let name = item.word(0).to_ascii_lowercase();
        item.skip(1);
        return Statement::Session(SessionCommand::Set { name, value: value(&mut item), local });
    }
    let bind = item
        .token(0)
        .map(|token| item.text(token).trim_start_matches('@').to_owned())
        .unwrap_or_default();
    let name = match item.token(0).map(|token| token.kind) {
        Some(crate::sql::grammar::token::TokenKind::Bind) => {
            item.skip(1);
            bind
        }
        _ => item.table().known().unwrap_or_else(|| "…".to_owned()).to_ascii_lowercase(),
    };
    let _ = item.eat_operator("=") || item.eat_operator(":=") || item.eat("TO");
    let rest = item.over(item.rest());
    let text = |mut rest: Cursor<'_>| rest.string().filter(|_| rest.is_done());
    Statement::Session(SessionCommand::Set {
        name,
        value: text(rest).unwrap_or_else(|| rest.sql()),
        local,
    })
}

/// Reads RESET, from that word.
pub fn reset(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    let name = cursor.table().known().unwrap_or_else(|| "…".to_owned()).to_ascii_lowercase();
    Statement::Session(SessionCommand::Set { name, value: "DEFAULT".into(), local: false })
}

/// Reads PRAGMA of SQLite, from that word.
pub fn pragma(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    let name =
        cursor.table().name.into_option().unwrap_or_else(|| "…".to_owned()).to_ascii_lowercase();
    if cursor.is_done()
        || cursor.is_mark(b'(') && name.ends_with("_info")
        || name.ends_with("_list")
    {
        return Statement::Read;
    }
    let value = match cursor.group() {
        Some(group) => group.sql(),
        None => {
            cursor.eat_operator("=");
            cursor.take_rest().sql()
        }
    };
    Statement::Session(SessionCommand::Set { name, value, local: false })
}

/// Reads BEGIN, COMMIT and their kin, if that is what is next.
pub fn transaction(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let word = match cursor.word(0).to_ascii_uppercase().as_str() {
        "BEGIN" => TransactionWord::Begin,
        "START" if cursor.is_word_at(1, "TRANSACTION") => TransactionWord::Begin,
        "COMMIT" | "END" => TransactionWord::Commit,
        "ROLLBACK" | "ABORT" if cursor.rest().len() > 1 && has_savepoint(cursor) => {
            TransactionWord::Savepoint
        }
        "ROLLBACK" | "ABORT" => TransactionWord::Rollback,
        "SAVEPOINT" | "RELEASE" | "SAVE" => TransactionWord::Savepoint,
        "PREPARE" if cursor.is_word_at(1, "TRANSACTION") => TransactionWord::Commit,
        _ => return None,
    };
    cursor.take_rest();
    Some(Statement::Session(SessionCommand::Transaction(word)))
}

fn has_savepoint(cursor: &Cursor<'_>) -> bool {
    (1..4).any(|ahead| cursor.is_word_at(ahead, "TO"))
}

/// Reads LOCK, from that word.
pub fn lock(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.skip(1);
    cursor.eat_any(&["TABLES", "TABLE"]);
    let mysql = cursor.dialect().is_mysql();
    let tables = cursor.until_words(&["IN", "NOWAIT"]);
    let mode = if cursor.eat("IN") {
        cursor.until_words(&["MODE"]).shown()
    } else {
        "ACCESS EXCLUSIVE".to_owned()
    };
    cursor.eat("MODE");
    let nowait = cursor.eat("NOWAIT");
    let one = |mut item: Cursor<'_>| {
        item.eat("ONLY");
        let table = item.table();
        let mode = if mysql { item.take_rest().shown() } else { mode.clone() };
        Statement::Session(SessionCommand::LockTable {
            table,
            mode: mode.to_ascii_uppercase(),
            nowait,
        })
    };
    tables.list().into_iter().map(one).collect()
}

/// Reads TRUNCATE, from that word.
pub fn truncate(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.skip(1);
    cursor.eat("TABLE");
    let tables = cursor.until_words(&["RESTART", "CONTINUE", "CASCADE", "RESTRICT"]);
    cursor.eat_any(&["RESTART IDENTITY", "CONTINUE IDENTITY"]);
    let cascade = cursor.eat("CASCADE");
    cursor.eat("RESTRICT");
    let one = |mut item: Cursor<'_>| {
        item.eat("ONLY");
        Statement::Rows(RowChange::Truncate { table: item.table(), cascade })
    };
    tables.list().into_iter().map(one).collect()
}

/// Reads VACUUM, from that word.
pub fn vacuum(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.skip(1);
    let options =
        cursor.group().map(|group| group.shown().to_ascii_uppercase()).unwrap_or_default();
    let mut full = options.contains("FULL") && !options.contains("FULL FALSE");
    while cursor.is_any(&["FULL", "FREEZE", "VERBOSE", "ANALYZE"]) {
        full |= cursor.is("FULL");
        cursor.skip(1);
    }
    if cursor.is_done() {
        return vec![Statement::Table(TableChange::Vacuum { table: None, full })];
    }
    let one = |mut item: Cursor<'_>| {
        Statement::Table(TableChange::Vacuum { table: Some(item.table()), full })
    };
    cursor.take_rest().list().into_iter().map(one).collect()
}

/// Reads CLUSTER, from that word.
pub fn cluster(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    cursor.group();
    cursor.eat("VERBOSE");
    let mut table = (!cursor.is_done()).then(|| cursor.table());
    if cursor.eat("ON") {
        table = Some(cursor.table());
    }
    cursor.take_rest();
    Statement::Table(TableChange::Cluster { table })
}

/// Reads REINDEX, from that word.
pub fn reindex(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    let options =
        cursor.group().map(|group| group.shown().to_ascii_uppercase()).unwrap_or_default();
    const SCOPES: [(&str, ReindexScope); 5] = [
        ("INDEX", ReindexScope::Index),
        ("TABLE", ReindexScope::Table),
        ("SCHEMA", ReindexScope::Schema),
        ("DATABASE", ReindexScope::Database),
        ("SYSTEM", ReindexScope::System),
    ];
    let scope = SCOPES.into_iter().find(|(word, _)| cursor.eat(word)).map(|(_, scope)| scope);
    let concurrently = cursor.eat("CONCURRENTLY") || options.contains("CONCURRENTLY");
    let name = cursor.table();
    Statement::Table(TableChange::Reindex { scope, name, concurrently })
}

/// Reads REFRESH MATERIALIZED VIEW, from the first word.
pub fn refresh(cursor: &mut Cursor<'_>) -> Statement {
    cursor.eat("REFRESH MATERIALIZED VIEW");
    let concurrently = cursor.eat("CONCURRENTLY");
    let name = cursor.table();
    cursor.take_rest();
    Statement::Object(ObjectChange::RefreshView { name, concurrently })
}

/// Reads COPY, from that word.
pub fn copy(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    if cursor.is_mark(b'(') {
        return Statement::Read;
    }
    let table = cursor.table();
    cursor.group();
    if cursor.is("TO") { Statement::Read } else { Statement::Rows(RowChange::CopyFrom { table }) }
}

/// Reads COMMENT ON, from the first word.
pub fn comment(cursor: &mut Cursor<'_>) -> Statement {
    cursor.eat("COMMENT ON");
    let what = cursor.word(0).to_ascii_uppercase();
    cursor.skip(1);
    let mut object = cursor.until_words(&["IS"]);
    cursor.eat("IS");
    let comment =
        if cursor.eat("NULL") { None } else { Some(cursor.string().unwrap_or(Known::Unreadable)) };
    let (table, column) = match what.as_str() {
        "TABLE" => (Some(object.table()), None),
        "COLUMN" => column_path(&mut object),
        // What hangs on a table is commented under ACCESS SHARE.
        _ => (None, None),
    };
    Statement::Object(ObjectChange::Comment { table, column, comment })
}

/// Reads `schema.table.column`.
fn column_path(cursor: &mut Cursor<'_>) -> (Option<TableName>, Option<Known<String>>) {
    let mut parts: Vec<Known<String>> = cursor.name().into_iter().collect();
    while cursor.eat_mark(b'.') {
        parts.push(cursor.name().unwrap_or(Known::Unreadable));
    }
    let column = parts.pop();
    let table = parts.pop().map(|name| TableName { schema: parts.pop(), name });
    (table, column)
}

/// Reads RENAME TABLE of MySQL, from the first word.
pub fn rename_tables(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.skip(2);
    let one = |mut item: Cursor<'_>| {
        let table = item.table();
        item.eat("TO");
        Statement::Table(TableChange::RenameTable { table, to: item.table().name })
    };
    cursor.take_rest().list().into_iter().map(one).collect()
}

/// Reads OPTIMIZE TABLE of MySQL, from the first word.
pub fn optimize(cursor: &mut Cursor<'_>) -> Vec<Statement> {
    cursor.until_words(&["TABLE"]);
    cursor.eat("TABLE");
    let one = |mut item: Cursor<'_>| {
        let (action, words) = (TableAction::Rebuild, "OPTIMIZE".to_owned());
        Statement::Table(TableChange::AlterTable { table: item.table(), action, words })
    };
    cursor.take_rest().list().into_iter().map(one).collect()
}

/// Reads EXEC of SQL Server, from that word: `sp_rename` is a rename, anything else a call.
pub fn exec(cursor: &mut Cursor<'_>) -> Statement {
    cursor.skip(1);
    let Some(name) = cursor.path().into_option() else {
        return Statement::Unreadable {
            why: Unread::because("dynamic SQL"),
            keyword: Some("EXEC".to_owned()),
            table: None,
        };
    };
    if !name.to_ascii_lowercase().ends_with("sp_rename") || cursor.dialect() != Dialect::SqlServer {
        return Statement::Rows(RowChange::Select {
            functions: vec![name],
            tables: Vec::new(),
            scopes: Box::default(),
        });
    }
    let arguments: Vec<Known<String>> = cursor
        .take_rest()
        .list()
        .into_iter()
        .map(|mut item| {
            item.until(|item| item.token(0).is_some_and(|token| item.text(token).ends_with('\'')));
            item.string().unwrap_or(Known::Unreadable)
        })
        .collect();
    sp_rename(&arguments)
}

fn sp_rename(arguments: &[Known<String>]) -> Statement {
    let unknown = Known::Unreadable;
    let to = arguments.get(1).cloned().unwrap_or(unknown.clone());
    let path = arguments.first().and_then(|path| path.as_str()).unwrap_or("");
    let mut parts: Vec<Known<String>> = path
        .split('.')
        .map(|part| Known::Is(part.trim_matches(['[', ']', '"']).to_owned()))
        .collect();
    let kind =
        arguments.get(2).and_then(|kind| kind.as_str()).unwrap_or("OBJECT").to_ascii_uppercase();
    let name = parts.pop().unwrap_or(unknown);
    match kind.as_str() {
        "COLUMN" => {
            let table =
                TableName { name: parts.pop().unwrap_or(Known::Unreadable), schema: parts.pop() };
            Statement::Table(TableChange::RenameColumn { table, column: name, to })
        }
        "INDEX" => Statement::Table(TableChange::RenameIndex { name, to }),
        _ => Statement::Table(TableChange::RenameTable {
            table: TableName { schema: parts.pop(), name },
            to,
        }),
    }
}
