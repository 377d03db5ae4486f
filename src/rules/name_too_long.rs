//! Names that SQLAlchemy refuses for their length.

use crate::example;
use crate::operation::operation::Operation;
use crate::operation::step::Step;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::table::{Constraint, Index};
use crate::text::cut;
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
    let judged = context.steps().filter_map(|(direction, number, step)| {
        let long = names(&step.operation).into_iter().find(|name| name.chars().count() > limit)?;
        // `op.f` says that a name is final: SQLAlchemy cuts it short instead.
        let is_cut = is_final(context, step, long);
        (!is_cut).then(|| judge(direction, number, step, long, limit))
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

/// The names of indexes and constraints that an operation hands to SQLAlchemy.
fn names(operation: &Operation) -> Vec<&str> {
    fn of_constraint(constraint: &Constraint) -> Option<&str> {
        constraint.name().and_then(Known::as_str)
    }
    fn of_index(index: &Index) -> Option<&str> {
        index.name.as_ref().and_then(Known::as_str)
    }
    fn given(name: &Option<Known<String>>) -> Option<&str> {
        name.as_ref().and_then(Known::as_str)
    }
    match operation {
        Operation::CreateIndex { index, .. } => of_index(index).into_iter().collect(),
        Operation::DropIndex { name, .. } | Operation::DropConstraint { name, .. } => {
            given(name).into_iter().collect()
        }
        Operation::CreateConstraint { constraint, .. } => {
            of_constraint(constraint).into_iter().collect()
        }
        Operation::CreateTable(create) => {
            let keys = create.columns.iter().flat_map(|column| &column.foreign_keys);
            let constraints = create.constraints.iter().filter_map(of_constraint);
            let indexes = create.indexes.iter().filter_map(of_index);
            constraints.chain(indexes).chain(keys.filter_map(|key| given(&key.name))).collect()
        }
        Operation::AddColumn { column, .. } => {
            column.foreign_keys.iter().filter_map(|key| given(&key.name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Tells whether a name is handed through `op.f` or `conv`: where it is written out, there; where
/// it is computed, anywhere in the file.
fn is_final(context: &RuleContext<'_>, step: &Step, name: &str) -> bool {
    let file = context.migration.text.content();
    let opens = |before: &str| {
        let before = before.trim_end_matches(['"', '\'', 'u', 'r']).trim_end();
        before.ends_with(".f(") || before.ends_with("conv(") || before.ends_with("quoted_name(")
    };
    let call = match step.site.path == context.migration.path {
        true => context.migration.text.slice(step.site.span),
        false => return true,
    };
    match call.find(name) {
        Some(start) => opens(cut::to(call, start)),
        None => file.contains(".f(") || file.contains("conv("),
    }
}
