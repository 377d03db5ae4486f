//! The digests of what a judgement of migrations rests on, in the trees of a change.

use crate::alembic::project::Project;
use crate::change::trees::Change;
use crate::ledger::scope;

/// The digests of one project.
pub struct Digests {
    /// Its name.
    pub project: String,
    /// Its digest in the tree that is judged.
    pub now: String,
    /// Its digest in each tree that this one grows from.
    pub before: Vec<String>,
}

/// Returns the digest of each project, by its name, with those it has in the trees that a change
/// grows from.
pub fn digests<'a>(
    projects: impl IntoIterator<Item = &'a Project>,
    change: &Change,
) -> Vec<Digests> {
    let of = |project: &Project| {
        let before =
            change.parents.iter().map(|parent| scope::digest(parent, &project.in_snapshot(parent)));
        Digests {
            project: project.name.clone(),
            now: scope::digest(&change.new, project),
            before: before.collect(),
        }
    };
    projects.into_iter().map(of).collect()
}
