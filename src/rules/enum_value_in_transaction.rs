//! PostgreSQL lets nobody use a new enum value before the transaction that adds it has committed.

use crate::alembic::project::Setting;
use crate::example;
use crate::operation::step::Mode;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Assigned, EnumChange, Statement, Test};
use crate::sql::table::{Column, Constraint};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "enum-value-in-transaction",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "uses an enum value in the transaction that adds it",
    harm: "PostgreSQL refuses to use a value before the transaction that adds it has committed (\"unsafe use of new \
           value\"); before PostgreSQL 12, ALTER TYPE ... ADD VALUE does not run in a transaction at all. The \
           deployment fails.",
    remedy: "Add the value inside `op.get_context().autocommit_block()`, and use it in a later revision.",
    example: example!("enum-value-in-transaction"),
    check: Check::Upgrade(check),
};

/// The first version that adds a value inside of a transaction.
const ADDS_IN_TRANSACTION: u16 = 12;

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Statement::AlterEnum { name, change: EnumChange::AddValue { value, .. } } = deed.statement() else {
        return Vec::new();
    };
    let shares = |deed: &Deed<'_>| deed.step.mode != Mode::Autocommit;
    let autocommit = case.project.environment.autocommit == Setting::Yes;
    if case.dialect != Dialect::PostgreSql || autocommit || !shares(deed) || is_born_here(case, deed, name) {
        return Vec::new();
    }
    let kind = name.as_str().unwrap_or("…");
    if case.server.version.0 < ADDS_IN_TRANSACTION {
        return vec![outright(case, deed, kind)];
    }
    let Some(value) = value.as_str() else { return Vec::new() };
    let user = case.later(deed).take_while(shares).find(|later| names_value(later.statement(), value));
    user.map(|user| used(case, deed, &user, kind, value)).into_iter().collect()
}

/// Tells whether the type is made in the same transaction, where all of its values may be used at once.
fn is_born_here(case: &Case<'_>, deed: &Deed<'_>, name: &Known<String>) -> bool {
    case.earlier(deed).any(|earlier| match earlier.statement() {
        Statement::CreateType { name: made, .. } => made == name && !earlier.is_conditional(),
        _ => false,
    })
}

fn outright(case: &Case<'_>, deed: &Deed<'_>, kind: &str) -> Hit {
    let version = case.server.version.0;
    case.hit(deed, format!("`{kind}` gets a value inside of a transaction, which PostgreSQL {version} refuses"))
        .object(kind)
        .label("the deployment fails here")
        .remedy("Put it into an autocommit block.")
        .safe_form(in_autocommit(case, deed))
}

fn used(case: &Case<'_>, deed: &Deed<'_>, user: &Deed<'_>, kind: &str, value: &str) -> Hit {
    let message = format!("`{kind}` gets the value '{value}' in the transaction that uses it");
    let mut hit = case.hit(deed, message).object(kind).safe_form(in_autocommit(case, deed));
    let line = case.migration.text.line_of(user.told.site.span.start);
    hit.table = user.statement().table().map(ToString::to_string);
    hit.label(format!("line {line} uses it before it is committed: the deployment fails there"))
}

fn in_autocommit(case: &Case<'_>, deed: &Deed<'_>) -> String {
    code::indented("with op.get_context().autocommit_block():", &code::written(case, &deed.step.site))
}

/// Tells whether a statement hands the value to the database as a constant.
fn names_value(statement: &Statement, value: &str) -> bool {
    let quoted = format!("'{value}'");
    let holds = |sql: &Known<String>| sql.as_str().is_some_and(|sql| sql.contains(&quoted));
    let is_it = |literal: &String| literal == value || literal.contains(&quoted);
    match statement {
        Statement::Insert(insert) => insert.literals.iter().any(is_it),
        Statement::Update(update) => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let assigns = set.iter().any(|assignment| match &assignment.value {
                Assigned::Constant(sql) | Assigned::Expression(sql) => sql.contains(&quoted),
                Assigned::Additive | Assigned::Unreadable => false,
            });
            assigns || update.literals.iter().any(is_it) || compares(&update.filter.tests, value)
        }
        Statement::Delete(delete) => compares(&delete.filter.tests, value),
        Statement::SetDefault { default, .. } => holds(&default.sql),
        Statement::AddColumn { column, .. } => declares(column, &holds),
        Statement::CreateTable(create) => {
            create.columns.iter().any(|column| declares(column, &holds))
                || create.checks().any(|check| holds(&check.condition))
        }
        Statement::AddConstraint { constraint: Constraint::Check(check), .. } => holds(&check.condition),
        Statement::CreateIndex { index, .. } => index.predicate.as_ref().is_some_and(holds),
        _ => false,
    }
}

fn declares(column: &Column, holds: &dyn Fn(&Known<String>) -> bool) -> bool {
    column.server_default.as_ref().is_some_and(|default| holds(&default.sql))
        || column.checks.iter().any(|check| holds(&check.condition))
}

fn compares(tests: &[Test], value: &str) -> bool {
    tests.iter().any(|test| match test {
        Test::In(_, constants) | Test::NotIn(_, constants) => {
            constants.iter().any(|constant| constant.trim_matches('\'') == value)
        }
        Test::IsNull(_) | Test::IsNotNull(_) => false,
    })
}
