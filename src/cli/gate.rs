//! The hooks that can refuse a commit, and the receipts they write for what they let through.
//!
//! A framework may run the pre-commit hook with two refs to compare, or with nothing staged at all:
//! then the state as a whole is judged, never "nothing staged, fine".

use std::collections::BTreeMap;
use std::env;

use crate::change::project_input::ProjectInput;
use crate::change::trees::{Change, Scope};
use crate::change::{digests, project_input, review};
use crate::cli::args::options::Judging;
use crate::cli::args::verbs::HookName;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::{check, trial};
use crate::git::repository::Repository;
use crate::ledger::last_run;
use crate::ledger::last_run::{GateRun, LastRunFile};
use crate::ledger::receipt::Receipts;
use crate::report::telling::Occasion;

/// Judges what the hook stands before, tells what was found, and leaves a receipt where it may
/// pass.
pub fn run(
    repository: &Repository,
    name: HookName,
    judging: &Judging,
    output: &Output,
) -> Result<ExitStatus, Error> {
    let (mut change, occasion) = match name {
        HookName::PreMergeCommit => (Change::staged(repository, true)?, Occasion::Merge),
        HookName::PreApplypatch => (Change::staged(repository, false)?, Occasion::Patch),
        _ => (before_commit(repository)?, Occasion::Commit),
    };
    if name != HookName::PreApplypatch && change.scope == Scope::Change && !is_range() {
        trial::run(repository, output);
    }
    let overrides = judging.overrides_in(repository)?;
    let judged = project_input::inputs(repository, &mut change, &overrides);
    let status = judged.map_err(Error::from).and_then(|inputs| {
        let review = (!inputs.is_empty())
            .then(|| review::judge_for_people(repository, &inputs, &change, &overrides));
        let status = check::tell(repository, review, occasion, judging, output)?;
        Ok((inputs, status))
    });
    if change.scope == Scope::Change && !is_range() {
        let (inputs, passed) = match &status {
            Ok((inputs, status)) => (inputs.as_slice(), *status == ExitStatus::Clean),
            Err(_) => (&[][..], false),
        };
        if !inputs.is_empty() || !passed {
            let noted = note(repository, &change, inputs, passed);
            noted.unwrap_or_else(|error| {
                output.notice(&format!("no receipt could be written: {error}"))
            });
        }
    }
    status.map(|(_, status)| status)
}

fn before_commit(repository: &Repository) -> Result<Change, Error> {
    if let (true, Some((from, to))) = (is_range(), refs()) {
        return Ok(Change::range(repository, &from, &to)?);
    }
    // Frameworks call every gate by one name, and before a merge commit git has noted nothing yet.
    let change = Change::staged(repository, env::var_os("PRE_COMMIT").is_some())?;
    match change.paths.is_empty() && !is_in_commit() {
        true => Ok(Change::state(repository)?),
        false => Ok(change),
    }
}

fn is_in_commit() -> bool {
    env::var_os("GIT_INDEX_FILE").is_some()
}

fn is_range() -> bool {
    !is_in_commit() && refs().is_some()
}

/// Returns the two refs that pre-commit and prek compare, when they are asked to.
pub fn refs() -> Option<(String, String)> {
    let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    Some((read("PRE_COMMIT_FROM_REF")?, read("PRE_COMMIT_TO_REF")?))
}

fn note(
    repository: &Repository,
    change: &Change,
    inputs: &[ProjectInput],
    passed: bool,
) -> Result<(), Error> {
    let digests = digests::digests(inputs.iter().map(|input| &*input.project), change);
    let failed = |source| Error::File { path: repository.state_dir(), source };
    if passed {
        let receipts = Receipts::of(&repository.state_dir());
        digests
            .iter()
            .try_for_each(|digests| receipts.keep(&digests.now, &digests.before))
            .map_err(failed)?;
    }
    let parents = repository.coming_parents(true)?.iter().map(ToString::to_string).collect();
    let digests: BTreeMap<String, String> =
        digests.into_iter().map(|digests| (digests.project, digests.now)).collect();
    let gate = GateRun { schema: 1, parents, digests, passed, asked_by: last_run::asked_by() };
    LastRunFile::of(repository.git_dir()).leave(&gate).map_err(failed)
}
