//! DROP INDEX is quick, but waits in line with everything behind it.

use crate::advice::literal;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::holds::Hold;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-index-without-concurrently",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "drops an index of a table in use, without CONCURRENTLY",
    harm: "PostgreSQL takes ACCESS EXCLUSIVE on the table until the transaction ends. The drop \
        itself is quick; but while it waits for one long query, every reader and writer that comes \
        later waits behind it. DROP INDEX CONCURRENTLY lets them through, but runs in no \
        transaction. SQL Server takes a schema modification lock until the transaction ends; MySQL \
        drops in place.",
    remedy: "Drop it with `postgresql_concurrently=True` inside \
        `op.get_context().autocommit_block()`, or set a `lock_timeout` before it.",
    example: example!("drop-index-without-concurrently"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::DropIndex {
        name,
        table: said,
        concurrently: Known::Is(false),
        ..
    }) = stmt.statement()
    else {
        return Vec::new();
    };
    if !matches!(context.dialect, Dialect::PostgreSql | Dialect::SqlServer) {
        return Vec::new();
    }
    let known = name.as_ref().and_then(Known::as_str);
    let found = known.and_then(|name| context.index(stmt, name, said.as_ref()));
    let table = said
        .clone()
        .or_else(|| found.map(|(table, _)| table))
        .or_else(|| made_again(stmt, context, known?));
    let is_told = |table: &TableName| {
        context.is_new(stmt, table)
            || context.is_locked_already(stmt, table)
            || is_locked_anyway(stmt, context, table)
    };
    if table.as_ref().is_some_and(is_told) {
        return Vec::new();
    }
    let name = known.unwrap_or("…");
    let title = table.as_ref().map_or_else(|| "its table".to_owned(), |table| format!("`{table}`"));
    let lock = table.as_ref().and_then(|table| context.lock_on(stmt, table));
    let mode = lock.map_or("a lock", |lock| lock.mode.title());
    let mut finding = context
        .finding(stmt, format!("`{name}` is dropped under {mode} on {title}"))
        .object(name)
        .label(format!("reads and writes of {title} wait behind it"));
    if let Some(table) = &table {
        finding = finding.table(table);
    }
    if context.dialect == Dialect::SqlServer {
        finding.message =
            format!("`{name}` is dropped under a schema modification lock on {title}");
        return vec![finding.remedy(
            "Drop it while few people work: the lock is kept until the transaction ends.",
        )];
    }
    let named = table.as_ref().map(|table| format!(", table_name={}", code::table_argument(table)));
    let schema = table.as_ref().map(code::schema_argument).unwrap_or_default();
    let argument = literal::quoted(name);
    vec![finding.safe_form(code::in_autocommit(&format!(
        "op.drop_index({argument}{}{schema}, postgresql_concurrently=True)",
        named.unwrap_or_default()
    )))]
}

/// Returns the table on which the same revision makes the index again.
fn made_again(stmt: &StatementRef<'_>, context: &RuleContext<'_>, name: &str) -> Option<TableName> {
    context.statements(stmt.direction).find_map(|other| match other.statement() {
        Statement::Table(TableChange::CreateIndex { table, index })
            if index.name.as_ref().and_then(Known::as_str) == Some(name) =>
        {
            Some(table.clone())
        }
        _ => None,
    })
}

/// Tells whether something else in the same transaction takes the lock later, so that CONCURRENTLY
/// would save nothing.
fn is_locked_anyway<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> bool {
    context.later(stmt).any(|later| {
        let takes = |hold: &Hold| hold.blocks_reads() && hold.table == *table;
        !matches!(later.statement(), Statement::Table(TableChange::DropIndex { .. }))
            && context.share_transaction(stmt, &later)
            && context.taken_at(&later).any(takes)
    })
}
