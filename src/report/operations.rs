//! What was understood of each migration, as one JSON object. Its names are a contract: adding is
//! allowed.

use serde_json::{Map, Value, json};

use crate::operation::operation::{AlterColumn, Operation};
use crate::operation::step::{Mode, Script, Step};
use crate::report::effects;
use crate::report::operation_rows::{
    UNREADABLE, constraint_type, create_index, create_table, default_of, flag, known_type,
    of_column, of_constraint, of_type, optional, plain_names, row, text, with,
};
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
        Operation::OneStatement { name, statement } => {
            row(name, statement.table(), Value::Null, Value::Null)
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
