//! A renamed column has two names in two releases, and only one of them at a time.

use crate::advice::literal;
use crate::advice::op_call::OpCall;
use crate::advice::remark::remark;
use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "rename-column",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "renames a column that running code reads and writes",
    harm: "The moment it commits, every process of the previous release fails on each query that \
        names the column; a process of the new release that starts before fails just so. On \
        PostgreSQL the rename takes ACCESS EXCLUSIVE for a moment. With `deployment = \"stopped\"` \
        nobody runs meanwhile, and the rule is silent.",
    remedy: "Add a column of the new name, write both from code, copy the old values in batches, \
        and drop the old one once no release reads it; or keep the column and rename only the \
        attribute of the mapped class.",
    example: example!("rename-column"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (table, column, to) = match stmt.statement() {
        Statement::Table(TableChange::RenameColumn { table, column, to }) => (table, column, to),
        Statement::Table(TableChange::ModifyColumn { table, name, to: Some(to), .. })
            if to != name =>
        {
            (table, name, to)
        }
        _ => return Vec::new(),
    };
    if context.is_new(stmt, table) || context.is_new_column(stmt, table, column) {
        return Vec::new();
    }
    let (from, new) = (column.as_str().unwrap_or("…"), to.as_str().unwrap_or("…"));
    let finding = context
        .finding(
            stmt,
            format!("`{table}.{from}` is renamed to `{new}` while code that says `{from}` runs"),
        )
        .object(from)
        .label(format!("queries that name `{from}` fail when this commits"))
        .safe_form(safe_form(stmt, context, table, column, to));
    let kept = keeps_name(stmt, context, table, column, to);
    vec![kept.map_or(finding.clone(), |why| finding.severity(Severity::Warning).note(why))]
}

/// Says what keeps the queries of the previous release alive.
pub(super) fn keeps_name<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    from: &Known<String>,
    to: &Known<String>,
) -> Option<&'static str> {
    context.statements(stmt.direction).find_map(|other| match other.statement() {
        Statement::Object(ObjectChange::CreateObject { kind: ObjectKind::View, .. }) => {
            Some("a view of the revision may keep the old name")
        }
        Statement::Table(TableChange::DropColumn { table: of, column, .. })
            if of == table && column == to =>
        {
            Some("it takes the name of a column that goes: code that names that one goes on")
        }
        Statement::Table(TableChange::RenameColumn { table: of, to: taken, .. })
            if of == table && taken == from =>
        {
            Some("another column takes its name: the two are swapped")
        }
        Statement::Table(TableChange::AddColumn { table: of, column, .. })
            if of == table && column.name == *from =>
        {
            Some("a column of the old name is added again")
        }
        _ => None,
    })
}

fn safe_form(
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    table: &TableName,
    from: &Known<String>,
    to: &Known<String>,
) -> String {
    let kind = context
        .old_type(stmt, table, from)
        .map_or_else(|| "...".to_owned(), |kind| code::python_type(&kind));
    let (old, new) = (from.as_str().unwrap_or("..."), to.as_str().unwrap_or("..."));
    let declared = format!("sa.Column({}, {kind}, nullable=True)", literal::quoted(new));
    let fill = Sql::new(context.dialect, "UPDATE").table(table).words("SET").name(new);
    let fill = fill.words("=").name(old).words("WHERE").name(new).words("IS NULL");
    format!(
        "{}  # 1, then write both\n{}  # 2, in batches\n{}  # 3, once no release reads it\n\
         {}",
        OpCall::new("add_column").table(table).code(declared).call(),
        fill.execute(),
        OpCall::new("drop_column").table(table).text(old).call(),
        remark(&format!(
            "or, without a migration: {new} = mapped_column({}, ...)",
            literal::quoted(old)
        ))
    )
}
