//! What keeps a verb from answering, and what to do about it.

use std::io;

/// Why a verb could not answer. Everything here ends in exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `-C` names a folder that cannot be entered.
    #[error("`{path}` cannot be entered: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No rule has this name.
    #[error("no rule is called `{id}`")]
    UnknownRule {
        /// The name.
        id: String,
        /// A rule whose name is near.
        nearest: Option<&'static str>,
    },
    /// The report could not be written.
    #[error("the report cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// Returns what to do next, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Folder { .. } => Some("name an existing folder behind `-C`".to_owned()),
            Error::UnknownRule { nearest: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Error::UnknownRule { nearest: None, .. } => Some("`safe-migration explain` lists the rules".to_owned()),
            Error::Output(_) => None,
        }
    }
}
