//! Types, functions and operator classes of extensions of PostgreSQL that no revision creates.

use crate::rule::context::RuleContext;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::sql::object_change::{ObjectChange, ObjectKind};
use crate::sql::statement::Statement;
use crate::sql::table::{Column, ColumnType};
use crate::sql::table_change::TableChange;
use crate::sql::types::SqlType;
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// What an extension brings.
struct Extension {
    name: &'static str,
    types: &'static [&'static str],
    /// Functions and operator classes, whose names nothing else has.
    words: &'static [&'static str],
}

/// The extensions that migrations use most (PostgreSQL's own modules, pgvector 0.8, PostGIS 3.5).
const EXTENSIONS: [Extension; 7] = [
    Extension { name: "vector", types: &["vector", "halfvec", "sparsevec"], words: &[] },
    Extension { name: "postgis", types: &["geometry", "geography"], words: &[] },
    Extension { name: "citext", types: &["citext"], words: &[] },
    Extension { name: "hstore", types: &["hstore"], words: &[] },
    Extension { name: "ltree", types: &["ltree"], words: &[] },
    Extension {
        name: "uuid-ossp",
        types: &[],
        words: &["uuid_generate_v4", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v5"],
    },
    Extension { name: "pg_trgm", types: &[], words: &["gin_trgm_ops", "gist_trgm_ops"] },
];

/// Returns a statement's first use of an extension that nothing in the history creates.
pub fn missing(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Option<RawFinding> {
    let text = context.migration.text.content();
    let span = stmt.emitted.site.span;
    let is_upgrade = context.is_postgresql() && stmt.direction == Direction::Upgrade;
    if !is_upgrade || context.begins_before_history() || !context.is_judged(stmt) {
        return None;
    }
    // Statements of one call have its text in common, which the first of them is asked about.
    let before = stmt.part.checked_sub(1).and_then(|before| stmt.step.emitted.get(before));
    let own = match before {
        Some(before) if before.site == stmt.emitted.site => "",
        _ => context.migration.text.slice(span),
    };
    let kinds = kinds(stmt.statement());
    let used = EXTENSIONS.iter().find_map(|extension| {
        let by_type = extension.types.iter().find(|name| kinds.iter().any(|kind| kind == *name));
        let by_word = || extension.words.iter().find(|word| has_word(own, word));
        by_type
            .map(|name| ("type", *name))
            .or_else(|| Some(("name", *by_word()?)))
            .map(|it| (extension, it))
    });
    let (extension, (what, name)) = used?;
    let late = is_created_behind(extension, stmt, context);
    if is_spoken_of(extension, context) || !late && is_used_before(extension, stmt, context, text) {
        return None;
    }
    let error = match what {
        "type" => format!("type \"{name}\" does not exist"),
        _ if name.ends_with("_ops") => format!("operator class \"{name}\" does not exist"),
        _ => format!("function {name}() does not exist"),
    };
    let extension = extension.name;
    if late {
        let message = format!(
            "`{name}` comes with the extension `{extension}`, which is created further down"
        );
        let finding = context.finding(stmt, message);
        return Some(
            finding
                .label(format!("the deployment fails here: {error}"))
                .remedy("Create the extension first.".to_owned()),
        );
    }
    let message =
        format!("`{name}` comes with the extension `{extension}`, which no revision creates");
    let finding = context
        .finding(stmt, message)
        .label(format!("on a database without the extension the deployment fails here: {error}"))
        .remedy(format!(
            "Create it in a call before: \
             `op.execute('CREATE EXTENSION IF NOT EXISTS \"{extension}\"')`, if the role of the \
             migrations may."
        ));
    Some(finding.severity(Severity::Warning).weight(Weight::Practice))
}

/// Returns the names of the types that a statement asks for, in lower case.
fn kinds(statement: &Statement) -> Vec<String> {
    let of = |kind: &ColumnType| match kind.sql.as_str() {
        Some(sql) => SqlType::parse(sql).base,
        None => kind.name.to_ascii_lowercase(),
    };
    let of_column = |column: &Column| column.kind.as_ref().map(of);
    match statement {
        Statement::Table(TableChange::CreateTable(create)) => {
            create.columns.iter().filter_map(of_column).collect()
        }
        Statement::Table(TableChange::AddColumn { column, .. }) => {
            of_column(column).into_iter().collect()
        }
        Statement::Table(TableChange::AlterColumnType { to, .. }) => {
            to.get().map(of).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Tells whether another revision or `env.py` names the extension or what it brings: whoever wrote
/// that knew of it, and the databases have it.
fn is_spoken_of(extension: &Extension, context: &RuleContext<'_>) -> bool {
    let says = |text: &str| {
        text.contains(extension.name)
            || extension.types.iter().chain(extension.words).any(|name| text.contains(name))
    };
    let others = context.history.files().iter().filter(|file| file.path != context.migration.path);
    let mut others = others.map(|file| String::from_utf8_lossy(file.bytes()).to_lowercase());
    let environment = context.history.project().environment.path.as_deref();
    let environment = environment.and_then(|path| context.history.snapshot().text(path));
    environment.is_some_and(|text| text.content().to_lowercase().contains("extension"))
        || others.any(|text| says(&text))
}

/// Tells whether a later statement is what creates an extension.
fn is_created_behind(
    extension: &Extension,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
) -> bool {
    let creates = |other: &StatementRef<'_>| {
        matches!(other.statement(), Statement::Object(ObjectChange::CreateObject {
            kind: ObjectKind::Extension, name: Known::Is(name), ..
        }) if name == extension.name)
    };
    let is_certain = |other: &StatementRef<'_>| !other.is_conditional() && !other.step.guarded;
    !context.earlier(stmt).any(|earlier| creates(&earlier))
        && context.later(stmt).any(|later| creates(&later) && is_certain(&later))
}

/// Tells whether this revision creates an extension, or used this one before.
fn is_used_before(
    extension: &Extension,
    stmt: &StatementRef<'_>,
    context: &RuleContext<'_>,
    text: &str,
) -> bool {
    let uses = |earlier: &StatementRef<'_>| {
        kinds(earlier.statement()).iter().any(|kind| extension.types.contains(&kind.as_str()))
    };
    text.to_lowercase().contains("create extension")
        || context.earlier(stmt).any(|stmt| uses(&stmt))
}
