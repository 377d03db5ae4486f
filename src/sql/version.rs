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
}
