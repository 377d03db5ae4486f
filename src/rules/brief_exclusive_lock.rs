//! Quick statements that nevertheless wait in line, and let everybody behind them wait.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::lock::Blocks;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::{TableAction, TableChange};

pub(super) static RULE: Rule = Rule {
    id: "brief-exclusive-lock",
    theme: Theme::Locks,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "changes triggers, policies or rules of a table in use, without a lock timeout",
    harm: "PostgreSQL takes SHARE ROW EXCLUSIVE to make, enable or disable a trigger, and ACCESS \
        EXCLUSIVE to drop one and for policies, row security and rules. The statement itself is \
        quick; but while it waits for one long query, everybody who comes later waits behind it.",
    remedy: "Set a `lock_timeout` before it, so that it gives up rather than holding the line.",
    example: example!("brief-exclusive-lock"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    finding(stmt, context).into_iter().collect()
}

fn finding<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<RawFinding> {
    let (table, words) = quick(stmt.statement())?;
    if !context.is_postgresql() || context.has_lock_timeout(stmt) || context.is_new(stmt, table) {
        return None;
    }
    let lock = context.lock_on(stmt, table)?;
    if lock.scans || lock.rewrites || context.is_locked_already(stmt, table) {
        return None;
    }
    let waiting = match lock.mode.blocks() {
        Blocks::Nothing | Blocks::Ddl => return None,
        Blocks::Writes => format!("writes to `{table}` wait behind it"),
        Blocks::ReadsAndWrites => format!("reads and writes of `{table}` wait behind it"),
    };
    Some(
        context
            .finding(stmt, format!("`{table}`: {words} takes {}", lock.mode.title()))
            .label(waiting)
            .safe_form(format!(
                "{}\n{}",
                code::execute("SET LOCAL lock_timeout = '3s'"),
                code::written(context, &stmt.step.site)
            )),
    )
}

/// Returns the table and the words of a statement that reads no rows and that no other rule tells
/// of.
fn quick(statement: &Statement) -> Option<(&TableName, String)> {
    let hung = |verb: &str, kind: ObjectKind| match kind {
        ObjectKind::Trigger => Some(format!("{verb} TRIGGER")),
        ObjectKind::Policy => Some(format!("{verb} POLICY")),
        ObjectKind::Rule => Some(format!("{verb} RULE")),
        _ => None,
    };
    match statement {
        Statement::Object(ObjectChange::CreateObject { kind, on: Some(table), .. }) => {
            Some((table, hung("CREATE", *kind)?))
        }
        Statement::Object(ObjectChange::DropObject { kind, on: Some(table), .. }) => {
            Some((table, hung("DROP", *kind)?))
        }
        Statement::Object(ObjectChange::AlterObject { kind, on: Some(table), .. }) => {
            Some((table, hung("ALTER", *kind)?))
        }
        Statement::Table(TableChange::AlterTable { table, action, words }) => {
            Some((table, action_title(action, words)?))
        }
        _ => None,
    }
}

fn action_title(action: &TableAction, words: &str) -> Option<String> {
    match action {
        TableAction::AttachPartition { .. } | TableAction::DetachPartition { .. } => None,
        TableAction::Trigger { enable: true, .. } => Some("ENABLE TRIGGER".to_owned()),
        TableAction::Trigger { enable: false, .. } => Some("DISABLE TRIGGER".to_owned()),
        TableAction::RowSecurity { .. } => Some("ROW LEVEL SECURITY".to_owned()),
        _ => Some(words.to_owned()),
    }
}
