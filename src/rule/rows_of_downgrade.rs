//! Rows that a downgrade meets: what the upgrade allowed since may not fit what comes back.

use crate::operation::operation::Operation;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

/// Returns the statements of a downgrade that rows may refuse, each with why.
pub fn refused<'a>(context: &RuleContext<'a>) -> Vec<(StatementRef<'a>, String)> {
    let statements = context.statements(Direction::Downgrade);
    statements.filter_map(|stmt| Some((stmt, why(&stmt, context)?))).collect()
}

fn why(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<String> {
    if stmt.is_conditional() || stmt.step.guarded {
        return None;
    }
    match stmt.statement() {
        Statement::Table(TableChange::AddColumn { table, column, .. }) => {
            let has_value = column.server_default.is_some() || column.generated.is_some();
            let is_bare = column.nullable == Known::Is(false) && !has_value;
            let is_new =
                context.before_migration().table(table).is_none() || context.is_empty(stmt, table);
            (is_bare && !is_new && !context.dialect.is_mysql()).then(|| {
                let name = column.name.as_str().unwrap_or("…");
                format!(
                    "`{table}.{name}` comes back NOT NULL without a default: the downgrade fails \
                     if `{table}` holds one row"
                )
            })
        }
        Statement::Table(TableChange::SetNotNull { table, column: Known::Is(column) }) => {
            nullable_since(stmt, context, table, column)
        }
        Statement::Table(TableChange::ModifyColumn {
            table,
            name: Known::Is(name),
            column,
            ..
        }) if column.nullable == Known::Is(false) => nullable_since(stmt, context, table, name),
        _ => None,
    }
}

/// Says that the upgrade let NULL into a column that the downgrade closes again.
fn nullable_since(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &str,
) -> Option<String> {
    let is_it = |of: &TableName, name: &Known<String>| of == table && name.as_str() == Some(column);
    let opened = context.statements(Direction::Upgrade).any(|other| match other.statement() {
        Statement::Table(TableChange::DropNotNull { table, column }) => is_it(table, column),
        Statement::Table(TableChange::ModifyColumn { table, name, column, .. }) => {
            // MySQL restates what is not said as nullable, and lost-column-attributes tells that.
            let is_said = !matches!(&other.step.operation,
                Operation::AlterColumn(alter) if alter.nullable.is_none());
            is_it(table, name) && column.nullable == Known::Is(true) && is_said
        }
        _ => false,
    });
    // What a downgrade writes before is meant to make room.
    let is_cleared = context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Rows(change) => change.table().is_some_and(|of| of == table),
        Statement::Unreadable { .. } => true,
        _ => false,
    });
    let was_closed = context
        .before_migration()
        .table(table)
        .and_then(|held| held.column(column))
        .is_none_or(|held| held.nullable != Known::Is(true));
    (opened && was_closed && !is_cleared).then(|| {
        format!(
            "`{table}.{column}` becomes NOT NULL over rows that may hold NULL since the \
            upgrade: the downgrade fails on the first"
        )
    })
}
