//! ADD PRIMARY KEY builds its index while nobody else may look at the table.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::unique_constraint_scan::{are_removed, made_of_index};
use crate::schema::table::columns_of;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, IndexPart, Key, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "primary-key-scan",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a primary key to a table in use",
    harm: "PostgreSQL builds the index of the key and reads every row for NULLs under ACCESS \
        EXCLUSIVE: readers and writers wait until it is done, and it fails on the first duplicate \
        or NULL. MySQL rebuilds the table. From a unique index that was built CONCURRENTLY before, \
        over columns that are NOT NULL, the key is made in a moment.",
    remedy: "Build a unique index with `postgresql_concurrently=True` in a revision of its own, \
        and make it the key with ADD CONSTRAINT ... PRIMARY KEY USING INDEX in the next.",
    example: example!("primary-key-scan"),
    check: Check::Upgrade(check),
};

/// The first version that takes a validated CHECK for a proof.
const PROVED_BY_CHECK: u16 = 12;

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (table, columns, name) = match stmt.statement() {
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::PrimaryKey(Key { using_index: Some(index), .. }),
        }) => {
            return of_nullable_columns(stmt, context, table, index).into_iter().collect();
        }
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: constraint @ Constraint::PrimaryKey(key),
        }) => (table, columns_of(constraint), key.name.as_ref().and_then(Known::as_str)),
        Statement::Table(TableChange::AddColumn { table, column, .. })
            if column.primary_key == Known::Is(true) =>
        {
            (table, column.name.as_str().into_iter().collect(), None)
        }
        _ => return Vec::new(),
    };
    if context.dialect == Dialect::Sqlite || context.is_new(stmt, table) {
        return Vec::new();
    }
    let subject = columns.join(", ");
    let (meanwhile, label) = match context.dialect.is_mysql() {
        true => (
            ", and the table is rebuilt".to_owned(),
            format!("every row of `{table}` is written again, in the order of the key"),
        ),
        false => (
            context.under_lock(stmt, table),
            format!("reads and writes of `{table}` wait until the index is built"),
        ),
    };
    let mut finding = context
        .finding(
            stmt,
            format!("{} becomes the primary key{meanwhile}", code::with_columns(table, &columns)),
        )
        .object(name.map_or_else(|| subject.clone(), str::to_owned))
        .label(label);
    finding = match context.is_postgresql() {
        true => finding.safe_form(safe_form(stmt, context, table, name, &columns)),
        false => finding
            .remedy("Look for NULLs and duplicates first, and deploy it while nobody writes."),
    };
    if !are_removed(stmt, context, table) {
        finding = finding.note(format!(
            "fails if two rows of `{table}` are alike, or one of the columns is NULL"
        ));
    }
    vec![if context.dialect == Dialect::SqlServer {
        finding.severity(Severity::Warning)
    } else {
        finding
    }]
}

/// A key that is made of an index sets its columns NOT NULL, and PostgreSQL reads every row for
/// that.
fn of_nullable_columns(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    index: &Known<String>,
) -> Option<RawFinding> {
    if context.is_new(stmt, table) {
        return None;
    }
    let (_, index) = context.index(stmt, index.as_str()?, Some(table))?;
    let parts = index?.columns.into_option()?;
    let column = parts.into_iter().find_map(|part| match part {
        IndexPart::Column(name) => is_nullable(stmt, context, table, &name).then_some(name),
        IndexPart::Expression(_) | IndexPart::Unreadable => None,
    })?;
    let finding = context
        .finding(stmt, format!("`{table}` gets a primary key over `{column}`, which may be NULL"))
        .object(&*column);
    let finding = finding
        .label(format!(
            "`{column}` becomes NOT NULL: every row of `{table}` is read{}",
            context.under_lock(stmt, table)
        ))
        .remedy(
            "Prove it first: CHECK (column IS NOT NULL) NOT VALID, validated in a later \
            deployment.",
        )
        .note(format!("fails on one NULL in `{column}`"));
    let is_proven = context.is_proven_not_null(stmt, table, &Known::Is(column));
    Some(if is_proven {
        context.resting_on_version(finding, PROVED_BY_CHECK, "its CHECK is proof enough")
    } else {
        finding
    })
}

fn is_nullable(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &str,
) -> bool {
    let name = Known::Is(column.to_owned());
    let may_be_null =
        context.column(stmt, table, &name).is_some_and(|column| column.nullable == Known::Is(true));
    may_be_null
        && !(context.is_proven_not_null(stmt, table, &name) && context.is_at_least(PROVED_BY_CHECK))
}

fn safe_form<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    name: Option<&str>,
    columns: &[&str],
) -> String {
    let unqualified = table.name.as_str().unwrap_or("...");
    let name = name.map_or_else(|| code::fitting(&format!("{unqualified}_pkey")), str::to_owned);
    made_of_index(stmt, context, table, &name, "PRIMARY KEY", columns)
}
