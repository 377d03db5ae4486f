//! `operations`: what was understood of each migration.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::alembic::project::{self, Search};
use crate::alembic::surroundings::Surroundings;
use crate::change::project_input;
use crate::change::trees::Change;
use crate::cli::args::{Common, OperationsArgs};
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report::operations::{self, Listed};
use crate::report::outline::{self, Server};
use crate::report::telling::Format;
use crate::rule::server;
use crate::text::source::Site;

/// Tells what the migrations of the staged tree do, or those that are named.
pub fn run(args: &OperationsArgs, common: &Common, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let change = Change::state(&repository)?;
    let settings = project_input::settings(&change.new, &common.overrides())?;
    let wanted = Wanted::of(&repository, &args.paths);
    let mut reported: Vec<(Server, Vec<Rc<Migration>>)> = Vec::new();
    for project in project::find(&change.new, Search::Whole, &settings.projects) {
        let settings = settings.for_project(&project.name);
        let dialect = project_input::dialects(&project, settings, &common.overrides())
            .first()
            .copied()
            .unwrap_or_default();
        let version =
            server::Server::of(settings, &Surroundings::of(&change.new, &project), dialect).version;
        let server = Server { dialect, version };
        let history = History::read(&change.new, &Rc::new(project)).on(dialect);
        reported.push((server, wanted.of_history(&history)));
    }
    let found: Vec<Rc<Migration>> =
        reported.iter().flat_map(|(_, migrations)| migrations.iter().cloned()).collect();
    if let Some(path) = wanted.not_found(&found) {
        return Err(Error::NoSuchMigration { path });
    }
    let line =
        |site: &Site| change.new.text(&site.path).map_or(1, |text| text.line_of(site.span.start));
    let report = match Format::from(common.format) {
        Format::Json => operations::tell(&rows(&found), &line),
        _ => reported
            .iter()
            .map(|(server, found)| outline::tell(&rows(found), *server, &line))
            .collect(),
    };
    output.write(&report)?;
    Ok(ExitStatus::Clean)
}

fn rows(migrations: &[Rc<Migration>]) -> Vec<Listed<'_>> {
    migrations
        .iter()
        .map(|migration| Listed {
            path: &migration.path,
            revision: Some(&migration.header.revision),
            upgrade: &migration.upgrade,
            downgrade: &migration.downgrade,
        })
        .collect()
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
