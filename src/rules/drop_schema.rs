//! A schema is dropped with everything in it.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::hit::Hit;
use crate::sql::statement::{ObjectKind, Statement};

pub(super) static RULE: Rule = Rule {
    id: "drop-schema",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops a schema",
    harm: "With CASCADE every table of the schema and every row goes; without it the deployment fails unless the schema \
           is empty. Code that sets it as its search path fails on its next query.",
    remedy: "Drop the tables of the schema one by one, each with its backup plan, and the empty schema last.",
    example: example!("drop-schema"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    if let Statement::DropObject { kind: ObjectKind::Database, name, .. } = deed.statement() {
        let name = name.as_str().unwrap_or("…");
        let hit = case.hit(deed, format!("`{name}`, a database, is dropped with everything in it"));
        return vec![hit.object(name).label("every row of the database is gone")];
    }
    let Statement::DropObject { kind: ObjectKind::Schema, name, cascade, .. } = deed.statement() else {
        return Vec::new();
    };
    let is_it = |other: &Deed<'_>| match other.statement() {
        Statement::CreateObject { kind: ObjectKind::Schema, name: made, .. } => made == name,
        _ => false,
    };
    if case.earlier(deed).any(|earlier| is_it(&earlier) && !earlier.is_guarded()) {
        return Vec::new();
    }
    let name = name.as_str().unwrap_or("…");
    let (message, label) = match cascade {
        true => (format!("`{name}` is dropped with every table in it"), "every row of the schema is gone"),
        false => (format!("`{name}` is dropped"), "fails unless the schema is empty"),
    };
    let hit = case.hit(deed, message).object(name).label(label);
    vec![if *cascade { hit } else { hit.severity(Severity::Warning).weight(Weight::Practice) }]
}
