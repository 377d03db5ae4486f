//! What a tree holds, written to a folder that is kept between runs, so that only what differs is
//! written again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::program;
use crate::scratch::error::Error;
use crate::snapshot::ObjectId;

/// Writes a tree to a folder and returns it.
///
/// git does it, with an index of its own beside the folder; filters and hooks of the repository do
/// not run.
pub fn write(tree: &ObjectId, place: &Path) -> Result<PathBuf, Error> {
    let folder = place.join("tree");
    fs::create_dir_all(&folder).map_err(|source| Error::File { path: folder.clone(), source })?;
    let work_tree = format!("--work-tree={}", folder.display());
    let tree = tree.to_string();
    let off = program::without_filters();
    let settings = off.iter().flat_map(|setting| ["-c", setting.as_str()]);
    let read = ["-c", "core.sparseCheckout=false", &work_tree, "read-tree", "--reset", "-u", &tree];
    let mut command = program::command(&settings.chain(read).collect::<Vec<_>>());
    command.env("GIT_INDEX_FILE", place.join("index"));
    program::answer(command)?;
    Ok(folder)
}

/// Copies files that git does not track, such as generated ones, from the work tree.
pub fn copy(names: &[String], work_tree: &Path, folder: &Path) -> Result<(), Error> {
    for name in names {
        let (from, to) = (work_tree.join(name), folder.join(name));
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)
                .map_err(|source| Error::File { path: parent.to_owned(), source })?;
        }
        fs::copy(&from, &to).map_err(|source| Error::File { path: from.clone(), source })?;
    }
    Ok(())
}
