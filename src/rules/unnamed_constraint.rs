//! A constraint without a name gets one from the server, and a migration that wants to drop it must
//! guess.

use crate::advice::literal;
use crate::alembic::project::Setting;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition;
use crate::rule::definition::{Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::dialect::Dialect;
use crate::sql::table::{Check, Column, Constraint, ConstraintKind, TableName};
use crate::sql::table_change::CreateTable;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "unnamed-constraint",
    theme: Theme::AlembicTraps,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "makes a constraint without a name, or drops one without saying which",
    harm: "The server makes a name up, another one on another database; the migration that drops \
        the constraint has to guess it. `op.drop_constraint(None, ...)`, as autogenerate writes \
        it, fails when it runs.",
    remedy: "Give the constraint a name, or a `naming_convention` to the metadata.",
    example: example!("unnamed-constraint"),
    check: definition::Check::Step(judge),
};

fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    let finding = found(context, direction, number, step)?;
    let is_doubtful = finding.severity.is_none()
        && context.project.environment.naming_convention == Setting::Unreadable;
    Some(match is_doubtful {
        true => finding
            .note("whether the metadata has a naming convention could not be read from env.py"),
        false => finding,
    })
}

fn found(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    let named_by_convention = context.project.environment.naming_convention == Setting::Yes;
    match &step.operation {
        Operation::DropConstraint { table, name: None, .. } => {
            Some(drop(step, number, direction, table))
        }
        operation if named_by_convention => asks_for_name(context, operation)
            .map(|(table, template)| nameless(step, number, direction, table, template)),
        operation if copies_nameless(context, step, operation) => {
            let table = step.emitted.first().and_then(|emitted| emitted.statement.table())?;
            Some(in_batch(step, number, direction, table))
        }
        Operation::CreateConstraint { table, constraint } if constraint.name().is_none() => {
            Some(create(context, step, number, direction, table, constraint))
        }
        Operation::AddColumn { table, column, .. } if column.unique == Known::Is(true) => {
            let name = column.name.as_str().unwrap_or("…");
            let message = format!("`{table}.{name}` gets a unique constraint without a name");
            let finding =
                RawFinding::on(step, number, direction, message).table(table).object(name);
            let unique = format!(
                "op.create_unique_constraint({}, {}, [{}])",
                literal::quoted(&format!("uq_{}_{name}", plain(table))),
                literal::quoted(&plain(table)),
                literal::quoted(name)
            );
            Some(finding.label("the server makes its name up").safe_form(unique))
        }
        Operation::CreateTable(table) => in_table(context, step, number, direction, table),
        _ => None,
    }
}

/// Returns the table whose check has no name, and the template that asks for one
/// (`ConventionDict._key_constraint_name` of SQLAlchemy 1.3 to 2.1).
fn asks_for_name<'a>(
    context: &'a RuleContext<'_>,
    operation: &'a Operation,
) -> Option<(&'a TableName, &'a str)> {
    let template = context.project.environment.convention.0.get("ck")?;
    let is_nameless = |check: &Check| check.name.is_none();
    let of_columns =
        |columns: &[Column]| columns.iter().flat_map(|column| &column.checks).any(is_nameless);
    let table = match operation {
        Operation::CreateTable(create) => {
            let constraints = create.constraints.iter();
            let is_it =
                |own: &Constraint| matches!(own, Constraint::Check(check) if is_nameless(check));
            (constraints.clone().any(is_it) || of_columns(&create.columns)).then_some(&create.table)
        }
        Operation::AddColumn { table, column, .. } => {
            of_columns(std::slice::from_ref(column)).then_some(table)
        }
        Operation::CreateConstraint { table, constraint: Constraint::Check(check) } => {
            is_nameless(check).then_some(table)
        }
        _ => None,
    };
    table.filter(|_| template.contains("%(constraint_name)s")).map(|table| (table, &**template))
}

fn nameless(
    step: &Step,
    number: usize,
    direction: Direction,
    table: &TableName,
    template: &str,
) -> RawFinding {
    let what = match direction {
        Direction::Downgrade => "the downgrade",
        _ => "the deployment",
    };
    let message = format!(
        "`{table}` gets a check without a name, and the naming convention asks for one: `{template}`"
    );
    RawFinding::on(step, number, direction, message)
        .table(table)
        .label(format!(
            "{what} fails here: InvalidRequestError: Naming convention including \
             %(constraint_name)s token requires that constraint is explicitly named."
        ))
        .severity(Severity::Critical)
        .weight(Weight::Fails)
        .remedy("Name the check: `sa.CheckConstraint(\"...\", name=\"...\")`.")
}

fn drop(step: &Step, number: usize, direction: Direction, table: &TableName) -> RawFinding {
    let label = match direction {
        Direction::Downgrade => "the downgrade fails here: Alembic cannot drop what has no name",
        _ => "the deployment fails here: Alembic cannot drop what has no name",
    };
    RawFinding::on(
        step,
        number,
        direction,
        format!("`{table}` loses a constraint that has no name"),
    )
    .table(table)
    .label(label)
    .severity(Severity::Critical)
    .weight(Weight::Fails)
    .remedy("Name the constraint where it is made, and here.")
}

/// Tells whether a batch of SQLite is given a constraint without a name (`ApplyBatchImpl` of
/// Alembic 1.20: `add_constraint`).
fn copies_nameless(context: &RuleContext<'_>, step: &Step, operation: &Operation) -> bool {
    let is_nameless = match operation {
        Operation::CreateConstraint { constraint, .. } => constraint.name().is_none(),
        Operation::AddColumn { column, .. } => {
            column.foreign_keys.iter().any(|key| key.name.is_none())
                || column.unique == Known::Is(true)
        }
        _ => false,
    };
    is_nameless && step.batch.is_some() && context.dialect == Dialect::Sqlite
}

fn in_batch(step: &Step, number: usize, direction: Direction, table: &TableName) -> RawFinding {
    let label = match direction {
        Direction::Downgrade => "the downgrade fails here: ValueError: Constraint must have a name",
        _ => "the deployment fails here: ValueError: Constraint must have a name",
    };
    let message = format!("`{table}` gets a constraint without a name in a batch that copies it");
    RawFinding::on(step, number, direction, message)
        .table(table)
        .label(label)
        .severity(Severity::Critical)
        .weight(Weight::Fails)
        .remedy(
            "Name the constraint: a foreign key by `batch_op.create_foreign_key(\"fk_...\", \
            ...)`, or give the metadata a `naming_convention`.",
        )
}

fn create(
    context: &RuleContext<'_>,
    step: &Step,
    number: usize,
    direction: Direction,
    table: &TableName,
    constraint: &Constraint,
) -> RawFinding {
    let (words, _) = kind(constraint.kind());
    let name = literal::quoted(&name_for(table, constraint));
    let safe = code::written(context, &step.site).replacen("None", &name, 1);
    RawFinding::on(step, number, direction, format!("`{table}` gets a {words} without a name"))
        .table(table)
        .label("the server makes its name up, and the migration that drops it must guess")
        .safe_form(safe)
}

/// Returns a name for a constraint: its kind, the table and the columns.
pub(super) fn name_for(table: &TableName, constraint: &Constraint) -> String {
    let (_, prefix) = kind(constraint.kind());
    let name = format!("{prefix}_{}_{}", plain(table), columns(constraint).join("_"));
    name.trim_end_matches('_').to_owned()
}

/// Judges constraints inside of CREATE TABLE, where the name does not follow from the table and the
/// columns: SQL Server draws it, SQLite keeps none.
fn in_table(
    context: &RuleContext<'_>,
    step: &Step,
    number: usize,
    direction: Direction,
    create: &CreateTable,
) -> Option<RawFinding> {
    if !matches!(context.dialect, Dialect::Sqlite | Dialect::SqlServer) {
        return None;
    }
    let is_nameless = |constraint: &&Constraint| {
        constraint.name().is_none()
            && !matches!(constraint.kind(), ConstraintKind::PrimaryKey | ConstraintKind::NotNull)
    };
    let (words, _) = kind(create.constraints.iter().find(is_nameless)?.kind());
    let more = create.constraints.iter().filter(is_nameless).count() - 1;
    let message = format!("`{}` gets a {words} without a name", create.table);
    let finding = RawFinding::on(step, number, direction, message).table(&create.table);
    let finding = finding.label(match context.dialect {
        Dialect::Sqlite => "batch mode can never drop what has no name",
        _ => "the server draws its name at random, another one on every database",
    });
    Some(match more {
        0 => finding,
        more => finding.note(format!("{more} more constraints of the table have no name")),
    })
}

fn kind(kind: ConstraintKind) -> (&'static str, &'static str) {
    match kind {
        ConstraintKind::PrimaryKey => ("primary key", "pk"),
        ConstraintKind::Unique => ("unique constraint", "uq"),
        ConstraintKind::ForeignKey => ("foreign key", "fk"),
        ConstraintKind::Check => ("check constraint", "ck"),
        ConstraintKind::Exclude => ("exclusion constraint", "ex"),
        ConstraintKind::NotNull => ("NOT NULL constraint", "nn"),
    }
}

fn columns(constraint: &Constraint) -> Vec<String> {
    let known = |columns: &Known<Vec<Known<String>>>| {
        let columns = columns.get().map(Vec::as_slice).unwrap_or_default();
        columns.iter().filter_map(|column| column.as_str().map(str::to_owned)).collect()
    };
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => known(&key.columns),
        Constraint::ForeignKey(key) => known(&key.columns),
        _ => Vec::new(),
    }
}

fn plain(table: &TableName) -> String {
    table.name.as_str().unwrap_or("table").to_owned()
}
