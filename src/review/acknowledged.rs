//! What a migration says of itself in its comments, for the rehearsal: that data may go, that the
//! way back may refuse, that a second run does it again.
//!
//! A waiver or a backup plan excuses the loss that the statements it stands at cause, and no other;
//! one for the file, or a plan that says that nothing is undone, excuses all.

use crate::alembic::migration::Migration;
use crate::operation::step::Step;
use crate::review::evidence;
use crate::review::plan;
use crate::rule::context::RuleContext;
use crate::rule::definition::Check;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity};
use crate::rule::today::Today;
use crate::rules;
use crate::scratch::acknowledged::{Acknowledged, Excused, LostPlace};
use crate::sql::object_change::ObjectChange;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;
use crate::text::source::Span;

/// Rules about data that goes: who waives one of them has said that it may.
const LOSSES: [&str; 12] = [
    "column-type-change",
    "data-migration-without-downgrade",
    "delete-rows",
    "delete-without-filter",
    "drop-cascade",
    "drop-column",
    "drop-schema",
    "drop-table",
    "lossy-type-change",
    "missing-downgrade",
    "overwrite-without-copy",
    "truncate-table",
];

/// Reads what a migration says of itself on a day.
pub fn of(context: &RuleContext<'_>, today: Today) -> Acknowledged {
    let migration = context.migration;
    let waivers = evidence::standing_waivers(migration, today);
    let waives = |rules: &[&str]| {
        waivers.iter().flat_map(|waiver| &waiver.rules).any(|rule| rules.contains(&rule.as_str()))
    };
    let plans: Vec<(Plan, Span)> = migration
        .remarks
        .iter()
        .filter_map(|comment| Some((plan::stated(comment)?.0, comment.covers)))
        .collect();
    let irreversible = plans.iter().any(|(plan, _)| *plan == Plan::Irreversible);
    let mut loss = if irreversible { Excused::All } else { Excused::Nothing };
    for (_, covers) in plans.iter().filter(|(plan, _)| *plan == Plan::Backup) {
        let covered = |step: &Step| reaches(*covers, step);
        loss = loss.and(caused(migration, &covered));
    }
    for waiver in &waivers {
        if !waiver.rules.iter().any(|rule| LOSSES.contains(&rule.as_str())) {
            continue;
        }
        let covered = |step: &Step| waiver.covers(step.site.span, &step.within);
        loss = loss.and(if waiver.file { Excused::All } else { caused(migration, &covered) });
    }
    let no_way_back = has_no_way_back(context, irreversible || waives(&["missing-downgrade"]));
    Acknowledged {
        loss: if no_way_back { Excused::All } else { loss },
        irreversible: irreversible || no_way_back || waives(&["missing-downgrade"]),
        no_way_back,
        repeats: irreversible || waives(&["data-migration-not-idempotent"]),
        leftovers: waives(&["downgrade-incomplete"]),
        enum_types: waives(&["enum-type-left-behind", "downgrade-incomplete"]),
        short_plan: migration.remarks.iter().any(|comment| !plan::refused(comment).is_empty()),
    }
}

/// Tells whether a downgrade does nothing and is meant to: a plan or a waiver says so, or the project
/// goes forward only, which is found of its env.py. An exception's own words are no plan.
fn has_no_way_back(context: &RuleContext<'_>, is_said: bool) -> bool {
    let Some(Check::Migration(check)) = rules::find("missing-downgrade").map(|rule| rule.check)
    else {
        return false;
    };
    let env = context.project.env_path();
    let of_project = |finding: &RawFinding| {
        finding.severity == Some(Severity::Warning) && *finding.site.path == *env
    };
    check(context).iter().any(|finding| is_said || of_project(finding))
}

fn reaches(covers: Span, step: &Step) -> bool {
    covers.contains(step.site.span) || step.within.iter().any(|span| covers.contains(*span))
}

/// The loss that some steps cause; all of it where one of them cannot be read.
fn caused(migration: &Migration, covered: &dyn Fn(&Step) -> bool) -> Excused {
    let mut places = Vec::new();
    let forth = migration.upgrade.steps.iter().map(|step| (step, false));
    let back = migration.downgrade.steps.iter().map(|step| (step, true));
    for (step, is_back) in forth.chain(back).filter(|(step, _)| covered(step)) {
        for emitted in &step.emitted {
            match loses(&emitted.statement, is_back) {
                Loss::None => {}
                Loss::At(place) => places.push(place),
                Loss::Anywhere => return Excused::All,
            }
        }
    }
    if places.is_empty() { Excused::Nothing } else { Excused::At(places) }
}

/// What a statement makes go.
enum Loss {
    /// Nothing.
    None,
    /// Rows of a table, or values of a column.
    At(LostPlace),
    /// Whatever; it cannot be known.
    Anywhere,
}

/// What a statement makes go; on the way back, what is made again without what it held.
fn loses(statement: &Statement, is_back: bool) -> Loss {
    use TableChange as T;
    match statement {
        Statement::Table(change) => match change {
            T::DropTable { table, .. } => at(table, None),
            T::DropColumn { table, column, .. } | T::AlterColumnType { table, column, .. } => {
                at(table, Some(column))
            }
            T::ModifyColumn { table, name, .. } => at(table, Some(name)),
            T::CreateTable(create) if is_back => at(&create.table, None),
            T::AddColumn { table, column, .. } if is_back => at(table, Some(&column.name)),
            _ => Loss::None,
        },
        Statement::Rows(change) => change.table().map_or(Loss::Anywhere, |table| at(table, None)),
        Statement::Object(ObjectChange::DropObject { .. }) => Loss::Anywhere,
        Statement::Object(_)
        | Statement::Session(_)
        | Statement::Read
        | Statement::Other { .. } => Loss::None,
        Statement::Block { .. } => Loss::Anywhere,
        Statement::Unreadable { table, .. } => {
            table.as_ref().map_or(Loss::Anywhere, |table| at(table, None))
        }
    }
}

fn at(table: &TableName, column: Option<&Known<String>>) -> Loss {
    match (table.name.get(), column.map(Known::get)) {
        (Some(table), None) => Loss::At(LostPlace { table: table.clone(), column: None }),
        (Some(table), Some(Some(column))) => {
            Loss::At(LostPlace { table: table.clone(), column: Some(column.clone()) })
        }
        _ => Loss::Anywhere,
    }
}
