//! Quick statements that nevertheless wait in line, and let everybody behind them wait.

use crate::example;
use crate::rule::code;
use crate::rule::context::{RuleContext, StatementRef};
use crate::rule::definition::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::raw_finding::RawFinding;
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
    harm: "PostgreSQL takes SHARE ROW EXCLUSIVE to make, enable or disable a trigger, and ACCESS EXCLUSIVE to drop one and \
           for policies, row security and rules. The statement itself is quick; but while it waits for one long query, \
           everybody who comes later waits behind it.",
    remedy: "Set a `lock_timeout` before it, so that it gives up rather than holding the line.",
    example: example!("brief-exclusive-lock"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Some((table, what, mode)) = brief(stmt.statement()) else {
        return Vec::new();
    };
    if !context.is_postgresql() || context.has_lock_timeout(stmt) || context.is_new(stmt, table) {
        return Vec::new();
    }
    if context.is_locked_already(stmt, table) {
        return Vec::new();
    }
    vec![
        context
            .finding(stmt, format!("`{table}`: {what} takes {mode}"))
            .label(match mode {
                "ACCESS EXCLUSIVE" => format!("reads and writes of `{table}` wait behind it"),
                _ => format!("writes to `{table}` wait behind it"),
            })
            .safe_form(format!(
                "{}\n{}",
                code::execute("SET LOCAL lock_timeout = '3s'"),
                code::written(context, &stmt.step.site)
            )),
    ]
}

fn brief(statement: &Statement) -> Option<(&TableName, String, &'static str)> {
    let (weak, strong) = ("SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE");
    Some(match statement {
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Trigger,
            on: Some(table),
            ..
        }) => (table, "CREATE TRIGGER".to_owned(), weak),
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Policy,
            on: Some(table),
            ..
        }) => (table, "CREATE POLICY".to_owned(), strong),
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Rule,
            on: Some(table),
            ..
        }) => (table, "CREATE RULE".to_owned(), strong),
        Statement::Object(ObjectChange::DropObject {
            kind: ObjectKind::Trigger,
            on: Some(table),
            ..
        }) => (table, "DROP TRIGGER".to_owned(), strong),
        Statement::Object(ObjectChange::DropObject {
            kind: ObjectKind::Policy,
            on: Some(table),
            ..
        }) => (table, "DROP POLICY".to_owned(), strong),
        Statement::Object(ObjectChange::DropObject {
            kind: ObjectKind::Rule,
            on: Some(table),
            ..
        }) => (table, "DROP RULE".to_owned(), strong),
        Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Policy,
            on: Some(table),
            ..
        }) => (table, "ALTER POLICY".to_owned(), strong),
        Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Trigger,
            on: Some(table),
            ..
        }) => (table, "ALTER TRIGGER".to_owned(), strong),
        Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Rule,
            on: Some(table),
            ..
        }) => (table, "ALTER RULE".to_owned(), strong),
        Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::Trigger { enable },
        }) => (table, if *enable { "ENABLE TRIGGER" } else { "DISABLE TRIGGER" }.to_owned(), weak),
        Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::RowSecurity { .. },
        }) => (table, "ROW LEVEL SECURITY".to_owned(), strong),
        Statement::Table(TableChange::AlterTable {
            table,
            action: TableAction::Brief { what },
        }) => (table, what.clone(), strong),
        _ => return None,
    })
}
