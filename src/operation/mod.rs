//! Alembic operations and the statements they become.
//!
//! `step` holds what one direction of a migration does, step by step. An `operation::Operation` is
//! what the migration says, in Alembic's words; the statements in a step are what is sent to the
//! database because of it.
//!
//! Two wings read what a migration says: `op` the methods of Alembic's `op`, `sqlalchemy` the names
//! of SQLAlchemy and what can be done with them. Each wing has its table, and what is known of a
//! name stands in its row and nowhere else.

#[allow(clippy::module_inception, reason = "the room is named after the noun that it is about")]
pub mod operation;

pub mod step;

pub mod read;

pub(crate) mod entries;

pub mod body;

pub mod migration_host;

/// What a migration does is recorded.
mod recorded;

pub mod decisions;

pub mod answers;

pub mod attributes;

pub mod sa_value;

pub mod entity;

pub mod reading;

pub mod arguments;

pub mod refusal;

pub mod packages;

pub mod op;

pub mod sqlalchemy;
