//! DROP INDEX is quick, but waits in line with everything behind it.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::rule::transaction::Hold;
use crate::sql::dialect::Dialect;
use crate::sql::lock::LockMode;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-index-without-concurrently",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "drops an index of a table that people use, without CONCURRENTLY",
    harm: "PostgreSQL takes ACCESS EXCLUSIVE on the table until the transaction ends. The drop itself is quick; \
           but while it waits for one long query, every reader and writer that comes later waits behind it. DROP \
           INDEX CONCURRENTLY lets them through, but runs in no transaction. SQL Server takes a schema \
           modification lock until the transaction ends; MySQL drops in place.",
    remedy: "Drop it with `postgresql_concurrently=True` inside `op.get_context().autocommit_block()`, or set a \
             `lock_timeout` before it.",
    example: example!("drop-index-without-concurrently"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    let Statement::DropIndex { name, table: said, concurrently: Known::Is(false), .. } = deed.statement() else {
        return Vec::new();
    };
    if !matches!(case.dialect, Dialect::PostgreSql | Dialect::SqlServer) {
        return Vec::new();
    }
    let known = name.as_ref().and_then(Known::as_str);
    let found = known.and_then(|name| case.index(deed, name, said.as_ref()));
    let table = said.clone().or_else(|| found.map(|(table, _)| table)).or_else(|| made_again(deed, case, known?));
    let is_told = |table: &TableName| {
        case.is_new(deed, table) || case.is_locked_already(deed, table) || is_locked_anyway(deed, case, table)
    };
    if table.as_ref().is_some_and(is_told) {
        return Vec::new();
    }
    let name = known.unwrap_or("…");
    let title = table.as_ref().map_or_else(|| "its table".to_owned(), |table| format!("`{table}`"));
    let mut hit = case
        .hit(deed, format!("`{name}` is dropped under ACCESS EXCLUSIVE on {title}"))
        .object(name)
        .label(format!("reads and writes of {title} wait behind it"));
    if let Some(table) = &table {
        hit = hit.table(table);
    }
    if case.dialect == Dialect::SqlServer {
        hit.message = format!("`{name}` is dropped under a schema modification lock on {title}");
        return vec![hit.remedy("Drop it while few people work: the lock is kept until the transaction ends.")];
    }
    let named = table.as_ref().map(|table| format!(", table_name={}", code::table_argument(table)));
    let schema = table.as_ref().map(code::schema_argument).unwrap_or_default();
    let argument = code::quoted(name);
    vec![hit.safe_form(code::in_autocommit(&format!(
        "op.drop_index({argument}{}{schema}, postgresql_concurrently=True)",
        named.unwrap_or_default()
    )))]
}

/// Returns the table on which the same revision makes the index again.
fn made_again(deed: &Deed<'_>, case: &Case<'_>, name: &str) -> Option<TableName> {
    case.deeds(deed.direction).find_map(|other| match other.statement() {
        Statement::CreateIndex { table, index } if index.name.as_ref().and_then(Known::as_str) == Some(name) => {
            Some(table.clone())
        }
        _ => None,
    })
}

/// Tells whether something else in the same transaction takes the lock later, so that CONCURRENTLY would save nothing.
fn is_locked_anyway<'a>(deed: &Deed<'a>, case: &Case<'a>, table: &TableName) -> bool {
    case.later(deed).any(|later| {
        let takes = |hold: &Hold| hold.mode == LockMode::AccessExclusive && hold.table == *table;
        !matches!(later.statement(), Statement::DropIndex { .. })
            && case.share_transaction(deed, &later)
            && case.taken_at(&later).any(takes)
    })
}
