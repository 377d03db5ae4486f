//! What upstream has, beside a change.

use std::rc::Rc;

use jiff::Timestamp;

use crate::change::error::Error;
use crate::git::repository::Repository;
use crate::snapshot::{ObjectId, Snapshot};

/// The branch that others have already.
#[derive(Clone)]
pub struct Upstream {
    /// Its name.
    pub name: String,
    /// The tree at its tip.
    pub tip: Rc<Snapshot>,
    /// The tree where this work left it: what is released. Of work that shares no commit with it,
    /// all of it is.
    pub base: Rc<Snapshot>,
    /// Whether this work grows from it.
    pub kinship: Kinship,
    /// The commits of both and of the work, where there are any.
    pub commits: Option<UpstreamCommits>,
    /// How many days ago it was fetched, if that is more than one.
    pub fetched_days_ago: Option<i64>,
}

/// The commits between which work and upstream parted.
#[derive(Clone, Copy, Debug)]
pub struct UpstreamCommits {
    /// Where they parted.
    pub base: Option<ObjectId>,
    /// The tip of upstream.
    pub tip: ObjectId,
    /// The tip of the work.
    pub work: ObjectId,
}

/// Whether two commits have an ancestor in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// They have one.
    Related,
    /// They have none: one has been begun beside the other.
    Unrelated,
}

pub(super) fn upstream(
    repository: &Repository,
    name: String,
    tip: &ObjectId,
    base: Option<ObjectId>,
    work: &ObjectId,
) -> Result<Upstream, Error> {
    let tree = |commit: &ObjectId| {
        repository.tree_of(commit).map(|tree| Rc::new(repository.snapshot(Some(&tree))))
    };
    let kinship = if base.is_some() { Kinship::Related } else { Kinship::Unrelated };
    let commits = Some(UpstreamCommits { base, tip: *tip, work: *work });
    let base = tree(&base.unwrap_or(*tip))?;
    let fetched_days_ago = repository.fetched(&name).map(|at| {
        let ago = Timestamp::now().duration_since(at.try_into().unwrap_or(Timestamp::UNIX_EPOCH));
        ago.as_hours() / 24
    });
    let fetched_days_ago = fetched_days_ago.filter(|days| *days > 1);
    Ok(Upstream { name, tip: tree(tip)?, base, kinship, commits, fetched_days_ago })
}
