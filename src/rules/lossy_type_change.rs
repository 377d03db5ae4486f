//! A new type that does not hold every value of the old one.

use crate::advice::copied_column::CopiedColumn;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, TableName};
use crate::sql::table_change::TableChange;
use crate::sql::type_change;
use crate::sql::types::SqlType;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) static RULE: Rule = Rule {
    id: "lossy-type-change",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "gives a column a type that does not hold every value it may have",
    harm: "Values that do not fit are rounded or cut, or the statement fails on the first of them \
        and the deployment stops; a USING that does not name the column replaces every value. What was rounded does not come back. On PostgreSQL the table is \
        rewritten under ACCESS EXCLUSIVE besides: readers and writers wait until it is done.",
    remedy: "Add a column of the new type, copy what fits in a revision of its own, look at what \
        does not, and drop the old column some releases later.",
    example: example!("lossy-type-change"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    if let Some(finding) = replaced(stmt, context) {
        return vec![finding];
    }
    let (table, column, to, existing) = match stmt.statement() {
        Statement::Table(TableChange::AlterColumnType {
            table,
            column,
            to: Known::Is(to),
            existing,
            ..
        }) => (table, column, to, existing),
        Statement::Table(TableChange::ModifyColumn { table, name, column, existing, .. }) => {
            match &column.kind {
                Some(kind) => (table, name, kind, existing),
                None => return Vec::new(),
            }
        }
        _ => return Vec::new(),
    };
    if context.is_new(stmt, table) || context.is_new_column(stmt, table, column) {
        return Vec::new();
    }
    let replayed = context.old_type(stmt, table, column);
    let said_only = replayed.is_none();
    let Some(old) = replayed.or_else(|| existing.clone()) else {
        return Vec::new();
    };
    match loses(context, &old, to) {
        true => vec![finding(stmt, context, table, column, &old, to, said_only)],
        false => Vec::new(),
    }
}

/// A USING that does not read the column puts something else in the place of every value.
fn replaced(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<RawFinding> {
    let Statement::Table(TableChange::AlterColumnType { table, column, using, .. }) =
        stmt.statement()
    else {
        return None;
    };
    let (name, using) = (column.as_str()?, using.as_ref().and_then(Known::as_str)?);
    let reads = has_word(using, name);
    if reads || context.is_new(stmt, table) || context.is_new_column(stmt, table, column) {
        return None;
    }
    let message = format!("every value of `{table}.{name}` is replaced by `{using}`");
    let finding = context
        .finding(stmt, message)
        .object(name)
        .label(format!("USING does not read `{name}`: what stood there is gone"));
    Some(finding)
}

fn loses(context: &RuleContext<'_>, old: &ColumnType, new: &ColumnType) -> bool {
    // On PostgreSQL one name is one type, whatever labels are declared for it.
    let is_same = context.is_postgresql() && old.sql.is_known() && old.sql == new.sql;
    match (SqlType::of(old, context.dialect), SqlType::of(new, context.dialect)) {
        (Some(old), Some(new)) if !is_same => type_change::loses(&old, &new) == Some(true),
        _ => false,
    }
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
    old: &ColumnType,
    new: &ColumnType,
    said_only: bool,
) -> RawFinding {
    let name = column.as_str().unwrap_or("…");
    let kind = code::keyword(context, stmt.step, "type_").unwrap_or_else(|| code::python_type(new));
    let title = |kind: &ColumnType| kind.sql.as_str().unwrap_or("…").to_owned();
    let (old, new) = (title(old), title(new));
    let finding = context
        .finding(stmt, format!("`{table}.{name}` becomes {new}, which does not hold every {old}"))
        .object(name)
        .label("a value that does not fit fails the deployment, or is rounded")
        .safe_form(safe_form(context, table, name, &kind, &new));
    match said_only {
        true => finding.note(format!(
            "`existing_type=` says that it is {old}; no revision that was read does"
        )),
        false => finding,
    }
}

fn safe_form(
    context: &RuleContext<'_>,
    table: &TableName,
    column: &str,
    kind: &str,
    new: &str,
) -> String {
    let copy = CopiedColumn { table, column, kind, cast: new };
    let when = "with a backup plan, once the rest was looked at";
    copy.in_three(context.dialect, "what fits, in batches", when)
}
