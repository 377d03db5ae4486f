//! What a rule asks of the server that is judged for.

use crate::alembic::driver::Driver;
use crate::alembic::surroundings::Said;
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::RawFinding;
use crate::rule::server::{Server, Source};
use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;

impl RuleContext<'_> {
    /// Says in a finding that the verdict rests on a version which nobody set, where another one that
    /// is in use would change it: `gate` is the first version on the other side of an assumed or
    /// inferred one, or on this side of it, and `otherwise` says what is so beyond.
    pub fn resting_on_version(
        &self,
        finding: RawFinding,
        gate: impl Into<ServerVersion>,
        otherwise: &str,
    ) -> RawFinding {
        let Server { version, source } = self.server();
        let gate = gate.into();
        let (server, newer) = (self.dialect.title(), *version < gate);
        let beyond = if newer {
            format!("from {gate} on {otherwise}")
        } else {
            format!("before {gate} {otherwise}")
        };
        match source {
            Source::Settings => finding,
            Source::Assumed => finding.note(format!(
                "{server} {version} is assumed; {beyond}: `server-version \
                    = \"...\"` settles it"
            )),
            // An older server than the oldest that files name is not expected.
            Source::File(_) if !newer => finding,
            Source::File(place) => finding.note(format!(
                "{server} {version} is what `{place}` says; {beyond}: `server-version = \"...\"` \
                 settles it"
            )),
        }
    }
}

impl<'a> RuleContext<'a> {
    /// Tells whether the server is of this major version or newer.
    pub fn is_at_least(&self, major: u16) -> bool {
        self.server().version.is_at_least(major)
    }

    /// Returns the server that it is judged for. Files are read for that: ask only where a verdict
    /// depends on it.
    pub fn server(&self) -> &Server {
        self.server.get_or_init(|| Server::of(self.settings, self.surroundings, self.dialect))
    }

    /// Returns where a file names a server that is not older than a version, unless a setting says
    /// which one is meant.
    pub fn newer_server(&self, since: ServerVersion) -> Option<&str> {
        if !matches!(self.server().source, Source::File(_)) {
            return None;
        }
        let newest = self.surroundings.newest_server(self.dialect)?;
        (!newest.version.is_certainly_before(since)).then_some(newest.place.as_str())
    }

    /// Returns the version of a package that lock files pin, and where.
    pub fn package(&self, name: &str) -> Option<Said> {
        self.surroundings.package(name)
    }

    /// Returns the oldest version of a package that the project's declarations admit, and where.
    pub fn least_package(&self, name: &str) -> Option<Said> {
        self.surroundings.least(name)
    }

    /// Returns the oldest Python that the project runs on, and where that is said.
    pub fn python(&self) -> Option<Said> {
        self.surroundings.python()
    }

    /// Returns the drivers that may run the migrations on the dialect: those of URLs; where no URL
    /// names one, those of packages.
    pub fn drivers(&self) -> Vec<Driver> {
        let environment = &self.project.environment;
        let mysql = self.dialect.is_mysql();
        let is_ours =
            |driver: &Driver| driver.dialect == self.dialect || mysql && driver.dialect.is_mysql();
        let named: Vec<Driver> =
            environment.drivers.iter().filter(|driver| is_ours(driver)).cloned().collect();
        match named.is_empty() {
            true => self
                .surroundings
                .drivers(environment.asynchronous)
                .into_iter()
                .filter(is_ours)
                .collect(),
            false => named,
        }
    }

    /// Returns the server's version in the words of `sql`.
    pub fn server_version(&self) -> ServerVersion {
        self.server().version
    }

    /// Tells whether it is judged for PostgreSQL.
    pub fn is_postgresql(&self) -> bool {
        self.dialect == Dialect::PostgreSql
    }
}
