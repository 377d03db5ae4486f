//! The project beside one that only its files say: a plug-in's tree runs on the database of the
//! application that loads it.

use std::rc::Rc;

use crate::alembic::project::{Origin, Project, VersionsFrom};
use crate::snapshot::Snapshot;

/// Lets a project that headers alone say, and of whose database nothing speaks, run on the database
/// of the configured project that is nearest to it.
pub(crate) fn filled(snapshot: &Rc<Snapshot>, project: Project, all: &[Project]) -> Project {
    if !is_inferred(&project) || !project.environment.dialects.is_empty() {
        return project;
    }
    let Some(beside) = nearest(&project, all) else { return project };
    let beside = beside.clone().with_environment(snapshot);
    let dialects = beside.environment.dialects.into_iter();
    let dialects =
        dialects.map(|(dialect, why)| (dialect, format!("that of `{}`: {why}", beside.name)));
    let mut project = project;
    project.environment.dialects = dialects.collect();
    project.environment.relative = beside.environment.relative;
    project
}

/// Tells whether nothing but headers says that there is a project.
fn is_inferred(project: &Project) -> bool {
    project.origin == Origin::Folder && project.versions_from != VersionsFrom::Configuration
}

/// Returns the configured project whose scripts share the most folders with a project; nothing
/// where two are as near.
fn nearest<'a>(project: &Project, all: &'a [Project]) -> Option<&'a Project> {
    let near = |other: &Project| shared(&project.name, &other.script_location);
    let configured = || all.iter().filter(|other| !is_inferred(other));
    let most = configured().map(near).max()?;
    let mut nearest = configured().filter(|other| near(other) == most);
    nearest.next().filter(|_| nearest.next().is_none())
}

/// Returns how many folders two paths begin with alike.
pub(super) fn shared(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count()
}
