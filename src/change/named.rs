//! Paths that the command line names: files as they are on disk, and the migrations in folders.

use std::fs;
use std::path::{Path, PathBuf};

use crate::change::disk;
use crate::change::error::Error;

/// The largest file that is looked at to see whether it is a revision.
const LARGEST: u64 = 1 << 20;

/// A path that the command line names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The path as it was typed.
    pub(crate) typed: String,
    /// The Python files that it means, from the root: itself, or those of the folders below it
    /// that hold a revision.
    pub files: Vec<String>,
    /// Whether it is a folder.
    pub(crate) is_folder: bool,
    /// The nearest file of Alembic's configuration on disk, from the root.
    pub(crate) configuration: Option<String>,
}

impl Named {
    /// Finds what paths mean that lie below a root.
    pub fn read(root: &Path, paths: &[PathBuf]) -> Result<Vec<Self>, Error> {
        let root = fs::canonicalize(root)
            .map_err(|source| Error::File { path: root.to_owned(), source })?;
        paths.iter().map(|path| Named::one(&root, path)).collect()
    }

    fn one(root: &Path, path: &Path) -> Result<Self, Error> {
        let whole = fs::canonicalize(path)
            .map_err(|source| Error::NamedPath { path: path.to_owned(), source })?;
        let inside = below(root, &whole, path)?;
        let is_folder = whole.is_dir();
        let files = match is_folder {
            true => revisions_below(root, &whole),
            false => vec![inside],
        };
        Ok(Named {
            typed: path.display().to_string(),
            files,
            is_folder,
            configuration: configuration(root, &whole),
        })
    }
}

/// Returns the path of a file from a root, as git writes it; the file need not be there yet.
pub fn path_in(root: &Path, file: &Path) -> Result<String, Error> {
    let unreadable = |source| Error::NamedPath { path: file.to_owned(), source };
    let root = fs::canonicalize(root).map_err(unreadable)?;
    let folder = file.parent().unwrap_or(Path::new("."));
    let whole = fs::canonicalize(folder)
        .map(|folder| file.file_name().map_or(folder.clone(), |name| folder.join(name)))
        .map_err(unreadable)?;
    below(&root, &whole, file)
}

/// Returns the path of a file from the root, as git writes it.
fn below(root: &Path, whole: &Path, typed: &Path) -> Result<String, Error> {
    let outside = || Error::OutsideOfWorkTree { path: typed.to_owned() };
    let path = whole.strip_prefix(root).map_err(|_| outside())?;
    path.to_str().map(|path| path.replace('\\', "/")).ok_or_else(outside)
}

/// Finds the Python files in all folders below one that hold a revision.
fn revisions_below(root: &Path, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut python = Vec::new();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            match () {
                () if kind.is_dir() && !disk::is_foreign(&path) => folders.push(path),
                () if kind.is_file() && path.extension().is_some_and(|end| end == "py") => {
                    python.push(path);
                }
                () => {}
            }
        }
        if python.iter().any(|path| looks_like_a_revision(path)) {
            found.extend(python.iter().filter_map(|path| below(root, path, path).ok()));
        }
    }
    found.sort();
    found
}

fn looks_like_a_revision(path: &Path) -> bool {
    let is_small = fs::metadata(path).is_ok_and(|facts| facts.len() <= LARGEST);
    is_small
        && fs::read(path)
            .is_ok_and(|bytes| memchr::memmem::find(&bytes, b"down_revision").is_some())
}

/// Finds the nearest configuration of Alembic above a path.
fn configuration(root: &Path, whole: &Path) -> Option<String> {
    let folders = whole.ancestors().take_while(|folder| folder.starts_with(root));
    let file = folders.map(|folder| folder.join("alembic.ini")).find(|path| path.is_file())?;
    below(root, &file, &file).ok()
}
