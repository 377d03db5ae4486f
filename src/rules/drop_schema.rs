//! A schema is dropped with everything in it.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;

pub(super) static RULE: Rule = Rule {
    id: "drop-schema",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a schema",
    harm: "With CASCADE every table of the schema and every row goes; without it the deployment \
        fails unless the schema is empty. Code that sets it as its search path fails on its next \
        query.",
    remedy: "Drop the tables of the schema one by one, each with its backup plan, and the empty \
        schema last.",
    example: example!("drop-schema"),
    check: Check::Upgrade(check),
};

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if let Statement::Object(ObjectChange::DropObject {
        kind: ObjectKind::Database, name, ..
    }) = stmt.statement()
    {
        let name = name.as_str().unwrap_or("…");
        let finding = context
            .finding(stmt, format!("`{name}`, a database, is dropped with everything in it"));
        return vec![finding.object(name).label("every row of the database is gone")];
    }
    let Statement::Object(ObjectChange::DropObject {
        kind: ObjectKind::Schema, name, cascade, ..
    }) = stmt.statement()
    else {
        return Vec::new();
    };
    let is_it = |other: &StatementRef<'_>| match other.statement() {
        Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Schema,
            name: made,
            ..
        }) => made == name,
        _ => false,
    };
    if context.earlier(stmt).any(|earlier| is_it(&earlier) && !earlier.is_guarded()) {
        return Vec::new();
    }
    let name = name.as_str().unwrap_or("…");
    let (message, label) = match cascade {
        true => (
            format!("`{name}` is dropped with every table in it"),
            "every row of the schema is gone",
        ),
        false => (format!("`{name}` is dropped"), "fails unless the schema is empty"),
    };
    let finding = context.finding(stmt, message).object(name).label(label);
    vec![if *cascade {
        finding
    } else {
        finding.severity(Severity::Warning).weight(Weight::Practice)
    }]
}
