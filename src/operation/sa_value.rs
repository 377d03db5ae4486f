//! What the host's values are: the things of Alembic and SQLAlchemy that a migration holds in its
//! hands.

use std::rc::Rc;

use crate::operation::entity::Entity;
use crate::operation::op::entities::{ColumnReference, PgEntity};
use crate::operation::operation::Via;
use crate::operation::sqlalchemy::query::Query;
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr};
use crate::operation::step::{Mode, SentText, Swallowed};
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::{HostId, Str};
use crate::sql::statement::Statement;
use crate::sql::table::{
    Check, Column, ColumnType, Constraint, ForeignKey, Generated, Index, ServerDefault, TableName,
};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

/// One thing.
#[derive(Clone, Debug)]
pub enum SaValue {
    /// A module, class, function or constant of a library, by its dotted path
    /// (`sqlalchemy.Column`).
    Name(Rc<str>),
    /// A method that was looked up and is not called yet.
    Method {
        /// The thing that has it.
        of: HostId,
        /// Its name.
        name: Rc<str>,
    },
    /// `column.op("||")`, not called yet.
    Operator {
        /// The left side.
        of: HostId,
        /// The operator.
        operator: Rc<str>,
    },
    /// `super().__init__` of an instance of a class that extends `Column`.
    Initializer(Rc<Object>),
    /// `Operations.register_operation(name, source)`, a decorator.
    Registrar {
        /// The name of the operation.
        name: Rc<str>,
        /// The class method that makes it.
        source: Rc<str>,
    },
    /// `Operations.implementation_for(class)`, a decorator, by the address of the class.
    Implementer(usize),
    /// `PGView(...)` and its kin of alembic_utils.
    PgEntity(Rc<PgEntity>),
    /// `TableReference(...)` of alembic_postgresql_enum: table and column.
    ColumnReference(Rc<ColumnReference>),
    /// `op`, or what `batch_alter_table` binds, by the number of the batch.
    Op(Option<usize>),
    /// `op.batch_alter_table(...)`, to be entered.
    BatchBlock(usize),
    /// `op.get_context()`.
    Context,
    /// `autocommit_block()`, to be entered.
    AutocommitBlock,
    /// An operation object (`ops.AddColumnOp(...)`): the method of `op` that it stands for and its
    /// arguments.
    OperationObject(Rc<str>, Rc<Arguments>),
    /// A dialect object.
    Dialect,
    /// A type.
    Type(ColumnType),
    /// `Column(...)`, `t.c.name`.
    Column(Box<ColumnValue>),
    /// `ForeignKey(...)`.
    ForeignKey(ForeignKey),
    /// A constraint of a table, or CHECK in a column.
    Constraint(Constraint),
    /// `Index(...)`, and its table where it is known.
    Index(Index, Option<TableName>),
    /// `FetchedValue`, `DefaultClause`; `None` where it emits nothing.
    Default(Option<ServerDefault>),
    /// `Identity(...)`, `Computed(...)`.
    Generated(Generated, Option<Known<String>>),
    /// `Sequence(...)`.
    Sequence(Known<String>),
    /// `Table(...)`, `table(...)`, the table of a mapped class.
    Table(Rc<TableValue>),
    /// `t.c`.
    Columns(HostId),
    /// The tables of the application, by name, as an `env.py` may hand them over.
    Tables,
    /// `MetaData(...)`.
    MetaData(Metadata),
    /// An expression of SQL.
    Clause(SqlExpr),
    /// A statement in the making.
    Query(Rc<Query>),
    /// An alias, a subquery or a CTE.
    Source(Source),
    /// `schema.CreateTable(...)` and its kin: What is sent to the database.
    Ddl(Rc<Vec<Statement>>),
    /// `sa.DDL("...")`.
    RawDdl(Str),
    /// A connection, engine, session or cursor.
    Connection(Connection),
    /// `sessionmaker(...)`, `scoped_session(...)`: what calling it gives.
    ConnectionMaker(Connection),
    /// What a query gives back.
    Result(Entity),
    /// A row, or an object of a mapped class.
    Row(Entity),
    /// What an inspector, an offline flag or the database says: a value of unknown truth that
    /// reaches nothing.
    Unsure(Rc<str>),
    /// What the environment or the settings of the application say.
    Environment(Rc<str>),
    /// `automap_base()`, `declarative_base()`, `db.Model`.
    Base {
        /// Whether tables are named after their classes.
        names_tables: bool,
        /// The metadata that the tables go to.
        metadata: HostId,
    },
    /// `SQLAlchemy()` of Flask.
    FlaskDatabase,
    /// A mapped class that is not written out: by automap or by an import that cannot be found.
    Mapped(TableName),
    /// A callable or context manager without effect, which gives itself.
    Inert,
}

/// A column in the making.
#[derive(Clone, Debug)]
pub struct ColumnValue {
    /// What is known of it.
    pub column: Column,
    /// Whether the name was given.
    pub named: bool,
    /// Whether `nullable` was given.
    pub nullable_given: bool,
    /// Whether `autoincrement=True` is said, which makes a SERIAL even of a key with a default.
    pub autoincrement: bool,
    /// Whether it was made without a type.
    pub untyped: bool,
    /// Whether its type brings a spatial index.
    pub spatial: bool,
    /// Whether a `key` names it in Python.
    pub keyed: bool,
    /// Where it belongs.
    pub source: Option<Source>,
    /// Keywords that it does not have.
    pub swallowed: Vec<Swallowed>,
    /// Strings that reach the database with it.
    pub strings: Vec<SentText>,
    /// Checks that hold for the column.
    pub checks: Vec<Check>,
}

/// A collection of tables.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// The tables that are made with it.
    pub tables: Vec<HostId>,
    /// The schema that they are in unless they say otherwise.
    pub schema: Option<Known<String>>,
    /// Whether it holds tables that are not among `tables`.
    pub others: OtherTables,
}

/// Whether metadata holds tables that nothing here writes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherTables {
    /// It is made here, and empty then.
    None,
    /// It belongs to the application, or is reflected: `Table("users", metadata)` gives back the
    /// table that it holds already, with the columns of the database.
    #[default]
    Perhaps,
}

/// A table in the making.
#[derive(Clone, Debug)]
pub struct TableValue {
    /// What is known of it.
    pub create: CreateTable,
    /// Its columns.
    pub columns: Vec<ColumnValue>,
    /// Whether all columns are known; a reflected table has others.
    pub complete: bool,
    /// Whether the object of Python has these columns and no others, each under its own name.
    pub exact: bool,
}

impl TableValue {
    /// Returns the names of the columns that the object of Python has; nothing where it may have
    /// others.
    pub fn exact_names(&self) -> Option<Vec<&str>> {
        let names = self.columns.iter().map(|column| column.column.name.as_str());
        names.collect::<Option<Vec<&str>>>().filter(|_| self.exact)
    }
}

/// A way to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// What runs the statements.
    pub via: Via,
    /// What it is.
    pub kind: ConnectionKind,
    /// How its statements run.
    pub mode: Mode,
    /// Whether it belongs to the application rather than to Alembic.
    pub application: bool,
}

/// What a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionKind {
    /// An engine.
    Engine,
    /// A connection.
    Connection,
    /// A session.
    Session,
    /// A transaction, to be entered, committed or rolled back: `with engine.begin()` gives a
    /// connection.
    Transaction,
    /// A transaction that a connection began: `with connection.begin()` gives itself.
    Begun,
    /// A savepoint, which commits nothing.
    Savepoint,
    /// A connection or cursor of the driver.
    Driver,
}

/// The connection that Alembic hands out.
pub const BIND: Connection = Connection {
    via: Via::Bind,
    kind: ConnectionKind::Connection,
    mode: Mode::Transaction,
    application: false,
};

/// Where `execute` of `op` goes.
pub const OP_LINK: Connection = Connection { via: Via::Op, ..BIND };
