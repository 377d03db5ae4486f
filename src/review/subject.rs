//! What is reviewed: for each project, the revisions that a change concerns.

use std::collections::HashMap;
use std::rc::Rc;

use crate::alembic::history::History;
use crate::alembic::project::Project;
use crate::alembic::surroundings::Surroundings;
use crate::config::settings::Settings;
use crate::review::finding::Change;
use crate::rule::after_merge::AfterMerge;
use crate::rule::release::Release;
use crate::rule::today::Today;
use crate::schema::memory::Memory;
use crate::scratch::proof::Proof;
use crate::sql::dialect::Dialect;

/// One project with what a change does to it.
pub struct Subject<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its revisions, as the change leaves them.
    pub history: &'a History,
    /// What was found out about the bytes of the history.
    pub memory: Memory,
    /// Its settings.
    pub settings: &'a Settings,
    /// The same history, its migrations read for each dialect but the first.
    pub others: Vec<History>,
    /// The dialects it is judged for, the likeliest first; never empty.
    pub dialects: Vec<Dialect>,
    /// What files around the project say of the server and the packages.
    pub surroundings: Rc<Surroundings>,
    /// What is released, and what is deployed together.
    pub release: Release,
    /// What is released, as histories.
    pub bases: &'a [History],
    /// What merging with upstream would make.
    pub after_merge: Option<&'a AfterMerge>,
    /// What `verify` found of revisions with exactly their content, by id.
    pub evidence: HashMap<String, Proof>,
    /// The revisions that the change concerns, in the order in which they are applied.
    pub revised: Vec<Revised>,
    /// Changed files that look like revisions and lie where the project does not load them.
    pub overlooked: Vec<Rc<str>>,
}

/// A revision that a change concerns.
#[derive(Clone, Debug, PartialEq)]
pub struct Revised {
    /// The path; of a deleted one, the path it had.
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
    /// How it is judged.
    pub judged: Judged,
    /// The changed files that it reads.
    pub through: Vec<Rc<str>>,
}

/// How a revision is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judged {
    /// By every rule.
    Wholly,
    /// It means what it meant (a formatter, a moved folder): by Reading, and by Values on the lines
    /// named, from 1.
    Reformatted {
        /// The lines that differ.
        lines: Vec<usize>,
    },
    /// Not at all: it is context, or gone.
    Not,
}

/// On what occasion is reviewed.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// The day that waivers are held against: today in the gate, the committer's in audits.
    pub today: Today,
    /// `--strict`.
    pub strict: bool,
    /// Whether evidence of `verify` is asked for: where it can be kept, or with
    /// `--require-testing`.
    pub testing: bool,
}
