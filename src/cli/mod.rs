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
pub mod outcome;

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

/// `drift`.
pub mod drift;

/// `rebase`.
pub mod rebase;

/// `merge`.
pub mod merge;

/// Drafts, shown or written.
pub mod writing;

/// `verify`.
pub mod verify;

/// Whether `verify` can work here.
pub mod probe;

/// `verify` inside the gate.
pub mod trial;

/// Migrations that are not staged.
pub mod unstaged;

/// A project made ready to be tried.
pub mod staging;

/// `explain`.
pub mod explain;

/// `server`.
pub mod server;

/// `check --fix` and `check --diff`.
pub mod fix;

/// What is meant by a word of other programs.
mod meant;

/// `completions` and `man`.
pub mod manual;

/// `operations`.
pub mod operations;

/// What a command line names of what is staged.
pub mod wanted;

/// `operations --models`.
pub mod models;

/// `doctor`.
pub mod doctor;

/// Where hooks stand, work tree by work tree.
pub mod hook_status;

/// `init`.
pub mod init;

/// `install` and `uninstall`.
pub mod install;

/// The hook files that `install` writes.
pub mod wrapper;

use std::ffi::OsString;
use std::thread;

use clap::Parser;

use crate::cli::args::{Cli, Command};
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::uninterrupted;
use crate::report::program;
use crate::scratch::interpreter::is_kept_by_a_framework;
use crate::scratch::stack;

/// How deep the stack of a verb is: the usual eight MiB of a main thread.
const STACK: usize = 8 << 20;

/// How much of the stack of a main thread arguments and environment may take: a twentieth.
const TAKEN: usize = STACK / 20;

/// Runs the command line and returns how it ended.
///
/// A stack must be as deep as reading needs, whatever the shell allows: where that of this thread is
/// not, the verb has a thread of its own. Nearly always it is, and a thread takes a twentieth of the
/// time of a commit that concerns no migration.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if stack::is_deep(&arguments, STACK, TAKEN) {
        return on_this_thread(arguments);
    }
    let shared = arguments.clone();
    let thread = thread::Builder::new().stack_size(STACK).spawn(move || on_this_thread(shared));
    match thread {
        Ok(verb) => {
            uninterrupted::hold_back();
            verb.join().unwrap_or(ExitStatus::Broken)
        }
        Err(_) => on_this_thread(arguments),
    }
}

fn on_this_thread(arguments: Vec<OsString>) -> ExitStatus {
    defect::guard(|| {
        let parse = || Cli::try_parse_from(args::with_verb(arguments.clone()));
        match args::plain(&arguments).map_or_else(parse, Ok) {
            Ok(cli) => perform(&cli).unwrap_or_else(|error| tell(&error)),
            Err(mut refusal) => {
                meant::propose(&mut refusal);
                refuse(&refusal)
            }
        }
    })
}

/// Goes where `-C` says, opens the output and hands over to the verb.
fn perform(cli: &Cli) -> Result<ExitStatus, Error> {
    if let Some(folder) = &cli.globals.folder {
        std::env::set_current_dir(folder)
            .map_err(|source| Error::Folder { path: folder.display().to_string(), source })?;
    }
    // `with_verb` has put one where none was typed.
    let Some(command) = &cli.command else { return Ok(ExitStatus::Broken) };
    if let Some(words) = caller_words() {
        program::call_as(words);
    }
    let output = Output::open(command.is_hook(), cli.globals.color, command.volume());
    match command {
        Command::Check(args) => check::run(args, &output),
        Command::Verify(args) => verify::run(args, &output),
        Command::Audit(args) => audit::run(args, &output),
        Command::Hook(args) => hook::run(args, &output),
        Command::Explain(args) => explain::run(args, &output),
        Command::Graph(args) => graph::run(args, &output),
        Command::Drift(args) => drift::run(args, &output),
        Command::Rebase(args) => rebase::run(args, &output),
        Command::Merge(args) => merge::run(args, &output),
        Command::Operations(args) => operations::run(args, &output),
        Command::Doctor(args) => doctor::run(args, &output),
        Command::Init(args) => init::run(args, &output),
        Command::Install(args) => install::install(args, &output),
        Command::Uninstall => install::uninstall(&output),
        Command::Server(args) => server::run(args),
        Command::Completions(args) => manual::completions(args, &output),
        Command::Man => manual::page(&output),
    }
}

/// How a person calls this program where a framework has installed it for itself.
fn caller_words() -> Option<String> {
    std::env::var_os("PRE_COMMIT")?;
    let own = std::env::current_exe().ok()?;
    is_kept_by_a_framework(&own).then(|| own.display().to_string())
}

/// Tells on standard error why there is no answer.
fn tell(error: &Error) -> ExitStatus {
    output::complain(&error.to_string(), error.hint().as_deref());
    ExitStatus::Broken
}

/// Prints what clap has to say: help and version are a success, everything else is bad usage.
fn refuse(refusal: &clap::Error) -> ExitStatus {
    if refusal.use_stderr() {
        // What was typed stands in it.
        output::refuse(&refusal.to_string());
        return ExitStatus::Broken;
    }
    if refusal.print().is_err() { ExitStatus::Broken } else { ExitStatus::Clean }
}
