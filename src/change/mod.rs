//! What is asked about: a change as trees, and its projects as the rules see them.
//!
//! Every verb that judges begins here, and so do the tests: the command line says what is meant,
//! this room reads it, and `review` judges it.

/// What keeps a change from being read.
pub mod error;

/// What the command line says over the settings.
pub mod overrides;

pub mod today;
/// A change, as trees.
pub mod trees;

pub mod upstream;

/// Paths that the command line names.
pub mod named;

pub mod unjudged;

/// Folders of the file system as a snapshot.
pub mod disk;

/// Models held against migrations.
pub mod drift;

/// Since which commit nothing names what a migration takes away.
pub mod unused;

/// Which revisions of a project are meant.
pub mod revised;

/// What a report says once besides its findings.
pub mod notices;

pub mod concern;
/// A change, put before the rules.
pub mod project_input;

pub mod review;

/// What a run writes down for the next one.
pub mod summaries;

pub mod authors;

/// What a change makes of the settings that it is judged by.
pub mod settings_change;

/// This work and upstream.
pub mod sides;

/// Files that a verb would write.
pub mod draft;

/// Revisions put behind upstream's head.
pub mod repoint;

/// A merge revision.
pub mod joining;

/// The digests of what a judgement of migrations rests on, in the trees of a change.
pub mod digests;

/// The commits that an audit judges, each with what was released when it was made.
pub mod audit_range;

pub mod audited_commit;

/// One commit, judged again.
pub mod replay;

/// Safe forms put in the place of what they replace.
pub mod fix;

/// Safe forms put in place one after another, as long as they help.
pub mod fixer;

/// How what an audit found was fixed later.
pub mod remediation;
