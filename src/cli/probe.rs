//! Whether `verify` can work here, as far as it can be seen without starting anything, and as
//! `verify` found it last.

use std::path::PathBuf;

use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::change::overrides::Overrides;
use crate::change::project_input::ProjectInput;
use crate::change::trees::Change;
use crate::change::{concern, project_input};
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::cli::staging;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::ledger::ability::{Abilities, Ability};
use crate::report::facts::VerifyFact;
use crate::scratch;
use crate::scratch::cache::Cache;
use crate::scratch::packages::Seen;
use crate::scratch::{database, rehearsal};
use crate::sql::dialect::Dialect;

/// Tells of a project whether its revisions can be tried here. Where its files do not show it and
/// `verify` has worked, `verify` is believed.
pub fn probe(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
    dialect: Dialect,
) -> VerifyFact {
    let works = |with, loaded| {
        let (why, hint, walls) = (None, None, None);
        VerifyFact { works: true, loaded, with, why, hint, walls }
    };
    let error = match see(repository, project, settings, dialect) {
        Ok(with) => return works(Some(with), false),
        Err(error) => error,
    };
    // Packages may lie where nobody looks; an interpreter that is not there is not there.
    let is_unseen = matches!(error, Error::Scratch(scratch::error::Error::Lacks { .. }));
    match Abilities::of(&repository.state_dir()).find(&project.name) {
        Some(ability) if ability.works && is_unseen => works(ability.with, true),
        _ => {
            let (why, hint) = (Some(error.to_string()), error.hint());
            VerifyFact { works: false, loaded: false, with: None, why, hint, walls: None }
        }
    }
}

fn see(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
    dialect: Dialect,
) -> Result<String, Error> {
    let folders: Vec<PathBuf> = staging::folders(repository, project)?;
    let seen = Seen::find(settings.verify.python.as_deref(), &folders)?;
    let bin = database::programs_folder(dialect, &settings.verify);
    let with = database::available(dialect, bin, &seen.path, &settings.verify.allow_hosts)?;
    let drivers = drivers(dialect);
    if !drivers.is_empty() && !drivers.iter().any(|driver| seen.has(driver)) {
        let (python, database) = (seen.path, dialect.title());
        return Err(scratch::error::Error::NoDriver {
            python,
            database,
            drivers: drivers.join(", "),
        }
        .into());
    }
    Ok(format!("{}, {with}", seen.path.display()))
}

/// The modules that connect to a database; any of them will do.
fn drivers(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::PostgreSql => &["psycopg", "psycopg2", "asyncpg", "pg8000"],
        Dialect::MySql | Dialect::MariaDb => {
            &["pymysql", "MySQLdb", "mysql", "mariadb", "aiomysql", "asyncmy"]
        }
        Dialect::Sqlite | Dialect::SqlServer | Dialect::Oracle => &[],
    }
}

/// Tells of every project of what is staged whether its revisions can be tried here, and remembers
/// it for `check`, which does not look.
pub fn all(
    repository: &Repository,
    overrides: &Overrides,
) -> Result<Vec<(String, VerifyFact)>, Error> {
    let change = Change::state(repository)?;
    let settings = concern::settings(&change.new, overrides)?;
    let projects = search::find(&change.new, Search::Whole, &settings);
    let abilities = Abilities::of(&repository.state_dir());
    let one = |project: &Project| {
        let settings = settings.for_project(&project.name);
        let dialect = project_input::dialects(project, settings, overrides)
            .first()
            .copied()
            .unwrap_or_default();
        let fact = probe(repository, project, settings, dialect);
        let ability = Ability {
            works: fact.works,
            with: fact.with.clone(),
            why: fact.why.clone(),
            hint: fact.hint.clone(),
        };
        let _only_a_hint = abilities.remember(&project.name, ability);
        (project.name.clone(), fact)
    };
    Ok(projects.iter().map(one).collect())
}

/// Loads every project of what is staged on a scratch database, as `verify` does: its code runs.
pub fn load(
    repository: &Repository,
    overrides: &Overrides,
    output: &Output,
) -> Result<Vec<(String, VerifyFact)>, Error> {
    let mut change = Change::all(repository)?;
    let inputs = project_input::inputs(repository, &mut change, overrides)?;
    let tree = repository.staged()?;
    let cache = Cache::open(repository.common_dir(), || {
        output.notice("another `verify` of this repository is running; waiting for it")
    })?;
    let one = |input: &ProjectInput| {
        let loaded = staging::stage(repository, &cache, input, &tree, false).and_then(|stage| {
            let walls = rehearsal::load(&stage)?.walls();
            let with = format!("{}, {}", stage.interpreter.path.display(), stage.engine.title());
            Ok((with, walls))
        });
        let with = loaded.as_ref().map(|(with, _)| with.clone());
        remember(repository, &input.project.name, with);
        let fact = match loaded {
            Ok((with, walls)) => VerifyFact {
                works: true,
                loaded: true,
                with: Some(format!("{with}: loaded")),
                why: None,
                hint: None,
                walls,
            },
            Err(error) => {
                let (why, hint) = (Some(error.to_string()), error.hint());
                VerifyFact { works: false, loaded: false, with: None, why, hint, walls: None }
            }
        };
        (input.project.name.clone(), fact)
    };
    Ok(inputs.iter().map(one).collect())
}

/// Remembers what a run of `verify` found out about this machine; a run that came to the revisions
/// has found that it works.
pub fn remember(repository: &Repository, project: &str, found: Result<String, &Error>) {
    let ability = match found {
        Ok(with) => Ability { works: true, with: Some(with), why: None, hint: None },
        Err(Error::Scratch(error)) if error.is_of_this_machine() => Ability {
            works: false,
            with: None,
            why: Some(error.to_string()),
            hint: Some(error.hint()),
        },
        Err(_) => return,
    };
    let _only_a_hint = Abilities::of(&repository.state_dir()).remember(project, ability);
}
