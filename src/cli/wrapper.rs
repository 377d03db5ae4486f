//! The hook files that `install` writes: what stands at a hook's place, and how it is put there and taken away.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::error::Error;

/// The wrapper, byte for byte as `hooks/pre-commit` holds it. It learns from its own name which hook it is.
pub const SCRIPT: &str = include_str!("../../hooks/pre-commit");

/// The hooks that can refuse what is being committed.
pub const GATES: [&str; 3] = ["pre-commit", "pre-merge-commit", "pre-applypatch"];

/// The words by which a wrapper of any version is known.
const MARK: &str = "# safe-migration gate";

/// The place of one hook in the hooks folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    name: &'static str,
}

/// What stands at a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Nothing,
    /// This version's wrapper.
    Installed,
    /// Another version's wrapper, or one that cannot be executed.
    Outdated,
    /// A framework's hook that calls the wrapper, which it moved to `.legacy`.
    BehindFramework,
    /// Somebody else's hook.
    Foreign,
}

/// What was done to a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The wrapper was there already.
    AlreadyThere,
    /// The wrapper stands where nothing stood.
    Installed,
    /// The wrapper stands where another version of it stood.
    Renewed,
    /// The wrapper stands, and runs first what stood there before.
    Chained,
    /// The wrapper is gone.
    Removed,
    /// The wrapper is gone and what stood there before is back.
    Restored,
    /// There was no wrapper.
    NothingToRemove,
}

impl Place {
    /// Names the place of a hook.
    pub fn new(folder: &Path, name: &'static str) -> Self {
        Place { folder: folder.to_owned(), name }
    }

    /// Returns the hook's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Tells what stands there.
    pub fn standing(&self) -> Result<Standing, Error> {
        let script = self.path("");
        if fs::symlink_metadata(&script).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return Ok(Standing::Nothing);
        }
        let text = fs::read(&script).unwrap_or_default();
        match () {
            () if text == SCRIPT.as_bytes() && is_executable(&script) => Ok(Standing::Installed),
            () if is_ours(&text) => Ok(Standing::Outdated),
            () if self.is_behind_framework() => Ok(Standing::BehindFramework),
            () => Ok(Standing::Foreign),
        }
    }

    /// Puts the wrapper there; what stood there before is kept beside it.
    pub fn install(&self) -> Result<Done, Error> {
        let script = self.path("");
        let done = match self.standing()? {
            Standing::Installed | Standing::BehindFramework => return Ok(Done::AlreadyThere),
            Standing::Nothing => Done::Installed,
            Standing::Outdated => Done::Renewed,
            Standing::Foreign => {
                self.set_aside()?;
                Done::Chained
            }
        };
        fs::create_dir_all(&self.folder).map_err(|source| failed(&self.folder, source))?;
        write_executable(&script).map_err(|source| failed(&script, source))?;
        Ok(done)
    }

    /// Takes the wrapper away and puts back what stood there before.
    pub fn uninstall(&self) -> Result<Done, Error> {
        let script = match self.standing()? {
            Standing::Installed | Standing::Outdated => self.path(""),
            Standing::BehindFramework => self.path(".legacy"),
            Standing::Nothing | Standing::Foreign => return Ok(Done::NothingToRemove),
        };
        let before = self.before();
        match fs::symlink_metadata(&before) {
            Ok(_) => fs::rename(&before, &script).map_err(|source| failed(&before, source)).map(|()| Done::Restored),
            Err(_) => fs::remove_file(&script).map_err(|source| failed(&script, source)).map(|()| Done::Removed),
        }
    }

    /// Returns where the hook that stood there before is kept.
    pub fn before(&self) -> PathBuf {
        self.path(".before-safe-migration")
    }

    fn set_aside(&self) -> Result<(), Error> {
        let (script, before) = (self.path(""), self.before());
        if fs::symlink_metadata(&before).is_ok() {
            return Err(Error::HookInTheWay { hook: script, kept: before });
        }
        fs::rename(&script, &before).map_err(|source| failed(&script, source))
    }

    fn is_behind_framework(&self) -> bool {
        fs::read(self.path(".legacy")).is_ok_and(|text| is_ours(&text))
    }

    fn path(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("{}{suffix}", self.name))
    }
}

fn is_ours(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).lines().take(3).any(|line| line.starts_with(MARK))
}

/// Writes the wrapper beside its place first, so that git never meets half of it.
fn write_executable(script: &Path) -> io::Result<()> {
    let draft = script.with_extension("safe-migration-draft");
    fs::write(&draft, SCRIPT)?;
    make_executable(&draft)?;
    fs::rename(&draft, script)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> bool {
    true
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::File { path: path.to_owned(), source }
}
