//! TRUNCATE takes every row, at once, without firing DELETE triggers.

use crate::advice::remark::remark;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "truncate-table",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "empties a table with TRUNCATE",
    harm: "Every row is gone when the migration commits, with CASCADE those of referring tables \
        too, and no downgrade brings them back. On PostgreSQL it takes ACCESS EXCLUSIVE: readers \
        and writers wait until the transaction ends.",
    remedy: "Delete what has to go by a condition, in batches; or keep a copy of the rows and say \
        where: `# Backup plan: ...`.",
    example: example!("truncate-table"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Statement::Rows(RowChange::Truncate { table, cascade }) = stmt.statement() else {
        return Vec::new();
    };
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let finding = context
        .finding(stmt, format!("`{table}` is emptied"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(format!(
            "{}\n{}",
            remark(&format!("Backup plan: <where the rows of {table} are kept, and for how long>")),
            code::written(context, &stmt.step.site)
        ));
    vec![match cascade {
        true => finding
            .note("CASCADE empties every table that refers to it, and those that refer to them"),
        false => finding,
    }]
}
