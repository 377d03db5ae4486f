//! One statement that is sent to a database.
#![allow(missing_docs, reason = "the fields of a statement are SQL's own words")]

use crate::sql::table::{
    Check, Column, ColumnType, Constraint, ConstraintKind, EnumType, Index, ServerDefault,
    TableName,
};
use crate::text::known::Known;

/// A statement, cut so fine that each does one thing to one object: `ALTER TABLE t ADD a int, DROP
/// b` is two.
///
/// What the product has no opinion on is [`Statement::Other`]; what cannot be read is
/// [`Statement::Unreadable`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
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
    /// INSERT, with what it writes.
    Insert(Insert),
    /// UPDATE.
    Update(Update),
    /// DELETE.
    Delete(Delete),
    /// MERGE.
    Merge { table: TableName },
    /// TRUNCATE, one table.
    Truncate { table: TableName, cascade: bool },
    /// COPY ... FROM.
    CopyFrom { table: TableName },
    /// SELECT or WITH whose functions may write, by their names.
    Select { functions: Vec<String>, tables: Vec<TableName> },
    /// CREATE TYPE.
    CreateType {
        name: Known<String>,
        schema: Option<Known<String>>,
        labels: Option<EnumType>,
        if_not_exists: bool,
    },
    /// DROP TYPE.
    DropType { name: Known<String>, schema: Option<Known<String>>, if_exists: bool, cascade: bool },
    /// ALTER TYPE.
    AlterType { name: Known<String>, change: EnumChange },
    /// CREATE VIEW, FUNCTION, TRIGGER, SEQUENCE, EXTENSION, SCHEMA, POLICY and so on.
    CreateObject {
        kind: ObjectKind,
        name: Known<String>,
        on: Option<TableName>,
        replace: bool,
        if_not_exists: bool,
        concurrently: bool,
        uses: Uses,
    },
    /// DROP of one of those.
    DropObject {
        kind: ObjectKind,
        name: Known<String>,
        on: Option<TableName>,
        if_exists: bool,
        cascade: bool,
    },
    /// ALTER of one of those; `what` is the action in words.
    AlterObject { kind: ObjectKind, name: Known<String>, on: Option<TableName>, what: String },
    /// REFRESH MATERIALIZED VIEW.
    RefreshView { name: TableName, concurrently: bool },
    /// VACUUM; `full` rewrites.
    Vacuum { table: Option<TableName>, full: bool },
    /// CLUSTER.
    Cluster { table: Option<TableName> },
    /// LOCK TABLE.
    LockTable { table: TableName, mode: String, nowait: bool },
    /// COMMENT ON.
    Comment {
        table: Option<TableName>,
        column: Option<Known<String>>,
        comment: Option<Known<String>>,
    },
    /// GRANT or REVOKE.
    Grant,
    /// SET or RESET of a setting, `set_config(...)` included.
    Set { name: String, value: Known<String>, local: bool },
    /// BEGIN, COMMIT, ROLLBACK, SAVEPOINT.
    Transaction(TransactionWord),
    /// DO $$ ... $$ or CREATE PROCEDURE-like code whose statements are read one by one; `guarded`
    /// where they stand under IF or in an exception block.
    Block { statements: Vec<Placed>, guarded: bool },
    /// A statement that only reads.
    Read,
    /// A statement of no interest, by its first words, upper case.
    Other { keyword: String },
    /// Something that runs and cannot be read.
    Unreadable { why: String, keyword: Option<String>, table: Option<TableName> },
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

/// What the definition of a view, routine, trigger or the like uses, as far as the database keeps
/// track of it: a body in quotes is text to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Tables and views that it reads.
    pub tables: Vec<TableName>,
    /// Every name in it, lower case: columns, functions, types; `*` where it reads all columns.
    pub names: Vec<String>,
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

/// ALTER TYPE of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnumChange {
    /// ADD VALUE.
    AddValue { value: Known<String>, if_not_exists: bool },
    /// RENAME VALUE.
    RenameValue { from: Known<String>, to: Known<String> },
    /// RENAME TO.
    Rename { to: Known<String> },
    /// Anything else.
    Other,
}

/// What CREATE, ALTER and DROP are of, tables, columns, indexes and types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// VIEW.
    View,
    /// MATERIALIZED VIEW.
    MaterializedView,
    /// FUNCTION, PROCEDURE, AGGREGATE.
    Routine,
    /// TRIGGER.
    Trigger,
    /// SEQUENCE.
    Sequence,
    /// EXTENSION.
    Extension,
    /// SCHEMA.
    Schema,
    /// POLICY.
    Policy,
    /// RULE.
    Rule,
    /// DOMAIN.
    Domain,
    /// ROLE, USER.
    Role,
    /// DATABASE.
    Database,
    /// STATISTICS.
    Statistics,
    /// Anything else (COLLATION, CAST, PUBLICATION, ...).
    Other,
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

/// INSERT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Insert {
    /// The table written to.
    pub table: TableName,
    /// The columns named; `None` where none are.
    pub columns: Option<Known<Vec<String>>>,
    /// What a second run does, as far as the statement itself says.
    pub again: OnConflict,
    /// Where the rows come from.
    pub rows: RowSource,
    /// Tables that are read.
    pub reads: Vec<TableName>,
    /// Whole values: string literals that reach the database.
    pub literals: Vec<String>,
    /// Columns that every run writes another value to: a UUID that is generated, the next of a
    /// sequence, DEFAULT.
    pub generated: Vec<String>,
    /// The same by their places in the table, where the statement names no columns.
    pub drawn_places: Vec<usize>,
}

/// What keeps a second INSERT from adding the rows again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// ON CONFLICT, ON DUPLICATE KEY, INSERT IGNORE, REPLACE.
    Conflict,
    /// NOT EXISTS, EXCEPT or an anti-join on the target.
    NotExists,
    /// Nothing in the statement.
    Nothing,
}

/// The rows that an INSERT writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowSource {
    /// VALUES; how many, where that can be known.
    Values(Known<usize>),
    /// SELECT.
    Select,
    /// One row per turn of a loop or an object of a session; the number is not known.
    Unknown,
}

/// UPDATE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The table written to.
    pub table: TableName,
    /// What is set.
    pub set: Known<Vec<Assignment>>,
    /// The filter.
    pub filter: Filter,
    /// Tables that are read (FROM, subqueries).
    pub reads: Vec<TableName>,
    /// Whole values: string literals that are written, not those of the filter.
    pub literals: Vec<String>,
}

/// One assignment of an UPDATE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The column.
    pub column: Known<String>,
    /// What it is set to.
    pub value: Assigned,
}

/// What a column is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// A constant, as SQL (`NULL`, `0`, `'x'`).
    Constant(String),
    /// An expression that adds to the column's own value: a second run differs.
    Additive,
    /// Any other expression, as SQL.
    Expression(String),
    /// It cannot be known.
    Unreadable,
}

/// DELETE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delete {
    /// The table.
    pub table: TableName,
    /// The filter.
    pub filter: Filter,
    /// Tables that are read (USING, subqueries).
    pub reads: Vec<TableName>,
}

/// The filter of an UPDATE or a DELETE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// How much of the table it lets through.
    pub reach: Reach,
    /// The top-level terms joined by AND, each as SQL.
    pub terms: Vec<String>,
    /// The top-level AND terms that compare one plain column with a constant, the only ones a
    /// second run can falsify.
    pub tests: Vec<Test>,
}

/// A term of a filter that compares one column with constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `c IS NULL`.
    IsNull(String),
    /// `c IS NOT NULL`.
    IsNotNull(String),
    /// `c = k` or `c IN (k, ...)`.
    In(String, Vec<String>),
    /// `c <> k`, `c IS DISTINCT FROM k` or `c NOT IN (k, ...)`.
    NotIn(String, Vec<String>),
}

/// How much of a table a filter lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No filter, or one that is always true.
    Everything,
    /// A filter that may let through most of the table.
    Some,
    /// Equality or IN over literals or binds on a column.
    Rows,
    /// LIMIT, a range on a key, or the turn of a batching loop.
    Batch,
    /// It cannot be known.
    Unreadable,
}

/// A statement with where it stands in the text it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The statement.
    pub statement: Statement,
    /// Bytes of the text.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
    /// Whether it stands under a condition (IF in a DO block).
    pub conditional: bool,
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

impl Filter {
    /// No filter at all.
    pub fn none() -> Self {
        Filter { reach: Reach::Everything, terms: Vec::new(), tests: Vec::new() }
    }

    /// A filter that cannot be known.
    pub fn unreadable() -> Self {
        Filter { reach: Reach::Unreadable, terms: Vec::new(), tests: Vec::new() }
    }
}

impl Statement {
    /// Returns the table that the statement is about, if it is about one.
    pub fn table(&self) -> Option<&TableName> {
        use Statement as S;
        match self {
            S::CreateTable(create) => Some(&create.table),
            S::DropTable { table, .. }
            | S::RenameTable { table, .. }
            | S::SetSchema { table, .. }
            | S::AddColumn { table, .. }
            | S::DropColumn { table, .. }
            | S::RenameColumn { table, .. }
            | S::AlterColumnType { table, .. }
            | S::SetNotNull { table, .. }
            | S::DropNotNull { table, .. }
            | S::SetDefault { table, .. }
            | S::DropDefault { table, .. }
            | S::AlterColumn { table, .. }
            | S::ModifyColumn { table, .. }
            | S::AddConstraint { table, .. }
            | S::ValidateConstraint { table, .. }
            | S::DropConstraint { table, .. }
            | S::RenameConstraint { table, .. }
            | S::AlterTable { table, .. }
            | S::CreateIndex { table, .. }
            | S::Merge { table }
            | S::Truncate { table, .. }
            | S::CopyFrom { table }
            | S::LockTable { table, .. } => Some(table),
            S::Insert(insert) => Some(&insert.table),
            S::Update(update) => Some(&update.table),
            S::Delete(delete) => Some(&delete.table),
            S::RefreshView { name, .. } => Some(name),
            S::DropIndex { table, .. }
            | S::Comment { table, .. }
            | S::Vacuum { table, .. }
            | S::Cluster { table }
            | S::Reindex { table, .. }
            | S::Unreadable { table, .. } => table.as_ref(),
            S::CreateObject { on, .. } | S::DropObject { on, .. } | S::AlterObject { on, .. } => {
                on.as_ref()
            }
            S::RenameIndex { .. }
            | S::Select { .. }
            | S::CreateType { .. }
            | S::DropType { .. }
            | S::AlterType { .. }
            | S::Grant
            | S::Set { .. }
            | S::Transaction(_)
            | S::Block { .. }
            | S::Read
            | S::Other { .. } => None,
        }
    }
}
