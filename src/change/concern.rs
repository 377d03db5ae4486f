//! Which projects a change concerns, and the settings that it is read with.

use std::fs;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::{Origin, Project, Search};
use crate::alembic::{reads, search};
use crate::change::error::Error;
use crate::change::overrides::Overrides;
use crate::change::trees::{Change, Scope};
use crate::change::upstream::Kinship;
use crate::config::read;
use crate::config::settings::Settings;
use crate::review::verdict;
use crate::snapshot::{self, Kind, Snapshot};

/// The projects that a change concerns, and what is set.
pub struct Concerned {
    /// The projects.
    pub projects: Vec<Project>,
    /// What is set.
    pub settings: Settings,
}

impl Concerned {
    /// Returns the branch that settings name as released.
    pub fn upstream(&self) -> Option<&str> {
        self.settings.upstream.as_deref()
    }
}

/// Finds the projects that a change concerns, and what is set; nothing where it concerns no
/// migration.
pub fn concerned(change: &Change, overrides: &Overrides) -> Result<Option<Concerned>, Error> {
    let settings = settings(&change.new, overrides);
    if change.scope == Scope::Change && !change.paths.iter().any(|path| may_concern(path)) {
        let named = settings.as_ref().is_ok_and(|settings| names_change(change, settings));
        if !named {
            return Ok(None);
        }
    }
    let found = projects(change, &Settings::default());
    // Broken settings matter only where a migration is concerned; sound ones may name what nobody
    // would find.
    let projects = match &settings {
        Ok(settings) if settings.place_projects() || !settings.models.is_empty() => {
            projects(change, settings)
        }
        _ => found,
    };
    if let Ok(settings) = &settings
        && (change.scope == Scope::All || !projects.is_empty() || names_change(change, settings))
    {
        usable(&change.new, settings)?;
    }
    let mut projects = projects;
    let readers = readers(change, settings.as_ref().ok(), &projects);
    projects.extend(readers);
    if projects.is_empty() {
        return Ok(None);
    }
    Ok(Some(Concerned { projects, settings: settings? }))
}

/// Tells whether a file of this name may be a revision, configure a project or set something: what
/// [`Project::concerns`] can be about, unless settings name it.
fn may_concern(path: &str) -> bool {
    is_sign(path) || reads::may_be_read(path)
}

fn is_sign(path: &str) -> bool {
    snapshot::is_sign(path.as_bytes())
}

/// Finds the projects of which only a file that a revision reads is changed.
fn readers(change: &Change, settings: Option<&Settings>, found: &[Project]) -> Vec<Project> {
    let changed = reads::candidates(&change.paths);
    if change.scope != Scope::Change || changed.is_empty() {
        return Vec::new();
    }
    let fallback = Settings::default();
    let projects = search::find(&change.new, Search::Whole, settings.unwrap_or(&fallback));
    let known: Vec<&History> = change.known.iter().collect();
    let history =
        |project: &Project| History::read_beside(&change.new, &Rc::new(project.clone()), &known);
    let reads = |project: &Project| {
        project.counterpart(found).is_none() && reads::reads_any(&history(project), &changed)
    };
    projects.into_iter().filter(reads).collect()
}

/// Tells whether a change is one of the settings, or lies where they say that a project is.
fn names_change(change: &Change, settings: &Settings) -> bool {
    let is_named = |path: &String| {
        Some(path) == settings.from.as_ref()
            || settings.projects.iter().any(|named| path.starts_with(named.trim_end_matches('/')))
    };
    change.paths.iter().any(is_named)
}

/// Refuses settings that name a project where there is none.
pub fn usable(snapshot: &Rc<Snapshot>, settings: &Settings) -> Result<(), Error> {
    if settings.projects.is_empty() {
        return Ok(());
    }
    let projects = search::named(snapshot, settings);
    let lies_in = |path: &str, folder: &str| {
        path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    for named in &settings.projects {
        let name = named.trim_end_matches('/');
        let is_it = |project: &Project| {
            let written = match &project.origin {
                Origin::Ini { path, .. } | Origin::Pyproject { path } => path == name,
                Origin::Folder => false,
            };
            let mut folders = project.version_locations.iter().chain([&project.script_location]);
            written || folders.any(|folder| lies_in(folder, name))
        };
        if !projects.iter().any(is_it) {
            let why = match snapshot.entry(name) {
                None => "nothing of this name is in the tree",
                Some(entry) if entry.kind == Kind::Folder => {
                    "no `env.py` of Alembic's and no file with the header of a revision is in it"
                }
                Some(_) => "it says no `script_location` that is in the tree",
            };
            return Err(Error::UnusableProject { named: named.clone(), why });
        }
    }
    Ok(())
}

/// Finds the projects that a change concerns, in what would be and in what was.
pub(super) fn projects(change: &Change, settings: &Settings) -> Vec<Project> {
    let paths = relevant(change);
    let scope = match change.scope {
        // What models say is held against the migrations, wherever those stand.
        Scope::Change if touches_models(change, settings) => Search::Whole,
        Scope::Change | Scope::Files => Search::Around(&paths),
        Scope::State if !paths.is_empty() => Search::Around(&paths),
        Scope::All | Scope::State => Search::Whole,
    };
    let mut projects = search::find(&change.new, scope, settings);
    // What a file was is asked only where none is left to be asked.
    let is_gone = |path: &String| path.ends_with(".py") && change.new.entry(path).is_none();
    let before = match scope {
        Search::Around(paths) if !paths.iter().any(is_gone) => Search::Declared(paths),
        scope => scope,
    };
    // A branch of its own, such as one of web pages, takes no project away by having none.
    let is_beside = change.upstream.as_ref().is_some_and(|it| it.kinship == Kinship::Unrelated);
    if is_beside || takes_no_project_away(change) {
        return projects;
    }
    for parent in &change.parents {
        for old in search::locate(parent, before, settings) {
            if old.counterpart(&projects).is_none() {
                projects.push(old.with_environment(parent));
            }
        }
    }
    projects
}

/// Tells whether the names in a change say that each project of before is still there: files that
/// configure none were added or edited, as in a commit of code.
fn takes_no_project_away(change: &Change) -> bool {
    // The paths of a merge are those that differ from its first parent.
    let (Scope::Change, [parent]) = (change.scope, change.parents.as_slice()) else { return false };
    let is_file = |snapshot: &Snapshot, path: &str| {
        snapshot.entry(path).map(|entry| entry.kind == Kind::File)
    };
    change.paths.iter().all(|path| {
        let is_code = path.ends_with(".py");
        let configures = path.rsplit('/').next() == Some("env.py");
        let may = if is_code { !configures } else { !is_sign(path) };
        // A link may have stood for the folder of revisions.
        let was_file = || is_code || is_file(parent, path) != Some(false);
        may && is_file(&change.new, path) == Some(true) && was_file()
    })
}

/// Tells whether a change lies where the settings say that models stand.
fn touches_models(change: &Change, settings: &Settings) -> bool {
    let is_model = |path: &String| {
        path.ends_with(".py")
            && settings.models.iter().any(|folder| {
                let rest = path.strip_prefix(folder.as_str());
                rest.is_some_and(|rest| rest.starts_with('/') || rest == ".py" || rest.is_empty())
            })
    };
    change.paths.iter().any(is_model)
}

/// The paths of a change, without those of a `pyproject.toml` in which nothing about migrations
/// differs.
fn relevant(change: &Change) -> Vec<String> {
    let text =
        |snapshot: &Snapshot, path: &str| snapshot.text(path).map(|text| text.content().to_owned());
    let matters = |path: &&String| {
        let is_pyproject = path.rsplit('/').next() == Some(read::PYPROJECT);
        !is_pyproject || {
            let new = text(&change.new, path);
            let differs = |old: Option<String>| read::concerns(old.as_deref(), new.as_deref());
            match change.parents.as_slice() {
                [] => differs(None),
                parents => parents.iter().all(|parent| differs(text(parent, path))),
            }
        }
    };
    change.paths.iter().filter(matters).cloned().collect()
}

/// Reads the settings that a tree holds, or those of the file that the command line names.
pub fn settings(snapshot: &Snapshot, overrides: &Overrides) -> Result<Settings, Error> {
    let settings = match &overrides.config {
        Some(path) => {
            let content = fs::read_to_string(path)
                .map_err(|source| Error::File { path: path.clone(), source })?;
            read::read_file(&path.to_string_lossy(), &content)?
        }
        None => {
            let snapshot = overrides.trusted.as_ref().map_or(snapshot, |trusted| &trusted.tree);
            let text = |path: &str| snapshot.text(path).map(|text| text.content().to_owned());
            read::read(text(read::PYPROJECT).as_deref(), text(read::OWN_FILE).as_deref())?
        }
    };
    let of_projects = settings.by_project.values();
    let unknown =
        std::iter::once(&settings).chain(of_projects).flat_map(verdict::unknown_rules).next();
    match unknown {
        Some((id, nearest)) => Err(Error::UnknownRule { id, nearest }),
        None => Ok(settings),
    }
}
