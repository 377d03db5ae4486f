//! Revisions that a project does not load, by the names of their files.

use crate::alembic::project::Project;
use crate::alembic::signs::{anywhere, path_of};
use crate::snapshot::{Kind, Snapshot};

/// Finds a file outside of the project whose name begins with the id of a revision, as Alembic names
/// its files.
pub fn file_of(snapshot: &Snapshot, project: &Project, id: &str) -> Option<String> {
    let is_its = |name: &str| {
        let behind = name.strip_prefix(id).unwrap_or_default();
        behind.starts_with(['_', '.']) && behind.ends_with(".py")
    };
    let mut found = None;
    anywhere(snapshot, is_its, |folder, entry| {
        let path = path_of(folder, entry);
        if entry.kind == Kind::File && found.is_none() && !project.loads(&path) {
            found = Some(path);
        }
    });
    found
}
