//! ADD CHECK reads every row while nobody else may.

use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectAction, ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table;
use crate::sql::table::{Column, Constraint, ConstraintKind, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

pub(super) static RULE: Rule = Rule {
    id: "check-without-not-valid",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a check constraint that is tested against every row at once",
    harm: "PostgreSQL reads every row under ACCESS EXCLUSIVE: readers and writers wait until it is \
        done, and it fails on the first row that breaks the rule. With NOT VALID only new rows are \
        tested; VALIDATE CONSTRAINT then reads the old ones under SHARE UPDATE EXCLUSIVE, which \
        lets readers and writers through. MySQL copies the table.",
    remedy: "Add it with `postgresql_not_valid=True`, and validate it in a later deployment.",
    example: example!("check-without-not-valid"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.dialect == Dialect::Sqlite {
        return Vec::new();
    }
    match stmt.statement() {
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::Check(check),
        }) if check.not_valid == Known::Is(false) => added(stmt, context, table, check),
        Statement::Object(ObjectChange::AlterObject {
            kind: ObjectKind::Domain,
            name,
            action: ObjectAction::AddConstraint { kind: ConstraintKind::Check, not_valid: false },
            ..
        }) => domain(stmt, context, name).into_iter().collect(),
        Statement::Table(TableChange::AddColumn { table, column, .. })
            if !column.checks.is_empty() =>
        {
            inline(stmt, context, table, column)
        }
        _ => Vec::new(),
    }
}

/// A domain that gets another rule is tested in every table that uses it, which SHARE keeps from
/// being written.
fn domain<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    name: &Known<String>,
) -> Option<RawFinding> {
    let is_new = context.statements(stmt.direction).any(|other| match other.statement() {
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Domain,
            name: made,
            ..
        }) => made == name,
        _ => false,
    });
    let name = name.as_str().filter(|_| !is_new)?;
    let finding = context.finding(
        stmt,
        format!("`{name}`, a domain, is checked against every row of every table that uses it"),
    );
    Some(
        finding
            .object(name)
            .severity(Severity::Warning)
            .label("writes to those tables wait until every row is read")
            .remedy("Add it with NOT VALID, and validate it in a later deployment."),
    )
}

fn added(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    check: &table::Check,
) -> Vec<RawFinding> {
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let condition = check.condition.as_str().unwrap_or("...");
    let columns = context.before(stmt, |database| {
        let columns =
            database.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        let named = columns.iter().filter(|column| has_word(condition, &column.name));
        named.map(|column| column.name.clone()).collect::<Vec<_>>()
    });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let blank = context.are_blank(stmt, table, &columns);
    let name = check.name.as_ref().and_then(Known::as_str).map(str::to_owned);
    let name = name.unwrap_or_else(|| format!("{}_check", table.name.as_str().unwrap_or("...")));
    vec![with_safe_form(
        finding(stmt, context, table, &name, blank),
        context,
        table,
        &name,
        condition,
    )]
}

fn inline(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Column,
) -> Vec<RawFinding> {
    if context.is_new(stmt, table) {
        return Vec::new();
    }
    let blank = column.nullable == Known::Is(true)
        && column.server_default.is_none()
        && column.generated.is_none();
    let name = column.name.as_str().unwrap_or("…");
    let condition =
        column.checks.first().and_then(|check| check.condition.as_str()).unwrap_or("...");
    let constraint = format!("{}_{name}_check", table.name.as_str().unwrap_or("..."));
    let finding = finding(stmt, context, table, name, blank);
    vec![with_safe_form(finding, context, table, &constraint, condition)]
}

fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &str,
    blank: bool,
) -> RawFinding {
    let finding = context
        .finding(stmt, format!("`{name}` is checked against every row of `{table}` at once"))
        .object(name);
    match context.dialect {
        Dialect::PostgreSql => {
            let finding = finding
                .label(format!("reads and writes of `{table}` wait until every row is read"));
            if blank { finding.severity(Severity::Warning) } else { finding }
        }
        dialect if dialect.is_mysql() => finding
            .severity(Severity::Warning)
            .label(format!("`{table}` is copied, and writes wait"))
            .remedy("Add it while few people write."),
        _ => finding
            .severity(Severity::Warning)
            .label(format!("every row of `{table}` is read"))
            .remedy("Add it while few people write."),
    }
}

/// Says how a check is added without a scan, where the database has NOT VALID.
fn with_safe_form(
    finding: RawFinding,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &str,
    condition: &str,
) -> RawFinding {
    if context.dialect != Dialect::PostgreSql {
        return finding;
    }
    let create = OpCall::new("create_check_constraint").text(name).table(table).text(condition);
    finding.safe_form(format!(
        "{}  # 1\n{}  # 2, a later deployment",
        create.keyword("postgresql_not_valid", "True").call(),
        Sql::validate(context.dialect, table, name).execute()
    ))
}
