//! Throw-away databases, and the rehearsal of a migration on them.
//!
//! The project's own Python and Alembic run, on a database that this room made, in a copy of what
//! is staged. Nothing else is touched: the runner redirects every engine, wraps the drivers, denies
//! internet sockets, and demands a random marker of every connection before any SQL runs on it.

/// Why nothing could be rehearsed.
pub mod error;

/// What to do where nothing could be rehearsed.
mod hint;

/// Walls around the programs that run.
pub mod walls;

/// The Python that the project runs on.
pub mod interpreter;

/// What can be seen of its packages without starting it.
pub mod packages;

/// What a tree holds, written to a folder.
pub mod checkout;

/// What is kept between runs, and whose turn it is.
pub mod cache;

/// What a run that was killed leaves behind.
pub mod leftover;

/// A server that ends when the program that started it does.
pub mod lifeline;

/// The programs of a PostgreSQL server.
pub mod programs;

/// A private PostgreSQL server.
pub mod postgres;

/// The databases that a PostgreSQL server holds for us.
pub mod databases;

/// The roles of a PostgreSQL server of our own.
pub mod roles;

/// What the project's code may do on a PostgreSQL server of our own.
pub mod powers;

/// The address of a server that the user names.
pub mod address;

/// A socket of ours that leads to a server elsewhere.
pub mod relay;

/// How a user shows a server that they know the password.
pub mod scram;

/// The stack of the thread that runs.
pub mod stack;

/// A PostgreSQL server that the user names.
pub mod named;

/// Sockets that lie in the file system, where the system has any.
pub mod local_socket;

/// Plain questions to a PostgreSQL server over its socket.
pub mod wire;

/// A private MariaDB server.
pub mod mariadb;

/// A scratch database of any kind.
pub mod database;

/// Scratch databases that stay after a run.
pub mod kept;

/// The runner, a process of the project's Python.
pub mod runner;

/// What the runner is told.
pub mod job;

/// What the runner answers.
pub mod answer;

/// What a scratch database starts from.
pub mod baseline;

/// A project that is ready to be tried.
pub mod stage;

/// A database that stands where a revision begins.
pub mod template;

/// A revision, tried.
pub mod rehearsal;

/// Something that is wrong with a revision.
pub mod problem;

/// What two snapshots tell apart.
pub mod difference;

/// What each statement took.
pub mod traced;

/// What a migration says of itself.
pub mod acknowledged;

/// What a rehearsal proves.
pub mod judgement;

/// What is known of a revision that was tried.
pub mod proof;
