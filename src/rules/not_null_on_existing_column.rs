//! SET NOT NULL reads every row while nobody else may.

use crate::advice::ident;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::table::Column;
use crate::sql::default;
use crate::sql::default::Volatility;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "not-null-on-existing-column",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "sets NOT NULL on a column of a table in use",
    harm: "PostgreSQL reads every row under ACCESS EXCLUSIVE: readers and writers wait until it is \
        done, and it fails on the first NULL. From PostgreSQL 12 on it reads nothing if a \
        validated CHECK (column IS NOT NULL) proves it; PostgreSQL 18 can add the NOT NULL \
        constraint NOT VALID. MySQL rebuilds the table, and outside of strict mode turns NULLs \
        into zero or empty strings.",
    remedy: "Add CHECK (column IS NOT NULL) NOT VALID, validate it in a later deployment, then set \
        NOT NULL and drop the CHECK.",
    example: example!("not-null-on-existing-column"),
    check: Check::Upgrade(check),
};

/// The first version that takes a validated CHECK for a proof.
const PROVED_BY_CHECK: u16 = 12;

/// What to do where no CHECK proves it beforehand.
const FILL_FIRST: &str = "Fill what is NULL first, in batches, and set it while few people write.";

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Some((table, column)) = subject(stmt, context) else {
        return Vec::new();
    };
    if context.is_new(stmt, table) || is_proven(stmt, context, table, column) {
        return Vec::new();
    }
    let known = context.column(stmt, table, column);
    let name = column.as_str().unwrap_or("…");
    let finding = context
        .finding(stmt, format!("`{table}.{name}` becomes NOT NULL"))
        .object(name)
        .safe_form(safe_form(context, table, name));
    let finding = match context.dialect {
        Dialect::PostgreSql if context.is_proven_not_null(stmt, table, column) => {
            let finding = finding.label(format!(
                "reads every row of `{table}`{}: reads and writes wait",
                context.under_lock(stmt, table)
            ));
            context.resting_on_version(
                finding,
                PROVED_BY_CHECK,
                "its CHECK proves it and no row is read",
            )
        }
        Dialect::PostgreSql => on_postgresql(finding, stmt, context, table, name, known.as_ref()),
        dialect if dialect.is_mysql() => finding
            .label(
                "the table is rebuilt; outside of strict mode NULLs become zero or empty strings",
            )
            .remedy(FILL_FIRST)
            .severity(Severity::Warning),
        _ => finding
            .label("fails on the first NULL; every row is read")
            .remedy(FILL_FIRST)
            .severity(Severity::Warning),
    };
    vec![finding]
}

/// Returns the column that becomes NOT NULL. SQLite copies the table for that, of which
/// batch-table-copy speaks.
fn subject<'d>(
    stmt: &StatementRef<'d>,
    context: &RuleContext<'_>,
) -> Option<(&'d TableName, &'d Known<String>)> {
    if context.dialect == Dialect::Sqlite {
        return None;
    }
    match &stmt.emitted.statement {
        Statement::Table(TableChange::SetNotNull { table, column }) => Some((table, column)),
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::NotNull { column, not_valid: false, .. },
        }) => Some((table, column)),
        Statement::Table(TableChange::ModifyColumn { table, name, column, .. })
            if column.nullable == Known::Is(false) =>
        {
            let was = context
                .column(stmt, table, name)
                .map_or(Known::Unreadable, |column| column.nullable);
            let becomes =
                was == Known::Is(true) || (was == Known::Unreadable && says_so(stmt.step));
            becomes.then_some((table, name))
        }
        _ => None,
    }
}

/// Tells whether `op.alter_column` asks for NOT NULL rather than restating it.
fn says_so(step: &Step) -> bool {
    match &step.operation {
        Operation::AlterColumn(alter) => {
            alter.nullable == Some(Known::Is(false))
                && alter.existing_nullable != Some(Known::Is(false))
        }
        _ => false,
    }
}

fn is_proven(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
) -> bool {
    let not_null = context
        .column(stmt, table, column)
        .is_some_and(|column| column.nullable == Known::Is(false));
    not_null
        || (context.is_proven_not_null(stmt, table, column) && context.is_at_least(PROVED_BY_CHECK))
}

fn on_postgresql(
    finding: RawFinding,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    name: &str,
    known: Option<&Column>,
) -> RawFinding {
    let under = context.under_lock(stmt, table);
    let waits = format!("reads every row of `{table}`{under}: reads and writes wait");
    let Some(column) = known else { return unfilled(finding, table, name, waits) };
    let is_new = column.origin.is_new();
    let finding = match is_new && column.default == Known::Is(None) && column.generated.is_none() {
        true => finding.note(format!(
            "INSERTs of the previous release, which does not know `{name}`, fail from then on"
        )),
        false => finding,
    };
    match &column.filled {
        _ if is_new && has_constant_default(column) => {
            finding.severity(Severity::Warning).label(waits).remedy(
                "Put `nullable=False` into the `add_column` itself: with its default that \
                reads nothing.",
            )
        }
        Some(revision) if **revision != *context.revision() => {
            finding.severity(Severity::Warning).label(waits).note(format!(
                "revision `{revision}` \
                fills it before"
            ))
        }
        Some(_) => finding.label(waits).note(
            "this revision fills it before, and the rows are read \
            again for this",
        ),
        None => unfilled(finding, table, name, waits),
    }
}

/// Nothing was seen to fill the column: no deploy window fixes a NULL.
fn unfilled(finding: RawFinding, table: &TableName, name: &str, waits: String) -> RawFinding {
    finding
        .label(format!("fails on one NULL in `{name}`, which nothing before fills"))
        .weight(Weight::Fails)
        .plan(None)
        .note(waits)
        .note(format!(
            "if no row of `{table}` can hold a NULL there, a validated CHECK ({name} IS NOT NULL) \
             proves it"
        ))
}

fn has_constant_default(column: &Column) -> bool {
    match &column.default {
        Known::Is(Some(default)) => default.sql.as_str().is_none_or(|sql| {
            matches!(default::volatility(sql), Volatility::Constant | Volatility::Stable)
        }),
        _ => false,
    }
}

fn safe_form(context: &RuleContext<'_>, table: &TableName, column: &str) -> String {
    let sql = |words: &str| Sql::new(context.dialect, words);
    if !context.is_postgresql() {
        let fill = sql("UPDATE").table(table).words("SET").name(column).words("= ... WHERE");
        return format!("{}  # before, in batches", fill.name(column).words("IS NULL").execute());
    }
    let unqualified = table.name.as_str().unwrap_or("...");
    let check = code::fitting(&format!("{unqualified}_{column}_not_null"));
    let named = code::own_name(context, &check);
    let condition = ident::ident(column, context.dialect) + " IS NOT NULL";
    let create = OpCall::new("create_check_constraint").code(&*named).table(table).text(&condition);
    let alter = OpCall::new("alter_column").table(table).text(column).keyword("nullable", "False");
    let drop = OpCall::new("drop_constraint").code(&*named).table(table);
    format!(
        "{}  # 1\n{}  # 2, a later deployment\n{}  # 3, after that\n{}",
        create.keyword("postgresql_not_valid", "True").call(),
        Sql::validate(context.dialect, table, &check).execute(),
        alter.call(),
        drop.keyword("type_", "\"check\"").call()
    )
}
