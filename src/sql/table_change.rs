//! What a statement does to a table, its columns, constraints and indexes.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use crate::sql::table::{
    Check, Column, ColumnType, Constraint, ConstraintKind, Index, IndexPart, ServerDefault,
    TableName,
};
use crate::text::known::Known;

/// CREATE, ALTER and DROP of a table, a column, a constraint or an index, and their maintenance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TableChange {
    /// CREATE TABLE.
    CreateTable(CreateTable),
    /// DROP TABLE.
    DropTable { table: TableName, if_exists: bool, cascade: bool },
    /// ALTER TABLE ... RENAME TO.
    RenameTable { table: TableName, to: Known<String> },
    /// ALTER TABLE ... SET SCHEMA.
    SetSchema { table: TableName, schema: Known<String> },
    /// ADD COLUMN, with what stands inline in it.
    AddColumn { table: TableName, column: Column, if_not_exists: bool },
    /// DROP COLUMN.
    DropColumn { table: TableName, column: Known<String>, if_exists: bool, cascade: bool },
    /// RENAME COLUMN.
    RenameColumn { table: TableName, column: Known<String>, to: Known<String> },
    /// ALTER COLUMN ... TYPE.
    AlterColumnType {
        table: TableName,
        column: Known<String>,
        to: Known<ColumnType>,
        existing: Option<ColumnType>,
        using: Option<Known<String>>,
    },
    /// SET NOT NULL.
    SetNotNull { table: TableName, column: Known<String> },
    /// DROP NOT NULL.
    DropNotNull { table: TableName, column: Known<String> },
    /// SET DEFAULT.
    SetDefault { table: TableName, column: Known<String>, default: ServerDefault },
    /// DROP DEFAULT.
    DropDefault { table: TableName, column: Known<String> },
    /// Another ALTER COLUMN action, and its words.
    AlterColumn { table: TableName, column: Known<String>, action: ColumnAction, words: String },
    /// MODIFY or CHANGE of MySQL, which restates the whole column. `to` is its new name with
    /// CHANGE.
    ModifyColumn {
        table: TableName,
        name: Known<String>,
        to: Option<Known<String>>,
        column: Column,
        existing: Option<ColumnType>,
    },
    /// ADD CONSTRAINT.
    AddConstraint { table: TableName, constraint: Constraint },
    /// VALIDATE CONSTRAINT.
    ValidateConstraint { table: TableName, name: Known<String> },
    /// DROP CONSTRAINT; the kind where it is said.
    DropConstraint {
        table: TableName,
        name: Option<Known<String>>,
        kind: Option<ConstraintKind>,
        if_exists: bool,
        cascade: bool,
    },
    /// RENAME CONSTRAINT.
    RenameConstraint { table: TableName, name: Known<String>, to: Known<String> },
    /// Another ALTER TABLE action, and its words.
    AlterTable { table: TableName, action: TableAction, words: String },
    /// CREATE INDEX.
    CreateIndex { table: TableName, index: Index },
    /// DROP INDEX; the table where it is said.
    DropIndex {
        name: Option<Known<String>>,
        schema: Option<Known<String>>,
        table: Option<TableName>,
        concurrently: Known<bool>,
        if_exists: bool,
        cascade: bool,
    },
    /// ALTER INDEX ... RENAME.
    RenameIndex { name: Known<String>, to: Known<String> },
    /// Another ALTER INDEX action, and its words.
    AlterIndex { name: Known<String>, action: IndexAction, words: String },
    /// REINDEX; `name` is of what the scope says.
    Reindex { scope: Option<ReindexScope>, name: TableName, concurrently: bool },
    /// VACUUM; `full` rewrites.
    Vacuum { table: Option<TableName>, full: bool },
    /// CLUSTER.
    Cluster { table: Option<TableName> },
}

/// CREATE TABLE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CreateTable {
    /// The table.
    pub table: TableName,
    /// The columns.
    pub columns: Vec<Column>,
    /// The constraints of the table.
    pub constraints: Vec<Constraint>,
    /// Indexes that are declared inside (`sa.Index` as an argument, KEY of MySQL).
    pub indexes: Vec<Index>,
    /// IF NOT EXISTS.
    pub if_not_exists: bool,
    /// TEMPORARY.
    pub temporary: bool,
    /// PARTITION BY.
    pub partitioned: bool,
    /// The columns and expressions behind PARTITION BY, where they can be read.
    pub partition_key: Vec<IndexPart>,
    /// PARTITION OF or INHERITS; `like` names it too with INHERITS.
    pub parent: Option<TableName>,
    /// PARTITION OF ... DEFAULT.
    pub is_default_partition: bool,
    /// LIKE or AS: columns are not (all) written here.
    pub like: Option<TableName>,
    /// AS SELECT: rows come with it.
    pub filled: bool,
    /// Whether all columns could be read.
    pub complete: bool,
    /// Comment of the table, if any.
    pub comment: Option<Known<String>>,
}

/// Other actions of ALTER COLUMN than those that change its type, its default or NOT NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnAction {
    /// ADD GENERATED AS IDENTITY.
    AddIdentity,
    /// DROP IDENTITY.
    DropIdentity,
    /// SET GENERATED, SET INCREMENT BY, RESTART and the like: how an identity counts.
    AlterIdentity,
    /// SET EXPRESSION.
    SetExpression,
    /// DROP EXPRESSION.
    DropExpression,
    /// SET STATISTICS.
    SetStatistics,
    /// SET (...), RESET (...).
    Options,
    /// SET STORAGE.
    SetStorage,
    /// SET COMPRESSION.
    SetCompression,
    /// SET or DROP NOT NULL: which of them cannot be known.
    Nullability,
    /// Anything else.
    Other,
}

/// Other actions of ALTER INDEX than RENAME.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IndexAction {
    /// SET TABLESPACE.
    SetTablespace,
    /// ATTACH PARTITION; the index of the partition.
    Attach(Known<String>),
    /// Anything else: SET (...), ALTER COLUMN ... SET STATISTICS.
    Other,
}

/// What REINDEX makes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReindexScope {
    /// INDEX.
    Index,
    /// TABLE.
    Table,
    /// SCHEMA.
    Schema,
    /// DATABASE.
    Database,
    /// SYSTEM.
    System,
}

impl ReindexScope {
    /// Returns the word that SQL has for it.
    pub fn keyword(self) -> &'static str {
        match self {
            ReindexScope::Index => "INDEX",
            ReindexScope::Table => "TABLE",
            ReindexScope::Schema => "SCHEMA",
            ReindexScope::Database => "DATABASE",
            ReindexScope::System => "SYSTEM",
        }
    }
}

/// Other actions of ALTER TABLE.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TableAction {
    /// ATTACH PARTITION.
    AttachPartition { partition: TableName, default: bool },
    /// DETACH PARTITION.
    DetachPartition { partition: TableName, concurrently: bool },
    /// ENABLE, FORCE, NO FORCE or DISABLE ROW LEVEL SECURITY.
    RowSecurity { enable: bool },
    /// ENABLE or DISABLE TRIGGER.
    Trigger { enable: bool, name: Option<String> },
    /// ENABLE or DISABLE RULE.
    Rule,
    /// SET LOGGED, SET UNLOGGED.
    SetLogged,
    /// SET TABLESPACE.
    SetTablespace,
    /// SET ACCESS METHOD.
    SetAccessMethod,
    /// SET (...) of storage parameters, and RESET.
    StorageParameters,
    /// SET (...) of `user_catalog_table` among others.
    UserCatalogTable,
    /// CLUSTER ON, SET WITHOUT CLUSTER.
    ClusterOn,
    /// OWNER TO.
    Owner,
    /// INHERIT of a table.
    Inherit { parent: TableName },
    /// NO INHERIT.
    NoInherit,
    /// OF, NOT OF.
    OfType,
    /// REPLICA IDENTITY.
    ReplicaIdentity,
    /// ALTER CONSTRAINT: whether it is deferrable, enforced, inherited.
    AlterConstraint,
    /// OPTIONS of a foreign table.
    ForeignOptions,
    /// ENGINE, CONVERT, ORDER BY, FORCE, ROW_FORMAT, COALESCE and REORGANIZE PARTITION, OPTIMIZE of
    /// MySQL; REBUILD of SQL Server: the table is copied.
    Rebuild,
    /// Partitions of MySQL that are added, dropped, exchanged and so on; SWITCH of SQL Server.
    Partitions,
    /// COMMENT, AUTO_INCREMENT of MySQL.
    TableOption,
    /// CHECK and NOCHECK CONSTRAINT of SQL Server.
    CheckExisting,
    /// Anything else.
    Other,
}

impl CreateTable {
    /// Makes an empty CREATE TABLE of a name.
    pub fn new(table: TableName) -> Self {
        CreateTable {
            table,
            columns: Vec::new(),
            constraints: Vec::new(),
            indexes: Vec::new(),
            if_not_exists: false,
            temporary: false,
            partitioned: false,
            partition_key: Vec::new(),
            parent: None,
            is_default_partition: false,
            like: None,
            comment: None,
            filled: false,
            complete: true,
        }
    }

    /// Returns every check of the table, those of columns included.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        let of_table = self.constraints.iter().filter_map(|constraint| match constraint {
            Constraint::Check(check) => Some(check),
            _ => None,
        });
        of_table.chain(self.columns.iter().flat_map(|column| &column.checks))
    }
}

impl TableChange {
    /// Returns the table that is changed, where the statement names it.
    pub fn table(&self) -> Option<&TableName> {
        use TableChange as T;
        match self {
            T::CreateTable(create) => Some(&create.table),
            T::DropTable { table, .. }
            | T::RenameTable { table, .. }
            | T::SetSchema { table, .. }
            | T::AddColumn { table, .. }
            | T::DropColumn { table, .. }
            | T::RenameColumn { table, .. }
            | T::AlterColumnType { table, .. }
            | T::SetNotNull { table, .. }
            | T::DropNotNull { table, .. }
            | T::SetDefault { table, .. }
            | T::DropDefault { table, .. }
            | T::AlterColumn { table, .. }
            | T::ModifyColumn { table, .. }
            | T::AddConstraint { table, .. }
            | T::ValidateConstraint { table, .. }
            | T::DropConstraint { table, .. }
            | T::RenameConstraint { table, .. }
            | T::AlterTable { table, .. }
            | T::CreateIndex { table, .. } => Some(table),
            T::Reindex { scope: Some(ReindexScope::Table), name, .. } => Some(name),
            T::DropIndex { table, .. } | T::Vacuum { table, .. } | T::Cluster { table } => {
                table.as_ref()
            }
            T::RenameIndex { .. } | T::AlterIndex { .. } | T::Reindex { .. } => None,
        }
    }
}
