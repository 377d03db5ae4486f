//! Receipts: what the gate let through, as steps from one state of a project to another.
//!
//! A state is a digest of [`crate::ledger::scope`]. A receipt says "from these states to that one:
//! passed"; a commit is covered where receipts lead from its parents to it without a gap. So a
//! commit that is amended or squashed is covered by the receipts of its parts, and one bad step
//! that went around the gate stays uncovered under whatever follows it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::ledger::file;

/// How many steps back a way is looked for.
const STEPS: usize = 1000;

/// How many receipts are kept before those that nobody touched for longest go.
const KEPT: usize = 4000;

/// Where receipts are kept.
#[derive(Clone, Debug)]
pub struct Receipts {
    folder: PathBuf,
}

impl Receipts {
    /// Names the receipts in the folder that safe-migration has in the common directory.
    pub fn of(state_dir: &Path) -> Self {
        Receipts { folder: state_dir.join("receipts") }
    }

    /// Notes that the gate let a state through that grows from others; none for a first commit.
    pub fn keep(&self, digest: &str, from: &[String]) -> io::Result<()> {
        if from.iter().any(|base| base == digest)
            || self.steps_to(digest).iter().any(|step| step == from)
        {
            return Ok(());
        }
        self.make_room();
        file::append(&self.folder.join(digest), &format!("from {}", from.join(" ")))
    }

    /// Tells whether receipts lead from these states to that one without a gap.
    pub fn cover(&self, digest: &str, from: &[String]) -> bool {
        let mut seen = HashSet::new();
        self.leads(digest, from, &mut seen)
    }

    fn leads(&self, digest: &str, from: &[String], seen: &mut HashSet<String>) -> bool {
        if from.iter().any(|base| base == digest) {
            return true;
        }
        if seen.len() >= STEPS || !seen.insert(digest.to_owned()) {
            return false;
        }
        self.steps_to(digest).iter().any(|step| {
            let starts_there = step.is_empty() && from.is_empty();
            starts_there || !step.is_empty() && step.iter().all(|base| self.leads(base, from, seen))
        })
    }

    /// Returns, for each time the gate let a state through, the states that it grew from.
    fn steps_to(&self, digest: &str) -> Vec<Vec<String>> {
        let text = file::read(&self.folder.join(digest)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let step = |line: &str| {
            let bases = line.strip_prefix("from ").or((line == "from").then_some(""))?;
            Some(bases.split_whitespace().map(str::to_owned).collect())
        };
        text.lines().filter_map(step).collect()
    }

    /// Takes the oldest half away where there are very many.
    fn make_room(&self) {
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<_> = entries
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        if files.len() >= KEPT {
            files.sort();
            for (_, path) in files.iter().take(KEPT / 2) {
                let _another_process_was_first = fs::remove_file(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_commit_is_covered_where_receipts_lead_to_it_without_a_gap() {
        let folder = tempfile::tempdir().unwrap();
        let receipts = Receipts::of(folder.path());
        receipts.keep("b", &states(&["a"])).unwrap();
        receipts.keep("c", &states(&["b"])).unwrap();
        receipts.keep("e", &states(&["d"])).unwrap();
        receipts.keep("m", &states(&["c", "e"])).unwrap();
        receipts.keep("first", &[]).unwrap();
        let table = [
            ("b", &["a"][..], true),
            ("c", &["b"], true),
            ("c", &["a"], true),
            ("e", &["a"], false),
            ("e", &["c"], false),
            ("m", &["c", "e"], true),
            ("m", &["a", "d"], true),
            ("m", &["a"], false),
            ("first", &[], true),
            ("b", &[], false),
            ("unknown", &["a"], false),
        ];
        for (to, from, covered) in table {
            assert_eq!(receipts.cover(to, &states(from)), covered, "{from:?} to {to}");
        }
    }

    #[test]
    fn a_receipt_is_kept_once_and_a_circle_ends() {
        let folder = tempfile::tempdir().unwrap();
        let receipts = Receipts::of(folder.path());
        for _ in 0..3 {
            receipts.keep("b", &states(&["a"])).unwrap();
            receipts.keep("a", &states(&["b"])).unwrap();
        }
        assert_eq!(receipts.steps_to("b").len(), 1);
        assert!(!receipts.cover("b", &states(&["elsewhere"])));
    }
}
