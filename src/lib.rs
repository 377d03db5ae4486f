//! Reviews staged Alembic migrations before each commit.
//!
//! A commit is read into a plain value, and pure functions turn that value into the next one:
//!
//! ```text
//!  index / commit ─► Snapshot ─► History ─► Operations ─► Schema ─► Findings ─► Review ─► report, exit status
//!       (git)       (snapshot)  (alembic)   (operation)  (schema)  (rules)  (review)  (report, cli)
//! ```
//!
//! The rooms stand on floors, lowest first below; an import goes down or stays in its room, never
//! up, and `tests/suite/architecture.rs` holds that. Only `git`, `scratch`, `ledger`, `config`,
//! `change` and `cli` can fail; everything else takes values and returns values, and what cannot be read is a
//! value too.
//!
//! # Words
//!
//! The words are those of Alembic, PostgreSQL, git and Python. These few are the house's own:
//!
//! - **Snapshot**: what a commit would hold, as paths and blob ids; text is read on demand.
//! - **Project**: one Alembic environment: an ini file or script location and its version folders.
//! - **History**: the revisions of a project, and the graph that `down_revision` draws.
//! - **Judged**: a migration that this change adds or alters; everything else is context.
//! - **Released**: in the upstream tree at its merge-base with HEAD.
//! - **Deployed together**: all unreleased revisions, in the order in which Alembic applies them.
//! - **New table**: made by what is deployed together, without a guard; it holds no row of anyone.
//! - **Step**: one call of a migration (`op.add_column(...)`), with the statements it emits.
//! - **Emitted**: a statement that a step sends to the database, and where it is written.
//! - **Script**: the steps of one direction, upgrade or downgrade.
//! - **Known**: a value, or the fact that it cannot be known without running the program.
//! - **Unreadable**: what reaches the database and cannot be read; a value, and a finding.
//! - **Host value**: an object of Alembic or SQLAlchemy that the interpreter holds without a look
//!   inside; `operation` answers for it.
//! - **Replay**: statements applied to the schema in memory, as a server would apply them.
//! - **Slice**: the part of a history that concerns the names in question.
//! - **Rule**: one hazard: its id, its facts, its judgement, its examples.
//! - **Raw finding**: what a rule says; with severity, waivers and plans it becomes a **finding**.
//! - **Lead**: the finding that stands for a statement; the others on it are its notes.
//! - **Plan**, **waiver**: comments that lower or allow a finding, each visible in the report.
//! - **Rehearsal**: upgrade, downgrade and upgrade on a scratch database; its result is
//!   **evidence**.
//! - **Receipt**, **ledger**: what the gate passed, and what came in without it.

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

/// What the code of the application believes the database to be.
pub mod models;

/// The tables as the history leaves them.
pub mod schema;

/// What findings say to write instead, as SQL and as Python.
pub mod advice;

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
