//! Which names of SQLAlchemy are types, and what they take.

/// Tells whether a dotted name is a type: a class whose name begins like one, in a library that has
/// types.
pub fn is_type_name(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once('.') else {
        return false;
    };
    let library = [
        "sqlalchemy",
        "sqlmodel",
        "geoalchemy2",
        "pgvector",
        "advanced_alchemy",
        "fastapi_users_db_sqlalchemy",
    ]
    .iter()
    .chain(&[
        "sqlalchemy_utils",
        "citext",
        "sqlalchemy_json",
        "sqlalchemy_jsonfield",
        "sqlalchemy_utc",
    ])
    .any(|library| module.split('.').next() == Some(library));
    library
        && (name.starts_with(|first: char| first.is_ascii_uppercase())
            && !NOT_TYPES.contains(&name))
}

/// Returns the parameters of a type.
pub fn parameters(path: &str, name: &str) -> &'static [&'static str] {
    let postgresql = path.contains(".postgresql.");
    match name {
        "String" | "VARCHAR" | "CHAR" | "NVARCHAR" | "NCHAR" | "Unicode" | "UnicodeText"
        | "Text" | "TEXT" | "CLOB" | "VARCHAR2" | "NVARCHAR2" | "AutoString" => {
            &["length", "collation"]
        }
        "Numeric" | "NUMERIC" | "DECIMAL" | "DOUBLE" | "NUMBER" => {
            &["precision", "scale", "asdecimal"]
        }
        "Float" | "FLOAT" | "REAL" | "Double" | "DOUBLE_PRECISION" | "BINARY_FLOAT" => {
            &["precision", "scale"]
        }
        "INTERVAL" if postgresql => &["precision", "fields"],
        "DateTime" | "DATETIME" | "TIMESTAMP" | "Time" | "TIME" => &["timezone", "precision"],
        "LargeBinary" | "BINARY" | "VARBINARY" | "BLOB" => &["length"],
        "ARRAY" | "Array" => &["item_type", "as_tuple", "dimensions", "zero_indexes"],
        "BIT" => &["length", "varying"],
        "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INTEGER" | "BIGINT" | "YEAR" => &["display_width"],
        "Vector" | "VECTOR" | "HALFVEC" | "HalfVector" | "SPARSEVEC" => &["dim"],
        "Geometry" | "Geography" | "Raster" => &["geometry_type", "srid", "dimension"],
        "DATETIME2" | "DATETIMEOFFSET" => &["precision"],
        "ChoiceType" => &["choices", "impl"],
        _ => &[],
    }
}

/// Tells whether the SQL of a type depends on arguments.
pub fn takes_arguments(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    !parameters(path, name).is_empty()
        && !matches!(name, "Text" | "TEXT" | "LargeBinary" | "UnicodeText")
}

/// Classes that are no types though they stand where types stand.
const NOT_TYPES: &[&str] = &[
    "Column",
    "ForeignKey",
    "ForeignKeyConstraint",
    "PrimaryKeyConstraint",
    "UniqueConstraint",
    "CheckConstraint",
    "Constraint",
    "Index",
    "Table",
    "MetaData",
    "Sequence",
    "Identity",
    "Computed",
    "FetchedValue",
    "DefaultClause",
    "ExcludeConstraint",
    "Session",
    "DDL",
    "Inspector",
    "SQLModel",
    "DeclarativeBase",
    "Engine",
    "Connection",
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
    "SQLAlchemy",
    "ColumnDefault",
    "Query",
    "MappedAsDataclass",
    "DeclarativeMeta",
    "TypeDecorator",
    "UserDefinedType",
    "TypeEngine",
    "Field",
    "Select",
    "Insert",
    "Update",
    "Delete",
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
    "TextClause",
    "Values",
    "Sequence",
    "Bundle",
    "Load",
    "Result",
    "Row",
    "Alias",
    "Join",
    "Label",
    "Over",
];
