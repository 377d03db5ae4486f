//! Keywords that Alembic takes and never looks at.

use crate::alembic::surroundings::Said;
use crate::example;
use crate::operation::op::tables::LEFT_OUT;
use crate::operation::operation::Operation;
use crate::operation::step::{Step, Swallowed};
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::sql::statement::Statement;
use crate::sql::table::Constraint;
use crate::sql::table_change::TableChange;
use crate::sql::version::ServerVersion;

pub(super) static RULE: Rule = Rule {
    id: "unknown-argument",
    theme: Theme::AlembicTraps,
    severity: Severity::Critical,
    weight: Weight::BreaksCode,
    plan: None,
    waivable: true,
    summary: "passes a keyword that Alembic swallows without a word",
    harm: "Most operations take any keyword: a misspelled one is dropped, the migration runs, and \
        what the keyword asked for does not happen, and nothing says so. A keyword that came with \
        a newer Alembic than lock files pin is dropped likewise, or stops the deployment with a \
        TypeError.",
    remedy: "Spell the keyword as Alembic does, or take it out.",
    example: example!("unknown-argument"),
    check: Check::Migration(check),
};

/// What Alembic does with a keyword that it does not know yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It raises TypeError.
    Raises,
    /// It drops the keyword.
    Swallows,
}

/// Keywords with the first version of Alembic that knows them, and what older ones do (seen on
/// 1.11.3, 1.13.2, 1.15.2,
/// 1.18.1 and 1.18.3).
const NEWER: [(&str, &str, ServerVersion, Before); 7] = [
    ("create_table", "if_not_exists", version(13, 3), Before::Swallows),
    ("drop_table", "if_exists", version(13, 3), Before::Swallows),
    ("add_column", "if_not_exists", version(16, 0), Before::Raises),
    ("drop_column", "if_exists", version(16, 0), Before::Swallows),
    ("drop_constraint", "if_exists", version(16, 0), Before::Raises),
    ("add_column", "inline_references", version(18, 2), Before::Raises),
    ("add_column", "inline_primary_key", version(18, 4), Before::Raises),
];

const fn version(minor: u16, patch: u16) -> ServerVersion {
    ServerVersion { major: 1, minor, patch }
}

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let judged = context.steps().flat_map(|(direction, number, step)| {
        let swallowed = step
            .swallowed
            .iter()
            .filter(move |swallowed| {
                swallowed.keyword != LEFT_OUT || !is_made_later(context, direction, number, step)
            })
            .map(move |swallowed| judge(context, direction, number, step, swallowed));
        swallowed.chain(newer(context, direction, number, step))
    });
    judged.collect()
}

/// Tells whether a later step makes a foreign key of the table that a step makes.
fn is_made_later(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> bool {
    let Operation::CreateTable(create) = &step.operation else { return false };
    let later = context.script(direction).steps.iter().skip(number + 1);
    later.flat_map(|step| &step.emitted).any(|emitted| {
        matches!(&emitted.statement,
            Statement::Table(TableChange::AddConstraint {
                table, constraint: Constraint::ForeignKey(_)
            }) if *table == create.table)
    })
}

/// A keyword that the pinned Alembic does not know yet.
fn newer(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
) -> Option<RawFinding> {
    // The text of nearly every call says none of them, and is not parsed for that.
    let text = context.migration.text.slice(step.site.span);
    if !NEWER.iter().any(|(_, keyword, ..)| text.contains(keyword)) {
        return None;
    }
    let called = code::called(context, &step.site)?;
    let operation = called.rsplit('.').next()?;
    let is_given =
        |keyword: &str| code::keyword(context, step, keyword).is_some_and(|value| value != "None");
    let (_, keyword, since, before) =
        NEWER.into_iter().find(|(name, keyword, ..)| *name == operation && is_given(keyword))?;
    let Said { version, place } = context.package("alembic").filter(|said| said.version < since)?;
    let message = format!(
        "`{keyword}=` of `{called}` came with Alembic {since}, and `{place}` pins {version}"
    );
    let finding = RawFinding::on(step, number, direction, message).object(keyword).remedy(format!(
        "Raise the pin to Alembic {since} or newer, or write the statement with `op.execute`."
    ));
    Some(match before {
        Before::Raises => {
            finding.weight(Weight::Fails).label("the deployment fails here with a TypeError")
        }
        Before::Swallows => finding
            .label(format!("Alembic {version} swallows it without a word: the guard is not there")),
    })
}

fn judge(
    context: &RuleContext<'_>,
    direction: Direction,
    number: usize,
    step: &Step,
    swallowed: &Swallowed,
) -> RawFinding {
    let Swallowed { keyword, meant } = swallowed;
    let called = code::callee(context, step, "op");
    if keyword == LEFT_OUT {
        let message = format!(
            "`{called}` leaves out the foreign key with `use_alter=True`: no statement makes it"
        );
        let remedy = "Add the key behind the second table: `op.create_foreign_key(name, ...)`, and \
            drop it first in the downgrade.";
        return RawFinding::on(step, number, direction, message)
            .object(keyword.clone())
            .severity(Severity::Warning)
            .weight(Weight::Practice)
            .label("SQLAlchemy puts it off to an ALTER that Alembic never sends")
            .remedy(remedy.to_owned());
    }
    let fate = fate(&step.operation, keyword);
    let what_happens = match fate {
        Fate::Swallowed => "which swallows it without a word",
        Fate::Ignored => "and SQLAlchemy leaves it out with a warning",
        Fate::Refused => "and SQLAlchemy refuses it",
    };
    let message = format!("`{keyword}=` is no keyword of `{called}`, {what_happens}");
    let finding = RawFinding::on(step, number, direction, message).object(keyword.clone());
    if fate == Fate::Refused {
        let finding = finding.weight(Weight::Fails).label(match direction {
            Direction::Downgrade => "the downgrade fails here",
            _ => "the deployment fails here",
        });
        return match meant {
            Some(meant) => finding.remedy(format!("Write `{meant}=` for `{keyword}=`.")),
            None => finding,
        };
    }
    match meant {
        Some(meant) => finding
            .label(format!("what `{meant}=` would do does not happen"))
            .remedy(format!("Write `{meant}=` for `{keyword}=`.")),
        None => {
            finding.severity(Severity::Warning).weight(Weight::Practice).label("this does nothing")
        }
    }
}

/// What becomes of a keyword that is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Nobody looks at it.
    Swallowed,
    /// SQLAlchemy takes it for one of a dialect that it does not know.
    Ignored,
    /// It raises.
    Refused,
}

/// Tells what becomes of a keyword (Alembic 1.20, SQLAlchemy 2.1): ALTER COLUMN and DROP COLUMN
/// pass over it; what becomes an object of SQLAlchemy takes `dialect_word` of dialects that are not
/// installed, and nothing else.
fn fate(operation: &Operation, keyword: &str) -> Fate {
    match operation {
        Operation::AlterColumn(_) | Operation::DropColumn { .. } => Fate::Swallowed,
        _ if !keyword.trim_matches('_').contains('_') || keyword.starts_with("postgresql_") => {
            Fate::Refused
        }
        Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::CreateConstraint { .. }
        | Operation::CreateTable(_)
        | Operation::AddColumn { .. } => Fate::Ignored,
        _ => Fate::Swallowed,
    }
}
