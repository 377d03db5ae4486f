//! A renamed table has two names in two releases, and only one of them at a time.

use crate::advice::sql::Sql;
use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::dialect::Dialect;
use crate::sql::object_change::{ObjectAction, ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "rename-table",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: Some(Plan::DeployWindow),
    waivable: true,
    summary: "renames a table that running code reads and writes",
    harm: "The moment it commits, every process of the previous release fails on each query that \
        names the table; a process of the new release that starts before fails just so. On \
        PostgreSQL the rename takes ACCESS EXCLUSIVE for a moment. With `deployment = \"stopped\"` \
        nobody runs meanwhile, and the rule is silent.",
    remedy: "Keep the table and change `__tablename__` only; or make a view of the old name in the \
        same revision, which PostgreSQL lets code write through, and drop it some releases later.",
    example: example!("rename-table"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let (table, new) = match stmt.statement() {
        Statement::Object(ObjectChange::AlterObject {
            kind,
            name,
            action: ObjectAction::Rename | ObjectAction::SetSchema,
            ..
        }) => return object(stmt, context, *kind, name).into_iter().collect(),
        Statement::Table(TableChange::RenameTable { table, to }) => {
            (table, TableName { schema: table.schema.clone(), name: to.clone() })
        }
        Statement::Table(TableChange::SetSchema { table, schema }) => {
            (table, TableName { schema: Some(schema.clone()), name: table.name.clone() })
        }
        _ => return Vec::new(),
    };
    if context.is_new(stmt, table) || is_no_table(stmt, context, table) {
        return Vec::new();
    }
    let finding = context
        .finding(
            stmt,
            format!("`{table}` is renamed to `{new}` while code that says `{table}` runs"),
        )
        .label(format!("queries that name `{table}` fail when this commits"))
        .safe_form(format!(
            "{}\n{}",
            code::written(context, &stmt.step.site),
            Sql::new(context.dialect, "CREATE VIEW")
                .table(table)
                .words("AS SELECT * FROM")
                .table(&new)
                .execute()
        ));
    // A view over one table takes writes in MySQL, MariaDB and SQL Server too, not in SQLite.
    let finding = match context.dialect {
        Dialect::PostgreSql => finding,
        Dialect::Sqlite => finding.remedy(
            "Keep the table and change `__tablename__` only; a view of the old name serves those \
             who only read.",
        ),
        _ => finding.remedy(
            "Keep the table and change `__tablename__` only; or make a view of the old name in the \
             same revision, which code can write through, and drop it some releases later.",
        ),
    };
    vec![match keeps_name(stmt, context, table, &new.name) {
        Some(why) => finding.severity(Severity::Warning).note(why),
        None => finding,
    }]
}

/// A schema that is renamed takes every table in it along; code names views as it names tables.
fn object<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    kind: ObjectKind,
    name: &Known<String>,
) -> Option<RawFinding> {
    let severity = match kind {
        ObjectKind::Schema => Severity::Critical,
        ObjectKind::View | ObjectKind::MaterializedView => Severity::Warning,
        _ => return None,
    };
    let name = name.as_str()?;
    let is_new = context.statements(stmt.direction).any(|other| {
        let Statement::Object(ObjectChange::CreateObject { name: made, .. }) = other.statement()
        else {
            return false;
        };
        made.as_str() == Some(name)
    });
    let title = kind.title();
    let finding = context.finding(
        stmt,
        format!("`{name}`, a {title}, is renamed while code that says `{name}` runs"),
    );
    let whatever = if kind == ObjectKind::Schema { "a table in it" } else { "it" };
    let finding = finding
        .object(name)
        .severity(severity)
        .label(format!("queries that name {whatever} fail when this commits"));
    (!is_new).then(|| {
        finding.remedy("Keep the name; make a second view of the new name if there must be one.")
    })
}

/// ALTER TABLE ... RENAME works on indexes, sequences and views too.
fn is_no_table(stmt: &StatementRef<'_>, context: &RuleContext<'_>, table: &TableName) -> bool {
    let Some(name) = table.name.as_str() else { return false };
    context.before(stmt, |database| {
        let is_object =
            database.objects.iter().any(|object| object.name.eq_ignore_ascii_case(name));
        database.table(table).is_none()
            && (is_object || database.owner_of_index(name, None).is_some())
    })
}

/// Says what keeps the queries of the previous release alive.
pub(super) fn keeps_name<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    to: &Known<String>,
) -> Option<&'static str> {
    // A view says its schema in its name.
    let is_it =
        |name: &Known<String>| *name == table.name || name.as_str() == Some(&*table.to_string());
    context.statements(stmt.direction).find_map(|other| match other.statement() {
        Statement::Object(ObjectChange::CreateObject { kind: ObjectKind::View, name, .. })
            if is_it(name) =>
        {
            Some("a view keeps the old name")
        }
        Statement::Table(TableChange::RenameTable { to, .. }) if is_it(to) => {
            Some("another table takes its name: the two are swapped")
        }
        Statement::Table(TableChange::RenameTable { table: other, .. })
            if *other != *table && other.name == *to =>
        {
            Some("it takes the name of another table: the two are swapped")
        }
        Statement::Table(TableChange::CreateTable(create)) if is_it(&create.table.name) => {
            Some("a table of the old name is made again")
        }
        _ => None,
    })
}
