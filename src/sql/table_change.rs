//! What a statement does to a table, its columns, constraints and indexes.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use crate::sql::table::{
    Check, Column, ColumnType, Constraint, ConstraintKind, Index, ServerDefault, TableName,
};
use crate::text::known::Known;

/// CREATE, ALTER and DROP of a table, a column, a constraint or an index, and their maintenance.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// ADD or DROP GENERATED, IDENTITY, SET STORAGE and the like on a column.
    AlterColumn { table: TableName, column: Known<String>, what: String },
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
    /// Another ALTER TABLE action, by its first words (`SET LOGGED`, `ENABLE ROW LEVEL SECURITY`,
    /// `OWNER TO`).
    AlterTable { table: TableName, action: TableAction },
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
    /// REINDEX: the target in words (`TABLE users`), and the table where it is one.
    Reindex { target: String, table: Option<TableName>, concurrently: bool },
    /// VACUUM; `full` rewrites.
    Vacuum { table: Option<TableName>, full: bool },
    /// CLUSTER.
    Cluster { table: Option<TableName> },
}

/// CREATE TABLE.
#[derive(Clone, Debug, PartialEq, Eq)]
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
}

/// Other actions of ALTER TABLE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableAction {
    /// ATTACH PARTITION.
    AttachPartition { partition: TableName, default: bool },
    /// DETACH PARTITION.
    DetachPartition { partition: TableName, concurrently: bool },
    /// ENABLE or FORCE ROW LEVEL SECURITY.
    RowSecurity { enable: bool },
    /// ENABLE or DISABLE TRIGGER, RULE.
    Trigger { enable: bool },
    /// SET LOGGED, SET UNLOGGED, SET TABLESPACE, SET ACCESS METHOD: the table is rewritten.
    Rewrite { what: String },
    /// Something else that takes ACCESS EXCLUSIVE for a moment, by its words.
    Brief { what: String },
    /// Something that takes SHARE UPDATE EXCLUSIVE or less, by its words.
    Light { what: String },
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
            parent: None,
            is_default_partition: false,
            like: None,
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
            T::DropIndex { table, .. }
            | T::Reindex { table, .. }
            | T::Vacuum { table, .. }
            | T::Cluster { table } => table.as_ref(),
            T::RenameIndex { .. } => None,
        }
    }
}
