//! The Python that the project runs on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::scratch::error::Error;
use crate::scratch::walls::Walls;

/// Virtual environments that projects keep beside their code.
const BESIDE: [&str; 4] = [".venv", "venv", "env", ".env"];

/// The Python that the project runs on, with Alembic and SQLAlchemy in it.
#[derive(Clone, Debug)]
pub struct Interpreter {
    /// The executable.
    pub path: PathBuf,
    /// Whether its packages are compiled already; some installers leave that to the first run.
    pub compiled: bool,
}

impl Interpreter {
    /// Finds the first interpreter that has Alembic: the configured one; else the active virtual
    /// environment's, one beside the project or the root of the repository, one on PATH.
    ///
    /// # Errors
    ///
    /// `NoPython` where there is none, `Lacks` where there is one without Alembic or SQLAlchemy.
    pub fn find(configured: Option<&str>, folders: &[PathBuf]) -> Result<Self, Error> {
        let mut refusal = match configured {
            Some(python) => Error::NoSuchPython { python: python.into() },
            None => Error::NoPython,
        };
        for path in candidates(configured, folders) {
            match found_by(&path) {
                Some(Found::Both { compiled }) => return Ok(Interpreter { path, compiled }),
                Some(Found::Lacks(module))
                    if matches!(refusal, Error::NoPython | Error::NoSuchPython { .. }) =>
                {
                    refusal = Error::Lacks { python: path, module }
                }
                Some(Found::Lacks(_)) | None => {}
            }
        }
        Err(refusal)
    }
}

/// Returns the interpreters that may be the project's, the likeliest first.
pub(crate) fn candidates(configured: Option<&str>, folders: &[PathBuf]) -> Vec<PathBuf> {
    if let Some(path) = configured {
        let beside = folders.iter().map(|folder| folder.join(path)).find(|path| path.exists());
        return vec![beside.unwrap_or_else(|| path.into())];
    }
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"]
        .into_iter()
        .filter_map(env::var_os)
        .map(PathBuf::from)
        .filter(|folder| !is_of_a_framework(folder))
        .map(|folder| in_environment(&folder));
    let beside = folders
        .iter()
        .flat_map(|folder| BESIDE.iter().map(move |name| in_environment(&folder.join(name))));
    let on_path = on_path();
    active.chain(beside).filter(|path| path.exists()).chain(on_path).collect()
}

/// The interpreters on PATH; where a framework runs this program in an environment of its own, with
/// their folders, past that environment.
fn on_path() -> Vec<PathBuf> {
    let names = ["python3", "python"];
    if env::var_os("PRE_COMMIT").is_none() {
        return names.map(PathBuf::from).into();
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        env::split_paths(&path).filter(|folder| !is_of_a_framework(folder)).collect();
    let found = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    found.filter(|path| path.is_file()).collect()
}

/// Tells whether a folder belongs to the environment in which a framework keeps this program.
fn is_of_a_framework(folder: &Path) -> bool {
    let own = env::current_exe().ok().and_then(|own| Some(own.parent()?.parent()?.to_owned()));
    let is_own = |own: PathBuf| folder == own || folder.starts_with(&own);
    let is_kept = |own: &PathBuf| is_kept_by_a_framework(own);
    env::var_os("PRE_COMMIT").is_some() && own.filter(is_kept).is_some_and(is_own)
}

/// Tells whether a path lies where pre-commit or prek keep what they install for themselves.
pub fn is_kept_by_a_framework(path: &Path) -> bool {
    let names: Vec<String> =
        path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    let in_hooks = names.windows(2).any(|pair| {
        pair[0] == "hooks" && (pair[1].starts_with("python-") || pair[1].starts_with("rust-"))
    });
    let is_cache = |name: &String| {
        ["pre-commit", "prek"].contains(&name.as_str())
            || name.starts_with("py_env-")
            || name.starts_with("rustenv-")
    };
    in_hooks || names.iter().any(is_cache)
}

fn in_environment(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// What an interpreter has of Alembic and SQLAlchemy.
enum Found {
    Lacks(String),
    Both { compiled: bool },
}

/// What an interpreter is asked: the module that it lacks, and whether there is bytecode of what it
/// has.
const PROBE: &str = "\
import importlib.util as u, os
found = [(m, u.find_spec(m)) for m in ('alembic', 'sqlalchemy')]
print(next((m for m, spec in found if not spec), ''))
print(all(os.path.exists(u.cache_from_source(spec.origin)) for m, spec in found if spec))
";

/// Asks an interpreter what it has; nothing where it does not run.
fn found_by(path: &Path) -> Option<Found> {
    // A folder `alembic` of the project must not pass for the package.
    let output = Walls::of_project(path, None)
        .command(path)
        .args(["-c", PROBE])
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let reported = String::from_utf8_lossy(&output.stdout).into_owned();
    let module = reported.lines().next()?.trim();
    Some(match module {
        "" => Found::Both { compiled: reported.lines().nth(1) != Some("False") },
        _ => Found::Lacks(module.to_owned()),
    })
}
