//! The tables as the history leaves them.
//!
//! `table` holds what is known of one table, `database` all of them, `replay` applies statements,
//! and `slice` finds the revisions that matter for the names in question, so that a long history is
//! never parsed whole.

pub mod table;

mod tables;

pub mod answer;

pub mod mark;

pub mod dependants;

pub mod cascade;

pub mod dependant;

pub mod database;

pub mod replay;

pub mod provenance;

pub mod change;

pub mod held_constraints;

pub mod default_name;

pub mod names;

pub mod memory;

pub mod slice;

pub mod compared_keys;

pub mod drift;

pub mod whole;
