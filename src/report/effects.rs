//! What SQL that is executed does, in the words of Alembic's operations.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::report::operation_rows::{
    UNREADABLE, constraint_type, create_index, create_table, default_of, flag, is_told, names,
    of_column, of_column_type, of_constraint, optional, plain_names, row, text,
};
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
    let of_family = match statement {
        S::Table(change) => table_change(change),
        S::Rows(change) => row_change(change),
        S::Object(change) => object_change(change),
        S::Session(SessionCommand::Set { name, value, .. }) => Some({
            extended(row("set", None, json!(name), Value::Null), vec![("value", text(value))])
        }),
        S::Unreadable { why, table, .. } => Some(extended(
            row("unreadable", table.as_ref(), Value::Null, Value::Null),
            vec![("why", json!(why.to_string()))],
        )),
        _ => None,
    };
    of_family.unwrap_or_else(|| {
        extended(
            row("other", statement.table(), Value::Null, Value::Null),
            vec![("keyword", json!(keyword(statement)))],
        )
    })
}

fn table_change(change: &TableChange) -> Option<Map<String, Value>> {
    Some(match change {
        TableChange::CreateTable(create) => create_table(create),
        TableChange::DropTable { table, if_exists, .. } => extended(
            row("drop_table", Some(table), Value::Null, Value::Null),
            vec![("if_exists", json!(if_exists))],
        ),
        TableChange::RenameTable { table, to } => extended(
            row("rename_table", Some(table), Value::Null, Value::Null),
            vec![("new_name", text(to))],
        ),
        TableChange::AddColumn { table, column, if_not_exists } => extended(
            row("add_column", Some(table), Value::Null, json!([of_column(column)])),
            vec![("if_not_exists", json!(if_not_exists))],
        ),
        TableChange::DropColumn { table, column, if_exists, .. } => extended(
            row("drop_column", Some(table), Value::Null, json!([text(column)])),
            vec![("if_exists", json!(if_exists))],
        ),
        TableChange::RenameColumn { table, column, to } => {
            altered(table, column, Some(("new_name", text(to))))
        }
        TableChange::AlterColumnType { table, column, to, .. } => {
            let kind = to.get().map_or(json!(UNREADABLE), of_column_type);
            altered(table, column, Some(("type", kind)))
        }
        TableChange::SetNotNull { table, column } => {
            altered(table, column, Some(("nullable", json!(false))))
        }
        TableChange::DropNotNull { table, column } => {
            altered(table, column, Some(("nullable", json!(true))))
        }
        TableChange::SetDefault { table, column, default } => {
            altered(table, column, Some(("server_default", default_of(Some(default)))))
        }
        TableChange::DropDefault { table, column } => {
            altered(table, column, Some(("server_default", Value::Null)))
        }
        TableChange::AlterColumn { table, column, .. } => altered(table, column, None),
        TableChange::ModifyColumn { table, name, to, column, .. } => extended(
            altered(table, name, Some(("nullable", flag(&column.nullable)))),
            vec![
                ("type", column.kind.as_ref().map_or(Value::Null, of_column_type)),
                ("new_name", optional(to.as_ref())),
            ],
        ),
        TableChange::AddConstraint { table, constraint } => of_constraint(Some(table), constraint),
        TableChange::ValidateConstraint { table, name } => {
            row("validate_constraint", Some(table), text(name), Value::Null)
        }
        TableChange::DropConstraint { table, name, kind, if_exists, .. } => extended(
            row("drop_constraint", Some(table), optional(name.as_ref()), Value::Null),
            vec![
                ("constraint_type", kind.map_or(Value::Null, constraint_type)),
                ("if_exists", json!(if_exists)),
            ],
        ),
        TableChange::CreateIndex { table, index } => create_index(table, index),
        TableChange::DropIndex { table, name, concurrently, if_exists, .. } => extended(
            row("drop_index", table.as_ref(), optional(name.as_ref()), Value::Null),
            vec![("concurrently", flag(concurrently)), ("if_exists", json!(if_exists))],
        ),
        _ => return None,
    })
}

fn row_change(change: &RowChange) -> Option<Map<String, Value>> {
    Some(match change {
        RowChange::Insert(insert) => extended(
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
        RowChange::Update(update) => {
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
        RowChange::Delete(delete) => extended(
            row("delete", Some(&delete.table), Value::Null, Value::Null),
            vec![("filtered", filtered(&delete.filter))],
        ),
        RowChange::Truncate { table, cascade } => extended(
            row("truncate", Some(table), Value::Null, Value::Null),
            vec![("cascade", json!(cascade))],
        ),
        _ => return None,
    })
}

fn object_change(change: &ObjectChange) -> Option<Map<String, Value>> {
    Some(match change {
        ObjectChange::CreateType { name, .. } => row("create_type", None, text(name), Value::Null),
        ObjectChange::DropType { name, .. } => row("drop_type", None, text(name), Value::Null),
        ObjectChange::AlterType { name, .. } => row("alter_type", None, text(name), Value::Null),
        _ => return None,
    })
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
