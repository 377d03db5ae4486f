//! The parameters of Alembic's operations (Alembic 1.20.1, `alembic/op.pyi`).

/// The parameters of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Parameters {
    /// Those that may be given by position.
    pub positional: &'static [&'static str],
    /// The others that do something.
    pub keywords: &'static [&'static str],
}

impl Parameters {
    /// Returns all of them.
    pub fn all(&self) -> Vec<&'static str> {
        self.positional.iter().chain(self.keywords).copied().collect()
    }
}

/// Returns the parameters of an operation; nothing where Alembic has none of that name.
pub fn of(name: &str) -> Option<Parameters> {
    let (positional, keywords): (&[&str], &[&str]) = match name {
        "add_column" => (
            &["table_name", "column"],
            &[
                "schema",
                "if_not_exists",
                "inline_references",
                "inline_primary_key",
                "insert_before",
                "insert_after",
            ],
        ),
        "drop_column" => (
            &["table_name", "column_name"],
            &[
                "schema",
                "if_exists",
                "mssql_drop_check",
                "mssql_drop_default",
                "mssql_drop_foreign_key",
            ],
        ),
        "alter_column" => (
            &["table_name", "column_name"],
            &[
                "nullable",
                "comment",
                "server_default",
                "new_column_name",
                "type_",
                "existing_type",
                "existing_server_default",
                "existing_nullable",
                "existing_comment",
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
        ),
        "create_table" => {
            (&["table_name"], &["schema", "if_not_exists", "comment", "info", "prefixes"])
        }
        "drop_table" => (&["table_name"], &["schema", "if_exists"]),
        "rename_table" => (&["old_table_name", "new_table_name"], &["schema"]),
        "create_table_comment" => (&["table_name", "comment"], &["existing_comment", "schema"]),
        "drop_table_comment" => (&["table_name"], &["existing_comment", "schema"]),
        "create_index" => (&["index_name", "table_name", "columns"], INDEX),
        "drop_index" => (
            &["index_name", "table_name"],
            &[
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
        ),
        "create_foreign_key" => (
            &["constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"],
            &[
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
        ),
        "create_unique_constraint" => (
            &["constraint_name", "table_name", "columns"],
            &[
                "schema",
                "deferrable",
                "initially",
                "postgresql_include",
                "postgresql_nulls_not_distinct",
                "info",
                "comment",
            ],
        ),
        "create_primary_key" => (
            &["constraint_name", "table_name", "columns"],
            &["schema", "deferrable", "initially", "postgresql_include", "info", "comment"],
        ),
        "create_check_constraint" => (
            &["constraint_name", "table_name", "condition"],
            &["schema", "deferrable", "initially", "postgresql_not_valid", "info", "comment"],
        ),
        "create_exclude_constraint" => (
            &["constraint_name", "table_name"],
            &["schema", "using", "where", "deferrable", "initially", "ops", "info", "comment"],
        ),
        "drop_constraint" => {
            (&["constraint_name", "table_name", "type_"], &["schema", "if_exists"])
        }
        "bulk_insert" => (&["table", "rows"], &["multiinsert"]),
        _ => return None,
    };
    Some(Parameters { positional, keywords })
}

const INDEX: &[&str] = &[
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
];

/// Tells whether a well-known plug-in registers an operation of this name.
pub fn of_a_plug_in(name: &str) -> bool {
    matches!(
        name,
        "create_entity" | "drop_entity" | "replace_entity" | "revert_entity" | "sync_enum_values"
    )
}
