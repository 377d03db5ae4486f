//! Tellers: one file per reader, each a pure function of what was found.

/// To whom a report speaks, on what occasion, and how much of it.
pub mod telling;

/// How this program is called from where the report is read.
pub mod program;

/// What walls keep and leave open, in words.
pub mod walls;

/// The few styles used.
pub mod palette;

/// Prose, broken into lines.
pub mod prose;

/// Text of others, made to say nothing by itself.
pub mod speech;

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

/// How many findings each rule has.
pub mod statistics;

/// Findings as rows, for programs that list them.
pub mod listing;

/// Findings in one line each.
pub mod concise;

/// Findings as GitLab's code quality report.
pub mod gitlab;

/// Findings as JUnit's XML.
pub mod junit;

/// Findings as the JSON that reviewdog reads.
pub mod rdjson;

/// What a finding is known by from one run to the next.
pub mod fingerprint;

/// A review as workflow commands of GitHub Actions.
pub mod github;

/// A review as a comment on a pull request.
pub mod markdown;

/// What was understood of each migration, as one JSON object.
pub mod operations;

/// What was read of models.
pub mod models;

pub mod operation_rows;

/// What SQL that is executed does, in the words of Alembic's operations.
pub mod effects;

/// What was understood of each migration, for a person.
pub mod outline;

/// What was inferred about a repository.
pub mod facts;

/// What is changed in a file.
pub mod diff;

/// Where models and migrations disagree.
pub mod drift;

/// What `init` proposes.
pub mod proposal;

/// What `verify` found.
pub mod rehearsed;

/// What an author hears, once, of a commit that went around the gate.
pub mod recorded;

/// What an audit found.
pub mod audit;

/// How often an audit found each rule.
pub mod audit_statistics;

/// An audit for code scanners.
pub mod audit_sarif;

/// An audit as a comment on a pull request.
pub mod audit_markdown;

/// Pages and tables made of the rules' cards and examples.
pub mod catalogue;

/// The revision graph.
pub mod graph;

pub mod shown_graph;

/// A graph drawn in lanes.
pub mod diagram;

pub mod lanes;

use crate::report::audit::Audit;
use crate::report::telling::{Format, Telling};
use crate::review::finding::Review;

/// Tells a review in the form that is asked for. Empty where there is nothing to tell.
pub fn tell(review: &Review, telling: Telling) -> String {
    let listing = || listing::of_review(review, telling);
    match telling.format {
        Format::Human => human::tell(review, telling),
        Format::Concise => concise::tell(&listing()),
        Format::Json => json::tell(review),
        Format::Sarif => sarif::tell(review),
        Format::Github => github::tell(&listing()),
        Format::Gitlab => gitlab::tell(&listing()),
        Format::Junit => junit::tell(&listing()),
        Format::Markdown => markdown::tell(review, telling),
        Format::Rdjson => rdjson::tell(&listing()),
    }
}

/// Tells an audit in the form that is asked for.
pub fn tell_audit(audit: &Audit, format: Format) -> String {
    let listing = || listing::of_audit(audit);
    match format {
        Format::Human => audit::tell(audit),
        Format::Concise => concise::tell(&listing()),
        Format::Json => json::write(audit),
        Format::Sarif => audit_sarif::tell(audit),
        Format::Github => github::tell(&listing()),
        Format::Gitlab => gitlab::tell(&listing()),
        Format::Junit => junit::tell(&listing()),
        Format::Markdown => audit_markdown::tell(audit),
        Format::Rdjson => rdjson::tell(&listing()),
    }
}
