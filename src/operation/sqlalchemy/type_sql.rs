//! What SQLAlchemy's types are called on each dialect (SQLAlchemy 2.1.9).

use crate::sql::dialect::Dialect;
use crate::sql::table::EnumType;
use crate::text::known::Known;

/// Returns an argument by the name of its parameter; nothing where it is not given.
type Read<'a> = Box<dyn Fn(&str) -> Option<Known<String>> + 'a>;

/// The arguments of a type, by their parameters.
pub struct TypeArguments<'a> {
    /// Whether there are arguments that could not be known.
    pub open: bool,
    /// Returns an argument.
    pub read: Read<'a>,
}

impl TypeArguments<'_> {
    fn get(&self, name: &str) -> Option<Known<String>> {
        (self.read)(name)
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|flag| flag.as_str() == Some("true"))
    }

    /// Returns `NAME`, or `NAME(a, b)` with the arguments that are given.
    fn with(&self, name: &str, parameters: &[&str]) -> Known<String> {
        if self.open {
            return Known::Unreadable;
        }
        let mut given = Vec::new();
        for parameter in parameters {
            match self.get(parameter) {
                None => break,
                Some(Known::Is(value)) => given.push(value),
                Some(Known::Unreadable) => return Known::Unreadable,
            }
        }
        Known::Is(if given.is_empty() {
            name.to_owned()
        } else {
            format!("{name}({})", given.join(", "))
        })
    }
}

/// Returns the SQL of an enum type; `length` is asked for where it is text.
pub fn enum_sql(kind: &EnumType, length: Option<Known<String>>, dialect: Dialect) -> Known<String> {
    let labels = kind.labels.get();
    match dialect {
        Dialect::PostgreSql if kind.native => match (&kind.schema, &kind.name) {
            (None, Some(Known::Is(name))) => Known::Is(name.clone()),
            (Some(Known::Is(schema)), Some(Known::Is(name))) => {
                Known::Is(format!("{schema}.{name}"))
            }
            _ => Known::Unreadable,
        },
        Dialect::MySql | Dialect::MariaDb if kind.native => match labels {
            Some(labels) => {
                let labels: Vec<String> =
                    labels.iter().map(|label| format!("'{}'", label.replace('\'', "''"))).collect();
                Known::Is(format!("ENUM({})", labels.join(",")))
            }
            None => Known::Unreadable,
        },
        _ if length.is_some() => {
            length.unwrap_or(Known::Unreadable).map(|length| format!("VARCHAR({length})"))
        }
        _ => match labels.and_then(|labels| labels.iter().map(|label| label.chars().count()).max())
        {
            Some(length) => Known::Is(format!("VARCHAR({length})")),
            None => Known::Unreadable,
        },
    }
}

/// Returns the SQL of any other type.
pub fn sql(path: &str, name: &str, given: &TypeArguments<'_>, dialect: Dialect) -> Known<String> {
    match dialect {
        Dialect::PostgreSql => postgresql(path, name, given),
        Dialect::MySql | Dialect::MariaDb => mysql(path, name, given),
        Dialect::Sqlite => sqlite(name, given),
        Dialect::SqlServer => sql_server(name, given),
        Dialect::Oracle => oracle(name, given),
    }
}

fn is(sql: &str) -> Known<String> {
    Known::Is(sql.to_owned())
}

/// Returns a text type with its collation.
fn collated(sql: Known<String>, given: &TypeArguments<'_>) -> Known<String> {
    match (sql, given.get("collation")) {
        (Known::Is(sql), Some(Known::Is(collation))) => {
            Known::Is(format!("{sql} COLLATE \"{collation}\""))
        }
        (sql, None) => sql,
        _ => Known::Unreadable,
    }
}

/// The length of a text of SQLAlchemy-Utils that has one of its own (0.42).
fn fixed_length(name: &str) -> Option<usize> {
    Some(match name {
        "EmailType" => 255,
        "PhoneNumberType" | "ColorType" => 20,
        "IPAddressType" | "TimezoneType" => 50,
        "CurrencyType" => 3,
        "CountryType" => 2,
        "LocaleType" => 10,
        _ => return None,
    })
}

fn postgresql(path: &str, name: &str, given: &TypeArguments<'_>) -> Known<String> {
    let zone = if given.is_true("timezone") { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" };
    let zoned = |word: &str| match given.with(word, &["precision"]) {
        Known::Is(word) => Known::Is(format!("{word} {zone}")),
        Known::Unreadable => Known::Unreadable,
    };
    match name {
        "String" | "VARCHAR" | "Unicode" | "AutoString" => {
            collated(given.with("VARCHAR", &["length"]), given)
        }
        "NVARCHAR" => collated(given.with("NVARCHAR", &["length"]), given),
        "CHAR" | "NCHAR" => collated(given.with(name, &["length"]), given),
        "Text" | "TEXT" | "UnicodeText" | "URLType" | "ScalarListType" => {
            collated(is("TEXT"), given)
        }
        // The compiler writes them as they are, and PostgreSQL has no such types.
        "BLOB" | "CLOB" => is(name),
        "BINARY" | "VARBINARY" => given.with(name, &["length"]),
        "Integer" | "INTEGER" | "INT" => is("INTEGER"),
        "BigInteger" | "BIGINT" => is("BIGINT"),
        "SmallInteger" | "SMALLINT" => is("SMALLINT"),
        "Numeric" | "NUMERIC" => given.with("NUMERIC", &["precision", "scale"]),
        "DECIMAL" => given.with("DECIMAL", &["precision", "scale"]),
        "Float" | "FLOAT" => given.with("FLOAT", &["precision"]),
        "Double" | "DOUBLE_PRECISION" => is("DOUBLE PRECISION"),
        "DOUBLE" => is("DOUBLE"),
        "Boolean" | "BOOLEAN" => is("BOOLEAN"),
        "Date" => is("DATE"),
        "DateTime" | "TIMESTAMP" => zoned("TIMESTAMP"),
        "DATETIME" => is("DATETIME"),
        "Time" | "TIME" => zoned("TIME"),
        "TIMESTAMPAware" | "DateTimeUTC" | "UtcDateTime" | "TZDateTime" | "TIMESTAMPTZ" => {
            is("TIMESTAMP WITH TIME ZONE")
        }
        "Interval" | "INTERVAL" => interval(given),
        "LargeBinary" | "PickleType" | "BYTEA" | "EncryptedType" => is("BYTEA"),
        "Uuid" | "UUID" | "UUIDType" | "GUID" => is("UUID"),
        "BIT" if given.is_true("varying") => given.with("BIT VARYING", &["length"]),
        "BIT" if given.get("length").is_none() => is("BIT(1)"),
        "BIT" => given.with("BIT", &["length"]),
        "Vector" | "VECTOR" => given.with("VECTOR", &["dim"]),
        "HALFVEC" | "HalfVector" => given.with("HALFVEC", &["dim"]),
        "SPARSEVEC" | "SparseVector" => given.with("SPARSEVEC", &["dim"]),
        "Geometry" | "Geography" => geometry(name, given),
        "TSVectorType" => is("TSVECTOR"),
        "JSONType" => is("JSON"),
        "StringEncryptedType" => given.with("VARCHAR", &["length"]),
        "LtreeType" => is("LTREE"),
        _ if path.starts_with("sqlalchemy_utils.") && fixed_length(name).is_some() => {
            fixed_length(name).map(|length| format!("VARCHAR({length})")).into()
        }
        "ArrowType" => is("TIMESTAMP WITHOUT TIME ZONE"),
        "CIText" => is("CITEXT"),
        "INET" | "CIDR" | "MACADDR" | "MACADDR8" | "MONEY" | "OID" | "REGCLASS" | "REGCONFIG"
        | "TSVECTOR" | "TSQUERY" | "HSTORE" | "JSON" | "JSONB" | "DATE" | "REAL" | "CITEXT"
        | "INT4RANGE" | "INT8RANGE" | "NUMRANGE" | "DATERANGE" | "TSRANGE" | "TSTZRANGE"
        | "INT4MULTIRANGE" | "INT8MULTIRANGE" | "NUMMULTIRANGE" | "DATEMULTIRANGE"
        | "TSMULTIRANGE" | "TSTZMULTIRANGE" | "JSONPATH" | "PGLSN" | "XML" | "LTREE" | "PG_LSN" => {
            is(name)
        }
        _ if path.contains(".postgresql.")
            && name.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            is(name)
        }
        _ => Known::Unreadable,
    }
}

fn interval(given: &TypeArguments<'_>) -> Known<String> {
    let fields = match given.get("fields") {
        None => String::new(),
        Some(Known::Is(fields)) => format!(" {fields}"),
        Some(Known::Unreadable) => return Known::Unreadable,
    };
    match given.get("precision").or_else(|| given.get("second_precision")) {
        None => Known::Is(format!("INTERVAL{fields}")),
        Some(Known::Is(precision)) => Known::Is(format!("INTERVAL{fields} ({precision})")),
        Some(Known::Unreadable) => Known::Unreadable,
    }
}

fn geometry(name: &str, given: &TypeArguments<'_>) -> Known<String> {
    let kind = given.get("geometry_type").unwrap_or_else(|| is("GEOMETRY"));
    let srid = given.get("srid").unwrap_or_else(|| is("-1"));
    match (kind, srid) {
        (Known::Is(kind), Known::Is(srid)) => {
            Known::Is(format!("{}({kind},{srid})", name.to_lowercase()))
        }
        _ => Known::Unreadable,
    }
}

fn mysql(path: &str, name: &str, given: &TypeArguments<'_>) -> Known<String> {
    let integer = |word: &str| match given.with(word, &["display_width"]) {
        Known::Is(word) if given.is_true("zerofill") => {
            Known::Is(format!("{word} UNSIGNED ZEROFILL"))
        }
        Known::Is(word) if given.is_true("unsigned") => Known::Is(format!("{word} UNSIGNED")),
        other => other,
    };
    let sized = |word: &str| match given.get("length") {
        // The compiler refuses it: `foreign_types` says so.
        None => is(word),
        Some(_) => mysql_text(given.with(word, &["length"]), given),
    };
    match name {
        "CHAR" => mysql_text(given.with("CHAR", &["length"]), given),
        "String" | "VARCHAR" | "Unicode" | "AutoString" => sized("VARCHAR"),
        "NVARCHAR" => sized("NATIONAL VARCHAR"),
        "Text" | "TEXT" | "UnicodeText" => mysql_text(given.with("TEXT", &["length"]), given),
        "Integer" | "INTEGER" => integer("INTEGER"),
        "BigInteger" | "BIGINT" => integer("BIGINT"),
        "SmallInteger" | "SMALLINT" => integer("SMALLINT"),
        "TINYINT" => integer("TINYINT"),
        "MEDIUMINT" => integer("MEDIUMINT"),
        "Numeric" | "NUMERIC" => given.with("NUMERIC", &["precision", "scale"]),
        "DECIMAL" => given.with("DECIMAL", &["precision", "scale"]),
        "Float" | "FLOAT" => given.with("FLOAT", &["precision", "scale"]),
        "Double" | "DOUBLE" => given.with("DOUBLE", &["precision", "scale"]),
        "REAL" => given.with("REAL", &["precision", "scale"]),
        "DOUBLE_PRECISION" => is("DOUBLE PRECISION"),
        "Boolean" | "BOOLEAN" => is("BOOL"),
        "Date" | "DATE" => is("DATE"),
        "DateTime" | "DATETIME" => given.with("DATETIME", &["fsp"]),
        "Interval" => is("DATETIME"),
        "TIMESTAMP" => given.with("TIMESTAMP", &["fsp"]),
        "Time" | "TIME" => given.with("TIME", &["fsp"]),
        "YEAR" => given.with("YEAR", &["display_width"]),
        "LargeBinary" | "PickleType" | "BLOB" => given.with("BLOB", &["length"]),
        "BINARY" | "VARBINARY" => given.with(name, &["length"]),
        "JSON" => is("JSON"),
        "Uuid" => is("CHAR(32)"),
        "UUID" => is("UUID"),
        "BIT" => given.with("BIT", &["length"]),
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" => {
            mysql_text(is(name), given)
        }
        _ if path.contains(".mysql.") && name.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            is(name)
        }
        _ => Known::Unreadable,
    }
}

fn mysql_text(sql: Known<String>, given: &TypeArguments<'_>) -> Known<String> {
    let with = |sql: Known<String>, word: &str, parameter: &str| match (sql, given.get(parameter)) {
        (sql, None) => sql,
        (Known::Is(sql), Some(Known::Is(value))) => Known::Is(format!("{sql} {word} {value}")),
        _ => Known::Unreadable,
    };
    let sql = with(sql, "CHARACTER SET", "charset");
    with(sql, "COLLATE", "collation")
}

fn sqlite(name: &str, given: &TypeArguments<'_>) -> Known<String> {
    match name {
        "String" | "VARCHAR" | "Unicode" | "AutoString" => given.with("VARCHAR", &["length"]),
        "CHAR" | "NCHAR" | "NVARCHAR" => given.with(name, &["length"]),
        "Text" | "TEXT" | "UnicodeText" => is("TEXT"),
        "Integer" | "INTEGER" | "INT" => is("INTEGER"),
        "BigInteger" | "BIGINT" => is("BIGINT"),
        "SmallInteger" | "SMALLINT" => is("SMALLINT"),
        "Numeric" | "NUMERIC" => given.with("NUMERIC", &["precision", "scale"]),
        "DECIMAL" => given.with("DECIMAL", &["precision", "scale"]),
        "Float" | "FLOAT" => is("FLOAT"),
        "Double" | "DOUBLE" => is("DOUBLE"),
        "DOUBLE_PRECISION" => is("DOUBLE_PRECISION"),
        "REAL" => is("REAL"),
        "Boolean" | "BOOLEAN" => is("BOOLEAN"),
        "Date" | "DATE" => is("DATE"),
        "DateTime" | "DATETIME" | "Interval" => is("DATETIME"),
        "TIMESTAMP" => is("TIMESTAMP"),
        "Time" | "TIME" => is("TIME"),
        "LargeBinary" | "PickleType" | "BLOB" => is("BLOB"),
        "BINARY" | "VARBINARY" => given.with(name, &["length"]),
        "JSON" => is("JSON"),
        "Uuid" | "UUIDType" | "GUID" => is("CHAR(32)"),
        _ => Known::Unreadable,
    }
}

fn sql_server(name: &str, given: &TypeArguments<'_>) -> Known<String> {
    let sized = |word: &str| match given.get("length") {
        None => Known::Is(format!("{word}(max)")),
        Some(_) => given.with(word, &["length"]),
    };
    match name {
        "String" | "VARCHAR" | "AutoString" => sized("VARCHAR"),
        "Unicode" | "NVARCHAR" => sized("NVARCHAR"),
        "CHAR" | "NCHAR" => given.with(name, &["length"]),
        "Text" | "CLOB" => is("VARCHAR(max)"),
        "UnicodeText" | "JSON" => is("NVARCHAR(max)"),
        "Integer" | "INTEGER" => is("INTEGER"),
        "BigInteger" | "BIGINT" => is("BIGINT"),
        "SmallInteger" | "SMALLINT" => is("SMALLINT"),
        "TINYINT" | "REAL" | "DATE" | "TEXT" | "NTEXT" | "MONEY" | "SMALLMONEY"
        | "SMALLDATETIME" | "XML" | "IMAGE" | "ROWVERSION" | "SQL_VARIANT" | "TIMESTAMP" => {
            is(name)
        }
        "Numeric" | "NUMERIC" => given.with("NUMERIC", &["precision", "scale"]),
        "DECIMAL" => given.with("DECIMAL", &["precision", "scale"]),
        "Float" | "FLOAT" => given.with("FLOAT", &["precision"]),
        "Double" | "DOUBLE_PRECISION" => is("DOUBLE PRECISION"),
        "Boolean" | "BOOLEAN" | "BIT" => is("BIT"),
        "Date" => is("DATE"),
        "DateTime" if given.is_true("timezone") => is("DATETIMEOFFSET"),
        "DateTime" | "DATETIME" | "Interval" => is("DATETIME"),
        "DATETIME2" | "DATETIMEOFFSET" => given.with(name, &["precision"]),
        "Time" | "TIME" => is("TIME"),
        "LargeBinary" | "PickleType" | "VARBINARY" => sized("VARBINARY"),
        "BINARY" => given.with("BINARY", &["length"]),
        "Uuid" | "UNIQUEIDENTIFIER" | "UUID" => is("UNIQUEIDENTIFIER"),
        _ => Known::Unreadable,
    }
}

fn oracle(name: &str, given: &TypeArguments<'_>) -> Known<String> {
    match name {
        "String" | "VARCHAR" | "VARCHAR2" => match given.with("VARCHAR2", &["length"]) {
            Known::Is(sql) => Known::Is(sql.replace(')', " CHAR)")),
            Known::Unreadable => Known::Unreadable,
        },
        "Unicode" => given.with("NVARCHAR2", &["length"]),
        "Text" | "UnicodeText" | "CLOB" | "JSON" => is("CLOB"),
        "Integer" | "INTEGER" => is("INTEGER"),
        "BigInteger" => is("NUMBER(19)"),
        "SmallInteger" => is("SMALLINT"),
        "Numeric" | "NUMERIC" => given.with("NUMERIC", &["precision", "scale"]),
        "Float" | "FLOAT" => is("FLOAT"),
        "Boolean" => is("SMALLINT"),
        "Date" | "DateTime" | "DATE" => is("DATE"),
        "TIMESTAMP" => is("TIMESTAMP"),
        "LargeBinary" | "BLOB" => is("BLOB"),
        _ => Known::Unreadable,
    }
}
