//! `check --fix` and `check --diff`: safe forms, in the work tree or on paper.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::change::fixer;
use crate::change::fixer::Fixed;
use crate::change::overrides::Overrides;
use crate::change::trees::Change;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::outcome;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report::diff;
use crate::report::prose::count;

/// Whether files are written, or what would be is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// They are written.
    Write,
    /// The difference is shown.
    Show,
}

/// Puts safe forms in place, and tells what is left.
pub fn run(
    repository: &Repository,
    change: &Change,
    overrides: &Overrides,
    manner: Manner,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let fixed = fixer::fix_all(repository, change, overrides)?;
    let root = repository.work_tree()?;
    let before = texts(change, &root, &fixed.files)?;
    let mut report = String::new();
    for (path, text) in &fixed.files {
        match manner {
            Manner::Show => report += &diff::unified(path, before[path].as_deref(), text),
            Manner::Write => outcome::write(&root.join(path), text)?,
        }
    }
    output.write(&report)?;
    output.write(&written(&fixed, manner))?;
    Ok(outcome::status(&fixed.review))
}

/// The texts as they are on disk; where they are not what was judged, nothing is written.
fn texts(
    change: &Change,
    root: &Path,
    files: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Option<String>>, Error> {
    let text = |path: &String| {
        let judged = change.new.entry(path).and_then(|entry| change.new.bytes_of(&entry.id));
        let here = fs::read(root.join(path)).ok();
        match (judged, here) {
            (Some(judged), Some(here)) if judged == here => {
                Ok((path.clone(), String::from_utf8(here).ok()))
            }
            (None, None) => Ok((path.clone(), None)),
            _ => Err(Error::NotAsJudged { path: path.clone() }),
        }
    };
    files.keys().map(text).collect()
}

fn written(fixed: &Fixed, manner: Manner) -> String {
    let (done, are) = match manner {
        Manner::Write => ("fixed", ""),
        Manner::Show => ("would fix", "would be "),
    };
    let mut out = String::new();
    for (rule, message) in &fixed.settled {
        out += &format!("{done} {rule}: {message}\n");
    }
    for step in &fixed.later {
        out += "then, in a revision that is deployed later:\n";
        out += &step.lines().map(|line| format!("    {line}\n")).collect::<String>();
    }
    let left = match fixed.review.findings.len() {
        0 => "nothing is left".to_owned(),
        left => format!("{} left", count(left, "finding")),
    };
    let files = count(fixed.files.len(), "file");
    let settled = count(fixed.settled.len(), "finding");
    out += &format!("{settled} {are}fixed in {files}; {left}\n");
    // What is written lies in the work tree, and the gate reads what is staged.
    let next = match (manner, fixed.files.is_empty()) {
        (Manner::Write, false) => "git add, then safe-migration check",
        (Manner::Show, false) => "safe-migration check --fix",
        (_, true) if fixed.review.findings.is_empty() => return out,
        (_, true) => "safe-migration check",
    };
    out + &format!("next: {next}\n")
}
