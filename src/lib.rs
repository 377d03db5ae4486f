//! Reviews staged Alembic migrations before each commit.
//!
//! A commit is read into a plain value, and pure functions turn that value into the next one:
//!
//! ```text
//!  index / commit ─► Snapshot ─► History ─► Operations ─► Schema ─► Hits ─► Review ─► report, exit status
//!       (git)       (snapshot)  (alembic)   (operation)  (schema)  (rules)  (review)  (report, cli)
//! ```
//!
//! The rooms stand on floors, lowest first below; an import goes down or stays in its room, never
//! up, and `tests/suite/architecture.rs` holds that. Only `git`, `scratch`, `ledger`, `config`,
//! `change` and `cli` can fail; everything else takes values and returns values, and what cannot be read is a
//! value too.

/// Source text, spans and positions, and what is known of a value.
pub mod text;

/// SQL statements: what is sent to a database, from text or from an Alembic operation.
pub mod sql;

/// Python, evaluated without being run.
pub mod python;

/// What a commit would hold: paths, blob ids, and text on demand.
pub mod snapshot;

/// Settings of `[tool.safe-migration]` and `safe-migration.toml`.
pub mod config;

/// The repository: staged trees, commits, differences.
pub mod git;

/// Alembic operations and the statements they become.
pub mod operation;

/// Projects, headers, migrations and the revision graph.
pub mod alembic;

/// The tables as the history leaves them.
pub mod schema;

/// What a rule is and what it may ask.
pub mod rule;

/// Throw-away databases, and the rehearsal of a migration on them.
pub mod scratch;

/// The rules, one file each, and the table that lists them.
pub mod rules;

/// Every rule over what is judged, then waivers, plans and severities.
pub mod review;

/// Tellers: for people and for programs.
pub mod report;

/// What is kept of what was done: evidence, receipts, the ledger.
pub mod ledger;

/// What is asked about: a change as trees, and its projects as the rules see them.
pub mod change;

/// The command line.
pub mod cli;
