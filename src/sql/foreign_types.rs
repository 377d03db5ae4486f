//! Types of SQLAlchemy that the compiler of a dialect does not write (its type compilers, 1.4 and
//! 2.0).

use crate::sql::dialect::Dialect;
use crate::sql::table::ColumnType;

/// Types of PostgreSQL alone.
const OF_POSTGRESQL: &str = " ARRAY JSONB HSTORE INET CIDR MACADDR MACADDR8 TSVECTOR TSQUERY OID \
    REGCLASS REGCONFIG MONEY BYTEA CITEXT INT4RANGE INT8RANGE NUMRANGE DATERANGE TSRANGE TSTZRANGE \
    INT4MULTIRANGE INT8MULTIRANGE NUMMULTIRANGE DATEMULTIRANGE TSMULTIRANGE TSTZMULTIRANGE \
    JSONPATH ";

/// Types of MySQL and MariaDB alone.
const OF_MYSQL: &str =
    " TINYINT MEDIUMINT LONGTEXT MEDIUMTEXT TINYTEXT LONGBLOB MEDIUMBLOB TINYBLOB YEAR ";

/// Types of SQL Server alone.
const OF_SQL_SERVER: &str = " DATETIME2 DATETIMEOFFSET SMALLDATETIME NTEXT IMAGE SQL_VARIANT \
    UNIQUEIDENTIFIER ROWVERSION SMALLMONEY ";

/// Names of types that PostgreSQL does not have, unless somebody makes one of that name (15.18).
const ABSENT_IN_POSTGRESQL: &str = " DATETIME DATETIME2 SMALLDATETIME DATETIMEOFFSET TINYINT \
    MEDIUMINT LONGTEXT MEDIUMTEXT TINYTEXT BLOB LONGBLOB MEDIUMBLOB TINYBLOB CLOB NCLOB NVARCHAR \
    NVARCHAR2 VARCHAR2 NTEXT BINARY VARBINARY NUMBER STRING DOUBLE UNIQUEIDENTIFIER LONG YEAR ";

/// Returns the name of a type of a column where PostgreSQL does not have one of that name.
pub fn absent_in_postgresql(sql: &str) -> Option<String> {
    let name = sql.split(['(', '[', ' ']).next()?;
    let upper = name.to_ascii_uppercase();
    let is_two = upper == "DOUBLE" && sql.len() > name.len();
    let is_listed = ABSENT_IN_POSTGRESQL.split_ascii_whitespace().any(|absent| absent == upper);
    (is_listed && !is_two).then(|| name.to_ascii_lowercase())
}

/// Names of types that MySQL and MariaDB do not have (MariaDB 10.11; manual of MySQL 8.0).
const ABSENT_IN_MYSQL: &str = " TIMESTAMPTZ TIMETZ BYTEA JSONB HSTORE CITEXT BIGSERIAL SMALLSERIAL \
    MONEY SMALLMONEY TSVECTOR TSQUERY CIDR MACADDR INTERVAL UNIQUEIDENTIFIER DATETIME2 \
    DATETIMEOFFSET SMALLDATETIME NTEXT VARBIT ";

/// Returns the name of a type where a database other than PostgreSQL does not have one of that name.
/// SQLite takes any.
pub fn absent_in(sql: &str, dialect: Dialect) -> Option<String> {
    let name = sql.split(['(', '[', ' ']).next()?;
    let upper = name.to_ascii_uppercase();
    let is_listed = ABSENT_IN_MYSQL.split_ascii_whitespace().any(|absent| absent == upper);
    (is_listed && dialect.is_mysql()).then_some(upper)
}

/// Tells whether a type is a word of CREATE TABLE alone: SERIAL makes a sequence there, and is no
/// type elsewhere.
pub fn is_serial(sql: &str) -> bool {
    let names = ["SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"];
    names.iter().any(|name| sql.eq_ignore_ascii_case(name))
}

/// Returns the error with which SQLAlchemy refuses to write a type for a dialect.
pub fn of(kind: &ColumnType, dialect: Dialect) -> Option<String> {
    let is_in = |list: &str| list.split(' ').any(|name| !name.is_empty() && name == kind.name);
    let lists: &[&str] = match dialect {
        Dialect::PostgreSql => &[OF_MYSQL, OF_SQL_SERVER],
        Dialect::MySql | Dialect::MariaDb => &[OF_POSTGRESQL, OF_SQL_SERVER],
        Dialect::Sqlite => &[OF_POSTGRESQL, OF_MYSQL, OF_SQL_SERVER],
        Dialect::SqlServer => &[OF_POSTGRESQL],
        Dialect::Oracle => &[OF_POSTGRESQL, OF_MYSQL, OF_SQL_SERVER],
    };
    let name = &kind.name;
    if lists.iter().any(|list| is_in(list)) {
        let compiler = match dialect {
            Dialect::PostgreSql => "PGTypeCompiler",
            Dialect::Sqlite => "SQLiteTypeCompiler",
            Dialect::SqlServer => "MSTypeCompiler",
            Dialect::Oracle => "OracleTypeCompiler",
            _ => "MySQLTypeCompiler",
        };
        return Some(format!("CompileError: {compiler} can't render element of type {name}"));
    }
    let is_text = matches!(name.as_str(), "String" | "VARCHAR" | "Unicode");
    (dialect.is_mysql() && is_text && kind.sql.as_str() == Some("VARCHAR"))
        .then(|| "CompileError: VARCHAR requires a length on dialect mysql".to_owned())
}
