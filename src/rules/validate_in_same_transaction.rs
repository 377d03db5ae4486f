//! NOT VALID and VALIDATE in one transaction are as slow as neither.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::{code, env_py};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "validate-in-same-transaction",
    theme: Theme::ForeignKeys,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "validates a constraint in the transaction that adds it",
    harm: "VALIDATE CONSTRAINT reads every row under a weak lock; but the lock of ADD CONSTRAINT \
        ... NOT VALID is kept until COMMIT: ACCESS EXCLUSIVE for a CHECK, SHARE ROW EXCLUSIVE on \
        both tables for a foreign key. People wait as if NOT VALID had not been said. Alembic runs \
        all pending revisions in one transaction, so two revisions that are deployed together \
        share it too.",
    remedy: "Validate in a revision of its own, with `transaction_per_migration=True` in env.py; \
        or in a later deployment.",
    example: example!("validate-in-same-transaction"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::ValidateConstraint { table, name }) = stmt.statement() else {
        return Vec::new();
    };
    if !context.is_postgresql() || stmt.is_autocommit() || context.is_new(stmt, table) {
        return Vec::new();
    }
    let Some(name) = name.as_str() else { return Vec::new() };
    let here = context.earlier(stmt).find(|earlier| adds(earlier.statement(), table, name));
    let place = match here {
        Some(earlier) if context.share_transaction(&earlier, stmt) => Some(format!(
            "line {}",
            context.migration.text.line_of(earlier.emitted.site.span.start)
        )),
        Some(_) => None,
        None => added_before(stmt, context, table, name)
            .map(|revision| format!("revision `{revision}`")),
    };
    let Some(place) = place else { return Vec::new() };
    let mut finding = context
        .finding(
            stmt,
            format!("`{name}` is validated in the transaction of {place}, which adds it"),
        )
        .object(name)
        .label(format!("the lock that adds it is held while every row of `{table}` is read"))
        .safe_form(match here {
            Some(_) => {
                format!("# in the next revision:\n{}", code::written(context, &stmt.step.site))
            }
            None => env_py::per_migration(context),
        });
    if is_on_new_columns(stmt, context, table, name) {
        finding = finding.severity(Severity::Warning);
    }
    if context.project.environment.transaction_per_migration == Setting::Unreadable {
        finding = finding.severity(Severity::Warning).note(
            "whether env.py sets `transaction_per_migration` could not be read; a literal \
                settles it",
        );
    }
    vec![finding]
}

fn adds(statement: &Statement, table: &TableName, name: &str) -> bool {
    match statement {
        Statement::Table(TableChange::AddConstraint { table: of, constraint }) if of == table => {
            let is_named = constraint.name().and_then(Known::as_str) == Some(name);
            let not_valid = match constraint {
                Constraint::ForeignKey(key) => key.not_valid != Known::Is(false),
                Constraint::Check(check) => check.not_valid != Known::Is(false),
                Constraint::NotNull { not_valid, .. } => *not_valid,
                _ => false,
            };
            is_named && not_valid
        }
        _ => false,
    }
}

/// Returns the earlier revision that adds the constraint and shares the transaction.
fn added_before(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &str,
) -> Option<Rc<str>> {
    let shares = |revision: &str| {
        context.held_at(stmt).any(|hold| *hold.revision == *revision && hold.table == *table)
    };
    let mut sharing = context.shared_with().iter().filter(|revision| shares(revision));
    let adding = sharing.find(|revision| {
        context.history.migration(revision).is_some_and(|migration| {
            let emitted = migration.upgrade.steps.iter().flat_map(|step| &step.emitted);
            emitted.clone().any(|emitted| adds(&emitted.statement, table, name))
        })
    });
    adding.cloned()
}

fn is_on_new_columns(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &str,
) -> bool {
    let columns: Vec<String> =
        context.constraint(stmt, table, name).map_or_else(Vec::new, |held| {
            crate::schema::table::columns_of(&held.constraint)
                .into_iter()
                .map(str::to_owned)
                .collect()
        });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    context.are_blank(stmt, table, &columns)
}
