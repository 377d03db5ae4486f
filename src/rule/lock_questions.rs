//! What a rule asks of transactions, locks and timeouts at a statement.

use std::collections::BTreeSet;

use crate::alembic::project::Setting;
use crate::alembic::surroundings::Said;
use crate::config::settings::LockTimeout;
use crate::operation::step::Mode;
use crate::rule::context::RuleContext;
use crate::rule::holds::{Hold, Transactions};
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::rule::transaction::transactions_of;
use crate::sql::session_command::{SessionCommand, TransactionWord};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::timeout;

/// Drivers of PostgreSQL behind which a COMMIT in SQL leaves no transaction.
const OTHERS: [&str; 3] = ["psycopg2", "psycopg2-binary", "asyncpg"];

impl<'a> RuleContext<'a> {
    /// Tells whether a statement runs in Alembic's transaction.
    pub fn is_in_transaction(&self, stmt: &StatementRef<'a>) -> bool {
        let environment = &self.project.environment;
        stmt.step.mode == Mode::Transaction
            && environment.autocommit != Setting::Yes
            && !self.is_after_commit(stmt)
    }

    /// Tells whether a COMMIT in SQL stands before a statement, unconditionally.
    pub fn is_after_commit(&self, stmt: &StatementRef<'a>) -> bool {
        let word = |other: &StatementRef<'_>| {
            matches!(
                other.statement(),
                Statement::Session(SessionCommand::Transaction(TransactionWord::Commit))
            )
        };
        self.earlier(stmt).any(|other| word(&other) && other.dominates(stmt))
    }

    /// Returns the driver that opens a transaction again behind a COMMIT in SQL, psycopg 3 or pg8000,
    /// where there is no other one (measured: with psycopg2 2.9 and asyncpg 0.30 what follows
    /// commits by itself).
    pub fn reopening_driver(&self) -> Option<(&'static str, Said)> {
        let alone = || OTHERS.iter().all(|name| self.package(name).is_none());
        let named = |name| self.package(name).map(|said| (name, said));
        ["psycopg", "pg8000"].into_iter().find_map(named).filter(|_| alone())
    }

    /// Returns the locks that earlier statements of the same transaction hold when a statement
    /// runs, those of earlier revisions that are deployed together included.
    pub fn held_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        self.look(stmt.number as u64 / 4);
        self.transactions(stmt.direction).held_at(stmt)
    }

    /// Returns the locks on tables in use which a statement itself takes.
    pub fn taken_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        self.transactions(stmt.direction).taken_at(stmt)
    }

    /// Tells whether an earlier statement of the same transaction keeps readers and writers from a
    /// table.
    pub fn is_locked_already(&self, stmt: &StatementRef<'_>, table: &TableName) -> bool {
        self.held_at(stmt).any(|hold| hold.blocks_reads() && hold.table == *table)
    }

    /// Tells whether two statements of one direction share a transaction.
    pub fn share_transaction(&self, one: &StatementRef<'_>, other: &StatementRef<'_>) -> bool {
        self.is_in_one_transaction() && self.transactions(one.direction).shares(one, other)
    }

    fn transactions(&self, direction: Direction) -> &Transactions {
        let cell = match direction {
            Direction::Downgrade => &self.downward,
            Direction::Upgrade | Direction::File => &self.upward,
        };
        cell.get_or_init(|| transactions_of(self, direction))
    }

    /// Tells whether something limits how long a statement waits for a lock: env.py, the role, or
    /// the revision itself.
    pub fn has_lock_timeout(&self, stmt: &StatementRef<'a>) -> bool {
        self.has_general_timeout() || self.sets_lock_timeout(stmt)
    }

    /// Tells whether the revision itself limits how long a statement waits for a lock.
    pub fn sets_lock_timeout(&self, stmt: &StatementRef<'a>) -> bool {
        let mut limits = BTreeSet::new();
        for other in self.earlier(stmt) {
            match other.statement() {
                Statement::Session(SessionCommand::Set { name, value, .. })
                    if timeout::is_timeout(name) =>
                {
                    match value.as_str().is_none_or(timeout::is_limit) {
                        true => limits.insert(name.to_ascii_lowercase()),
                        false => limits.remove(&name.to_ascii_lowercase()),
                    }
                }
                _ => continue,
            };
        }
        !limits.is_empty()
    }

    /// Tells whether env.py, the connection or the role limits how long every statement waits for a
    /// lock.
    pub fn has_general_timeout(&self) -> bool {
        self.project.environment.lock_timeout != Setting::No
            || self.settings.lock_timeout == LockTimeout::Role
    }
}
