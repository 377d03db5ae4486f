//! What each statement locks, scans and rewrites on PostgreSQL.
//!
//! The facts were measured on servers of versions 10 to 18; `tests/locks/` holds what they
//! answered, and the test below compares; `tests/suite/live` runs the same statements on a live
//! server. Every lock is kept until the transaction ends.

use crate::sql::table::{ColumnType, ConstraintKind, TableName};

/// A lock mode of PostgreSQL on a table, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockMode {
    /// ACCESS SHARE.
    AccessShare,
    /// ROW SHARE.
    RowShare,
    /// ROW EXCLUSIVE.
    RowExclusive,
    /// SHARE UPDATE EXCLUSIVE.
    ShareUpdateExclusive,
    /// SHARE.
    Share,
    /// SHARE ROW EXCLUSIVE.
    ShareRowExclusive,
    /// EXCLUSIVE.
    Exclusive,
    /// ACCESS EXCLUSIVE.
    AccessExclusive,
}

/// Who waits for a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocks {
    /// Nobody that an application runs.
    Nothing,
    /// Other DDL and VACUUM.
    Ddl,
    /// Writers.
    Writes,
    /// Readers and writers.
    ReadsAndWrites,
}

/// What a table is to the statement that locks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The table that the statement names.
    Itself,
    /// A table that a foreign key refers to.
    Referenced,
    /// A partition or the parent of one.
    Partition,
    /// A table that is read.
    Read,
}

/// A lock that a statement takes and keeps until its transaction ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The table.
    pub table: TableName,
    /// How strong.
    pub mode: LockMode,
    /// Whether every row is read under it.
    pub scans: bool,
    /// Whether the table is rewritten under it.
    pub rewrites: bool,
    /// What the table is to the statement.
    pub role: Role,
}

/// What a statement alone does not say, and the schema may know. Every answer may be "unknown",
/// which is the default.
pub trait Catalog {
    /// Returns what kind of constraint a name is.
    fn constraint_kind(&self, _table: &TableName, _name: &str) -> Option<ConstraintKind> {
        None
    }

    /// Returns the table that a foreign key refers to.
    fn referent(&self, _table: &TableName, _constraint: &str) -> Option<TableName> {
        None
    }

    /// Returns the tables that the foreign keys of a table refer to.
    fn referents(&self, _table: &TableName) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the tables whose foreign keys refer to a table.
    fn referrers(&self, _table: &TableName) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the partitions of a table.
    fn partitions(&self, _table: &TableName) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the table that a table is a partition of.
    fn parent(&self, _table: &TableName) -> Option<TableName> {
        None
    }

    /// Returns the tables that foreign keys over a column connect: those it refers to and those
    /// that refer to it.
    fn linked(&self, _table: &TableName, _column: &str) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the tables that have a column of a type or domain.
    fn tables_of_type(&self, _name: &str) -> Vec<TableName> {
        Vec::new()
    }

    /// Returns the columns of an index of a table, as far as they are plain columns.
    fn columns_of_index(&self, _table: &TableName, _index: &str) -> Vec<String> {
        Vec::new()
    }

    /// Tells whether a validated CHECK, or the expression or predicate of an index, is about a
    /// column: a new type of the column has each row looked at again, even where none is written.
    fn is_checked(&self, _table: &TableName, _column: &str) -> bool {
        false
    }

    /// Returns the table of an index.
    fn table_of_index(&self, _index: &str) -> Option<TableName> {
        None
    }

    /// Returns the type that a column has before the statement.
    fn column_type(&self, _table: &TableName, _column: &str) -> Option<ColumnType> {
        None
    }

    /// Tells whether the value of a column is computed when it is read.
    fn is_virtual(&self, _table: &TableName, _column: &str) -> bool {
        false
    }

    /// Tells whether a column is NOT NULL.
    fn is_not_null(&self, _table: &TableName, _column: &str) -> bool {
        false
    }

    /// Tells whether a validated CHECK proves that a column holds no NULL, or it is NOT NULL.
    fn proves_not_null(&self, _table: &TableName, _column: &str) -> bool {
        false
    }
}

/// Knows nothing.
pub struct NoCatalog;

impl Catalog for NoCatalog {}

impl LockMode {
    /// Returns the name that PostgreSQL's manual uses.
    pub fn title(self) -> &'static str {
        match self {
            LockMode::AccessShare => "ACCESS SHARE",
            LockMode::RowShare => "ROW SHARE",
            LockMode::RowExclusive => "ROW EXCLUSIVE",
            LockMode::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockMode::Share => "SHARE",
            LockMode::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockMode::Exclusive => "EXCLUSIVE",
            LockMode::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Reads a mode as LOCK TABLE and this program write it.
    pub fn from_title(title: &str) -> Option<LockMode> {
        let all = [
            LockMode::AccessShare,
            LockMode::RowShare,
            LockMode::RowExclusive,
            LockMode::ShareUpdateExclusive,
            LockMode::Share,
            LockMode::ShareRowExclusive,
            LockMode::Exclusive,
            LockMode::AccessExclusive,
        ];
        all.into_iter().find(|mode| mode.title().eq_ignore_ascii_case(title.trim()))
    }

    /// Tells who waits for it.
    pub fn blocks(self) -> Blocks {
        match self {
            LockMode::AccessShare | LockMode::RowShare | LockMode::RowExclusive => Blocks::Nothing,
            LockMode::ShareUpdateExclusive => Blocks::Ddl,
            LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => Blocks::Writes,
            LockMode::AccessExclusive => Blocks::ReadsAndWrites,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sql::dialect::Dialect;
    use crate::sql::lock_table::locks;
    use crate::sql::read::statements;
    use crate::sql::script::SqlText;
    use crate::sql::version::ServerVersion;
    use crate::text::cut;

    const STATEMENTS: &str = include_str!("../../tests/locks/statements.txt");
    const MEASURED: [(u16, &str); 3] = [
        (15, include_str!("../../tests/locks/measured_15.txt")),
        (16, include_str!("../../tests/locks/measured_16.txt")),
        (18, include_str!("../../tests/locks/measured_18.txt")),
    ];

    /// The tables that the statements were measured on.
    struct Tables;

    impl Catalog for Tables {
        fn referent(&self, _: &TableName, constraint: &str) -> Option<TableName> {
            (constraint == "t2_t_id_fkey").then(|| TableName::plain("t"))
        }

        fn referents(&self, table: &TableName) -> Vec<TableName> {
            if *table == TableName::plain("t2") { vec![TableName::plain("t")] } else { Vec::new() }
        }

        fn referrers(&self, table: &TableName) -> Vec<TableName> {
            if *table == TableName::plain("t") { vec![TableName::plain("t2")] } else { Vec::new() }
        }

        fn table_of_index(&self, _: &str) -> Option<TableName> {
            Some(TableName::plain("t"))
        }

        fn column_type(&self, _: &TableName, column: &str) -> Option<ColumnType> {
            let sql = match column {
                "v50" | "vidx" => "varchar(50)",
                "txt" => "text",
                "i" | "ii" => "integer",
                "n" => "numeric(10, 2)",
                "j" => "json",
                "ch" => "char(10)",
                _ => return None,
            };
            Some(ColumnType::of_sql(sql))
        }

        fn proves_not_null(&self, _: &TableName, column: &str) -> bool {
            column == "chk"
        }
    }

    /// What a row of the measurement says of one table: the mode, whether it is scanned, whether it
    /// is rewritten.
    type Facts = BTreeMap<String, (LockMode, bool, bool)>;

    fn measured(row: &str) -> Facts {
        let part = |name: &str| {
            row.split_once(&format!(" {name}=["))
                .map_or("", |(_, rest)| rest.split(']').next().unwrap())
        };
        let names = |list: &str| -> Vec<String> {
            list.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
        };
        let (rewritten, scanned) = (names(part("rw")), names(part("scan")));
        let locks = cut::from(row.split(" rw=").next().unwrap(), 36).split_whitespace();
        locks
            .filter_map(|lock| {
                let (table, mode) = lock.split_once(':')?;
                let title = mode.chars().fold(String::new(), |title, letter| {
                    if letter.is_uppercase() && !title.is_empty() {
                        format!("{title} {letter}")
                    } else {
                        format!("{title}{letter}")
                    }
                });
                let mode = LockMode::from_title(&title).unwrap();
                let table = table.to_owned();
                let tells =
                    mode > LockMode::AccessShare && ["t", "t2", "parent"].contains(&table.as_str());
                tells.then(|| {
                    (table.clone(), (mode, scanned.contains(&table), rewritten.contains(&table)))
                })
            })
            .collect()
    }

    fn emitted(sql: &str, version: u16) -> Facts {
        let mut facts = Facts::new();
        for placed in statements(&SqlText::known(sql), Dialect::PostgreSql) {
            for lock in locks(
                &placed.statement,
                Dialect::PostgreSql,
                &|| ServerVersion::major(version),
                &Tables,
            ) {
                let scans = lock.scans;
                let entry =
                    facts.entry(lock.table.to_string()).or_insert((lock.mode, false, false));
                *entry = (entry.0.max(lock.mode), entry.1 | scans, entry.2 | lock.rewrites);
            }
        }
        facts
    }

    #[test]
    fn the_locks_of_a_statement_are_those_that_servers_were_seen_to_take() {
        for (version, output) in MEASURED {
            let rows: BTreeMap<&str, &str> =
                output.lines().map(|row| (cut::to(row, 36).trim(), row)).collect();
            let rows_by_start = |name: &str| {
                rows.iter().find(|(row, _)| name.starts_with(**row)).map(|(_, row)| *row)
            };
            for line in STATEMENTS.lines().filter(|line| !line.starts_with('#')) {
                let (name, sql) = line.split_once(" | ").unwrap();
                let row = rows.get(name).copied().or_else(|| rows_by_start(name)).expect(name);
                if row.contains("  ERR ") {
                    continue;
                }
                assert_eq!(emitted(sql, version), measured(row), "PostgreSQL {version}: {sql}");
            }
        }
    }

    #[test]
    fn modes_know_who_waits_for_them() {
        assert_eq!(LockMode::from_title("share row exclusive"), Some(LockMode::ShareRowExclusive));
        assert_eq!(LockMode::Share.blocks(), Blocks::Writes);
        assert!(LockMode::AccessExclusive > LockMode::Exclusive);
    }
}
