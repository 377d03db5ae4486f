//! NOT VALID and VALIDATE in one transaction are as slow as neither.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "validate-in-same-transaction",
    theme: Theme::ForeignKeys,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "validates a constraint in the transaction that adds it",
    harm: "VALIDATE CONSTRAINT reads every row under a weak lock; but the lock of ADD CONSTRAINT ... NOT VALID is kept \
           until COMMIT: ACCESS EXCLUSIVE for a CHECK, SHARE ROW EXCLUSIVE on both tables for a foreign key. People wait \
           as if NOT VALID had not been said. Alembic runs all pending revisions in one transaction, so two revisions \
           that are deployed together share it too.",
    remedy: "Validate in a revision of its own, with `transaction_per_migration=True` in env.py; or in a later \
             deployment.",
    example: example!("validate-in-same-transaction"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    let Statement::ValidateConstraint { table, name } = deed.statement() else {
        return Vec::new();
    };
    if !case.is_postgresql() || deed.is_autocommit() || case.is_new(deed, table) {
        return Vec::new();
    }
    let Some(name) = name.as_str() else { return Vec::new() };
    let here = case.earlier(deed).find(|earlier| adds(earlier.statement(), table, name));
    let place = match here {
        Some(earlier) if case.share_transaction(&earlier, deed) => {
            Some(format!("line {}", case.migration.text.line_of(earlier.told.site.span.start)))
        }
        Some(_) => None,
        None => added_before(deed, case, table, name).map(|revision| format!("revision `{revision}`")),
    };
    let Some(place) = place else { return Vec::new() };
    let mut hit = case
        .hit(deed, format!("`{name}` is validated in the transaction of {place}, which adds it"))
        .object(name)
        .label(format!("the lock that adds it is held while every row of `{table}` is read"))
        .safe_form(match here {
            Some(_) => format!("# in the next revision:\n{}", code::written(case, &deed.step.site)),
            None => code::PER_MIGRATION.to_owned(),
        });
    if is_on_new_columns(deed, case, table, name) {
        hit = hit.severity(Severity::Warning);
    }
    if case.project.environment.transaction_per_migration == Setting::Unreadable {
        hit = hit
            .severity(Severity::Warning)
            .aside("whether env.py sets `transaction_per_migration` could not be read; a literal settles it");
    }
    vec![hit]
}

fn adds(statement: &Statement, table: &TableName, name: &str) -> bool {
    match statement {
        Statement::AddConstraint { table: of, constraint } if of == table => {
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
fn added_before(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, name: &str) -> Option<Rc<str>> {
    let shares = |revision: &str| case.held_at(deed).any(|hold| *hold.revision == *revision && hold.table == *table);
    case.shared_with().into_iter().filter(|revision| shares(revision)).find(|revision| {
        case.history.migration(revision).is_some_and(|migration| {
            let told = migration.upgrade.steps.iter().flat_map(|step| &step.told);
            told.clone().any(|told| adds(&told.statement, table, name))
        })
    })
}

fn is_on_new_columns(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, name: &str) -> bool {
    let columns: Vec<String> = case.constraint(deed, table, name).map_or_else(Vec::new, |held| {
        crate::schema::table::columns_of(&held.constraint).into_iter().map(str::to_owned).collect()
    });
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    case.are_blank(deed, table, &columns)
}
