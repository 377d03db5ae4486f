//! `hook NAME`: what a git hook runs.
//!
//! The name decides what is asked; the environment only refines it. A framework may run the pre-commit hook with two
//! refs to compare, or with nothing staged at all: then the state as a whole is judged, never "nothing staged, fine".

use std::env;

use crate::cli::args::{Common, HookArgs, HookName};
use crate::cli::change::Change;
use crate::cli::check;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::repository::Repository;
use crate::report::telling::Occasion;

/// Judges what the hook stands before.
pub fn run(args: &HookArgs, common: &Common, output: &Output) -> Result<ExitStatus, Error> {
    let repository = Repository::open()?;
    let (change, occasion) = match args.name {
        HookName::PreCommit => (before_commit(&repository)?, Occasion::Commit),
        HookName::PreMergeCommit => (Change::staged(&repository, true)?, Occasion::Merge),
        HookName::PreApplypatch => (Change::staged(&repository, false)?, Occasion::Patch),
    };
    check::judge(&repository, change, occasion, common, output)
}

fn before_commit(repository: &Repository) -> Result<Change, Error> {
    let in_commit = env::var_os("GIT_INDEX_FILE").is_some();
    if let (false, Some((from, to))) = (in_commit, refs()) {
        return Change::range(repository, &from, &to);
    }
    // Frameworks call every gate by one name, and before a merge commit git has noted nothing yet.
    let change = Change::staged(repository, env::var_os("PRE_COMMIT").is_some())?;
    match change.paths.is_empty() && !in_commit {
        true => Change::state(repository),
        false => Ok(change),
    }
}

/// Returns the two refs that pre-commit and prek compare, when they are asked to.
fn refs() -> Option<(String, String)> {
    let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Some((read("PRE_COMMIT_FROM_REF")?, read("PRE_COMMIT_TO_REF")?))
}
