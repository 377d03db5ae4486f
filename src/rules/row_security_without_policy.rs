//! Row level security without a policy hides every row from everybody but the owner.

use crate::advice::sql::Sql;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::{code, rollback};
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table_change::{TableAction, TableChange};

pub(super) static RULE: Rule = Rule {
    id: "row-security-without-policy",
    theme: Theme::Locks,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "enables row level security on a table without a policy",
    harm: "Without a policy PostgreSQL denies everything: SELECT returns no rows and writes fail, \
        for every role but the owner and those with BYPASSRLS. Nothing raises an error on reads; \
        the table looks empty. Enabling it takes ACCESS EXCLUSIVE for a moment.",
    remedy: "Make the policies first, in the same revision, then enable row level security.",
    example: example!("row-security-without-policy"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Statement::Table(TableChange::AlterTable {
        table,
        action: TableAction::RowSecurity { enable: true },
        ..
    }) = stmt.statement()
    else {
        return Vec::new();
    };
    if !context.is_postgresql()
        || context.is_new(stmt, table)
        || rollback::is_taken_back(context, stmt)
    {
        return Vec::new();
    }
    let known = context.before(stmt, |database| {
        database
            .objects
            .iter()
            .any(|object| object.kind == ObjectKind::Policy && object.on.as_ref() == Some(table))
    });
    let follows = context.later(stmt).any(|later| match later.statement() {
        Statement::Object(ObjectChange::CreateObject { kind: ObjectKind::Policy, on, .. }) => {
            on.as_ref() == Some(table)
        }
        _ => false,
    });
    if known || follows {
        return Vec::new();
    }
    let name = format!("{}_all", table.name.as_str().unwrap_or("..."));
    let policy = Sql::new(context.dialect, "CREATE POLICY").name(&name);
    vec![
        context
            .finding(
                stmt,
                format!(
                    "`{table}` hides every row: row level security without a \
            policy"
                ),
            )
            .label("reads come back empty for everybody but the owner")
            .safe_form(format!(
                "{}\n{}",
                policy.words("ON").table(table).words("USING (...)").execute(),
                code::written(context, &stmt.step.site)
            ))
            .note(
                "if the application connects as the owner, nothing changes for it: policies do \
                not bind owners",
            ),
    ]
}
