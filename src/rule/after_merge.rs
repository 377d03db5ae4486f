//! What exists only once this work is merged with upstream.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::alembic::graph::Node;
use crate::alembic::history::History;
use crate::alembic::revision_file::RevisionFile;
use crate::rule::severity::Severity;
use crate::rule::today::Today;

/// The history that merging with upstream would make.
#[derive(Debug)]
pub struct AfterMerge {
    /// The name of upstream.
    pub upstream: String,
    /// The merged history.
    pub merged: History,
    /// Upstream's own.
    pub theirs: History,
    /// What the change is about to become.
    pub step: Step,
    /// Who made a file that was committed, and when, by path.
    pub authors: BTreeMap<Rc<str>, Authored>,
    /// How many days ago upstream was fetched, if that is more than one.
    pub fetched_days_ago: Option<i64>,
}

/// What a change is about to become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// A commit, which may be rebased later.
    #[default]
    Commit,
    /// Part of what others have: a push, a range that is to be merged.
    Publication,
}

/// Who made a commit, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authored {
    /// The author's name.
    pub name: String,
    /// The day of the commit, in UTC.
    pub day: Today,
}

impl AfterMerge {
    /// Returns how bad what the merge would make is: a commit can be rebased, what is published
    /// cannot.
    pub fn severity(&self) -> Severity {
        match self.step {
            Step::Commit => Severity::Warning,
            Step::Publication => Severity::Critical,
        }
    }

    /// Tells whether upstream has a revision.
    pub fn is_theirs(&self, revision: &str) -> bool {
        self.theirs.graph().node(revision).is_some()
    }

    /// Returns the heads of the merge that nothing tells apart, where one came from each side.
    pub fn rivals(&self, ours: &History) -> Vec<Vec<&Node>> {
        let is_ours = |head: &&Node| !self.is_theirs(&head.id);
        let is_new = |head: &&Node| ours.graph().node(&head.id).is_none();
        let meet = |heads: &Vec<&Node>| heads.iter().any(is_ours) && heads.iter().any(is_new);
        self.merged.graph().rival_tips().into_iter().filter(meet).collect()
    }

    /// Says of a revision who made it, and when.
    pub fn whose(&self, file: &RevisionFile) -> String {
        let id = file.header.revision().unwrap_or_default();
        match self.authors.get(&file.path) {
            Some(Authored { name, day: Today { year, month, day } }) => {
                format!("`{id}` ({name}, {year:04}-{month:02}-{day:02})")
            }
            None => format!("`{id}` (not committed yet)"),
        }
    }

    /// Says where a revision stands, who made it and when.
    pub fn origin(&self, file: &RevisionFile) -> String {
        let from = match file.header.revision().is_some_and(|id| self.is_theirs(id)) {
            true => format!(", in `{}`", self.upstream),
            false => String::new(),
        };
        let by = match self.authors.get(&file.path) {
            Some(Authored { name, day: Today { year, month, day } }) => {
                format!(" by {name} on {year:04}-{month:02}-{day:02}")
            }
            None => " is not committed yet".to_owned(),
        };
        format!("{}{by}{from}", file.path)
    }

    /// Says how old what is known of upstream is, where that is more than a day.
    pub fn age(&self) -> Option<String> {
        self.fetched_days_ago.map(|days| {
            format!("`{}` was fetched {days} days ago: what came since is not seen", self.upstream)
        })
    }
}
