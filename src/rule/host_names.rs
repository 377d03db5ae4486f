//! Names of hosts that say whose they are.

/// Domains whose URLs are names: of standards, licences and vocabularies.
pub(super) const STANDARDS: &[&str] = &[
    "apache.org",
    "creativecommons.org",
    "doi.org",
    "dublincore.org",
    "gnu.org",
    "iana.org",
    "ietf.org",
    "iso.org",
    "json-schema.org",
    "mozilla.org",
    "oasis-open.org",
    "ogp.me",
    "openid.net",
    "opengis.net",
    "opensource.org",
    "orcid.org",
    "purl.org",
    "rfc-editor.org",
    "schema.org",
    "spdx.org",
    "unicode.org",
    "w3.org",
    "w3id.org",
    "wikidata.org",
    "wikipedia.org",
    "xml.org",
    "xmlns.com",
    "xmlsoap.org",
];

/// Domains that are set apart for documentation (RFC 2606), and those that people write when they
/// make one up.
pub(super) const MADE_UP: &[&str] = &[
    "company.com",
    "domain.com",
    "domain.tld",
    "example.com",
    "example.edu",
    "example.net",
    "example.org",
    "foo.bar",
    "foo.com",
    "mycompany.com",
    "mydomain.com",
    "test.com",
    "your-domain.com",
    "yourcompany.com",
    "yourdomain.com",
];

/// Endings of names that only resolve inside of somebody's network.
pub(super) const INTERNAL: &[&str] = &[
    "cluster.local",
    "corp",
    "home.arpa",
    "internal",
    "intra",
    "intranet",
    "lan",
    "local",
    "priv",
];

/// Endings of names that somebody rents.
const CLOUD: &[&str] = &[
    "amazonaws.com",
    "appspot.com",
    "aivencloud.com",
    "azure-api.net",
    "azureedge.net",
    "azurewebsites.net",
    "cloudapp.azure.com",
    "cloudfront.net",
    "cloudfunctions.net",
    "confluent.cloud",
    "core.windows.net",
    "database.windows.net",
    "documents.azure.com",
    "elastic-cloud.com",
    "firebaseio.com",
    "fly.dev",
    "herokuapp.com",
    "mongodb.net",
    "neon.tech",
    "netlify.app",
    "ngrok.io",
    "ondigitalocean.com",
    "onrender.com",
    "psdb.cloud",
    "redis-cloud.com",
    "run.app",
    "servicebus.windows.net",
    "snowflakecomputing.com",
    "supabase.co",
    "upstash.io",
    "vault.azure.net",
    "vercel.app",
];

/// Parts of Amazon's names that say that they belong to one account.
const AMAZON: &[&str] =
    &["rds", "s3", "elb", "execute-api", "es", "cache", "redshift", "docdb", "efs", "mq", "kafka"];

/// Last labels of names that are looked up in public.
pub(super) const PUBLIC: &[&str] = &[
    "ai", "app", "at", "au", "be", "biz", "br", "ca", "ch", "cloud", "cn", "co", "com", "cz", "de",
    "dev", "dk", "es", "eu", "fi", "fr", "gov", "ie", "in", "info", "io", "it", "jp", "me", "net",
    "nl", "no", "nz", "org", "pl", "pt", "ru", "se", "sh", "tech", "tv", "uk", "us", "xyz",
];

pub(super) fn is_rented(name: &str) -> bool {
    let rest = CLOUD
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix)?.strip_suffix('.').map(|rest| (suffix, rest)));
    let Some((suffix, rest)) = rest else { return false };
    match *suffix {
        "amazonaws.com" => {
            let labels: Vec<&str> = rest.split('.').collect();
            labels
                .iter()
                .skip(1)
                .any(|label| AMAZON.iter().any(|part| label == part || label.starts_with("s3-")))
        }
        _ => !rest.is_empty(),
    }
}

pub(super) fn says_production(name: &str) -> bool {
    let words = name.split(['.', '-', '_']);
    words
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .any(|word| matches!(word, "prod" | "production" | "prd"))
}
