//! `doctor`: what was inferred about this repository, from what, and where the gate stands.

use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::{self, Project, Scope, Setting};
use crate::cli::args::Common;
use crate::cli::change::Change;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::inquiry;
use crate::cli::output::Output;
use crate::cli::standing;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::report::facts::{self, DialectFact, Facts, ProjectFacts};
use crate::report::telling::Format;
use crate::snapshot::Snapshot;

/// Tells what was inferred.
pub fn run(common: &Common, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let change = match (repository.is_bare(), repository.head()?) {
        (true, Some(head)) => Change::state_of(&repository, &repository.commit(&head)?),
        _ => Change::state(&repository)?,
    };
    let settings = inquiry::settings(&change.new, common)?;
    let projects = project::find(&change.new, Scope::Whole, &settings.projects);
    let facts = Facts {
        schema: 1,
        version: env!("CARGO_PKG_VERSION"),
        settings: settings.from.clone(),
        upstream: repository.upstream(settings.upstream.as_deref())?.map(|upstream| upstream.name),
        projects: projects.into_iter().map(|project| about(&change.new, project, &settings, common)).collect(),
        work_trees: standing::work_trees(&repository)?,
    };
    output.write(&facts::tell(&facts, Format::from(common.format)))?;
    Ok(ExitStatus::Clean)
}

fn about(snapshot: &Rc<Snapshot>, project: Project, settings: &Settings, common: &Common) -> ProjectFacts {
    let history = History::read(snapshot, &Rc::new(project));
    let project = history.project();
    let settings = settings.by_project.get(&project.name).unwrap_or(settings);
    ProjectFacts {
        project: project.name.clone(),
        script_location: project.script_location.clone(),
        version_locations: project.version_locations.clone(),
        revisions: history.files().len(),
        heads: history.graph().heads().iter().map(|head| head.to_string()).collect(),
        dialects: dialects(project, settings, common),
        transaction_per_migration: setting(project.environment.transaction_per_migration),
        lock_timeout: setting(project.environment.lock_timeout),
    }
}

fn dialects(project: &Project, settings: &Settings, common: &Common) -> Vec<DialectFact> {
    let fact = |because: &str| {
        let because = because.to_owned();
        move |dialect: crate::sql::dialect::Dialect| DialectFact { dialect: dialect.title(), because }
    };
    if let Some(fact) = common.dialect.map(fact("the option --dialect")) {
        return vec![fact];
    }
    if let Some(fact) = settings.dialect.map(fact("the settings")) {
        return vec![fact];
    }
    let said = project.environment.dialects.iter().map(|(dialect, because)| fact(because)(*dialect));
    let said: Vec<DialectFact> = said.collect();
    if said.is_empty() { vec![fact("assumed, because nothing says it")(Default::default())] } else { said }
}

fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::Yes => "yes",
        Setting::No => "no",
        Setting::Unreadable => "cannot be read",
    }
}
