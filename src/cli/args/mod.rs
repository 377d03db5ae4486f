//! What can be typed.

/// Options that several verbs read.
pub mod options;

/// What each verb takes.
pub mod verbs;

/// The examples that each verb's help shows.
pub mod examples;

use std::ffi::OsString;

use clap::{Parser, Subcommand, ValueEnum};

use crate::cli::args::options::{Amount, Globals, Judging, Reading};
use crate::cli::args::verbs::{
    AuditArgs, CheckArgs, CompletionsArgs, DoctorArgs, DriftArgs, ExplainArgs, GraphArgs, HookArgs,
    HookName, InitArgs, InstallArgs, MergeArgs, OperationsArgs, RebaseArgs, VerifyArgs,
};
use crate::report::telling::Volume;

/// The command line as a whole.
#[derive(Debug, Parser)]
#[command(
    name = "safe-migration",
    version,
    about = "Review staged Alembic migrations before they are committed",
    after_help = "Without a command: `safe-migration check`.\n\
                  Exit status: 0 nothing blocks, 1 the findings block, 2 it could not be determined."
)]
pub struct Cli {
    /// What every verb understands.
    #[command(flatten)]
    pub globals: Globals,
    /// The verb; `check` where none is named.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review what is staged, or what is named
    #[command(after_help = examples::CHECK)]
    Check(CheckArgs),
    /// Try what is staged on a scratch database: upgrade, downgrade, upgrade again
    #[command(
        long_about = "Try what is staged on a scratch database: upgrade, downgrade, upgrade again\n\
            \n\
        Runs the project's own Python and Alembic in a copy of what is staged, on a database that is made for it and \
        thrown away. No other database is reached.",
        after_help = examples::VERIFY
    )]
    Verify(VerifyArgs),
    /// Find commits that hold what the hook would have refused, and tell how they got in
    #[command(
        long_about = "Find commits that hold what the hook would have refused, and tell how they got in\n\n\
        Judges every commit of a range that concerns migrations, as the hook would have on that day, and what they \
        come to. It needs nothing but the history: what `--no-verify` let through is found in CI as well. Where this \
        clone has it on record, it tells who went around the gate, and how.",
        after_help = examples::AUDIT
    )]
    Audit(AuditArgs),
    /// Do what a git hook does (hooks call this)
    #[command(after_help = examples::HOOK)]
    Hook(HookArgs),
    /// Say why a rule exists, what it costs, and what to write instead
    #[command(after_help = examples::EXPLAIN)]
    Explain(ExplainArgs),
    /// Show the revision graph of every project; long runs whole with `--verbose`
    #[command(after_help = examples::GRAPH)]
    Graph(GraphArgs),
    /// Compare the models with what the migrations make, without a database
    #[command(
        long_about = "Compare the models with what the migrations make, without a database\n\n\
        Reads the models of SQLAlchemy that are staged, and the schema that the revisions leave, and tells where they \
        disagree: tables, columns, types, nullability, indexes, unique constraints and foreign keys, both ways. \
        Nothing is imported and no database is reached. Ends with 1 where they disagree.",
        after_help = examples::DRIFT
    )]
    Drift(DriftArgs),
    /// Let the revisions of this work follow upstream's head
    #[command(
        long_about = "Let the revisions of this work follow upstream's head\n\n\
        Writes another `down_revision` (and `Revises:`) into the first revision that upstream lacks, and a new number \
        where files are numbered; every other byte stays. What upstream has is never changed. Nothing is fetched, and \
        nothing is staged.",
        after_help = examples::REBASE
    )]
    Rebase(RebaseArgs),
    /// Bring several heads together in one revision
    #[command(
        long_about = "Bring several heads together in one revision\n\n\
        Writes an empty revision that follows them all, from the project's own script.py.mako. Nothing is staged.",
        after_help = examples::MERGE
    )]
    Merge(MergeArgs),
    /// Show what was understood of each migration, operation by operation
    #[command(after_help = examples::OPERATIONS)]
    Operations(OperationsArgs),
    /// Say what was inferred about this repository, from what, and where the gate stands
    #[command(after_help = examples::DOCTOR)]
    Doctor(DoctorArgs),
    /// Propose settings, hooks and a check in CI for this repository; `--write` writes them
    #[command(after_help = examples::INIT)]
    Init(InitArgs),
    /// Put the gate into the hooks of this repository
    #[command(long_about = "Put the gate into the hooks of this repository\n\n\
        Writes three hooks that can refuse a commit (pre-commit, pre-merge-commit, pre-applypatch), four that record \
        what went around them (post-commit, post-merge, post-applypatch, post-rewrite) and pre-push into the folder \
        that git runs hooks from; in a bare repository pre-receive. Hooks that are there are kept and run first.",
        after_help = examples::INSTALL)]
    Install(InstallArgs),
    /// Take the gate away and put back the hooks that were there before
    #[command(after_help = examples::UNINSTALL)]
    Uninstall,
    /// Serve an editor: the Language Server Protocol over standard input and output
    #[command(after_help = examples::SERVER)]
    Server(Reading),
    /// Write the completions of a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Write the manual page
    #[command(after_help = examples::MAN)]
    Man,
}

impl Command {
    /// Tells whether git (or a framework in its place) is the caller: then the report goes to
    /// standard error.
    pub fn is_hook(&self) -> bool {
        matches!(self, Command::Hook(_))
    }

    /// Returns how much the verb says.
    pub fn volume(&self) -> Volume {
        match self {
            Command::Check(args) => args.judging.amount.volume(),
            Command::Hook(args) => args.judging.amount.volume(),
            Command::Verify(args) => args.amount.volume(),
            Command::Audit(args) => Amount { quiet: args.quiet, verbose: false }.volume(),
            Command::Graph(args) => Amount { quiet: false, verbose: args.verbose }.volume(),
            _ => Volume::Normal,
        }
    }
}

/// Returns what is typed where that is a verb and nothing more, as git and the frameworks type it: a
/// commit that concerns no migration does not wait until all that could be typed is laid out.
pub fn plain(arguments: &[OsString]) -> Option<Cli> {
    let words: Vec<&str> =
        arguments.get(1..)?.iter().map(|word| word.to_str()).collect::<Option<_>>()?;
    let command = match words.as_slice() {
        [] | ["check"] => Command::Check(CheckArgs::default()),
        ["hook", name] => Command::Hook(HookArgs {
            judging: Judging::default(),
            name: HookName::from_str(name, false).ok()?,
            arguments: Vec::new(),
        }),
        _ => return None,
    };
    Some(Cli { globals: Globals::default(), command: Some(command) })
}

/// The options that stand before a verb, and take a value of their own.
const WITH_VALUE: [&str; 2] = ["-C", "--color"];

/// Puts `check` in front of options that no verb precedes: `safe-migration --all`.
pub fn with_verb(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = arguments.into_iter().collect();
    let mut at = 1;
    while let Some(word) = words.get(at).map(|word| word.to_string_lossy().into_owned()) {
        match word.as_str() {
            "-h" | "--help" | "-V" | "--version" => return words,
            word if WITH_VALUE.contains(&word) => at += 2,
            word if word.starts_with("--color=") || word.starts_with("-C") => at += 1,
            word if word.starts_with('-') => break,
            _ => return words,
        }
    }
    words.insert(at.min(words.len()), "check".into());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_without_a_verb_are_those_of_check() {
        let table = [
            ("", "check"),
            ("--all", "check --all"),
            ("-C x --all", "-C x check --all"),
            ("--color=never -q", "--color=never check -q"),
            ("graph --all", "graph --all"),
            ("--help", "--help"),
            ("-C x", "-C x check"),
        ];
        for (typed, expected) in table {
            let words = format!("safe-migration {typed}");
            let words = words.split_whitespace().map(OsString::from);
            let read: Vec<String> =
                with_verb(words).iter().map(|word| word.to_string_lossy().into_owned()).collect();
            assert_eq!(read[1..].join(" "), expected, "{typed}");
        }
    }
}
