//! Rows that a filter lets through are gone all the same.

use crate::advice::sql::Sql;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::delete_without_filter::takes_all;
use crate::sql::row_change::{Reach, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;

pub(super) static RULE: Rule = Rule {
    id: "delete-rows",
    theme: Theme::DataLoss,
    severity: Severity::Warning,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "deletes rows of a table in use",
    harm: "The rows are gone when the migration commits, and no downgrade brings them back unless \
        it writes them again. A wrong condition is noticed when somebody misses them.",
    remedy: "Copy the rows into a table of their own first, in the same revision, and drop that \
        table some releases later.",
    example: example!("delete-rows"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Rows(RowChange::Delete(delete)) = stmt.statement() else {
        return Vec::new();
    };
    let table = &delete.table;
    if takes_all(stmt, context, delete)
        || context.is_new(stmt, table)
        || is_copied(stmt, context, table)
    {
        return Vec::new();
    }
    let condition = match delete.filter.terms.is_empty() {
        true => "...".to_owned(),
        false => delete.filter.terms.join(" AND "),
    };
    let mut finding = context
        .finding(stmt, format!("`{table}` loses rows that nothing keeps"))
        .label("what the condition lets through is gone when this commits")
        .safe_form(safe_form(context, table, &condition));
    if delete.filter.reach == Reach::Unreadable {
        finding = finding.note("the condition could not be read: it may let every row through");
    }
    vec![finding]
}

fn safe_form(context: &RuleContext<'_>, table: &TableName, condition: &str) -> String {
    let removed = format!("{}_removed", table.name.as_str().unwrap_or("..."));
    let copy = Sql::new(context.dialect, "CREATE TABLE").name(&removed);
    let copy = copy.words("AS SELECT * FROM").table(table).words("WHERE").words(condition);
    let delete = Sql::new(context.dialect, "DELETE FROM").table(table);
    format!("{}\n{}", copy.execute(), delete.words("WHERE").words(condition).execute())
}

/// Tells whether something earlier in the revision copies rows of the table elsewhere.
pub(super) fn is_copied<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> bool {
    context.earlier(stmt).any(|earlier| match earlier.statement() {
        Statement::Rows(RowChange::Insert(insert)) => insert.reads.contains(table),
        Statement::Table(TableChange::CreateTable(create)) => {
            create.filled && create.like.as_ref().is_none_or(|like| like == table)
        }
        _ => false,
    })
}
