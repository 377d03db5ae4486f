//! Why nothing could be rehearsed, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::git;
use crate::scratch::baseline::Baseline;

/// Why nothing could be rehearsed. No verdict on the migration follows from any of these.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No Python was found.
    #[error("no Python was found to run the project with")]
    NoPython,
    /// The Python that settings name is not there.
    #[error("`{}`, which `verify.python` names, is not there", python.display())]
    NoSuchPython {
        /// The interpreter.
        python: PathBuf,
    },
    /// The Python that was found lacks what the project needs.
    #[error("`{}` lacks `{module}`", python.display())]
    Lacks {
        /// The interpreter.
        python: PathBuf,
        /// The module.
        module: String,
    },
    /// The Python that was found has no driver for the database.
    #[error("`{}` has no driver for {database}", python.display())]
    NoDriver {
        /// The interpreter.
        python: PathBuf,
        /// The database.
        database: &'static str,
        /// The modules, any of which would do.
        drivers: String,
    },
    /// env.py or a revision could not be loaded.
    #[error("the project could not be loaded by `{}`: \
        {why}{}", python.display(), at.as_deref().map(|at| format!(" ({at})")).unwrap_or_default())]
    NotLoaded {
        /// The interpreter.
        python: PathBuf,
        /// What Python says.
        why: String,
        /// The place in the project.
        at: Option<String>,
        /// What the project's own files say that would help, in the words of settings.
        proposal: Option<String>,
    },
    /// The history does not replay up to the parent.
    #[error("the history does not replay from {}: {why}", start(from))]
    NoReplay {
        /// What it was replayed on.
        from: Box<Baseline>,
        /// What the database says, and where.
        why: String,
        /// What would help.
        advice: String,
    },
    /// The baseline cannot be made.
    #[error("the baseline cannot be made: {why}")]
    NoBaseline {
        /// What the database or the command says.
        why: String,
    },
    /// The database does not stand at the parent.
    #[error("`{revision}` cannot be tried: {why}")]
    Beyond {
        /// The revision.
        revision: String,
        /// Where the database stands.
        why: String,
    },
    /// A layer of the guard does not hold.
    #[error("stopped for safety before anything ran: {0}")]
    Safety(String),
    /// The project asks for another kind of database than the scratch one.
    #[error("stopped for safety: {what}")]
    Elsewhere {
        /// What asks, and for what.
        what: String,
        /// The kind of database that is asked for, as SQLAlchemy calls it.
        asked: String,
    },
    /// No server program was found.
    #[error("no {server} server program was found to make a scratch database with")]
    NoServer {
        /// PostgreSQL or MariaDB.
        server: &'static str,
    },
    /// The address of a server is no address.
    #[error("SAFE_MIGRATION_SERVER_URL names no server for scratch databases: {why}")]
    BadAddress {
        /// What is wrong with it.
        why: String,
    },
    /// A server elsewhere is named.
    #[error(
        "stopped for safety: SAFE_MIGRATION_SERVER_URL names `{host}`, which is not this machine"
    )]
    Stranger {
        /// Its host.
        host: String,
    },
    /// The server that is named cannot be used.
    #[error("the server at {place}, which SAFE_MIGRATION_SERVER_URL names, does not answer: {why}")]
    Unreachable {
        /// Its host and port.
        place: String,
        /// What it says, or the system.
        why: String,
    },
    /// Databases of a server that is named are dropped.
    #[error("databases on the server that SAFE_MIGRATION_SERVER_URL names are not kept")]
    NotKept,
    /// The server does not start.
    #[error("the scratch {server} server does not start: {why}")]
    ServerFails {
        /// PostgreSQL or MariaDB.
        server: &'static str,
        /// The last words of its log.
        why: String,
    },
    /// The server refuses a statement of ours.
    #[error("the scratch server refuses `{sql}`: {why}")]
    Refused {
        /// The statement.
        sql: String,
        /// What it says.
        why: String,
    },
    /// PostgreSQL does not run as root, and there is nobody else.
    #[error("PostgreSQL refuses to run as root, and this system has no other user to run it as")]
    NoUser,
    /// The folder for what is kept between runs cannot be used.
    #[error("`{}` cannot hold scratch databases: {source}", path.display())]
    NoPlace {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The disk is full, or fails.
    #[error("the disk is full or fails: {0}")]
    NoRoom(String),
    /// The project's code is no superuser of the scratch server, and asks for what only one may do.
    #[error(
        "`{revision}` asks for what only a superuser of PostgreSQL may do, and the scratch role is \
         none: {why}"
    )]
    WantsSuperuser {
        /// The revision.
        revision: String,
        /// What the server says.
        why: String,
    },
    /// The scratch server ended in the middle.
    #[error("the scratch server went away while `{revision}` was tried: {why}")]
    ServerLost {
        /// The revision.
        revision: String,
        /// What the driver says.
        why: String,
    },
    /// There is no scratch database of this kind.
    #[error("there is no scratch database for {0}")]
    NoScratch(&'static str),
    /// It took too long.
    #[error("{what} took longer than {seconds} s")]
    Timeout {
        /// The leg.
        what: String,
        /// The limit.
        seconds: u64,
    },
    /// The runner ended without an answer.
    #[error("the project's Python ended without an answer: {0}")]
    Silent(String),
    /// The dump that settings name is not staged.
    #[error("`{path}`, the dump that `verify.baseline` names, is not in what is tried")]
    NoDump {
        /// Its path.
        path: String,
    },
    /// git does not write the tree out.
    #[error(transparent)]
    Git(#[from] git::error::Error),
    /// A file cannot be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What systems and databases say when there is no room left, or the disk fails.
const FULL: [&str; 6] = [
    "No space left on device",
    "database or disk is full",
    "disk I/O error",
    "File too large",
    "Disk full",
    "Disk quota exceeded",
];

impl Error {
    /// Tells whether it is this machine that lacks something, whatever is tried on it.
    pub fn is_of_this_machine(&self) -> bool {
        matches!(
            self,
            Error::NoPython
                | Error::Lacks { .. }
                | Error::NoDriver { .. }
                | Error::NoServer { .. }
                | Error::NoUser
        )
    }

    /// Makes the error of a statement of ours that a server refuses.
    pub fn refused(sql: &str, why: String) -> Self {
        if is_full(&why) { Error::NoRoom(why) } else { Error::Refused { sql: sql.to_owned(), why } }
    }

    /// Makes the error of a server that does not start.
    pub fn server_fails(server: &'static str, why: String) -> Self {
        if is_full(&why) { Error::NoRoom(why) } else { Error::ServerFails { server, why } }
    }

    /// Tells whether it says something of one revision, and others may be tried.
    pub fn is_of_one_revision(&self) -> bool {
        matches!(
            self,
            Error::NotLoaded { .. }
                | Error::NoReplay { .. }
                | Error::Beyond { .. }
                | Error::Timeout { .. }
                | Error::ServerLost { .. }
                | Error::WantsSuperuser { .. }
                | Error::Silent(_)
        )
    }
}

/// Tells whether words of a system or a database say that the disk is full or fails.
pub fn is_full(words: &str) -> bool {
    FULL.iter().any(|full| words.contains(full))
}

/// Names what a history was replayed on.
fn start(baseline: &Baseline) -> &'static str {
    match baseline {
        Baseline::Replay => "an empty database",
        Baseline::Models { .. } => "the tables of the models",
        Baseline::Sql { .. } => "the dump",
        Baseline::Command { .. } => "what the command made",
    }
}
