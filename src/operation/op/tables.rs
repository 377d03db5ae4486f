//! Operations on tables and columns.

use crate::operation::migration_host::MigrationHost;
use crate::operation::op::call::OpCall;
use crate::operation::operation::{AlterColumn, Operation};
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::check;
use crate::operation::sqlalchemy::columns::spatial_index;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{SqlExpr, SqlToken};
use crate::operation::sqlalchemy::tables::{extras, table_settings};
use crate::operation::sqlalchemy::texts;
use crate::operation::step::{Role, SentText, Swallowed};
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::ObjectChange;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ServerDefault};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;
use std::rc::Rc;

/// Reads `op.add_column`.
pub(crate) fn add_column(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let table = host.table_name(call.bound.get("table_name"), call.bound.get("schema"));
    let mut column = match call.bound.get("column").and_then(|column| host.column_of(column)) {
        Some(column) => column,
        None => unknown_column(),
    };
    call.details.strings.append(&mut column.strings);
    call.details.swallowed.append(&mut column.swallowed);
    call.details.more.extend(spatial_index(host, &table, &column));
    for key in &mut column.column.foreign_keys {
        key.columns = Known::Is(vec![column.column.name.clone()]);
    }
    Operation::AddColumn {
        table,
        column: column.column,
        if_not_exists: call.bound.is_true("if_not_exists"),
        inline_references: call.bound.is_true("inline_references"),
        inline_primary_key: call.bound.is_true("inline_primary_key"),
    }
}

/// Reads `op.drop_column`.
pub(crate) fn drop_column(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::DropColumn {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        column: call.bound.get("column_name").map_or(Known::Unreadable, |name| host.text(name)),
        if_exists: call.bound.is_true("if_exists"),
        drops_default: call.bound.is_true("mssql_drop_default"),
    }
}

/// Reads `op.alter_column`.
pub(crate) fn alter_column(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let server_default =
        changed_default(host, call.bound.get("server_default"), &mut call.details.strings, call.at);
    let existing_server_default =
        changed_default(host, call.bound.get("existing_server_default"), &mut Vec::new(), call.at);
    let kind = |host: &mut MigrationHost, name: &str| {
        let value = call.bound.some(name).cloned()?;
        Some(Known::from(host.column_type(&value)))
    };
    let to = kind(host, "type_");
    let existing_type = kind(host, "existing_type");
    Operation::AlterColumn(Box::new(AlterColumn {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        column: call.bound.get("column_name").map_or(Known::Unreadable, |name| host.text(name)),
        nullable: call.bound.some("nullable").map(|flag| host.flag(Some(flag), true)),
        kind: to,
        server_default,
        new_name: host.text_or_none(call.bound.get("new_column_name")),
        comment: match call.bound.get("comment") {
            None | Some(Value::Bool(false)) => None,
            Some(Value::None) => Some(Known::Is(String::new())),
            Some(comment) => Some(host.text(comment)),
        },
        autoincrement: call.bound.some("autoincrement").map(|flag| host.flag(Some(flag), true)),
        existing_type,
        existing_nullable: call
            .bound
            .some("existing_nullable")
            .map(|flag| host.flag(Some(flag), true)),
        existing_server_default,
        using: call.bound.some("postgresql_using").cloned().map(|using| host.sql_of(Some(&using))),
    }))
}

/// Reads a default that may be left as it is (`False`), dropped (`None`) or set.
fn changed_default(
    host: &mut MigrationHost,
    value: Option<&Value>,
    strings: &mut Vec<SentText>,
    at: At<'_>,
) -> Option<Option<ServerDefault>> {
    let value = match value {
        None | Some(Value::Bool(false)) => return None,
        Some(Value::None) => return Some(None),
        Some(value) => value.clone(),
    };
    if let Some(SaValue::Generated(..)) = host.thing(&value) {
        return None;
    }
    let (default, mut sent) = host.server_default(&value, at);
    strings.append(&mut sent);
    Some(default)
}

/// Reads `op.create_table`.
pub(crate) fn create_table(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let table = host.table_name(call.bound.get("table_name"), call.bound.get("schema"));
    let mut thing = host.table_of_parts(table, &call.bound.rest, call.bound.open);
    table_settings(host, &mut thing.create, &call.bound);
    check::table(host, &thing, call.at);
    let spatial =
        thing.columns.iter().filter_map(|column| spatial_index(host, &thing.create.table, column));
    call.details.more.extend(spatial);
    let (strings, swallowed) = extras(&thing);
    call.details.strings.extend(strings);
    call.details.swallowed.extend(swallowed);
    let mut create = thing.create.clone();
    if host.dialect != Dialect::Sqlite && leave_to_alter(&mut create) {
        let keyword = LEFT_OUT.to_owned();
        call.details.swallowed.push(Swallowed { keyword, meant: None });
    }
    call.details.returned = Some(Rc::new(thing));
    Operation::CreateTable(create)
}

/// The keyword of a foreign key that is left to an ALTER.
pub const LEFT_OUT: &str = "use_alter";

/// Takes out the foreign keys that SQLAlchemy leaves to an ALTER, which Alembic does not send, and
/// tells whether there are any.
fn leave_to_alter(create: &mut CreateTable) -> bool {
    let count = |create: &CreateTable| {
        let of_columns = create.columns.iter().map(|column| column.foreign_keys.len());
        create.constraints.len() + of_columns.sum::<usize>()
    };
    let before = count(create);
    create.constraints.retain(|held| !matches!(held, Constraint::ForeignKey(key) if key.use_alter));
    for column in &mut create.columns {
        column.foreign_keys.retain(|key| !key.use_alter);
    }
    count(create) < before
}

/// Reads `op.drop_table`.
pub(crate) fn drop_table(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::DropTable {
        table: host.table_name(call.bound.get("table_name"), call.bound.get("schema")),
        if_exists: call.bound.is_true("if_exists"),
    }
}

/// Reads `op.rename_table`.
pub(crate) fn rename_table(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::RenameTable {
        table: host.table_name(call.bound.get("old_table_name"), call.bound.get("schema")),
        to: call.bound.get("new_table_name").map_or(Known::Unreadable, |name| host.text(name)),
    }
}

/// Reads `op.create_table_comment`.
pub(crate) fn create_table_comment(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::OneStatement { name: "create_table_comment", statement: comment(host, call) }
}

/// Reads `op.drop_table_comment`.
pub(crate) fn drop_table_comment(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    Operation::OneStatement { name: "drop_table_comment", statement: comment(host, call) }
}

fn comment(host: &MigrationHost, call: &OpCall<'_>) -> Statement {
    let table = host.table_name(call.bound.get("table_name"), call.bound.get("schema"));
    let comment = host.text_or_none(call.bound.get("comment"));
    Statement::Object(ObjectChange::Comment { table: Some(table), column: None, comment })
}

/// Reads `op.bulk_insert`.
pub(crate) fn bulk_insert(host: &mut MigrationHost, call: &mut OpCall<'_>) -> Operation {
    let source = call.bound.get("table").cloned().and_then(|table| host.source_of(&table));
    let table = source.as_ref().and_then(|source| source.table()).cloned();
    let mut query = Query::new(Verb::Insert, source);
    let rows = call.bound.get("rows").cloned();
    let rows_known = rows.as_ref().is_some_and(|rows| host.items(rows).is_some());
    match rows {
        Some(rows) if rows_known => host.add_values(&mut query, &Arguments::positional(vec![rows])),
        _ => query.rows = Known::Unreadable,
    }
    let mut columns: Vec<String> = Vec::new();
    let mut complete = rows_known;
    for (column, value) in &query.values {
        match column {
            Known::Is(column) if !columns.contains(column) => columns.push(column.clone()),
            Known::Is(_) => {}
            Known::Unreadable => complete = false,
        }
        call.details.strings.extend(cell(host, value, call.at));
    }
    let declared = call.bound.get("table").and_then(|table| host.thing(table));
    let all = match declared {
        Some(SaValue::Table(table)) => {
            // Keys of a row that the object of Python has no column for are passed over (SQLAlchemy
            // 1.3 to 2.1), but not where each row is sent by `values(...)`.
            let by_values = matches!(call.bound.get("multiinsert"), Some(Value::Bool(false)));
            if let Some(names) = table.exact_names().filter(|_| !by_values) {
                columns.retain(|column| names.contains(&column.as_str()));
            }
            let made = table.create.columns.iter().filter(|column| column.python_default);
            columns.extend(made.filter_map(|column| column.name.as_str()).map(str::to_owned));
            true
        }
        _ => false,
    };
    let empty = call
        .bound
        .get("rows")
        .and_then(|rows| host.items(rows))
        .is_some_and(|(rows, all)| all && rows.is_empty());
    let generated = query.generated();
    let values = texts::written(&query, &texts::declared(&declared_columns(host, call)));
    Operation::BulkInsert {
        table: table.unwrap_or_else(crate::sql::table::TableName::unreadable),
        rows: if empty { Known::Is(0) } else { query.rows },
        columns: if complete { Known::Is(columns) } else { Known::Unreadable },
        generated,
        values,
        all,
    }
}

fn declared_columns(host: &MigrationHost, call: &OpCall<'_>) -> Vec<ColumnValue> {
    match call.bound.get("table").and_then(|table| host.thing(table)) {
        Some(SaValue::Table(table)) => table.columns.clone(),
        _ => Vec::new(),
    }
}

/// Returns the string in a cell of a row.
fn cell(host: &MigrationHost, value: &SqlExpr, at: At<'_>) -> Option<SentText> {
    match value.bits.as_slice() {
        [SqlToken::Literal { text, at: site, .. }] => Some(SentText {
            text: text.to_string(),
            site: site.clone().unwrap_or_else(|| host.site(at)),
            role: Role::Value,
        }),
        _ => None,
    }
}

/// A column of which nothing is known.
fn unknown_column() -> ColumnValue {
    let mut column = ColumnValue::named(Known::Unreadable);
    column.column.nullable = Known::Unreadable;
    column.column.unique = Known::Unreadable;
    column.column.index = Known::Unreadable;
    column.column.primary_key = Known::Unreadable;
    column.column.kind = None;
    column
}
