//! What was understood of each migration, as one JSON object. Its names are a contract: adding is
//! allowed.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::operation::operation::AlterColumn;
use crate::operation::operation::Operation;
use crate::operation::step::Mode;
use crate::operation::step::Script;
use crate::operation::step::Step;
use crate::report::effects;
use crate::sql::statement::Statement;
use crate::sql::table::Column;
use crate::sql::table::ColumnType;
use crate::sql::table::Constraint;
use crate::sql::table::ConstraintKind;
use crate::sql::table::ForeignKey;
use crate::sql::table::Index;
use crate::sql::table::IndexPart;
use crate::sql::table::ServerDefault;
use crate::sql::table::TableName;
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;
use crate::text::source::Site;

/// A migration whose operations are reported.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// Its path.
    pub path: &'a str,
    /// Its revision id, where it is known.
    pub revision: Option<&'a str>,
    /// What `upgrade` does.
    pub upgrade: &'a Script,
    /// What `downgrade` does.
    pub downgrade: &'a Script,
}

/// What stands for a value that cannot be known.
pub const UNREADABLE: &str = "<unreadable>";

/// Returns the line, from 1, that a site begins on.
pub type LineOf<'a> = dyn Fn(&Site) -> usize + 'a;

/// Tells migrations as one object.
pub fn tell(migrations: &[Listed<'_>], line: &LineOf<'_>) -> String {
    let rows: Vec<Value> = migrations
        .iter()
        .map(|migration| {
            json!({
                "path": migration.path,
                "revision": migration.revision,
                "upgrade": steps(migration.upgrade, line),
                "downgrade": steps(migration.downgrade, line),
            })
        })
        .collect();
    crate::report::json::write(&json!({"schema": 1, "migrations": rows}))
}

fn steps(script: &Script, line: &LineOf<'_>) -> Vec<Value> {
    script.steps.iter().map(|step| Value::Object(of_step(step, line))).collect()
}

/// Tells one step.
fn of_step(step: &Step, line: &LineOf<'_>) -> Map<String, Value> {
    let mut row = of_operation(&step.operation);
    row.insert("path".to_owned(), json!(&*step.site.path));
    row.insert("line".to_owned(), json!(line(&step.site)));
    if let Operation::Execute { .. } = &step.operation {
        let effects: Vec<Value> = step
            .emitted
            .iter()
            .flat_map(|emitted| {
                effects::of(&emitted.statement, emitted.conditional, line(&emitted.site))
            })
            .map(Value::Object)
            .collect();
        row.insert("effects".to_owned(), json!(effects));
    }
    if let Some(helper) = &step.helper {
        row.insert("helper".to_owned(), json!({"path": &*helper.path, "line": line(helper)}));
    }
    row.insert("autocommit".to_owned(), json!(step.mode == Mode::Autocommit));
    row.insert("conditional".to_owned(), json!(step.conditional));
    row.insert("repeated".to_owned(), json!(step.repeated));
    if !step.swallowed.is_empty() {
        let swallowed: Vec<&str> =
            step.swallowed.iter().map(|keyword| keyword.keyword.as_str()).collect();
        row.insert("swallowed".to_owned(), json!(swallowed));
    }
    row
}

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
fn with(mut row: Map<String, Value>, fields: &[(&str, Value)]) -> Map<String, Value> {
    for (name, value) in fields {
        row.insert((*name).to_owned(), value.clone());
    }
    row
}

/// Tells an operation, without where it stands and what `execute` does.
fn of_operation(operation: &Operation) -> Map<String, Value> {
    match operation {
        Operation::AddColumn { table, column, if_not_exists, inline_references, .. } => with(
            row("add_column", Some(table), Value::Null, json!([of_column(column)])),
            &[
                ("constraints", json!([])),
                ("if_not_exists", json!(if_not_exists)),
                ("inline_references", json!(inline_references)),
            ],
        ),
        Operation::CreateTable(create) => create_table(create),
        Operation::DropColumn { table, column, if_exists, .. } => with(
            row("drop_column", Some(table), Value::Null, json!([text(column)])),
            &[("if_exists", json!(if_exists))],
        ),
        Operation::AlterColumn(alter) => alter_column(alter),
        Operation::DropTable { table, if_exists } => with(
            row("drop_table", Some(table), Value::Null, Value::Null),
            &[("if_exists", json!(if_exists))],
        ),
        Operation::RenameTable { table, to } => with(
            row("rename_table", Some(table), Value::Null, Value::Null),
            &[("new_name", text(to))],
        ),
        Operation::CreateTableComment { table } => {
            row("create_table_comment", Some(table), Value::Null, Value::Null)
        }
        Operation::DropTableComment { table } => {
            row("drop_table_comment", Some(table), Value::Null, Value::Null)
        }
        Operation::CreateIndex { table, index } => create_index(table, index),
        Operation::DropIndex { table, name, concurrently, if_exists, .. } => with(
            row("drop_index", table.as_ref(), optional(name.as_ref()), Value::Null),
            &[("concurrently", flag(concurrently)), ("if_exists", json!(if_exists))],
        ),
        Operation::CreateConstraint { table, constraint } => of_constraint(Some(table), constraint),
        Operation::DropConstraint { table, name, kind, if_exists } => with(
            row("drop_constraint", Some(table), optional(name.as_ref()), Value::Null),
            &[
                ("constraint_type", kind.map_or(Value::Null, constraint_type)),
                ("if_exists", json!(if_exists)),
            ],
        ),
        Operation::BulkInsert { table, rows, columns, .. } => with(
            row("bulk_insert", Some(table), Value::Null, plain_names(columns)),
            &[("rows", rows.get().map_or(json!(UNREADABLE), |rows| json!(rows)))],
        ),
        Operation::CreateType { name, schema, .. } => of_type("create_type", name, schema.as_ref()),
        Operation::DropType { name, schema } => of_type("drop_type", name, schema.as_ref()),
        Operation::Execute { sql, via } => with(
            row("execute", None, Value::Null, Value::Null),
            &[("sql", optional(sql.as_ref())), ("via", json!(via.name()))],
        ),
        Operation::Custom { name, registered } => {
            with(row(name, None, Value::Null, Value::Null), &[("registered", json!(registered))])
        }
        Operation::Unreadable { why } => {
            with(row("unreadable", None, Value::Null, Value::Null), &[("why", json!(why))])
        }
    }
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

fn alter_column(alter: &AlterColumn) -> Map<String, Value> {
    let mut row =
        row("alter_column", Some(&alter.table), Value::Null, json!([text(&alter.column)]));
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            row.insert(name.to_owned(), value);
        }
    };
    add("nullable", alter.nullable.as_ref().map(flag));
    add("type", alter.kind.as_ref().map(known_type));
    add("existing_type", alter.existing_type.as_ref().map(known_type));
    add(
        "server_default",
        alter.server_default.as_ref().map(|default| default_of(default.as_ref())),
    );
    add("new_name", alter.new_name.as_ref().map(text));
    add("comment", alter.comment.as_ref().map(text));
    add("existing_nullable", alter.existing_nullable.as_ref().map(flag));
    row
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

fn of_type(op: &str, name: &Known<String>, schema: Option<&Known<String>>) -> Map<String, Value> {
    with(row(op, None, text(name), Value::Null), &[("schema", optional(schema))])
}

/// Tells a type.
pub fn of_column_type(kind: &ColumnType) -> Value {
    json!({"name": kind.name, "sql": kind.sql.get()})
}

fn known_type(kind: &Known<ColumnType>) -> Value {
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
