//! `operations`: what was understood of each migration.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::alembic::surroundings::Surroundings;
use crate::change::trees::Change;
use crate::change::{concern, project_input, today};
use crate::cli::args::verbs::OperationsArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::config::settings::Settings;
use crate::git::repository::Repository;
use crate::report::operations::Listed;
use crate::report::outline::Outlined;
use crate::report::telling::Format;
use crate::report::{operations, outline};
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::Direction;
use crate::rule::release::Release;
use crate::schema::memory::Memory;
use crate::sql::dialect::Dialect;
use crate::sql::lock::Lock;
use crate::text::source::Site;

/// Tells what the migrations of the staged tree do, or those that are named.
pub fn run(args: &OperationsArgs, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let change = Change::state(&repository)?;
    let overrides = args.reading.overrides_in(&repository)?;
    let settings = concern::settings(&change.new, &overrides)?;
    let wanted = Wanted::of(&repository, &args.paths);
    let mut listings: Vec<Listing> = Vec::new();
    for project in search::find(&change.new, Search::Whole, &settings) {
        let settings = settings.for_project(&project.name).clone();
        let dialect = project_input::dialects(&project, &settings, &overrides)
            .first()
            .copied()
            .unwrap_or_default();
        let surroundings = Surroundings::of(&change.new, &project);
        let project = Rc::new(project);
        let history = History::read(&change.new, &project).on(dialect);
        let found = wanted.of_history(&history);
        listings.push(Listing { project, settings, dialect, surroundings, history, found });
    }
    let found: Vec<Rc<Migration>> =
        listings.iter().flat_map(|listing| listing.found.iter().cloned()).collect();
    if let Some(path) = wanted.not_found(&found) {
        return Err(Error::NoSuchMigration { path });
    }
    let line =
        |site: &Site| change.new.text(&site.path).map_or(1, |text| text.line_of(site.span.start));
    let report = match Format::from(args.format) {
        Format::Json => {
            let rows: Vec<Listed<'_>> = found.iter().map(|migration| row(migration)).collect();
            operations::tell(&rows, &line)
        }
        _ => listings.iter().map(|listing| outline::tell(&listing.outlined(), &line)).collect(),
    };
    output.write(&report)?;
    Ok(ExitStatus::Clean)
}

/// The migrations of a project that are asked about, with what their locks depend on.
struct Listing {
    project: Rc<Project>,
    settings: Settings,
    dialect: Dialect,
    surroundings: Surroundings,
    history: History,
    found: Vec<Rc<Migration>>,
}

impl Listing {
    /// Each migration is taken as if it alone were to be deployed.
    fn outlined(&self) -> Vec<Outlined<'_>> {
        let memory = Memory::default();
        let release = Release { each_alone: true, ..Release::default() };
        let outlined = |migration: &'_ Rc<Migration>| {
            let context = RuleContext::new(
                &self.history,
                &memory,
                &self.project,
                migration,
                self.dialect,
                &self.surroundings,
                &self.settings,
                &release,
                today::today(),
            );
            let locks = |direction| locks(&context, direction);
            (locks(Direction::Upgrade), locks(Direction::Downgrade))
        };
        let found = self.found.iter().map(|migration| (migration, outlined(migration)));
        found
            .map(|(migration, (upgrade, downgrade))| Outlined {
                migration: row(migration),
                upgrade,
                downgrade,
            })
            .collect()
    }
}

/// Returns what each step of a direction locks.
fn locks(context: &RuleContext<'_>, direction: Direction) -> Vec<Vec<Lock>> {
    let mut locks = vec![Vec::new(); context.script(direction).steps.len()];
    for stmt in context.statements(direction) {
        locks[stmt.number].extend(context.locks_in_use(&stmt));
    }
    locks
}

fn row(migration: &Migration) -> Listed<'_> {
    Listed {
        path: &migration.path,
        revision: Some(&migration.header.revision),
        upgrade: &migration.upgrade,
        downgrade: &migration.downgrade,
    }
}

/// What the command line names: each as it was typed, and as a path from the top of the work tree.
struct Wanted {
    names: Vec<(String, String)>,
}

impl Wanted {
    fn of(repository: &Repository, paths: &[PathBuf]) -> Self {
        let here = std::env::current_dir().ok();
        let top = repository.work_tree().ok().and_then(|top| std::fs::canonicalize(top).ok());
        let folder =
            here.zip(top).and_then(|(here, top)| Some(here.strip_prefix(top).ok()?.to_owned()));
        let folder = folder.unwrap_or_default();
        let name =
            |path: &PathBuf| (path.to_string_lossy().into_owned(), plain(&folder.join(path)));
        Wanted { names: paths.iter().map(name).collect() }
    }

    fn of_history(&self, history: &History) -> Vec<Rc<Migration>> {
        let files = history.files().iter().filter(|file| {
            self.names.is_empty()
                || self.names.iter().any(|name| is_named(name, &file.path, file.header.revision()))
        });
        files.filter_map(|file| history.migration(&file.path)).collect()
    }

    fn not_found(&self, found: &[Rc<Migration>]) -> Option<String> {
        let is_found = |name: &(String, String)| {
            found
                .iter()
                .any(|migration| is_named(name, &migration.path, Some(&migration.header.revision)))
        };
        self.names.iter().find(|name| !is_found(name)).map(|(typed, _)| typed.clone())
    }
}

/// A migration is named by its path, its folder, or its revision id.
fn is_named((typed, path): &(String, String), file: &str, revision: Option<&str>) -> bool {
    let below = || {
        path.is_empty()
            || file.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    file == path || below() || revision == Some(typed)
}

/// Writes a path as git does: no `.`, no `..`, slashes.
fn plain(path: &Path) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(parts.pop()),
            _ => {}
        }
    }
    parts.join("/")
}
