//! A PostgreSQL server that the user names: databases of our own are made there, and dropped.
//!
//! Nothing that was there before is read or written. The server is reached through a relay that
//! leads only to databases whose names begin as ours do.

use std::cell::RefCell;
use std::env;
use std::fs;
use std::path::Path;

use crate::scratch::address::Address;
use crate::scratch::cache::{self, Cache};
use crate::scratch::databases::Databases;
use crate::scratch::error::Error;
use crate::scratch::postgres;
use crate::scratch::powers;
use crate::scratch::relay::{self, Route};
use crate::scratch::wire::Login;
use crate::text::cut;

/// The variable that names the server. No file does: a server that a commit could name would be
/// anybody's.
pub const VARIABLE: &str = "SAFE_MIGRATION_SERVER_URL";

/// A server that the user names.
#[derive(Debug)]
pub struct Server {
    socket_dir: tempfile::TempDir,
    /// What every connection must show.
    pub marker: String,
    /// Its databases, those of ours.
    pub databases: Databases,
}

/// Reads the address that the environment names, if it names one.
///
/// # Errors
///
/// An address that cannot be read, or that is neither on this machine nor among `allowed`.
pub fn address(allowed: &[String]) -> Result<Option<Address>, Error> {
    let Some(url) = env::var(VARIABLE).ok().filter(|url| !url.is_empty()) else { return Ok(None) };
    let address = Address::read(&url).map_err(|why| Error::BadAddress { why })?;
    match address.is_local() || allowed.contains(&address.host) {
        true => Ok(Some(address)),
        false => Err(Error::Stranger { host: address.host }),
    }
}

impl Server {
    /// Makes ready the server at an address, and drops what a run that was killed has left there.
    pub fn reach(address: Address, cache: &Cache) -> Result<Self, Error> {
        let socket_dir = cache.notes().temporary()?;
        let (marker, door) = (cache::marker(), cache::marker());
        let prefix = format!("safe_migration_{}_", own_number(&cache.place("number"))?);
        let place = format!("{}:{}", address.host, address.port);
        let route =
            Route { address, prefix: prefix.clone(), door: door.clone(), marker: marker.clone() };
        let socket = postgres::socket(socket_dir.path());
        relay::listen(&socket, route)
            .map_err(|source| Error::File { path: socket.clone(), source })?;
        let mut databases = Databases {
            socket,
            door,
            login: Login::trusted(powers::USER),
            prefix,
            version: String::new(),
            connection: RefCell::default(),
        };
        let reported =
            databases.ask("SHOW server_version").map_err(|error| unreachable(place, error))?;
        let version = reported
            .first()
            .and_then(|row| row.first())
            .and_then(|version| version.split(' ').next());
        databases.version = version.unwrap_or_default().to_owned();
        databases.clear()?;
        Ok(Server { socket_dir, marker, databases })
    }

    /// Returns the folder of the socket that leads there.
    pub fn socket_dir(&self) -> &Path {
        self.socket_dir.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What cannot be dropped now is dropped by the next run.
        let _ = self.databases.clear();
    }
}

fn unreachable(place: String, error: Error) -> Error {
    match error {
        Error::Refused { why, .. } => Error::Unreachable { place, why },
        other => other,
    }
}

/// Refuses an address of another kind of server than PostgreSQL.
///
/// # Errors
///
/// Only PostgreSQL servers can be named; one of another kind is not passed over in silence.
pub fn refuse_others() -> Result<(), Error> {
    match env::var(VARIABLE) {
        Ok(url) if url.starts_with("mysql") || url.starts_with("mariadb") => {
            Address::read(&url).map(drop).map_err(|why| Error::BadAddress { why })
        }
        _ => Ok(()),
    }
}

/// The number of this machine's copy of a repository, so that two of them can share a server.
fn own_number(path: &Path) -> Result<String, Error> {
    let is_number =
        |text: &String| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(number) = fs::read_to_string(path).ok().filter(is_number) {
        return Ok(number);
    }
    let number = cut::to(&cache::marker(), 8).to_owned();
    fs::write(path, &number).map_err(|source| Error::File { path: path.to_owned(), source })?;
    Ok(number)
}
