//! The hook files that `install` writes: what stands at a hook's place, and how it is put there and
//! taken away.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::error::Error;

/// A hook of git that `install` writes. Its script learns from its own name which hook it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hook {
    /// The name that git calls it by.
    pub name: &'static str,
    /// What it is there for.
    pub duty: Duty,
}

/// What a hook is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// It can refuse a commit.
    Gate,
    /// It writes into the ledger what went around the gate.
    Record,
    /// It can refuse a push.
    Push,
    /// It can refuse what is pushed, on the server.
    Receive,
}

/// The hooks of a repository that people work in.
pub const HOOKS: [Hook; 8] = [
    Hook { name: "pre-commit", duty: Duty::Gate },
    Hook { name: "pre-merge-commit", duty: Duty::Gate },
    Hook { name: "pre-applypatch", duty: Duty::Gate },
    Hook { name: "post-commit", duty: Duty::Record },
    Hook { name: "post-merge", duty: Duty::Record },
    Hook { name: "post-applypatch", duty: Duty::Record },
    Hook { name: "post-rewrite", duty: Duty::Record },
    Hook { name: "pre-push", duty: Duty::Push },
];

/// The hooks of a repository that is only pushed to.
pub const SERVER_HOOKS: [Hook; 1] = [Hook { name: "pre-receive", duty: Duty::Receive }];

impl Hook {
    /// Returns the script, byte for byte as the folder `hooks` holds it.
    pub fn script(self) -> &'static str {
        match self.duty {
            Duty::Gate => include_str!("../../hooks/pre-commit"),
            Duty::Record => include_str!("../../hooks/post-commit"),
            Duty::Push => include_str!("../../hooks/pre-push"),
            Duty::Receive => include_str!("../../hooks/pre-receive"),
        }
    }
}

/// The words by which a wrapper of any version is known.
const MARKS: [&str; 2] = ["# safe-migration gate", "# safe-migration recorder"];

/// The place of one hook in the hooks folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    folder: PathBuf,
    hook: Hook,
}

/// What stands at a hook's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookStatus {
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
    pub fn new(folder: &Path, hook: Hook) -> Self {
        Place { folder: folder.to_owned(), hook }
    }

    /// Returns the hook.
    pub fn hook(&self) -> Hook {
        self.hook
    }

    /// Tells whether git would run whatever stands there.
    pub fn is_executable(&self) -> bool {
        is_executable(&self.path(""))
    }

    /// Returns the words of whatever stands there.
    pub fn text(&self) -> String {
        fs::read(self.path(""))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// Tells what stands there.
    pub fn status(&self) -> Result<HookStatus, Error> {
        let script = self.path("");
        if fs::symlink_metadata(&script).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        {
            return Ok(HookStatus::Nothing);
        }
        let text = fs::read(&script).unwrap_or_default();
        match () {
            () if text == self.hook.script().as_bytes() && is_executable(&script) => {
                Ok(HookStatus::Installed)
            }
            () if is_ours(&text) => Ok(HookStatus::Outdated),
            () if self.is_behind_framework() => Ok(HookStatus::BehindFramework),
            () => Ok(HookStatus::Foreign),
        }
    }

    /// Puts the wrapper there; what stood there before is kept beside it.
    pub fn install(&self) -> Result<Done, Error> {
        let script = self.path("");
        let done = match self.status()? {
            HookStatus::Installed | HookStatus::BehindFramework => return Ok(Done::AlreadyThere),
            HookStatus::Nothing => Done::Installed,
            HookStatus::Outdated => Done::Renewed,
            HookStatus::Foreign => {
                self.set_aside()?;
                Done::Chained
            }
        };
        fs::create_dir_all(&self.folder).map_err(|source| failed(&self.folder, source))?;
        write_executable(&script, self.hook.script()).map_err(|source| failed(&script, source))?;
        Ok(done)
    }

    /// Takes the wrapper away and puts back what stood there before.
    pub fn uninstall(&self) -> Result<Done, Error> {
        let script = match self.status()? {
            HookStatus::Installed | HookStatus::Outdated => self.path(""),
            HookStatus::BehindFramework => self.path(".legacy"),
            HookStatus::Nothing | HookStatus::Foreign => return Ok(Done::NothingToRemove),
        };
        let before = self.before();
        match fs::symlink_metadata(&before) {
            Ok(_) => fs::rename(&before, &script)
                .map_err(|source| failed(&before, source))
                .map(|()| Done::Restored),
            Err(_) => fs::remove_file(&script)
                .map_err(|source| failed(&script, source))
                .map(|()| Done::Removed),
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
        self.folder.join(format!("{}{suffix}", self.hook.name))
    }
}

fn is_ours(text: &[u8]) -> bool {
    String::from_utf8_lossy(text)
        .lines()
        .take(3)
        .any(|line| MARKS.iter().any(|mark| line.starts_with(mark)))
}

/// Writes the wrapper beside its place first, so that git never meets half of it.
fn write_executable(script: &Path, text: &str) -> io::Result<()> {
    let draft = script.with_extension("safe-migration-draft");
    fs::write(&draft, text)?;
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
