//! Even a new table locks the old ones that it refers to.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-locks-referenced-table",
    theme: Theme::ForeignKeys,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "refers to a table in use, without a lock timeout",
    harm: "PostgreSQL takes SHARE ROW EXCLUSIVE on the table that a foreign key refers to, even if \
        the referring table is new and empty: its writers wait until the transaction ends, and \
        while the statement waits for one long transaction, all writers that come later wait \
        behind it.",
    remedy: "Set a `lock_timeout` before it, and keep what is slow out of the same transaction.",
    example: example!("foreign-key-locks-referenced-table"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if !context.is_postgresql() {
        return Vec::new();
    }
    let mut referring: Vec<String> = Vec::new();
    let mut referents: Vec<String> = Vec::new();
    let mut first: Option<StatementRef<'_>> = None;
    for stmt in context.statements(Direction::Upgrade) {
        let locked = locked(&stmt, context);
        let Some(table) = stmt.statement().table().filter(|_| !locked.is_empty()) else { continue };
        add(&mut referring, table);
        locked.iter().for_each(|referent| add(&mut referents, referent));
        first.get_or_insert(stmt);
    }
    first.map(|stmt| finding(&stmt, context, &referring, &referents)).into_iter().collect()
}

fn add(names: &mut Vec<String>, table: &TableName) {
    let name = table.to_string();
    if !names.contains(&name) {
        names.push(name);
    }
}

/// Tells of all tables at the first statement that locks one: what waits for it waits for the whole
/// transaction.
fn finding(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    referring: &[String],
    referents: &[String],
) -> RawFinding {
    let listed = code::listed(referents);
    let (is, them) = if referents.len() == 1 { ("is", "it") } else { ("are", "them") };
    let refers = if referring.len() == 1 { "refers" } else { "refer" };
    let by = code::listed(referring);
    context
        .finding(
            stmt,
            format!("{listed} {is} locked against writes, because {by} {refers} to {them}"),
        )
        .object(referents[0].clone())
        .label(format!("writes to {listed} wait until this commits"))
        .safe_form(format!(
            "{}\n{}",
            code::execute("SET LOCAL lock_timeout = '3s'"),
            code::written(context, &stmt.step.site)
        ))
}

/// Returns the tables in use that a statement locks by referring to them, without a limit to how
/// long it waits.
fn locked<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<TableName> {
    let keys = keys(stmt.statement());
    let Some(table) = stmt.statement().table().filter(|_| !keys.is_empty()) else {
        return Vec::new();
    };
    let is_validated_at_once =
        matches!(stmt.statement(), Statement::Table(TableChange::AddConstraint { .. }))
            && keys.iter().all(|key| key.not_valid == Known::Is(false))
            && !context.is_new(stmt, table);
    if is_validated_at_once || context.has_lock_timeout(stmt) {
        return Vec::new();
    }
    let referents = keys.into_iter().map(|key| &key.referent);
    referents
        .filter(|referent| *referent != table && !context.is_new(stmt, referent))
        .cloned()
        .collect()
}

fn keys(statement: &Statement) -> Vec<&ForeignKey> {
    match statement {
        Statement::Table(TableChange::CreateTable(create)) => {
            let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
            let of_table = create.constraints.iter().filter_map(|constraint| match constraint {
                Constraint::ForeignKey(key) => Some(key),
                _ => None,
            });
            inline.chain(of_table).collect()
        }
        Statement::Table(TableChange::AddConstraint {
            constraint: Constraint::ForeignKey(key),
            ..
        }) => vec![key],
        Statement::Table(TableChange::AddColumn { column, .. }) => {
            column.foreign_keys.iter().collect()
        }
        _ => Vec::new(),
    }
}
