//! How a commit got in, worked out from what git noted and from what the gate said last.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ledger::last_run::GateRun;

/// How a commit got in without a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Ingress {
    /// Git offers the gate on this path, and it was not asked.
    Bypass,
    /// The gate had refused what was about to be committed, and then it was not asked.
    BypassAfterFailure,
    /// The gate let something else through than what was committed.
    ChangedAfterTheGate,
    /// Git offers no gate on this path: the word for it, such as `rebase` or `cherry-pick`.
    Ungated(String),
}

/// What git noted when HEAD moved, and what is known besides.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    /// What git noted: `commit (amend): add email`.
    pub action: &'a str,
    /// Where HEAD was before; nothing for a first commit.
    pub before: Option<&'a str>,
    /// Whether the commit joins several.
    pub joins: bool,
    /// Whether the hook that follows a patch is what runs.
    pub after_patch: bool,
    /// What the gate said last.
    pub last: Option<&'a GateRun>,
    /// The process that runs this hook.
    pub asked_by: u32,
    /// Whether a framework stands between git and this hook.
    pub in_framework: bool,
}

impl Ingress {
    /// Works out how a commit got in that no receipt covers.
    pub fn of(circumstances: &Circumstances<'_>) -> Self {
        let word = word(circumstances.action);
        let merged = circumstances.joins && matches!(&*word, "merge" | "pull");
        let patched = circumstances.after_patch && word == "am";
        if word != "commit" && !merged && !patched {
            return Ingress::Ungated(word);
        }
        match circumstances
            .last
            .filter(|last| last.parents.first().map(String::as_str) == circumstances.before)
        {
            Some(last) if !last.passed => Ingress::BypassAfterFailure,
            Some(last) if last.asked_by == circumstances.asked_by || circumstances.in_framework => {
                Ingress::ChangedAfterTheGate
            }
            _ => Ingress::Bypass,
        }
    }

    /// How a commit got in that was made before and came with others: git offers no gate for those.
    pub fn brought(circumstances: &Circumstances<'_>) -> Self {
        Ingress::Ungated(word(circumstances.action))
    }

    /// Returns the word of the contract.
    pub fn name(&self) -> String {
        match self {
            Ingress::Bypass => "bypass".to_owned(),
            Ingress::BypassAfterFailure => "bypass after failure".to_owned(),
            Ingress::ChangedAfterTheGate => "changed after the gate".to_owned(),
            Ingress::Ungated(word) => format!("ungated:{word}"),
        }
    }

    /// Tells how it got in, as a clause that follows the commit.
    pub fn clause(&self) -> String {
        match self {
            Ingress::Bypass => "went around the gate".to_owned(),
            Ingress::BypassAfterFailure => "went around the gate after it refused".to_owned(),
            Ingress::ChangedAfterTheGate => {
                "holds something else than the gate let through".to_owned()
            }
            Ingress::Ungated(word) => format!("came in by {word}, where git asks no gate"),
        }
    }
}

impl fmt::Display for Ingress {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name())
    }
}

impl From<Ingress> for String {
    fn from(passage: Ingress) -> Self {
        passage.name()
    }
}

impl From<String> for Ingress {
    fn from(name: String) -> Self {
        match name.as_str() {
            "bypass after failure" => Ingress::BypassAfterFailure,
            "changed after the gate" => Ingress::ChangedAfterTheGate,
            other => match other.strip_prefix("ungated:") {
                Some(word) => Ingress::Ungated(word.to_owned()),
                None => Ingress::Bypass,
            },
        }
    }
}

/// Returns the part of what git noted that says what was done: `commit (amend)`.
pub fn stmt(action: &str) -> &str {
    action.split(": ").next().unwrap_or(action).trim_end_matches(':')
}

/// Returns the first word of what git noted. Scripts may note what they like, so it is kept short
/// and plain.
fn word(action: &str) -> String {
    let first = stmt(action).split_whitespace().next().unwrap_or("");
    let plain: String =
        first.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    if plain.is_empty() { "unknown".to_owned() } else { plain.chars().take(24).collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn gate(passed: bool, asked_by: u32) -> GateRun {
        GateRun {
            schema: 1,
            parents: vec!["p".to_owned()],
            digests: BTreeMap::new(),
            passed,
            asked_by,
        }
    }

    #[test]
    fn how_a_commit_got_in_follows_from_what_git_noted_and_what_the_gate_said() {
        let table = [
            ("commit: x", 1, None, "bypass"),
            ("commit (initial): x", 0, None, "bypass"),
            ("commit (amend): x", 1, None, "bypass"),
            ("commit (merge): x", 2, None, "bypass"),
            ("commit: x", 1, Some(gate(false, 1)), "bypass after failure"),
            ("commit: x", 1, Some(gate(true, 7)), "changed after the gate"),
            ("commit: x", 1, Some(gate(true, 1)), "bypass"),
            ("merge topic: Merge made by the 'ort' strategy.", 2, None, "bypass"),
            ("merge topic: Fast-forward", 1, None, "ungated:merge"),
            ("pull: Fast-forward", 1, None, "ungated:pull"),
            ("pull --rebase (pick): x", 1, Some(gate(false, 1)), "ungated:pull"),
            ("rebase (pick): x", 1, None, "ungated:rebase"),
            ("cherry-pick: x", 1, None, "ungated:cherry-pick"),
            ("revert: x", 1, None, "ungated:revert"),
            ("am: x", 1, None, "ungated:am"),
            ("", 1, None, "ungated:unknown"),
        ];
        for (action, parents, last, expected) in table {
            let circumstances = Circumstances {
                action,
                before: Some("p"),
                joins: parents > 1,
                after_patch: false,
                last: last.as_ref(),
                asked_by: 7,
                in_framework: false,
            };
            assert_eq!(Ingress::of(&circumstances).name(), expected, "{action}");
        }
    }

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for name in ["bypass", "bypass after failure", "changed after the gate", "ungated:am"] {
            assert_eq!(Ingress::from(name.to_owned()).name(), name);
        }
    }
}
