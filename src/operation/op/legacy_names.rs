//! What Alembic before 1.5 called some parameters: a migration of those days is read as it ran.

use crate::operation::op::table::Row;
use crate::python::host::Arguments;
use crate::sql::version::ServerVersion;

/// The first version of Alembic that takes these names no longer.
pub(crate) const GONE_SINCE: ServerVersion = ServerVersion { major: 1, minor: 5, patch: 0 };

/// Operation, name of those days, name of today (`_with_legacy_names` in `operations/ops.py` of
/// Alembic 1.4.3; gone in 1.5.8).
const RENAMED: &[(&str, &str, &str)] = &[
    ("alter_column", "name", "new_column_name"),
    ("create_check_constraint", "name", "constraint_name"),
    ("create_check_constraint", "source", "table_name"),
    ("create_foreign_key", "name", "constraint_name"),
    ("create_foreign_key", "referent", "referent_table"),
    ("create_foreign_key", "source", "source_table"),
    ("create_index", "name", "index_name"),
    ("create_index", "tablename", "table_name"),
    ("create_primary_key", "cols", "columns"),
    ("create_primary_key", "name", "constraint_name"),
    ("create_table", "name", "table_name"),
    ("create_unique_constraint", "local_cols", "columns"),
    ("create_unique_constraint", "name", "constraint_name"),
    ("create_unique_constraint", "source", "table_name"),
    ("drop_constraint", "name", "constraint_name"),
    ("drop_constraint", "type", "type_"),
    ("drop_index", "name", "index_name"),
    ("drop_index", "tablename", "table_name"),
    ("drop_table", "name", "table_name"),
];

/// Returns the arguments under the names of today.
pub(crate) fn translated(row: &Row, mut arguments: Arguments) -> Arguments {
    for (name, _) in &mut arguments.keywords {
        let renamed =
            RENAMED.iter().find(|(operation, old, _)| *operation == row.name && old == name);
        if let Some((.., today)) = renamed {
            *name = (*today).into();
        }
    }
    arguments
}
