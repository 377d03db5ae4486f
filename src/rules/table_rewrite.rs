//! Statements that rewrite a whole table.

use crate::advice::literal;
use crate::advice::op_call::OpCall;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::default;
use crate::sql::default::Volatility;
use crate::sql::statement::Statement;
use crate::sql::table::{Column, Generated, TableName};
use crate::sql::table_change::{ColumnAction, IndexAction, TableAction, TableChange};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "table-rewrite",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Rewrite,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "rewrites a table in use",
    harm: "PostgreSQL writes every row and every index again under ACCESS EXCLUSIVE: readers and \
        writers wait until it is done, and the disk must hold both copies. A default that differs \
        from row to row (`gen_random_uuid()`, `nextval()`, `clock_timestamp()`), SERIAL, IDENTITY \
        and a stored generated column do so; a constant or `now()` does not from PostgreSQL 11 on, \
        nor does a virtual generated column of PostgreSQL 18.",
    remedy: "Add the column nullable and without the default, set the default in a statement of \
        its own, and fill the old rows in batches.",
    example: example!("table-rewrite"),
    check: Check::Upgrade(check),
};

/// The first version that keeps a default outside of the rows.
const KEEPS_DEFAULTS: u16 = 11;

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if !context.is_postgresql() {
        return Vec::new();
    }
    let finding = match stmt.statement() {
        Statement::Table(TableChange::AddColumn { table, column, .. }) => {
            added(stmt, context, table, column)
        }
        Statement::Table(TableChange::AlterTable { table, action, words }) if rewrites(action) => {
            Some(context.finding(stmt, format!("`{table}` is rewritten by {words}")))
        }
        Statement::Table(TableChange::AlterColumn {
            table,
            column,
            action: ColumnAction::SetExpression,
            ..
        }) => recomputed(stmt, context, table, column),
        Statement::Table(TableChange::AlterIndex {
            name,
            action: IndexAction::SetTablespace,
            ..
        }) => {
            return vec![moved(stmt, context, name)];
        }
        Statement::Table(TableChange::Vacuum { table, full: true }) => {
            Some(whole(stmt, context, table.as_ref(), "VACUUM FULL"))
        }
        Statement::Table(TableChange::Cluster { table }) => {
            Some(whole(stmt, context, table.as_ref(), "CLUSTER"))
        }
        Statement::Table(TableChange::DropTable { table, .. })
            if context.is_recreated(stmt, table) =>
        {
            Some(context.finding(stmt, format!("`{table}` is made again and its rows are copied")))
        }
        _ => None,
    };
    let Some(finding) = finding else { return Vec::new() };
    match stmt.statement().table() {
        Some(table) if context.is_new(stmt, table) => Vec::new(),
        table => vec![labelled(finding, table)],
    }
}

fn labelled(finding: RawFinding, table: Option<&TableName>) -> RawFinding {
    let title = table.map_or_else(|| "every table".to_owned(), |table| format!("`{table}`"));
    finding.label(format!("reads and writes of {title} wait until every row is written again"))
}

fn rewrites(action: &TableAction) -> bool {
    matches!(
        action,
        TableAction::SetLogged
            | TableAction::SetTablespace
            | TableAction::SetAccessMethod
            | TableAction::Rebuild
    )
}

/// Another expression makes other values; those that are computed when they are read cost nothing.
fn recomputed(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Known<String>,
) -> Option<RawFinding> {
    let known = context.column(stmt, table, column);
    let is_virtual = known.is_some_and(|column| column.generated == Some(Generated::Virtual));
    let name = column.as_str().unwrap_or("…");
    let finding = context.finding(
        stmt,
        format!("`{table}.{name}` is computed otherwise, so `{table}` is rewritten"),
    );
    (!is_virtual).then(|| finding.object(name))
}

/// An index that moves is written again, and nobody plans a query on its table meanwhile.
fn moved(stmt: &StatementRef<'_>, context: &RuleContext<'_>, index: &Known<String>) -> RawFinding {
    let name = index.as_str().unwrap_or("…");
    context
        .finding(stmt, format!("`{name}`, an index, is rewritten by SET TABLESPACE"))
        .object(name)
        .label("reads and writes of its table wait until it is written again")
        .remedy(
            "Build a second one there with CONCURRENTLY and drop this one, or REINDEX CONCURRENTLY \
             (TABLESPACE ...).",
        )
}

fn whole(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: Option<&TableName>,
    what: &str,
) -> RawFinding {
    let title = table.map_or_else(|| "every table".to_owned(), |table| format!("`{table}`"));
    context.finding(stmt, format!("{title} is rewritten by {what}")).remedy(
        "Leave it to autovacuum, or run pg_repack beside the application; it is no matter \
            of a migration.",
    )
}

fn added(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Column,
) -> Option<RawFinding> {
    let name = column.name.as_str().unwrap_or("…");
    let (why, severity) = reason(context, column)?;
    let finding = context
        .finding(stmt, format!("`{table}.{name}` is added with {why}, so `{table}` is rewritten"))
        .object(name)
        .severity(severity);
    let finding = match column.generated {
        Some(Generated::Stored) => finding.remedy(
            "Add a plain column, let a trigger or the code fill it, and fill the old rows in \
             batches: no stored generated column comes to rows that are there without a rewrite.",
        ),
        _ => finding.safe_form(safe_form(stmt, context, table, column)),
    };
    Some(match severity {
        Severity::Warning => finding
            .note("free if the function is STABLE or IMMUTABLE, which its definition would tell"),
        Severity::Critical if is_kept(column) => context.resting_on_version(
            finding,
            KEEPS_DEFAULTS,
            "the default is kept outside of the rows",
        ),
        Severity::Critical => finding,
    })
}

/// Tells whether the default is one value for all rows.
fn is_kept(column: &Column) -> bool {
    let sql = column.server_default.as_ref().and_then(|default| default.sql.as_str());
    let is_one =
        |sql| matches!(default::volatility(sql), Volatility::Constant | Volatility::Stable);
    column.generated.is_none() && sql.is_some_and(is_one)
}

/// Says what makes a column a rewrite.
fn reason(context: &RuleContext<'_>, column: &Column) -> Option<(String, Severity)> {
    let generated = match column.generated {
        Some(Generated::Serial) => Some("a sequence (SERIAL)"),
        Some(Generated::Identity | Generated::IdentityAlways) => Some("an identity"),
        Some(Generated::Stored) => Some("a stored generated value"),
        Some(Generated::Virtual) | None => None,
    };
    if let Some(generated) = generated {
        return Some((generated.to_owned(), Severity::Critical));
    }
    let sql = column.server_default.as_ref()?.sql.as_str()?;
    match default::volatility(sql) {
        Volatility::Volatile => {
            Some((format!("`{sql}`, another value for each row"), Severity::Critical))
        }
        Volatility::UnknownFunction(name) => Some((
            format!("`{name}`, which may give another value for each row"),
            Severity::Warning,
        )),
        Volatility::Constant | Volatility::Stable if !context.is_at_least(KEEPS_DEFAULTS) => Some(
            (format!("a default, on PostgreSQL {}", context.server().version), Severity::Critical),
        ),
        Volatility::Constant | Volatility::Stable => None,
    }
}

fn safe_form(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    column: &Column,
) -> String {
    let name = column.name.as_str().unwrap_or("...");
    let declared = code::declared_column(context, stmt.step);
    let kind = declared.as_ref().and_then(|column| column.positional().nth(1)).map(str::to_owned);
    let kind = kind
        .or_else(|| column.kind.as_ref().map(code::python_type))
        .unwrap_or_else(|| "...".to_owned());
    let default =
        column.server_default.as_ref().and_then(|default| default.sql.as_str()).unwrap_or("...");
    let declared =
        format!("sa.Column({}, {kind}, nullable=True)", literal::quoted_name(&column.name));
    let add = OpCall::new("add_column").table(table).code(declared);
    let alter = OpCall::new("alter_column").table(table).text(name);
    let fill = Sql::new(context.dialect, "UPDATE").table(table).words("SET").name(name);
    format!(
        "{}  # 1\n{}\n{}  # 2, a later revision, in batches",
        add.call(),
        alter.keyword("server_default", format!("sa.text({})", literal::quoted(default))).call(),
        fill.words("=").words(default).words("WHERE ...").execute()
    )
}
