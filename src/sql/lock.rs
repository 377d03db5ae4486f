//! What each statement locks, scans and rewrites on PostgreSQL.
//!
//! The facts were measured on servers of versions 10 to 18; `tests/locks/` holds what they answered, and the test
//! below compares. Every lock is kept until the transaction ends.

use std::cmp::Reverse;

use crate::sql::default::{Volatility, volatility};
use crate::sql::dialect::Dialect;
use crate::sql::statement::{CreateTable, ObjectKind, Reach, Statement, TableAction};
use crate::sql::table::{Column, ColumnType, Constraint, ConstraintKind, ForeignKey, Generated, TableName};
use crate::sql::type_change::{TypeChange, change};
use crate::sql::types::SqlType;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

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
    /// Whether the table is written anew under it.
    pub rewrites: bool,
    /// What the table is to the statement.
    pub role: Role,
}

/// What a statement alone does not say, and the schema may know. Every answer may be "unknown", which is the default.
pub trait Knowledge {
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

    /// Returns the table of an index.
    fn table_of_index(&self, _index: &str) -> Option<TableName> {
        None
    }

    /// Returns the type that a column has before the statement.
    fn column_type(&self, _table: &TableName, _column: &str) -> Option<ColumnType> {
        None
    }

    /// Tells whether a validated constraint proves that a column holds no NULL.
    fn proves_not_null(&self, _table: &TableName, _column: &str) -> bool {
        false
    }
}

/// Knows nothing.
pub struct Nothing;

impl Knowledge for Nothing {}

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

/// Returns the locks on existing tables that a statement takes on PostgreSQL, strongest first; none on others.
///
/// What depends on something unknown is told as the worst case: an unknown function in a default rewrites.
pub fn locks(statement: &Statement, dialect: Dialect, version: ServerVersion, knowledge: &dyn Knowledge) -> Vec<Lock> {
    if dialect != Dialect::PostgreSql {
        return Vec::new();
    }
    let mut taken = Taken { locks: Vec::new(), version, knowledge };
    taken.statement(statement);
    taken.locks.sort_by_key(|lock| Reverse(lock.mode));
    taken.locks
}

/// The locks found so far, one per table.
struct Taken<'a> {
    locks: Vec<Lock>,
    version: ServerVersion,
    knowledge: &'a dyn Knowledge,
}

/// What happens to the rows under a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    Untouched,
    Scanned,
    Rewritten,
}

impl Taken<'_> {
    fn take(&mut self, table: &TableName, mode: LockMode, rows: Rows, role: Role) {
        let (scans, rewrites) = (rows != Rows::Untouched, rows == Rows::Rewritten);
        match self.locks.iter_mut().find(|lock| lock.table == *table) {
            Some(lock) => {
                lock.mode = lock.mode.max(mode);
                lock.scans |= scans;
                lock.rewrites |= rewrites;
            }
            None => self.locks.push(Lock { table: table.clone(), mode, scans, rewrites, role }),
        }
    }

    /// Takes a lock on the table of the statement, and on its partitions where it reaches them.
    fn own(&mut self, table: &TableName, mode: LockMode, rows: Rows) {
        self.take(table, mode, rows, Role::Itself);
        if mode >= LockMode::Share {
            for partition in self.knowledge.partitions(table) {
                self.take(&partition, mode, rows, Role::Partition);
            }
        }
    }

    /// ACCESS EXCLUSIVE for a moment.
    fn brief(&mut self, table: &TableName) {
        self.own(table, LockMode::AccessExclusive, Rows::Untouched);
    }

    fn statement(&mut self, statement: &Statement) {
        use LockMode as Mode;
        use Statement as S;
        match statement {
            S::CreateTable(create) => self.create_table(create),
            S::DropTable { table, cascade, .. } => self.drop_table(table, *cascade),
            S::RenameTable { table, .. }
            | S::MoveTable { table, .. }
            | S::DropColumn { table, .. }
            | S::RenameColumn { table, .. }
            | S::DropNotNull { table, .. }
            | S::SetDefault { table, .. }
            | S::DropDefault { table, .. }
            | S::RenameConstraint { table, .. } => self.brief(table),
            S::AddColumn { table, column, .. } => self.add_column(table, column),
            S::AlterType { table, column, to, existing, using } => {
                let rows = self.alter_type(table, column, to.get(), existing.as_ref(), using.as_ref());
                self.own(table, Mode::AccessExclusive, rows);
            }
            S::SetNotNull { table, column } => {
                let proved = self.version.is_at_least(12)
                    && column.as_str().is_some_and(|column| self.knowledge.proves_not_null(table, column));
                self.own(table, Mode::AccessExclusive, if proved { Rows::Untouched } else { Rows::Scanned });
            }
            S::AlterColumn { table, what, .. } => {
                let what = what.to_ascii_uppercase();
                let light = ["SET STATISTICS", "SET (", "RESET ("].iter().any(|words| what.starts_with(words));
                let mode = if light { Mode::ShareUpdateExclusive } else { Mode::AccessExclusive };
                let writes = what.starts_with("SET EXPRESSION");
                self.own(table, mode, if writes { Rows::Rewritten } else { Rows::Untouched });
            }
            S::RestateColumn { table, .. } => self.own(table, Mode::AccessExclusive, Rows::Rewritten),
            S::AddConstraint { table, constraint } => self.add_constraint(table, constraint),
            S::ValidateConstraint { table, name } => {
                self.take(table, Mode::ShareUpdateExclusive, Rows::Scanned, Role::Itself);
                if let Some(referent) = name.as_str().and_then(|name| self.knowledge.referent(table, name)) {
                    self.take(&referent, Mode::RowShare, Rows::Untouched, Role::Referenced);
                }
            }
            S::DropConstraint { table, name, .. } => {
                self.brief(table);
                let name = name.as_ref().and_then(|name| name.as_str());
                if let Some(referent) = name.and_then(|name| self.knowledge.referent(table, name)) {
                    self.take(&referent, Mode::AccessExclusive, Rows::Untouched, Role::Referenced);
                }
            }
            S::AlterTable { table, action } => self.alter_table(table, action),
            S::CreateIndex { table, index } => {
                let concurrent = index.concurrently == Known::Is(true);
                let mode = if concurrent { Mode::ShareUpdateExclusive } else { Mode::Share };
                match index.only {
                    true => self.take(table, mode, Rows::Untouched, Role::Itself),
                    false => self.own(table, mode, Rows::Scanned),
                }
            }
            S::DropIndex { name, table, concurrently, .. } => {
                let known = || self.knowledge.table_of_index(name.as_ref()?.as_str()?);
                let Some(table) = table.clone().or_else(known) else { return };
                match concurrently {
                    Known::Is(true) => self.take(&table, Mode::ShareUpdateExclusive, Rows::Untouched, Role::Itself),
                    _ => self.brief(&table),
                }
            }
            _ => self.of_rows_and_objects(statement),
        }
    }

    fn of_rows_and_objects(&mut self, statement: &Statement) {
        use LockMode as Mode;
        use Statement as S;
        match statement {
            S::Reindex { target, table, concurrently } => {
                let of_index = || self.knowledge.table_of_index(target.strip_prefix("INDEX ")?);
                let Some(table) = table.clone().or_else(of_index) else { return };
                let mode = if *concurrently { Mode::ShareUpdateExclusive } else { Mode::Share };
                self.own(&table, mode, Rows::Scanned);
            }
            S::Insert(insert) => {
                self.own(&insert.table, Mode::RowExclusive, Rows::Untouched);
                self.read(&insert.reads);
            }
            S::Update(update) => {
                self.own(&update.table, Mode::RowExclusive, reached(update.filter.reach));
                self.read(&update.reads);
            }
            S::Delete(delete) => {
                self.own(&delete.table, Mode::RowExclusive, reached(delete.filter.reach));
                self.read(&delete.reads);
            }
            S::Merge { table } | S::CopyFrom { table } => self.own(table, Mode::RowExclusive, Rows::Untouched),
            S::Truncate { table, cascade } => {
                self.brief(table);
                if *cascade {
                    self.referrers(table);
                }
            }
            S::Select { tables, .. } => self.read(tables),
            S::CreateObject { kind, on: Some(table), .. } => match kind {
                ObjectKind::Trigger => self.own(table, Mode::ShareRowExclusive, Rows::Untouched),
                _ => self.brief(table),
            },
            S::DropObject { on: Some(table), .. } | S::AlterObject { on: Some(table), .. } => self.brief(table),
            S::RefreshView { name, concurrently } => {
                let mode = if *concurrently { Mode::Exclusive } else { Mode::AccessExclusive };
                self.own(name, mode, Rows::Untouched);
            }
            S::Vacuum { table: Some(table), full: true } | S::Cluster { table: Some(table) } => {
                self.own(table, Mode::AccessExclusive, Rows::Rewritten);
            }
            S::Vacuum { table: Some(table), full: false } => {
                self.take(table, Mode::ShareUpdateExclusive, Rows::Untouched, Role::Itself);
            }
            S::LockTable { table, mode, .. } => {
                self.own(table, LockMode::from_title(mode).unwrap_or(Mode::AccessExclusive), Rows::Untouched);
            }
            S::Comment { table: Some(table), .. } => {
                self.take(table, Mode::ShareUpdateExclusive, Rows::Untouched, Role::Itself);
            }
            S::Block { statements, .. } => statements.iter().for_each(|placed| self.statement(&placed.statement)),
            _ => {}
        }
    }

    fn read(&mut self, tables: &[TableName]) {
        for table in tables {
            self.take(table, LockMode::AccessShare, Rows::Untouched, Role::Read);
        }
    }

    fn referrers(&mut self, table: &TableName) {
        for referrer in self.knowledge.referrers(table) {
            self.take(&referrer, LockMode::AccessExclusive, Rows::Untouched, Role::Referenced);
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        for column in &create.columns {
            column.foreign_keys.iter().for_each(|key| self.refer(&create.table, key, Rows::Untouched));
        }
        for constraint in &create.constraints {
            if let Constraint::ForeignKey(key) = constraint {
                self.refer(&create.table, key, Rows::Untouched);
            }
        }
        match (&create.parent, &create.like) {
            // INHERITS names its parent as what the columns are like, PARTITION OF does not.
            (Some(parent), Some(like)) if parent == like => {
                self.take(parent, LockMode::ShareUpdateExclusive, Rows::Untouched, Role::Partition);
            }
            (Some(parent), _) => self.take(parent, LockMode::AccessExclusive, Rows::Untouched, Role::Partition),
            (None, Some(like)) => {
                let rows = if create.filled { Rows::Scanned } else { Rows::Untouched };
                self.take(like, LockMode::AccessShare, rows, Role::Read);
            }
            (None, None) => {}
        }
    }

    fn drop_table(&mut self, table: &TableName, cascade: bool) {
        self.brief(table);
        for referent in self.knowledge.referents(table) {
            self.take(&referent, LockMode::AccessExclusive, Rows::Untouched, Role::Referenced);
        }
        if cascade {
            self.referrers(table);
        }
    }

    /// Takes the lock of a foreign key on the table that it refers to.
    fn refer(&mut self, table: &TableName, key: &ForeignKey, rows: Rows) {
        if key.referent != *table {
            self.take(&key.referent, LockMode::ShareRowExclusive, rows, Role::Referenced);
        }
    }

    fn add_column(&mut self, table: &TableName, column: &Column) {
        let default = column.server_default.as_ref().filter(|default| !is_null(&default.sql));
        let scans =
            !column.checks.is_empty() || column.unique == Known::Is(true) || column.primary_key == Known::Is(true);
        // A key over a column that is all NULL has nothing to look up.
        let looks_up = default.is_some() && !column.foreign_keys.is_empty();
        let rows = if self.fills_each_row(column, default.map(|default| &default.sql)) {
            Rows::Rewritten
        } else if scans || looks_up {
            Rows::Scanned
        } else {
            Rows::Untouched
        };
        self.own(table, LockMode::AccessExclusive, rows);
        for key in &column.foreign_keys {
            self.refer(table, key, if looks_up { Rows::Scanned } else { Rows::Untouched });
        }
    }

    /// Tells whether adding a column writes every row.
    fn fills_each_row(&self, column: &Column, default: Option<&Known<String>>) -> bool {
        if matches!(column.generated, Some(Generated::Serial | Generated::Identity | Generated::Stored)) {
            return true;
        }
        let Some(default) = default else { return false };
        if !self.version.is_at_least(11) {
            return true;
        }
        let value = default.as_str().map(volatility);
        matches!(value, Some(Volatility::Volatile | Volatility::UnknownFunction(_)))
    }

    fn alter_type(
        &self,
        table: &TableName,
        column: &Known<String>,
        to: Option<&ColumnType>,
        existing: Option<&ColumnType>,
        using: Option<&Known<String>>,
    ) -> Rows {
        if using.is_some_and(|using| !using.as_str().is_some_and(|using| is_cast_of(using, column))) {
            return Rows::Rewritten;
        }
        let replayed = column.as_str().and_then(|column| self.knowledge.column_type(table, column));
        let canonical = |kind: &ColumnType| SqlType::of(kind, Dialect::PostgreSql);
        let old = replayed.as_ref().or(existing).and_then(canonical);
        let (Some(old), Some(new)) = (old, to.and_then(canonical)) else { return Rows::Rewritten };
        match change(&old, &new, Dialect::PostgreSql, self.version) {
            TypeChange::Free => Rows::Untouched,
            TypeChange::RebuildsIndexes | TypeChange::Scans => Rows::Scanned,
            TypeChange::FreeInUtc | TypeChange::Rewrites | TypeChange::Unknown => Rows::Rewritten,
        }
    }

    fn add_constraint(&mut self, table: &TableName, constraint: &Constraint) {
        let unless = |not_valid: bool| if not_valid { Rows::Untouched } else { Rows::Scanned };
        match constraint {
            Constraint::ForeignKey(key) => {
                let rows = unless(key.not_valid == Known::Is(true));
                self.own(table, LockMode::ShareRowExclusive, rows);
                self.refer(table, key, rows);
            }
            Constraint::Check(check) => {
                self.own(table, LockMode::AccessExclusive, unless(check.not_valid == Known::Is(true)));
            }
            Constraint::NotNull { not_valid, .. } => {
                self.own(table, LockMode::AccessExclusive, unless(*not_valid));
            }
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => {
                self.own(table, LockMode::AccessExclusive, unless(key.using_index.is_some()));
            }
            Constraint::Exclude { .. } => self.own(table, LockMode::AccessExclusive, Rows::Scanned),
        }
    }

    fn alter_table(&mut self, table: &TableName, action: &TableAction) {
        use LockMode as Mode;
        match action {
            TableAction::AttachPartition { partition, .. } => {
                let since_12 = self.version.is_at_least(12);
                let mode = if since_12 { Mode::ShareUpdateExclusive } else { Mode::AccessExclusive };
                self.take(table, mode, Rows::Untouched, Role::Itself);
                self.take(partition, Mode::AccessExclusive, Rows::Scanned, Role::Partition);
            }
            TableAction::DetachPartition { partition, concurrently } => {
                let mode = if *concurrently { Mode::ShareUpdateExclusive } else { Mode::AccessExclusive };
                self.take(table, mode, Rows::Untouched, Role::Itself);
                let since_14 = self.version.is_at_least(14);
                let mode = if since_14 { Mode::AccessExclusive } else { Mode::ShareUpdateExclusive };
                self.take(partition, mode, Rows::Untouched, Role::Partition);
            }
            TableAction::RowSecurity { .. } | TableAction::Brief { .. } => self.brief(table),
            TableAction::Trigger { .. } => self.own(table, Mode::ShareRowExclusive, Rows::Untouched),
            TableAction::Rewrite { .. } => self.own(table, Mode::AccessExclusive, Rows::Rewritten),
            TableAction::Light { .. } => self.take(table, Mode::ShareUpdateExclusive, Rows::Untouched, Role::Itself),
        }
    }
}

/// Tells whether an UPDATE or DELETE reads the whole table, as far as its filter says.
fn reached(reach: Reach) -> Rows {
    match reach {
        Reach::Everything | Reach::Some | Reach::Unreadable => Rows::Scanned,
        Reach::Rows | Reach::Batch => Rows::Untouched,
    }
}

fn is_null(sql: &Known<String>) -> bool {
    sql.as_str().is_some_and(|sql| sql.split("::").next().is_some_and(|sql| sql.trim().eq_ignore_ascii_case("null")))
}

/// Tells whether USING is the column itself, cast or not.
fn is_cast_of(using: &str, column: &Known<String>) -> bool {
    let Some(column) = column.as_str() else { return false };
    let operand = using.split("::").next().unwrap_or("").trim().trim_matches(['(', ')', '"']);
    operand.eq_ignore_ascii_case(column) && using.matches("::").count() <= 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sql::read::statements;
    use crate::sql::script::SqlText;

    const STATEMENTS: &str = include_str!("../../tests/locks/statements.txt");
    const MEASURED: [(u16, &str); 3] = [
        (15, include_str!("../../tests/locks/measured_15.txt")),
        (16, include_str!("../../tests/locks/measured_16.txt")),
        (18, include_str!("../../tests/locks/measured_18.txt")),
    ];

    /// The tables that the statements were measured on.
    struct Tables;

    impl Knowledge for Tables {
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

    /// What a row of the measurement says of one table: the mode, whether it is scanned, whether it is rewritten.
    type Facts = BTreeMap<String, (LockMode, bool, bool)>;

    fn measured(row: &str) -> Facts {
        let part =
            |name: &str| row.split_once(&format!(" {name}=[")).map_or("", |(_, rest)| rest.split(']').next().unwrap());
        let names = |list: &str| -> Vec<String> { list.split('\'').skip(1).step_by(2).map(str::to_owned).collect() };
        let (rewritten, scanned) = (names(part("rw")), names(part("scan")));
        let locks = row.split(" rw=").next().unwrap()[36..].split_whitespace();
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
                let tells = mode > LockMode::AccessShare && ["t", "t2", "parent"].contains(&table.as_str());
                tells.then(|| (table.clone(), (mode, scanned.contains(&table), rewritten.contains(&table))))
            })
            .collect()
    }

    fn told(sql: &str, version: u16) -> Facts {
        let mut facts = Facts::new();
        for placed in statements(&SqlText::known(sql), Dialect::PostgreSql) {
            for lock in locks(&placed.statement, Dialect::PostgreSql, ServerVersion::major(version), &Tables) {
                let scans = lock.scans;
                let entry = facts.entry(lock.table.to_string()).or_insert((lock.mode, false, false));
                *entry = (entry.0.max(lock.mode), entry.1 | scans, entry.2 | lock.rewrites);
            }
        }
        facts
    }

    #[test]
    fn the_locks_of_a_statement_are_those_that_servers_were_seen_to_take() {
        for (version, output) in MEASURED {
            let rows: BTreeMap<&str, &str> = output.lines().map(|row| (row[..36].trim(), row)).collect();
            let rows_by_start = |name: &str| rows.iter().find(|(row, _)| name.starts_with(**row)).map(|(_, row)| *row);
            for line in STATEMENTS.lines().filter(|line| !line.starts_with('#')) {
                let (name, sql) = line.split_once(" | ").unwrap();
                let row = rows.get(name).copied().or_else(|| rows_by_start(name)).expect(name);
                if row.contains("  ERR ") {
                    continue;
                }
                assert_eq!(told(sql, version), measured(row), "PostgreSQL {version}: {sql}");
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
