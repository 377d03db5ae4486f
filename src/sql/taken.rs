//! The locks that one statement takes, as they are gathered.

use crate::sql::lock::{Lock, LockMode, Role};
use crate::sql::row_access::{Circumstances, RowAccess};
use crate::sql::row_change::Reach;
use crate::sql::table::TableName;
use crate::text::known::Known;

/// The locks found so far, one per table.
pub(super) struct Taken<'a> {
    pub(crate) locks: Vec<Lock>,
    pub(crate) on: Circumstances<'a>,
}

impl Taken<'_> {
    /// Locks the table that a foreign key refers to, where the schema knows the key.
    pub(crate) fn referent(
        &mut self,
        table: &TableName,
        key: Option<&Known<String>>,
        mode: LockMode,
        rows: RowAccess,
    ) {
        let name = key.and_then(Known::as_str);
        if let Some(referent) = name.and_then(|name| self.on.catalog.referent(table, name)) {
            self.referenced(&referent, mode, rows);
        }
    }

    pub(crate) fn referrers(&mut self, table: &TableName) {
        for referrer in self.on.catalog.referrers(table) {
            self.referenced(&referrer, LockMode::AccessExclusive, RowAccess::Untouched);
        }
    }

    /// Locks every table that has a column of a type.
    pub(crate) fn of_type(&mut self, name: &Known<String>, mode: LockMode, rows: RowAccess) {
        let Some(name) = name.as_str() else { return };
        for table in self.on.catalog.tables_of_type(name) {
            self.only(&table, mode, rows);
        }
    }

    /// Locks tables that a publication takes in or leaves out.
    pub(crate) fn published(&mut self, tables: &[TableName]) {
        for table in tables {
            self.only(table, LockMode::ShareUpdateExclusive, RowAccess::Untouched);
        }
    }

    pub(crate) fn read(&mut self, tables: &[TableName]) {
        for table in tables {
            self.take(table, LockMode::AccessShare, RowAccess::Untouched, Role::Read);
        }
    }

    /// Locks the table of the statement, and its partitions where it reaches them.
    pub(crate) fn own(&mut self, table: &TableName, mode: LockMode, rows: RowAccess) {
        self.only(table, mode, rows);
        for partition in self.on.catalog.partitions(table) {
            self.partition(&partition, mode, rows);
        }
    }

    /// Locks the table of the statement and none of its partitions.
    pub(crate) fn only(&mut self, table: &TableName, mode: LockMode, rows: RowAccess) {
        self.take(table, mode, rows, Role::Itself);
    }

    /// ACCESS EXCLUSIVE for a moment, on the table alone.
    pub(crate) fn alone(&mut self, table: &TableName) {
        self.only(table, LockMode::AccessExclusive, RowAccess::Untouched);
    }

    /// ACCESS EXCLUSIVE for a moment.
    pub(crate) fn brief(&mut self, table: &TableName) {
        self.own(table, LockMode::AccessExclusive, RowAccess::Untouched);
    }

    pub(crate) fn referenced(&mut self, table: &TableName, mode: LockMode, rows: RowAccess) {
        self.take(table, mode, rows, Role::Referenced);
    }

    pub(crate) fn partition(&mut self, table: &TableName, mode: LockMode, rows: RowAccess) {
        self.take(table, mode, rows, Role::Partition);
    }

    pub(crate) fn take(&mut self, table: &TableName, mode: LockMode, rows: RowAccess, role: Role) {
        let (scans, rewrites) = (rows != RowAccess::Untouched, rows == RowAccess::Rewritten);
        match self.locks.iter_mut().find(|lock| lock.table == *table) {
            Some(lock) => {
                lock.mode = lock.mode.max(mode);
                lock.scans |= scans;
                lock.rewrites |= rewrites;
            }
            None => self.locks.push(Lock { table: table.clone(), mode, scans, rewrites, role }),
        }
    }
}

/// SHARE UPDATE EXCLUSIVE where a statement lets writers through, else the mode given.
pub(super) fn concurrent(lets_through: bool, otherwise: LockMode) -> LockMode {
    if lets_through { LockMode::ShareUpdateExclusive } else { otherwise }
}

/// Tells whether an UPDATE or DELETE reads the whole table, as far as its filter says.
pub(super) fn reached(reach: Reach) -> RowAccess {
    match reach {
        Reach::Everything | Reach::Some | Reach::Unreadable => RowAccess::Scanned,
        Reach::Rows | Reach::Batch => RowAccess::Untouched,
    }
}
