//! Versions of database servers, as far as facts differ by them.

use crate::text::cut;

use std::fmt;

/// A version of a server, or of a package: `14`, `8.0.29`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerVersion {
    /// The first number.
    pub major: u16,
    /// The second number, 0 where none is given.
    pub minor: u16,
    /// The third number, 0 where none is given.
    pub patch: u16,
}

impl ServerVersion {
    /// Makes a version of its first number.
    pub const fn major(major: u16) -> Self {
        ServerVersion { major, minor: 0, patch: 0 }
    }

    /// Reads the numbers at the beginning of a text: `14`, `v16.2`, `8.0.29-debian`,
    /// `postgres:15-alpine` behind the colon.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.rsplit(':').next().unwrap_or(text).trim().trim_start_matches('v');
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut numbers = cut::to(text, end).split('.').map(|number| number.parse().ok());
        let major = numbers.next()??;
        let mut next = || numbers.next().flatten().unwrap_or(0);
        Some(ServerVersion { major, minor: next(), patch: next() })
    }

    /// Tells whether this is PostgreSQL `major` or newer, or the same of another server.
    pub fn is_at_least(self, major: u16) -> bool {
        self.major >= major
    }
}

impl From<u16> for ServerVersion {
    fn from(major: u16) -> Self {
        ServerVersion::major(major)
    }
}

impl ServerVersion {
    /// Makes a version of its numbers.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        ServerVersion { major, minor, patch }
    }

    /// Tells whether this is certainly older than another version. A number that is 0 may not have
    /// been said: `mysql:8.0` is whatever 8.0 is the newest.
    pub fn is_certainly_before(self, since: ServerVersion) -> bool {
        if self.major != since.major {
            return self.major < since.major;
        }
        if self.minor != since.minor {
            return self.minor < since.minor && (self.minor, self.patch) != (0, 0);
        }
        self.patch != 0 && self.patch < since.patch
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.major)?;
        if self.minor > 0 || self.patch > 0 {
            write!(out, ".{}", self.minor)?;
        }
        if self.patch > 0 {
            write!(out, ".{}", self.patch)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_people_write() {
        let read = |text| ServerVersion::parse(text).map(|version| version.to_string());
        assert_eq!(read("14").as_deref(), Some("14"));
        assert_eq!(read("8.0.29-debian").as_deref(), Some("8.0.29"));
        assert_eq!(read("postgres:15.3-alpine").as_deref(), Some("15.3"));
        assert_eq!(read("latest"), None);
    }

    #[test]
    fn a_number_that_is_not_said_may_be_the_newest() {
        let is_before = |one: &str, other: &str| {
            let read = |text| ServerVersion::parse(text).unwrap();
            read(one).is_certainly_before(read(other))
        };
        assert!(is_before("5.7", "8.0.13"));
        assert!(is_before("8.0.12", "8.0.13"));
        assert!(is_before("10.4", "10.5.2"));
        assert!(is_before("3.34.1", "3.35"));
        assert!(is_before("12", "15"));
        assert!(!is_before("8.0", "8.0.13"));
        assert!(!is_before("8", "8.4"));
        assert!(!is_before("10", "10.5.2"));
        assert!(!is_before("15.3", "15"));
        assert!(!is_before("8.4", "8.0.13"));
    }
}
