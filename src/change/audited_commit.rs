//! A commit that is reviewed after the fact.

use crate::git::commit::Commit;
use crate::snapshot::ObjectId;

/// A commit that concerns migrations.
#[derive(Clone, Debug)]
pub struct AuditedCommit {
    /// The commit.
    pub commit: Commit,
    /// The paths that differ from its first parent.
    pub paths: Vec<String>,
    /// What was released when it was made.
    pub released: Released,
}

/// What was released when a commit was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// This commit, with all that leads to it.
    UpTo(ObjectId),
    /// Nothing.
    Nothing,
    /// Nobody knows: no upstream branch is known, and the commit stands on the line that is looked
    /// at.
    Unknown,
}
