//! `verify` inside the gate, where `install --verify` asked for it.
//!
//! The wish is noted in the git directory, where no branch writes: a branch must not have its own
//! code run by a commit.

use std::fs;
use std::path::PathBuf;

use crate::cli::args::verbs::VerifyArgs;
use crate::cli::error::Error;
use crate::cli::output::Output;
use crate::cli::verify;
use crate::git::repository::Repository;
use crate::report::telling::Volume;

/// How long one order may take in the gate, in seconds.
const PATIENCE: u64 = 60;

fn note(repository: &Repository) -> PathBuf {
    repository.state_dir().join("verify-in-gate")
}

/// Notes that the gate is to run `verify`.
pub fn ask_for(repository: &Repository) -> Result<(), Error> {
    let path = note(repository);
    let written = fs::create_dir_all(repository.state_dir()).and_then(|()| fs::write(&path, ""));
    written.map_err(|source| Error::File { path, source })
}

/// Takes the note away.
pub fn forget(repository: &Repository) {
    let _was_not_there = fs::remove_file(note(repository));
}

/// Tries what is staged, where that is asked for: what comes of it is evidence, which the gate
/// judges next. Nothing that passes is reported.
pub fn run(repository: &Repository, output: &Output) {
    if !note(repository).exists() {
        return;
    }
    let args = VerifyArgs { patience: Some(PATIENCE), ..VerifyArgs::default() };
    if let Err(error) = verify::run(&args, &output.with_volume(Volume::Quiet)) {
        let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        output.notice(&format!("verify: {error}{hint}"));
    }
}
