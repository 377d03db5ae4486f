//! Why settings cannot be read.

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file is no TOML.
    #[error("`{path}` is not TOML: {why}")]
    Syntax {
        /// The file.
        path: String,
        /// What the parser says, with the line.
        why: String,
    },
    /// Settings stand in two places.
    #[error("settings stand both in `pyproject.toml` and in `safe-migration.toml`")]
    TwoPlaces,
    /// A key that means nothing.
    #[error("`{key}` in `{path}` is not a setting")]
    UnknownKey {
        /// The file.
        path: String,
        /// The key, with the tables around it.
        key: String,
        /// The setting that was probably meant.
        nearest: Option<String>,
    },
    /// A value that a key cannot have.
    #[error("`{key}` in `{path}` is {found}")]
    Value {
        /// The file.
        path: String,
        /// The key, with the tables around it.
        key: String,
        /// What it is, with an article.
        found: String,
        /// What it may be.
        expected: String,
    },
}

impl Error {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Error::Syntax { .. } => {
                "fix the file; the settings of the snapshot are read, not those on disk".to_owned()
            }
            Error::TwoPlaces => {
                "keep `[tool.safe-migration]` or `safe-migration.toml`, and delete the other"
                    .to_owned()
            }
            Error::UnknownKey { nearest: Some(near), .. } => format!("did you mean `{near}`?"),
            Error::UnknownKey { .. } => "docs/settings.md lists the settings".to_owned(),
            Error::Value { expected, .. } => format!("write {expected}"),
        }
    }
}
