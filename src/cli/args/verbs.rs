//! What each verb takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::options::{
    Amount, GraphFormat, Judging, PageFormat, PlainFormat, Reading, ReviewFormat,
};

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
    /// Judge by these rules only
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Judge by all rules but these
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// By what migrations are judged, and how that is reported.
    #[command(flatten)]
    pub judging: Judging,
    /// Write the safe forms that leave nothing to fill in into the work tree
    #[arg(long, conflicts_with_all = ["all", "from", "diff", "statistics", "output_file", "format", "exit_zero", "lines"])]
    pub fix: bool,
    /// Show what `--fix` would write
    #[arg(long, conflicts_with_all = ["all", "from", "statistics", "output_file", "format", "exit_zero", "lines"])]
    pub diff: bool,
    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    pub statistics: bool,
    /// With `--format concise`: write at most so many lines
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(3..))]
    pub lines: Option<u16>,
    /// Write the report into this file
    #[arg(short, long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// End with 0 whatever is found; what cannot be judged still ends with 2
    #[arg(long)]
    pub exit_zero: bool,
    /// Review these files, or the migrations in these folders, as they are on disk
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
    /// How many seconds one run of Alembic may take, instead of what settings say
    #[arg(long, value_name = "SECONDS")]
    pub limit: Option<u64>,
    /// How many seconds one run may take where neither that nor a setting says.
    #[arg(skip)]
    pub patience: Option<u64>,
    /// How to report what was found
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
    /// How much is said.
    #[command(flatten)]
    pub amount: Amount,
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
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Let warnings block, save those that a plan or a waiver lowered
    #[arg(long)]
    pub strict: bool,
    /// How to report what was found
    #[arg(long, value_enum, default_value_t)]
    pub format: ReviewFormat,
    /// Write the report into this file
    #[arg(short, long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// Count what was found by rule instead of showing it
    #[arg(long)]
    pub statistics: bool,
    /// Do not show how far it has come
    #[arg(short, long)]
    pub quiet: bool,
}

/// What `graph` takes.
#[derive(Args, Debug, Default)]
pub struct GraphArgs {
    /// Show these revisions only: `FIRST..LAST`, `FIRST..`, or all that lead to one
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// Show so many revisions of each project, the newest
    #[arg(short = 'n', long, value_name = "NUMBER")]
    pub limit: Option<usize>,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub format: GraphFormat,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Show every revision
    #[arg(short, long)]
    pub verbose: bool,
}

/// What `drift` takes.
#[derive(Args, Debug, Default)]
pub struct DriftArgs {
    /// Models are named in the settings; what is typed here gets a hint
    #[arg(value_name = "FOLDER", hide = true)]
    pub folders: Vec<String>,
    /// Revisions are written by Alembic; whoever asks for that gets a hint
    #[arg(long, hide = true)]
    pub fix: bool,
    /// How to report what was found
    #[arg(long, value_enum, default_value_t)]
    pub format: ReviewFormat,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `rebase` takes.
#[derive(Args, Debug, Default)]
pub struct RebaseArgs {
    /// Show the diff and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `merge` takes.
#[derive(Args, Debug, Default)]
pub struct MergeArgs {
    /// The heads, by their ids or the beginnings of them; those that nothing tells apart where none
    /// is named
    #[arg(value_name = "REVISION", num_args = 2..)]
    pub revisions: Vec<String>,
    /// What the revision says of itself
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,
    /// Show the diff and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `operations` takes.
#[derive(Args, Debug)]
pub struct OperationsArgs {
    /// Files, folders or revision ids of the staged tree; all migrations where none is named
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// List the models of SQLAlchemy that were read instead: those of a file, a folder or a table
    #[arg(long)]
    pub models: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `doctor` takes.
#[derive(Args, Debug, Default)]
pub struct DoctorArgs {
    /// Load each project as `verify` does, on a scratch database: its code runs, behind the same
    /// walls; without this nothing of the project is started
    #[arg(long)]
    pub load: bool,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub format: PlainFormat,
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `init` takes.
#[derive(Args, Debug, Default)]
pub struct InitArgs {
    /// Write what is proposed: settings, hooks, a workflow for CI
    #[arg(long, conflicts_with = "dry_run")]
    pub write: bool,
    /// Show every line that would be written
    #[arg(long)]
    pub dry_run: bool,
}

/// What `install` takes.
#[derive(Args, Debug, Default)]
pub struct InstallArgs {
    /// Let the gate run `verify` for what is staged and was not tried yet, within a minute for each
    #[arg(long)]
    pub verify: bool,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What `hook` takes.
#[derive(Args, Debug)]
pub struct HookArgs {
    /// By what migrations are judged, and how that is reported.
    #[command(flatten)]
    pub judging: Judging,
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
    /// The rule, or the beginning of its name; all rules by theme where none is named
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub format: PageFormat,
}

/// What `completions` takes.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
