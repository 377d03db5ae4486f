//! What a statement locks, given the schema before it.

use crate::rule::context::RuleContext;
use crate::rule::schema_questions::is_scaffold;
use crate::rule::statement_ref::StatementRef;
use crate::schema::database::Database;
use crate::sql::lock::Lock;
use crate::sql::lock_table;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;

impl RuleContext<'_> {
    /// Returns the locks that a statement takes on PostgreSQL, strongest first.
    pub fn locks(&self, stmt: &StatementRef<'_>) -> Vec<Lock> {
        self.before(stmt, |database| self.locks_given(stmt.statement(), database))
    }

    /// Returns the locks that a statement takes on tables that people use: those that are new have
    /// no rows and nobody who waits.
    pub fn locks_in_use(&self, stmt: &StatementRef<'_>) -> Vec<Lock> {
        self.before(stmt, |database| self.locks_in_use_given(stmt.statement(), database))
    }

    /// Returns the locks that a statement takes on tables that people use, given a schema.
    pub fn locks_in_use_given(&self, statement: &Statement, database: &Database) -> Vec<Lock> {
        let is_new = |table: &TableName| is_scaffold(table) || database.is_new(table);
        let mut locks = self.locks_given(statement, database);
        locks.retain(|lock| !is_new(&lock.table));
        locks
    }

    /// Returns the lock that a statement takes on a table.
    pub fn lock_on(&self, stmt: &StatementRef<'_>, table: &TableName) -> Option<Lock> {
        self.locks(stmt).into_iter().find(|lock| lock.table == *table)
    }

    /// Returns the lock that a statement takes on a table, as a sentence goes on with it: ` under
    /// ACCESS EXCLUSIVE`; nothing where no lock is known.
    pub fn under_lock(&self, stmt: &StatementRef<'_>, table: &TableName) -> String {
        let lock = self.lock_on(stmt, table);
        lock.map(|lock| format!(" under {}", lock.mode.title())).unwrap_or_default()
    }

    fn locks_given(&self, statement: &Statement, database: &Database) -> Vec<Lock> {
        lock_table::locks(statement, self.dialect, &|| self.server_version(), database)
    }
}
