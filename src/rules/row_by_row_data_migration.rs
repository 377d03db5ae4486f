//! Reading a table into Python and writing it back one row at a time.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::RemarkKind;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::{Reach, RowChange, RowSource};
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "row-by-row-data-migration",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "reads rows and writes them back one at a time",
    harm: "A million rows are a million round trips in one transaction: the deployment takes hours \
        where one statement takes minutes, and every row it wrote stays locked all the while.",
    remedy: "Let the database do it in one UPDATE ... FROM per range of keys, or pass many rows at \
        once (executemany, `op.bulk_insert`).",
    example: example!("row-by-row-data-migration"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let (table, verb) = match stmt.statement() {
        Statement::Rows(RowChange::Update(update)) if update.filter.reach == Reach::Rows => {
            (&update.table, "updated")
        }
        Statement::Rows(RowChange::Delete(delete)) if delete.filter.reach == Reach::Rows => {
            (&delete.table, "deleted from")
        }
        Statement::Rows(RowChange::Insert(insert)) if !matches!(insert.rows, RowSource::Select) => {
            (&insert.table, "inserted into")
        }
        _ => return Vec::new(),
    };
    let one_call_writes_many = matches!(stmt.step.operation, Operation::BulkInsert { .. });
    if !stmt.step.repeated
        || one_call_writes_many
        || stmt.is_autocommit()
        || commits(context)
        || context.is_small(table)
    {
        return Vec::new();
    }
    vec![
        context
            .finding(stmt, format!("`{table}` is {verb} one row at a time"))
            .label("one round trip for each row, in one transaction"),
    ]
}

/// Tells whether a loop of the migration commits: its batches are bounded, and manual-transaction
/// speaks of the rest.
fn commits(context: &RuleContext<'_>) -> bool {
    let ends = |kind| matches!(kind, RemarkKind::Transaction | RemarkKind::OwnSession);
    context.migration.upgrade.remarks.iter().any(|remark| remark.repeated && ends(remark.kind))
}
