//! Revisions that a project does not load, by the names of their files.

use crate::alembic::location::join;
use crate::alembic::project::Project;
use crate::snapshot::{Kind, Snapshot};

/// Finds a file outside of the project whose name begins with the id of a revision, as Alembic names
/// its files.
pub fn file_of(snapshot: &Snapshot, project: &Project, id: &str) -> Option<String> {
    let is_its = |name: &str| {
        let behind = name.strip_prefix(id).unwrap_or_default();
        behind.starts_with(['_', '.']) && behind.ends_with(".py")
    };
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in snapshot.search(&folder, is_its) {
            let path = join(&folder, &entry.name).unwrap_or_default();
            match entry.kind {
                Kind::Folder if !snapshot.is_barren(&entry) => folders.push(path),
                Kind::File if !project.loads(&path) => return Some(path),
                _ => {}
            }
        }
    }
    None
}
