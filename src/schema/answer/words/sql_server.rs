//! What SQL Server says when it refuses.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::words::postgresql::postgresql;
use crate::sql::dialect::Dialect;

pub(crate) fn cannot_drop(dialect: Dialect, kind: &str, name: &str) -> String {
    match dialect {
        Dialect::MariaDb => format!("Can't DROP {kind} `{name}`; check that it exists"),
        _ => format!("Can't DROP '{name}'; check that column/key exists"),
    }
}

pub(crate) fn sql_server(error: &DatabaseError) -> String {
    use DatabaseError as E;
    match error {
        E::NoTable { table, usage: TableUse::Drop } => format!(
            "Cannot drop the table '{table}', because it does not exist or you do not have \
             permission."
        ),
        E::NoTable { table, usage: TableUse::Refer } => {
            format!("Foreign key references invalid table '{table}'.")
        }
        E::NoTable { table, .. } => {
            format!(
                "Cannot find the object \"{table}\" because it does not exist or you do not have \
                 permissions."
            )
        }
        E::NoColumn { table, column, place: ColumnPlace::Dropped } => format!(
            "ALTER TABLE DROP COLUMN failed because column '{column}' does not exist in table \
             '{table}'."
        ),
        E::NoColumn { column, place: ColumnPlace::Read | ColumnPlace::Written, .. } => {
            format!("Invalid column name '{column}'.")
        }
        E::NoColumn { column, .. } => {
            format!("Column name '{column}' does not exist in the target table or view.")
        }
        E::NoIndex { name } => {
            format!(
                "Cannot drop the index '{name}', because it does not exist or you do not have \
                 permission."
            )
        }
        E::NoConstraint { name, .. } => format!("'{name}' is not a constraint."),
        E::TableExists { table } => {
            format!("There is already an object named '{table}' in the database.")
        }
        E::ColumnExists { table, column } => format!(
            "Column names in each table must be unique. Column name '{column}' in table '{table}' \
             is specified more than once."
        ),
        E::IndexExists { name } => format!(
            "The operation failed because an index or statistics with name '{name}' already exists \
             on the table."
        ),
        E::ConstraintExists { name, .. } | E::ObjectExists { name, .. } => {
            format!("There is already an object named '{name}' in the database.")
        }
        E::SecondKey { table } => {
            format!("Table '{table}' already has a primary key defined on it.")
        }
        E::InUse { what: Needed::Table(table), .. } => format!(
            "Could not drop object '{table}' because it is referenced by a FOREIGN KEY constraint."
        ),
        E::InUse { what: Needed::ForeignColumn(column), .. } => format!(
            "ALTER TABLE ALTER COLUMN {column} failed because one or more objects access this \
             column."
        ),
        E::InUse { what: Needed::Column(_, column), .. } => format!(
            "ALTER TABLE DROP COLUMN {column} failed because one or more objects access this \
             column."
        ),
        _ => postgresql(error),
    }
}
