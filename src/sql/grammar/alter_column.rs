//! ALTER COLUMN, MODIFY and CHANGE.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::column::{column, default};
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::type_name::type_name;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::{ColumnAction, TableAction, TableChange};
use crate::text::known::Known;

/// Reads an action on a column, from its first word: ALTER, MODIFY or CHANGE.
pub fn column_action(cursor: &mut Cursor<'_>, table: &TableName, word: &str) -> Statement {
    Statement::Table(change(cursor, table.clone(), word))
}

fn change(cursor: &mut Cursor<'_>, table: TableName, word: &str) -> TableChange {
    cursor.skip(1);
    if word == "ALTER" && cursor.is_any(&["CONSTRAINT", "INDEX", "CHECK"]) {
        let action = match cursor.is("CONSTRAINT") {
            true => TableAction::AlterConstraint,
            false => TableAction::Other,
        };
        let words = format!("ALTER {}", cursor.take_rest().shown());
        return TableChange::AlterTable { table, action, words };
    }
    cursor.eat("COLUMN");
    if cursor.are("IF EXISTS") {
        cursor.mark_foreign();
        cursor.skip(2);
    }
    match word {
        "ALTER" => alter(cursor, table),
        _ => restate(cursor, table, word == "CHANGE"),
    }
}

fn alter(cursor: &mut Cursor<'_>, table: TableName) -> TableChange {
    let column = cursor.name().unwrap_or(Known::Unreadable);
    if cursor.eat("SET NOT NULL") {
        return TableChange::SetNotNull { table, column };
    }
    if cursor.eat("DROP NOT NULL") {
        return TableChange::DropNotNull { table, column };
    }
    if cursor.eat("SET DEFAULT") {
        return TableChange::SetDefault { table, column, default: default(cursor) };
    }
    if cursor.eat("DROP DEFAULT") {
        return TableChange::DropDefault { table, column };
    }
    if cursor.are("SET NULL") || cursor.are("DROP NULL") {
        cursor.skip(1);
        cursor.mark_foreign();
    }
    if cursor.eat_any(&["SET DATA TYPE", "TYPE"]) {
        return alter_type(cursor, table, column);
    }
    if let Some(action) = action(cursor) {
        let words = cursor.take_rest().shown();
        return TableChange::AlterColumn { table, column, action, words };
    }
    if cursor.dialect() == Dialect::SqlServer {
        *cursor = cursor.over(&cursor.tokens[cursor.position() - 1..]);
        return restate(cursor, table, false);
    }
    if !cursor.is_hole() {
        cursor.mark_unexpected();
    }
    let words = cursor.take_rest().shown();
    TableChange::AlterColumn { table, column, action: ColumnAction::Other, words }
}

/// Tells which of the other actions is next, if one is.
fn action(cursor: &Cursor<'_>) -> Option<ColumnAction> {
    const ACTIONS: [(&str, ColumnAction); 10] = [
        ("ADD GENERATED", ColumnAction::AddIdentity),
        ("DROP IDENTITY", ColumnAction::DropIdentity),
        ("DROP EXPRESSION", ColumnAction::DropExpression),
        ("SET EXPRESSION", ColumnAction::SetExpression),
        ("SET STATISTICS", ColumnAction::SetStatistics),
        ("SET STORAGE", ColumnAction::SetStorage),
        ("SET COMPRESSION", ColumnAction::SetCompression),
        ("SET GENERATED", ColumnAction::AlterIdentity),
        ("SET INCREMENT", ColumnAction::AlterIdentity),
        ("RESTART", ColumnAction::AlterIdentity),
    ];
    if cursor.is_any(&["SET", "RESET"]) && cursor.is_mark_at(1, b'(') {
        return Some(ColumnAction::Options);
    }
    let known = ACTIONS.into_iter().find(|(words, _)| cursor.are(words));
    let other = cursor.is_any(&["SET", "DROP", "ADD", "RESET", "OPTIONS"]);
    known.map(|(_, action)| action).or(other.then_some(ColumnAction::Other))
}

fn alter_type(cursor: &mut Cursor<'_>, table: TableName, column: Known<String>) -> TableChange {
    let hole = cursor.is_hole();
    let to = type_name(cursor).filter(|_| !hole).into();
    if cursor.eat("COLLATE") {
        cursor.path();
    }
    let using = cursor.eat("USING").then(|| cursor.take_rest().sql());
    TableChange::AlterColumnType { table, column, to, existing: None, using }
}

/// Reads MODIFY and CHANGE of MySQL, and ALTER COLUMN of SQL Server, which restate the column.
fn restate(cursor: &mut Cursor<'_>, table: TableName, change: bool) -> TableChange {
    let name = if change { cursor.name() } else { None };
    let column = column(&mut cursor.take_rest());
    let to = name.is_some().then(|| column.name.clone());
    let name = name.unwrap_or_else(|| column.name.clone());
    TableChange::ModifyColumn { table, name, to, column, existing: None }
}
