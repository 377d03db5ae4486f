//! The databases that a PostgreSQL server holds for us: made, copied, dropped by name.

use std::cell::RefCell;
use std::io;
use std::path::PathBuf;

use crate::scratch::error::Error;
use crate::scratch::powers::{self, USER};
use crate::scratch::wire::{Connection, Login};
use crate::sql::version::ServerVersion;

/// The databases of a server.
#[derive(Debug)]
pub struct Databases {
    /// The socket that the server answers on.
    pub socket: PathBuf,
    /// The database to ask from when databases are made.
    pub door: String,
    /// Who makes them: on a server of our own a superuser, whose password nobody else knows.
    pub login: Login,
    /// What the names of our databases begin with on the server.
    pub prefix: String,
    /// What the server says of its version, `15.18`.
    pub version: String,
    /// The connection to the door, once there is one: each costs the server a process, and both
    /// sides the proof of a password.
    pub connection: RefCell<Option<Connection>>,
}

impl Databases {
    /// Tells whether the server still answers.
    pub fn is_alive(&self) -> bool {
        self.ask("SELECT 1").is_ok()
    }

    /// Returns the name of one of our databases on the server.
    pub fn full(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Tells whether the server is our own, and nobody else's databases are on it.
    pub fn is_ours(&self) -> bool {
        self.prefix.is_empty()
    }

    /// Tells whether there is a database.
    pub fn has(&self, name: &str) -> Result<bool, Error> {
        Ok(!self
            .ask(&format!("SELECT 1 FROM pg_database WHERE datname = '{}{name}'", self.prefix))?
            .is_empty())
    }

    /// Makes a new database, as a copy of another one or empty.
    pub fn create(&self, name: &str, template: Option<&str>) -> Result<(), Error> {
        // Copying files asks for checkpoints, which cost nothing only on a server of our own.
        let is_ours = self.prefix.is_empty();
        let strategy = if is_ours
            && ServerVersion::parse(&self.version).is_some_and(|version| version.is_at_least(15))
        {
            " STRATEGY file_copy"
        } else {
            ""
        };
        let is_new = template.is_none();
        // Nobody connects to a template: what is tried must not reach what is tried next.
        let kind = match (is_ours, name.starts_with("t_")) {
            (false, _) => String::new(),
            (true, true) => " ALLOW_CONNECTIONS false".to_owned(),
            (true, false) => format!(" OWNER {USER}"),
        };
        let name = format!("{}{name}", self.prefix);
        let template = template.map_or_else(
            || "template0".to_owned(),
            |template| format!("{}{template}", self.prefix),
        );
        self.ask(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{name}', \
             '{template}')"
        ))?;
        self.drop_named(&name)?;
        self.ask(&format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{strategy}{kind}"))?;
        match is_new && is_ours {
            true => self.ask_in(&name, &powers::of_database(&self.version)).map(drop),
            false => Ok(()),
        }
    }

    /// Keeps the newest templates and drops the others, and what an earlier run has left elsewhere.
    pub fn prune(&self, keep: usize) -> Result<(), Error> {
        self.names_like("kept_", "")?.iter().try_for_each(|name| self.drop_named(name))?;
        self.names_like("t_", " ORDER BY oid DESC")?
            .iter()
            .skip(keep)
            .try_for_each(|name| self.drop_named(name))
    }

    /// Drops every database whose name begins as ours do, with whoever is connected to it.
    pub fn clear(&self) -> Result<(), Error> {
        for name in self.names_like("", "")? {
            self.ask(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ))?;
            self.drop_named(&name)?;
        }
        Ok(())
    }

    /// Asks the server.
    pub fn ask(&self, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        let kept = self.connection.take();
        let was_kept = kept.is_some();
        let answer = match self.ask_by(kept, sql) {
            // Somebody has ended a connection that lay idle.
            Err(error) if was_kept && error.kind() != io::ErrorKind::Other => {
                self.ask_by(None, sql)
            }
            answer => answer,
        };
        answer.map_err(|error| Error::refused(sql, error.to_string()))
    }

    /// Asks by a connection, or by a new one, and keeps what is still of use.
    fn ask_by(&self, kept: Option<Connection>, sql: &str) -> io::Result<Vec<Vec<String>>> {
        let opened = || Connection::log_in(&self.socket, &self.login, &self.door);
        let mut connection = kept.map_or_else(opened, Ok)?;
        let answer = connection.ask(sql);
        if answer.as_ref().err().is_none_or(|error| error.kind() == io::ErrorKind::Other) {
            self.connection.replace(Some(connection));
        }
        answer
    }

    /// Asks one of the server's databases.
    pub fn ask_in(&self, database: &str, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        self.ask_as(&self.login, database, sql)
    }

    /// Asks as the user whom the project's code is.
    pub fn ask_as_user(&self, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        self.ask_as(&Login::trusted(USER), &self.full("scratch"), sql)
    }

    fn ask_as(&self, login: &Login, database: &str, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        Connection::log_in(&self.socket, login, database)
            .and_then(|mut connection| connection.ask(sql))
            .map_err(|error| Error::refused(sql, error.to_string()))
    }

    /// Drops a database of ours, with whoever is connected to it.
    pub fn drop_database(&self, name: &str) -> Result<(), Error> {
        let name = self.full(name);
        self.ask(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        ))?;
        self.drop_named(&name)
    }

    fn drop_named(&self, name: &str) -> Result<(), Error> {
        self.ask(&format!("DROP DATABASE IF EXISTS \"{name}\"")).map(drop)
    }

    fn names_like(&self, start: &str, order: &str) -> Result<Vec<String>, Error> {
        let start = format!("{}{start}", self.prefix);
        let rows = self.ask(&format!(
            "SELECT datname FROM pg_database WHERE left(datname, {}) = '{start}'{order}",
            start.len()
        ))?;
        Ok(rows.into_iter().filter_map(|mut row| row.pop()).collect())
    }
}
