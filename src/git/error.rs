//! Why the repository could not be read, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::snapshot::ObjectId;

/// Why the repository could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no repository here.
    #[error("`{folder}` is not inside a git repository")]
    NotARepository {
        /// The folder that was asked about.
        folder: PathBuf,
    },

    /// Git refuses a repository that belongs to somebody else.
    #[error("git does not trust `{path}`, because it belongs to another user")]
    DubiousOwnership {
        /// The repository.
        path: String,
    },

    /// The repository is there and cannot be opened.
    #[error("the repository cannot be opened: {why}")]
    Unopenable {
        /// What git or libgit2 says.
        why: String,
    },

    /// Nothing is ever staged in a bare repository.
    #[error("`{path}` is a bare repository, in which nothing can be staged")]
    Bare {
        /// The repository.
        path: PathBuf,
    },

    /// The index holds both sides of a conflict.
    #[error("the index holds a merge conflict in `{path}`")]
    Conflict {
        /// The first path in conflict.
        path: String,
    },

    /// The index is there and cannot be read.
    #[error("the index `{path}` cannot be read: {source}")]
    Index {
        /// The index file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },

    /// HEAD is neither a commit nor a branch that is about to be born.
    #[error("HEAD cannot be read: {why}")]
    Head {
        /// What git or libgit2 says.
        why: String,
    },

    /// A revision that somebody wrote names nothing.
    #[error("`{revision}` names no commit of this repository")]
    UnknownRevision {
        /// What was written.
        revision: String,
        /// A branch or tag of nearly that name.
        nearest: Option<String>,
    },

    /// The history that is needed lies behind the edge of a shallow clone.
    #[error("the history that is needed is cut off, because this clone is shallow")]
    Shallow,

    /// An object that something refers to is not there.
    #[error("the object {id} is missing from this repository")]
    MissingObject {
        /// The object.
        id: ObjectId,
    },

    /// An object that is there is not what it should be.
    #[error("the object {id} is no readable {expected}")]
    Malformed {
        /// The object.
        id: ObjectId,
        /// What should stand there.
        expected: &'static str,
    },

    /// Two trees differ beyond every bound.
    #[error("the trees to be compared hold more than {limit} differing rows")]
    TooLarge {
        /// The bound.
        limit: usize,
    },

    /// The `git` executable cannot be started.
    #[error("the `git` executable, which this needs, cannot be started: {source}")]
    NoExecutable {
        /// What the system says.
        source: io::Error,
    },

    /// The `git` executable said no.
    #[error("`git {command}` says: {message}")]
    Refused {
        /// The subcommand.
        command: String,
        /// The last line of its standard error.
        message: String,
    },

    /// libgit2 said no.
    #[error("the repository cannot be read: {}", .source.message())]
    Library {
        /// What it says.
        #[from]
        source: git2::Error,
    },

    /// A file of the repository cannot be read, or a temporary one not be written.
    #[error("`{path}`: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Error {
    /// Returns what to do about it, as an order that can be followed.
    pub fn hint(&self) -> String {
        match self {
            Error::NotARepository { .. } => "run it inside a repository, or name one with -C \
                DIR"
            .into(),
            Error::DubiousOwnership { path } => {
                format!("if you trust it: git config --global --add safe.directory '{path}'")
            }
            Error::Unopenable { .. } | Error::Library { .. } => "see what `git status` and `git \
                fsck` say here"
                .into(),
            Error::Bare { .. } => {
                "run it in a work tree; for a range of commits: check --from REF \
                --to REF"
                    .into()
            }
            Error::Conflict { .. } => "resolve it and `git add` the file; what is staged is what \
                is reviewed"
                .into(),
            Error::Index { .. } => "see what `git status` says here; `git reset` writes a new \
                index"
                .into(),
            Error::Head { .. } => "see what `git status` and `git fsck` say here".into(),
            Error::UnknownRevision { nearest: Some(name), .. } => format!("did you mean `{name}`?"),
            Error::UnknownRevision { revision, .. } => unknown_revision_hint(revision),
            Error::Shallow => "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: \
                0` in CI"
                .into(),
            Error::MissingObject { .. } | Error::Malformed { .. } => {
                "a partial clone must be able to reach its remote; otherwise see what `git fsck` \
                 says"
                    .into()
            }
            Error::TooLarge { .. } => "compare with a revision that is nearer".into(),
            Error::NoExecutable { .. } => "install git, or put it on PATH".into(),
            Error::Refused { .. } => "run that command here to see the whole of what git \
                says"
                .into(),
            Error::File { .. } => "see that the file can be read and that there is room for \
                temporary files"
                .into(),
        }
    }
}

/// What to do where a revision is not here: a remote's branch has probably not been fetched.
fn unknown_revision_hint(revision: &str) -> String {
    match revision.split_once('/') {
        Some((remote, branch)) if !branch.is_empty() => {
            format!("if it is a branch of `{remote}`: git fetch {remote} {branch}")
        }
        None if revision == "HEAD" => {
            "nothing is committed here yet; `safe-migration check` judges what is staged".into()
        }
        _ => "`git branch -a` and `git tag` list what is here".into(),
    }
}
