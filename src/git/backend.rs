//! What a reader of repositories must be able to do.
//!
//! A reader hands out raw objects and answers questions about names and ancestry; everything else
//! is worked out above it, in one place for both readers.

use std::path::PathBuf;

use crate::git::error::Error;
use crate::snapshot::ObjectId;

/// A reader of one repository.
pub trait Backend {
    /// Returns an object, or nothing where the repository does not hold it.
    fn object(&self, id: &ObjectId) -> Result<Option<Object>, Error>;

    /// Returns the commit that HEAD names; nothing only where the branch is not born yet.
    fn head(&self) -> Result<Option<ObjectId>, Error>;

    /// Returns the full name of the reference that a symbolic reference such as `HEAD` points to.
    fn symbolic(&self, name: &str) -> Option<String>;

    /// Returns the commit that a reference of this full name leads to, if there is one.
    fn reference(&self, name: &str) -> Option<ObjectId>;

    /// Returns the full names of all references.
    fn references(&self) -> Vec<String>;

    /// Returns the commit that a revision names, as people write it.
    fn resolve(&self, revision: &str) -> Option<ObjectId>;

    /// Returns the best common ancestor of two commits.
    fn merge_base(&self, one: &ObjectId, other: &ObjectId) -> Result<Option<ObjectId>, Error>;

    /// Lists the commits that are reached from `to` and from none of `hidden`, ancestors first.
    fn walk(&self, hidden: &[ObjectId], to: &ObjectId) -> Result<Vec<ObjectId>, Error>;

    /// Returns a setting of git's configuration.
    fn setting(&self, key: &str) -> Option<String>;

    /// Tells whether objects that are not here may be had from a remote (a partial clone).
    fn promises(&self) -> bool;
}

/// A raw object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A tree.
    Tree,
    /// A blob.
    Blob,
    /// A tag, or something that git has thought of since.
    Other,
}

/// Where a repository lies and how it is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The git directory of this work tree.
    pub git_dir: PathBuf,
    /// The git directory that all work trees share.
    pub common_dir: PathBuf,
    /// Whether there is no work tree.
    pub bare: bool,
    /// How many bytes an id has.
    pub width: usize,
}
