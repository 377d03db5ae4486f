//! An autocommit block commits the work of earlier revisions, but not that they are done.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::env_py;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::text::source::{Site, Span};

pub(super) static RULE: Rule = Rule {
    id: "autocommit-leaves-version-behind",
    theme: Theme::Transactions,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "commits in the middle of a deployment whose version is stamped at its end",
    harm: "Alembic runs all pending revisions in one transaction. `autocommit_block()` commits \
        what was done so far; if a later revision fails, the tables stay changed while \
        `alembic_version` goes back to where it was. The next deployment runs the same revisions \
        again and fails with \"already exists\": somebody has to repair it by hand. Measured on \
        PostgreSQL 18 with psycopg2 and psycopg 3.",
    remedy: "Set `transaction_per_migration=True` in env.py: then each revision is stamped when it \
        is done.",
    example: example!("autocommit-leaves-version-behind"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let per_migration = context.project.environment.transaction_per_migration;
    if !context.is_in_one_transaction() || per_migration == Setting::Yes {
        return Vec::new();
    }
    let upgrade = context.statements(Direction::Upgrade).find(|stmt| stmt.is_autocommit());
    let downgrade = context.statements(Direction::Downgrade).any(|stmt| stmt.is_autocommit());
    if upgrade.is_none() && !downgrade {
        return Vec::new();
    }
    match upgrade.zip(context.deployed_after().first()) {
        Some((stmt, next)) => {
            let finding = context
                .finding(
                    &stmt,
                    format!(
                        "`{}` commits before `{next}` runs, and is not stamped as done",
                        context.revision()
                    ),
                )
                .label("if the later revision fails, this one runs again")
                .safe_form(env_py::per_migration(context));
            vec![match per_migration {
                Setting::Unreadable => finding.severity(Severity::Warning).note(
                    "whether env.py sets `transaction_per_migration` could not be read; a \
                        literal settles it",
                ),
                Setting::Yes | Setting::No => finding,
            }]
        }
        None if per_migration == Setting::No => vec![alone(context)],
        None => Vec::new(),
    }
}

/// Nothing is deployed after it now; what env.py lacks is reported once.
fn alone(context: &RuleContext<'_>) -> RawFinding {
    let environment = context.project.environment.path.clone();
    let path: Rc<str> =
        environment.map_or_else(|| context.migration.path.clone(), |path| path.as_str().into());
    let site = Site { path: path.clone(), span: Span::default() };
    let message = format!(
        "`{path}`: `transaction_per_migration` is not set, and revisions use autocommit blocks \
         (reported once)"
    );
    RawFinding::at(site, Direction::File, message)
        .severity(Severity::Warning)
        .label(
            "a revision that is deployed behind such a block and fails leaves the version behind",
        )
        .safe_form(env_py::per_migration(context))
}
