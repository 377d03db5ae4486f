//! Alembic operations and the statements they become.
//!
//! [`step`] holds what one direction of a migration does, step by step. An [`operation::Operation`] is what the
//! migration says, in Alembic's words; the statements in a step are what the database is told because of it.

pub mod operation;

pub mod step;

pub mod read;
