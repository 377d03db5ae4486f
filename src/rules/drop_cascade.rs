//! CASCADE drops what nobody named.

use std::collections::BTreeSet;

use crate::example;
use crate::rule::batch_copy;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::dependant::Dependant;
use crate::schema::dependants::Dropped;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "drop-cascade",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: Some(Plan::Backup),
    waivable: true,
    summary: "drops whatever depends on what it drops",
    harm: "CASCADE drops every dependant without naming it: views and the views over them, foreign \
        keys of other tables, defaults that call a sequence or a function, the columns of a type. \
        What that is differs between databases, so what goes in production was never seen. On \
        PostgreSQL each table it reaches is locked ACCESS EXCLUSIVE: its readers and writers wait \
        until the transaction ends.",
    remedy: "Drop without CASCADE, and drop the dependants that the database then names by \
        statements of their own.",
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

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    if let Some(finding) = batch_copy::cascades(stmt, context) {
        return vec![finding];
    }
    let Some((kind, name)) = cascaded(stmt.statement()) else {
        return Vec::new();
    };
    if stmt.statement().table().is_some_and(|table| context.is_new(stmt, table)) {
        return Vec::new();
    }
    let light = match kind {
        "extension" => WITHOUT_TYPES.contains(&name.as_str()),
        _ => matches!(kind, "view" | "materialized view" | "function" | "trigger" | "index"),
    };
    let finding = context
        .finding(stmt, format!("`{name}` is dropped with whatever depends on it"))
        .object(name.clone())
        .label("what else goes is decided by the database, not by this file");
    let (finding, made_again) = match Dropped::of(stmt.statement()) {
        Some(dropped) => with_dependants(finding, stmt, context, &dropped),
        None => (finding, false),
    };
    vec![if light || made_again { finding.severity(Severity::Warning) } else { finding }]
}

/// Names what goes along; tells whether the revision makes all of it again.
fn with_dependants<'a>(
    finding: RawFinding,
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    dropped: &Dropped,
) -> (RawFinding, bool) {
    let (dependants, complete) = dependants(stmt, context, dropped);
    let is_made = |dependant: &Dependant| {
        context.later(stmt).any(|later| dependant.is_made_by(later.statement()))
    };
    let (again, gone): (Vec<&Dependant>, Vec<&Dependant>) =
        dependants.iter().partition(|one| is_made(one));
    let listed =
        |of: &[&Dependant]| of.iter().map(|one| one.title()).collect::<Vec<_>>().join(", ");
    let mut finding = finding;
    if !gone.is_empty() {
        finding = finding.note(format!("the history knows of what goes along: {}", listed(&gone)));
    }
    if !again.is_empty() {
        finding = finding.note(format!("made again below: {}", listed(&again)));
    }
    finding = match (dependants.is_empty(), dropped, complete) {
        (true, Dropped::Type(name), _) => {
            finding.note(format!("every column of type `{name}` goes, in every table"))
        }
        (true, Dropped::Object(ObjectKind::Extension, name), _) => finding.note(format!(
            "columns, indexes and defaults of what `{name}` brings along go, in every table"
        )),
        (true, _, true) => finding
            .note("the history knows of nothing that depends on it: without CASCADE it would do"),
        _ => finding,
    };
    (finding, !dependants.is_empty() && gone.is_empty())
}

/// Returns what the history knows to depend on something, views over views included, and whether
/// all of it was read.
fn dependants<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    dropped: &Dropped,
) -> (Vec<Dependant>, bool) {
    let mut names: BTreeSet<String> = dropped.name().map(str::to_lowercase).into_iter().collect();
    let mut found = (Vec::new(), false);
    for _ in 0..ROUNDS {
        let database = context.search_at(stmt, names.iter().map(String::as_str));
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
        Statement::Table(TableChange::DropTable { table, cascade: true, .. }) => {
            ("table", table.to_string())
        }
        Statement::Table(TableChange::DropColumn { table, column, cascade: true, .. }) => {
            ("column", format!("{table}.{}", known(column)))
        }
        Statement::Table(TableChange::DropConstraint {
            name: Some(name), cascade: true, ..
        }) => ("constraint", known(name)),
        Statement::Table(TableChange::DropIndex { name: Some(name), cascade: true, .. }) => {
            ("index", known(name))
        }
        Statement::Object(ObjectChange::DropType { name, cascade: true, .. }) => {
            ("type", known(name))
        }
        Statement::Object(ObjectChange::DropObject { kind, name, cascade: true, .. })
            if *kind != ObjectKind::Schema =>
        {
            (kind.title(), known(name))
        }
        _ => return None,
    })
}
