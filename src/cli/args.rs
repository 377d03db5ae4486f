//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::change::overrides::Overrides;
use crate::report::telling::Format;
use crate::sql::dialect::Dialect;

/// The command line as a whole.
#[derive(Debug, Parser)]
#[command(
    name = "safe-migration",
    version,
    about = "Review staged Alembic migrations before they are committed",
    after_help = "Without a command: `safe-migration check`.\n\
                  Exit status: 0 nothing blocks, 1 the findings block, 2 it could not be reported.",
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What every verb understands.
    #[command(flatten)]
    pub common: Common,
    /// The verb; `check` where none is named.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every verb understands.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Common options")]
pub struct Common {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub folder: Option<PathBuf>,
    /// How to tell what was found
    #[arg(long, value_enum, default_value_t, global = true, hide_possible_values = false)]
    pub format: FormatChoice,
    /// The database to judge for, instead of what the project says
    #[arg(long, value_name = "NAME", value_parser = dialect, global = true)]
    pub dialect: Option<Dialect>,
    /// Read settings from this file
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: ColorChoice,
    /// Say only what blocks
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say also what passed
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Let warnings block, save those that a plan or a waiver lowered
    #[arg(long, global = true)]
    pub strict: bool,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review what is staged, or what is named
    Check(CheckArgs),
    /// Try what is staged on a scratch database: upgrade, downgrade, upgrade again
    #[command(
        long_about = "Try what is staged on a scratch database: upgrade, downgrade, upgrade again\n\n\
        Runs the project's own Python and Alembic in a copy of what is staged, on a database that is made for it and \
        thrown away. No other database is reached."
    )]
    Verify(VerifyArgs),
    /// Find commits that hold what the hook would have refused, and tell how they got in
    #[command(
        long_about = "Find commits that hold what the hook would have refused, and tell how they got in\n\n\
        Judges every commit of a range that concerns migrations, as the hook would have on that day, and what they \
        come to. It needs nothing but the history: what `--no-verify` let through is found in CI as well. Where this \
        clone has it on record, it tells who went around the gate, and how."
    )]
    Audit(AuditArgs),
    /// Do what a git hook does (hooks call this)
    Hook(HookArgs),
    /// Say why a rule exists, what it costs, and what to write instead
    Explain(ExplainArgs),
    /// Show the revision graph of every project; every revision with `--verbose`
    Graph,
    /// Show what was understood of each migration, operation by operation
    Operations(OperationsArgs),
    /// Say what was inferred about this repository, from what, and where the gate stands
    Doctor,
    /// Put the gate into the hooks of this repository
    #[command(long_about = "Put the gate into the hooks of this repository\n\n\
        Writes three hooks that can refuse a commit (pre-commit, pre-merge-commit, pre-applypatch), four that record \
        what went around them (post-commit, post-merge, post-applypatch, post-rewrite) and pre-push into the folder \
        that git runs hooks from; in a bare repository pre-receive. Hooks that are there are kept and run first.")]
    Install,
    /// Take the gate away and put back the hooks that were there before
    Uninstall,
}

/// What `check` takes; without any of it, what is staged.
#[derive(Args, Debug, Default)]
pub struct CheckArgs {
    /// Review every migration, each as if it alone were new
    #[arg(long, conflicts_with_all = ["from", "paths"])]
    pub all: bool,
    /// Review what a branch adds since it left this commit
    #[arg(long, value_name = "REF", conflicts_with = "paths")]
    pub from: Option<String>,
    /// The end of what `--from` begins; HEAD where it is not given
    #[arg(long, value_name = "REF", requires = "from")]
    pub to: Option<String>,
    /// Ask for evidence of `verify` also where it is not kept: in ranges and with `--all`
    #[arg(long)]
    pub require_testing: bool,
    /// Review these files as they are on disk
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// What `verify` takes; without any of it, what is staged.
#[derive(Args, Debug, Default)]
pub struct VerifyArgs {
    /// Try these revisions of what is staged, by their ids or the beginnings of them
    #[arg(value_name = "REVISION", conflicts_with = "from")]
    pub revisions: Vec<String>,
    /// Try what is staged, which is what happens anyway
    #[arg(long, conflicts_with_all = ["from", "revisions"])]
    pub staged: bool,
    /// Try what a branch adds since it left this commit
    #[arg(long, value_name = "REF")]
    pub from: Option<String>,
    /// The end of what `--from` begins; HEAD where it is not given
    #[arg(long, value_name = "REF", requires = "from")]
    pub to: Option<String>,
    /// Forget evidence, templates, servers and kept databases of earlier runs
    #[arg(long)]
    pub no_cache: bool,
    /// Leave each scratch database as the first pass leaves it, and say how to connect to it and
    /// how to remove it
    #[arg(long)]
    pub keep: bool,
}

/// What `audit` takes.
#[derive(Args, Debug, Default)]
pub struct AuditArgs {
    /// The commits to judge, as `BASE..HEAD`; without a base all that lead to it, and to HEAD where
    /// nothing is named
    #[arg(value_name = "BASE..HEAD")]
    pub range: Option<String>,
    /// End with 1 where something stands that the hook would have refused
    #[arg(long)]
    pub fail: bool,
    /// Judge commits of this day and later only
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub since: Option<jiff::civil::Date>,
    /// Judge commits only whose author's name or address holds this
    #[arg(long, value_name = "WORD")]
    pub author: Option<String>,
    /// Ask for evidence of `verify` too, which this machine has to keep
    #[arg(long)]
    pub require_testing: bool,
}

/// What `operations` takes.
#[derive(Args, Debug)]
pub struct OperationsArgs {
    /// Files, folders or revision ids of the staged tree; all migrations where none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// What `hook` takes.
#[derive(Args, Debug)]
pub struct HookArgs {
    /// The hook
    #[arg(value_enum, value_name = "NAME")]
    pub name: HookName,
    /// What git hands to the hook
    #[arg(
        value_name = "ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true,
        hide = true
    )]
    pub arguments: Vec<String>,
}

/// The hooks of git that are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HookName {
    /// Before a commit
    PreCommit,
    /// Before a merge is committed
    PreMergeCommit,
    /// Before a patch is committed
    PreApplypatch,
    /// After a commit
    PostCommit,
    /// After a merge
    PostMerge,
    /// After a patch
    PostApplypatch,
    /// After commits were rewritten
    PostRewrite,
    /// After any of these; frameworks do not say which
    Post,
    /// Before a push
    PrePush,
    /// Before a server takes what is pushed
    PreReceive,
}

impl HookName {
    /// Tells whether this hook only records: then it never disturbs.
    pub fn records(self) -> bool {
        use HookName::{Post, PostApplypatch, PostCommit, PostMerge, PostRewrite};
        matches!(self, PostCommit | PostMerge | PostApplypatch | PostRewrite | Post)
    }
}

/// What `explain` takes.
#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// The rule; all rules by theme where none is named
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

/// The name of a format on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// For people
    #[default]
    #[value(alias = "human")]
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A comment for a pull request
    Markdown,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Common {
    /// Returns what is said over the settings.
    pub fn overrides(&self) -> Overrides {
        Overrides { dialect: self.dialect, config: self.config.clone(), strict: self.strict }
    }
}

impl Command {
    /// Tells whether git (or a framework in its place) is the caller: then the report goes to
    /// standard error.
    pub fn is_hook(&self) -> bool {
        matches!(self, Command::Hook(_))
    }
}

impl From<FormatChoice> for Format {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Text => Format::Human,
            FormatChoice::Json => Format::Json,
            FormatChoice::Sarif => Format::Sarif,
            FormatChoice::Github => Format::Github,
            FormatChoice::Markdown => Format::Markdown,
        }
    }
}

/// Reads the name of a database as Alembic and SQLAlchemy write it.
fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::from_name(name).ok_or_else(|| "postgresql, mysql, mariadb, sqlite or mssql".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
