//! The address of a server that the user names, as a URL.

use std::path::PathBuf;

/// Where a PostgreSQL server is, and who may make databases there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name, an address, or the folder of a socket.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user.
    pub user: String,
    /// Their password; empty where none is asked for.
    pub password: String,
    /// A database to connect to while others are made.
    pub database: String,
}

impl Address {
    /// Reads `postgresql://user:password@host:port/database`, with or without a driver's name
    /// behind `postgresql`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that do not hold the password.
    pub fn read(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or("it is no URL")?;
        if !matches!(scheme.split('+').next(), Some("postgresql" | "postgres")) {
            return Err(format!(
                "it is an address of `{scheme}`, and only servers of PostgreSQL can be named"
            ));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port),
            _ => (place, ""),
        };
        let port = if port.is_empty() {
            Ok(5432)
        } else {
            port.parse().map_err(|_| "its port is no number")
        };
        let said = |name: &str| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|pair| pair.0 == name)
        };
        if said("sslmode")
            .is_some_and(|(_, mode)| mode.starts_with("require") || mode.starts_with("verify"))
        {
            return Err("it asks for TLS, which is not spoken to scratch servers".to_owned());
        }
        let host = said("host").map_or(host, |(_, host)| host);
        Ok(Address {
            host: decoded(or(host.trim_matches(['[', ']']), "localhost")),
            port: port?,
            user: decoded(or(user, "postgres")),
            password: decoded(password),
            database: decoded(or(database, "postgres")),
        })
    }

    /// Returns the path of its socket, if it is on this machine and listens on one.
    pub fn socket(&self) -> Option<PathBuf> {
        self.host
            .starts_with('/')
            .then(|| PathBuf::from(&self.host).join(format!(".s.PGSQL.{}", self.port)))
    }

    /// Tells whether it is on this machine.
    pub fn is_local(&self) -> bool {
        let is_loopback = |address: std::net::IpAddr| address.is_loopback();
        self.host.starts_with('/')
            || self.host == "localhost"
            || self.host.parse().is_ok_and(is_loopback)
    }
}

fn or<'a>(said: &'a str, otherwise: &'a str) -> &'a str {
    if said.is_empty() { otherwise } else { said }
}

/// Replaces `%40` by `@`, and so on.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => (bytes.push(byte), rest = &tail[2..]).1,
            None => (bytes.push(first), rest = tail).1,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: &str, port: u16, user: &str, password: &str, database: &str) -> Address {
        let [host, user, password, database] = [host, user, password, database].map(str::to_owned);
        Address { host, port, user, password, database }
    }

    #[test]
    fn an_address_is_read_as_drivers_read_it() {
        let rows = [
            ("postgresql://", address("localhost", 5432, "postgres", "", "postgres")),
            (
                "postgres://ci:a%40b@127.0.0.1:5433/ci",
                address("127.0.0.1", 5433, "ci", "a@b", "ci"),
            ),
            ("postgresql+psycopg://ci@[::1]:6/x?sslmode=disable", address("::1", 6, "ci", "", "x")),
            (
                "postgresql://ci@/x?host=/run/postgresql",
                address("/run/postgresql", 5432, "ci", "", "x"),
            ),
        ];
        for (url, expected) in rows {
            assert_eq!(Address::read(url), Ok(expected.clone()), "{url}");
            assert!(expected.is_local(), "{url}");
        }
        assert!(!Address::read("postgresql://db.example.org/x").unwrap().is_local());
        for url in [
            "",
            "db:5432",
            "mysql://h/x",
            "postgresql://h:port/x",
            "postgresql://h/x?sslmode=require",
        ] {
            assert!(Address::read(url).is_err(), "{url}");
        }
    }
}
