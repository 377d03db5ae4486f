//! Drafts, shown or written to the work tree. Nothing is staged.

use std::fs;
use std::path::Path;

use crate::change::draft::{Draft, DraftFile};
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::snapshot::Snapshot;

/// Whether a draft is shown or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// It is shown as a diff.
    DryRun,
    /// It is written.
    Real,
}

impl Writing {
    /// Reads `--dry-run`.
    pub fn of(dry_run: bool) -> Self {
        if dry_run { Writing::DryRun } else { Writing::Real }
    }

    /// Shows a draft, or writes it.
    pub fn perform(
        self,
        repository: &Repository,
        tree: &Snapshot,
        draft: &Draft,
        output: &Output,
    ) -> Result<(), Error> {
        if self == Writing::DryRun {
            output.write(&draft.diff(tree))?;
            return Ok(());
        }
        let root = repository.work_tree()?;
        // All is looked at before anything is written: half a chain would be worse than none.
        for (path, file) in draft.files() {
            may_be_written(&root, tree, path, file)?;
        }
        draft.files().try_for_each(|(path, file)| write(&root, path, file))
    }
}

/// Refuses where the work tree holds something else than what was read.
fn may_be_written(root: &Path, tree: &Snapshot, path: &str, file: &DraftFile) -> Result<(), Error> {
    if let Some(was) = &file.was {
        let staged = tree.entry(was).and_then(|entry| tree.bytes_of(&entry.id));
        if fs::read(root.join(was)).ok() != staged {
            return Err(Error::Unstaged { path: was.clone() });
        }
    }
    let is_taken = file.was.as_deref() != Some(path) && root.join(path).exists();
    if is_taken { Err(Error::Taken { path: path.to_owned() }) } else { Ok(()) }
}

fn write(root: &Path, path: &str, file: &DraftFile) -> Result<(), Error> {
    let place = root.join(path);
    let failed = |source| Error::File { path: place.clone(), source };
    if let Some(was) = file.was.as_ref().filter(|was| *was != path) {
        fs::rename(root.join(was), &place).map_err(failed)?;
    }
    fs::write(&place, &file.text).map_err(failed)
}
