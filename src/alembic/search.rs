//! How the projects of a snapshot are found.

use crate::alembic::location::folder_of;
use crate::alembic::project::{Origin, Project, Search, VersionsFrom, is_settings, territory};
use crate::alembic::{environment, finder, inference, neighbour};
use crate::config::settings::Settings;
use crate::snapshot::{Kind, Snapshot};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Finds the projects of a snapshot, and those that settings name (ini files or script locations),
/// each with its environment.
pub fn find(snapshot: &Rc<Snapshot>, scope: Search<'_>, settings: &Settings) -> Vec<Project> {
    let all = placed(snapshot, scope, settings);
    asked(all.clone(), scope)
        .into_iter()
        .map(|project| project.with_environment(snapshot))
        .map(|project| neighbour::filled(snapshot, project, &all))
        .collect()
}

/// Finds the same projects without looking into their environments.
pub fn locate(snapshot: &Rc<Snapshot>, scope: Search<'_>, settings: &Settings) -> Vec<Project> {
    asked(placed(snapshot, scope, settings), scope)
}

/// Keeps the projects that are asked for.
fn asked(mut projects: Vec<Project>, scope: Search<'_>) -> Vec<Project> {
    if let Search::Around(paths) | Search::Declared(paths) = scope {
        projects
            .retain(|project| paths.iter().any(|path| project.concerns(path) || is_settings(path)));
    }
    projects
}

/// Finds the projects that settings name.
pub fn named(snapshot: &Rc<Snapshot>, settings: &Settings) -> Vec<Project> {
    placed(snapshot, Search::Around(&[]), settings)
}

/// Tells whether a file says that it is a revision, whether or not a project loads it.
pub fn is_revision(snapshot: &Snapshot, path: &str) -> bool {
    inference::has_header(snapshot, path)
}

fn placed(snapshot: &Snapshot, scope: Search<'_>, settings: &Settings) -> Vec<Project> {
    let projects = finder::find(snapshot, scope, &settings.projects);
    let projects = with_locations_of(settings, projects);
    let folders = undeclared(snapshot, scope, &projects, settings);
    let projects = match folders.is_empty() {
        true => projects,
        false => inference::complete(snapshot, projects, &folders),
    };
    let mut projects = with_locations_of(settings, projects);
    if matches!(scope, Search::Whole) {
        inference::without_templates(snapshot, &mut projects);
    }
    projects
}

/// Lets projects load what settings say.
fn with_locations_of(settings: &Settings, projects: Vec<Project>) -> Vec<Project> {
    let mut settled: Vec<Project> = Vec::new();
    for mut project in projects {
        let said = &settings.for_project(&project.name).version_locations;
        if !said.is_empty() {
            project.version_locations =
                said.iter().map(|path| path.trim_end_matches('/').to_owned()).collect();
            project.versions_from = VersionsFrom::Settings;
        }
        let same = |other: &Project| {
            other.script_location == project.script_location
                && other.version_locations == project.version_locations
        };
        if !settled.iter().any(same) {
            settled.push(project);
        }
    }
    settled
}

/// Returns the folders below which files are asked what no configuration says: the whole tree; or
/// the territory of each changed file that says that it is a revision and that no project loads,
/// and of each project that a change concerns.
fn undeclared(
    snapshot: &Snapshot,
    scope: Search<'_>,
    projects: &[Project],
    settings: &Settings,
) -> BTreeSet<String> {
    let (paths, asked) = match scope {
        Search::Around(paths) => (paths, paths),
        Search::Declared(paths) => (paths, &[][..]),
        Search::Whole => return BTreeSet::from([String::new()]),
    };
    let mut folders = BTreeSet::new();
    for path in asked.iter().filter(|path| path.ends_with(".py")) {
        if !projects.iter().any(|project| project.loads(path))
            && inference::has_header(snapshot, path)
        {
            folders.insert(territory(snapshot, folder_of(path)));
        }
    }
    for project in projects.iter().filter(|project| project.versions_from != VersionsFrom::Settings)
    {
        if paths.iter().any(|path| project.concerns(path)) {
            folders.extend(project.territories(snapshot));
        }
    }
    let is_folder =
        |path: &&String| snapshot.entry(path).is_some_and(|entry| entry.kind == Kind::Folder);
    folders.extend(settings.projects.iter().filter(is_folder).cloned());
    folders
}

impl Project {
    /// Reads the environment of a project.
    pub fn with_environment(mut self, snapshot: &Rc<Snapshot>) -> Self {
        self.environment = environment::read(snapshot, &self);
        self
    }

    /// Finds this project in another snapshot, by its configuration and by its folder; where
    /// nothing there says otherwise, it is as it is here. The environment is not read again.
    pub fn in_snapshot(&self, snapshot: &Rc<Snapshot>) -> Project {
        if self.versions_from == VersionsFrom::Settings {
            return self.clone();
        }
        let named = match &self.origin {
            Origin::Ini { path, .. } | Origin::Pyproject { path } => vec![path.clone()],
            Origin::Folder => Vec::new(),
        };
        let mut found = finder::find(snapshot, Search::Around(&[self.env_path()]), &named);
        let folders = self.territories(snapshot);
        if !folders.is_empty() {
            found = inference::complete(snapshot, found, &folders);
        }
        let project = self.counterpart(&found).unwrap_or(self);
        Project { environment: self.environment.clone(), ..project.clone() }
    }

    /// Tells whether nothing but headers says that Alembic loads the folder of a file.
    pub fn infers(&self, path: &str) -> bool {
        match self.versions_from {
            VersionsFrom::Files { configured, .. } => {
                let folder = folder_of(path);
                !self
                    .version_locations
                    .iter()
                    .take(configured)
                    .any(|said| self.covers(said, folder))
            }
            VersionsFrom::Configuration | VersionsFrom::Settings => false,
        }
    }
}
