//! Whether `verify` can work here: an interpreter with Alembic and a driver, and what makes a
//! scratch database. Nothing of the project is run, and no server is started.

use crate::alembic::project::{self, Project, Search};
use crate::change::project_input;
use crate::change::trees::Change;
use crate::cli::args::Common;
use crate::cli::error::Error;
use crate::cli::staging;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::report::facts::VerifyFact;
use crate::scratch;
use crate::scratch::database;
use crate::sql::dialect::Dialect;

/// Tells of a project whether its revisions can be tried here.
pub fn probe(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
    dialect: Dialect,
) -> VerifyFact {
    match can_work(repository, project, settings, dialect) {
        Ok(with) => VerifyFact { works: true, with: Some(with), why: None, hint: None },
        Err(error) => VerifyFact {
            works: false,
            with: None,
            why: Some(error.to_string()),
            hint: error.hint(),
        },
    }
}

fn can_work(
    repository: &Repository,
    project: &Project,
    settings: &Settings,
    dialect: Dialect,
) -> Result<String, Error> {
    let interpreter = staging::interpreter(repository, project, settings)?;
    let said = |key: &str| settings.verify.get(key).map(String::as_str);
    let allowed: Vec<&str> =
        said("allow-hosts").map(|hosts| hosts.lines().collect()).unwrap_or_default();
    let bin = said(database::folder_setting(dialect));
    let with = database::available(dialect, bin, &interpreter.path, &allowed)?;
    let drivers = drivers(dialect);
    if !drivers.is_empty() && !interpreter.has_any(drivers) {
        let (python, database) = (interpreter.path, dialect.title());
        return Err(scratch::error::Error::NoDriver {
            python,
            database,
            drivers: drivers.join(", "),
        }
        .into());
    }
    Ok(format!("{}, {with}", interpreter.path.display()))
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

/// Tells of every project of what is staged whether its revisions can be tried here.
pub fn all(repository: &Repository, common: &Common) -> Result<Vec<(String, VerifyFact)>, Error> {
    let change = Change::state(repository)?;
    let settings = project_input::settings(&change.new, &common.overrides())?;
    let projects = project::find(&change.new, Search::Whole, &settings.projects);
    let one = |project: &Project| {
        let settings = settings.for_project(&project.name);
        let dialect = project_input::dialects(project, settings, &common.overrides())
            .first()
            .copied()
            .unwrap_or_default();
        (project.name.clone(), probe(repository, project, settings, dialect))
    };
    Ok(projects.iter().map(one).collect())
}
