//! Clauses of one database in a statement for another one.
//!
//! Seen to be syntax errors on MySQL 8.0 (its grammar, `sql_yacc.yy`) and SQLite 3.40; MariaDB has
//! the guards that MySQL lacks.

use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::Constraint;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Returns words of a statement that a database does not have.
pub fn of(statement: &Statement, dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::MySql => of_mysql(statement).or_else(|| of_neither(statement)),
        Dialect::MariaDb => of_neither(statement),
        Dialect::Sqlite => of_sqlite(statement),
        Dialect::PostgreSql | Dialect::SqlServer | Dialect::Oracle => None,
    }
}

/// Guards that MySQL does not have.
fn of_mysql(statement: &Statement) -> Option<&'static str> {
    use TableChange as T;
    let Statement::Table(change) = statement else { return None };
    match change {
        T::CreateIndex { index, .. } if index.if_not_exists => Some("IF NOT EXISTS"),
        T::AddColumn { if_not_exists: true, .. } => Some("IF NOT EXISTS"),
        T::DropIndex { if_exists: true, .. }
        | T::DropColumn { if_exists: true, .. }
        | T::DropConstraint { if_exists: true, .. } => Some("IF EXISTS"),
        _ => None,
    }
}

/// What neither MySQL nor MariaDB has.
fn of_neither(statement: &Statement) -> Option<&'static str> {
    use TableChange as T;
    match statement {
        Statement::Table(T::AlterColumnType { .. }) => Some("TYPE"),
        Statement::Table(T::DropIndex { table: None, name: Some(Known::Is(_)), .. }) => {
            Some("the end, where ON and the table are missing")
        }
        Statement::Table(T::SetNotNull { .. } | T::DropNotNull { .. }) => Some("NOT NULL"),
        Statement::Table(T::ValidateConstraint { .. }) => Some("VALIDATE CONSTRAINT"),
        Statement::Object(ObjectChange::CreateType { .. } | ObjectChange::DropType { .. }) => {
            Some("TYPE")
        }
        Statement::Object(ObjectChange::Comment { .. }) => Some("COMMENT"),
        Statement::Object(
            ObjectChange::CreateObject { kind, .. } | ObjectChange::DropObject { kind, .. },
        ) => match kind {
            ObjectKind::MaterializedView => Some("MATERIALIZED VIEW"),
            ObjectKind::Extension => Some("EXTENSION"),
            ObjectKind::Policy => Some("POLICY"),
            ObjectKind::Domain => Some("DOMAIN"),
            _ => None,
        },
        _ => None,
    }
}

fn of_sqlite(statement: &Statement) -> Option<&'static str> {
    use TableChange as T;
    match statement {
        Statement::Table(change) => match change {
            T::AddConstraint { constraint, .. } => match constraint {
                // SQLite 3.53 adds NOT NULL and CHECK.
                Constraint::Check(_) | Constraint::NotNull { .. } => None,
                _ => Some("CONSTRAINT"),
            },
            T::AlterColumnType { .. } | T::SetDefault { .. } | T::DropDefault { .. } => {
                Some("ALTER COLUMN")
            }
            T::ModifyColumn { .. } => Some("MODIFY"),
            T::AddColumn { if_not_exists: true, .. } => Some("IF NOT EXISTS"),
            T::DropColumn { if_exists: true, .. } => Some("IF EXISTS"),
            T::DropTable { cascade: true, .. } | T::DropColumn { cascade: true, .. } => {
                Some("CASCADE")
            }
            _ => None,
        },
        Statement::Rows(RowChange::Truncate { .. }) => Some("TRUNCATE"),
        Statement::Object(ObjectChange::CreateType { .. } | ObjectChange::DropType { .. }) => {
            Some("TYPE")
        }
        Statement::Object(ObjectChange::Comment { .. }) => Some("COMMENT"),
        Statement::Object(
            ObjectChange::CreateObject { kind, .. } | ObjectChange::DropObject { kind, .. },
        ) => match kind {
            ObjectKind::MaterializedView => Some("MATERIALIZED VIEW"),
            ObjectKind::Extension => Some("EXTENSION"),
            ObjectKind::Routine => Some("FUNCTION"),
            ObjectKind::Sequence => Some("SEQUENCE"),
            ObjectKind::Schema => Some("SCHEMA"),
            ObjectKind::Policy => Some("POLICY"),
            ObjectKind::Domain => Some("DOMAIN"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read::statements;
    use crate::sql::script::SqlText;

    #[test]
    fn words_of_other_databases_are_found() {
        let rows = [
            (Dialect::MySql, "CREATE INDEX IF NOT EXISTS ix ON t (a)", Some("IF NOT EXISTS")),
            (Dialect::MariaDb, "CREATE INDEX IF NOT EXISTS ix ON t (a)", None),
            (Dialect::MySql, "ALTER TABLE t DROP COLUMN IF EXISTS a", Some("IF EXISTS")),
            (Dialect::MySql, "DROP TABLE IF EXISTS t CASCADE", None),
            (Dialect::MySql, "ALTER TABLE t MODIFY a TEXT", None),
            (Dialect::MySql, "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1", None),
            (Dialect::MySql, "CREATE TYPE k AS ENUM ('a')", Some("TYPE")),
            (Dialect::MariaDb, "ALTER TABLE t ALTER COLUMN a SET NOT NULL", Some("NOT NULL")),
            (Dialect::Sqlite, "ALTER TABLE t ALTER COLUMN a TYPE TEXT", Some("ALTER COLUMN")),
            (Dialect::Sqlite, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", Some("CONSTRAINT")),
            (Dialect::Sqlite, "ALTER TABLE t ADD COLUMN a TEXT", None),
            (Dialect::Sqlite, "DROP TABLE IF EXISTS t", None),
            (Dialect::Sqlite, "TRUNCATE TABLE t", Some("TRUNCATE")),
            (Dialect::Sqlite, "COMMENT ON TABLE t IS 'x'", Some("COMMENT")),
            (Dialect::MySql, "DROP INDEX ix", Some("the end, where ON and the table are missing")),
        ];
        for (dialect, sql, expected) in rows {
            let read = statements(&SqlText::known(sql), dialect);
            assert_eq!(of(&read[0].statement, dialect), expected, "{sql}");
        }
    }
}
