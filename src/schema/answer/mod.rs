//! What a database would answer to a statement: the replayed schema says no where a server would.
//!
//! `verdict` holds the nouns, `error` the words of each server, `presence` what is known of a name,
//! `needs` and `keys` what several statements ask for, and the other files judge one kind of
//! statement each. Nothing here changes a database: applying is `replay`'s, and what is refused is
//! applied all the same, as if it had been repaired.

pub mod verdict;

pub mod error;

pub mod needed;

pub mod refusal_kind;

pub mod words;

pub mod presence;

pub mod needs;

pub mod marks;

pub mod named;

pub mod judge;

pub mod tables;

pub mod columns;

pub mod retype;

pub mod keys;

pub mod constraints;

pub mod foreign_keys;

pub mod indexes;

mod index_users;

pub mod types;

pub mod values;

pub mod objects;

pub mod rows;

mod given;

pub mod in_use;

pub mod routines;

pub mod refresh;

pub mod partition_keys;

pub mod numbering;

pub mod compared;

pub mod computed;

pub mod moved;

pub mod scopes;

pub mod calls;

pub mod queries;

pub mod using;

pub mod sequences;

pub mod partitions;

pub mod identities;

pub mod expressions;

pub mod functions;
