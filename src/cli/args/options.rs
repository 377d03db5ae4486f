//! Options that several verbs read; each verb names those that it reads, and no other.

use std::path::PathBuf;
use std::rc::Rc;

use clap::{Args, ValueEnum};

use crate::change::overrides::{Overrides, Trusted};
use crate::cli::error::Error;
use crate::git::repository::Repository;
use crate::report::graph::GraphForm;
use crate::report::telling::{Format, Volume};
use crate::sql::dialect::Dialect;

/// What every verb understands.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub struct Globals {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub folder: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: ColorChoice,
}

/// How much is said.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct Amount {
    /// Say only what blocks
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say also what passed
    #[arg(short, long)]
    pub verbose: bool,
}

/// By what migrations are read.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// The database to judge for, instead of what the project says
    #[arg(long, value_name = "NAME", value_parser = dialect)]
    pub dialect: Option<Dialect>,
    /// Read settings from this file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Judge by the settings of this commit, whatever the change makes of them
    #[arg(long, value_name = "REF", conflicts_with = "config")]
    pub trusted_config: Option<String>,
}

/// By what migrations are judged, and how that is reported: what `check` and hooks share.
#[derive(Args, Clone, Debug, Default)]
pub struct Judging {
    /// By what migrations are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Let warnings block, save those that a plan or a waiver lowered
    #[arg(long)]
    pub strict: bool,
    /// How to report what was found
    #[arg(long, value_enum, default_value_t)]
    pub format: ReviewFormat,
    /// How much is said.
    #[command(flatten)]
    pub amount: Amount,
}

/// The form of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For people, as `git log --graph` draws
    #[default]
    #[value(alias = "human")]
    Text,
    /// One JSON object
    Json,
    /// A flowchart of Mermaid, for Markdown
    Mermaid,
    /// A graph of Graphviz
    Dot,
}

impl From<GraphFormat> for GraphForm {
    fn from(format: GraphFormat) -> Self {
        match format {
            GraphFormat::Text => GraphForm::Text,
            GraphFormat::Json => GraphForm::Json,
            GraphFormat::Mermaid => GraphForm::Mermaid,
            GraphFormat::Dot => GraphForm::Dot,
        }
    }
}

/// The form of a review or an audit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReviewFormat {
    /// For people
    #[default]
    #[value(alias = "human")]
    Text,
    /// One line for each finding: `path:line:column: rule message`
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanners
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// A comment for a pull request
    Markdown,
    /// The JSON that reviewdog reads
    Rdjson,
}

/// The form of what other verbs say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlainFormat {
    /// For people
    #[default]
    #[value(alias = "human")]
    Text,
    /// One JSON object
    Json,
}

/// The form of a rule's page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people
    #[default]
    #[value(alias = "human")]
    Text,
    /// One JSON object
    Json,
    /// Markdown
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

impl Amount {
    /// Returns how much is reported.
    pub fn volume(self) -> Volume {
        match (self.quiet, self.verbose) {
            (true, _) => Volume::Quiet,
            (_, true) => Volume::Verbose,
            _ => Volume::Normal,
        }
    }
}

impl Reading {
    /// Returns what is said over the settings.
    pub fn overrides(&self) -> Overrides {
        Overrides { dialect: self.dialect, config: self.config.clone(), ..Overrides::default() }
    }

    /// Adds the settings of the commit that is trusted.
    pub fn trusting(
        &self,
        overrides: Overrides,
        repository: &Repository,
    ) -> Result<Overrides, Error> {
        let Some(name) = &self.trusted_config else { return Ok(overrides) };
        let tree = repository.tree_of(&repository.resolve(name)?)?;
        let tree = Rc::new(repository.snapshot(Some(&tree)));
        Ok(Overrides { trusted: Some(Trusted { name: name.clone(), tree }), ..overrides })
    }

    /// Returns what is said over the settings of what a repository holds.
    pub fn overrides_in(&self, repository: &Repository) -> Result<Overrides, Error> {
        self.trusting(self.overrides(), repository)
    }
}

impl Judging {
    /// Returns what is said over the settings.
    pub fn overrides(&self) -> Overrides {
        Overrides { strict: self.strict, ..self.reading.overrides() }
    }

    /// Returns what is said over the settings of what a repository holds.
    pub fn overrides_in(&self, repository: &Repository) -> Result<Overrides, Error> {
        self.reading.trusting(self.overrides(), repository)
    }
}

impl From<ReviewFormat> for Format {
    fn from(choice: ReviewFormat) -> Self {
        match choice {
            ReviewFormat::Text => Format::Human,
            ReviewFormat::Concise => Format::Concise,
            ReviewFormat::Json => Format::Json,
            ReviewFormat::Sarif => Format::Sarif,
            ReviewFormat::Github => Format::Github,
            ReviewFormat::Gitlab => Format::Gitlab,
            ReviewFormat::Junit => Format::Junit,
            ReviewFormat::Markdown => Format::Markdown,
            ReviewFormat::Rdjson => Format::Rdjson,
        }
    }
}

impl From<PlainFormat> for Format {
    fn from(choice: PlainFormat) -> Self {
        match choice {
            PlainFormat::Text => Format::Human,
            PlainFormat::Json => Format::Json,
        }
    }
}

/// Reads the name of a database as Alembic and SQLAlchemy write it.
fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::from_name(name).ok_or_else(|| "postgresql, mysql, mariadb, sqlite or mssql".to_owned())
}
