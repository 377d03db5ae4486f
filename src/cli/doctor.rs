//! `doctor`: what was inferred about this repository, from what, and where the gate stands.

use std::rc::Rc;

use crate::alembic::dialects::DRIVERS;
use crate::alembic::history::History;
use crate::alembic::project::{Project, Search, Setting, VersionsFrom};
use crate::alembic::search;
use crate::alembic::surroundings::{Said, Surroundings};
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::change::{concern, drift};
use crate::cli::args::verbs::DoctorArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::{hook_status, probe};
use crate::config::settings::{LockTimeout, Settings};
use crate::git::repository::Repository;
use crate::report::facts;
use crate::report::facts::{DialectFact, Facts, ModelFacts, ProjectFacts, VersionFact};
use crate::report::telling::Format;
use crate::rule::application::Code;
use crate::rule::server::{Server, Source};
use crate::snapshot::Snapshot;
use crate::sql::dialect::Dialect;

/// Tells what was inferred.
pub fn run(args: &DoctorArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let overrides = args.reading.overrides_in(&repository)?;
    let mut facts = facts(&repository, &overrides)?;
    if args.load {
        for (name, fact) in probe::load(&repository, &overrides, output)? {
            let named = facts.projects.iter_mut().filter(|project| project.project == name);
            named.for_each(|project| project.verify = Some(fact.clone()));
        }
    }
    output.write(&facts::tell(&facts, Format::from(args.format)))?;
    Ok(ExitStatus::Clean)
}

/// Infers what can be inferred about a repository.
pub fn facts(repository: &Repository, overrides: &Overrides) -> Result<Facts, Error> {
    let change = match (repository.is_bare(), repository.head()?) {
        (true, Some(head)) => Change::state_of(repository, &repository.commit(&head)?),
        _ => Change::state(repository)?,
    };
    let settings = concern::settings(&change.new, overrides)?;
    let projects = search::find(&change.new, Search::Whole, &settings);
    concern::usable(&change.new, &settings)?;
    Ok(Facts {
        schema: 1,
        version: env!("CARGO_PKG_VERSION"),
        settings: settings.from.clone(),
        upstream: repository.upstream(settings.upstream.as_deref())?.map(|upstream| upstream.name),
        upstream_because: match settings.upstream {
            Some(_) => "the settings",
            None => "the branches that are here",
        },
        projects: projects
            .into_iter()
            .map(|project| about(repository, &change.new, project, &settings, overrides))
            .collect(),
        work_trees: hook_status::work_trees(repository)?,
    })
}

fn about(
    repository: &Repository,
    snapshot: &Rc<Snapshot>,
    project: Project,
    settings: &Settings,
    overrides: &Overrides,
) -> ProjectFacts {
    let project = Rc::new(project);
    let models = models(&drift::code(snapshot, &project, settings, overrides));
    let history = History::read(snapshot, &project);
    let project = history.project();
    let settings = settings.for_project(&project.name);
    let surroundings = Surroundings::of(snapshot, project);
    let environment = &project.environment;
    let dialects = dialects(project, settings, overrides);
    let first = dialects.first().map(|(dialect, _)| *dialect).unwrap_or_default();
    ProjectFacts {
        models,
        verify: (!repository.is_bare()).then(|| probe::probe(repository, project, settings, first)),
        project: project.name.clone(),
        script_location: project.script_location.clone(),
        version_locations: project.version_locations.clone(),
        version_locations_because: match &project.versions_from {
            VersionsFrom::Files { why, .. } => Some(why.clone()),
            VersionsFrom::Settings => Some("the settings: `version-locations`".to_owned()),
            VersionsFrom::Configuration => None,
        },
        revisions: history.files().len(),
        heads: history.graph().heads().iter().map(|head| head.to_string()).collect(),
        servers: dialects
            .iter()
            .filter_map(|(dialect, _)| server(*dialect, settings, &surroundings))
            .collect(),
        dialects: dialects
            .into_iter()
            .map(|(dialect, because)| DialectFact { dialect: dialect.title(), because })
            .collect(),
        packages: packages(&surroundings),
        transaction_per_migration: setting(environment.transaction_per_migration),
        transaction_per_migration_because: environment.transaction_place.clone(),
        lock_timeout: match settings.lock_timeout {
            LockTimeout::Role => "yes",
            LockTimeout::Read => setting(environment.lock_timeout),
        },
        lock_timeout_because: match settings.lock_timeout {
            LockTimeout::Role => Some("the settings say that the role has one".to_owned()),
            LockTimeout::Read => environment.timeout_place.clone(),
        },
    }
}

/// The models, and the folders that they lie in: those that no other of them is around.
fn models(code: &Code) -> ModelFacts {
    let models = code.models();
    let folder = |path: &str| path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
    let mut folders: Vec<String> =
        models.tables.iter().map(|table| folder(&table.site.path)).collect();
    folders.sort();
    folders.dedup();
    while folders.len() > FOLDERS {
        folders = folders.iter().map(|path| folder(path)).collect();
        folders.sort();
        folders.dedup();
    }
    ModelFacts {
        tables: models.tables.len(),
        columns: models.tables.iter().map(|table| table.columns.len()).sum(),
        folders,
        unread: models.unread.len(),
    }
}

/// How many folders of models are named; more are named by those around them.
const FOLDERS: usize = 4;

/// The dialects, each with what says so.
fn dialects(
    project: &Project,
    settings: &Settings,
    overrides: &Overrides,
) -> Vec<(Dialect, String)> {
    let set = overrides.dialect.map(|dialect| (dialect, "the option --dialect"));
    let set = set.or(settings.dialect.map(|dialect| (dialect, "the settings")));
    if let Some((dialect, because)) = set {
        return vec![(dialect, because.to_owned())];
    }
    match project.environment.dialects.as_slice() {
        [] => vec![(Dialect::default(), ASSUMED.to_owned())],
        said => said.to_vec(),
    }
}

const ASSUMED: &str = "assumed, because nothing says it";

/// The version of a server; a file has none.
fn server(
    dialect: Dialect,
    settings: &Settings,
    surroundings: &Surroundings,
) -> Option<VersionFact> {
    let Server { version, source } = Server::of(settings, surroundings, dialect);
    let because = match source {
        Source::Settings => "the settings".to_owned(),
        Source::File(place) => place,
        Source::Assumed if dialect == Dialect::PostgreSql => ASSUMED.to_owned(),
        Source::Assumed => return None,
    };
    let name = dialect.title().to_owned();
    (dialect != Dialect::Sqlite).then(|| VersionFact {
        name,
        version: version.to_string(),
        because,
    })
}

/// The packages whose versions matter and that a lock file pins.
fn packages(surroundings: &Surroundings) -> Vec<VersionFact> {
    let names = ["alembic", "sqlalchemy"].into_iter().chain(DRIVERS.map(|(name, _)| name));
    let pinned = names.filter_map(|name| Some((name, surroundings.package(name)?)));
    let fact = |(name, said): (&str, Said)| VersionFact {
        name: name.to_owned(),
        version: said.version.to_string(),
        because: said.place,
    };
    pinned.map(fact).collect()
}

fn setting(setting: Setting) -> &'static str {
    match setting {
        Setting::Yes => "yes",
        Setting::No => "no",
        Setting::Unreadable => "cannot be read",
    }
}
