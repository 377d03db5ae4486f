//! A new type that is stored otherwise rewrites the table.

use crate::advice::copied_column::CopiedColumn;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::labels;
use crate::rule::raw_finding::RawFinding;
use crate::rule::retype::{Cost, ONE_IN_UTC, Retype};
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::drop_column;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{ColumnType, Constraint};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "column-type-change",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Rewrite,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "changes the type of a column so that the table is rewritten",
    harm: "PostgreSQL rewrites the whole table and all its indexes under ACCESS EXCLUSIVE: readers \
        and writers wait until it is done, and the disk must hold both copies. A longer varchar, \
        varchar to text and a wider numeric of the same scale are free, unless a CHECK names the \
        column and is checked again for every row; timestamp to timestamptz is free from \
        PostgreSQL 12 on where the session's time zone is UTC. MySQL copies the table and blocks \
        writers.",
    remedy: "Add a column of the new type, keep it filled from code, copy in batches, read from \
        it, and drop the old one in a later deployment.",
    example: example!("column-type-change"),
    check: Check::Upgrade(check),
};

/// The remedy where the new type has the labels of the old one and more.
const MORE_LABELS: &str = "Add the labels to the type that is there, with ALTER TYPE ... ADD \
    VALUE: no row is read, and nobody waits.";

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if let Some(finding) = swapped(stmt, context) {
        return vec![finding];
    }
    let restated;
    let (table, column, to, existing, using) = match stmt.statement() {
        Statement::Table(TableChange::AlterColumnType { table, column, to, existing, using }) => {
            (table, column, to, existing, using.as_ref())
        }
        Statement::Table(TableChange::ModifyColumn { table, name, column, existing, .. })
            if sets_type(stmt.step) =>
        {
            restated = Known::from(column.kind.clone());
            (table, name, &restated, existing, None)
        }
        _ => return Vec::new(),
    };
    if context.dialect == Dialect::Sqlite || context.is_new(stmt, table) {
        return Vec::new();
    }
    let replayed = context.old_type(stmt, table, column);
    let change = Retype { table, column, to, existing: existing.as_ref(), replayed, using };
    finding(stmt, context, &change).into_iter().collect()
}

/// MODIFY restates the type even where `op.alter_column` was not asked to change it.
fn sets_type(step: &Step) -> bool {
    match &step.operation {
        Operation::AlterColumn(alter) => alter.kind.is_some(),
        _ => true,
    }
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Retype<'_>,
) -> Option<RawFinding> {
    let cost = change.cost(stmt, context);
    if cost == Cost::Free {
        return None;
    }
    let mut finding = context
        .finding(stmt, message(change))
        .object(name_of(change))
        .safe_form(safe_form(stmt, context, change));
    let added = change.replayed.as_ref().zip(change.to.get());
    if let Some(code) = added.and_then(|(old, new)| labels::added(stmt, context, old, new)) {
        finding = finding.remedy(MORE_LABELS).safe_form(code);
    }
    finding = costing(finding, cost, stmt, context, change);
    if context.dialect == Dialect::SqlServer {
        finding = finding.severity(Severity::Warning);
    }
    Some(match change.turns_on_version(context) {
        true => on_version(finding, context),
        false => finding,
    })
}

fn name_of<'d>(change: &Retype<'d>) -> &'d str {
    change.column.as_str().unwrap_or("…")
}

fn message(change: &Retype<'_>) -> String {
    let subject = format!("`{}.{}`", change.table, name_of(change));
    match (change.old().and_then(title), change.to.get().and_then(title)) {
        (Some(old), Some(new)) => format!("{subject} changes from {old} to {new}"),
        (Some(old), None) => format!("{subject} changes from {old} to another type"),
        (None, Some(new)) => format!("{subject} changes to {new}"),
        (None, None) => format!("{subject} changes to another type"),
    }
}

/// Says what the change costs.
fn costing(
    finding: RawFinding,
    cost: Cost,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Retype<'_>,
) -> RawFinding {
    let table = change.table;
    let waits = "reads and writes wait meanwhile";
    let read = format!("every row of `{table}` is read: {waits}");
    match cost {
        Cost::Free => finding,
        Cost::Rewrite if context.dialect.is_mysql() => {
            finding.label(format!("`{table}` is copied, and writes wait meanwhile"))
        }
        Cost::Rewrite => finding.label(format!("`{table}` and its indexes are rewritten: {waits}")),
        Cost::Scan => finding.weight(Weight::Scan).label(read),
        Cost::Recheck(why) => {
            rechecked(finding.weight(Weight::Scan).label(read).note(why), stmt, context, change)
        }
        Cost::Doubt(why) => finding
            .severity(Severity::Warning)
            .label(format!("`{table}` may be rewritten"))
            .note(why),
    }
}

fn on_version(finding: RawFinding, context: &RuleContext<'_>) -> RawFinding {
    let otherwise = match context.is_at_least(ONE_IN_UTC) {
        true => "it is rewritten in every time zone",
        false => "it is free where the session's time zone is UTC",
    };
    context.resting_on_version(finding, ONE_IN_UTC, otherwise)
}

fn title(kind: &ColumnType) -> Option<String> {
    kind.sql.as_str().map(str::to_owned)
}

/// A CHECK is taken away for the change and comes back NOT VALID.
fn rechecked(
    finding: RawFinding,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    change: &Retype<'_>,
) -> RawFinding {
    let table = context.table(stmt, change.table);
    let held = table
        .as_ref()
        .zip(change.column.as_str())
        .and_then(|(table, column)| table.check_of(column));
    let Some(Constraint::Check(check)) = held.map(|held| &held.constraint) else {
        let finding = finding.remedy(
            "Drop the index CONCURRENTLY before, and build it CONCURRENTLY behind the change.",
        );
        return RawFinding { safe_form: None, ..finding };
    };
    let name = check.name.as_ref().and_then(Known::as_str).unwrap_or("...");
    let condition = check.condition.as_str().unwrap_or("...");
    let drop = OpCall::new("drop_constraint").text(name).table(change.table);
    let create = OpCall::new("create_check_constraint").text(name).table(change.table);
    let create = create.text(condition).keyword("postgresql_not_valid", "True");
    finding
        .remedy(
            "Drop the CHECK before, and add it again NOT VALID; validate it in a later deployment.",
        )
        .safe_form(format!(
            "{}\n{}\n{}\n{}  # a later deployment",
            drop.keyword("type_", "\"check\"").call(),
            code::written(context, &stmt.step.site),
            create.call(),
            Sql::validate(context.dialect, change.table, name).execute()
        ))
}

fn safe_form(stmt: &StatementRef<'_>, context: &RuleContext<'_>, change: &Retype<'_>) -> String {
    let (table, name) = (change.table, change.column.as_str().unwrap_or("..."));
    let written = code::keyword(context, stmt.step, "type_");
    let kind = written
        .or_else(|| change.to.get().map(code::python_type))
        .unwrap_or_else(|| "...".to_owned());
    let cast = change.to.get().and_then(title).unwrap_or_else(|| "...".to_owned());
    CopiedColumn { table, column: name, kind: &kind, cast: &cast }.in_three(
        context.dialect,
        "a later revision, in batches",
        &format!("with a backup plan, once code uses {name}_new"),
    )
}

/// Add, copy, drop and rename of one column in one revision is a type change by hand: the copy runs
/// while the lock of the first statement is held.
fn swapped<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<RawFinding> {
    let Statement::Table(TableChange::DropColumn { table, column, .. }) = stmt.statement() else {
        return None;
    };
    if context.dialect == Dialect::Sqlite || context.is_new(stmt, table) {
        return None;
    }
    let successor = drop_column::successor(stmt, context, table, column)?;
    if !drop_column::is_copied(stmt, context, table, &successor) {
        return None;
    }
    let (name, other) = (column.as_str().unwrap_or("…"), successor.as_str().unwrap_or("…"));
    Some(
        context.finding(
            stmt,
            format!("`{table}.{name}` is replaced by `{other}`, which is filled from it, in one \
                transaction"),
        )
        .object(name)
        .plan(Some(Plan::Backup))
        .label("the copy is made while reads and writes wait")
        .remedy(
            "Add the column, copy in batches, and drop the old one in three revisions, deployed \
             one after the other.",
        ),
    )
}
