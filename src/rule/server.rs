//! The database server that a migration is judged for: its version, and how that is known.

use crate::alembic::surroundings::Surroundings;
use crate::config::settings::Settings;
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

/// The version that is assumed where nothing says another.
const ASSUMED: ServerVersion = ServerVersion::major(14);

/// The database server that a migration is judged for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its version.
    pub version: ServerVersion,
    /// How that is known.
    pub source: Source,
}

/// How the version of a server is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `server-version` says it.
    Settings,
    /// A file says it: `compose.yaml:5`.
    File(String),
    /// Nothing says it.
    Assumed,
}

impl Server {
    /// Reads the setting, else what the files around the project say, else assumes a version.
    pub fn of(settings: &Settings, surroundings: &Surroundings, dialect: Dialect) -> Self {
        if let Some((major, minor)) = settings.server_version {
            return Server {
                version: ServerVersion { major, minor, patch: 0 },
                source: Source::Settings,
            };
        }
        match surroundings.server(dialect) {
            Some(said) => {
                Server { version: said.version, source: Source::File(said.place.clone()) }
            }
            None => Server { version: ASSUMED, source: Source::Assumed },
        }
    }
}
