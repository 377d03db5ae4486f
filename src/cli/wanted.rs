//! What a command line names of what is staged: files, folders, revisions.

use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::migration::Migration;
use crate::git::repository::Repository;

/// What the command line names: each as it was typed, and as a path from the top of the work tree.
pub(super) struct Wanted {
    names: Vec<(String, String)>,
}

impl Wanted {
    /// Reads what was typed.
    pub(super) fn of(repository: &Repository, paths: &[PathBuf]) -> Self {
        let here = std::env::current_dir().ok();
        let top = repository.work_tree().ok().and_then(|top| std::fs::canonicalize(top).ok());
        let folder =
            here.zip(top).and_then(|(here, top)| Some(here.strip_prefix(top).ok()?.to_owned()));
        let folder = folder.unwrap_or_default();
        let name =
            |path: &PathBuf| (path.to_string_lossy().into_owned(), plain(&folder.join(path)));
        Wanted { names: paths.iter().map(name).collect() }
    }

    /// Returns what was typed, each with the path that it is from the top of the work tree.
    pub(super) fn names(&self) -> &[(String, String)] {
        &self.names
    }

    /// Tells whether a name is that of a file, or of a folder that it lies in.
    pub(super) fn is_path((_, path): &(String, String), file: &str) -> bool {
        let below = || {
            path.is_empty()
                || file.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        file == path || below()
    }

    /// Returns the migrations of a history that are named.
    pub(super) fn of_history(&self, history: &History) -> Vec<Rc<Migration>> {
        let files = history.files().iter().filter(|file| {
            self.names.is_empty()
                || self.names.iter().any(|name| is_named(name, &file.path, file.header.revision()))
        });
        files.filter_map(|file| history.migration(&file.path)).collect()
    }

    /// Returns what names nothing of what was found.
    pub(super) fn not_found(&self, found: &[Rc<Migration>]) -> Option<String> {
        let is_found = |name: &(String, String)| {
            found
                .iter()
                .any(|migration| is_named(name, &migration.path, Some(&migration.header.revision)))
        };
        self.names.iter().find(|name| !is_found(name)).map(|(typed, _)| typed.clone())
    }
}

/// A migration is named by its path, its folder, or its revision id.
fn is_named(name: &(String, String), file: &str, revision: Option<&str>) -> bool {
    Wanted::is_path(name, file) || revision == Some(&name.0)
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
