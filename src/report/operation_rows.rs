//! Rows of the JSON of operations: tables, columns, constraints and indexes.

use serde_json::{Map, Value, json};

use crate::sql::statement::Statement;
use crate::sql::table::{
    Column, ColumnType, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, ServerDefault,
    TableName,
};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

/// What stands for a value that cannot be known.
pub const UNREADABLE: &str = "<unreadable>";

/// Makes a row of the fields that every operation has.
pub fn row(op: &str, table: Option<&TableName>, name: Value, columns: Value) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert("op".to_owned(), json!(op));
    row.insert("line".to_owned(), Value::Null);
    row.insert("table".to_owned(), table.map_or(Value::Null, |table| text(&table.name)));
    row.insert(
        "schema".to_owned(),
        table.and_then(|table| table.schema.as_ref()).map_or(Value::Null, text),
    );
    row.insert("name".to_owned(), name);
    row.insert("columns".to_owned(), columns);
    row
}

/// Adds a field to a row.
pub(super) fn with(mut row: Map<String, Value>, fields: &[(&str, Value)]) -> Map<String, Value> {
    for (name, value) in fields {
        row.insert((*name).to_owned(), value.clone());
    }
    row
}

/// Tells CREATE TABLE.
pub fn create_table(create: &CreateTable) -> Map<String, Value> {
    let columns: Vec<Value> = create.columns.iter().map(of_column).collect();
    let constraints: Vec<Value> = create
        .constraints
        .iter()
        .map(|constraint| Value::Object(of_constraint(Some(&create.table), constraint)))
        .collect();
    let indexes: Vec<Value> = create
        .indexes
        .iter()
        .map(|index| Value::Object(create_index(&create.table, index)))
        .collect();
    let row = with(
        row("create_table", Some(&create.table), Value::Null, json!(columns)),
        &[("constraints", json!(constraints)), ("if_not_exists", json!(create.if_not_exists))],
    );
    let row = if indexes.is_empty() { row } else { with(row, &[("indexes", json!(indexes))]) };
    if create.complete { row } else { with(row, &[("complete", json!(false))]) }
}

/// Tells CREATE INDEX.
pub fn create_index(table: &TableName, index: &Index) -> Map<String, Value> {
    let columns = match &index.columns {
        Known::Is(parts) => json!(parts.iter().map(index_part).collect::<Vec<Value>>()),
        Known::Unreadable => json!(UNREADABLE),
    };
    with(
        row("create_index", Some(table), optional(index.name.as_ref()), columns),
        &[
            ("unique", flag(&index.unique)),
            ("concurrently", flag(&index.concurrently)),
            ("if_not_exists", json!(index.if_not_exists)),
        ],
    )
}

fn index_part(part: &IndexPart) -> Value {
    match part {
        IndexPart::Column(name) => json!(name),
        IndexPart::Expression(sql) => json!(sql),
        IndexPart::Unreadable => json!(UNREADABLE),
    }
}

/// Tells the constraint of a table.
pub fn of_constraint(table: Option<&TableName>, constraint: &Constraint) -> Map<String, Value> {
    let name = optional(constraint.name());
    match constraint {
        Constraint::PrimaryKey(key) => row("create_primary_key", table, name, names(&key.columns)),
        Constraint::Unique(key) => {
            row("create_unique_constraint", table, name, names(&key.columns))
        }
        Constraint::ForeignKey(key) => with(
            row("create_foreign_key", table, name, names(&key.columns)),
            &[
                ("referent", referent(key)),
                ("not_valid", flag(&key.not_valid)),
                ("ondelete", optional(key.on_delete.as_ref())),
            ],
        ),
        Constraint::Check(check) => with(
            row("create_check_constraint", table, name, Value::Null),
            &[("condition", text(&check.condition)), ("not_valid", flag(&check.not_valid))],
        ),
        Constraint::Exclude { .. } => row("create_exclude_constraint", table, name, Value::Null),
        Constraint::NotNull { column, not_valid, .. } => with(
            row("create_check_constraint", table, name, json!([text(column)])),
            &[
                ("condition", json!(format!("{} IS NOT NULL", shown(column)))),
                ("not_valid", json!(not_valid)),
            ],
        ),
    }
}

fn referent(key: &ForeignKey) -> Value {
    json!({
        "table": text(&key.referent.name),
        "schema": optional(key.referent.schema.as_ref()),
        "columns": names(&key.referent_columns),
    })
}

/// Tells a column.
pub fn of_column(column: &Column) -> Value {
    let key = column.foreign_keys.first().map_or(Value::Null, |key| {
        let mut row = match referent(key) {
            Value::Object(row) => row,
            _ => Map::new(),
        };
        row.insert("name".to_owned(), optional(key.name.as_ref()));
        row.insert("ondelete".to_owned(), optional(key.on_delete.as_ref()));
        Value::Object(row)
    });
    json!({
        "name": text(&column.name),
        "type": column.kind.as_ref().map_or(Value::Null, of_column_type),
        "nullable": flag(&column.nullable),
        "server_default": default_of(column.server_default.as_ref()),
        "primary_key": flag(&column.primary_key),
        "foreign_key": key,
        "unique": flag(&column.unique),
        "index": flag(&column.index),
    })
}

pub(super) fn of_type(
    op: &str,
    name: &Known<String>,
    schema: Option<&Known<String>>,
) -> Map<String, Value> {
    with(row(op, None, text(name), Value::Null), &[("schema", optional(schema))])
}

/// Tells a type.
pub fn of_column_type(kind: &ColumnType) -> Value {
    json!({"name": kind.name, "sql": kind.sql.get()})
}

pub(super) fn known_type(kind: &Known<ColumnType>) -> Value {
    kind.get().map_or(json!(UNREADABLE), of_column_type)
}

/// Tells a server default.
pub fn default_of(default: Option<&ServerDefault>) -> Value {
    default.map_or(Value::Null, |default| text(&default.sql))
}

/// Returns Alembic's word for a kind of constraint.
pub fn constraint_type(kind: ConstraintKind) -> Value {
    match kind {
        ConstraintKind::PrimaryKey => json!("primary"),
        ConstraintKind::Unique => json!("unique"),
        ConstraintKind::ForeignKey => json!("foreignkey"),
        ConstraintKind::Check => json!("check"),
        ConstraintKind::Exclude => json!("exclude"),
        ConstraintKind::NotNull => json!("not_null"),
    }
}

/// Tells a text that may not be known.
pub fn text(text: &Known<String>) -> Value {
    json!(shown(text))
}

fn shown(text: &Known<String>) -> &str {
    text.as_str().unwrap_or(UNREADABLE)
}

/// Tells a text that may be absent.
pub fn optional(value: Option<&Known<String>>) -> Value {
    value.map_or(Value::Null, text)
}

/// Tells a flag that may not be known.
pub fn flag(flag: &Known<bool>) -> Value {
    flag.get().map_or(json!(UNREADABLE), |flag| json!(flag))
}

/// Tells a list of names that may not be known.
pub fn names(names: &Known<Vec<Known<String>>>) -> Value {
    match names {
        Known::Is(names) => json!(names.iter().map(text).collect::<Vec<Value>>()),
        Known::Unreadable => json!(UNREADABLE),
    }
}

/// Tells a list of plain names that may not be known.
pub fn plain_names(names: &Known<Vec<String>>) -> Value {
    names.get().map_or(json!(UNREADABLE), |names| json!(names))
}

/// Tells whether a statement is listed among the effects of `execute` at all.
pub fn is_told(statement: &Statement) -> bool {
    *statement != Statement::Read
}
