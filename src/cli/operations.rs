//! `operations`: what was understood of each migration.

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
use crate::cli::models;
use crate::cli::output::Output;
use crate::cli::wanted::Wanted;
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
    if args.models {
        return models::run(args, output);
    }
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
