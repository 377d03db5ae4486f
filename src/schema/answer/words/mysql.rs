//! What MySQL and MariaDB say when they refuse.

use crate::schema::answer::error::DatabaseError;
use crate::schema::answer::needed::{ColumnPlace, Needed, TableUse};
use crate::schema::answer::words::postgresql::{in_use, postgresql};
use crate::schema::answer::words::sql_server::cannot_drop;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectKind;

fn in_use_of_mysql(what: &Needed, by: &[String]) -> String {
    let by = by.first().map(|by| by.replace('`', "'")).unwrap_or_default();
    match what {
        Needed::Table(table) => format!("Cannot drop table '{table}' referenced by {by}"),
        Needed::Index(name) => {
            format!("Cannot drop index '{name}': needed in a foreign key constraint")
        }
        Needed::Column(_, column) if by.starts_with("column ") => {
            format!("Column '{column}' has a generated column dependency")
        }
        Needed::Column(_, column) => {
            format!("Cannot drop column '{column}': needed in a foreign key constraint")
        }
        Needed::Truncated(_) => {
            "Cannot truncate a table referenced in a foreign key constraint".to_owned()
        }
        other => in_use(other, &[by]),
    }
}

pub(crate) fn mysql(error: &DatabaseError, dialect: Dialect) -> String {
    use DatabaseError as E;
    match error {
        E::NoTable { table, usage: TableUse::Drop } => format!("Unknown table '{table}'"),
        E::NoTable { table, usage: TableUse::Refer } => {
            format!("Failed to open the referenced table '{table}'")
        }
        E::NoTable { table, .. } => format!("Table '{table}' doesn't exist"),
        E::NoColumn { column, place: ColumnPlace::Dropped, .. } => {
            cannot_drop(dialect, "COLUMN", column)
        }
        E::NoColumn {
            column,
            place: ColumnPlace::Key | ColumnPlace::Index | ColumnPlace::ForeignKey,
            ..
        } => {
            format!("Key column '{column}' doesn't exist in table")
        }
        E::NoColumn { column, place: ColumnPlace::Read, .. } => {
            format!("Unknown column '{column}' in 'where clause'")
        }
        E::NoColumn { table, column, .. } => format!("Unknown column '{column}' in '{table}'"),
        E::NoIndex { name } => cannot_drop(dialect, "INDEX", name),
        E::NoConstraint { name, .. } => cannot_drop(dialect, "CONSTRAINT", name),
        E::LastColumn { .. } => {
            "You can't delete all columns with ALTER TABLE; use DROP TABLE instead".to_owned()
        }
        E::NoObject { kind: ObjectKind::View, name, .. } if dialect == Dialect::MariaDb => {
            format!("Unknown VIEW: '{name}'")
        }
        E::NoKey { .. } | E::NoComparison { .. } if dialect == Dialect::MariaDb => {
            "Can't create table (errno: 150 \"Foreign key constraint is incorrectly formed\")"
                .to_owned()
        }
        E::NoKey { referent, .. } => {
            format!(
                "Failed to add the foreign key constraint. Missing index for the constraint in the \
                 referenced table '{referent}'"
            )
        }
        E::NoType { name } => format!("Unknown data type: '{name}'"),
        E::TableExists { table } => format!("Table '{table}' already exists"),
        E::ColumnExists { column, .. } | E::ColumnTwice { column } => {
            format!("Duplicate column name '{column}'")
        }
        E::IndexExists { name } => format!("Duplicate key name '{name}'"),
        E::ConstraintExists { name, .. } => {
            format!("Duplicate foreign key constraint name '{name}'")
        }
        E::SecondKey { .. } => "Multiple primary key defined".to_owned(),
        E::ObjectExists { name, .. } => format!("Table '{name}' already exists"),
        E::NoObject { kind: ObjectKind::Routine, name, .. } => {
            format!("FUNCTION {name} does not exist")
        }
        E::NoObject { name, .. } => format!("Unknown table '{name}'"),
        E::InUse { what, by } => in_use_of_mysql(what, by),
        E::NoComparison { name, .. } => format!(
            "Referencing column and referenced column in foreign key constraint '{name}' are \
             incompatible"
        ),
        _ => postgresql(error),
    }
}
