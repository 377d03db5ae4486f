//! What a rule is and what it may ask.

pub mod definition;

pub mod severity;

pub mod raw_finding;

pub mod context;

pub mod lock_questions;

pub mod schema_questions;

pub mod revision_graph;

pub mod release;

pub mod today;

pub mod server;

pub mod server_questions;

pub mod transaction;

pub mod holds;

/// How much judging one migration may cost.
mod looks;

pub mod locks;

/// What a change of the type of a column costs.
pub mod retype;

mod timeline;

mod waiting_keys;

mod wider;

mod wider_questions;

pub mod routine;

pub mod promise;

pub mod statement_ref;

pub mod code;

pub mod written_call;

pub mod env_py;

pub mod graph;

pub mod inverse;

pub mod address;

pub mod host_names;

pub mod url;

pub mod sent;

pub mod secret;

pub mod merge_conflicts;

pub mod after_merge;

pub mod application;

pub mod drift;

pub mod released;

pub mod rollback;

pub mod rows_of_downgrade;

pub mod difference;

pub mod legs;

pub mod identity;

pub mod dropped_names;

pub mod rerun;

pub mod uncommitted;

pub mod unordered;

pub mod objects;

pub mod batch;

pub mod labels;

pub mod batch_copy;

pub mod batch_order;

pub mod refusals;

pub mod answered;

mod checks_of_types;

pub mod extensions;

pub mod refusal_words;

pub mod wording;

/// Whether a plan denies that there is one.
pub mod denial;

/// The words of a text, and their weight.
pub mod words;

pub mod refused_calls;
