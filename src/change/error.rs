//! What keeps a change from being read.

use std::io;
use std::path::PathBuf;

use crate::config;
use crate::git;

/// Why a change could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::error::Error),
    /// The settings could not be read.
    #[error(transparent)]
    Config(#[from] config::error::Error),
    /// The settings name a rule that there is not.
    #[error("no rule is called `{id}`")]
    UnknownRule {
        /// The name.
        id: String,
        /// A rule whose name is near.
        nearest: Option<&'static str>,
    },
    /// The settings name a project where there is none.
    #[error("the settings name the project `{named}`, and {why}")]
    UnusableProject {
        /// What they name.
        named: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file could not be read.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A path that is named cannot be found.
    #[error("`{}` cannot be found: {source}", path.display())]
    NamedPath {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file that is named lies elsewhere.
    #[error("`{}` does not lie in the work tree of this repository", path.display())]
    OutsideOfWorkTree {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// Returns what to do next.
    pub fn hint(&self) -> String {
        match self {
            Error::Git(error) => error.hint(),
            Error::Config(error) => error.hint(),
            Error::UnknownRule { nearest: Some(near), .. } => format!("did you mean `{near}`?"),
            Error::UnknownRule { nearest: None, .. } => {
                "`safe-migration explain` lists the rules".to_owned()
            }
            Error::UnusableProject { .. } => {
                "name the ini file or the folder with `env.py` or revisions, from the root of the \
                 repository; `safe-migration doctor` says what is found without settings"
                    .to_owned()
            }
            Error::File { .. } => "see whether it is there and who may read it".to_owned(),
            Error::NamedPath { path, .. } => match path.to_str() {
                Some("help") => "`safe-migration --help` lists the commands".to_owned(),
                Some("all") => "every migration: `safe-migration check --all`".to_owned(),
                Some(path) if is_like_a_commit(path) => format!(
                    "what commits bring: `safe-migration check --from {}`",
                    path.split("..").next().unwrap_or(path)
                ),
                _ => "name a migration, a folder of migrations, or nothing for what is staged"
                    .to_owned(),
            },
            Error::OutsideOfWorkTree { .. } => {
                "run it in the repository that the file belongs to".to_owned()
            }
        }
    }
}

/// Tells whether a path that is not there is written as git writes commits: `HEAD~1`, `main..HEAD`.
fn is_like_a_commit(path: &str) -> bool {
    path.contains("..") && !path.contains("/..") && !path.starts_with("..")
        || path.contains(['~', '^'])
        || path == "HEAD"
        || path.starts_with("origin/")
}
