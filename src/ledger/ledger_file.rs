//! The ledger: what went around the gate, one line of JSON each, only ever added to.
//!
//! It names rules and places and never quotes a migration, so that no secret comes into it.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ledger::file;
use crate::ledger::ingress::Ingress;

/// A commit that came in without the gate having let it through.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The form of this record.
    pub schema: u8,
    /// When it was noted, RFC 3339 in UTC.
    pub at: String,
    /// The commit.
    pub commit: String,
    /// What it grows from.
    pub parents: Vec<String>,
    /// Who committed it, `Name <address>`.
    pub who: String,
    /// What git noted when HEAD moved: `commit (amend)`, `rebase (pick)`.
    pub action: String,
    /// How it got in.
    pub class: Ingress,
    /// Whether the gate would have refused it; null where that is undetermined.
    pub violates: Option<bool>,
    /// What the gate would have refused it for.
    pub findings: Vec<Place>,
    /// The digest of each project that it concerns, by its name.
    pub digests: BTreeMap<String, String>,
    /// The program that judged it.
    pub version: String,
}

/// What was found, and where; not what it says there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The rule.
    pub rule: String,
    /// The file.
    pub path: String,
    /// The line, from 1; null where the file is gone.
    pub line: Option<usize>,
    /// The revision.
    pub revision: Option<String>,
}

/// A commit that took the place of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// The form of this record.
    pub schema: u8,
    /// When it was noted.
    pub at: String,
    /// The commit that was.
    pub rewritten: String,
    /// The commit that is.
    pub into: String,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A commit.
    Entry(Box<Entry>),
    /// A commit that took another's place.
    Rewritten(Rewritten),
}

/// The ledger of a repository.
#[derive(Clone, Debug)]
pub struct Ledger {
    path: PathBuf,
}

/// What stands in a ledger.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    entries: Vec<Entry>,
    origins: HashMap<String, Vec<String>>,
}

impl Ledger {
    /// Names the ledger in the folder that safe-migration has in the common directory.
    pub fn of(state_dir: &Path) -> Self {
        Ledger { path: state_dir.join("ledger.jsonl") }
    }

    /// Adds a line, in one write.
    pub fn add(&self, line: &Line) -> io::Result<()> {
        file::append(&self.path, &serde_json::to_string(line)?)
    }

    /// Reads it; lines that cannot be read (a newer form, a torn write) are passed over.
    pub fn read(&self) -> Contents {
        let text = file::read(&self.path).unwrap_or_default();
        let mut contents = Contents::default();
        for line in String::from_utf8_lossy(&text).lines() {
            match serde_json::from_str(line) {
                Ok(Line::Entry(entry)) if entry.schema == 1 => contents.entries.push(*entry),
                Ok(Line::Rewritten(row)) if row.schema == 1 => {
                    contents.origins.entry(row.into).or_default().push(row.rewritten);
                }
                _ => {}
            }
        }
        contents
    }
}

impl Contents {
    /// Returns the entries, the oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the entry of a commit, if it has one.
    pub fn entry(&self, commit: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.commit == commit)
    }

    /// Returns the entries of the commits that a commit took the place of, directly or by way of
    /// others.
    pub fn before(&self, commit: &str) -> Vec<&Entry> {
        let mut seen = vec![commit];
        let mut next = 0;
        while let Some(at) = seen.get(next) {
            next += 1;
            for origin in self.origins.get(*at).into_iter().flatten() {
                if !seen.contains(&origin.as_str()) {
                    seen.push(origin);
                }
            }
        }
        seen[1..].iter().filter_map(|origin| self.entry(origin)).collect()
    }

    /// Tells whether a commit, or one that it took the place of, is on record.
    pub fn holds(&self, commit: &str) -> bool {
        self.entry(commit).is_some() || self.origins.contains_key(commit)
    }

    /// Tells whether the same findings in the same state were noted before.
    pub fn knows(&self, digests: &BTreeMap<String, String>, findings: &[Place]) -> bool {
        self.entries.iter().any(|entry| entry.digests == *digests && entry.findings == findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(commit: &str) -> Entry {
        Entry {
            schema: 1,
            at: "2026-01-01T00:00:00Z".to_owned(),
            commit: commit.to_owned(),
            parents: Vec::new(),
            who: "Ada <ada@example.com>".to_owned(),
            action: "commit".to_owned(),
            class: Ingress::Bypass,
            violates: Some(true),
            findings: Vec::new(),
            digests: BTreeMap::new(),
            version: "0.1.0".to_owned(),
        }
    }

    #[test]
    fn a_torn_line_and_one_of_a_newer_form_are_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::of(folder.path());
        ledger.add(&Line::Entry(Box::new(entry("a")))).unwrap();
        file::append(&folder.path().join("ledger.jsonl"), "{\"schema\":1,\"at\":\"20").unwrap();
        file::append(&folder.path().join("ledger.jsonl"), "{\"schema\":2,\"rewritten\":\"x\"}")
            .unwrap();
        ledger.add(&Line::Entry(Box::new(entry("b")))).unwrap();
        let commits: Vec<String> =
            ledger.read().entries().iter().map(|entry| entry.commit.clone()).collect();
        assert_eq!(commits, ["a", "b"]);
    }

    #[test]
    fn a_commit_that_took_the_place_of_another_has_its_story() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::of(folder.path());
        ledger.add(&Line::Entry(Box::new(entry("a")))).unwrap();
        for (old, new) in [("a", "b"), ("b", "c"), ("c", "a2"), ("x", "y"), ("y", "x")] {
            let row = Rewritten {
                schema: 1,
                at: String::new(),
                rewritten: old.to_owned(),
                into: new.to_owned(),
            };
            ledger.add(&Line::Rewritten(row)).unwrap();
        }
        let contents = ledger.read();
        let before = |commit| {
            contents.before(commit).iter().map(|entry| entry.commit.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(before("a2"), ["a"]);
        assert_eq!(before("x"), Vec::<&str>::new());
        assert!(contents.holds("c") && !contents.holds("elsewhere"));
    }

    #[test]
    fn lines_of_many_writers_never_mix() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::of(folder.path());
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let ledger = &ledger;
                scope.spawn(move || {
                    for number in 0..50 {
                        ledger
                            .add(&Line::Entry(Box::new(entry(&format!("{writer}-{number}")))))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(ledger.read().entries().len(), 400);
    }
}
