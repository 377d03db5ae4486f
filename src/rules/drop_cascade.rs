//! CASCADE drops what nobody named.

use std::collections::BTreeSet;

use crate::example;
use crate::rule::card::{Check, Plan, Rule, Severity, Theme, Weight};
use crate::rule::case::{Case, Deed};
use crate::rule::deed::object_title;
use crate::rule::dependants::{Dependant, Dropped};
use crate::rule::hit::Hit;
use crate::sql::statement::{ObjectKind, Statement};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-cascade",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops whatever depends on what it drops",
    harm: "CASCADE drops every dependant without naming it: views and the views over them, foreign keys of other \
           tables, defaults that call a sequence or a function, the columns of a type. What that is differs \
           between databases, so what goes in production was never seen. On PostgreSQL each table it reaches is \
           locked ACCESS EXCLUSIVE: its readers and writers wait until the transaction ends.",
    remedy: "Drop without CASCADE, and drop the dependants that PostgreSQL then names by statements of their own.",
    example: example!("drop-cascade"),
    check: Check::Upgrade(check),
};

/// Extensions that bring no type along which a column could have.
const WITHOUT_TYPES: [&str; 11] = [
    "uuid-ossp",
    "pgcrypto",
    "pg_trgm",
    "btree_gin",
    "btree_gist",
    "unaccent",
    "fuzzystrmatch",
    "tablefunc",
    "dblink",
    "pg_stat_statements",
    "pg_cron",
];

/// How many times the history is searched for views over views.
const ROUNDS: usize = 4;

fn check<'a>(deed: &Deed<'a>, case: &Case<'a>) -> Vec<Hit> {
    let Some((kind, name)) = cascaded(deed.statement()) else {
        return Vec::new();
    };
    if deed.statement().table().is_some_and(|table| case.is_new(deed, table)) {
        return Vec::new();
    }
    let light = match kind {
        "extension" => WITHOUT_TYPES.contains(&name.as_str()),
        _ => matches!(kind, "view" | "materialized view" | "function" | "trigger" | "index"),
    };
    let hit = case
        .hit(deed, format!("`{name}` is dropped with whatever depends on it"))
        .object(name.clone())
        .label("what else goes is decided by the database, not by this file");
    let (hit, made_again) = match Dropped::of(deed.statement()) {
        Some(dropped) => with_dependants(hit, deed, case, &dropped),
        None => (hit, false),
    };
    vec![if light || made_again { hit.severity(Severity::Warning) } else { hit }]
}

/// Names what goes along; tells whether the revision makes all of it again.
fn with_dependants<'a>(hit: Hit, deed: &Deed<'a>, case: &Case<'a>, dropped: &Dropped) -> (Hit, bool) {
    let (dependants, complete) = dependants(deed, case, dropped);
    let is_made = |dependant: &Dependant| case.later(deed).any(|later| dependant.is_made_by(later.statement()));
    let (again, gone): (Vec<&Dependant>, Vec<&Dependant>) = dependants.iter().partition(|one| is_made(one));
    let listed = |of: &[&Dependant]| of.iter().map(|one| one.title()).collect::<Vec<_>>().join(", ");
    let mut hit = hit;
    if !gone.is_empty() {
        hit = hit.aside(format!("the history knows of what goes along: {}", listed(&gone)));
    }
    if !again.is_empty() {
        hit = hit.aside(format!("made again below: {}", listed(&again)));
    }
    hit = match (dependants.is_empty(), dropped, complete) {
        (true, Dropped::Type(name), _) => hit.aside(format!("every column of type `{name}` goes, in every table")),
        (true, Dropped::Object(ObjectKind::Extension, name), _) => {
            hit.aside(format!("columns, indexes and defaults of what `{name}` brings along go, in every table"))
        }
        (true, _, true) => hit.aside("the history knows of nothing that depends on it: without CASCADE it would do"),
        _ => hit,
    };
    (hit, !dependants.is_empty() && gone.is_empty())
}

/// Returns what the history knows to depend on something, views over views included, and whether all of it was read.
fn dependants<'a>(deed: &Deed<'a>, case: &Case<'a>, dropped: &Dropped) -> (Vec<Dependant>, bool) {
    let mut names: BTreeSet<String> = dropped.name().map(str::to_lowercase).into_iter().collect();
    let mut found = (Vec::new(), false);
    for _ in 0..ROUNDS {
        let database = case.search_at(deed, names.iter().map(String::as_str));
        found = (dropped.dependants(&database), database.complete);
        let views = found.0.iter().filter_map(|dependant| match dependant {
            Dependant::Object { name, .. } => name.rsplit('.').next().map(str::to_lowercase),
            _ => None,
        });
        let known = names.len();
        names.extend(views);
        if names.len() == known {
            break;
        }
    }
    found
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
