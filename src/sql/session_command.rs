//! What a statement does to the session that it runs in.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use crate::sql::table::TableName;
use crate::text::known::Known;

/// Locks, settings and transactions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SessionCommand {
    /// LOCK TABLE.
    LockTable { table: TableName, mode: String, nowait: bool },
    /// SET or RESET of a setting, `set_config(...)` included.
    Set { name: String, value: Known<String>, local: bool },
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT.
    Transaction(TransactionWord),
}

/// BEGIN and its kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransactionWord {
    /// BEGIN, START TRANSACTION.
    Begin,
    /// COMMIT, END.
    Commit,
    /// ROLLBACK, ABORT.
    Rollback,
    /// SAVEPOINT and its RELEASE and ROLLBACK TO.
    Savepoint,
}

impl SessionCommand {
    /// Returns the table that is locked.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            SessionCommand::LockTable { table, .. } => Some(table),
            SessionCommand::Set { .. } | SessionCommand::Transaction(_) => None,
        }
    }
}
