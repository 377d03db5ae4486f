//! What a review means for whoever waits, and files that a verb writes.

use std::fs;
use std::path::Path;

use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::review::finding::{Decision, Review};

/// Writes a text as it is into a file, through a symbolic link too.
pub fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::File { path: path.to_owned(), source })
}

/// Returns what a review means for whoever waits.
pub fn status(review: &Review) -> ExitStatus {
    match review.decision() {
        _ if !review.unverifiable.is_empty() => ExitStatus::Broken,
        Decision::Block => ExitStatus::Blocked,
        Decision::Pass | Decision::Warn => ExitStatus::Clean,
    }
}
