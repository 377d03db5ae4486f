//! Why none of what a named path means is judged.

use std::rc::Rc;

use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::change::named::Named;
use crate::change::project_input::ProjectInput;
use crate::config::settings::Settings;
use crate::review::subject::Judged;
use crate::snapshot::Snapshot;

/// Returns why none of what a path means is judged, as a sentence; nothing where some of it is.
pub fn unjudged(named: &Named, inputs: &[ProjectInput], tree: &Rc<Snapshot>) -> Option<String> {
    let mut rows = inputs.iter().flat_map(|input| {
        input.revised.iter().filter(|row| named.files.iter().any(|file| **file == *row.path))
    });
    match rows.clone().any(|row| row.judged != Judged::Not) {
        true => None,
        false if rows.next().is_some() => {
            Some(format!("`{}` is not judged: `start-after` leaves it out", named.typed))
        }
        false => Some(format!("`{}` {}", named.typed, why(named, inputs, tree))),
    }
}

fn why(named: &Named, inputs: &[ProjectInput], tree: &Rc<Snapshot>) -> String {
    if named.files.is_empty() {
        return "holds no migration".to_owned();
    }
    if !named.is_folder && !named.typed.ends_with(".py") {
        return "is no Python file, and a migration is one".to_owned();
    }
    let unloaded = "is not loaded by any Alembic project";
    let missing = named.configuration.as_ref().filter(|path| tree.entry(path).is_none());
    if let Some(path) = missing {
        return format!("{unloaded}: `{path}` is not added (git add {path})");
    }
    let judged = inputs.iter().map(|input| (*input.project).clone());
    let there = search::locate(tree, Search::Whole, &Settings::default());
    let own = |project: &Project| named.configuration.as_ref() == Some(&project.name);
    let projects: Vec<Project> = judged.chain(there).collect();
    match projects.iter().find(|project| own(project)).or(projects.first()) {
        Some(project) => {
            format!("{unloaded}: `{}` loads {}", project.name, project.version_locations.join(", "))
        }
        None => {
            format!("{unloaded}: no `alembic.ini`, `[tool.alembic]` or env.py lies above it")
        }
    }
}
