//! What SQL that is executed does, in the words of Alembic's operations.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::report::operation_rows::UNREADABLE;
use crate::report::operation_rows::constraint_type;
use crate::report::operation_rows::create_index;
use crate::report::operation_rows::create_table;
use crate::report::operation_rows::default_of;
use crate::report::operation_rows::flag;
use crate::report::operation_rows::is_told;
use crate::report::operation_rows::names;
use crate::report::operation_rows::of_column;
use crate::report::operation_rows::of_column_type;
use crate::report::operation_rows::of_constraint;
use crate::report::operation_rows::optional;
use crate::report::operation_rows::plain_names;
use crate::report::operation_rows::row;
use crate::report::operation_rows::text;
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::{Filter, Reach, RowChange, RowSource};
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::sql::title::statement::statement_title;
use crate::text::known::Known;

/// Tells what a statement does; the statements of a block one by one.
pub fn of(statement: &Statement, conditional: bool, line: usize) -> Vec<Map<String, Value>> {
    if let Statement::Block { statements, guarded } = statement {
        return statements
            .iter()
            .flat_map(|placed| {
                of(&placed.statement, conditional || *guarded || placed.conditional, line)
            })
            .collect();
    }
    if !is_told(statement) {
        return Vec::new();
    }
    let mut row = effect(statement);
    row.insert("line".to_owned(), json!(line));
    row.insert("conditional".to_owned(), json!(conditional));
    vec![row]
}

fn altered(
    table: &TableName,
    column: &Known<String>,
    setting: Option<(&str, Value)>,
) -> Map<String, Value> {
    let mut row = row("alter_column", Some(table), Value::Null, json!([text(column)]));
    if let Some((name, value)) = setting {
        row.insert(name.to_owned(), value);
    }
    row
}

fn extended(mut row: Map<String, Value>, fields: Vec<(&str, Value)>) -> Map<String, Value> {
    for (name, value) in fields {
        row.insert(name.to_owned(), value);
    }
    row
}

fn effect(statement: &Statement) -> Map<String, Value> {
    use Statement as S;
    match statement {
        S::Table(TableChange::CreateTable(create)) => create_table(create),
        S::Table(TableChange::DropTable { table, if_exists, .. }) => extended(
            row("drop_table", Some(table), Value::Null, Value::Null),
            vec![("if_exists", json!(if_exists))],
        ),
        S::Table(TableChange::RenameTable { table, to }) => extended(
            row("rename_table", Some(table), Value::Null, Value::Null),
            vec![("new_name", text(to))],
        ),
        S::Table(TableChange::AddColumn { table, column, if_not_exists }) => extended(
            row("add_column", Some(table), Value::Null, json!([of_column(column)])),
            vec![("if_not_exists", json!(if_not_exists))],
        ),
        S::Table(TableChange::DropColumn { table, column, if_exists, .. }) => extended(
            row("drop_column", Some(table), Value::Null, json!([text(column)])),
            vec![("if_exists", json!(if_exists))],
        ),
        S::Table(TableChange::RenameColumn { table, column, to }) => {
            altered(table, column, Some(("new_name", text(to))))
        }
        S::Table(TableChange::AlterColumnType { table, column, to, .. }) => {
            let kind = to.get().map_or(json!(UNREADABLE), of_column_type);
            altered(table, column, Some(("type", kind)))
        }
        S::Table(TableChange::SetNotNull { table, column }) => {
            altered(table, column, Some(("nullable", json!(false))))
        }
        S::Table(TableChange::DropNotNull { table, column }) => {
            altered(table, column, Some(("nullable", json!(true))))
        }
        S::Table(TableChange::SetDefault { table, column, default }) => {
            altered(table, column, Some(("server_default", default_of(Some(default)))))
        }
        S::Table(TableChange::DropDefault { table, column }) => {
            altered(table, column, Some(("server_default", Value::Null)))
        }
        S::Table(TableChange::AlterColumn { table, column, .. }) => altered(table, column, None),
        S::Table(TableChange::ModifyColumn { table, name, to, column, .. }) => extended(
            altered(table, name, Some(("nullable", flag(&column.nullable)))),
            vec![
                ("type", column.kind.as_ref().map_or(Value::Null, of_column_type)),
                ("new_name", optional(to.as_ref())),
            ],
        ),
        S::Table(TableChange::AddConstraint { table, constraint }) => {
            of_constraint(Some(table), constraint)
        }
        S::Table(TableChange::ValidateConstraint { table, name }) => {
            row("validate_constraint", Some(table), text(name), Value::Null)
        }
        S::Table(TableChange::DropConstraint { table, name, kind, if_exists, .. }) => extended(
            row("drop_constraint", Some(table), optional(name.as_ref()), Value::Null),
            vec![
                ("constraint_type", kind.map_or(Value::Null, constraint_type)),
                ("if_exists", json!(if_exists)),
            ],
        ),
        S::Table(TableChange::CreateIndex { table, index }) => create_index(table, index),
        S::Table(TableChange::DropIndex { table, name, concurrently, if_exists, .. }) => extended(
            row("drop_index", table.as_ref(), optional(name.as_ref()), Value::Null),
            vec![("concurrently", flag(concurrently)), ("if_exists", json!(if_exists))],
        ),
        S::Rows(RowChange::Insert(insert)) => extended(
            row(
                "insert",
                Some(&insert.table),
                Value::Null,
                insert.columns.as_ref().map_or(Value::Null, plain_names),
            ),
            vec![(
                "rows",
                match &insert.rows {
                    RowSource::Values(Known::Is(rows)) => json!(rows),
                    RowSource::Values(Known::Unreadable) | RowSource::Unknown => json!(UNREADABLE),
                    RowSource::Select => Value::Null,
                },
            )],
        ),
        S::Rows(RowChange::Update(update)) => {
            let set = update
                .set
                .get()
                .map(|set| set.iter().map(|one| one.column.clone()).collect::<Vec<_>>());
            let columns = names(&Known::from(set));
            extended(
                row("update", Some(&update.table), Value::Null, columns),
                vec![("filtered", filtered(&update.filter))],
            )
        }
        S::Rows(RowChange::Delete(delete)) => extended(
            row("delete", Some(&delete.table), Value::Null, Value::Null),
            vec![("filtered", filtered(&delete.filter))],
        ),
        S::Rows(RowChange::Truncate { table, cascade }) => extended(
            row("truncate", Some(table), Value::Null, Value::Null),
            vec![("cascade", json!(cascade))],
        ),
        S::Object(ObjectChange::CreateType { name, .. }) => {
            row("create_type", None, text(name), Value::Null)
        }
        S::Object(ObjectChange::DropType { name, .. }) => {
            row("drop_type", None, text(name), Value::Null)
        }
        S::Object(ObjectChange::AlterType { name, .. }) => {
            row("alter_type", None, text(name), Value::Null)
        }
        S::Session(SessionCommand::Set { name, value, .. }) => {
            extended(row("set", None, json!(name), Value::Null), vec![("value", text(value))])
        }
        S::Unreadable { why, table, .. } => extended(
            row("unreadable", table.as_ref(), Value::Null, Value::Null),
            vec![("why", json!(why.to_string()))],
        ),
        other => extended(
            row("other", other.table(), Value::Null, Value::Null),
            vec![("keyword", json!(keyword(other)))],
        ),
    }
}

/// Tells whether a filter leaves any row out.
fn filtered(filter: &Filter) -> Value {
    match filter.reach {
        Reach::Everything => json!(false),
        Reach::Unreadable => json!(UNREADABLE),
        Reach::Some | Reach::Rows | Reach::Batch => json!(true),
    }
}

/// Returns the first words of a statement, upper case.
fn keyword(statement: &Statement) -> String {
    match statement {
        Statement::Other { keyword } => keyword.clone(),
        other => {
            let title = statement_title(other);
            let words: Vec<&str> = title
                .split_whitespace()
                .take_while(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()))
                .collect();
            words.join(" ")
        }
    }
}
