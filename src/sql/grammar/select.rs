//! SELECT: a read, unless a function that it calls may write.

use crate::sql::functions::is_reader;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Kind, expression};
use crate::sql::grammar::query::used;
use crate::sql::grammar::token::TokenKind;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table_change::{CreateTable, TableChange};
use crate::text::known::Known;

/// Reads SELECT: a read, a call that may write, a setting, or a table made by INTO.
pub fn select(cursor: Cursor<'_>, body: bool) -> Statement {
    if !body && let Some(create) = select_into(cursor) {
        return create;
    }
    if let Some(setting) = set_config(cursor) {
        return setting;
    }
    select_of(&cursor)
}

/// Reads a query for the functions that it calls.
pub fn select_of(cursor: &Cursor<'_>) -> Statement {
    let used = used(cursor.over(cursor.rest()));
    let functions: Vec<String> =
        used.functions.into_iter().filter(|function| !is_reader(function)).collect();
    if functions.is_empty() {
        Statement::Read
    } else {
        Statement::Rows(RowChange::Select {
            functions,
            tables: used.tables,
            scopes: Box::default(),
        })
    }
}

/// Reads SELECT ... INTO table.
fn select_into(mut cursor: Cursor<'_>) -> Option<Statement> {
    if cursor.dialect().is_mysql() {
        return None;
    }
    let query = cursor;
    cursor.until_words(&["INTO", "FROM"]);
    if !cursor.eat("INTO") {
        return None;
    }
    let temporary = cursor.eat_any(&["TEMPORARY", "TEMP"]);
    cursor.eat("UNLOGGED");
    cursor.eat("TABLE");
    if cursor.token(0).is_some_and(|token| token.kind == TokenKind::Bind) {
        return None;
    }
    let table = cursor.table();
    let like = used(query.over(query.rest())).tables.into_iter().next();
    let create =
        CreateTable { temporary, filled: true, complete: false, like, ..CreateTable::new(table) };
    Some(Statement::Table(TableChange::CreateTable(create)))
}

/// Reads SELECT set_config('name', 'value', local).
fn set_config(mut cursor: Cursor<'_>) -> Option<Statement> {
    cursor.eat("SELECT");
    let call = expression(&mut cursor);
    let Kind::Call { name, arguments } = &call.kind else { return None };
    if name != "set_config" || arguments.len() < 2 {
        return None;
    }
    let text = |at: usize| arguments[at].tokens(&cursor).string();
    let name = text(0)?.into_option()?.to_ascii_lowercase();
    let local = arguments.get(2).is_some_and(|local| local.tokens(&cursor).is("TRUE"));
    Some(Statement::Session(SessionCommand::Set {
        name,
        value: text(1).unwrap_or(Known::Unreadable),
        local,
    }))
}
