//! Keys, tokens and passwords, known by their form. A string that merely looks random is none.

use std::collections::BTreeSet;

use crate::example;
use crate::rule::address::Host;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::sent::Sent;
use crate::rule::severity::{Severity, Weight};
use crate::rule::url::Url;
use crate::rule::{address, secret, sent, url};

pub(super) static RULE: Rule = Rule {
    id: "hardcoded-secret",
    theme: Theme::Values,
    severity: Severity::Critical,
    weight: Weight::LosesData,
    plan: None,
    waivable: true,
    summary: "holds a key, a token or a password",
    harm: "Everybody who can read the repository has it, now and in every copy of its history, and \
        the same one is set in every environment.",
    remedy: "Take it out, rotate it, and set it where the environment keeps its secrets; a \
        migration reads it from there.",
    example: example!("hardcoded-secret"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut emitted: BTreeSet<String> = BTreeSet::new();
    let values = sent::values(context)
        .into_iter()
        .flat_map(|sent| in_value(sent.text).map(|found| (sent, found)));
    let mut findings: Vec<RawFinding> = Vec::new();
    for (sent, (secret, what)) in values {
        if emitted.insert(secret.clone()) {
            findings.push(finding(&sent, &secret, what));
        }
    }
    for sent in sent::sql(context) {
        for (secret, what) in in_sql(sent.text) {
            if emitted.insert(secret.clone()) {
                findings.push(finding(&sent, &secret, what));
            }
        }
    }
    findings
}

/// Makes a finding that shows only how the secret begins.
fn finding(sent: &Sent<'_>, secret: &str, what: &str) -> RawFinding {
    let begins: String = secret.chars().take(4).collect();
    sent.finding(format!("`{begins}…` is {what}"))
        .label("everybody who can read the repository has it")
}

/// Finds a secret in a value.
fn in_value(text: &str) -> Option<(String, &'static str)> {
    let known = secret::find(text).map(|(secret, what)| (secret.to_owned(), what));
    known.or_else(|| {
        password_in(text).map(|password| (password.to_owned(), "a password in a connection string"))
    })
}

/// Finds the password of a connection to a host that is not local.
fn password_in(text: &str) -> Option<&str> {
    let (host, password) = match Url::parse(text) {
        Some(url) => (url.host, url.password?),
        None => {
            let (host, password) = url::parse_pairs(text)?;
            (host, password?)
        }
    };
    let away = !matches!(address::host(host), Host::Local | Host::Documentation | Host::Standard);
    (away && !secret::is_placeholder(password)).then_some(password)
}

/// Finds secrets in SQL that is written out: the passwords of roles, and tokens in its literals.
fn in_sql(sql: &str) -> Vec<(String, &'static str)> {
    let words = sql.to_ascii_uppercase();
    let is_role = ["ROLE", "USER"].iter().any(|kind| {
        ["CREATE", "ALTER"].iter().any(|verb| {
            words.split(';').any(|statement| {
                let mut parts = statement.split_whitespace().skip_while(|part| part != verb);
                parts.next().is_some() && parts.next() == Some(kind)
            })
        })
    });
    let mut found = Vec::new();
    if is_role {
        let passwords =
            ["PASSWORD", "IDENTIFIED BY"].iter().flat_map(|word| behind(sql, &words, word));
        found.extend(passwords.map(|password| (password.to_owned(), "the password of a role")));
    }
    let literals = sent::quoted(sql, '\'').into_iter();
    found.extend(literals.filter_map(in_value));
    found
}

/// Returns the literals that stand directly behind a word.
fn behind<'a>(sql: &'a str, upper: &str, word: &str) -> Vec<&'a str> {
    let ends = upper.match_indices(word).map(|(at, word)| at + word.len());
    let literal = |at: usize| {
        let rest = sql.get(at..)?.trim_start();
        let inside = rest.strip_prefix('\'')?;
        inside.split('\'').next().filter(|password| !secret::is_placeholder(password))
    };
    ends.filter_map(literal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_roles_and_of_connections_are_found() {
        let passwords = |sql| in_sql(sql).into_iter().map(|(secret, _)| secret).collect::<Vec<_>>();
        assert_eq!(passwords("ALTER ROLE app WITH PASSWORD 'hunter22'"), ["hunter22"]);
        assert_eq!(passwords("create user app identified by 'hunter22'"), ["hunter22"]);
        assert_eq!(
            passwords("CREATE USER MAPPING FOR app SERVER s OPTIONS (user 'a', password 'x1')"),
            ["x1"]
        );
        assert!(passwords("ALTER ROLE app PASSWORD NULL").is_empty());
        assert!(passwords("ALTER ROLE app PASSWORD '…'").is_empty());
        assert!(passwords("ALTER TABLE users ADD password text DEFAULT 'x'").is_empty());
        assert_eq!(password_in("postgresql://app:s3cret@db.acme.io/shop"), Some("s3cret"));
        assert_eq!(password_in("postgresql://app:s3cret@localhost/shop"), None);
        assert_eq!(password_in("postgresql://app:<password>@db.acme.io/shop"), None);
    }
}
