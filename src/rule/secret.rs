//! The forms of keys, tokens and password hashes that their makers have settled.

use crate::text::cut;

/// A form of token: what it begins with, how long the rest is at least, and of what letters.
struct Form {
    prefix: &'static str,
    rest: usize,
    letters: fn(char) -> bool,
    what: &'static str,
}

const fn form(
    prefix: &'static str,
    rest: usize,
    letters: fn(char) -> bool,
    what: &'static str,
) -> Form {
    Form { prefix, rest, letters, what }
}

const FORMS: &[Form] = &[
    form("AKIA", 16, is_upper, "an access key of AWS"),
    form("ASIA", 16, is_upper, "an access key of AWS"),
    form("AIza", 35, is_url, "an API key of Google"),
    form("GOCSPX-", 28, is_url, "a client secret of Google"),
    form("ya29.", 30, is_url, "an access token of Google"),
    form("ghp_", 36, is_plain, "a token of GitHub"),
    form("gho_", 36, is_plain, "a token of GitHub"),
    form("ghu_", 36, is_plain, "a token of GitHub"),
    form("ghs_", 36, is_plain, "a token of GitHub"),
    form("ghr_", 36, is_plain, "a token of GitHub"),
    form("github_pat_", 40, is_url, "a token of GitHub"),
    form("glpat-", 20, is_url, "a token of GitLab"),
    form("xoxb-", 20, is_url, "a token of Slack"),
    form("xoxp-", 20, is_url, "a token of Slack"),
    form("xoxa-", 20, is_url, "a token of Slack"),
    form("xoxr-", 20, is_url, "a token of Slack"),
    form("xoxs-", 20, is_url, "a token of Slack"),
    form("xapp-", 20, is_url, "a token of Slack"),
    form("hooks.slack.com/services/T", 30, is_path, "a webhook of Slack"),
    form("discord.com/api/webhooks/", 60, is_path, "a webhook of Discord"),
    form("sk_live_", 16, is_plain, "a key of Stripe"),
    form("rk_live_", 16, is_plain, "a key of Stripe"),
    form("whsec_", 24, is_base64, "a webhook secret of Stripe"),
    form("sk-ant-", 40, is_url, "a key of Anthropic"),
    form("sk-proj-", 40, is_url, "a key of OpenAI"),
    form("SG.", 60, is_dotted, "a key of SendGrid"),
    form("npm_", 36, is_plain, "a token of npm"),
    form("pypi-AgEIcHlwaS5vcmc", 50, is_url, "a token of PyPI"),
    form("dop_v1_", 64, is_plain, "a token of DigitalOcean"),
    form("hf_", 34, is_plain, "a token of Hugging Face"),
    form("shpat_", 32, is_plain, "a token of Shopify"),
    form("AccountKey=", 60, is_base64, "a storage key of Azure"),
    form("$2a$", 56, is_crypt, "the hash of a password"),
    form("$2b$", 56, is_crypt, "the hash of a password"),
    form("$2y$", 56, is_crypt, "the hash of a password"),
    form("$argon2", 40, is_crypt, "the hash of a password"),
    form("pbkdf2_sha256$", 40, is_crypt, "the hash of a password"),
    form("pbkdf2:sha256:", 40, is_crypt, "the hash of a password"),
    form("scrypt:", 60, is_crypt, "the hash of a password"),
];

/// Finds a secret by its form; returns it with what it is.
pub fn find(text: &str) -> Option<(&str, &'static str)> {
    let formed = FORMS.iter().find_map(|form| token(text, form).map(|token| (token, form.what)));
    formed.or_else(|| private_key(text)).or_else(|| web_token(text))
}

/// Tells whether a password is none: a hole, a name in brackets, the word itself.
pub fn is_placeholder(password: &str) -> bool {
    let lower = password.to_lowercase();
    let masked = password.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '…'));
    let named = [
        "password",
        "passwd",
        "secret",
        "your-password",
        "your_password",
        "changeme",
        "placeholder",
    ];
    masked
        || named.contains(&lower.as_str())
        || lower.contains(['{', '<', '$', '%', '…', ':'])
        || lower.contains("__hole__")
}

fn token<'a>(text: &'a str, form: &Form) -> Option<&'a str> {
    text.match_indices(form.prefix).find_map(|(at, prefix)| {
        let stands_alone = cut::to(text, at).chars().next_back().is_none_or(|c| !is_plain(c));
        let rest = cut::from(text, at + prefix.len());
        let length = rest.find(|c| !(form.letters)(c)).unwrap_or(rest.len());
        let token = cut::between(text, at, at + prefix.len() + length);
        let is_token = !cut::to(rest, length).to_uppercase().contains("EXAMPLE")
            && varies(cut::to(rest, length));
        (stands_alone && length >= form.rest && is_token).then_some(token)
    })
}

/// Tells whether a text is more than one or two letters again and again.
fn varies(text: &str) -> bool {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    letters.len() > 4
}

fn private_key(text: &str) -> Option<(&str, &'static str)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (kind, body) = rest.split_once("-----")?;
    let holds_key = body.chars().filter(|c| is_base64(*c)).count() > 60;
    (kind.ends_with("PRIVATE KEY") && holds_key).then_some((kind, "a private key"))
}

/// Finds a JSON Web Token: three parts, the first two of which are JSON.
fn web_token(text: &str) -> Option<(&str, &'static str)> {
    let at = text.find("eyJ")?;
    let rest = cut::from(text, at);
    let end = rest.find(|c| !is_dotted(c)).unwrap_or(rest.len());
    let token = cut::to(rest, end);
    let parts: Vec<&str> = token.split('.').collect();
    let is_token = matches!(parts.as_slice(), [head, body, signature]
        if head.len() > 10 && body.starts_with("eyJ") && signature.len() > 10);
    is_token.then_some((token, "a signed token (JWT)"))
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn is_upper(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

fn is_url(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

fn is_dotted(c: char) -> bool {
    is_url(c) || c == '.'
}

fn is_path(c: char) -> bool {
    is_url(c) || c == '/'
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

fn is_crypt(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '$' | '=' | ',' | '+' | ':' | '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts a token together so that no scanner of this repository takes it for one.
    fn generated(prefix: &str, length: usize) -> String {
        let letters = "Q7mXw2Kd9RtZp4Yc".chars().cycle().take(length);
        format!("{prefix}{}", letters.collect::<String>())
    }

    #[test]
    fn tokens_are_known_by_their_form() {
        for (prefix, length) in
            [("ghp_", 36), ("AIza", 35), ("xoxb-", 24), ("sk_live_", 24), ("$2b$12$", 53)]
        {
            let token = generated(prefix, length);
            assert!(find(&token).is_some(), "{token}");
            assert!(find(&format!("key={token};")).is_some(), "{token}");
        }
        assert!(find(&generated("AKIA", 16).to_uppercase()).is_some());
        let token =
            format!("{}.{}.{}", generated("eyJ", 20), generated("eyJ", 30), generated("", 20));
        assert!(find(&token).is_some());
        assert!(find(&format!("-----BEGIN RSA PRIVATE KEY-----\n{}", generated("", 80))).is_some());
    }

    #[test]
    fn random_looking_strings_and_made_up_tokens_are_none() {
        for text in [
            "d41d8cd98f00b204e9800998ecf8427e",
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_test_Q7mXw2Kd9RtZp4YcQ7mXw2Kd",
            "-----BEGIN PUBLIC KEY-----",
            "eyJ is how they begin",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
