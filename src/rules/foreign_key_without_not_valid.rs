//! A foreign key is checked for every row when it is made.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::code;
use crate::rule::hit::Hit;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, TableName};
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-without-not-valid",
    theme: Theme::ForeignKeys,
    severity: Severity::Critical,
    weight: Weight::WeakScan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a foreign key to a table that people use, and checks every row at once",
    harm: "PostgreSQL holds SHARE ROW EXCLUSIVE on both tables while it looks up every row: writers of the referring and \
           of the referenced table wait until it is done, and it fails on the first row that refers to nothing. With NOT \
           VALID only new rows are checked; VALIDATE CONSTRAINT then lets writers of both through. NOT VALID works on \
           partitioned tables from PostgreSQL 18 on. MySQL copies the table unless `foreign_key_checks` is off.",
    remedy: "Add it with `postgresql_not_valid=True`, and validate it in a later deployment.",
    example: example!("foreign-key-without-not-valid"),
    check: Check::Upgrade(check),
};

/// The first version that takes NOT VALID foreign keys on partitioned tables.
const PARTITIONED_NOT_VALID: u16 = 18;

fn check(deed: &Deed<'_>, case: &Case<'_>) -> Vec<Hit> {
    if case.dialect == Dialect::Sqlite {
        return Vec::new();
    }
    match deed.statement() {
        Statement::AddConstraint { table, constraint: Constraint::ForeignKey(key) }
            if key.not_valid == Known::Is(false) =>
        {
            added(deed, case, table, key).into_iter().collect()
        }
        Statement::AddConstraint { table, constraint: Constraint::ForeignKey(key) } => {
            refused(deed, case, table, key).into_iter().collect()
        }
        Statement::AddColumn { table, column, .. } if column.server_default.is_some() && case.is_postgresql() => {
            column.foreign_keys.iter().filter_map(|key| added(deed, case, table, key)).collect()
        }
        _ => Vec::new(),
    }
}

fn added(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, key: &ForeignKey) -> Option<Hit> {
    if case.is_new(deed, table) {
        return None;
    }
    let columns: Vec<&str> = key.columns.get().into_iter().flatten().filter_map(Known::as_str).collect();
    let referent = &key.referent;
    let subject = columns.join(", ");
    let hit = case
        .hit(deed, format!("`{table}` ({subject}) refers to `{referent}`, and every row is checked at once"))
        .object(key.name.as_ref().and_then(Known::as_str).map_or_else(|| subject.clone(), str::to_owned));
    Some(match case.dialect {
        Dialect::PostgreSql => on_postgresql(hit, deed, case, table, key, &columns),
        dialect if dialect.is_mysql() => hit
            .severity(Severity::Warning)
            .label(format!("`{table}` is copied, and writes wait"))
            .remedy("Set `foreign_key_checks = 0` for the statement, and look for rows that refer to nothing first."),
        _ => hit.severity(Severity::Warning).label(format!("every row of `{table}` is looked up")),
    })
}

/// Before PostgreSQL 18 a partitioned table takes no NOT VALID foreign key.
fn refused(deed: &Deed<'_>, case: &Case<'_>, table: &TableName, key: &ForeignKey) -> Option<Hit> {
    let is_asked = case.is_postgresql() && key.not_valid == Known::Is(true) && case.is_partitioned(deed, table);
    if !is_asked || case.is_at_least(PARTITIONED_NOT_VALID) {
        return None;
    }
    let version = case.server().version;
    let message = format!("`{table}` is partitioned, and PostgreSQL {version} takes no NOT VALID foreign key on it");
    let hit = case
        .hit(deed, message)
        .weight(Weight::Fails)
        .plan(None)
        .label("the deployment fails here")
        .remedy("Add it to each partition, NOT VALID, validate those, and only then to the parent.");
    Some(case.resting_on_version(hit, PARTITIONED_NOT_VALID, "it is taken"))
}

fn on_postgresql(
    hit: Hit,
    deed: &Deed<'_>,
    case: &Case<'_>,
    table: &TableName,
    key: &ForeignKey,
    columns: &[&str],
) -> Hit {
    let referent = &key.referent;
    let hit = match case.is_new(deed, referent) {
        false => hit.label(format!("writes to `{table}` and `{referent}` wait until every row is looked up")),
        true => hit.label(format!("writes to `{table}` wait until every row is looked up")),
    };
    if case.is_partitioned(deed, table) && !case.is_at_least(PARTITIONED_NOT_VALID) {
        return hit.remedy("Add it to each partition, NOT VALID, validate those, and only then to the parent.");
    }
    if case.are_blank(deed, table, columns) {
        return hit
            .severity(Severity::Warning)
            .aside("the columns are new and hold nothing, but the rows are read all the same")
            .remedy(inline_form(case, table, columns));
    }
    hit.safe_form(safe_form(table, key, columns))
}

/// The first Alembic that writes REFERENCES into ADD COLUMN.
const INLINE_REFERENCES: ServerVersion = ServerVersion { major: 1, minor: 18, patch: 2 };

/// REFERENCES inside of ADD COLUMN looks nothing up.
fn inline_form(case: &Case<'_>, table: &TableName, columns: &[&str]) -> String {
    match case.package("alembic") {
        Some(said) if said.version < INLINE_REFERENCES => format!(
            "Add the column with `op.execute(\"ALTER TABLE {} ADD COLUMN {} ... REFERENCES ...\")`: then no row is read. \
             (Alembic {} of `{}` has no `inline_references=`, which came with {INLINE_REFERENCES}.)",
            code::sql_in_string(table),
            columns.first().unwrap_or(&"..."),
            said.version,
            said.place
        ),
        Some(_) => "Pass `inline_references=True` to `op.add_column`: then no row is read.".to_owned(),
        None => format!(
            "Pass `inline_references=True` (Alembic {INLINE_REFERENCES} and newer) to `op.add_column`: then no row is read."
        ),
    }
}

fn safe_form(table: &TableName, key: &ForeignKey, columns: &[&str]) -> String {
    let sql = code::sql_in_string(table);
    let bare = table.name.as_str().unwrap_or("...");
    let name = key.name.as_ref().and_then(Known::as_str);
    let name = name.map_or_else(|| code::fitting(&format!("{bare}_{}_fkey", columns.join("_"))), str::to_owned);
    let remote: Vec<&str> = key.referent_columns.get().into_iter().flatten().filter_map(Known::as_str).collect();
    let remote = if remote.is_empty() { vec!["id"] } else { remote };
    let schemas = [("source_schema", table), ("referent_schema", &key.referent)].map(|(keyword, table)| {
        table.schema.as_ref().map(|schema| format!(", {keyword}={}", code::quoted_name(schema))).unwrap_or_default()
    });
    let on_delete = key.on_delete.as_ref().and_then(Known::as_str);
    let on_delete = on_delete.map(|action| format!(", ondelete={}", code::quoted(action))).unwrap_or_default();
    format!(
        "op.create_foreign_key(\n    \"{name}\", {}, {}, {}, {}{}{on_delete}, postgresql_not_valid=True\n)  # 1\n\
         op.execute(\"ALTER TABLE {sql} VALIDATE CONSTRAINT {name}\")  # 2, a later deployment",
        code::table_argument(table),
        code::table_argument(&key.referent),
        code::quoted_list(columns.iter().copied()),
        code::quoted_list(remote),
        schemas.concat()
    )
}
