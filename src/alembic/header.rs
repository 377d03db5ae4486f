//! The four names at the head of a revision.

use crate::text::source::Span;

/// What a revision says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `revision`.
    pub revision: String,
    /// `down_revision`; empty at a base.
    pub down_revisions: Vec<String>,
    /// `depends_on`.
    pub depends_on: Vec<String>,
    /// `branch_labels`.
    pub branch_labels: Vec<String>,
    /// The first line of the module docstring.
    pub message: Option<String>,
    /// Where `revision` is assigned.
    pub revision_span: Span,
    /// Where `down_revision` is assigned.
    pub down_revision_span: Span,
}

/// A header that was read, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderReading {
    /// It was read.
    Read(Header),
    /// It was not, or Alembic would refuse it.
    Unreadable {
        /// The reason, as a clause.
        why: String,
        /// Where.
        span: Span,
        /// The revision id, where at least that is known.
        revision: Option<String>,
    },
}
