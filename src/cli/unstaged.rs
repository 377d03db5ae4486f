//! Migrations that lie in the work tree and are not staged: what `verify` finds nothing in the index
//! for is often one of them.

use std::fs;
use std::path::Path;
use std::rc::Rc;

use crate::alembic::project::{Project, Search};
use crate::alembic::search;
use crate::change::concern;
use crate::change::overrides::Overrides;
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::git::digest;
use crate::git::repository::Repository;
use crate::snapshot::Snapshot;

/// Names the first migration that is not staged, if there is one.
pub fn hint(
    repository: &Repository,
    staged: &Rc<Snapshot>,
    overrides: &Overrides,
    output: &Output,
) -> Result<(), Error> {
    let Ok(root) = repository.work_tree() else { return Ok(()) };
    let settings = concern::settings(staged, overrides)?;
    let projects = search::find(staged, Search::Whole, &settings);
    if let Some(path) = projects.iter().find_map(|project| first(project, staged, &root)) {
        output
            .notice(&format!("`{path}` lies in the work tree as it is not staged: git add {path}"));
    }
    Ok(())
}

/// The first file of a project's version folders that the index holds otherwise or not at all.
fn first(project: &Project, staged: &Snapshot, root: &Path) -> Option<String> {
    project.version_locations.iter().find_map(|folder| {
        let rows = fs::read_dir(root.join(folder)).ok()?.flatten();
        let mut names: Vec<String> =
            rows.filter_map(|row| row.file_name().into_string().ok()).collect();
        names.sort();
        let is_new = |path: &String| {
            let Ok(content) = fs::read(root.join(path)) else { return false };
            let known = staged.entry(path).map(|entry| entry.id);
            memchr::memmem::find(&content, b"down_revision").is_some()
                && known != Some(digest::of(&content))
        };
        let python = names.iter().filter(|name| name.ends_with(".py"));
        python.map(|name| format!("{folder}/{name}")).find(is_new)
    })
}
