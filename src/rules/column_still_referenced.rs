//! A column goes in two releases: the code that names it first, the column after that. Git knows
//! which code is released.

use crate::config::settings::Deployment;
use crate::example;
use crate::models::certainty::Certainty;
use crate::models::uses::{Asked, How, Use};
use crate::rule::application::Application;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rules::{drop_column, rename_column, rename_table};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::sql::table_change::TableChange;
use crate::text::known::Known;

pub(super) static RULE: Rule = Rule {
    id: "column-still-referenced",
    theme: Theme::DataLoss,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "drops or renames a column or a table that released code still names",
    harm: "While the migration is applied, the release that is in upstream runs: each SELECT and \
        INSERT of a mapped class names every column that it maps, and fails from the moment that \
        one is gone: \"column does not exist\". Code that the same change removes still runs then. \
        Models, attributes and texts of SQL are read in the tree where this work left upstream.",
    remedy: "Remove the code first and release that; drop what it named in the next release.",
    example: example!("column-still-referenced"),
    check: Check::Upgrade(check),
};

/// What happens to it.
#[derive(Clone, Copy)]
enum Fate {
    Dropped,
    Renamed,
}

/// How many looks it costs to search the code of the application for one name.
const PER_SEARCH: u64 = 6_000;

fn check<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Vec<RawFinding> {
    let Some(application) = context.release.application.as_deref() else { return Vec::new() };
    // Nobody runs the code while the application is down.
    if context.settings.deployment == Deployment::Stopped {
        return Vec::new();
    }
    let Some((asked, fate)) = asked(stmt, context) else { return Vec::new() };
    context.look(PER_SEARCH);
    let uses = application.released.uses(&asked);
    let Some(first) = uses.first() else { return Vec::new() };
    vec![match first.certainty {
        Certainty::Certain => certain(stmt, context, application, &asked, fate, &uses),
        Certainty::Possible => possible(stmt, context, &asked, fate, &uses),
    }]
}

/// Returns what a statement takes away from code that runs.
pub(crate) fn asked_about<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<Asked> {
    asked(stmt, context).map(|(asked, _)| asked)
}

fn asked<'a>(stmt: &StatementRef<'a>, context: &RuleContext<'a>) -> Option<(Asked, Fate)> {
    let (table, column, fate) = match stmt.statement() {
        Statement::Table(TableChange::DropColumn { table, column, .. }) => {
            let is_replaced = drop_column::successor(stmt, context, table, column).is_some();
            (!is_replaced).then_some((table, Some(column), Fate::Dropped))?
        }
        Statement::Table(TableChange::DropTable { table, .. }) => {
            (!context.is_recreated(stmt, table)).then_some((table, None, Fate::Dropped))?
        }
        Statement::Table(TableChange::RenameColumn { table, column, to }) => {
            let is_kept = rename_column::keeps_name(stmt, context, table, column, to).is_some();
            (!is_kept).then_some((table, Some(column), Fate::Renamed))?
        }
        Statement::Table(TableChange::ModifyColumn { table, name, to: Some(to), .. })
            if to != name =>
        {
            let is_kept = rename_column::keeps_name(stmt, context, table, name, to).is_some();
            (!is_kept).then_some((table, Some(name), Fate::Renamed))?
        }
        Statement::Table(TableChange::RenameTable { table, to }) => {
            let is_kept = rename_table::keeps_name(stmt, context, table, to).is_some();
            (!is_kept).then_some((table, None, Fate::Renamed))?
        }
        _ => return None,
    };
    if context.is_new(stmt, table) || is_scratch(stmt, context, table, column) {
        return None;
    }
    let column = column.map(|column| column.as_str().map(str::to_owned));
    let asked = match column {
        None => Asked { table: table.clone(), column: None },
        Some(column) => Asked { table: table.clone(), column: Some(column?) },
    };
    Some((asked, fate))
}

/// A column that was added by what is deployed together is in no released code.
fn is_scratch<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    table: &TableName,
    column: Option<&Known<String>>,
) -> bool {
    column.is_some_and(|column| context.is_new_column(stmt, table, column))
}

fn certain<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    application: &Application,
    asked: &Asked,
    fate: Fate,
    uses: &[Use],
) -> RawFinding {
    let first = &uses[0];
    let goes = application.new.uses(asked).iter().all(|it| it.certainty == Certainty::Possible);
    let (what, happens) = (title(asked), happens(fate));
    let release = context.release.upstream.as_deref().unwrap_or("HEAD");
    let message = match goes {
        true => format!("`{what}` {happens} in the change that takes its last use away"),
        false => format!("`{what}` {happens} while `{}` {} it", first.what, verb(first)),
    };
    let mut finding = context
        .finding(stmt, message)
        .label(format!(
            "{}:{} {} it in the code of `{release}`, which runs when this is applied",
            first.site.path,
            first.line,
            verb(first)
        ))
        .weight(match fate {
            Fate::Dropped => Weight::LosesData,
            Fate::Renamed => Weight::BreaksCode,
        })
        .plan(match fate {
            Fate::Dropped => None,
            Fate::Renamed => Some(Plan::DeployWindow),
        });
    if let Some(column) = &asked.column {
        finding = finding.object(column.clone());
    }
    let finding = with_places(finding, uses);
    match goes {
        true => finding.remedy(
            "Leave this migration out of the change, release the code without it, and drop it in \
             the next release.",
        ),
        false => match fate {
            Fate::Dropped => finding,
            Fate::Renamed => finding.remedy(
                "Keep the old name in the database as long as code that says it runs: let the new \
                 code map the old name, or have both for a release.",
            ),
        },
    }
}

fn possible<'a>(
    stmt: &StatementRef<'a>,
    context: &RuleContext<'a>,
    asked: &Asked,
    fate: Fate,
    uses: &[Use],
) -> RawFinding {
    let what = title(asked);
    let finding = context
        .finding(stmt, format!("`{what}` {} and may still be used", happens(fate)))
        .severity(Severity::Warning)
        .weight(Weight::BreaksCode)
        .label("released SQL names these words; whether it means them is not known");
    let finding = match &asked.column {
        Some(column) => finding.object(column.clone()),
        None => finding,
    };
    with_places(finding, uses).remedy(
        "Look at the places that are named; where one of them reads it, release code \
            without it first.",
    )
}

/// How many places are named.
const NAMED: usize = 5;

fn with_places(mut finding: RawFinding, uses: &[Use]) -> RawFinding {
    for found in uses.iter().take(NAMED) {
        let place = format!("{}:{}", found.site.path, found.line);
        finding = finding.note(match (found.how, found.certainty) {
            (How::Maps, _) => format!("{place} maps it: `{}`", found.what),
            (How::Attribute, Certainty::Certain) => format!("{place} uses `{}`", found.what),
            (How::Attribute, Certainty::Possible) => format!("{place} may use `{}`", found.what),
            (How::Sql, Certainty::Certain) => format!("{place} names it in SQL: `{}`", found.what),
            (How::Sql, Certainty::Possible) => format!("{place} may name it: `{}`", found.what),
        });
    }
    match uses.len().checked_sub(NAMED) {
        Some(1) => finding.note("1 more place uses it".to_owned()),
        Some(more) if more > 1 => finding.note(format!("{more} more places use it")),
        _ => finding,
    }
}

fn verb(found: &Use) -> &'static str {
    match found.how {
        How::Maps => "maps",
        How::Sql | How::Attribute => "names",
    }
}

fn happens(fate: Fate) -> &'static str {
    match fate {
        Fate::Dropped => "is dropped",
        Fate::Renamed => "is renamed",
    }
}

fn title(asked: &Asked) -> String {
    match &asked.column {
        Some(column) => format!("{}.{column}", asked.table),
        None => asked.table.to_string(),
    }
}
