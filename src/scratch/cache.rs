//! What is kept between runs, and whose turn it is.
//!
//! The folder of a repository holds its checkout and its scratch servers with a template for each
//! point of the history that was reached. It lies outside of the repository, where a server of
//! another user can reach it too. One run at a time uses it: the others wait.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::git::digest;
use crate::scratch::error::Error;
use crate::scratch::leftover::{self, Notes};
use crate::text::cut;

/// The file that is locked, the one that `named` writes, and the one that names the repository.
const KEPT: [&str; 3] = ["lock", "number", "repository"];

/// The folder of a repository, locked for this run until it is dropped.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    notes: Notes,
    _turn: File,
}

impl Cache {
    /// Opens the folder of a repository, which is identified by its common directory, waits for its
    /// turn, and takes away what a run that was killed has left.
    pub fn open(common_dir: &Path, waiting: impl FnOnce()) -> Result<Self, Error> {
        let name = digest::of(common_dir.as_os_str().as_encoded_bytes()).to_string();
        let folder = root().join(cut::to(&name, 16));
        let failed = |source| Error::NoPlace { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let turn = File::create(folder.join("lock")).map_err(failed)?;
        if turn.try_lock().is_err() {
            waiting();
            turn.lock().map_err(failed)?;
        }
        let notes = Notes::of(&folder);
        notes.settle();
        fs::write(folder.join("repository"), common_dir.as_os_str().as_encoded_bytes())
            .map_err(failed)?;
        prune();
        Ok(Cache { folder, notes, _turn: turn })
    }

    /// Returns a place in it.
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Returns the notes of what this run starts and makes.
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Forgets everything that is kept, but for whose turn it is and what databases on a named
    /// server are called.
    pub fn clear(&self) -> Result<(), Error> {
        leftover::end_kept(&self.place("kept"));
        let rows = fs::read_dir(&self.folder)
            .map_err(|source| Error::File { path: self.folder.clone(), source })?;
        for row in rows.flatten().filter(|row| !KEPT.iter().any(|name| row.file_name() == *name)) {
            let path = row.path();
            let gone =
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|source| Error::File { path, source })?;
        }
        Ok(())
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // What this run started has ended with its owners, which are gone by now.
        self.notes.settle();
    }
}

/// Takes away what is kept of repositories that are gone.
fn prune() {
    for row in fs::read_dir(root()).into_iter().flatten().flatten() {
        let folder = row.path();
        let Ok(named) = fs::read_to_string(folder.join("repository")) else { continue };
        let free = File::open(folder.join("lock")).is_ok_and(|lock| lock.try_lock().is_ok());
        if free && !Path::new(&named).exists() {
            leftover::end_kept(&folder.join("kept"));
            let _somebody_elses = fs::remove_dir_all(&folder);
        }
    }
}

/// A folder for what is kept: a server that root starts runs as another user, who cannot look into
/// root's home.
fn root() -> PathBuf {
    let named = env::var_os("SAFE_MIGRATION_CACHE").map(PathBuf::from);
    let of_user = || {
        let kept = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        kept.or_else(|| env::home_dir().map(|home| home.join(".cache")))
    };
    named.unwrap_or_else(|| match (is_root(), of_user()) {
        (false, Some(folder)) => folder.join("safe-migration"),
        (true, _) => PathBuf::from("/var/tmp/safe-migration"),
        (false, None) => env::temp_dir().join("safe-migration"),
    })
}

/// Tells whether this process is root's.
#[cfg(unix)]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self")
        .map(|process| process.uid() == 0)
        .unwrap_or_else(|_| env::var("USER").is_ok_and(|name| name == "root"))
}

/// Tells whether this process is root's.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// A number that nobody can guess.
pub fn marker() -> String {
    use std::hash::{BuildHasher, RandomState};
    let number = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", number(), number())
}
