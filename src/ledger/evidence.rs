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

use crate::alembic::chain;
use crate::alembic::history::History;
use crate::config::settings::{Downgrades, Settings};
use crate::git::digest;
use crate::ledger::file;
use crate::scratch::proof::{Proof, SCHEMA};
use crate::scratch::runner;
use crate::sql::dialect::Dialect;
use crate::text::canonical::Canonical;

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
    pub fn find(&self, key: &str) -> Option<Proof> {
        let content = file::read(&self.folder.join(format!("{key}.json"))).ok()?;
        serde_json::from_slice(&content).ok().filter(|proof: &Proof| proof.schema == SCHEMA)
    }

    /// Keeps evidence, in one step, so that no reader meets half of it.
    pub fn keep(&self, key: &str, proof: &Proof) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let beside = self.folder.join(format!("{key}.{}.new", std::process::id()));
        let content = serde_json::to_string_pretty(proof)?;
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

/// Returns the key of a revision's evidence on a dialect, given the digests of its history
/// ([`chain::digests`]).
pub fn key(
    history: &History,
    digests: &HashMap<Rc<str>, String>,
    revision: &str,
    settings: &Settings,
    dialect: Dialect,
) -> Option<String> {
    let file = history.file(revision)?;
    let form = Canonical::of("evidence", runner::PROTOCOL)
        .word("revision", &file.entry.id.to_string())
        .word("below", &chain::standing_on(digests, &chain::needs(history, revision)))
        .word("circumstances", &circumstances(history, settings, dialect));
    // What is asked of a downgrade.
    let form = match settings.downgrades {
        Downgrades::Required => form,
        Downgrades::None => form.word("downgrades", "none"),
    };
    let form = match read(history, &file.path) {
        read if read.is_empty() => form,
        read => form.list("read", read.iter().map(String::as_str)),
    };
    Some(digest::of(form.form().as_bytes()).to_string())
}

/// What a revision reads while it runs, each file with what is in it.
fn read(history: &History, path: &str) -> Vec<String> {
    let Some(migration) = history.migration(path) else { return Vec::new() };
    let snapshot = history.snapshot();
    let entry = |path: &str| snapshot.entry(path.trim_end_matches('/')).map(|entry| entry.id);
    let row = |path: &Rc<str>| Some(format!("{path} {}", entry(path)?));
    migration.reads.iter().filter_map(row).collect()
}

/// Returns the digest of what a rehearsal depends on besides revisions: env.py, the settings of
/// Alembic, the dialect, `[verify]`, a dump.
pub fn circumstances(history: &History, settings: &Settings, dialect: Dialect) -> String {
    let blob = |path: &str| {
        history.snapshot().entry(path).map(|entry| entry.id.to_string()).unwrap_or_default()
    };
    let form = Canonical::of("circumstances", 1)
        .word("env", &blob(&history.project().env_path()))
        .word("alembic", &history.project().said_to_alembic(history.snapshot()))
        .word("dialect", dialect.name())
        .word("dump", &settings.verify.dump().map(blob).unwrap_or_default());
    let form = settings
        .verify
        .named()
        .iter()
        .fold(form, |form, (name, values)| form.list(name, values.iter().map(String::as_str)));
    digest::of(form.form().as_bytes()).to_string()
}
