//! What the command line says over the settings.

use std::path::PathBuf;

use crate::sql::dialect::Dialect;

/// What the command line says over the settings.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The database to judge for, instead of what the project says.
    pub dialect: Option<Dialect>,
    /// The file that settings are read from, instead of those that the tree holds.
    pub config: Option<PathBuf>,
    /// Whether warnings block.
    pub strict: bool,
}
