//! PostgreSQL lets nobody use a new enum value before the transaction that adds it has committed.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::example;
use crate::operation::step::Mode;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::uncommitted::{AddedValue, Uncommitted};
use crate::rule::{code, env_py};
use crate::schema::table::Table;
use crate::sql::object_change::{EnumChange, ObjectChange};
use crate::sql::row_change::{Assigned, Filter, RowChange, Test};
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ColumnType, Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "enum-value-in-transaction",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "uses an enum value in the transaction that adds it",
    harm: "PostgreSQL refuses to use a value before the transaction that adds it has committed \
        (\"unsafe use of new value\"), and Alembic runs all pending revisions in one transaction, \
        so that a later revision fails as well. From PostgreSQL 17 on a type that is made in the \
        same transaction is free of that. Before 12, ALTER TYPE ... ADD VALUE does not run in a \
        transaction at all. The deployment fails.",
    remedy: "Add the value inside `op.get_context().autocommit_block()`, and use it in a later \
        revision.",
    example: example!("enum-value-in-transaction"),
    check: Check::Migration(check),
};

/// The first version that adds a value inside of a transaction.
const ADDS_IN_TRANSACTION: u16 = 12;

/// The first version that lets a transaction use the values of a type that it made itself (17.10
/// does, 16.14 does not).
const USES_OF_NEW_TYPE: u16 = 17;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    if !context.is_postgresql() || context.project.environment.autocommit == Setting::Yes {
        return Vec::new();
    }
    let mut uncommitted = Uncommitted::by_earlier_revisions(context);
    let revision: Rc<str> = context.revision().into();
    let mut findings = Vec::new();
    for stmt in context.statements(Direction::Upgrade) {
        if stmt.step.mode != Mode::Autocommit {
            findings.extend(outright(context, &stmt, &uncommitted));
            let used = uncommitted
                .values()
                .iter()
                .find(|added| is_refused(context, added) && uses(context, &stmt, added));
            if let Some(added) = used.cloned() {
                findings.push(finding(context, &stmt, &added));
                uncommitted.forget(&added.kind, &added.value);
            }
        }
        uncommitted.tell(stmt.step, stmt.emitted, &revision);
    }
    findings
}

/// Before PostgreSQL 12 only a type that the transaction made itself gets a value in it, and may
/// use it.
fn outright(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    uncommitted: &Uncommitted,
) -> Option<RawFinding> {
    let Statement::Object(ObjectChange::AlterType { name, change: EnumChange::AddValue { .. } }) =
        stmt.statement()
    else {
        return None;
    };
    let kind = name.as_str().unwrap_or("…");
    let allowed = context.is_at_least(ADDS_IN_TRANSACTION);
    if allowed || uncommitted.makes(kind) || uncommitted.is_outside() {
        return None;
    }
    let version = context.server().version;
    let message = format!(
        "`{kind}` gets a value inside of a transaction, which PostgreSQL {version} refuses"
    );
    let finding = context.finding(stmt, message).object(kind).label("the deployment fails here");
    let finding =
        finding.remedy("Put it into an autocommit block.").safe_form(in_autocommit(context, stmt));
    Some(context.resting_on_version(finding, ADDS_IN_TRANSACTION, "it is taken"))
}

fn is_refused(context: &RuleContext<'_>, added: &AddedValue) -> bool {
    context.is_at_least(ADDS_IN_TRANSACTION)
        && !(added.after_commit && context.reopening_driver().is_none())
        && !(added.of_new_type && context.is_at_least(USES_OF_NEW_TYPE))
}

/// Makes the finding on what adds the value, or, where another revision does, on what uses it.
fn finding(context: &RuleContext<'_>, user: &StatementRef<'_>, added: &AddedValue) -> RawFinding {
    let AddedValue { kind, value, .. } = added;
    let own = context
        .statements(Direction::Upgrade)
        .find(|stmt| stmt.emitted.site == added.site && adds(stmt.statement()));
    let line = context.migration.text.line_of(user.emitted.site.span.start);
    let mut finding = match own.filter(|_| *added.revision == *context.revision()) {
        Some(own) => {
            let message =
                format!("`{kind}` gets the value '{value}' in the transaction that uses it");
            let finding = context.finding(&own, message).safe_form(in_autocommit(context, &own));
            finding.label(format!(
                "line {line} uses it before it is committed: the deployment fails there"
            ))
        }
        None => other_revision(context, user, added),
    };
    finding.table = user.statement().table().map(ToString::to_string);
    let finding = finding.object(kind.as_str());
    if added.of_new_type { of_new_type(finding, context) } else { finding }
}

fn of_new_type(finding: RawFinding, context: &RuleContext<'_>) -> RawFinding {
    let finding = RawFinding {
        safe_form: None,
        ..finding.remedy("Name the value in CREATE TYPE: then it can be used at once.")
    };
    context.resting_on_version(
        finding,
        USES_OF_NEW_TYPE,
        "it works, for the type is made in the same transaction",
    )
}

fn other_revision(
    context: &RuleContext<'_>,
    user: &StatementRef<'_>,
    added: &AddedValue,
) -> RawFinding {
    let AddedValue { kind, value, revision, .. } = added;
    let place = match context.history.migration(revision) {
        Some(migration) => format!(
            "line {} of `{}`",
            migration.text.line_of(added.site.span.start),
            migration.path
        ),
        None => format!("revision `{revision}`"),
    };
    context
        .finding(
            user,
            format!(
                "'{value}' of `{kind}` is used in the transaction in which \
        revision `{revision}` adds it"
            ),
        )
        .label(format!(
            "the deployment fails here: {place} adds the value, and nothing has \
            committed it"
        ))
        .remedy(
            "Set `transaction_per_migration=True` in env.py, or add the value inside \
             `op.get_context().autocommit_block()`.",
        )
        .safe_form(env_py::per_migration(context))
}

fn adds(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Object(ObjectChange::AlterType { change: EnumChange::AddValue { .. }, .. })
    )
}

fn in_autocommit(context: &RuleContext<'_>, stmt: &StatementRef<'_>) -> String {
    code::indented(
        "with op.get_context().autocommit_block():",
        &code::written(context, &stmt.step.site),
    )
}

/// Tells whether a statement hands the value to the database as a constant, where a column of the
/// type may be meant.
fn uses(context: &RuleContext<'_>, stmt: &StatementRef<'_>, added: &AddedValue) -> bool {
    let (kind, value) = (added.kind.as_str(), added.value.as_str());
    let quoted = format!("'{value}'");
    let holds = |sql: &Known<String>| sql.as_str().is_some_and(|sql| sql.contains(&quoted));
    let is_it = |literal: &String| literal == value || literal.contains(&quoted);
    match stmt.statement() {
        Statement::Rows(RowChange::Insert(insert)) => {
            insert.literals.iter().any(is_it) && has_kind(context, stmt, &insert.table, kind)
        }
        Statement::Rows(RowChange::Update(update)) => {
            let set = update.set.get().map(Vec::as_slice).unwrap_or_default();
            let assigns = set.iter().any(|assignment| match &assignment.value {
                Assigned::Constant(sql) | Assigned::Expression(sql) => {
                    sql.contains(&quoted)
                        && is_of_kind(context, stmt, &update.table, &assignment.column, kind)
                }
                Assigned::Additive | Assigned::Unreadable => false,
            });
            let written = update.literals.iter().any(is_it) && set.is_empty();
            assigns
                || (written && has_kind(context, stmt, &update.table, kind))
                || compares(context, stmt, &update.table, &update.filter, added)
        }
        Statement::Rows(RowChange::Delete(delete)) => {
            compares(context, stmt, &delete.table, &delete.filter, added)
        }
        Statement::Table(TableChange::SetDefault { table, column, default }) => {
            holds(&default.sql) && is_of_kind(context, stmt, table, column, kind)
        }
        Statement::Table(TableChange::AddColumn { column, .. }) => {
            declares(column, &holds) && is_kind(column.kind.as_ref(), kind)
        }
        Statement::Table(TableChange::CreateTable(create)) => {
            create
                .columns
                .iter()
                .any(|column| declares(column, &holds) && is_kind(column.kind.as_ref(), kind))
                || (create.checks().any(|check| holds(&check.condition))
                    && create.columns.iter().any(|column| is_kind(column.kind.as_ref(), kind)))
        }
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::Check(check),
        }) => holds(&check.condition) && has_kind(context, stmt, table, kind),
        Statement::Table(TableChange::CreateIndex { table, index }) => {
            index.predicate.as_ref().is_some_and(holds) && has_kind(context, stmt, table, kind)
        }
        _ => false,
    }
}

fn declares(column: &Column, holds: &dyn Fn(&Known<String>) -> bool) -> bool {
    column.server_default.as_ref().is_some_and(|default| holds(&default.sql))
        || column.checks.iter().any(|check| holds(&check.condition))
}

fn compares(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    table: &TableName,
    filter: &Filter,
    added: &AddedValue,
) -> bool {
    filter.tests.iter().any(|test| match test {
        Test::In(column, constants) | Test::NotIn(column, constants) => {
            constants.iter().any(|constant| constant.trim_matches('\'') == added.value)
                && is_of_kind(context, stmt, table, &Known::from(column.as_str()), &added.kind)
        }
        Test::IsNull(_) | Test::IsNotNull(_) => false,
    })
}

/// Tells whether a column is of an enum type, as far as the history says; where it does not, it may
/// be.
fn is_of_kind(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    table: &TableName,
    column: &Known<String>,
    kind: &str,
) -> bool {
    context.column(stmt, table, column).is_none_or(|column| is_kind(column.kind.as_ref(), kind))
}

/// Tells whether a table may have a column of an enum type.
fn has_kind(
    context: &RuleContext<'_>,
    stmt: &StatementRef<'_>,
    table: &TableName,
    kind: &str,
) -> bool {
    let has = |table: Table| {
        !table.complete || table.columns.iter().any(|column| is_kind(column.kind.as_ref(), kind))
    };
    context.table(stmt, table).is_none_or(has)
}

fn is_kind(column: Option<&ColumnType>, kind: &str) -> bool {
    let Some(column) = column else { return true };
    let declared =
        column.labels.as_ref().and_then(|labels| labels.name.as_ref()).and_then(Known::as_str);
    let unqualified = |name: &str| {
        name.trim_end_matches("[]").rsplit('.').next().unwrap_or(name).replace('"', "")
    };
    let is_it = |name: &str| unqualified(name).eq_ignore_ascii_case(&unqualified(kind));
    match declared.or(column.sql.as_str()) {
        Some(name) => is_it(name),
        None => true,
    }
}
