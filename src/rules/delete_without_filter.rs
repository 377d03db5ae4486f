//! A DELETE that lets every row through.

use crate::advice::sql::Sql;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::row_change::{Delete, Reach, RowChange, Test};
use crate::sql::statement::Statement;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "delete-without-filter",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "deletes every row of a table",
    harm: "The rows are gone when the migration commits, those of tables with ON DELETE CASCADE \
        too, and no downgrade brings them back. Each row is locked until the transaction ends: \
        whoever writes to one waits.",
    remedy: "Say which rows have to go in WHERE; or keep a copy of them and say where: `# Backup \
        plan: ...`.",
    example: example!("delete-without-filter"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Statement::Rows(RowChange::Delete(delete)) = stmt.statement() else {
        return Vec::new();
    };
    let table = &delete.table;
    if !takes_all(stmt, context, delete) || context.is_new(stmt, table) {
        return Vec::new();
    }
    let mut finding = context
        .finding(stmt, format!("`{table}` loses every row"))
        .label(format!("every row of `{table}` is gone when this commits"))
        .safe_form(
            Sql::new(context.dialect, "DELETE FROM").table(table).words("WHERE ...").execute(),
        );
    if !delete.filter.terms.is_empty() {
        finding =
            finding.note(format!("`{}` is true for every row", delete.filter.terms.join(" AND ")));
    }
    vec![finding]
}

/// Tells whether a DELETE takes every row: there is no filter, or it asks only for what is so in
/// every row.
pub(super) fn takes_all(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    delete: &Delete,
) -> bool {
    let filter = &delete.filter;
    let is_so = |test: &Test| match test {
        Test::IsNotNull(column) => {
            let column = Known::Is(column.clone());
            context
                .column(stmt, &delete.table, &column)
                .is_some_and(|column| column.nullable == Known::Is(false))
        }
        Test::IsNull(_) | Test::In(..) | Test::NotIn(..) => false,
    };
    let is_read = !filter.tests.is_empty() && filter.tests.len() == filter.terms.len();
    filter.reach == Reach::Everything || (is_read && filter.tests.iter().all(is_so))
}
