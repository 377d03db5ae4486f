//! DDL takes its lock at once and keeps it; rows that are written behind it in the same transaction
//! make everybody wait.

use crate::example;
use crate::operation::step::Mode;
use crate::rule::batch;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::holds::Hold;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::{Filter, Reach, RowChange, RowSource};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "schema-and-data-together",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::WeakScan,
    plan: None,
    waivable: true,
    summary: "writes rows after it has locked a table for a change",
    harm: "PostgreSQL keeps the lock of the schema change, ACCESS EXCLUSIVE for most, until the \
        transaction ends, so the time that the rows take is added to it: readers and writers of \
        the table wait all the while.",
    remedy: "Write the rows in a revision of their own, before or behind the change, with \
             `transaction_per_migration=True` in env.py.",
    example: example!("schema-and-data-together"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Some(table) = slow(stmt, context) else { return Vec::new() };
    if !context.is_postgresql()
        || stmt.step.mode != Mode::Transaction
        || context.is_new(stmt, table)
        || context.is_small(table)
    {
        return Vec::new();
    }
    if writes_only_new(context, stmt) {
        return Vec::new();
    }
    let strong = |hold: &&Hold| hold.blocks_reads() && *hold.revision == *context.revision();
    let Some(hold) = context.held_at(stmt).find(strong) else { return Vec::new() };
    let line = context.migration.text.line_of(hold.site.span.start);
    let (locked, mode) = (&hold.table, hold.mode.title());
    vec![
        context
            .finding(
                stmt,
                format!("`{table}` is written while line {line} holds {mode} on `{locked}`"),
            )
            .label(format!("reads and writes of `{locked}` wait until this is done"))
            .note(format!("line {line}: {}", hold.title)),
    ]
}

/// Returns the table of a statement that writes rows, how many nobody knows.
fn slow<'a>(stmt: &'a StatementRef<'_>, context: &RuleContext<'_>) -> Option<&'a TableName> {
    let is_long = |table: &TableName, filter: &Filter| {
        filter.reach != Reach::Batch && !batch::is_short(stmt, context, table, filter)
    };
    match stmt.statement() {
        Statement::Rows(RowChange::Update(update)) if is_long(&update.table, &update.filter) => {
            Some(&update.table)
        }
        Statement::Rows(RowChange::Delete(delete)) if is_long(&delete.table, &delete.filter) => {
            Some(&delete.table)
        }
        Statement::Rows(RowChange::Insert(insert))
            if !matches!(insert.rows, RowSource::Values(_)) =>
        {
            Some(&insert.table)
        }
        Statement::Rows(RowChange::Merge { table } | RowChange::CopyFrom { table }) => Some(table),
        _ => None,
    }
}

/// Tells whether a statement writes only columns that this migration adds.
fn writes_only_new(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> bool {
    let Statement::Rows(RowChange::Update(update)) = stmt.statement() else { return false };
    let Known::Is(set) = &update.set else { return false };
    let is_added = |column: &Known<String>| {
        context.earlier(stmt).any(|earlier| match earlier.statement() {
            Statement::Table(TableChange::AddColumn { table, column: added, .. }) => {
                *table == update.table && added.name == *column
            }
            _ => false,
        })
    };
    set.iter().all(|assignment| is_added(&assignment.column))
}
