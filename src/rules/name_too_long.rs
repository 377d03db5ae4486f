//! Names that SQLAlchemy refuses for their length.

use crate::alembic::project::CheckNames;
use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::statement::Statement;
use crate::sql::table::{Constraint, ConstraintKind};
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "name-too-long",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "gives a name that is longer than the database allows",
    harm: "SQLAlchemy refuses the name of an index or a constraint that is longer than an \
        identifier may be (63 characters on PostgreSQL, 64 on MySQL, 128 on SQL Server): the \
        deployment stops there with IdentifierError.",
    remedy: "Choose a shorter name.",
    example: example!("name-too-long"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let Some(limit) = context.dialect.longest_name() else { return Vec::new() };
    // A convention that cannot be read may give a check another name.
    let unsure = context.project.environment.check_names == CheckNames::Unknown;
    let judged = context.steps().filter_map(|(direction, number, step)| {
        if unsure && is_check(&step.operation) {
            return None;
        }
        // PostgreSQL itself cuts what stands in plain SQL.
        if matches!(step.operation, Operation::Execute { .. }) {
            return None;
        }
        let long = sent(step).into_iter().find(|name| name.chars().count() > limit)?;
        Some(judge(direction, number, step, long, limit))
    });
    judged.collect()
}

fn judge(direction: Direction, number: usize, step: &Step, name: &str, limit: usize) -> RawFinding {
    let length = name.chars().count();
    let fails = match direction {
        Direction::Downgrade => "the downgrade",
        _ => "the deployment",
    };
    let message = format!("`{name}` has {length} characters, and a name may have {limit}");
    RawFinding::on(step, number, direction, message).object(name).label(format!(
        "{fails} fails here: IdentifierError: Identifier '{name}' exceeds maximum length of \
             {limit} characters"
    ))
}

fn is_check(operation: &Operation) -> bool {
    match operation {
        Operation::CreateConstraint { constraint, .. } => {
            constraint.kind() == ConstraintKind::Check
        }
        Operation::DropConstraint { kind, .. } => {
            matches!(kind, None | Some(ConstraintKind::Check))
        }
        _ => false,
    }
}

/// The names of indexes and constraints as they are sent: what `op.f`, `conv` or the naming
/// convention of the metadata makes is cut short by then.
fn sent(step: &Step) -> Vec<&str> {
    let change = step.emitted.iter().filter_map(|emitted| match &emitted.statement {
        Statement::Table(change) => Some(change),
        _ => None,
    });
    change.flat_map(named_in).filter_map(Known::as_str).collect()
}

fn named_in(change: &TableChange) -> Vec<&Known<String>> {
    match change {
        TableChange::CreateTable(create) => {
            let inline = create.columns.iter().flat_map(|column| &column.foreign_keys);
            let constraints = create.constraints.iter().filter_map(Constraint::name);
            constraints.chain(inline.filter_map(|key| key.name.as_ref())).collect()
        }
        TableChange::AddConstraint { constraint, .. } => constraint.name().into_iter().collect(),
        TableChange::CreateIndex { index, .. } => index.name.iter().collect(),
        TableChange::AddColumn { column, .. } => {
            column.foreign_keys.iter().filter_map(|key| key.name.as_ref()).collect()
        }
        TableChange::DropConstraint { name, .. } | TableChange::DropIndex { name, .. } => {
            name.iter().collect()
        }
        _ => Vec::new(),
    }
}
