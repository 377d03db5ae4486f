//! What is kept of what was done: evidence of `verify`.

/// What `verify` found of a revision.
pub mod evidence;
