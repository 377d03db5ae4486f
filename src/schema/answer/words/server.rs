//! An error in the words of the server that is judged for.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::words::mysql::mysql;
use crate::schema::answer::words::postgresql::postgresql;
use crate::schema::answer::words::sql_server::sql_server;
use crate::schema::answer::words::sqlite::sqlite;
use crate::sql::dialect::Dialect;

/// Returns the error in the words of a server.
pub fn words(error: &DatabaseError, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => sqlite(error),
        Dialect::MySql | Dialect::MariaDb => mysql(error, dialect),
        Dialect::SqlServer => sql_server(error),
        Dialect::PostgreSql | Dialect::Oracle => postgresql(error),
    }
}
