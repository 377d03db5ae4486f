//! URLs and connection strings, cut into their parts.

use crate::rule::address::CONNECTIONS;
use crate::text::cut;

/// A URL, or a connection string that reads like one, cut into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'a> {
    /// The scheme, as written.
    pub scheme: &'a str,
    /// The user.
    pub user: Option<&'a str>,
    /// The password.
    pub password: Option<&'a str>,
    /// The host; the first one where several are listed.
    pub host: &'a str,
    /// The path, with the query.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// Reads a text that is a URL from its first character to its last.
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix("jdbc:").unwrap_or(text);
        let (scheme, rest) = text.split_once("://")?;
        let starts = scheme.chars().next()?.is_ascii_alphabetic();
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !starts || !scheme.chars().all(is_scheme) || text.chars().any(char::is_whitespace) {
            return None;
        }
        let end = rest.find(['/', '?', '#', ';']).unwrap_or(rest.len());
        let (authority, path) = (cut::to(rest, end), cut::from(rest, end));
        let (login, place) = authority
            .rsplit_once('@')
            .map_or((None, authority), |(login, place)| (Some(login), place));
        let (user, password) = match login.map(|login| login.split_once(':').unwrap_or((login, "")))
        {
            None => (None, None),
            Some((user, password)) => {
                (Some(user), Some(password).filter(|password| !password.is_empty()))
            }
        };
        Some(Url { scheme, user, password, host: host_of(place), path })
    }

    /// Tells whether a program connects to what it names: a database, a queue, a mail server.
    pub fn is_connection(&self) -> bool {
        let scheme = self.scheme.split('+').next().unwrap_or(self.scheme).to_ascii_lowercase();
        CONNECTIONS.contains(&scheme.as_str())
    }

    /// Tells whether it names a page or a service of the web.
    pub fn is_web(&self) -> bool {
        ["http", "https", "ws", "wss"].iter().any(|scheme| self.scheme.eq_ignore_ascii_case(scheme))
    }

    /// Returns the URL without what must not be shown.
    pub fn shown(&self) -> String {
        let login = if self.user.is_some() { "…@" } else { "" };
        let path: &str = self.path.split(['?', '#', ';']).next().unwrap_or_default();
        format!("{}://{login}{}{path}", self.scheme, self.host)
    }
}

/// Takes the port, and further hosts, off.
fn host_of(place: &str) -> &str {
    if let Some((address, _)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    place.split([',', ':']).next().unwrap_or(place)
}

/// Reads `host=… dbname=…` of libpq and `Server=…;Database=…` of ODBC: the host, and the password
/// if there is one.
pub fn parse_pairs(text: &str) -> Option<(&str, Option<&str>)> {
    let parts = text.split([';', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let pairs: Option<Vec<(String, &str)>> = parts
        .map(|part| {
            part.split_once('=').map(|(key, value)| {
                (key.trim().to_ascii_lowercase(), value.trim_matches(['\'', ' ']))
            })
        })
        .collect();
    let pairs = pairs.filter(|pairs| pairs.len() >= 2)?;
    let value = |names: &[&str]| {
        pairs.iter().find(|(key, _)| names.contains(&key.as_str())).map(|(_, value)| *value)
    };
    let host = value(&["host", "hostaddr", "server", "data source", "source", "addr"])?;
    let names_database =
        value(&["dbname", "database", "user", "uid", "port", "password", "pwd", "catalog"])
            .is_some();
    names_database.then_some((
        host_of(host.strip_prefix("tcp:").unwrap_or(host)),
        value(&["password", "pwd"]),
    ))
}
