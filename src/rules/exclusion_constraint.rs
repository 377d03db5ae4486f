//! ADD EXCLUDE builds its index while nobody else may look at the table, and there is no other way.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::Constraint;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "exclusion-constraint",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds an exclusion constraint to a table in use",
    harm: "PostgreSQL builds the index of the constraint under ACCESS EXCLUSIVE: readers and \
        writers wait until every row is read and compared, and it fails on the first two that \
        overlap. It cannot be made of an index that was built before, nor NOT VALID.",
    remedy: "Make a new table with the constraint, copy the rows in batches, and let code move \
        over; or deploy it in a window and say so: `# Deploy window: ...`.",
    example: example!("exclusion-constraint"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::AddConstraint {
        table,
        constraint: Constraint::Exclude { name, .. },
    }) = stmt.statement()
    else {
        return Vec::new();
    };
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let name = name.as_ref().and_then(Known::as_str).unwrap_or("…");
    vec![
        context
            .finding(
                stmt,
                format!(
                    "`{name}` is added{}, which blocks reads and writes of `{table}`",
                    context.under_lock(stmt, table)
                ),
            )
            .object(name)
            .label(format!("reads and writes of `{table}` wait until every row is compared"))
            .note(format!("fails if two rows of `{table}` overlap")),
    ]
}
