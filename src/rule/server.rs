//! The database server that a migration is judged for: its version, and how that is known.

use crate::alembic::surroundings::Surroundings;
use crate::config::settings::Settings;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::RawFinding;
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

impl RuleContext<'_> {
    /// Says in a finding that the verdict rests on a version which nobody set, where another one that
    /// is in use would change it: `gate` is the first version on the other side of an assumed or
    /// inferred one, or on this side of it, and `otherwise` says what is so beyond.
    pub fn resting_on_version(
        &self,
        finding: RawFinding,
        gate: u16,
        otherwise: &str,
    ) -> RawFinding {
        let Server { version, source } = self.server();
        let (server, newer) = (self.dialect.title(), !version.is_at_least(gate));
        let beyond = if newer {
            format!("from {gate} on {otherwise}")
        } else {
            format!("before {gate} {otherwise}")
        };
        match source {
            Source::Settings => finding,
            Source::Assumed => {
                finding.note(format!("{server} {version} is assumed; {beyond}: `server-version = \"...\"` settles it"))
            }
            // An older server than the oldest that files name is not expected.
            Source::File(_) if !newer => finding,
            Source::File(place) => finding.note(format!(
                "{server} {version} is what `{place}` says; {beyond}: `server-version = \"...\"` settles it"
            )),
        }
    }
}
