//! The repository as it is now: what is staged, which commits there are, and where two trees
//! differ.
//!
//! Everything is read as raw objects, so that two readers can stand behind one door: libgit2, which
//! is fast, and the `git` executable, which reads every repository that git reads. No working tree
//! file is ever looked at, nothing of the user's is written, and no lock is taken.

/// The repository: the one noun that other rooms ask.
pub mod repository;

/// Why the repository could not be read, and what to do about it.
pub mod error;

/// The tree that a commit of an index would hold.
pub mod staged;

/// The root of the index's cache-tree, read from the index's tail.
pub mod index;

/// Raw trees: their rows and the names in them.
pub mod tree;

/// Where a tree differs from every one of several others.
pub mod difference;

/// Raw commits.
pub mod commit;

/// Which commits of a range concern some paths.
pub mod range;

/// Names of branches, and the one that holds what is released.
pub mod references;

/// The work trees of a repository, and where each has its hooks.
pub mod worktrees;

/// A tree as the source of a snapshot.
pub mod source;

/// What earlier runs wrote down about blobs.
pub mod records;

/// Objects by id, from whichever reader has them.
pub mod objects;

/// What a reader of repositories must be able to do.
pub mod backend;

/// The reader that is libgit2.
pub mod library;

/// The reader that is the `git` executable.
pub mod program;

/// A while in which Ctrl-C waits.
pub mod uninterrupted;

/// The digest of bytes, as git would name them.
pub mod digest;
