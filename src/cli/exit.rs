//! How a run ends: there are three ways, and a hook that could not tell blocks as surely as one
//! that found something.

use std::process::ExitCode;

/// The exit status of every verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Nothing blocks (0).
    Clean,
    /// The findings block (1).
    Blocked,
    /// It is undetermined (2): bad usage, an unreadable repository, a broken configuration, a
    /// defect.
    Broken,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        ExitCode::from(match status {
            ExitStatus::Clean => 0,
            ExitStatus::Blocked => 1,
            ExitStatus::Broken => 2,
        })
    }
}
