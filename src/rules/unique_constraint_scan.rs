//! ADD UNIQUE builds its index while nobody else may look at the table.

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
use crate::schema::table::columns_of;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::RowChange;
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, Key, TableName};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "unique-constraint-scan",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::Scan,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "adds a unique constraint to a table in use",
    harm: "PostgreSQL builds the index of the constraint under ACCESS EXCLUSIVE: readers and \
        writers wait until every row is read, and it fails on the first duplicate. From an index \
        that was built CONCURRENTLY before, the constraint is made in a moment.",
    remedy: "Build a unique index with `postgresql_concurrently=True` in a revision of its own, \
        and make it the constraint with ADD CONSTRAINT ... UNIQUE USING INDEX in the next.",
    example: example!("unique-constraint-scan"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (table, key) = match stmt.statement() {
        Statement::Table(TableChange::AddConstraint {
            table,
            constraint: Constraint::Unique(key),
        }) if key.using_index.is_none() => (table, key.clone()),
        Statement::Table(TableChange::AddColumn { table, column, .. })
            if column.unique == Known::Is(true) =>
        {
            let columns = Known::Is(vec![column.name.clone()]);
            (table, Key { name: None, columns, using_index: None })
        }
        _ => return Vec::new(),
    };
    let outside_batch = context.dialect == Dialect::Sqlite && stmt.step.batch.is_none();
    if outside_batch || context.is_new(stmt, table) {
        return Vec::new();
    }
    vec![finding(stmt, context, table, key)]
}

fn finding<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    key: Key,
) -> RawFinding {
    let name = key.name.as_ref().and_then(Known::as_str).map(str::to_owned);
    let constraint = Constraint::Unique(key);
    let columns = columns_of(&constraint);
    let inline_blank = match stmt.statement() {
        Statement::Table(TableChange::AddColumn { column, .. }) => {
            column.nullable == Known::Is(true) && column.server_default.is_none()
        }
        _ => false,
    };
    let blank = inline_blank || context.are_blank(stmt, table, &columns);
    let subject = columns.join(", ");
    let meanwhile = context.under_lock(stmt, table);
    let mut finding = context
        .finding(stmt, format!("{} becomes unique{meanwhile}", code::with_columns(table, &columns)))
        .object(name.clone().unwrap_or_else(|| subject.clone()));
    finding = match context.dialect {
        Dialect::PostgreSql => finding
            .label(format!("reads and writes of `{table}` wait until the index is built"))
            .safe_form(safe_form(stmt, context, table, name.as_deref(), &columns)),
        Dialect::Sqlite => finding.label(format!("`{table}` is copied; fails on duplicates")),
        _ => finding.label(format!("every row of `{table}` is read; fails on duplicates")),
    };
    if !blank && !are_removed(stmt, context, table) {
        finding = finding.note(format!(
            "fails if two rows of `{table}` are alike; nothing before removes duplicates"
        ));
    }
    if !context.is_postgresql() {
        finding = finding.remedy("Look for duplicates first, and add it while few people write.");
    }
    if blank || !context.is_postgresql() { finding.severity(Severity::Warning) } else { finding }
}

/// Tells whether something earlier in the revision deletes rows of the table.
pub(super) fn are_removed<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
) -> bool {
    context.earlier(stmt).any(|earlier| matches!(earlier.statement(), Statement::Rows(RowChange::Delete(delete)) if delete.table == *table))
}

fn safe_form<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    name: Option<&str>,
    columns: &[&str],
) -> String {
    let unqualified = table.name.as_str().unwrap_or("...");
    let name = name.map_or_else(
        || code::fitting(&format!("{unqualified}_{}_key", columns.join("_"))),
        str::to_owned,
    );
    made_of_index(stmt, context, table, &name, "UNIQUE", columns)
}

/// Returns the code that builds an index and makes it a constraint. Where the revision drops one of
/// that name first, the index takes another name until then, and the constraint gives it its own.
pub(super) fn made_of_index<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    name: &str,
    kind: &str,
    columns: &[&str],
) -> String {
    let dropped = context.earlier(stmt).find(|earlier| match earlier.statement() {
        Statement::Table(TableChange::DropConstraint {
            table: of, name: Some(dropped), ..
        }) => of == table && dropped.as_str() == Some(name),
        _ => false,
    });
    let index =
        if dropped.is_some() { code::fitting(&format!("{name}_new")) } else { name.to_owned() };
    let drop = dropped.map_or_else(String::new, |dropped| {
        format!("{}\n", code::written(context, &dropped.step.site))
    });
    let build = OpCall::new("create_index").text(&index).table(table);
    let build = build.code(literal::quoted_list(columns.iter().copied())).keyword("unique", "True");
    let build = code::in_autocommit(&build.keyword("postgresql_concurrently", "True").call());
    let add =
        Sql::new(context.dialect, "ALTER TABLE").table(table).words("ADD CONSTRAINT").name(name);
    let add = add.words(kind).words("USING INDEX").name(&index).execute();
    format!("{build}\n# in the next revision:\n{drop}{add}")
}
