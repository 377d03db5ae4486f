//! SET NOT NULL reads every row while nobody else may.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::schema::table::Column;
use crate::sql::default;
use crate::sql::default::Volatility;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, TableName};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "not-null-on-existing-column",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "sets NOT NULL on a column of a table that people use",
    harm: "PostgreSQL reads every row under ACCESS EXCLUSIVE: readers and writers wait until it is done, and it fails on \
           the first NULL. From PostgreSQL 12 on it reads nothing if a validated CHECK (column IS NOT NULL) proves it; \
           PostgreSQL 18 can add the NOT NULL constraint NOT VALID. MySQL builds the table anew, and outside of strict \
           mode turns NULLs into zero or empty strings.",
    remedy: "Add CHECK (column IS NOT NULL) NOT VALID, validate it in a later deployment, then set NOT NULL and drop the \
             CHECK.",
    example: example!("not-null-on-existing-column"),
    check: Check::Upgrade(check),
};

/// The first version that takes a validated CHECK for a proof.
const PROVED_BY_CHECK: u16 = 12;

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Some((table, column)) = subject(deed, case) else {
        return Vec::new();
    };
    if case.is_new(deed, table) || is_proven(deed, case, table, column) {
        return Vec::new();
    }
    let known = case.column(deed, table, column);
    let name = column.as_str().unwrap_or("…");
    let hit = case
        .hit(deed, format!("`{table}.{name}` becomes NOT NULL"))
        .object(name)
        .safe_form(safe_form(case, table, name));
    let hit = match case.dialect {
        Dialect::PostgreSql if case.is_proven_not_null(deed, table, column) => {
            let hit = hit.label(format!("reads every row of `{table}` under ACCESS EXCLUSIVE: reads and writes wait"));
            case.resting_on_version(hit, PROVED_BY_CHECK, "its CHECK proves it and no row is read")
        }
        Dialect::PostgreSql => on_postgresql(hit, case, table, name, known.as_ref()),
        dialect if dialect.is_mysql() => hit
            .label("the table is built anew; outside of strict mode NULLs become zero or empty strings")
            .severity(Severity::Warning),
        _ => hit.label("fails on the first NULL; every row is read").severity(Severity::Warning),
    };
    vec![hit]
}

/// Returns the column that becomes NOT NULL. SQLite copies the table for that, of which batch-table-copy speaks.
fn subject<'d>(deed: &Deed<'d>, case: &Case<'_>) -> Option<(&'d TableName, &'d Known<String>)> {
    if case.dialect == Dialect::Sqlite {
        return None;
    }
    match &deed.told.statement {
        Statement::SetNotNull { table, column } => Some((table, column)),
        Statement::AddConstraint { table, constraint: Constraint::NotNull { column, not_valid: false, .. } } => {
            Some((table, column))
        }
        Statement::RestateColumn { table, name, column, .. } if column.nullable == Known::Is(false) => {
            let was = case.column(deed, table, name).map_or(Known::Unreadable, |column| column.nullable);
            let becomes = was == Known::Is(true) || (was == Known::Unreadable && says_so(deed.step));
            becomes.then_some((table, name))
        }
        _ => None,
    }
}

/// Tells whether `op.alter_column` asks for NOT NULL rather than restating it.
fn says_so(step: &Step) -> bool {
    match &step.operation {
        Operation::AlterColumn(alter) => {
            alter.nullable == Some(Known::Is(false)) && alter.existing_nullable != Some(Known::Is(false))
        }
        _ => false,
    }
}

fn is_proven(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, column: &Known<String>) -> bool {
    let not_null = case.column(deed, table, column).is_some_and(|column| column.nullable == Known::Is(false));
    not_null || (case.is_proven_not_null(deed, table, column) && case.is_at_least(PROVED_BY_CHECK))
}

fn on_postgresql(hit: Hit, case: &Case<'_>, table: &TableName, name: &str, known: Option<&Column>) -> Hit {
    let waits = format!("reads every row of `{table}` under ACCESS EXCLUSIVE: reads and writes wait");
    let Some(column) = known else { return unfilled(hit, table, name, waits) };
    let is_new = column.origin.is_new();
    let hit = match is_new && column.default == Known::Is(None) && column.generated.is_none() {
        true => hit.aside(format!("INSERTs of the previous release, which does not know `{name}`, fail from then on")),
        false => hit,
    };
    match &column.filled {
        _ if is_new && has_constant_default(column) => hit
            .severity(Severity::Warning)
            .label(waits)
            .remedy("Put `nullable=False` into the `add_column` itself: with its default that reads nothing."),
        Some(revision) if **revision != *case.revision() => {
            hit.severity(Severity::Warning).label(waits).aside(format!("revision `{revision}` fills it before"))
        }
        Some(_) => hit.label(waits).aside("this revision fills it before, and the rows are read again for this"),
        None => unfilled(hit, table, name, waits),
    }
}

/// Nothing was seen to fill the column: no deploy window mends a NULL.
fn unfilled(hit: Hit, table: &TableName, name: &str, waits: String) -> Hit {
    hit.label(format!("fails on one NULL in `{name}`, which nothing before fills"))
        .weight(Weight::Fails)
        .plan(None)
        .aside(waits)
        .aside(format!(
            "if no row of `{table}` can hold a NULL there, a validated CHECK ({name} IS NOT NULL) proves it"
        ))
}

fn has_constant_default(column: &Column) -> bool {
    match &column.default {
        Known::Is(Some(default)) => default
            .sql
            .as_str()
            .is_none_or(|sql| matches!(default::volatility(sql), Volatility::Constant | Volatility::Stable)),
        _ => false,
    }
}

fn safe_form(case: &Case<'_>, table: &TableName, column: &str) -> String {
    let sql = code::sql_in_string(table);
    let bare = table.name.as_str().unwrap_or("...");
    let (argument, schema) = (code::table_argument(table), code::schema_argument(table));
    if !case.is_postgresql() {
        return format!("op.execute(\"UPDATE {sql} SET {column} = ... WHERE {column} IS NULL\")  # before, in batches");
    }
    let check = code::fitting(&format!("{bare}_{column}_not_null"));
    let named = code::own_name(case, &check);
    format!(
        "op.create_check_constraint({named}, {argument}, \"{column} IS NOT NULL\"{schema}, postgresql_not_valid=True)  # 1\n\
         op.execute(\"ALTER TABLE {sql} VALIDATE CONSTRAINT {check}\")  # 2, a later deployment\n\
         op.alter_column({argument}, \"{column}\", nullable=False{schema})  # 3, after that\n\
         op.drop_constraint({named}, {argument}, type_=\"check\"{schema})"
    )
}
