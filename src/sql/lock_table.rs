//! The lock table: one place maps every statement to what it locks on PostgreSQL. What it does to
//! the rows meanwhile is [`Circumstances`]' to say.
//!
//! No family has an arm for "the rest": a new statement must say here what it locks. The modes are
//! those of the manual (13.3.1 and the page of each statement), seen on servers of versions 10 to
//! 18: `tests/locks`.

use std::cmp::Reverse;

use crate::sql::dialect::Dialect;
use crate::sql::lock::{Catalog, Lock, LockMode, Role};
use crate::sql::object_change::{ObjectAction, ObjectChange, ObjectKind};
use crate::sql::row_access::{Circumstances, RowAccess};
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::{Column, Constraint, ForeignKey, TableName};
use crate::sql::table_change::{ColumnAction, CreateTable, ReindexScope, TableAction, TableChange};
use crate::sql::taken::{Taken, concurrent, reached};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

/// Returns the locks that a statement takes, one per table.
pub fn taken(
    statement: &Statement,
    version: &dyn Fn() -> ServerVersion,
    catalog: &dyn Catalog,
) -> Vec<Lock> {
    let on = Circumstances { version, catalog };
    let mut taken = Taken { locks: Vec::new(), on };
    taken.statement(statement);
    taken.locks
}

impl Taken<'_> {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Table(change) => self.table(change),
            Statement::Rows(change) => self.rows(change),
            Statement::Object(change) => self.object(change),
            Statement::Session(command) => self.session(command),
            Statement::Block { statements, .. } => {
                statements.iter().for_each(|placed| self.statement(&placed.statement))
            }
            // What cannot be read may lock anything; `unreadable-operation` tells of it.
            Statement::Read | Statement::Other { .. } | Statement::Unreadable { .. } => {}
        }
    }

    fn table(&mut self, change: &TableChange) {
        use LockMode as Mode;
        use RowAccess as Rows;
        use TableChange as T;
        match change {
            T::CreateTable(create) => self.create_table(create),
            T::DropTable { table, cascade, .. } => self.drop_table(table, *cascade),
            T::RenameTable { table, .. } | T::SetSchema { table, .. } => self.alone(table),
            T::DropColumn { table, .. }
            | T::RenameColumn { table, .. }
            | T::DropNotNull { table, .. }
            | T::SetDefault { table, .. }
            | T::DropDefault { table, .. }
            | T::RenameConstraint { table, .. } => self.brief(table),
            T::AddColumn { table, column, .. } => self.add_column(table, column),
            T::AlterColumnType { table, column, to, existing, using } => {
                let (to, existing, using) = (to.get(), existing.as_ref(), using.as_ref());
                let rows = self.on.alter_type(table, column, to, existing, using);
                self.own(table, Mode::AccessExclusive, rows);
                self.make_keys_again(table, column, rows);
            }
            T::SetNotNull { table, column } => {
                let rows = self.on.set_not_null(table, column);
                self.own(table, Mode::AccessExclusive, rows);
            }
            T::AlterColumn { table, column, action, .. } => {
                self.alter_column(table, column, *action)
            }
            // MySQL's; on PostgreSQL it is an error.
            T::ModifyColumn { table, .. } => {
                self.own(table, Mode::AccessExclusive, Rows::Rewritten)
            }
            T::AddConstraint { table, constraint } => self.add_constraint(table, constraint),
            T::ValidateConstraint { table, name } => {
                self.only(table, Mode::ShareUpdateExclusive, Rows::Scanned);
                self.referent(table, Some(name), Mode::RowShare, Rows::Scanned);
            }
            T::DropConstraint { table, name, .. } => {
                self.brief(table);
                self.referent(table, name.as_ref(), Mode::AccessExclusive, Rows::Untouched);
            }
            T::AlterTable { table, action, .. } => self.alter_table(table, action),
            T::CreateIndex { table, index } => {
                let mode = concurrent(index.concurrently == Known::Is(true), Mode::Share);
                match index.only {
                    true => self.only(table, mode, Rows::Untouched),
                    false => self.own(table, mode, Rows::Scanned),
                }
            }
            T::DropIndex { name, table, concurrently, .. } => {
                let of_index = || self.on.catalog.table_of_index(name.as_ref()?.as_str()?);
                let Some(table) = table.clone().or_else(of_index) else { return };
                match concurrently {
                    Known::Is(true) => {
                        self.only(&table, Mode::ShareUpdateExclusive, Rows::Untouched)
                    }
                    Known::Is(false) | Known::Unreadable => self.brief(&table),
                }
            }
            T::Reindex { scope, name, concurrently } => {
                let Some(table) = self.reindexed(*scope, name) else { return };
                self.own(&table, concurrent(*concurrently, Mode::Share), Rows::Scanned);
            }
            T::Vacuum { table: Some(table), full: true } | T::Cluster { table: Some(table) } => {
                self.own(table, Mode::AccessExclusive, Rows::Rewritten)
            }
            T::Vacuum { table: Some(table), full: false } => {
                self.only(table, Mode::ShareUpdateExclusive, Rows::Untouched)
            }
            // The index alone is locked, exclusively where it moves.
            T::RenameIndex { .. } | T::AlterIndex { .. } => {}
            // Every table in turn, each for itself: no transaction holds them together.
            T::Vacuum { table: None, .. } | T::Cluster { table: None } => {}
        }
    }

    fn rows(&mut self, change: &RowChange) {
        use LockMode::RowExclusive;
        match change {
            RowChange::Insert(insert) => {
                self.only(&insert.table, RowExclusive, RowAccess::Untouched);
                self.read(&insert.reads);
            }
            RowChange::Update(update) => {
                self.own(&update.table, RowExclusive, reached(update.filter.reach));
                self.read(&update.reads);
            }
            RowChange::Delete(delete) => {
                self.own(&delete.table, RowExclusive, reached(delete.filter.reach));
                self.read(&delete.reads);
            }
            RowChange::Merge { table } => self.own(table, RowExclusive, RowAccess::Scanned),
            RowChange::CopyFrom { table } => self.own(table, RowExclusive, RowAccess::Untouched),
            RowChange::Truncate { table, cascade } => {
                self.brief(table);
                if *cascade {
                    self.referrers(table);
                }
            }
            RowChange::Select { tables, .. } => self.read(tables),
        }
    }

    fn object(&mut self, change: &ObjectChange) {
        use LockMode as Mode;
        use ObjectChange as O;
        match change {
            O::CreateObject { kind, on: Some(table), .. } => self.create_on(*kind, table),
            O::DropObject { on: Some(table), .. } | O::AlterObject { on: Some(table), .. } => {
                self.brief(table)
            }
            O::DropObject { kind: ObjectKind::MaterializedView, on: None, name, .. }
            | O::AlterObject { kind: ObjectKind::MaterializedView, on: None, name, .. } => {
                self.alone(&TableName { schema: None, name: name.clone() })
            }
            O::DropObject { kind: ObjectKind::Domain, on: None, name, cascade: true, .. } => {
                self.of_type(name, Mode::AccessExclusive, RowAccess::Untouched)
            }
            O::CreateObject { kind: ObjectKind::Publication, uses, .. } => {
                self.published(&uses.tables)
            }
            O::AlterObject { kind: ObjectKind::Publication, tables, .. } => self.published(tables),
            O::AlterObject { kind: ObjectKind::Domain, on: None, name, action, .. } => {
                self.alter_domain(name, *action)
            }
            O::DropType { name, cascade: true, .. } => {
                self.of_type(name, Mode::AccessExclusive, RowAccess::Untouched)
            }
            O::RefreshView { name, concurrently: false } => {
                self.own(name, Mode::AccessExclusive, RowAccess::Rewritten)
            }
            O::RefreshView { name, concurrently: true } => {
                self.own(name, Mode::Exclusive, RowAccess::Scanned)
            }
            O::Comment { table: Some(table), .. } => {
                self.only(table, Mode::ShareUpdateExclusive, RowAccess::Untouched)
            }
            // The object alone is locked, and no table.
            O::CreateObject { on: None, .. }
            | O::DropObject { on: None, .. }
            | O::AlterObject { on: None, .. }
            | O::CreateType { .. }
            | O::DropType { cascade: false, .. }
            | O::AlterType { .. }
            | O::Comment { table: None, .. }
            | O::Grant => {}
        }
    }

    fn session(&mut self, command: &SessionCommand) {
        match command {
            SessionCommand::LockTable { table, mode, .. } => {
                let mode = LockMode::from_title(mode).unwrap_or(LockMode::AccessExclusive);
                self.own(table, mode, RowAccess::Untouched);
            }
            SessionCommand::Set { .. } | SessionCommand::Transaction(_) => {}
        }
    }

    fn create_table(&mut self, create: &CreateTable) {
        let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
        let keys = create.constraints.iter().filter_map(|constraint| match constraint {
            Constraint::ForeignKey(key) => Some(key),
            _ => None,
        });
        for key in inline.chain(keys) {
            self.refer(&create.table, key, RowAccess::Untouched);
        }
        match (&create.parent, &create.like) {
            // INHERITS names its parent as what the columns are like, PARTITION OF does not.
            (Some(parent), Some(like)) if parent == like => {
                self.partition(parent, LockMode::ShareUpdateExclusive, RowAccess::Untouched)
            }
            (Some(parent), _) => {
                self.partition(parent, LockMode::AccessExclusive, RowAccess::Untouched)
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
        if let Some(parent) = self.on.catalog.parent(table) {
            self.partition(&parent, LockMode::AccessExclusive, RowAccess::Untouched);
        }
        for referent in self.on.catalog.referents(table) {
            self.referenced(&referent, LockMode::AccessExclusive, RowAccess::Untouched);
        }
        if cascade {
            self.referrers(table);
        }
    }

    fn add_column(&mut self, table: &TableName, column: &Column) {
        self.own(table, LockMode::AccessExclusive, self.on.add_column(column));
        let looked_up = self.on.look_up(column);
        for key in &column.foreign_keys {
            self.refer(table, key, looked_up);
        }
    }

    fn alter_column(&mut self, table: &TableName, column: &Known<String>, action: ColumnAction) {
        use LockMode as Mode;
        let (mode, rows) = match action {
            ColumnAction::SetStatistics | ColumnAction::Options => {
                (Mode::ShareUpdateExclusive, RowAccess::Untouched)
            }
            ColumnAction::SetExpression => {
                (Mode::AccessExclusive, self.on.set_expression(table, column))
            }
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

    fn add_constraint(&mut self, table: &TableName, constraint: &Constraint) {
        let rows = self.on.add_constraint(table, constraint);
        match constraint {
            Constraint::ForeignKey(key) => {
                self.own(table, LockMode::ShareRowExclusive, rows);
                self.refer(table, key, rows);
            }
            Constraint::Unique(_) => {
                self.only(table, LockMode::AccessExclusive, rows);
                let since_18 = self.on.is_at_least(18);
                let mode = if since_18 { LockMode::AccessExclusive } else { LockMode::Share };
                for partition in self.on.catalog.partitions(table) {
                    self.partition(&partition, mode, rows);
                }
            }
            Constraint::Check(_)
            | Constraint::NotNull { .. }
            | Constraint::PrimaryKey(_)
            | Constraint::Exclude { .. } => self.own(table, LockMode::AccessExclusive, rows),
        }
    }

    fn alter_table(&mut self, table: &TableName, action: &TableAction) {
        use LockMode as Mode;
        use RowAccess as Rows;
        use TableAction as A;
        match action {
            A::AttachPartition { partition, .. } => {
                let since_12 = self.on.is_at_least(12);
                self.only(table, concurrent(since_12, Mode::AccessExclusive), Rows::Untouched);
                self.partition(partition, Mode::AccessExclusive, Rows::Scanned);
            }
            A::DetachPartition { partition, concurrently } => {
                self.only(table, concurrent(*concurrently, Mode::AccessExclusive), Rows::Untouched);
                let before_14 = !self.on.is_at_least(14);
                let mode = concurrent(before_14, Mode::AccessExclusive);
                self.partition(partition, mode, Rows::Untouched);
            }
            A::Inherit { parent } => {
                self.alone(table);
                self.partition(parent, Mode::ShareUpdateExclusive, Rows::Untouched);
            }
            A::Trigger { .. } => self.own(table, Mode::ShareRowExclusive, Rows::Untouched),
            A::SetLogged | A::SetTablespace | A::SetAccessMethod | A::Rebuild => {
                self.own(table, Mode::AccessExclusive, Rows::Rewritten)
            }
            A::StorageParameters | A::ClusterOn | A::TableOption | A::CheckExisting => {
                self.only(table, Mode::ShareUpdateExclusive, Rows::Untouched)
            }
            A::RowSecurity { .. }
            | A::Rule
            | A::UserCatalogTable
            | A::Owner
            | A::NoInherit
            | A::OfType
            | A::ReplicaIdentity
            | A::AlterConstraint
            | A::ForeignOptions
            | A::Partitions
            | A::Other => self.alone(table),
        }
    }

    fn create_on(&mut self, kind: ObjectKind, table: &TableName) {
        use LockMode as Mode;
        match kind {
            ObjectKind::Trigger => self.own(table, Mode::ShareRowExclusive, RowAccess::Untouched),
            ObjectKind::Statistics => {
                self.only(table, Mode::ShareUpdateExclusive, RowAccess::Untouched)
            }
            _ => self.alone(table),
        }
    }

    fn alter_domain(&mut self, name: &Known<String>, action: ObjectAction) {
        match action {
            ObjectAction::AddConstraint { not_valid: false, .. }
            | ObjectAction::ValidateConstraint
            | ObjectAction::SetNotNull => self.of_type(name, LockMode::Share, RowAccess::Scanned),
            ObjectAction::AddConstraint { not_valid: true, .. }
            | ObjectAction::Rename
            | ObjectAction::SetSchema
            | ObjectAction::Other => {}
        }
    }

    /// Returns the table that REINDEX reads, where it is one.
    fn reindexed(&self, scope: Option<ReindexScope>, name: &TableName) -> Option<TableName> {
        match scope {
            Some(ReindexScope::Table) => Some(name.clone()),
            Some(ReindexScope::Index) => self.on.catalog.table_of_index(name.name.as_str()?),
            None | Some(ReindexScope::Schema | ReindexScope::Database | ReindexScope::System) => {
                None
            }
        }
    }

    /// A foreign key over a column is made again with its new type, and checked again where values
    /// are rewritten.
    fn make_keys_again(&mut self, table: &TableName, column: &Known<String>, rows: RowAccess) {
        let rewritten = rows == RowAccess::Rewritten;
        let rows = if rewritten { RowAccess::Scanned } else { RowAccess::Untouched };
        let Some(column) = column.as_str() else { return };
        for other in self.on.catalog.linked(table, column) {
            self.referenced(&other, LockMode::AccessExclusive, rows);
        }
    }

    /// Takes the lock of a foreign key on the table that it refers to.
    fn refer(&mut self, table: &TableName, key: &ForeignKey, rows: RowAccess) {
        if key.referent != *table {
            self.referenced(&key.referent, LockMode::ShareRowExclusive, rows);
        }
    }
}

/// Returns the locks on existing tables that a statement takes on PostgreSQL, strongest first; none
/// on others.
///
/// What depends on something unknown is taken as the worst case: an unknown function in a default
/// rewrites. The version is asked for only where it matters.
pub fn locks(
    statement: &Statement,
    dialect: Dialect,
    version: &dyn Fn() -> ServerVersion,
    catalog: &dyn Catalog,
) -> Vec<Lock> {
    if dialect != Dialect::PostgreSql {
        return Vec::new();
    }
    let mut locks = taken(statement, version, catalog);
    locks.sort_by_key(|lock| Reverse(lock.mode));
    locks
}
