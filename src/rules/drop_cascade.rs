//! CASCADE drops what nobody named.

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::deed::object_title;
use crate::rule::hit::Hit;
use crate::sql::statement::{ObjectKind, Statement};
use crate::sql::table::TableName;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-cascade",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops whatever depends on what it drops",
    harm: "CASCADE drops every dependant without naming it: views, foreign keys of other tables, columns of a type. What \
           that is differs between databases, so what goes in production was never seen. On PostgreSQL each table it \
           reaches is locked ACCESS EXCLUSIVE.",
    remedy: "Drop without CASCADE, and drop the dependants that PostgreSQL then names by statements of their own.",
    example: example!("drop-cascade"),
    check: Check::Upgrade(check),
};

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    let Some((kind, name)) = cascaded(deed.statement()) else {
        return Vec::new();
    };
    if let Statement::DropTable { table, .. } = deed.statement()
        && case.is_new(deed, table)
    {
        return Vec::new();
    }
    let light = matches!(kind, "view" | "materialized view" | "function" | "trigger" | "index" | "extension");
    let dependants = dependants(deed, case);
    let mended = !dependants.is_empty() && dependants.iter().all(|name| is_made_again(deed, case, name));
    let mut hit = case
        .hit(deed, format!("`{name}` is dropped with whatever depends on it"))
        .object(name.clone())
        .label("what else goes is decided by the database, not by this file");
    if !dependants.is_empty() {
        hit = hit.aside(format!("the history knows of {}", dependants.join(", ")));
    }
    if let Statement::DropType { .. } = deed.statement() {
        hit = hit.aside(format!("every column of type `{name}` goes, in every table"));
    }
    vec![if light || mended { hit.severity(Severity::Warning) } else { hit }]
}

fn cascaded(statement: &Statement) -> Option<(&'static str, String)> {
    let known = |name: &Known<String>| name.as_str().unwrap_or("…").to_owned();
    Some(match statement {
        Statement::DropTable { table, cascade: true, .. } => ("table", table.to_string()),
        Statement::DropColumn { table, column, cascade: true, .. } => ("column", format!("{table}.{}", known(column))),
        Statement::DropConstraint { name: Some(name), cascade: true, .. } => ("constraint", known(name)),
        Statement::DropIndex { name: Some(name), cascade: true, .. } => ("index", known(name)),
        Statement::DropType { name, cascade: true, .. } => ("type", known(name)),
        Statement::DropObject { kind, name, cascade: true, .. } if *kind != ObjectKind::Schema => {
            (object_title(*kind), known(name))
        }
        _ => return None,
    })
}

/// Returns the foreign keys of other tables that refer to a dropped table, and the columns of a dropped type, as far
/// as the history knows them.
fn dependants(deed: &Deed<'_>, case: &Case<'_>) -> Vec<String> {
    let dropped: Option<TableName> = match deed.statement() {
        Statement::DropTable { table, .. } => Some(table.clone()),
        _ => None,
    };
    case.before(deed, |database| {
        let keys = database.tables().filter(|table| {
            use crate::sql::lock::Knowledge;
            dropped.as_ref().is_some_and(|dropped| database.referents(&table.table_name()).contains(dropped))
        });
        keys.filter(|table| Some(table.table_name()) != dropped).map(|table| format!("`{}`", table.title())).collect()
    })
}

fn is_made_again<'a>(deed: &Deed<'a>, case: &Case<'a>, ticked: &str) -> bool {
    let name = ticked.trim_matches('`');
    case.later(deed).any(|later| match later.statement() {
        Statement::AddConstraint { table, .. } => table.to_string() == name,
        Statement::CreateTable(create) => create.table.to_string() == name,
        Statement::CreateObject { name: made, .. } => made.as_str() == Some(name),
        _ => false,
    })
}
