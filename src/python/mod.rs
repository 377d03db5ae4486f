//! Python, evaluated without being run.
//!
//! A file is parsed by tree-sitter, lowered into a syntax tree of our own, and interpreted over
//! `value::Value`s that may be unknown. What a name from outside means (`op`, `sa`, a bind) is the
//! business of a `host::Host`, whose values are opaque here: no name of Alembic or SQLAlchemy
//! stands in this room.

pub mod value;

pub mod object;

pub mod scope;

/// The modules that come with Python.
pub mod standard;

pub mod host;

pub mod syntax;

pub(crate) mod bound;

pub(crate) mod walk;

pub(crate) mod lower;

pub mod module;

pub mod parsed;

pub mod interpreter;

pub mod run;

pub(crate) mod builtin;

#[cfg(test)]
mod tests;
