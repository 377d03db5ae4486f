//! What a value says of the world outside: hosts, addresses, URLs, connection strings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::rule::host_names::{INTERNAL, MADE_UP, PUBLIC, STANDARDS, is_rented, says_production};

/// Whose a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// This machine, or another container of the same composition.
    Local,
    /// Names and addresses that are set apart for documentation and tests, and those that people
    /// make up.
    Documentation,
    /// Standards bodies, whose URLs are names rather than places.
    Standard,
    /// An address.
    Address,
    /// A name that only resolves inside of somebody's network.
    Internal,
    /// A resource that somebody rents under a name of their own.
    Cloud,
    /// A name that says that it is production's.
    Production,
    /// Any other.
    Other,
}

/// Schemes of databases, queues and the like: what follows is a place that a program connects to.
pub(super) const CONNECTIONS: &[&str] = &[
    "amqp",
    "amqps",
    "cassandra",
    "clickhouse",
    "cockroachdb",
    "db2",
    "ftp",
    "ftps",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "mongodb",
    "mqtt",
    "mssql",
    "mysql",
    "nats",
    "oracle",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "redshift",
    "sftp",
    "smtp",
    "smtps",
    "snowflake",
    "sqlserver",
    "ssh",
    "trino",
    "vertica",
];

/// Tells whose a host is.
pub fn host(host: &str) -> Host {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(kind) = address(&name) {
        return kind;
    }
    let ends = |suffix: &str| {
        name == suffix || name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
    };
    let any = |suffixes: &[&str]| suffixes.iter().any(|suffix| ends(suffix));
    if any(&["localhost", "localdomain", "host.docker.internal", "gateway.docker.internal"])
        || name.is_empty()
    {
        return Host::Local;
    }
    if any(MADE_UP)
        || any(&["example", "test", "invalid"])
        || name.contains(['{', '<', '$', '%', '*', '\\', '('])
    {
        return Host::Documentation;
    }
    match () {
        () if any(STANDARDS) => Host::Standard,
        () if is_rented(&name) => Host::Cloud,
        () if any(INTERNAL) => Host::Internal,
        () if says_production(&name) => Host::Production,
        // A name without a dot is a container or a machine of the same network.
        () if !name.contains('.') => Host::Local,
        () => Host::Other,
    }
}

/// Tells whether a text is the name of a host and says so by its ending.
pub fn is_host_name(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some(last) = labels.last() else { return false };
    let known = PUBLIC.contains(last) || INTERNAL.contains(last);
    labels.len() >= 2
        && known
        && labels.iter().all(is_label)
        && text.chars().any(|c| c.is_ascii_alphabetic())
}

/// Returns the domain of a text that is an e-mail address.
pub fn email_domain(text: &str) -> Option<&str> {
    let (local, domain) = text.split_once('@')?;
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-'".contains(c);
    let labels: Vec<&str> = domain.split('.').collect();
    let ending = labels.last().copied().unwrap_or_default();
    let good = labels.iter().all(|label| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    });
    let ends = ending.len() >= 2 && ending.chars().all(|c| c.is_ascii_alphabetic());
    (!local.is_empty() && local.chars().all(is_local) && labels.len() >= 2 && good && ends)
        .then_some(domain)
}

/// Judges a text that is an address, with or without the length of a prefix or a port.
pub(super) fn address(text: &str) -> Option<Host> {
    let (stripped, prefix) =
        text.split_once('/').map_or((text, None), |(stripped, prefix)| (stripped, Some(prefix)));
    if prefix.is_some_and(|prefix| prefix.parse::<u8>().is_err()) {
        return None;
    }
    let stripped = match stripped.rsplit_once(':') {
        Some((before, port)) if !before.contains(':') && port.parse::<u16>().is_ok() => before,
        _ => stripped,
    };
    Some(match stripped.parse().ok()? {
        IpAddr::V4(address) => version_4(address, prefix.is_some()),
        IpAddr::V6(address) => version_6(address),
    })
}

fn version_4(address: Ipv4Addr, is_network: bool) -> Host {
    let octets = address.octets();
    let documentation = matches!(
        octets,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18 | 19, _, _]
    );
    // Four small numbers are a version far more often than an address.
    let version = octets.iter().all(|octet| *octet < 10);
    let nobody = address.is_multicast()
        || address.is_broadcast()
        || address.is_link_local()
        || octets[0] == 255;
    // The networks of RFC 1918 as a whole are nobody's.
    let everybody =
        is_network && matches!(octets, [10, 0, 0, 0] | [172, 16, 0, 0] | [192, 168, 0, 0]);
    match () {
        () if address.is_loopback() || address.is_unspecified() => Host::Local,
        () if documentation || version || nobody || everybody => Host::Documentation,
        () => Host::Address,
    }
}

fn version_6(address: Ipv6Addr) -> Host {
    let segments = address.segments();
    let documentation = segments[..2] == [0x2001, 0x0db8] || segments[0] & 0xfff0 == 0x3ff0;
    match () {
        () if address.is_loopback() || address.is_unspecified() => Host::Local,
        () if documentation || address.is_multicast() || segments[0] & 0xffc0 == 0xfe80 => {
            Host::Documentation
        }
        () => Host::Address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::url::{Url, parse_pairs};

    #[test]
    fn hosts_are_told_apart() {
        for (name, expected) in [
            ("localhost", Host::Local),
            ("127.0.0.1", Host::Local),
            ("db", Host::Local),
            ("::1", Host::Local),
            ("api.example.com", Host::Documentation),
            ("mail.test", Host::Documentation),
            ("192.0.2.17", Host::Documentation),
            ("2001:db8::1", Host::Documentation),
            ("1.2.3.4", Host::Documentation),
            ("10.0.0.0/8", Host::Documentation),
            ("www.w3.org", Host::Standard),
            ("10.12.0.7", Host::Address),
            ("10.12.0.7:5432", Host::Address),
            ("2a01:4f8::17", Host::Address),
            ("db-1.internal", Host::Internal),
            ("orders.svc.cluster.local", Host::Internal),
            ("shop.abc123.eu-west-1.rds.amazonaws.com", Host::Cloud),
            ("sts.us-east-1.amazonaws.com", Host::Other),
            ("acct.blob.core.windows.net", Host::Cloud),
            ("prod-db", Host::Production),
            ("db01.prod2.acme.io", Host::Production),
            ("products.acme.io", Host::Other),
            ("github.com", Host::Other),
        ] {
            assert_eq!(host(name), expected, "{name}");
        }
    }

    #[test]
    fn urls_are_cut_into_their_parts() {
        let url =
            Url::parse("postgresql+psycopg2://app:s3cret@db.acme.io:5432/shop?sslmode=require")
                .unwrap();
        assert_eq!((url.user, url.password, url.host), (Some("app"), Some("s3cret"), "db.acme.io"));
        assert!(url.is_connection() && !url.is_web());
        assert_eq!(url.shown(), "postgresql+psycopg2://…@db.acme.io/shop");
        assert_eq!(Url::parse("https://[2a01::1]:8443/x").map(|url| url.host), Some("2a01::1"));
        assert_eq!(Url::parse("see https://acme.io"), None);
        assert_eq!(Url::parse("not a url"), None);
    }

    #[test]
    fn pairs_of_a_connection_are_read() {
        assert_eq!(
            parse_pairs("host=db.acme.io dbname=shop password=x"),
            Some(("db.acme.io", Some("x")))
        );
        assert_eq!(
            parse_pairs("Server=tcp:db.acme.io,1433;Database=shop;"),
            Some(("db.acme.io", None))
        );
        assert_eq!(parse_pairs("a=b c=d"), None);
    }

    #[test]
    fn an_address_for_mail_has_a_domain() {
        assert_eq!(email_domain("ops@acme.io"), Some("acme.io"));
        for text in ["a@b", "@acme.io", "ops at acme.io", "a@b@c.de", "write to ops@acme.io"] {
            assert_eq!(email_domain(text), None, "{text}");
        }
    }
}
