//! The lock table: one place maps every statement to what it locks, scans and rewrites on
//! PostgreSQL.

use crate::sql::default::{Volatility, volatility};
use crate::sql::dialect::Dialect;
use crate::sql::lock::{Catalog, Lock, LockMode, Role};
use crate::sql::object_change::{ObjectAction, ObjectChange, ObjectKind};
use crate::sql::row_change::{Reach, RowChange};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ColumnType, Constraint, ForeignKey, Generated, TableName};
use crate::sql::table_change::{ColumnAction, CreateTable, ReindexScope, TableAction, TableChange};
use crate::sql::type_change::{TypeChange, change};
use crate::sql::types::SqlType;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// Returns the locks that a statement takes, one per table.
pub fn taken(
    statement: &Statement,
    version: &dyn Fn() -> ServerVersion,
    catalog: &dyn Catalog,
) -> Vec<Lock> {
    let mut taken = Taken { locks: Vec::new(), version, catalog };
    taken.statement(statement);
    taken.locks
}

/// The locks found so far, one per table.
struct Taken<'a> {
    locks: Vec<Lock>,
    version: &'a dyn Fn() -> ServerVersion,
    catalog: &'a dyn Catalog,
}

/// What happens to the rows under a lock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum RowAccess {
    Untouched,
    Scanned,
    Rewritten,
}

impl Taken<'_> {
    fn take(&mut self, table: &TableName, mode: LockMode, rows: RowAccess, role: Role) {
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

    fn is_at_least(&self, major: u16) -> bool {
        (self.version)().is_at_least(major)
    }

    /// Takes a lock on the table of the statement, and on its partitions where it reaches them.
    fn own(&mut self, table: &TableName, mode: LockMode, rows: RowAccess) {
        self.take(table, mode, rows, Role::Itself);
        for partition in self.catalog.partitions(table) {
            self.take(&partition, mode, rows, Role::Partition);
        }
    }

    /// ACCESS EXCLUSIVE for a moment, on the table alone.
    fn alone(&mut self, table: &TableName) {
        self.take(table, LockMode::AccessExclusive, RowAccess::Untouched, Role::Itself);
    }

    /// ACCESS EXCLUSIVE for a moment.
    fn brief(&mut self, table: &TableName) {
        self.own(table, LockMode::AccessExclusive, RowAccess::Untouched);
    }

    fn statement(&mut self, statement: &Statement) {
        use LockMode as Mode;
        use Statement as S;
        match statement {
            S::Table(TableChange::CreateTable(create)) => self.create_table(create),
            S::Table(TableChange::DropTable { table, cascade, .. }) => {
                self.drop_table(table, *cascade)
            }
            S::Table(
                TableChange::RenameTable { table, .. } | TableChange::SetSchema { table, .. },
            ) => self.alone(table),
            S::Table(
                TableChange::DropColumn { table, .. }
                | TableChange::RenameColumn { table, .. }
                | TableChange::DropNotNull { table, .. }
                | TableChange::SetDefault { table, .. }
                | TableChange::DropDefault { table, .. }
                | TableChange::RenameConstraint { table, .. },
            ) => self.brief(table),
            S::Table(TableChange::AddColumn { table, column, .. }) => {
                self.add_column(table, column)
            }
            S::Table(TableChange::AlterColumnType { table, column, to, existing, using }) => {
                let rows =
                    self.alter_type(table, column, to.get(), existing.as_ref(), using.as_ref());
                self.own(table, Mode::AccessExclusive, rows);
                self.make_keys_again(table, column, rows);
            }
            S::Table(TableChange::SetNotNull { table, column }) => {
                let proved =
                    column.as_str().is_some_and(|column| self.holds_no_null(table, column));
                self.own(
                    table,
                    Mode::AccessExclusive,
                    if proved { RowAccess::Untouched } else { RowAccess::Scanned },
                );
            }
            S::Table(TableChange::AlterColumn { table, action, .. }) => {
                self.alter_column(table, *action)
            }
            S::Table(TableChange::ModifyColumn { table, .. }) => {
                self.own(table, Mode::AccessExclusive, RowAccess::Rewritten)
            }
            S::Table(TableChange::AddConstraint { table, constraint }) => {
                self.add_constraint(table, constraint)
            }
            S::Table(TableChange::ValidateConstraint { table, name }) => {
                self.take(table, Mode::ShareUpdateExclusive, RowAccess::Scanned, Role::Itself);
                if let Some(referent) =
                    name.as_str().and_then(|name| self.catalog.referent(table, name))
                {
                    self.take(&referent, Mode::RowShare, RowAccess::Scanned, Role::Referenced);
                }
            }
            S::Table(TableChange::DropConstraint { table, name, .. }) => {
                self.brief(table);
                let name = name.as_ref().and_then(|name| name.as_str());
                if let Some(referent) = name.and_then(|name| self.catalog.referent(table, name)) {
                    self.take(
                        &referent,
                        Mode::AccessExclusive,
                        RowAccess::Untouched,
                        Role::Referenced,
                    );
                }
            }
            S::Table(TableChange::AlterTable { table, action, .. }) => {
                self.alter_table(table, action)
            }
            S::Table(TableChange::CreateIndex { table, index }) => {
                let concurrent = index.concurrently == Known::Is(true);
                let mode = if concurrent { Mode::ShareUpdateExclusive } else { Mode::Share };
                match index.only {
                    true => self.take(table, mode, RowAccess::Untouched, Role::Itself),
                    false => self.own(table, mode, RowAccess::Scanned),
                }
            }
            S::Table(TableChange::DropIndex { name, table, concurrently, .. }) => {
                let known = || self.catalog.table_of_index(name.as_ref()?.as_str()?);
                let Some(table) = table.clone().or_else(known) else { return };
                match concurrently {
                    Known::Is(true) => self.take(
                        &table,
                        Mode::ShareUpdateExclusive,
                        RowAccess::Untouched,
                        Role::Itself,
                    ),
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
            S::Table(TableChange::Reindex { scope, name, concurrently }) => {
                let Some(table) = self.reindexed(*scope, name) else { return };
                let mode = if *concurrently { Mode::ShareUpdateExclusive } else { Mode::Share };
                self.own(&table, mode, RowAccess::Scanned);
            }
            S::Rows(RowChange::Insert(insert)) => {
                self.take(&insert.table, Mode::RowExclusive, RowAccess::Untouched, Role::Itself);
                self.read(&insert.reads);
            }
            S::Rows(RowChange::Update(update)) => {
                self.own(&update.table, Mode::RowExclusive, reached(update.filter.reach));
                self.read(&update.reads);
            }
            S::Rows(RowChange::Delete(delete)) => {
                self.own(&delete.table, Mode::RowExclusive, reached(delete.filter.reach));
                self.read(&delete.reads);
            }
            S::Rows(RowChange::Merge { table }) => {
                self.own(table, Mode::RowExclusive, RowAccess::Scanned)
            }
            S::Rows(RowChange::CopyFrom { table }) => {
                self.own(table, Mode::RowExclusive, RowAccess::Untouched)
            }
            S::Rows(RowChange::Truncate { table, cascade }) => {
                self.brief(table);
                if *cascade {
                    self.referrers(table);
                }
            }
            S::Rows(RowChange::Select { tables, .. }) => self.read(tables),
            S::Object(ObjectChange::CreateObject { kind, on: Some(table), .. }) => match kind {
                ObjectKind::Trigger => {
                    self.own(table, Mode::ShareRowExclusive, RowAccess::Untouched)
                }
                ObjectKind::Statistics => {
                    self.take(table, Mode::ShareUpdateExclusive, RowAccess::Untouched, Role::Itself)
                }
                _ => self.alone(table),
            },
            S::Object(
                ObjectChange::DropObject { on: Some(table), .. }
                | ObjectChange::AlterObject { on: Some(table), .. },
            ) => self.brief(table),
            S::Object(ObjectChange::DropObject {
                kind: ObjectKind::MaterializedView,
                name,
                ..
            }) => {
                self.alone(&TableName { schema: None, name: name.clone() });
            }
            S::Object(ObjectChange::AlterObject {
                kind: ObjectKind::Domain, name, action, ..
            }) if checks_values(*action) => {
                self.of_type(name, Mode::Share, RowAccess::Scanned);
            }
            S::Object(ObjectChange::DropType { name, cascade: true, .. }) => {
                self.of_type(name, Mode::AccessExclusive, RowAccess::Untouched)
            }
            S::Object(ObjectChange::RefreshView { name, concurrently: false }) => {
                self.own(name, Mode::AccessExclusive, RowAccess::Rewritten)
            }
            S::Object(ObjectChange::RefreshView { name, concurrently: true }) => {
                self.own(name, Mode::Exclusive, RowAccess::Scanned)
            }
            S::Table(
                TableChange::Vacuum { table: Some(table), full: true }
                | TableChange::Cluster { table: Some(table) },
            ) => {
                self.own(table, Mode::AccessExclusive, RowAccess::Rewritten);
            }
            S::Table(TableChange::Vacuum { table: Some(table), full: false }) => {
                self.take(table, Mode::ShareUpdateExclusive, RowAccess::Untouched, Role::Itself);
            }
            S::Session(SessionCommand::LockTable { table, mode, .. }) => {
                self.own(
                    table,
                    LockMode::from_title(mode).unwrap_or(Mode::AccessExclusive),
                    RowAccess::Untouched,
                );
            }
            S::Object(ObjectChange::Comment { table: Some(table), .. }) => {
                self.take(table, Mode::ShareUpdateExclusive, RowAccess::Untouched, Role::Itself);
            }
            S::Block { statements, .. } => {
                statements.iter().for_each(|placed| self.statement(&placed.statement))
            }
            _ => {}
        }
    }

    /// Returns the table that REINDEX reads, where it is one.
    fn reindexed(&self, scope: Option<ReindexScope>, name: &TableName) -> Option<TableName> {
        match scope {
            Some(ReindexScope::Table) => Some(name.clone()),
            Some(ReindexScope::Index) => self.catalog.table_of_index(name.name.as_str()?),
            None | Some(ReindexScope::Schema | ReindexScope::Database | ReindexScope::System) => {
                None
            }
        }
    }

    fn alter_column(&mut self, table: &TableName, action: ColumnAction) {
        use LockMode as Mode;
        let (mode, rows) = match action {
            ColumnAction::SetStatistics | ColumnAction::Options => {
                (Mode::ShareUpdateExclusive, RowAccess::Untouched)
            }
            ColumnAction::SetExpression => (Mode::AccessExclusive, RowAccess::Rewritten),
            ColumnAction::AddIdentity
            | ColumnAction::DropIdentity
            | ColumnAction::AlterIdentity
            | ColumnAction::DropExpression
            | ColumnAction::SetStorage
            | ColumnAction::SetCompression
            | ColumnAction::Nullability
            | ColumnAction::Other => (Mode::AccessExclusive, RowAccess::Untouched),
        };
        self.own(table, mode, rows);
    }

    fn read(&mut self, tables: &[TableName]) {
        for table in tables {
            self.take(table, LockMode::AccessShare, RowAccess::Untouched, Role::Read);
        }
    }

    fn referrers(&mut self, table: &TableName) {
        for referrer in self.catalog.referrers(table) {
            self.take(&referrer, LockMode::AccessExclusive, RowAccess::Untouched, Role::Referenced);
        }
    }

    /// Takes a lock on every table that has a column of a type.
    fn of_type(&mut self, name: &Known<String>, mode: LockMode, rows: RowAccess) {
        for table in name.as_str().map(|name| self.catalog.tables_of_type(name)).unwrap_or_default()
        {
            self.take(&table, mode, rows, Role::Itself);
        }
    }

    /// A foreign key over a column is made again with its new type, and checked again where values
    /// are rewritten.
    fn make_keys_again(&mut self, table: &TableName, column: &Known<String>, rows: RowAccess) {
        let rows =
            if rows == RowAccess::Rewritten { RowAccess::Scanned } else { RowAccess::Untouched };
        for other in
            column.as_str().map(|column| self.catalog.linked(table, column)).unwrap_or_default()
        {
            self.take(&other, LockMode::AccessExclusive, rows, Role::Referenced);
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        for column in &create.columns {
            column
                .foreign_keys
                .iter()
                .for_each(|key| self.refer(&create.table, key, RowAccess::Untouched));
        }
        for constraint in &create.constraints {
            if let Constraint::ForeignKey(key) = constraint {
                self.refer(&create.table, key, RowAccess::Untouched);
            }
        }
        match (&create.parent, &create.like) {
            // INHERITS names its parent as what the columns are like, PARTITION OF does not.
            (Some(parent), Some(like)) if parent == like => {
                self.take(
                    parent,
                    LockMode::ShareUpdateExclusive,
                    RowAccess::Untouched,
                    Role::Partition,
                );
            }
            (Some(parent), _) => {
                self.take(parent, LockMode::AccessExclusive, RowAccess::Untouched, Role::Partition)
            }
            (None, Some(like)) => {
                let rows = if create.filled { RowAccess::Scanned } else { RowAccess::Untouched };
                self.take(like, LockMode::AccessShare, rows, Role::Read);
            }
            (None, None) => {}
        }
    }

    fn drop_table(&mut self, table: &TableName, cascade: bool) {
        self.brief(table);
        if let Some(parent) = self.catalog.parent(table) {
            self.take(&parent, LockMode::AccessExclusive, RowAccess::Untouched, Role::Partition);
        }
        for referent in self.catalog.referents(table) {
            self.take(&referent, LockMode::AccessExclusive, RowAccess::Untouched, Role::Referenced);
        }
        if cascade {
            self.referrers(table);
        }
    }

    /// Takes the lock of a foreign key on the table that it refers to.
    fn refer(&mut self, table: &TableName, key: &ForeignKey, rows: RowAccess) {
        if key.referent != *table {
            self.take(&key.referent, LockMode::ShareRowExclusive, rows, Role::Referenced);
        }
    }

    fn add_column(&mut self, table: &TableName, column: &Column) {
        let default = column.server_default.as_ref().filter(|default| !is_null(&default.sql));
        let scans = !column.checks.is_empty()
            || column.unique == Known::Is(true)
            || column.primary_key == Known::Is(true);
        // A key over a column that is all NULL has nothing to look up.
        let looks_up = default.is_some() && !column.foreign_keys.is_empty();
        let rows = if self.fills_each_row(column, default.map(|default| &default.sql)) {
            RowAccess::Rewritten
        } else if scans || looks_up {
            RowAccess::Scanned
        } else {
            RowAccess::Untouched
        };
        self.own(table, LockMode::AccessExclusive, rows);
        for key in &column.foreign_keys {
            self.refer(
                table,
                key,
                if looks_up { RowAccess::Scanned } else { RowAccess::Untouched },
            );
        }
    }

    /// Tells whether adding a column writes every row.
    fn fills_each_row(&self, column: &Column, default: Option<&Known<String>>) -> bool {
        if matches!(
            column.generated,
            Some(Generated::Serial | Generated::Identity | Generated::Stored)
        ) {
            return true;
        }
        let Some(default) = default else { return false };
        let value = default.as_str().map(volatility);
        matches!(value, Some(Volatility::Volatile | Volatility::UnknownFunction(_)))
            || !self.is_at_least(11)
    }

    fn alter_type(
        &self,
        table: &TableName,
        column: &Known<String>,
        to: Option<&ColumnType>,
        existing: Option<&ColumnType>,
        using: Option<&Known<String>>,
    ) -> RowAccess {
        if using.is_some_and(|using| !using.as_str().is_some_and(|using| is_cast_of(using, column)))
        {
            return RowAccess::Rewritten;
        }
        let replayed = column.as_str().and_then(|column| self.catalog.column_type(table, column));
        let canonical = |kind: &ColumnType| SqlType::of(kind, Dialect::PostgreSql);
        let old = replayed.as_ref().or(existing).and_then(canonical);
        let (Some(old), Some(new)) = (old, to.and_then(canonical)) else {
            return RowAccess::Rewritten;
        };
        let is_checked =
            column.as_str().is_some_and(|column| self.catalog.is_checked(table, column));
        match change(&old, &new, Dialect::PostgreSql, (self.version)()) {
            TypeChange::Free if is_checked => RowAccess::Scanned,
            TypeChange::Free => RowAccess::Untouched,
            TypeChange::RebuildsIndexes => RowAccess::Scanned,
            TypeChange::FreeInUtc | TypeChange::Rewrites | TypeChange::Unknown => {
                RowAccess::Rewritten
            }
        }
    }

    fn add_constraint(&mut self, table: &TableName, constraint: &Constraint) {
        let unless =
            |not_valid: bool| if not_valid { RowAccess::Untouched } else { RowAccess::Scanned };
        match constraint {
            Constraint::ForeignKey(key) => {
                let rows = unless(key.not_valid == Known::Is(true));
                self.own(table, LockMode::ShareRowExclusive, rows);
                self.refer(table, key, rows);
            }
            Constraint::Check(check) => {
                self.own(
                    table,
                    LockMode::AccessExclusive,
                    unless(check.not_valid == Known::Is(true)),
                );
            }
            Constraint::NotNull { not_valid, .. } => {
                self.own(table, LockMode::AccessExclusive, unless(*not_valid));
            }
            Constraint::PrimaryKey(key) => {
                let rows = unless(
                    key.using_index.as_ref().is_some_and(|index| !self.is_nullable(table, index)),
                );
                self.own(table, LockMode::AccessExclusive, rows);
            }
            Constraint::Unique(key) => {
                let rows = unless(key.using_index.is_some());
                self.take(table, LockMode::AccessExclusive, rows, Role::Itself);
                for partition in self.catalog.partitions(table) {
                    let since_18 = self.is_at_least(18);
                    let mode = if since_18 { LockMode::AccessExclusive } else { LockMode::Share };
                    self.take(&partition, mode, rows, Role::Partition);
                }
            }
            Constraint::Exclude { .. } => {
                self.own(table, LockMode::AccessExclusive, RowAccess::Scanned)
            }
        }
    }

    /// Tells whether a column of an index may hold NULL, which a primary key must look for.
    fn is_nullable(&self, table: &TableName, index: &Known<String>) -> bool {
        let columns = index
            .as_str()
            .map(|index| self.catalog.columns_of_index(table, index))
            .unwrap_or_default();
        columns.iter().any(|column| !self.holds_no_null(table, column))
    }

    /// Tells whether nobody need look for a NULL: from PostgreSQL 12 on a CHECK may prove that
    /// there is none.
    fn holds_no_null(&self, table: &TableName, column: &str) -> bool {
        self.catalog.is_not_null(table, column)
            || self.catalog.proves_not_null(table, column) && self.is_at_least(12)
    }

    fn alter_table(&mut self, table: &TableName, action: &TableAction) {
        use LockMode as Mode;
        match action {
            TableAction::AttachPartition { partition, .. } => {
                let since_12 = self.is_at_least(12);
                let mode =
                    if since_12 { Mode::ShareUpdateExclusive } else { Mode::AccessExclusive };
                self.take(table, mode, RowAccess::Untouched, Role::Itself);
                self.take(partition, Mode::AccessExclusive, RowAccess::Scanned, Role::Partition);
            }
            TableAction::DetachPartition { partition, concurrently } => {
                let mode =
                    if *concurrently { Mode::ShareUpdateExclusive } else { Mode::AccessExclusive };
                self.take(table, mode, RowAccess::Untouched, Role::Itself);
                let since_14 = self.is_at_least(14);
                let mode =
                    if since_14 { Mode::AccessExclusive } else { Mode::ShareUpdateExclusive };
                self.take(partition, mode, RowAccess::Untouched, Role::Partition);
            }
            TableAction::Trigger { .. } => {
                self.own(table, Mode::ShareRowExclusive, RowAccess::Untouched)
            }
            TableAction::SetLogged
            | TableAction::SetTablespace
            | TableAction::SetAccessMethod
            | TableAction::Rebuild => self.own(table, Mode::AccessExclusive, RowAccess::Rewritten),
            TableAction::StorageParameters
            | TableAction::ClusterOn
            | TableAction::TableOption
            | TableAction::CheckExisting => {
                self.take(table, Mode::ShareUpdateExclusive, RowAccess::Untouched, Role::Itself)
            }
            TableAction::RowSecurity { .. }
            | TableAction::Rule
            | TableAction::UserCatalogTable
            | TableAction::Owner
            | TableAction::Inherit
            | TableAction::OfType
            | TableAction::ReplicaIdentity
            | TableAction::AlterConstraint
            | TableAction::ForeignOptions
            | TableAction::Partitions
            | TableAction::Other => self.alone(table),
        }
    }
}

/// Tells whether ALTER DOMAIN reads the columns of the domain.
fn checks_values(action: ObjectAction) -> bool {
    matches!(
        action,
        ObjectAction::AddConstraint { not_valid: false, .. }
            | ObjectAction::ValidateConstraint
            | ObjectAction::SetNotNull
    )
}

/// Tells whether an UPDATE or DELETE reads the whole table, as far as its filter says.
fn reached(reach: Reach) -> RowAccess {
    match reach {
        Reach::Everything | Reach::Some | Reach::Unreadable => RowAccess::Scanned,
        Reach::Rows | Reach::Batch => RowAccess::Untouched,
    }
}

fn is_null(sql: &Known<String>) -> bool {
    sql.as_str().is_some_and(|sql| {
        sql.split("::").next().is_some_and(|sql| sql.trim().eq_ignore_ascii_case("null"))
    })
}

/// Tells whether USING is the column itself, cast or not.
fn is_cast_of(using: &str, column: &Known<String>) -> bool {
    let Some(column) = column.as_str() else { return false };
    let operand = using.split("::").next().unwrap_or("").trim().trim_matches(['(', ')', '"']);
    operand.eq_ignore_ascii_case(column) && using.matches("::").count() <= 1
}
