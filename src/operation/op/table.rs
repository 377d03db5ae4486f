//! The table of the operations of `op` (Alembic 1.20.1, `alembic/op.pyi`).
//!
//! What is known of an operation stands in its row: its parameters, where the table of a batch goes
//! among them, the class of `alembic.operations.ops` that stands for it, and what reads it. Which
//! version takes what is in `packages/alembic.txt`.

use crate::operation::migration_host::MigrationHost;
use crate::operation::op::call::OpCall;
use crate::operation::op::{constraints, tables};
use crate::operation::operation::Operation;

/// An operation of `op`.
#[derive(Debug)]
pub struct Row {
    /// Its name on `op`.
    pub name: &'static str,
    /// The parameters that may be given by position.
    pub positional: &'static [&'static str],
    /// The others that do something.
    pub keywords: &'static [&'static str],
    /// Where the table of a batch goes.
    pub batch: Batch,
    /// Its class in `alembic.operations.ops`.
    pub class: &'static str,
    /// What reads it.
    pub read: fn(&mut MigrationHost, &mut OpCall<'_>) -> Operation,
}

/// Where `batch_alter_table` puts its table, and in which parameters the operation itself has table
/// and schema.
#[derive(Clone, Copy, Debug)]
pub enum Batch {
    /// Before all others.
    First(&'static str, &'static str),
    /// Behind the name of what is made or dropped.
    Second(&'static str, &'static str),
    /// A batch has no such operation.
    Absent,
}

impl Row {
    /// Returns all parameters.
    pub fn parameters(&self) -> Vec<&'static str> {
        self.positional.iter().chain(self.keywords).copied().collect()
    }
}

/// Returns the row of an operation; nothing where Alembic has none of that name.
pub fn of(name: &str) -> Option<&'static Row> {
    OPERATIONS.iter().find(|row| row.name == name)
}

/// Returns the row of the operation that a class of `alembic.operations.ops` stands for.
pub fn of_class(class: &str) -> Option<&'static Row> {
    OPERATIONS.iter().find(|row| row.class == class)
}

/// The names under which geoalchemy2 registers operations of Alembic that look after spatial columns
/// (geoalchemy2 0.17, `alembic_helpers`).
const SPATIAL: [(&str, &str); 6] = [
    ("create_geospatial_table", "create_table"),
    ("drop_geospatial_table", "drop_table"),
    ("add_geospatial_column", "add_column"),
    ("drop_geospatial_column", "drop_column"),
    ("create_geospatial_index", "create_index"),
    ("drop_geospatial_index", "drop_index"),
];

/// Returns the name that Alembic has for an operation of geoalchemy2; other names stay.
pub fn own_name(name: &str) -> &str {
    SPATIAL.iter().find(|(spatial, _)| *spatial == name).map_or(name, |(_, own)| own)
}

/// Tells whether a well-known plug-in registers an operation of this name.
pub fn is_of_a_plug_in(name: &str) -> bool {
    PLUG_INS.contains(&name)
}

/// Operations that alembic_utils and alembic_postgresql_enum register.
const PLUG_INS: &[&str] =
    &["create_entity", "drop_entity", "replace_entity", "revert_entity", "sync_enum_values"];

/// The operations, in alphabetical order.
pub static OPERATIONS: &[Row] = &[
    Row {
        name: "add_column",
        positional: &["table_name", "column"],
        keywords: &[
            "schema",
            "if_not_exists",
            "inline_references",
            "inline_primary_key",
            "insert_before",
            "insert_after",
        ],
        batch: Batch::First("table_name", "schema"),
        class: "AddColumnOp",
        read: tables::add_column,
    },
    Row {
        name: "alter_column",
        // By position up to Alembic 1.10; later versions take them by name only.
        positional: &[
            "table_name",
            "column_name",
            "nullable",
            "comment",
            "server_default",
            "new_column_name",
            "type_",
            "existing_type",
            "existing_server_default",
            "existing_nullable",
            "existing_comment",
        ],
        keywords: &[
            "schema",
            "autoincrement",
            "existing_autoincrement",
            "postgresql_using",
            "mssql_drop_default",
            "mssql_drop_check",
            "mssql_drop_foreign_key",
            "insert_before",
            "insert_after",
        ],
        batch: Batch::First("table_name", "schema"),
        class: "AlterColumnOp",
        read: tables::alter_column,
    },
    Row {
        name: "bulk_insert",
        positional: &["table", "rows"],
        keywords: &["multiinsert"],
        batch: Batch::Absent,
        class: "BulkInsertOp",
        read: tables::bulk_insert,
    },
    Row {
        name: "create_check_constraint",
        positional: &["constraint_name", "table_name", "condition"],
        keywords: &["schema", "deferrable", "initially", "postgresql_not_valid", "info", "comment"],
        batch: Batch::Second("table_name", "schema"),
        class: "CreateCheckConstraintOp",
        read: constraints::create_check,
    },
    Row {
        name: "create_exclude_constraint",
        positional: &["constraint_name", "table_name"],
        keywords: &[
            "schema",
            "using",
            "where",
            "deferrable",
            "initially",
            "ops",
            "info",
            "comment",
        ],
        batch: Batch::Second("table_name", "schema"),
        class: "CreateExcludeConstraintOp",
        read: constraints::create_exclude,
    },
    Row {
        name: "create_foreign_key",
        positional: &[
            "constraint_name",
            "source_table",
            "referent_table",
            "local_cols",
            "remote_cols",
        ],
        keywords: &[
            "onupdate",
            "ondelete",
            "deferrable",
            "initially",
            "match",
            "source_schema",
            "referent_schema",
            "postgresql_not_valid",
            "use_alter",
            "link_to_name",
            "info",
            "comment",
        ],
        batch: Batch::Second("source_table", "source_schema"),
        class: "CreateForeignKeyOp",
        read: constraints::create_foreign_key,
    },
    Row {
        name: "create_index",
        positional: &["index_name", "table_name", "columns"],
        keywords: &[
            "schema",
            "unique",
            "if_not_exists",
            "postgresql_concurrently",
            "postgresql_include",
            "postgresql_nulls_not_distinct",
            "postgresql_ops",
            "postgresql_tablespace",
            "postgresql_using",
            "postgresql_where",
            "postgresql_with",
            "postgresql_invalid",
            "quote",
            "info",
        ],
        batch: Batch::Second("table_name", "schema"),
        class: "CreateIndexOp",
        read: constraints::create_index,
    },
    Row {
        name: "create_primary_key",
        positional: &["constraint_name", "table_name", "columns"],
        keywords: &["schema", "deferrable", "initially", "postgresql_include", "info", "comment"],
        batch: Batch::Second("table_name", "schema"),
        class: "CreatePrimaryKeyOp",
        read: constraints::create_primary_key,
    },
    Row {
        name: "create_table",
        positional: &["table_name"],
        keywords: &["schema", "if_not_exists", "comment", "info", "prefixes"],
        batch: Batch::Absent,
        class: "CreateTableOp",
        read: tables::create_table,
    },
    Row {
        name: "create_table_comment",
        positional: &["table_name", "comment"],
        keywords: &["existing_comment", "schema"],
        batch: Batch::First("table_name", "schema"),
        class: "CreateTableCommentOp",
        read: tables::create_table_comment,
    },
    Row {
        name: "create_unique_constraint",
        positional: &["constraint_name", "table_name", "columns"],
        keywords: &[
            "schema",
            "deferrable",
            "initially",
            "postgresql_include",
            "postgresql_nulls_not_distinct",
            "info",
            "comment",
        ],
        batch: Batch::Second("table_name", "schema"),
        class: "CreateUniqueConstraintOp",
        read: constraints::create_unique,
    },
    Row {
        name: "drop_column",
        positional: &["table_name", "column_name"],
        keywords: &[
            "schema",
            "if_exists",
            "mssql_drop_check",
            "mssql_drop_default",
            "mssql_drop_foreign_key",
        ],
        batch: Batch::First("table_name", "schema"),
        class: "DropColumnOp",
        read: tables::drop_column,
    },
    Row {
        name: "drop_constraint",
        positional: &["constraint_name", "table_name", "type_"],
        keywords: &["schema", "if_exists"],
        batch: Batch::Second("table_name", "schema"),
        class: "DropConstraintOp",
        read: constraints::drop_constraint,
    },
    Row {
        name: "drop_index",
        positional: &["index_name", "table_name"],
        keywords: &[
            "schema",
            "if_exists",
            "postgresql_concurrently",
            "postgresql_using",
            "postgresql_where",
            "postgresql_ops",
            "postgresql_include",
            "postgresql_with",
            "postgresql_nulls_not_distinct",
            "postgresql_tablespace",
            "unique",
        ],
        batch: Batch::Second("table_name", "schema"),
        class: "DropIndexOp",
        read: constraints::drop_index,
    },
    Row {
        name: "drop_table",
        positional: &["table_name"],
        keywords: &["schema", "if_exists"],
        batch: Batch::Absent,
        class: "DropTableOp",
        read: tables::drop_table,
    },
    Row {
        name: "drop_table_comment",
        positional: &["table_name"],
        keywords: &["existing_comment", "schema"],
        batch: Batch::First("table_name", "schema"),
        class: "DropTableCommentOp",
        read: tables::drop_table_comment,
    },
    Row {
        name: "rename_table",
        positional: &["old_table_name", "new_table_name"],
        keywords: &["schema"],
        batch: Batch::Absent,
        class: "RenameTableOp",
        read: tables::rename_table,
    },
];
