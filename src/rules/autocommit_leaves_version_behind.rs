//! An autocommit block commits the work of earlier revisions, but not that they are done.

use std::rc::Rc;

use crate::alembic::project::Setting;
use crate::example;
use crate::rule::card::{Check, Rule, Severity, Theme, Weight};
use crate::rule::case::Case;
use crate::rule::code;
use crate::rule::hit::{Direction, Hit};
use crate::text::source::{Site, Span};

pub(super) static RULE: Rule = Rule {
    id: "autocommit-leaves-version-behind",
    theme: Theme::Transactions,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "commits in the middle of a deployment whose version is stamped at its end",
    harm: "Alembic runs all pending revisions in one transaction. `autocommit_block()` commits what was done so far; if a \
           later revision fails, the tables stay changed while `alembic_version` goes back to where it was. The next \
           deployment runs the same revisions again and fails with \"already exists\": somebody has to mend it by hand. \
           Measured on PostgreSQL 18 with psycopg2 and psycopg 3.",
    remedy: "Set `transaction_per_migration=True` in env.py: then each revision is stamped when it is done.",
    example: example!("autocommit-leaves-version-behind"),
    check: Check::Migration(check),
};

fn check(case: &Case<'_>) -> Vec<Hit> {
    let per_migration = case.project.environment.transaction_per_migration;
    if !case.is_in_one_transaction() || per_migration == Setting::Yes {
        return Vec::new();
    }
    let upgrade = case.deeds(Direction::Upgrade).find(|deed| deed.is_autocommit());
    let downgrade = case.deeds(Direction::Downgrade).any(|deed| deed.is_autocommit());
    if upgrade.is_none() && !downgrade {
        return Vec::new();
    }
    match upgrade.zip(case.deployed_after().first()) {
        Some((deed, next)) => {
            let hit = case
                .hit(&deed, format!("`{}` commits before `{next}` runs, and is not stamped as done", case.revision()))
                .label("if the later revision fails, this one runs again")
                .safe_form(code::PER_MIGRATION);
            vec![match per_migration {
                Setting::Unreadable => hit
                    .severity(Severity::Warning)
                    .aside("whether env.py sets `transaction_per_migration` could not be read; a literal settles it"),
                Setting::Yes | Setting::No => hit,
            }]
        }
        None if per_migration == Setting::No => vec![alone(case)],
        None => Vec::new(),
    }
}

/// Nothing is deployed after it now; what env.py lacks is told once.
fn alone(case: &Case<'_>) -> Hit {
    let environment = case.project.environment.path.clone();
    let path: Rc<str> = environment.map_or_else(|| case.migration.path.clone(), |path| path.as_str().into());
    let site = Site { path: path.clone(), span: Span::default() };
    let message =
        format!("`{path}`: `transaction_per_migration` is not set, and revisions use autocommit blocks (told once)");
    Hit::at(site, Direction::File, message)
        .severity(Severity::Warning)
        .label("a revision that is deployed behind such a block and fails leaves the version behind")
        .safe_form(code::PER_MIGRATION)
}
