//! Dropping a foreign key locks both of its tables, the referenced one too.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ConstraintKind};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-foreign-key",
    theme: Theme::ForeignKeys,
    severity: Severity::Warning,
    weight: Weight::BriefLock,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "drops a foreign key, which locks both tables",
    harm: "PostgreSQL takes ACCESS EXCLUSIVE on the referring and on the referenced table until \
        the transaction ends: readers and writers of both wait, though nothing is read. While it \
        waits for one long query on either, all that come later wait behind it.",
    remedy: "Drop it in a revision of its own, with a `lock_timeout` before it.",
    example: example!("drop-foreign-key"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::DropConstraint { table, name, kind, .. }) = stmt.statement()
    else {
        return Vec::new();
    };
    if !context.is_postgresql() || context.is_new(stmt, table) || context.sets_lock_timeout(stmt) {
        return Vec::new();
    }
    let name = name.as_ref().and_then(Known::as_str).unwrap_or("…");
    let held = context.constraint(stmt, table, name);
    let known = held.as_ref().map(|held| held.constraint.kind()).or(*kind);
    if known != Some(ConstraintKind::ForeignKey) {
        return Vec::new();
    }
    let referent = held.and_then(|held| match held.constraint {
        Constraint::ForeignKey(key) => Some(key.referent),
        _ => None,
    });
    let other = referent
        .as_ref()
        .map_or_else(|| "the table it refers to".to_owned(), |referent| format!("`{referent}`"));
    let finding = context
        .finding(
            stmt,
            format!(
                "`{name}` is dropped{} on `{table}` and {other}",
                context.under_lock(stmt, table)
            ),
        )
        .object(name)
        .label("reads and writes of both tables wait until this commits")
        .safe_form(format!(
            "{}\n{}",
            code::execute("SET LOCAL lock_timeout = '3s'"),
            code::written(context, &stmt.step.site)
        ));
    vec![match referent {
        Some(_) => finding,
        None => finding.note("which table that is could not be read from the history"),
    }]
}
