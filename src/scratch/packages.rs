//! What can be seen of an interpreter's packages without starting it: their files.
//!
//! A branch can name any program as the project's Python, so nothing but `verify` starts one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::scratch::error::Error;
use crate::scratch::interpreter::candidates;

/// An interpreter, and the folders that its packages lie in.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The executable.
    pub path: PathBuf,
    libraries: Vec<PathBuf>,
}

impl Seen {
    /// Finds the first interpreter whose packages hold Alembic and SQLAlchemy, among those that
    /// `verify` would ask.
    ///
    /// # Errors
    ///
    /// `NoPython` where there is none, `Lacks` where there is one without Alembic or SQLAlchemy.
    pub fn find(configured: Option<&str>, folders: &[PathBuf]) -> Result<Self, Error> {
        let mut refusal = match configured {
            Some(python) => Error::NoSuchPython { python: python.into() },
            None => Error::NoPython,
        };
        for path in candidates(configured, folders).into_iter().filter_map(on_disk) {
            let seen = Seen { libraries: libraries(&path), path };
            match ["alembic", "sqlalchemy"].into_iter().find(|module| !seen.has(module)) {
                None => return Ok(seen),
                Some(module) if matches!(refusal, Error::NoPython | Error::NoSuchPython { .. }) => {
                    refusal = Error::Lacks { python: seen.path, module: module.to_owned() }
                }
                Some(_) => {}
            }
        }
        Err(refusal)
    }

    /// Tells whether its packages hold a module, or the metadata of a package of that name, as an
    /// editable install has it.
    pub fn has(&self, module: &str) -> bool {
        let metadata = format!("{module}-");
        let is_metadata = |name: String| {
            let name = name.to_lowercase();
            name.starts_with(&metadata)
                && (name.ends_with(".dist-info") || name.ends_with(".egg-info"))
        };
        self.libraries.iter().any(|library| {
            library.join(module).is_dir()
                || library.join(format!("{module}.py")).is_file()
                || names(library).into_iter().any(is_metadata)
        })
    }
}

/// Returns where a program lies: as it is named, else on PATH.
fn on_disk(program: PathBuf) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.exists().then_some(program);
    }
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(&program)).find(|program| program.is_file())
}

/// The folders in which an interpreter looks for packages: those of its own, of the environment's
/// base where it says so, the user's, and those of PYTHONPATH (Python's module `site`).
fn libraries(python: &Path) -> Vec<PathBuf> {
    let prefix = |program: &Path| program.parent().and_then(Path::parent).map(Path::to_owned);
    let mut prefixes: Vec<PathBuf> = prefix(python).into_iter().collect();
    let environment = prefixes.first().map(|prefix| prefix.join("pyvenv.cfg"));
    let said = environment.and_then(|file| fs::read_to_string(file).ok());
    let is_open = said.as_ref().is_none_or(|said| {
        said.lines().any(|line| line.replace(' ', "") == "include-system-site-packages=true")
    });
    if is_open {
        prefixes.extend(fs::canonicalize(python).ok().and_then(|python| prefix(&python)));
        prefixes.extend(env::var_os("HOME").map(|home| Path::new(&home).join(".local")));
    }
    let below = prefixes.iter().flat_map(|prefix| in_prefix(prefix));
    let said = env::var_os("PYTHONPATH").unwrap_or_default();
    below.chain(env::split_paths(&said)).filter(|folder| folder.is_dir()).collect()
}

fn in_prefix(prefix: &Path) -> Vec<PathBuf> {
    let mut folders = vec![prefix.join("Lib").join("site-packages")];
    for lib in [prefix.join("lib"), prefix.join("lib64"), prefix.join("local").join("lib")] {
        for name in names(&lib).into_iter().filter(|name| name.starts_with("python")) {
            folders
                .extend(["site-packages", "dist-packages"].map(|kind| lib.join(&name).join(kind)));
        }
    }
    folders
}

fn names(folder: &Path) -> Vec<String> {
    let rows = fs::read_dir(folder).into_iter().flatten().flatten();
    rows.filter_map(|row| row.file_name().into_string().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_looked_at_and_not_started() {
        let folder = tempfile::tempdir().unwrap();
        let python = folder.path().join("bin").join("python");
        let library = folder.path().join("lib/python3.12/site-packages");
        fs::create_dir_all(python.parent().unwrap()).unwrap();
        fs::create_dir_all(library.join("alembic")).unwrap();
        fs::write(&python, "").unwrap();
        let find = || Seen::find(Some(python.to_str().unwrap()), &[]);
        assert!(matches!(find(), Err(Error::Lacks { module, .. }) if module == "sqlalchemy"));
        fs::create_dir_all(library.join("SQLAlchemy-2.0.dist-info")).unwrap();
        let seen = find().unwrap();
        assert!(seen.has("alembic") && !seen.has("psycopg"));
        let gone = folder.path().join("gone").join("python");
        assert!(matches!(Seen::find(gone.to_str(), &[]), Err(Error::NoSuchPython { .. })));
    }
}
