//! A NOT NULL column without a default has no value for the rows that exist.

use crate::advice::literal;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::{Reach, RowChange};
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ServerDefault, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "not-null-without-default",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "adds a NOT NULL column without a server default",
    harm: "The rows that exist have no value for the column: the statement fails as soon as the \
        table holds one row, and the deployment with it. A Python-side `default=` does not help, \
        for the database never sees it. MySQL and MariaDB fill in zero or an empty string in \
        silence instead. Once it is there, INSERTs of the previous release, which do not name the \
        column, fail.",
    remedy: "Add the column nullable, fill it, and set NOT NULL in a later revision; or add it \
        with a constant `server_default=`, which is free on PostgreSQL 11 and newer.",
    example: example!("not-null-without-default"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::AddColumn { table, column, .. }) = stmt.statement() else {
        return Vec::new();
    };
    let has_value =
        column.server_default.as_ref().is_some_and(is_value) || column.generated.is_some();
    if column.nullable != Known::Is(false) || has_value || context.is_empty(stmt, table) {
        return Vec::new();
    }
    let name = column.name.as_str().unwrap_or("…");
    let finding = context
        .finding(stmt, format!("`{table}.{name}` is added NOT NULL without a default"))
        .object(name)
        .safe_form(safe_form(stmt, context, table, column));
    let finding = match context.is_postgresql() {
        true => finding,
        false => finding.remedy(
            "Add the column nullable, fill it, and set NOT NULL in a later revision; or add it with \
             a constant `server_default=`.",
        ),
    };
    let finding = match context.dialect.is_mysql() {
        true => finding
            .label("existing rows get zero or an empty string, in silence")
            .severity(Severity::Warning)
            .weight(Weight::Practice),
        false => finding.label(format!("the deployment fails if `{table}` holds one row")),
    };
    let finding = match is_emptied(stmt, context, table) {
        true => finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .label(format!("the deployment fails if a row is written to `{table}` in between"))
            .note(format!("`{table}` is emptied before it")),
        false => finding,
    };
    let released = context.release.application.as_deref().map(|it| &it.released);
    let finding = match released.and_then(|released| released.class_of(table)) {
        Some((class, line)) if released.is_some_and(|it| it.column(table, name).is_none()) => {
            finding.note(format!(
                "`{class}` ({line}) of the release that runs does not map it: once the column is \
                 there, its INSERTs fail"
            ))
        }
        _ => finding,
    };
    vec![match column.python_default {
        true => finding.note(
            "`default=` is applied by SQLAlchemy to its own INSERTs; the database never sees it",
        ),
        false => finding,
    }]
}

/// Tells whether all rows go in the same migration, before the column comes, and none is written in
/// between.
fn is_emptied<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>, table: &TableName) -> bool {
    let mut is_empty = false;
    for earlier in context.earlier(stmt) {
        match earlier.statement() {
            Statement::Rows(RowChange::Delete(delete))
                if delete.table == *table && delete.filter.reach == Reach::Everything =>
            {
                is_empty = !earlier.is_conditional() && !earlier.step.guarded;
            }
            Statement::Rows(RowChange::Truncate { table: of, .. }) if of == table => {
                is_empty = !earlier.is_conditional() && !earlier.step.guarded;
            }
            Statement::Rows(RowChange::Insert(insert)) if insert.table == *table => {
                is_empty = false;
            }
            _ => {}
        }
    }
    is_empty
}

fn is_value(default: &ServerDefault) -> bool {
    default.sql.as_str().is_none_or(|sql| !sql.trim().eq_ignore_ascii_case("null"))
}

fn safe_form(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Column,
) -> String {
    let name = column.name.as_str().unwrap_or("...");
    let written = code::declared_column(context, stmt.step);
    let kind = written.as_ref().and_then(|column| column.positional().nth(1)).map(str::to_owned);
    let kind = kind
        .or_else(|| column.kind.as_ref().map(code::python_type))
        .unwrap_or_else(|| "...".to_owned());
    let declared = written.map(|declared| {
        let declared = declared
            .without("nullable")
            .without("index")
            .without("unique")
            .without_call("ForeignKey");
        declared.code()
    });
    let declared = declared
        .unwrap_or_else(|| format!("sa.Column({}, {kind})", literal::quoted_name(&column.name)));
    let fill = Sql::new(context.dialect, "UPDATE").table(table).words("SET").name(name);
    let fill = fill.words("= ... WHERE").name(name).words("IS NULL");
    let mut alter = OpCall::new("alter_column").table(table).text(name);
    if context.dialect.is_mysql() || context.dialect == Dialect::SqlServer {
        alter = alter.keyword("existing_type", kind);
    }
    let alter = alter.keyword("nullable", "False").call_on(context.dialect);
    let (first, rest) = alter.split_once('\n').map_or((&*alter, None), |(a, b)| (a, Some(b)));
    let rest = rest.map(|rest| format!("\n{rest}")).unwrap_or_default();
    format!(
        "{}  # 1\n{}  # 2, a later revision, in batches\n{first}  # 3, after that{rest}",
        OpCall::new("add_column").table(table).code(declared).call(),
        fill.execute(),
    )
}
