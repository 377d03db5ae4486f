//! A deployment that stops halfway is run again. RowSource that it wrote before are still there, or
//! the keys are.

use crate::example;
use crate::rule::code;
use crate::rule::context::{RuleContext, StatementRef};
use crate::rule::definition::{Check, Rule, Severity, Theme, Weight};
use crate::rule::raw_finding::RawFinding;
use crate::rule::rerun::{self, Rerun};
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Insert, RowSource, Statement};
use crate::sql::table::TableName;

pub(super) static RULE: Rule = Rule {
    id: "data-migration-not-idempotent",
    theme: Theme::DataMigrations,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "writes rows in a way that a second run repeats",
    harm: "Deployments are run twice: after a failure, a downgrade, a restored backup. RowSource then stand twice, amounts \
           are added twice, or the second run fails on a key and the release is stuck.",
    remedy: "Let the statement see what it did before: ON CONFLICT DO NOTHING, WHERE NOT EXISTS, or a WHERE that no \
             longer matches once it is set.",
    example: example!("data-migration-not-idempotent"),
    check: Check::Upgrade(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Some(table) = stmt.statement().table() else { return Vec::new() };
    // A condition in Python, or IF in SQL, is taken for the guard that it nearly always is.
    let writes = matches!(
        stmt.statement(),
        Statement::Insert(_) | Statement::Update(_) | Statement::CopyFrom { .. }
    );
    if !writes || !table.name.is_known() || stmt.is_conditional() || context.is_new(stmt, table) {
        return Vec::new();
    }
    let finding = match rerun::rerun(stmt, context) {
        Rerun::Same | Rerun::Unknown => None,
        Rerun::Differs { how } => Some(
            context.finding(stmt, format!("`{table}` is written by a statement that {how} when it runs twice"))
                .label(format!("a second run {how}")),
        ),
        Rerun::Generated { columns } => Some(doubles(stmt, context, table, &columns)),
        Rerun::Fails { key } => Some(fails(stmt, context, table, &key)),
        Rerun::UnknownKeys => Some(
            context.finding(stmt, format!("`{table}` gets rows that a second run adds again, or fails on"))
                .severity(Severity::Warning)
                .label("what a second run does depends on a key that is not known here")
                .note(format!(
                    "the columns and keys of `{table}` could not be read from the history; ON CONFLICT DO NOTHING \
                     settles it"
                )),
        ),
    };
    let Some(mut finding) = finding else { return Vec::new() };
    finding.safe_form = safe_form(stmt, context, table);
    if let Statement::Update(_) = stmt.statement() {
        finding =
            finding.remedy("Add a WHERE that no longer matches once it is set, or write the new value into a new column.");
    }
    vec![finding]
}

/// Judges rows whose key is generated anew on every run, so that they stand twice. Where the
/// downgrade removes them, upgrading again does not meet them, and what fails is rolled back.
fn doubles(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    columns: &[String],
) -> RawFinding {
    let listed = code::listed(columns);
    let verb = if columns.len() == 1 { "is" } else { "are" };
    let finding = context
        .finding(stmt, format!("`{table}` gets its rows once more when it runs twice: {listed} {verb} generated anew"))
        .object(columns.join(", "))
        .label("a second run adds the rows again");
    let is_rolled_back = context.dialect.rolls_back_ddl() && !stmt.is_autocommit();
    match is_rolled_back && rerun::is_removed_by_downgrade(context, table) {
        true => finding.severity(Severity::Warning),
        false => finding.note(format!(
            "ON CONFLICT on {listed} does not help: write the key out, or look for the rows first"
        )),
    }
}

/// Judges rows whose key is there already when they are written again.
fn fails(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    key: &[String],
) -> RawFinding {
    let message = format!("`{table}` gets rows whose key is there when it runs twice");
    let finding = context
        .finding(stmt, message)
        .object(key.join(", "))
        .label(format!("a second run fails on the key ({})", key.join(", ")));
    let removed = rerun::is_removed_by_downgrade(context, table);
    match context.dialect {
        // Nothing of this transaction stays when it fails, so only a later run meets the rows.
        Dialect::PostgreSql | Dialect::Oracle if stmt.is_autocommit() => finding
            .note("it runs outside of the transaction: the rows stay when a later statement fails"),
        Dialect::PostgreSql | Dialect::Oracle if removed => finding.severity(Severity::Warning),
        Dialect::PostgreSql | Dialect::Oracle => {
            finding.note("the downgrade leaves the rows, so upgrading again after it fails")
        }
        Dialect::MySql | Dialect::MariaDb if context.later(stmt).next().is_some() => {
            finding.note(format!("{} keeps the rows when a later statement fails", context.dialect))
        }
        Dialect::MySql | Dialect::MariaDb | Dialect::Sqlite | Dialect::SqlServer => {
            finding.severity(Severity::Warning)
        }
    }
}

fn safe_form(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
) -> Option<String> {
    let table_name = code::sql_in_string(table);
    Some(match stmt.statement() {
        Statement::Insert(insert) if context.dialect.is_mysql() => {
            format!(
                "op.execute(\"INSERT IGNORE INTO {table_name} ({}) VALUES (...)\")",
                columns(insert)
            )
        }
        Statement::Insert(insert) if context.dialect == Dialect::SqlServer => format!(
            "op.execute(\"INSERT INTO {table_name} ({}) SELECT ... WHERE NOT EXISTS (SELECT 1 FROM {table_name} \
             WHERE ...)\")",
            columns(insert)
        ),
        Statement::Insert(insert) => match rerun::rerun(stmt, context) {
            Rerun::Fails { key } => {
                let sql = code::one_line(stmt)
                    .filter(|sql| is_insert(sql))
                    .unwrap_or_else(|| outline(insert, &table_name));
                code::execute(&format!("{sql} ON CONFLICT ({}) DO NOTHING", key.join(", ")))
            }
            _ => format!(
                "op.execute(\n    \"INSERT INTO {table_name} ({}) SELECT ... \"\n    \"WHERE NOT EXISTS (SELECT 1 FROM \
                 {table_name} WHERE ...)\"\n)",
                columns(insert)
            ),
        },
        _ => return None,
    })
}

/// Tells whether something can be put behind the text of an INSERT.
fn is_insert(sql: &str) -> bool {
    let words = sql.to_ascii_uppercase();
    words.starts_with("INSERT INTO ") && !words.contains(" RETURNING ")
}

/// Returns an INSERT with what is known of it.
fn outline(insert: &Insert, table: &str) -> String {
    let columns =
        insert.columns.as_ref().map(|_| format!(" ({})", columns(insert))).unwrap_or_default();
    let rows = if matches!(insert.rows, RowSource::Select) { "SELECT ..." } else { "VALUES (...)" };
    format!("INSERT INTO {table}{columns} {rows}")
}

fn columns(insert: &Insert) -> String {
    let columns = insert.columns.as_ref().and_then(|columns| columns.get());
    columns.map_or_else(|| "...".to_owned(), |columns| columns.join(", "))
}
