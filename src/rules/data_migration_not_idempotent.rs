//! A deployment that stops halfway is run again. Rows that it wrote before are still there, or the keys are.

use crate::example;
use crate::rule::again::{self, Again};
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Insert, Rows, Statement};
use crate::sql::table::TableName;

pub(super) static RULE: Rule = Rule {
    id: "data-migration-not-idempotent",
    theme: Theme::DataMigrations,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "writes rows in a way that a second run repeats",
    harm: "Deployments are run twice: after a failure, a downgrade, a restored backup. Rows then stand twice, amounts \
           are added twice, or the second run fails on a key and the release is stuck.",
    remedy: "Let the statement see what it did before: ON CONFLICT DO NOTHING, WHERE NOT EXISTS, or a WHERE that no \
             longer matches once it is set.",
    example: example!("data-migration-not-idempotent"),
    check: Check::Upgrade(check),
};

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    let Some(table) = deed.statement().table() else { return Vec::new() };
    // A condition in Python, or IF in SQL, is taken for the guard that it nearly always is.
    let writes = matches!(deed.statement(), Statement::Insert(_) | Statement::Update(_) | Statement::CopyFrom { .. });
    if !writes || !table.name.is_known() || deed.is_conditional() || case.is_new(deed, table) {
        return Vec::new();
    }
    let hit = match again::again(deed, case) {
        Again::Same | Again::Unknown => None,
        Again::Differs { how } => Some(
            case.hit(deed, format!("`{table}` is written by a statement that {how} when it runs twice"))
                .label(format!("a second run {how}")),
        ),
        Again::Drawn { columns } => Some(doubles(deed, case, table, &columns)),
        Again::Fails { key } => Some(fails(deed, case, table, &key)),
        Again::UnknownKeys => Some(
            case.hit(deed, format!("`{table}` gets rows that a second run adds again, or fails on"))
                .severity(Severity::Warning)
                .label("what a second run does depends on a key that is not known here")
                .aside(format!(
                    "the columns and keys of `{table}` could not be read from the history; ON CONFLICT DO NOTHING \
                     settles it"
                )),
        ),
    };
    let Some(mut hit) = hit else { return Vec::new() };
    hit.safe_form = safe_form(deed, case, table);
    if let Statement::Update(_) = deed.statement() {
        hit =
            hit.remedy("Add a WHERE that no longer matches once it is set, or write the new value into a new column.");
    }
    vec![hit]
}

/// Judges rows whose key is drawn anew on every run, so that they stand twice. Where the downgrade removes them, upgrading
/// again does not meet them, and what fails is rolled back.
fn doubles(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, columns: &[String]) -> Hit {
    let listed = code::listed(columns);
    let verb = if columns.len() == 1 { "is" } else { "are" };
    let hit = case
        .hit(deed, format!("`{table}` gets its rows once more when it runs twice: {listed} {verb} drawn anew"))
        .object(columns.join(", "))
        .label("a second run adds the rows again");
    let is_rolled_back = case.dialect.rolls_back_ddl() && !deed.is_autocommit();
    match is_rolled_back && again::is_removed_by_downgrade(case, table) {
        true => hit.severity(Severity::Warning),
        false => {
            hit.aside(format!("ON CONFLICT on {listed} does not help: write the key out, or look for the rows first"))
        }
    }
}

/// Judges rows whose key is there already when they are written again.
fn fails(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, key: &[String]) -> Hit {
    let message = format!("`{table}` gets rows whose key is there when it runs twice");
    let hit = case
        .hit(deed, message)
        .object(key.join(", "))
        .label(format!("a second run fails on the key ({})", key.join(", ")));
    let removed = again::is_removed_by_downgrade(case, table);
    match case.dialect {
        // Nothing of this transaction stays when it fails, so only a later run meets the rows.
        Dialect::PostgreSql | Dialect::Oracle if deed.is_autocommit() => {
            hit.aside("it runs outside of the transaction: the rows stay when a later statement fails")
        }
        Dialect::PostgreSql | Dialect::Oracle if removed => hit.severity(Severity::Warning),
        Dialect::PostgreSql | Dialect::Oracle => {
            hit.aside("the downgrade leaves the rows, so upgrading again after it fails")
        }
        Dialect::MySql | Dialect::MariaDb if case.later(deed).next().is_some() => {
            hit.aside(format!("{} keeps the rows when a later statement fails", case.dialect))
        }
        Dialect::MySql | Dialect::MariaDb | Dialect::Sqlite | Dialect::SqlServer => hit.severity(Severity::Warning),
    }
}

fn safe_form(deed: &Deed<'_>, case: &Case<'_>, table: &TableName) -> Option<String> {
    let table_name = code::sql_in_string(table);
    Some(match deed.statement() {
        Statement::Insert(insert) if case.dialect.is_mysql() => {
            format!("op.execute(\"INSERT IGNORE INTO {table_name} ({}) VALUES (...)\")", columns(insert))
        }
        Statement::Insert(insert) if case.dialect == Dialect::SqlServer => format!(
            "op.execute(\"INSERT INTO {table_name} ({}) SELECT ... WHERE NOT EXISTS (SELECT 1 FROM {table_name} \
             WHERE ...)\")",
            columns(insert)
        ),
        Statement::Insert(insert) => match again::again(deed, case) {
            Again::Fails { key } => {
                let sql =
                    code::one_line(deed).filter(|sql| is_insert(sql)).unwrap_or_else(|| outline(insert, &table_name));
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
    let columns = insert.columns.as_ref().map(|_| format!(" ({})", columns(insert))).unwrap_or_default();
    let rows = if matches!(insert.rows, Rows::Select) { "SELECT ..." } else { "VALUES (...)" };
    format!("INSERT INTO {table}{columns} {rows}")
}

fn columns(insert: &Insert) -> String {
    let columns = insert.columns.as_ref().and_then(|columns| columns.get());
    columns.map_or_else(|| "...".to_owned(), |columns| columns.join(", "))
}
