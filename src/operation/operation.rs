//! What a migration says, in Alembic's own words (Alembic 1.20.1, `alembic/op.pyi`).

use crate::sql::row_change::Given;
use crate::sql::statement::Statement;
use crate::sql::table::{
    Column, ColumnType, Constraint, ConstraintKind, EnumType, Index, ServerDefault, TableName,
};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `op.add_column`.
    AddColumn {
        /// The table.
        table: TableName,
        /// The column, with what stands inline in it.
        column: Column,
        /// `if_not_exists=True`.
        if_not_exists: bool,
        /// `inline_references=True`.
        inline_references: bool,
        /// `inline_primary_key=True`; without it a primary key becomes SERIAL and no key.
        inline_primary_key: bool,
    },
    /// `op.drop_column`.
    DropColumn {
        /// The table.
        table: TableName,
        /// The column.
        column: Known<String>,
        /// `if_exists=True`.
        if_exists: bool,
        /// `mssql_drop_default=True`.
        drops_default: bool,
    },
    /// `op.alter_column`.
    AlterColumn(Box<AlterColumn>),
    /// `op.create_table`, `table.create(bind)`.
    CreateTable(CreateTable),
    /// `op.drop_table`, `table.drop(bind)`.
    DropTable {
        /// The table.
        table: TableName,
        /// `if_exists=True`.
        if_exists: bool,
    },
    /// `op.rename_table`.
    RenameTable {
        /// The table.
        table: TableName,
        /// Its new name.
        to: Known<String>,
    },
    /// An operation that is one statement and of which there is nothing more to say:
    /// `op.create_table_comment`.
    OneStatement {
        /// Its name on `op`.
        name: &'static str,
        /// What it sends.
        statement: Statement,
    },
    /// `op.create_index`, `index.create(bind)`.
    CreateIndex {
        /// The table.
        table: TableName,
        /// The index.
        index: Index,
    },
    /// `op.drop_index`, `index.drop(bind)`.
    DropIndex {
        /// The table, where it is said.
        table: Option<TableName>,
        /// The index; `None` where `None` is passed.
        name: Option<Known<String>>,
        /// `schema=...`.
        schema: Option<Known<String>>,
        /// `postgresql_concurrently=True`.
        concurrently: Known<bool>,
        /// `if_exists=True`.
        if_exists: bool,
    },
    /// `op.create_foreign_key` and its kin; the constraint says which.
    CreateConstraint {
        /// The table.
        table: TableName,
        /// The constraint.
        constraint: Constraint,
    },
    /// `op.drop_constraint`.
    DropConstraint {
        /// The table.
        table: TableName,
        /// The constraint; `None` where `None` is passed.
        name: Option<Known<String>>,
        /// `type_=...`.
        kind: Option<ConstraintKind>,
        /// `if_exists=True`.
        if_exists: bool,
    },
    /// `op.bulk_insert`.
    BulkInsert {
        /// The table.
        table: TableName,
        /// How many rows, where that can be known.
        rows: Known<usize>,
        /// The columns that are written.
        columns: Known<Vec<String>>,
        /// Those of them that every run writes another value to.
        generated: Vec<String>,
        /// The constants among the values of the first rows.
        values: Vec<Given>,
        /// Whether these are all: the migration itself says what the table looks like.
        all: bool,
    },
    /// `enum.create(bind)`, `sequence.create(bind)`: a type or another object comes to be.
    CreateType {
        /// The type.
        name: Known<String>,
        /// Its schema.
        schema: Option<Known<String>>,
        /// Its labels, if it is an enum.
        labels: Option<EnumType>,
    },
    /// `enum.drop(bind)`.
    DropType {
        /// The type.
        name: Known<String>,
        /// Its schema.
        schema: Option<Known<String>>,
    },
    /// SQL or an expression, run by whatever runs it.
    Execute {
        /// The SQL as far as it is text; `None` for SQLAlchemy expressions. Holes read `…`.
        sql: Option<Known<String>>,
        /// What runs it.
        via: Via,
    },
    /// An operation that Alembic does not have, or a plug-in's.
    Custom {
        /// Its name on `op`.
        name: String,
        /// Whether something in the repository or a known plug-in registers it.
        registered: bool,
    },
    /// Something that reaches the database and cannot be read.
    Unreadable {
        /// The reason, as a clause.
        why: String,
    },
}

/// `op.alter_column`: a setting that is not given is absent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AlterColumn {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: Known<String>,
    /// `nullable=`.
    pub nullable: Option<Known<bool>>,
    /// `type_=`.
    pub kind: Option<Known<ColumnType>>,
    /// `server_default=`; the inner `None` drops it.
    pub server_default: Option<Option<ServerDefault>>,
    /// `new_column_name=`.
    pub new_name: Option<Known<String>>,
    /// `comment=`.
    pub comment: Option<Known<String>>,
    /// `autoincrement=`.
    pub autoincrement: Option<Known<bool>>,
    /// `existing_type=`.
    pub existing_type: Option<Known<ColumnType>>,
    /// `existing_nullable=`.
    pub existing_nullable: Option<Known<bool>>,
    /// `existing_server_default=`; the inner `None` says that there is none.
    pub existing_server_default: Option<Option<ServerDefault>>,
    /// `postgresql_using=`.
    pub using: Option<Known<String>>,
}

impl AlterColumn {
    /// Makes one that changes nothing.
    pub fn of(table: TableName, column: Known<String>) -> Self {
        AlterColumn {
            table,
            column,
            nullable: None,
            kind: None,
            server_default: None,
            new_name: None,
            comment: None,
            autoincrement: None,
            existing_type: None,
            existing_nullable: None,
            existing_server_default: None,
            using: None,
        }
    }
}

/// What runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Via {
    /// `op.execute` or `batch_op.execute`.
    Op,
    /// `op.get_bind()` and connections made of it.
    Bind,
    /// A session.
    Session,
    /// A raw DBAPI cursor or connection.
    Cursor,
}

impl Via {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Via::Op => "op",
            Via::Bind => "bind",
            Via::Session => "session",
            Via::Cursor => "cursor",
        }
    }
}
