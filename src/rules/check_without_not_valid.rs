//! ADD CHECK reads every row while nobody else may.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::schema::change::has_word;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{ObjectKind, Statement};
use crate::sql::table;
use crate::sql::table::{Column, Constraint, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "check-without-not-valid",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a check constraint that is tested against every row at once",
    harm: "PostgreSQL reads every row under ACCESS EXCLUSIVE: readers and writers wait until it is done, and it fails on \
           the first row that breaks the rule. With NOT VALID only new rows are tested; VALIDATE CONSTRAINT then reads \
           the old ones under SHARE UPDATE EXCLUSIVE, which lets readers and writers through. MySQL copies the table.",
    remedy: "Add it with `postgresql_not_valid=True`, and validate it in a later deployment.",
    example: example!("check-without-not-valid"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    if case.dialect == Dialect::Sqlite {
        return Vec::new();
    }
    match deed.statement() {
        Statement::AddConstraint { table, constraint: Constraint::Check(check) }
            if check.not_valid == Known::Is(false) =>
        {
            added(deed, case, table, check)
        }
        Statement::AlterObject { kind: ObjectKind::Domain, name, what, .. } => {
            domain(deed, case, name, what).into_iter().collect()
        }
        Statement::AddColumn { table, column, .. } if !column.checks.is_empty() => inline(deed, case, table, column),
        _ => Vec::new(),
    }
}

/// A domain that is told another rule is tested in every table that uses it, which SHARE keeps from being written.
fn domain<'a>(deed: &Deed<'a>, case: &Case<'a>, name: &Known<String>, what: &str) -> Option<Hit> {
    let is_tested = has_word(what, "add") && has_word(what, "check") && !what.to_lowercase().contains("not valid");
    let is_new = case.deeds(deed.direction).any(|other| match other.statement() {
        Statement::CreateObject { kind: ObjectKind::Domain, name: made, .. } => made == name,
        _ => false,
    });
    let name = name.as_str().filter(|_| is_tested && !is_new)?;
    let hit = case.hit(deed, format!("`{name}`, a domain, is checked against every row of every table that uses it"));
    Some(
        hit.object(name)
            .severity(Severity::Warning)
            .label("writes to those tables wait until every row is read")
            .remedy("Add it with NOT VALID, and validate it in a later deployment."),
    )
}

fn added(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, check: &table::Check) -> Vec<Hit> {
    if case.is_new(deed, table) {
        return Vec::new();
    }
    let condition = check.condition.as_str().unwrap_or("...");
    let columns = case.before(deed, |database| {
        let columns = database.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        let named = columns.iter().filter(|column| has_word(condition, &column.name));
        named.map(|column| column.name.clone()).collect::<Vec<_>>()
    });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let blank = case.are_blank(deed, table, &columns);
    let name = check.name.as_ref().and_then(Known::as_str).map(str::to_owned);
    let name = name.unwrap_or_else(|| format!("{}_check", table.name.as_str().unwrap_or("...")));
    vec![hit(deed, case, table, &name, blank).safe_form(safe_form(table, &name, condition))]
}

fn inline(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, column: &Column) -> Vec<Hit> {
    if case.is_new(deed, table) {
        return Vec::new();
    }
    let blank = column.nullable == Known::Is(true) && column.server_default.is_none() && column.generated.is_none();
    let name = column.name.as_str().unwrap_or("…");
    let condition = column.checks.first().and_then(|check| check.condition.as_str()).unwrap_or("...");
    let constraint = format!("{}_{name}_check", table.name.as_str().unwrap_or("..."));
    vec![hit(deed, case, table, name, blank).safe_form(safe_form(table, &constraint, condition))]
}

fn hit(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, name: &str, blank: bool) -> Hit {
    let hit = case.hit(deed, format!("`{name}` is checked against every row of `{table}` at once")).object(name);
    match case.dialect {
        Dialect::PostgreSql => {
            let hit = hit.label(format!("reads and writes of `{table}` wait until every row is read"));
            if blank { hit.severity(Severity::Warning) } else { hit }
        }
        dialect if dialect.is_mysql() => hit
            .severity(Severity::Warning)
            .label(format!("`{table}` is copied, and writes wait"))
            .remedy("Add it while few people write; MySQL has no NOT VALID."),
        _ => hit.severity(Severity::Warning).label(format!("every row of `{table}` is read")),
    }
}

fn safe_form(table: &TableName, name: &str, condition: &str) -> String {
    let sql = code::sql_in_string(table);
    let (argument, schema) = (code::table_argument(table), code::schema_argument(table));
    format!(
        "op.create_check_constraint({}, {argument}, {}{schema}, postgresql_not_valid=True)  # 1\n\
         op.execute(\"ALTER TABLE {sql} VALIDATE CONSTRAINT {name}\")  # 2, a later deployment",
        code::quoted(name),
        code::quoted(condition)
    )
}
