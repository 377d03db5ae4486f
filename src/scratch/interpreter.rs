//! The Python that the project runs on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::scratch::error::Error;

/// Virtual environments that projects keep beside their code.
const BESIDE: [&str; 4] = [".venv", "venv", "env", ".env"];

/// The Python that the project runs on, with Alembic and SQLAlchemy in it.
#[derive(Clone, Debug)]
pub struct Interpreter {
    /// The executable.
    pub path: PathBuf,
}

impl Interpreter {
    /// Finds the first interpreter that has Alembic: the configured one; else the active virtual environment's, one
    /// beside the project or the root of the repository, one on PATH.
    ///
    /// # Errors
    ///
    /// `NoPython` where there is none, `Lacks` where there is one without Alembic or SQLAlchemy.
    pub fn find(configured: Option<&str>, folders: &[PathBuf]) -> Result<Self, Error> {
        let candidates = match configured {
            Some(path) => vec![
                folders
                    .iter()
                    .map(|folder| folder.join(path))
                    .find(|path| path.exists())
                    .unwrap_or_else(|| path.into()),
            ],
            None => candidates(folders),
        };
        let mut refusal = Error::NoPython;
        for path in candidates {
            match lacks(&path) {
                Some(None) => return Ok(Interpreter { path }),
                Some(Some(module)) if matches!(refusal, Error::NoPython) => {
                    refusal = Error::Lacks { python: path, module }
                }
                Some(Some(_)) | None => {}
            }
        }
        Err(refusal)
    }
}

fn candidates(folders: &[PathBuf]) -> Vec<PathBuf> {
    let active = ["VIRTUAL_ENV", "CONDA_PREFIX"]
        .into_iter()
        .filter_map(env::var_os)
        .map(|folder| in_environment(Path::new(&folder)));
    let beside = folders.iter().flat_map(|folder| BESIDE.iter().map(move |name| in_environment(&folder.join(name))));
    let on_path = ["python3", "python"].into_iter().map(PathBuf::from);
    active.chain(beside).filter(|path| path.exists()).chain(on_path).collect()
}

fn in_environment(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

/// Asks an interpreter which of the two modules it lacks; nothing where it does not run.
fn lacks(path: &Path) -> Option<Option<String>> {
    let probe =
        "import importlib.util as u\nprint(next((m for m in ('alembic', 'sqlalchemy') if not u.find_spec(m)), ''))";
    // A folder `alembic` of the project must not pass for the package.
    let output = Command::new(path)
        .args(["-c", probe])
        .current_dir("/")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let module = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then(|| (!module.is_empty()).then_some(module))
}
