//! The databases that are distinguished.

use std::fmt;

/// A database as SQLAlchemy's dialects name them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// `postgresql`, and databases that speak its language (CockroachDB, Redshift).
    #[default]
    PostgreSql,
    /// `mysql`.
    MySql,
    /// `mariadb`.
    MariaDb,
    /// `sqlite`.
    Sqlite,
    /// `mssql`.
    SqlServer,
    /// `oracle`.
    Oracle,
}

impl Dialect {
    /// Reads SQLAlchemy's name of a dialect, a URL scheme with or without its driver, or a common
    /// synonym.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.split(['+', ':']).next().unwrap_or(name).to_ascii_lowercase();
        Some(match name.as_str() {
            "postgresql" | "postgres" | "pg" | "psql" | "cockroachdb" | "redshift" => {
                Dialect::PostgreSql
            }
            "mysql" => Dialect::MySql,
            "mariadb" => Dialect::MariaDb,
            "sqlite" | "sqlite3" => Dialect::Sqlite,
            "mssql" | "sqlserver" => Dialect::SqlServer,
            "oracle" => Dialect::Oracle,
            _ => return None,
        })
    }

    /// Returns SQLAlchemy's name: `bind.dialect.name`.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::PostgreSql => "postgresql",
            Dialect::MySql => "mysql",
            Dialect::MariaDb => "mariadb",
            Dialect::Sqlite => "sqlite",
            Dialect::SqlServer => "mssql",
            Dialect::Oracle => "oracle",
        }
    }

    /// Returns the name that people write.
    pub fn title(self) -> &'static str {
        match self {
            Dialect::PostgreSql => "PostgreSQL",
            Dialect::MySql => "MySQL",
            Dialect::MariaDb => "MariaDB",
            Dialect::Sqlite => "SQLite",
            Dialect::SqlServer => "SQL Server",
            Dialect::Oracle => "Oracle",
        }
    }

    /// Tells whether DDL can be rolled back (Alembic's `transactional_ddl` of the dialect, 1.20.1).
    pub fn rolls_back_ddl(self) -> bool {
        matches!(self, Dialect::PostgreSql | Dialect::SqlServer)
    }

    /// The longest name of an index or a constraint, in characters; nothing where SQLAlchemy knows
    /// no bound (SQLAlchemy 1.3 to 2.1, `max_identifier_length`).
    pub fn longest_name(self) -> Option<usize> {
        match self {
            Self::PostgreSql => Some(63),
            Self::MySql | Self::MariaDb => Some(64),
            Self::SqlServer | Self::Oracle => Some(128),
            _ => None,
        }
    }

    /// Tells whether this is MySQL or MariaDB.
    pub fn is_mysql(self) -> bool {
        matches!(self, Dialect::MySql | Dialect::MariaDb)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.title())
    }
}
