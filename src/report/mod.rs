//! Tellers: one file per reader, each a pure function of what was found.

/// To whom a report speaks, on what occasion, and how much of it.
pub mod telling;

/// The few styles used.
pub mod palette;

/// Prose, broken into lines, and text that a terminal may be given.
pub mod prose;

/// One finding as a person reads it: the sentence, the line with a caret, the way out.
pub mod snippet;

/// A review for a person at a terminal.
pub mod human;

/// Where a finding stands, in lines and columns.
pub mod place;

/// A review as one JSON object.
pub mod json;

/// A review for code scanners: SARIF 2.1.0.
pub mod sarif;

/// A review as workflow commands of GitHub Actions.
pub mod github;

/// A review as a comment on a pull request.
pub mod markdown;

/// What was understood of each migration, as one JSON object.
pub mod operations;

/// What SQL that is executed does, in the words of Alembic's operations.
pub mod effects;

/// What was understood of each migration, for a person.
pub mod outline;

/// What was inferred about a repository.
pub mod facts;

/// What `verify` found.
pub mod rehearsed;

/// What an author hears, once, of a commit that went around the gate.
pub mod recorded;

/// What an audit found.
pub mod audit;

/// An audit for code scanners.
pub mod audit_sarif;

/// An audit as a comment on a pull request.
pub mod audit_markdown;

/// Pages and tables made of the rules' cards and examples.
pub mod catalogue;

/// The revision graph.
pub mod graph;

/// A graph drawn in lanes.
pub mod lanes;

use crate::report::telling::{Format, Telling};
use crate::review::finding::Review;

/// Tells a review in the form that is asked for. Empty where there is nothing to tell.
pub fn tell(review: &Review, telling: Telling) -> String {
    match telling.format {
        Format::Human => human::tell(review, telling),
        Format::Json => json::tell(review),
        Format::Sarif => sarif::tell(review),
        Format::Github => github::tell(review, telling),
        Format::Markdown => markdown::tell(review, telling),
    }
}
