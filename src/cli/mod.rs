//! The command line: one file per verb, the arguments, the exit status, and errors with a hint.

/// What can be typed.
pub mod args;

/// How a run ends.
pub mod exit;

/// What keeps a verb from answering, and what to do about it.
pub mod error;

/// Where words go, and whether they are coloured.
pub mod output;

/// A defect of this program, reported as such.
pub mod defect;

/// `check`.
pub mod check;

/// `audit`.
pub mod audit;

/// `hook`.
pub mod hook;

/// The hooks that can refuse a commit.
pub mod gate;

/// The hooks that record what went around the gate.
pub mod recorder;

/// The hooks that stand before a push, on either side.
pub mod pushed;

/// `graph`.
pub mod graph;

/// `verify`.
pub mod verify;

/// Whether `verify` can work here.
pub mod probe;

/// A project made ready to be tried.
pub mod staging;

/// `explain`.
pub mod explain;

/// `operations`.
pub mod operations;

/// `doctor`.
pub mod doctor;

/// Where hooks stand, work tree by work tree.
pub mod hook_status;

/// `install` and `uninstall`.
pub mod install;

/// The hook files that `install` writes.
pub mod wrapper;

use std::ffi::OsString;

use clap::Parser;

use crate::cli::args::{CheckArgs, Cli, Command};
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// Runs the command line and returns how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    defect::guard(|| match Cli::try_parse_from(arguments) {
        Ok(cli) => perform(&cli).unwrap_or_else(|error| tell(&error)),
        Err(refusal) => refuse(&refusal),
    })
}

/// Goes where `-C` says, opens the output and hands over to the verb.
fn perform(cli: &Cli) -> Result<ExitStatus, Error> {
    if let Some(folder) = &cli.common.folder {
        std::env::set_current_dir(folder)
            .map_err(|source| Error::Folder { path: folder.display().to_string(), source })?;
    }
    let output = Output::open(cli.command.as_ref().is_some_and(Command::is_hook), &cli.common);
    match &cli.command {
        None => check::run(&CheckArgs::default(), &cli.common, &output),
        Some(Command::Check(args)) => check::run(args, &cli.common, &output),
        Some(Command::Verify(args)) => verify::run(args, &cli.common, &output),
        Some(Command::Audit(args)) => audit::run(args, &cli.common, &output),
        Some(Command::Hook(args)) => hook::run(args, &cli.common, &output),
        Some(Command::Explain(args)) => explain::run(args, &output),
        Some(Command::Graph) => graph::run(&cli.common, &output),
        Some(Command::Operations(args)) => operations::run(args, &cli.common, &output),
        Some(Command::Doctor) => doctor::run(&cli.common, &output),
        Some(Command::Install) => install::install(&cli.common, &output),
        Some(Command::Uninstall) => install::uninstall(&output),
    }
}

/// Tells on standard error why there is no answer.
fn tell(error: &Error) -> ExitStatus {
    output::complain(&error.to_string(), error.hint().as_deref());
    ExitStatus::Broken
}

/// Prints what clap has to say: help and version are a success, everything else is bad usage.
fn refuse(refusal: &clap::Error) -> ExitStatus {
    let reported = refusal.print();
    if refusal.use_stderr() || reported.is_err() { ExitStatus::Broken } else { ExitStatus::Clean }
}
