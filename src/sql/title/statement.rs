//! Short titles of statements, for people.

use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::title::objects::object_change;
use crate::sql::title::rows::row_change;
use crate::sql::title::tables::table_change;
use crate::sql::title::words::{piece, when};

/// Returns what a statement does in one line: `ADD COLUMN users.email VARCHAR(255) NOT NULL`.
pub fn statement_title(statement: &Statement) -> String {
    use Statement as S;
    match statement {
        S::Table(change) => table_change(change),
        S::Rows(change) => row_change(change),
        S::Object(change) => object_change(change),
        S::Session(command) => session_command(command),
        S::Block { statements, .. } => format!("DO ({} statements)", statements.len()),
        S::Read => "SELECT".to_owned(),
        S::Other { keyword } => keyword.clone(),
        S::Unreadable { why, keyword, table } => {
            let keyword = keyword.as_ref().map(|keyword| format!("{keyword} ")).unwrap_or_default();
            let table = table.as_ref().map(|table| format!("{table} ")).unwrap_or_default();
            format!("{keyword}{table}unreadable: {why}")
        }
    }
}

/// Returns the title of what a session is set to.
pub(super) fn session_command(change: &SessionCommand) -> String {
    use SessionCommand as C;
    match change {
        C::LockTable { table, mode, nowait } => {
            format!("LOCK TABLE {table} IN {mode} MODE{}", when(*nowait, " NOWAIT"))
        }
        C::Set { name, value, local } => {
            format!("SET {}{name} = {}", when(*local, "LOCAL "), piece(value))
        }
        C::Transaction(word) => match word {
            TransactionWord::Begin => "BEGIN",
            TransactionWord::Commit => "COMMIT",
            TransactionWord::Rollback => "ROLLBACK",
            TransactionWord::Savepoint => "SAVEPOINT",
        }
        .to_owned(),
    }
}
