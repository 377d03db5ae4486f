//! The table of SQLAlchemy's names (SQLAlchemy 2.0, SQLModel, and the libraries of types): what
//! calling one makes.
//!
//! A class of these libraries that has no row is a type without parameters. Which version has which
//! name is in `packages/sqlalchemy.txt`.

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Calling it makes a value: a column, a constraint, a statement, a session.
    Construct(Construct),
    /// Calling it makes an expression.
    Expression(Expression),
    /// A type, with the parameters that its SQL is made of, in their order.
    Type(&'static [&'static str]),
    /// A class that is no type. What calling it makes is not understood.
    Class,
}

/// What calling a construct makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Construct {
    /// A column.
    Column,
    /// A column as SQLModel names its settings.
    Field,
    /// A foreign key of one column.
    ForeignKey,
    /// A foreign key of a table.
    ForeignKeyConstraint,
    /// A primary key.
    PrimaryKey,
    /// A unique constraint.
    Unique,
    /// A CHECK.
    Check,
    /// An exclusion constraint.
    Exclude,
    /// An index.
    Index,
    /// GENERATED ... AS IDENTITY.
    Identity,
    /// GENERATED ALWAYS AS.
    Computed,
    /// A sequence.
    Sequence,
    /// A default that the server has by itself.
    FetchedValue,
    /// A default of the server.
    DefaultClause,
    /// A table with its constraints.
    Table,
    /// A table for statements alone.
    TableClause,
    /// A collection of tables.
    MetaData,
    /// A name or value that stays as it is written.
    AsWritten,
    /// INSERT.
    Insert,
    /// UPDATE.
    Update,
    /// DELETE.
    Delete,
    /// SELECT.
    Select,
    /// Two queries as one.
    Combined,
    /// Another name for a source of rows.
    Alias,
    /// A join of two sources.
    Join,
    /// A session.
    Session,
    /// What makes sessions.
    SessionMaker,
    /// A session of the thread.
    ScopedSession,
    /// The session of an object.
    ObjectSession,
    /// An engine.
    Engine,
    /// Text that is sent as DDL.
    Ddl,
    /// A statement over a table, an index or the like: `CreateTable(table)`.
    DdlElement,
    /// What the database holds.
    Inspector,
    /// A base of models.
    Base,
    /// A listener of events.
    Listener,
    /// A compiler of an element of the project's own.
    Compiler,
    /// What concerns mapping alone, and sends nothing.
    Mapping,
}

/// What calling a function makes that makes expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// SQL as text.
    Text,
    /// A column as text.
    LiteralColumn,
    /// A value that is written into the SQL.
    Literal,
    /// A parameter.
    BindParameter,
    /// A column of no table.
    Column,
    /// Conditions of which each must hold.
    And,
    /// Conditions of which one must hold.
    Or,
    /// The opposite of a condition.
    Not,
    /// NULL.
    Null,
    /// TRUE.
    True,
    /// FALSE.
    False,
    /// What a method of the same name makes of the first argument.
    Method,
    /// What a method of the same name makes of the first argument and the others.
    MethodWithRest,
    /// EXISTS.
    Exists,
    /// CAST.
    Cast,
    /// A cast in Python alone.
    TypeCoerce,
    /// EXTRACT.
    Extract,
    /// CASE.
    Case,
    /// A row of values.
    Tuple,
    /// An array.
    Array,
    /// The first argument, as far as can be told.
    First,
}

/// Returns what the last part of a dotted name stands for; nothing where it has no row.
pub fn kind_of(path: &str) -> Option<NameKind> {
    let name = path.rsplit('.').next().unwrap_or(path);
    NAMES.iter().find(|(names, _)| names.contains(&name)).map(|(_, kind)| *kind)
}

/// Tells whether a dotted name is a type: a class whose name begins like one, in a library that has
/// types.
pub fn is_type(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else { return false };
    LIBRARIES_OF_TYPES.iter().any(|library| module.split('.').next() == Some(library))
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && matches!(kind_of(path), None | Some(NameKind::Type(_)))
}

/// Returns the parameters of a type.
pub fn parameters(path: &str) -> &'static [&'static str] {
    match kind_of(path) {
        // `sqlalchemy.Interval` has others, which no SQL shows.
        Some(NameKind::Type(_))
            if path.ends_with(".INTERVAL") && !path.contains(".postgresql.") =>
        {
            &[]
        }
        Some(NameKind::Type(parameters)) => parameters,
        _ => &[],
    }
}

/// Tells whether the SQL of a type depends on arguments.
pub fn takes_arguments(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    !parameters(path).is_empty() && !matches!(name, "Text" | "TEXT" | "LargeBinary" | "UnicodeText")
}

/// The libraries that have types of columns.
const LIBRARIES_OF_TYPES: &[&str] = &[
    "sqlalchemy",
    "sqlmodel",
    "geoalchemy2",
    "pgvector",
    "advanced_alchemy",
    "fastapi_users_db_sqlalchemy",
    "sqlalchemy_utils",
    "citext",
    "sqlalchemy_json",
    "sqlalchemy_jsonfield",
    "sqlalchemy_utc",
];

/// The names, by what they stand for.
static NAMES: &[(&[&str], NameKind)] = &[
    (&["Column", "mapped_column"], NameKind::Construct(Construct::Column)),
    (&["Field"], NameKind::Construct(Construct::Field)),
    (&["ForeignKey"], NameKind::Construct(Construct::ForeignKey)),
    (&["ForeignKeyConstraint"], NameKind::Construct(Construct::ForeignKeyConstraint)),
    (&["PrimaryKeyConstraint"], NameKind::Construct(Construct::PrimaryKey)),
    (&["UniqueConstraint"], NameKind::Construct(Construct::Unique)),
    (&["CheckConstraint"], NameKind::Construct(Construct::Check)),
    (&["ExcludeConstraint"], NameKind::Construct(Construct::Exclude)),
    (&["Index"], NameKind::Construct(Construct::Index)),
    (&["Identity"], NameKind::Construct(Construct::Identity)),
    (&["Computed"], NameKind::Construct(Construct::Computed)),
    (&["Sequence"], NameKind::Construct(Construct::Sequence)),
    (&["FetchedValue"], NameKind::Construct(Construct::FetchedValue)),
    (&["DefaultClause"], NameKind::Construct(Construct::DefaultClause)),
    (&["Table"], NameKind::Construct(Construct::Table)),
    (&["TableClause", "table"], NameKind::Construct(Construct::TableClause)),
    (&["MetaData"], NameKind::Construct(Construct::MetaData)),
    (&["quoted_name", "conv", "literal_execute"], NameKind::Construct(Construct::AsWritten)),
    (&["insert", "Insert"], NameKind::Construct(Construct::Insert)),
    (&["update", "Update"], NameKind::Construct(Construct::Update)),
    (&["delete", "Delete"], NameKind::Construct(Construct::Delete)),
    (&["select", "Select"], NameKind::Construct(Construct::Select)),
    (&["union", "union_all", "except_", "intersect"], NameKind::Construct(Construct::Combined)),
    (&["alias", "aliased", "with_polymorphic"], NameKind::Construct(Construct::Alias)),
    (&["join", "outerjoin"], NameKind::Construct(Construct::Join)),
    (&["Session", "create_session", "AsyncSession"], NameKind::Construct(Construct::Session)),
    (&["sessionmaker", "async_sessionmaker"], NameKind::Construct(Construct::SessionMaker)),
    (&["scoped_session"], NameKind::Construct(Construct::ScopedSession)),
    (&["object_session"], NameKind::Construct(Construct::ObjectSession)),
    (
        &["create_engine", "engine_from_config", "create_async_engine", "async_engine_from_config"],
        NameKind::Construct(Construct::Engine),
    ),
    (&["DDL"], NameKind::Construct(Construct::Ddl)),
    (
        &[
            "CreateTable",
            "DropTable",
            "CreateIndex",
            "DropIndex",
            "CreateSchema",
            "DropSchema",
            "CreateSequence",
            "DropSequence",
            "AddConstraint",
            "DropConstraint",
            "CreateEnumType",
            "DropEnumType",
        ],
        NameKind::Construct(Construct::DdlElement),
    ),
    (
        &["inspect", "Inspector", "from_engine", "reflection"],
        NameKind::Construct(Construct::Inspector),
    ),
    (
        &["declarative_base", "automap_base", "DeclarativeBase", "generate_base"],
        NameKind::Construct(Construct::Base),
    ),
    (&["listen", "listens_for"], NameKind::Construct(Construct::Listener)),
    (&["compiles"], NameKind::Construct(Construct::Compiler)),
    (
        &[
            "registry",
            "relationship",
            "relation",
            "backref",
            "column_property",
            "synonym",
            "deferred",
            "validates",
            "hybrid_property",
            "declared_attr",
            "configure_mappers",
            "association_proxy",
            "clear_mappers",
            "mapper",
            "joinedload",
            "selectinload",
            "subqueryload",
            "load_only",
            "noload",
            "lazyload",
            "composite",
            "query_expression",
            "hybrid_method",
            "reconstructor",
            "raiseload",
            "contains_eager",
        ],
        NameKind::Construct(Construct::Mapping),
    ),
    (&["text", "TextClause"], NameKind::Expression(Expression::Text)),
    (&["literal_column"], NameKind::Expression(Expression::LiteralColumn)),
    (&["literal", "inline_literal"], NameKind::Expression(Expression::Literal)),
    (&["bindparam"], NameKind::Expression(Expression::BindParameter)),
    (&["column"], NameKind::Expression(Expression::Column)),
    (&["and_"], NameKind::Expression(Expression::And)),
    (&["or_"], NameKind::Expression(Expression::Or)),
    (&["not_"], NameKind::Expression(Expression::Not)),
    (&["null"], NameKind::Expression(Expression::Null)),
    (&["true"], NameKind::Expression(Expression::True)),
    (&["false"], NameKind::Expression(Expression::False)),
    (
        &[
            "desc",
            "asc",
            "nulls_last",
            "nullslast",
            "nulls_first",
            "nullsfirst",
            "distinct",
            "any_",
            "all_",
        ],
        NameKind::Expression(Expression::Method),
    ),
    (&["between", "collate"], NameKind::Expression(Expression::MethodWithRest)),
    (&["exists"], NameKind::Expression(Expression::Exists)),
    (&["cast", "try_cast"], NameKind::Expression(Expression::Cast)),
    (&["type_coerce"], NameKind::Expression(Expression::TypeCoerce)),
    (&["extract"], NameKind::Expression(Expression::Extract)),
    (&["case"], NameKind::Expression(Expression::Case)),
    (&["tuple_"], NameKind::Expression(Expression::Tuple)),
    (&["array"], NameKind::Expression(Expression::Array)),
    (
        &["over", "within_group", "funcfilter", "label", "lateral", "aggregate_order_by"],
        NameKind::Expression(Expression::First),
    ),
    (
        &[
            "String",
            "VARCHAR",
            "CHAR",
            "NVARCHAR",
            "NCHAR",
            "Unicode",
            "UnicodeText",
            "Text",
            "TEXT",
            "CLOB",
            "VARCHAR2",
            "NVARCHAR2",
            "AutoString",
        ],
        NameKind::Type(&["length", "collation"]),
    ),
    (
        &["Numeric", "NUMERIC", "DECIMAL", "DOUBLE", "NUMBER"],
        NameKind::Type(&["precision", "scale", "asdecimal"]),
    ),
    (
        &["Float", "FLOAT", "REAL", "Double", "DOUBLE_PRECISION", "BINARY_FLOAT"],
        NameKind::Type(&["precision", "scale"]),
    ),
    (&["INTERVAL"], NameKind::Type(&["precision", "fields"])),
    (
        &["DateTime", "DATETIME", "TIMESTAMP", "Time", "TIME"],
        NameKind::Type(&["timezone", "precision"]),
    ),
    (&["LargeBinary", "BINARY", "VARBINARY", "BLOB"], NameKind::Type(&["length"])),
    (&["ARRAY", "Array"], NameKind::Type(&["item_type", "as_tuple", "dimensions", "zero_indexes"])),
    (&["BIT"], NameKind::Type(&["length", "varying"])),
    (
        &["TINYINT", "SMALLINT", "MEDIUMINT", "INTEGER", "BIGINT", "YEAR"],
        NameKind::Type(&["display_width"]),
    ),
    (&["Vector", "VECTOR", "HALFVEC", "HalfVector", "SPARSEVEC"], NameKind::Type(&["dim"])),
    (&["Geometry", "Geography", "Raster"], NameKind::Type(&["geometry_type", "srid", "dimension"])),
    (&["DATETIME2", "DATETIMEOFFSET"], NameKind::Type(&["precision"])),
    (&["ChoiceType"], NameKind::Type(&["choices", "impl"])),
    (
        &[
            "Constraint",
            "SQLModel",
            "Engine",
            "Connection",
            "SQLAlchemy",
            "ColumnDefault",
            "Query",
            "MappedAsDataclass",
            "DeclarativeMeta",
            "TypeDecorator",
            "UserDefinedType",
            "TypeEngine",
            "FunctionElement",
            "ColumnElement",
            "ClauseElement",
            "Executable",
            "DDLElement",
            "Mapped",
            "SQLAlchemyError",
            "OperationalError",
            "ProgrammingError",
            "IntegrityError",
            "NoSuchTableError",
            "InternalError",
            "Values",
            "Bundle",
            "Load",
            "Result",
            "Row",
            "Alias",
            "Join",
            "Label",
            "Over",
        ],
        NameKind::Class,
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_has_one_row() {
        let mut seen = BTreeSet::new();
        for name in NAMES.iter().flat_map(|(names, _)| *names) {
            assert!(seen.insert(name), "{name}");
        }
    }

    #[test]
    fn a_class_of_a_library_of_types_is_a_type_unless_the_table_says_otherwise() {
        assert!(is_type("sqlalchemy.String") && is_type("sqlalchemy.dialects.mysql.GEOMETRY"));
        assert!(!is_type("sqlalchemy.Column") && !is_type("sqlalchemy.orm.Mapped"));
        assert!(!is_type("sqlalchemy.text") && !is_type("mylib.Money"));
    }

    #[test]
    fn the_parameters_of_an_interval_are_those_of_postgresql() {
        assert_eq!(parameters("sqlalchemy.dialects.postgresql.INTERVAL"), ["precision", "fields"]);
        assert!(parameters("sqlalchemy.INTERVAL").is_empty());
    }
}
