//! What the gate said last, in one work tree: it tells a bypass after a refusal from a bypass that
//! nobody tried to avoid.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ledger::file;

/// What the gate said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateRun {
    /// The form of this record.
    pub schema: u8,
    /// The commits that the coming one would have grown from.
    pub parents: Vec<String>,
    /// The digest of each project that was judged, by its name.
    pub digests: BTreeMap<String, String>,
    /// Whether it let the commit through.
    pub passed: bool,
    /// The process that ran the gate: git itself, unless a framework stood between.
    pub asked_by: u32,
}

/// Where the gate of a work tree leaves its word.
#[derive(Clone, Debug)]
pub struct LastRunFile {
    path: PathBuf,
}

impl LastRunFile {
    /// Names the place in the git directory of a work tree.
    pub fn of(git_dir: &Path) -> Self {
        LastRunFile { path: git_dir.join("safe-migration").join("last-gate") }
    }

    /// Leaves the word.
    pub fn leave(&self, gate: &GateRun) -> io::Result<()> {
        file::replace(&self.path, &serde_json::to_string(gate)?)
    }

    /// Forgets it, when what it was about has happened.
    pub fn forget(&self) {
        let _nothing_was_said = fs::remove_file(&self.path);
    }

    /// Returns the word; whatever cannot be read was not said.
    pub fn last(&self) -> Option<GateRun> {
        let content = file::read(&self.path).ok()?;
        serde_json::from_slice(&content).ok().filter(|gate: &GateRun| gate.schema == 1)
    }
}

/// Returns the process that runs this one.
pub fn asked_by() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}
