//! Alembic operations and the statements they become.
//!
//! `step` holds what one direction of a migration does, step by step. An `operation::Operation` is
//! what the migration says, in Alembic's words; the statements in a step are what is sent to the
//! database because of it.

#[allow(clippy::module_inception, reason = "the room is named after the noun that it is about")]
pub mod operation;

pub mod step;

pub mod read;

pub(crate) mod entries;

pub mod body;

pub mod emit;

pub mod check_names;

pub mod emit_alter;

pub mod migration_host;

pub mod answers;

pub mod methods;

pub mod libraries;

pub mod sqlalchemy;

pub mod sa_value;

pub mod reading;

pub mod arguments;

pub mod op_calls;

pub mod op_keywords;

pub mod op_tables;

pub mod op_constraints;

pub mod types;

pub mod type_names;

pub mod type_sql;

pub mod columns;

pub mod constraints;

pub mod tables;

pub mod models;

pub mod ddl;

pub mod connections;

pub mod sessions;

pub mod dml;

pub mod query;

pub mod expressions;

pub mod functions;

pub mod sql_expr;

pub mod execute;

pub mod sql_builder;

pub mod sent;
