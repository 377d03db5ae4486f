//! What Alembic cannot say to a database, or the database cannot do.

use crate::advice::literal;
use crate::example;
use crate::operation::operation::{AlterColumn, Operation};
use crate::operation::step::{Emitted, Step};
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::server::Source;
use crate::rule::severity::{Severity, Weight};
use crate::rules::unnamed_constraint;
use crate::sql::dialect::Dialect;
use crate::sql::newer::Newer;
use crate::sql::table::{Column, ColumnType, Constraint};
use crate::sql::version::ServerVersion;
use crate::sql::{foreign_types, newer};
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "operation-not-supported",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "asks the project's database for something that it cannot do",
    harm: "Alembic raises NotImplementedError, or the database a syntax error, when the line runs: \
        the deployment stops there, and databases that commit DDL by themselves keep what came \
        before. A server that is older than what a statement needs refuses it likewise.",
    remedy: "On SQLite put it into `with op.batch_alter_table(...)`; on MySQL and SQL Server say the \
        column's `existing_type`, on MySQL the constraint's `type_` too.",
    example: example!("operation-not-supported"),
    check: Check::Step(judge),
};

/// What to do where ALTER COLUMN must restate the type.
const RESTATE: &str = "Say the type that the column has: `existing_type=`.";

/// Why an operation fails, and what to write instead.
struct Failure {
    /// Completes "`op.x` …".
    why: String,
    label: &'static str,
    remedy: String,
    safe: Option<String>,
    /// The first version of the server that can do it.
    since: Option<ServerVersion>,
}

fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    let failure = match context.dialect {
        Dialect::Sqlite => on_sqlite(context, step),
        Dialect::MySql | Dialect::MariaDb => on_mysql(context, direction, step),
        Dialect::SqlServer => on_sql_server(context, direction, step),
        Dialect::PostgreSql | Dialect::Oracle => None,
    };
    let failure = failure
        .or_else(|| untyped(context, step))
        .or_else(|| without_sqlalchemy_2(context, step))
        .or_else(|| too_new(context, step))?;
    let called = code::callee(context, step, "op");
    let mut finding =
        RawFinding::on(step, number, direction, format!("`{called}` {}", failure.why))
            .label(failure.label);
    finding.table =
        step.emitted.first().and_then(|emitted| emitted.statement.table()).map(ToString::to_string);
    finding.safe_form = failure.safe;
    finding.remedy = failure.remedy;
    if let Some(since) = failure.since {
        finding = context.resting_on_version(finding, since, "it is taken");
    }
    if step.conditional {
        finding = finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .note("it stands under a condition that nothing here decides");
    }
    if let Some(place) = failure.since.and_then(|since| context.newer_server(since)) {
        finding = finding
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .note(format!("`{place}` names a server that takes it"));
    }
    let dialects = context.project.environment.dialects.len();
    Some(match dialects {
        0 | 1 => finding,
        _ => finding.severity(Severity::Warning).weight(Weight::Practice).note(format!(
            "the project speaks to {dialects} dialects; it fails on {} only",
            context.dialect
        )),
    })
}

/// What is declared of a type that SQLAlchemy does not write for the dialect.
fn untyped(context: &RuleContext<'_>, step: &Step) -> Option<Failure> {
    let kinds: Vec<&ColumnType> = match &step.operation {
        Operation::CreateTable(create) => {
            create.columns.iter().filter_map(|column| column.kind.as_ref()).collect()
        }
        Operation::AddColumn { column, .. } => column.kind.iter().collect(),
        Operation::AlterColumn(alter) => alter.kind.iter().filter_map(Known::get).collect(),
        _ => return None,
    };
    let error = kinds.iter().find_map(|kind| foreign_types::of(kind, context.dialect))?;
    Some(Failure {
        why: format!("declares a type that {} does not have: {error}", context.dialect.title()),
        label: "the deployment fails here with CompileError",
        remedy:
            "Declare a type that the database has; `.with_variant(...)` says another one for one \
            of several databases."
                .to_owned(),
        safe: None,
        since: None,
    })
}

fn on_sqlite(context: &RuleContext<'_>, step: &Step) -> Option<Failure> {
    if step.batch.is_some() {
        return None;
    }
    let refused = "the deployment fails here with NotImplementedError";
    if let Operation::CreateConstraint { constraint: Constraint::Exclude { .. }, .. } =
        &step.operation
    {
        let why = "adds an exclusion constraint, which SQLite does not have".to_owned();
        let remedy = "Leave it to a trigger, or to the code that writes the rows.".to_owned();
        return Some(Failure { why, label: refused, remedy, safe: None, since: None });
    }
    let (why, label) = match &step.operation {
        Operation::AlterColumn(alter) if changes_more_than_name(alter) => (
            "alters a column, for which SQLite has no statement",
            "the deployment fails here with a syntax error",
        ),
        Operation::CreateConstraint { .. } => {
            ("adds a constraint, for which SQLite has no statement", refused)
        }
        Operation::DropConstraint { .. } => {
            ("drops a constraint, for which SQLite has no statement", refused)
        }
        Operation::AddColumn { if_not_exists: true, .. } => (
            "says IF NOT EXISTS, which SQLite does not have for columns",
            "the deployment fails here with a syntax error",
        ),
        Operation::DropColumn { if_exists: true, .. } => (
            "says IF EXISTS, which SQLite does not have for columns",
            "the deployment fails here with a syntax error",
        ),
        Operation::OneStatement { name: "create_table_comment" | "drop_table_comment", .. } => (
            "comments on a table, for which SQLite has no statement",
            "the deployment fails here with a syntax error",
        ),
        Operation::AddColumn { column, inline_references, .. } => {
            match added(column, *inline_references) {
                Some(why) => (why, refused),
                None => return None,
            }
        }
        _ => return None,
    };
    let remedy = "Put it into `with op.batch_alter_table(...)`, which copies the table.".to_owned();
    Some(Failure { why: why.to_owned(), label, remedy, safe: in_batch(context, step), since: None })
}

/// Returns why SQLite, or Alembic for it, does not add a column.
fn added(column: &Column, inline_references: bool) -> Option<&'static str> {
    if !column.foreign_keys.is_empty() && !inline_references {
        return Some(
            "adds a column with a foreign key, which becomes an ALTER that SQLite does not have",
        );
    }
    (column.unique == Known::Is(true)).then_some(
        "adds a column with a unique constraint, which becomes an ALTER that SQLite does not have",
    )
}

fn changes_more_than_name(alter: &AlterColumn) -> bool {
    alter.nullable.is_some() || alter.kind.is_some() || alter.server_default.is_some()
}

/// Returns the call as it reads inside of a batch, where its first arguments are plain.
fn in_batch(context: &RuleContext<'_>, step: &Step) -> Option<String> {
    let call = code::written(context, &step.site);
    let arguments = code::arguments(context, step);
    let names_table_first =
        matches!(step.operation, Operation::AlterColumn(_) | Operation::AddColumn { .. });
    let table = arguments.get(usize::from(!names_table_first))?;
    let (name, inside) = call.split_once('(')?;
    let inside = inside.replacen(&format!("{table}, "), "", 1);
    let inside = inside.replacen(&format!(", {table}"), "", 1);
    let inside = match (&step.operation, inside.strip_prefix("None")) {
        (Operation::CreateConstraint { table, constraint }, Some(rest)) => {
            format!("{}{rest}", literal::quoted(&unnamed_constraint::name_for(table, constraint)))
        }
        _ => inside,
    };
    let name = name.rsplit('.').next()?;
    Some(code::indented(
        &format!("with op.batch_alter_table({table}) as batch_op:"),
        &format!("batch_op.{name}({inside}"),
    ))
}

/// What a server that a setting or a file names is too old for. Whoever uses something newer than a
/// version that is only assumed knows the server better.
fn too_new(context: &RuleContext<'_>, step: &Step) -> Option<Failure> {
    let is_lacking = |newer: &Newer| {
        let server = context.server();
        server.source != Source::Assumed && server.version.is_certainly_before(newer.since)
    };
    let newer = asked(context, step).into_iter().find(is_lacking)?;
    let Newer { what, since, page } = newer;
    let (title, version) = (context.dialect.title(), context.server().version);
    Some(Failure {
        why: format!(
            "asks for {what}, which {title} {version} does not have: it came with {since}"
        ),
        label: "the deployment fails here with a syntax error",
        remedy: format!(
            "Write it in a form that the server knows, or deploy it after the server is upgraded \
             (manual of {title}, {page})."
        ),
        safe: None,
        since: Some(since),
    })
}

/// Returns what a step asks for that came with some version of the server.
fn asked(context: &RuleContext<'_>, step: &Step) -> Vec<Newer> {
    // The copy of a batch is made of statements that SQLite always had.
    if context.dialect == Dialect::Sqlite && step.batch.is_some() {
        return Vec::new();
    }
    let of_statement = |emitted: &Emitted| newer::of_statement(&emitted.statement, context.dialect);
    let mut found: Vec<Newer> = step.emitted.iter().filter_map(of_statement).collect();
    match &step.operation {
        Operation::Execute { sql: Some(Known::Is(sql)), .. } => {
            found.extend(newer::of_text(sql, context.dialect));
        }
        Operation::Execute { .. }
        | Operation::DropIndex { .. }
        | Operation::DropConstraint { .. } => {}
        _ if says_nulls_not_distinct(context, step) => {
            let since = ServerVersion::major(15);
            found.push(Newer { what: "NULLS NOT DISTINCT", since, page: "CREATE INDEX" });
        }
        _ => {}
    }
    found
}

fn says_nulls_not_distinct(context: &RuleContext<'_>, step: &Step) -> bool {
    context.is_postgresql()
        && step.site.path == context.migration.path
        && context
            .migration
            .text
            .slice(step.site.span)
            .replace(' ', "")
            .contains("postgresql_nulls_not_distinct=True")
}

/// Guards that Alembic leaves to SQLAlchemy 2, with the first version that takes them and the first
/// that renders them by itself (run on Alembic 1.11.0, 1.12.1, 1.13.0, 1.14.0 and 1.16.5 over
/// SQLAlchemy 1.4.54).
const OF_SQLALCHEMY_2: [(&str, &str, ServerVersion, Option<ServerVersion>); 3] = [
    ("create_index", "if_not_exists", ALEMBIC_1_12, Some(ALEMBIC_1_13)),
    ("drop_index", "if_exists", ALEMBIC_1_12, Some(ALEMBIC_1_13)),
    ("drop_constraint", "if_exists", ALEMBIC_1_16, None),
];

const ALEMBIC_1_12: ServerVersion = ServerVersion::new(1, 12, 0);
const ALEMBIC_1_13: ServerVersion = ServerVersion::new(1, 13, 0);
const ALEMBIC_1_16: ServerVersion = ServerVersion::new(1, 16, 0);

/// What the pinned Alembic cannot do over the pinned SQLAlchemy.
fn without_sqlalchemy_2(context: &RuleContext<'_>, step: &Step) -> Option<Failure> {
    // The text of nearly every call says none of them, and is not parsed for that.
    let text = context.migration.text.slice(step.site.span);
    if !text.contains("if_exists") && !text.contains("if_not_exists") {
        return None;
    }
    let called = code::called(context, &step.site)?;
    let operation = called.rsplit('.').next()?;
    let is_given = |keyword: &str| {
        code::keyword(context, step, keyword)
            .is_some_and(|value| value != "None" && value != "False")
    };
    let (_, keyword, takes, renders) = OF_SQLALCHEMY_2
        .into_iter()
        .find(|(name, keyword, ..)| *name == operation && is_given(keyword))?;
    let alembic = context.package("alembic").filter(|said| {
        said.version >= takes && renders.is_none_or(|renders| said.version < renders)
    })?;
    let sqlalchemy = context.package("sqlalchemy").filter(|said| said.version.major < 2)?;
    Some(Failure {
        why: format!(
            "is given `{keyword}=`, which Alembic {} leaves to SQLAlchemy 2, and `{}` pins \
             SQLAlchemy {}",
            alembic.version, sqlalchemy.place, sqlalchemy.version
        ),
        label: "the deployment fails here with NotImplementedError: SQLAlchemy 2.0+ required",
        remedy: "Write the statement with `op.execute`, or raise the pins.".to_owned(),
        safe: None,
        since: None,
    })
}

fn on_mysql(context: &RuleContext<'_>, direction: Direction, step: &Step) -> Option<Failure> {
    let refused = "the deployment fails here with NotImplementedError";
    match &step.operation {
        // The copy of a batch has the types and the constraints of its table.
        Operation::AlterColumn(_) | Operation::DropConstraint { .. } if is_copied(step) => None,
        Operation::DropConstraint { kind: None, name: Some(_), .. } => Some(Failure {
            why: format!(
                "does not say which kind of constraint it drops, which {} must know",
                context.dialect
            ),
            label: refused,
            remedy: "Say which kind it is: `type_=\"unique\"`, `\"foreignkey\"`, `\"check\"` or \
                `\"primary\"`."
                .to_owned(),
            safe: code::written(context, &step.site).strip_suffix(')').map(|call| {
                format!("{}, type_=\"unique\")", call.trim_end().trim_end_matches(','))
            }),
            since: None,
        }),
        Operation::AlterColumn(alter)
            if restates(alter) && alter.kind.is_none() && alter.existing_type.is_none() =>
        {
            Some(Failure {
                why: format!(
                    "does not say the type of the column, which {} must restate",
                    context.dialect
                ),
                label: "the deployment fails here with CommandError",
                remedy: RESTATE.to_owned(),
                safe: with_existing_type(context, direction, step, alter),
                since: None,
            })
        }
        Operation::DropIndex { table: None, .. } => Some(Failure {
            why: format!(
                "does not say the table of the index, which {} must know",
                context.dialect
            ),
            label: "the deployment fails here: Alembic writes `ON no_table`",
            remedy: "Say the table: `table_name=`.".to_owned(),
            safe: None,
            since: None,
        }),
        Operation::AddColumn { if_not_exists: true, .. } if context.dialect == Dialect::MySql => {
            Some(Failure {
                why: "says IF NOT EXISTS, which MySQL does not have for columns".to_owned(),
                label: "the deployment fails here with a syntax error",
                remedy: "Leave `if_not_exists` out; where the column may be there, ask \
                    `sa.inspect(op.get_bind())` first."
                    .to_owned(),
                safe: None,
                since: None,
            })
        }
        _ => None,
    }
}

/// Returns the call with the type that the column has, as far as the history says it.
fn with_existing_type(
    context: &RuleContext<'_>,
    direction: Direction,
    step: &Step,
    alter: &AlterColumn,
) -> Option<String> {
    let call = code::written(context, &step.site);
    let call = call.strip_suffix(')')?.trim_end().trim_end_matches(',').to_owned();
    let kind = code::type_before(context, direction, &alter.table, &alter.column);
    Some(format!("{call}, existing_type={kind})"))
}

/// Tells whether a step is part of a copy of its table, whatever the database.
fn is_copied(step: &Step) -> bool {
    step.batch.is_some_and(|batch| batch.recreate_always)
}

/// Tells whether MySQL takes the change as MODIFY or CHANGE.
fn restates(alter: &AlterColumn) -> bool {
    alter.nullable.is_some()
        || alter.new_name.is_some()
        || alter.autoincrement.is_some()
        || alter.comment.is_some()
}

fn on_sql_server(context: &RuleContext<'_>, direction: Direction, step: &Step) -> Option<Failure> {
    match &step.operation {
        Operation::AlterColumn(alter)
            if !is_copied(step)
                && alter.nullable.is_some()
                && alter.kind.is_none()
                && alter.existing_type.is_none() =>
        {
            Some(Failure {
                why: "does not say the type of the column, which SQL Server must restate"
                    .to_owned(),
                label: "the deployment fails here with CommandError",
                remedy: RESTATE.to_owned(),
                safe: with_existing_type(context, direction, step, alter),
                since: None,
            })
        }
        _ => None,
    }
}
