//! What is kept of what was done: evidence of `verify`, receipts of the gate, and the ledger of
//! what went around it.
//!
//! All of it lies in the git directory that every work tree shares, and none of it is ever pushed.
//! It tells authors what happened; it proves nothing to anybody else, which is why `audit` judges
//! commits again.

/// What `verify` found of a revision.
pub mod evidence;

/// Whether `verify` can work on this machine.
pub mod ability;

/// What of a tree a judgement of its migrations rests on.
pub mod scope;

/// What the gate let through.
pub mod receipt;

/// What the gate said last, in one work tree.
pub mod last_run;

/// What went around the gate.
pub mod ledger_file;

/// How a commit got in.
pub mod ingress;

/// Files that are appended to and replaced so that no reader meets half of anything.
pub mod file;
