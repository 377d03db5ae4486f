//! A foreign key is checked for every row when it is made.

use crate::advice::literal;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ForeignKey, TableName};
use crate::sql::table_change::TableChange;
use crate::sql::version::ServerVersion;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "foreign-key-without-not-valid",
    theme: Theme::ForeignKeys,
    severity: Severity::Critical,
    weight: Weight::WeakScan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a foreign key to a table in use, and checks every row at once",
    harm: "PostgreSQL holds SHARE ROW EXCLUSIVE on both tables while it looks up every row: \
        writers of the referring and of the referenced table wait until it is done, and it fails \
        on the first row that refers to nothing. With NOT VALID only new rows are checked; \
        VALIDATE CONSTRAINT then lets writers of both through. NOT VALID works on partitioned \
        tables from PostgreSQL 18 on. MySQL copies the table unless `foreign_key_checks` is off.",
    remedy: "Add it with `postgresql_not_valid=True`, and validate it in a later deployment.",
    example: example!("foreign-key-without-not-valid"),
    check: Check::Upgrade(check),
};

/// The first version that takes NOT VALID foreign keys on partitioned tables.
const PARTITIONED_NOT_VALID: u16 = 18;

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    if context.dialect == Dialect::Sqlite {
        return Vec::new();
    }
    match stmt.statement() {
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::ForeignKey(key),
        }) if key.not_valid == Known::Is(false) => {
            added(stmt, context, table, key).into_iter().collect()
        }
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::ForeignKey(key),
        }) => refused(stmt, context, table, key).into_iter().collect(),
        Statement::Table(TableChange::AddColumn { table, column, .. })
            if column.server_default.is_some() && context.is_postgresql() =>
        {
            column.foreign_keys.iter().filter_map(|key| added(stmt, context, table, key)).collect()
        }
        _ => Vec::new(),
    }
}

fn added(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    key: &ForeignKey,
) -> Option<RawFinding> {
    if context.is_new(stmt, table) {
        return None;
    }
    let columns: Vec<&str> =
        key.columns.get().into_iter().flatten().filter_map(Known::as_str).collect();
    let referent = &key.referent;
    let subject = columns.join(", ");
    let finding = context
        .finding(
            stmt,
            format!(
                "{} refers to `{referent}`, and every row is checked at once",
                code::with_columns(table, &columns)
            ),
        )
        .object(
            key.name
                .as_ref()
                .and_then(Known::as_str)
                .map_or_else(|| subject.clone(), str::to_owned),
        );
    Some(match context.dialect {
        Dialect::PostgreSql => on_postgresql(finding, stmt, context, table, key, &columns),
        dialect if dialect.is_mysql() => finding
            .severity(Severity::Warning)
            .label(format!("`{table}` is copied, and writes wait"))
            .remedy(
                "Set `foreign_key_checks = 0` for the statement, and look for rows that refer \
                to nothing first.",
            ),
        _ => finding
            .severity(Severity::Warning)
            .label(format!("every row of `{table}` is looked up"))
            .remedy(
                "Look for rows that refer to nothing first, and add it while few people write.",
            ),
    })
}

/// Before PostgreSQL 18 a partitioned table takes no NOT VALID foreign key.
fn refused(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    key: &ForeignKey,
) -> Option<RawFinding> {
    let is_asked = context.is_postgresql()
        && key.not_valid == Known::Is(true)
        && context.is_partitioned(stmt, table);
    if !is_asked || context.is_at_least(PARTITIONED_NOT_VALID) {
        return None;
    }
    let version = context.server().version;
    let message = format!(
        "`{table}` is partitioned, and PostgreSQL {version} takes no NOT VALID foreign key on it"
    );
    let finding = context
        .finding(stmt, message)
        .weight(Weight::Fails)
        .plan(None)
        .label("the deployment fails here")
        .remedy(
            "Add it to each partition, NOT VALID, validate those, and only then to the parent.",
        );
    Some(context.resting_on_version(finding, PARTITIONED_NOT_VALID, "it is taken"))
}

fn on_postgresql(
    finding: RawFinding,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    key: &ForeignKey,
    columns: &[&str],
) -> RawFinding {
    let referent = &key.referent;
    let finding = match context.is_new(stmt, referent) {
        false => finding.label(format!(
            "writes to `{table}` and `{referent}` wait until every row is looked up"
        )),
        true => finding.label(format!("writes to `{table}` wait until every row is looked up")),
    };
    if context.is_partitioned(stmt, table) && !context.is_at_least(PARTITIONED_NOT_VALID) {
        return finding.remedy(
            "Add it to each partition, NOT VALID, validate those, and only then to the parent.",
        );
    }
    if context.are_blank(stmt, table, columns) {
        return finding
            .severity(Severity::Warning)
            .note("the columns are new and hold nothing, but the rows are read all the same")
            .remedy(inline_form(context, table, columns));
    }
    finding.safe_form(safe_form(context, table, key, columns))
}

/// The first Alembic that writes REFERENCES into ADD COLUMN.
const INLINE_REFERENCES: ServerVersion = ServerVersion { major: 1, minor: 18, patch: 2 };

/// REFERENCES inside of ADD COLUMN looks nothing up.
fn inline_form(context: &RuleContext<'_>, table: &TableName, columns: &[&str]) -> String {
    match context.package("alembic") {
        Some(said) if said.version < INLINE_REFERENCES => format!(
            "Add the column with `{}`: then no row is read. \
             (Alembic {} of `{}` has no `inline_references=`, which came with \
             {INLINE_REFERENCES}.)",
            Sql::new(context.dialect, "ALTER TABLE")
                .table(table)
                .words("ADD COLUMN")
                .name(columns.first().unwrap_or(&"..."))
                .words("... REFERENCES ...")
                .execute(),
            said.version,
            said.place
        ),
        Some(_) => {
            "Pass `inline_references=True` to `op.add_column`: then no row is read.".to_owned()
        }
        None => format!(
            "Pass `inline_references=True` (Alembic {INLINE_REFERENCES} and newer) to \
             `op.add_column`: then no row is read."
        ),
    }
}

fn safe_form(
    context: &RuleContext<'_>,
    table: &TableName,
    key: &ForeignKey,
    columns: &[&str],
) -> String {
    let unqualified = table.name.as_str().unwrap_or("...");
    let name = key.name.as_ref().and_then(Known::as_str);
    let name = name.map_or_else(
        || code::fitting(&format!("{unqualified}_{}_fkey", columns.join("_"))),
        str::to_owned,
    );
    let remote: Vec<&str> =
        key.referent_columns.get().into_iter().flatten().filter_map(Known::as_str).collect();
    let remote = if remote.is_empty() { vec!["id"] } else { remote };
    let schemas =
        [("source_schema", table), ("referent_schema", &key.referent)].map(|(keyword, table)| {
            table
                .schema
                .as_ref()
                .map(|schema| format!(", {keyword}={}", literal::quoted_name(schema)))
                .unwrap_or_default()
        });
    let on_delete = key.on_delete.as_ref().and_then(Known::as_str);
    let on_delete = on_delete
        .map(|action| format!(", ondelete={}", literal::quoted(action)))
        .unwrap_or_default();
    format!(
        "op.create_foreign_key(\n    {}, {}, {}, {}, {}{}{on_delete}, postgresql_not_valid=True\n\
         )  # 1\n\
         {}  # 2, a later deployment",
        literal::quoted(&name),
        code::table_argument(table),
        code::table_argument(&key.referent),
        literal::quoted_list(columns.iter().copied()),
        literal::quoted_list(remote),
        schemas.concat(),
        Sql::validate(context.dialect, table, &name).execute()
    )
}
