//! The work trees of a repository, and the folder that git runs hooks from in each.

use std::path::{Path, PathBuf};

use crate::git::error::Error;
use crate::git::program::{answer, as_configured, command};

/// A work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkTree {
    /// Its top.
    pub path: PathBuf,
    /// The folder that git runs hooks from there; it need not exist.
    pub hooks_dir: PathBuf,
}

/// Lists the work trees that are there, the main one first.
pub fn worktrees() -> Result<Vec<WorkTree>, Error> {
    let listed = answer(command(&["worktree", "list", "--porcelain"]))?;
    let mut found = Vec::new();
    for record in listed.split("\n\n") {
        let is_bare = record.lines().any(|line| line == "bare");
        let path =
            record.lines().find_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from);
        if let Some(path) = path.filter(|path| !is_bare && path.is_dir()) {
            let hooks_dir = hooks_dir(&path)?;
            found.push(WorkTree { path, hooks_dir });
        }
    }
    Ok(found)
}

/// Asks git itself, because conditional includes, settings of one work tree and relative paths all
/// count.
fn hooks_dir(work_tree: &Path) -> Result<PathBuf, Error> {
    let mut ask = as_configured(&["rev-parse", "--git-path", "hooks"]);
    ask.current_dir(work_tree);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR"] {
        ask.env_remove(name);
    }
    answer(ask).map(|path| work_tree.join(path))
}
