//! What a review says.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::rule::definition::Rule;
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::Severity;
use crate::text::source::Text;

/// What a review says of a change.
#[derive(Debug, Default)]
pub struct Review {
    /// The migrations that the change concerns, judged or not, in the order in which they are
    /// applied.
    pub migrations: Vec<Reviewed>,
    /// What the change makes of the settings, which every report begins with.
    pub settings_changes: Vec<String>,
    /// What was found and stands, the worst of a migration first.
    pub findings: Vec<Finding>,
    /// What was found and is waived.
    pub waived: Vec<Waived>,
    /// Rules that judged something and found nothing, in the table's order.
    pub passed: Vec<&'static str>,
    /// What evidence says, one entry per judged revision.
    pub testing: Vec<Testing>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What is dropped or renamed and no released code names any more.
    pub unused: Vec<Unused>,
    /// How to deploy it.
    pub recommendations: Vec<String>,
    /// What the report says once besides: an assumed dialect, rules that are off, no upstream.
    pub notices: Vec<String>,
    /// Why the review cannot be relied on: exit 2 whatever else was found.
    pub unverifiable: Vec<String>,
    /// Whether warnings block.
    pub strict: bool,
    /// The texts that findings point into, by path.
    pub texts: BTreeMap<Rc<str>, Rc<Text>>,
}

/// A column or table that a migration takes away and no released code names any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The path of the migration.
    pub path: Rc<str>,
    /// The line of the statement, from 1.
    pub line: usize,
    /// The revision.
    pub revision: String,
    /// The table.
    pub table: String,
    /// The column; the table as a whole where there is none.
    pub column: Option<String>,
    /// The branch that is released.
    pub upstream: Option<String>,
    /// The commit that took the last use away, where one is found.
    pub since: Option<UnusedSince>,
    /// How many commits were looked at.
    pub searched: usize,
}

/// The commit that took the last use away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedSince {
    /// Its id.
    pub commit: String,
    /// Who wrote it.
    pub author: String,
    /// When it was committed, `YYYY-MM-DD`.
    pub date: String,
    /// The first line of its message.
    pub subject: String,
}

impl Unused {
    /// Says it in one sentence.
    pub fn sentence(&self) -> String {
        let what = match &self.column {
            Some(column) => format!("{}.{column}", self.table),
            None => self.table.clone(),
        };
        let code = self.upstream.as_deref().unwrap_or("HEAD");
        match &self.since {
            Some(since) => {
                let short: String = since.commit.chars().take(10).collect();
                format!(
                    "no code of `{code}` names `{what}` since {short} of {} ({}: {})",
                    since.date, since.author, since.subject
                )
            }
            None => format!(
                "no code of `{code}` names `{what}`, and no model did in {}",
                match self.searched {
                    1 => "its only commit".to_owned(),
                    number => format!("the last {number} commits"),
                }
            ),
        }
    }
}

/// A migration that the change concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed {
    /// The path.
    pub path: Rc<str>,
    /// The path it had, where it moved.
    pub previous_path: Option<Rc<str>>,
    /// The revision id; empty where it could not be read.
    pub revision: String,
    /// `down_revision`.
    pub down_revisions: Vec<String>,
    /// The first line of the docstring.
    pub message: Option<String>,
    /// What the change does to it.
    pub change: Change,
    /// Whether all rules judged it.
    pub judged: bool,
    /// The project's name.
    pub project: String,
}

/// What a change does to a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// It is new.
    Added,
    /// It was there, and differs.
    Modified,
    /// It is gone.
    Deleted,
    /// It is as it was (`--all`).
    Untouched,
}

/// What a rule found, with the severity that stands.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity that stands.
    pub severity: Severity,
    /// What the rule says.
    pub raw: RawFinding,
    /// The revision; `None` where none could be read.
    pub revision: Option<String>,
    /// What lowered the severity, if something did.
    pub lowered: Option<Lowered>,
    /// How many identical findings stand here for one.
    pub count: usize,
    /// What other rules say of the same statement.
    pub notes: Vec<Note>,
}

/// What another rule says of the same statement.
#[derive(Clone, Debug)]
pub struct Note {
    /// The rule.
    pub rule: &'static Rule,
    /// Its severity.
    pub severity: Severity,
    /// Its sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// What lowered a severity.
#[derive(Clone, Debug, PartialEq)]
pub struct Lowered {
    /// The severity it had.
    pub from: Severity,
    /// What lowered it.
    pub by: LoweredBy,
    /// The words: the plan's text, the size, the setting.
    pub text: String,
}

/// What may lower a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoweredBy {
    /// A plan in a comment.
    Plan,
    /// A table known to be small.
    Size,
    /// A setting.
    Configuration,
}

/// A finding that a waiver covers.
#[derive(Clone, Debug)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// The reason given.
    pub reason: String,
    /// The last day it holds, `YYYY-MM-DD`.
    pub until: Option<String>,
}

/// What evidence says of a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Testing {
    /// The revision.
    pub revision: String,
    /// The status.
    pub status: TestingStatus,
    /// What each leg did, `passed` or `failed`: upgrade, downgrade, upgrade again.
    pub legs: Option<[Option<&'static str>; 3]>,
    /// The database it was tried on.
    pub database: Option<String>,
    /// When, RFC 3339 in UTC.
    pub at: Option<String>,
    /// The reason of the waiver that covers its failure, or would.
    pub waived: Option<String>,
}

/// Whether a revision was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TestingStatus {
    /// It was, and passed.
    Passed,
    /// It was, and failed.
    Failed,
    /// It was not, for exactly this content.
    Untested,
    /// Nobody asks.
    NotAsked,
}

/// Something that runs and could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    /// The path.
    pub path: Rc<str>,
    /// The line, from 1.
    pub line: usize,
    /// Why, as a clause.
    pub why: String,
}

/// What a review decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// Nothing was found.
    Pass,
    /// Something was found that does not block.
    Warn,
    /// Something blocks.
    Block,
}

impl Review {
    /// Returns what the review decides.
    pub fn decision(&self) -> Decision {
        match () {
            () if self.blocking().next().is_some() => Decision::Block,
            () if self.findings.is_empty() => Decision::Pass,
            () => Decision::Warn,
        }
    }

    /// Returns how many migrations all rules have judged.
    pub fn judged(&self) -> usize {
        self.migrations.iter().filter(|migration| migration.judged).count()
    }

    /// Returns the findings that block.
    pub fn blocking(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.blocks(finding))
    }

    /// Tells whether a finding blocks: with `--strict` a warning does too, unless a plan lowered
    /// it.
    pub fn blocks(&self, finding: &Finding) -> bool {
        match finding.severity {
            Severity::Critical => true,
            Severity::Warning => {
                self.strict
                    && !finding
                        .lowered
                        .as_ref()
                        .is_some_and(|lowered| lowered.by == LoweredBy::Plan)
            }
        }
    }
}

impl Change {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Modified => "modified",
            Change::Deleted => "deleted",
            Change::Untouched => "untouched",
        }
    }
}

impl Decision {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Pass => "pass",
            Decision::Warn => "warn",
            Decision::Block => "block",
        }
    }
}

impl LoweredBy {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            LoweredBy::Plan => "plan",
            LoweredBy::Size => "size",
            LoweredBy::Configuration => "configuration",
        }
    }
}

impl TestingStatus {
    /// Returns the word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            TestingStatus::Passed => "passed",
            TestingStatus::Failed => "failed",
            TestingStatus::Untested => "untested",
            TestingStatus::NotAsked => "not-asked",
        }
    }
}
