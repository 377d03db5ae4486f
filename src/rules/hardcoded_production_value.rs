//! A value of one environment in a file that runs in all of them.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::Role;
use crate::rule::address::Host;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::sent::Sent;
use crate::rule::severity::{Severity, Weight};
use crate::rule::url::Url;
use crate::rule::{address, code, sent, url};
use crate::text::cut;

pub(super) static RULE: Rule = Rule {
    id: "hardcoded-production-value",
    theme: Theme::Values,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "writes an address of one environment into the database",
    harm: "The migration runs everywhere: staging, tests and every developer's machine then talk \
        to production, mail its people and read its buckets. When the address changes, a \
        released revision keeps the old one.",
    remedy: "Read the value from the environment's own settings when the application runs, or set \
        it once by hand where it belongs.",
    example: example!("hardcoded-production-value"),
    check: Check::Migration(check),
};

/// Statements whose options say where to connect to.
const CONNECTING: &[&str] =
    &["CREATE SERVER", "ALTER SERVER", "USER MAPPING", "SUBSCRIPTION", "DBLINK"];

/// What a value is.
struct Found {
    /// The value as a message shows it.
    shown: String,
    /// Completes "`x` is …".
    what: &'static str,
    severity: Severity,
}

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut emitted: BTreeSet<String> = BTreeSet::new();
    let mut findings = Vec::new();
    let values = sent::values(context).into_iter().filter(|sent| sent.role != Role::Compared);
    for sent in values {
        let found = own(context, sent.text).or_else(|| judge(sent.text));
        if let Some(found) = found.filter(|found| emitted.insert(found.shown.clone())) {
            findings.push(finding(&sent, &found));
        }
    }
    for sent in sent::sql(context).filter(|sent| connects(sent.text)) {
        for found in sent::quoted(sent.text, '\'').into_iter().filter_map(judge_place) {
            if emitted.insert(found.shown.clone()) {
                findings.push(finding(&sent, &found));
            }
        }
    }
    findings
}

fn finding(sent: &Sent<'_>, found: &Found) -> RawFinding {
    let finding =
        sent.finding(format!("`{}` is {}", found.shown, found.what)).object(found.shown.clone());
    finding.label("every environment that runs this migration gets it").severity(found.severity)
}

fn connects(sql: &str) -> bool {
    let sql = sql.to_ascii_uppercase();
    CONNECTING.iter().any(|words| sql.contains(words))
}

/// Judges a value that the settings name: `[production] patterns`, a part of it or a whole with
/// `*`.
fn own(context: &RuleContext<'_>, text: &str) -> Option<Found> {
    let lower = text.to_lowercase();
    let is_it = |pattern: &&String| {
        let pattern = pattern.to_lowercase();
        let mut rest = lower.as_str();
        !pattern.is_empty()
            && pattern.split('*').all(|part| match rest.find(part) {
                Some(at) => {
                    rest = cut::from(rest, at + part.len());
                    true
                }
                None => false,
            })
    };
    context.settings.production.iter().find(is_it)?;
    Some(Found {
        shown: shown(text),
        what: "a value that `[production]` in the settings names",
        severity: Severity::Critical,
    })
}

fn shown(text: &str) -> String {
    Url::parse(text).map_or_else(|| code::shortened(text), |url| url.shown())
}

/// Judges what stands in an option that says where to connect to: a bare name of a host is enough
/// there.
fn judge_place(text: &str) -> Option<Found> {
    let place = || {
        let is_place = address::is_host_name(text) && matches!(address::host(text), Host::Other);
        is_place.then(|| Found {
            shown: text.to_owned(),
            what: "a host that the database connects to",
            severity: Severity::Critical,
        })
    };
    judge(text).filter(|found| found.severity == Severity::Critical).or_else(place)
}

/// Judges a whole value.
fn judge(text: &str) -> Option<Found> {
    let critical = |what| Some(Found { shown: shown(text), what, severity: Severity::Critical });
    let warning = |what| Some(Found { shown: shown(text), what, severity: Severity::Warning });
    if let Some(what) = cloud_name(text) {
        return critical(what);
    }
    if let Some(url) = Url::parse(text) {
        return match (address::host(url.host), url.is_connection(), url.is_web()) {
            (Host::Local | Host::Documentation | Host::Standard, _, _) => None,
            (_, true, _) => critical("a connection to a host that is not local"),
            (_, _, false) => None,
            (Host::Address, ..) => critical("a URL on an address of one's own"),
            (Host::Internal, ..) => {
                critical("a URL that only resolves inside of a private network")
            }
            (Host::Cloud, ..) => critical("a URL of a rented resource"),
            (Host::Production, ..) => critical("a URL of production"),
            (Host::Other, ..) => warning("a URL"),
        };
    }
    if let Some((host, _)) = url::parse_pairs(text) {
        return match address::host(host) {
            Host::Local | Host::Documentation | Host::Standard => None,
            _ => Some(Found {
                shown: host.to_owned(),
                what: "a connection to a host that is not local",
                severity: Severity::Critical,
            }),
        };
    }
    if let Some(domain) = address::email_domain(text) {
        return match address::host(domain) {
            Host::Local | Host::Documentation | Host::Standard => None,
            _ if is_made_up_name(text) => None,
            _ => warning("an e-mail address"),
        };
    }
    unqualified(text).and_then(critical)
}

/// Tells whether an e-mail address says itself that nobody reads it.
fn is_made_up_name(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    ["placeholder", "example", "dummy", "deleted", "anonymous"]
        .iter()
        .any(|word| local.contains(word))
}

/// Judges an address or the name of a host that stands alone.
fn unqualified(text: &str) -> Option<&'static str> {
    match address::host(text) {
        Host::Address => Some("an address that is not local"),
        // `core.local` is a name of a plug-in as often as one of a machine.
        Host::Internal if text.split('.').count() == 2 && text.ends_with(".local") => None,
        Host::Internal if address::is_host_name(text) => {
            Some("a host that only resolves inside of a private network")
        }
        Host::Cloud if address::is_host_name(text) => Some("a rented resource"),
        Host::Production if address::is_host_name(text) => Some("a host of production"),
        _ => None,
    }
}

/// Judges names of cloud resources: ARNs with an account, buckets.
fn cloud_name(text: &str) -> Option<&'static str> {
    if text.chars().any(char::is_whitespace) {
        return None;
    }
    if let Some(rest) = text.strip_prefix("arn:aws") {
        let parts: Vec<&str> = rest.split(':').collect();
        let (service, account) = (parts.get(1).copied()?, parts.get(3).copied()?);
        let is_account = account.len() == 12 && account.chars().all(|c| c.is_ascii_digit());
        return match (service, is_account && !is_made_up_account(account)) {
            (_, true) => Some("a cloud resource of one account"),
            ("s3", false) if parts.get(4).is_some_and(|bucket| !is_made_up_bucket(bucket)) => {
                Some("a bucket of one account")
            }
            _ => None,
        };
    }
    let (scheme, rest) = text.split_once("://")?;
    let bucket = rest.split(['/', '?']).next().unwrap_or_default();
    let stores = ["s3", "s3a", "gs", "abfs", "abfss", "wasb", "wasbs", "r2"];
    (stores.contains(&scheme) && !is_made_up_bucket(bucket)).then_some("a bucket of one account")
}

/// Accounts that Amazon's own documentation uses.
fn is_made_up_account(account: &str) -> bool {
    let one_digit = account.chars().all(|c| account.starts_with(c));
    one_digit
        || ["123456789012", "111122223333", "444455556666", "777788889999", "012345678901"]
            .contains(&account)
}

fn is_made_up_bucket(bucket: &str) -> bool {
    let name = bucket.split(['/', '@', '.']).next().unwrap_or_default().to_lowercase();
    let made_up =
        ["", "bucket", "my-bucket", "mybucket", "bucket-name", "bucket_name", "foo", "bar", "*"];
    made_up.contains(&name.as_str())
        || name.contains(['{', '<', '$', '%'])
        || name.split(['-', '_']).any(|part| {
            matches!(part, "example" | "test" | "tests" | "testing" | "dummy" | "local")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(text: &str) -> Option<Severity> {
        judge(text).map(|found| found.severity)
    }

    #[test]
    fn addresses_of_production_are_critical() {
        for text in [
            "postgresql://app:x@db.acme.io/shop",
            "redis://cache.acme.io:6379/0",
            "10.31.4.18",
            "https://10.31.4.18/hook",
            "https://orders.internal/hook",
            "https://api.prod.acme.io",
            "prod-db-1.acme.io",
            "shop.c1x2.eu-west-1.rds.amazonaws.com",
            "arn:aws:sqs:eu-west-1:905418000001:orders",
            "arn:aws:s3:::acme-invoices",
            "s3://acme-invoices/2024",
            "host=db.acme.io dbname=shop",
        ] {
            assert_eq!(severity(text), Some(Severity::Critical), "{text}");
        }
    }

    #[test]
    fn public_urls_and_addresses_for_mail_are_warned_of() {
        for text in ["https://github.com/acme/shop", "ops@acme.io"] {
            assert_eq!(severity(text), Some(Severity::Warning), "{text}");
        }
    }

    #[test]
    fn what_is_nobodys_is_silent() {
        for text in [
            "http://localhost:8000",
            "https://example.com/x",
            "postgresql://app:x@localhost/shop",
            "postgresql://app:x@db/shop",
            "user@example.org",
            "http://www.w3.org/2001/XMLSchema",
            "https://schema.org/Person",
            "192.0.2.1",
            "0.0.0.0/0",
            "1.10.2.3 beta",
            "2.0.0.1",
            "See https://acme.io for more",
            "app.tasks.send_mail",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::123456789012:role/x",
            "s3://my-bucket/x",
            "urn:isbn:0451450523",
            "active",
            "12:30",
            "",
        ] {
            assert_eq!(severity(text), None, "{text}");
        }
    }
}
