//! Evidence: what `verify` found of a revision, kept by its content in the repository's common
//! directory.
//!
//! The key is the digest of everything that a rehearsal depends on and git knows: a change to any
//! of it makes the evidence missing, and a revision that comes back to a content that was tried has
//! its evidence again. Evidence is no signature.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::alembic::chain;
use crate::alembic::history::History;
use crate::config::settings::Settings;
use crate::git::digest;
use crate::scratch::runner;

/// What `verify` found of one revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The form of this record.
    pub schema: u8,
    /// The revision.
    pub revision: String,
    /// Whether it passed.
    pub passed: bool,
    /// `passed` or `failed`; null for a leg that was not run.
    pub upgrade: Option<String>,
    /// The same of the downgrade.
    pub downgrade: Option<String>,
    /// The same of the second upgrade.
    pub reupgrade: Option<String>,
    /// What it was tried on: `postgresql 15.18`.
    pub database: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What was wrong, and what should be known.
    pub problems: Vec<Problem>,
    /// Versions of Python, Alembic and SQLAlchemy.
    pub versions: Vec<String>,
}

/// One thing that was wrong, or should be known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether the revision fails for it.
    pub fails: bool,
    /// The sentence.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Where evidence is kept.
#[derive(Clone, Debug)]
pub struct EvidenceStore {
    folder: PathBuf,
}

impl EvidenceStore {
    /// Names the shelf in the folder that safe-migration has in the common directory.
    pub fn of(state_dir: &Path) -> Self {
        EvidenceStore { folder: state_dir.join("evidence") }
    }

    /// Tells whether anything was ever kept here.
    pub fn holds_any(&self) -> bool {
        self.folder.is_dir()
    }

    /// Returns the evidence of a key; whatever cannot be read is not there.
    pub fn find(&self, key: &str) -> Option<Evidence> {
        let content = fs::read(self.folder.join(format!("{key}.json"))).ok()?;
        serde_json::from_slice(&content).ok().filter(|evidence: &Evidence| evidence.schema == 1)
    }

    /// Keeps evidence, in one step, so that no reader meets half of it.
    pub fn keep(&self, key: &str, evidence: &Evidence) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let beside = self.folder.join(format!("{key}.{}.new", std::process::id()));
        let content = serde_json::to_string_pretty(evidence)?;
        let kept = fs::write(&beside, content)
            .and_then(|()| fs::rename(&beside, self.folder.join(format!("{key}.json"))));
        if kept.is_err() {
            let _ = fs::remove_file(beside);
        }
        kept
    }

    /// Takes away what runs that were killed have left; only one run at a time keeps evidence.
    pub fn tidy(&self) {
        let rows = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|row| row.path());
        rows.filter(|path| path.extension().is_some_and(|end| end == "new"))
            .for_each(|path| drop(fs::remove_file(path)));
    }
}

/// Returns the key of a revision's evidence, given the digests of its history ([`chain::digests`]).
pub fn key(
    history: &History,
    digests: &HashMap<Rc<str>, String>,
    revision: &str,
    settings: &Settings,
) -> Option<String> {
    let file = history.file(revision)?;
    let below = chain::standing_on(digests, &chain::needs(history, revision));
    let words = [file.entry.id.to_string(), below, circumstances(history, settings)];
    Some(digest::of(words.join("\n\n").as_bytes()).to_string())
}

/// Returns the digest of what a rehearsal depends on besides revisions: env.py, the settings of
/// Alembic, the dialect and `[verify]`, a dump.
pub fn circumstances(history: &History, settings: &Settings) -> String {
    let blob = |path: &str| {
        history.snapshot().entry(path).map(|entry| entry.id.to_string()).unwrap_or_default()
    };
    let dump = settings.verify.get("baseline.sql").map(|path| blob(path)).unwrap_or_default();
    let verify: Vec<String> =
        settings.verify.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let words = [
        blob(&history.project().env_path()),
        history.project().said_to_alembic(history.snapshot()),
        settings.dialect.map(|dialect| dialect.name()).unwrap_or_default().to_owned(),
        verify.join("\n"),
        dump,
        runner::PROTOCOL.to_owned(),
    ];
    digest::of(words.join("\n\n").as_bytes()).to_string()
}
