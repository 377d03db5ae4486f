//! DDL takes its lock at once and keeps it; rows that are written behind it in the same transaction make everybody wait.

use crate::example;
use crate::operation::step::Mode;
use crate::rule::batch;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::Hit;
use crate::rule::transaction::Hold;
use crate::sql::lock::LockMode;
use crate::sql::statement::{Filter, Reach, Rows, Statement};
use crate::sql::table::TableName;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "schema-and-data-together",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::WeakScan,
    plan: None,
    waivable: true,
    summary: "writes rows after it has locked a table for a change",
    harm: "PostgreSQL keeps the lock of the schema change, ACCESS EXCLUSIVE for most, until the transaction ends, \
           so the time that the rows take is added to it: readers and writers of the table wait all the while.",
    remedy: "Write the rows in a revision of their own, before or behind the change, with \
             `transaction_per_migration=True` in env.py.",
    example: example!("schema-and-data-together"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Some(table) = slow(deed, case) else { return Vec::new() };
    if !case.is_postgresql() || deed.step.mode != Mode::Transaction || case.is_new(deed, table) || case.is_small(table)
    {
        return Vec::new();
    }
    if writes_only_new(case, deed) {
        return Vec::new();
    }
    let strong = |hold: &&Hold| hold.mode == LockMode::AccessExclusive && *hold.revision == *case.revision();
    let Some(hold) = case.held_at(deed).find(strong) else { return Vec::new() };
    let line = case.migration.text.line_of(hold.site.span.start);
    let locked = &hold.table;
    vec![
        case.hit(deed, format!("`{table}` is written while line {line} holds ACCESS EXCLUSIVE on `{locked}`"))
            .label(format!("reads and writes of `{locked}` wait until this is done"))
            .aside(format!("line {line}: {}", hold.title)),
    ]
}

/// Returns the table of a statement that writes rows, how many nobody knows.
fn slow<'a>(deed: &'a Deed<'_>, case: &Case<'_>) -> Option<&'a TableName> {
    let is_long = |table: &TableName, filter: &Filter| {
        filter.reach != Reach::Batch && !batch::is_short(deed, case, table, filter)
    };
    match deed.statement() {
        Statement::Update(update) if is_long(&update.table, &update.filter) => Some(&update.table),
        Statement::Delete(delete) if is_long(&delete.table, &delete.filter) => Some(&delete.table),
        Statement::Insert(insert) if !matches!(insert.rows, Rows::Values(_)) => Some(&insert.table),
        Statement::Merge { table } | Statement::CopyFrom { table } => Some(table),
        _ => None,
    }
}

/// Tells whether a statement writes only columns that this migration adds.
fn writes_only_new(case: &Case<'_>, deed: &Deed<'_>) -> bool {
    let Statement::Update(update) = deed.statement() else { return false };
    let Known::Is(set) = &update.set else { return false };
    let is_added = |column: &Known<String>| {
        case.earlier(deed).any(|earlier| match earlier.statement() {
            Statement::AddColumn { table, column: added, .. } => *table == update.table && added.name == *column,
            _ => false,
        })
    };
    set.iter().all(|assignment| is_added(&assignment.column))
}
