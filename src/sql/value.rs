//! Quoted text as a value of a type of PostgreSQL, as its input functions read it.

use serde::de::IgnoredAny;

use crate::sql::types::{Family, SqlType};

/// Tells whether a text is a value of a type.
pub fn of_postgresql(text: &str, kind: &SqlType) -> Fit {
    if kind.array > 0 {
        return of_array(text);
    }
    match kind.family() {
        Family::Boolean => of(is_boolean(text), "boolean", text),
        Family::Integer => of_integer(text, kind),
        Family::Decimal if kind.base == "numeric" => {
            of(is_decimal(text.trim(), &["nan", "infinity", "inf"]), "numeric", text)
        }
        Family::Float => {
            let name = if kind.base == "real" { "real" } else { "double precision" };
            of(is_decimal(text.trim(), &["nan", "infinity", "inf"]), name, text)
        }
        Family::Json => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Fit::Fits,
            // PostgreSQL takes what the parser finds too large or too deep.
            Err(error) if error.is_syntax() || error.is_eof() => {
                Fit::Fails("invalid input syntax for type json".to_owned())
            }
            Err(_) => Fit::Unknown,
        },
        Family::Uuid => of(is_uuid(text), "uuid", text),
        Family::Date => of_moment(text, "date"),
        Family::Timestamp => {
            of_moment(text, if kind.timezone { "timestamp with time zone" } else { "timestamp" })
        }
        Family::Time => of_moment(text, if kind.timezone { "time with time zone" } else { "time" }),
        Family::Interval if !text.bytes().any(|byte| byte.is_ascii_digit()) => {
            of(false, "interval", text)
        }
        _ => Fit::Unknown,
    }
}

fn of(is_value: bool, kind: &str, text: &str) -> Fit {
    match is_value {
        true => Fit::Fits,
        false => Fit::Fails(format!("invalid input syntax for type {kind}: \"{text}\"")),
    }
}

/// Prefixes of true, false, yes and no, `on`, `of`, `off`, `1` and `0` (`parse_bool_with_len`).
fn is_boolean(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let begins = |word: &str| !text.is_empty() && word.starts_with(text.as_str());
    ["true", "false", "yes", "no"].into_iter().any(begins)
        || ["on", "of", "off", "1", "0"].contains(&text.as_str())
}

fn of_integer(text: &str, kind: &SqlType) -> Fit {
    let name = kind.base.as_str();
    let digits = text.trim();
    let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if plain.is_empty() || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        // PostgreSQL 16 reads 0x1F and 1_000.
        let is_newer = plain.starts_with(|c: char| c.is_ascii_digit())
            && plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        return if is_newer { Fit::Unknown } else { of(false, name, text) };
    }
    let Ok(number) = digits.parse::<i128>() else { return Fit::Unknown };
    let bits = match name {
        "smallint" => 16,
        "integer" => 32,
        _ => 64,
    };
    let limit = 1i128 << (bits - 1);
    match (-limit..limit).contains(&number) {
        true => Fit::Fits,
        false => Fit::Fails(format!("value \"{text}\" is out of range for type {name}")),
    }
}

fn is_decimal(text: &str, words: &[&str]) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text).to_ascii_lowercase();
    let is_newer = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_number(text) || words.contains(&unsigned.as_str()) || is_newer
}

/// 32 hexadecimal digits, hyphens behind any four, braces around.
fn is_uuid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    digits == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Words are moments only if PostgreSQL knows them; what holds digits is left to the server.
fn of_moment(text: &str, kind: &str) -> Fit {
    const WORDS: [&str; 10] = [
        "now",
        "today",
        "tomorrow",
        "yesterday",
        "epoch",
        "infinity",
        "allballs",
        "zulu",
        "z",
        "utc",
    ];
    let lower = text.trim().to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    if lower == "0" && !kind.starts_with("time ") && kind != "time" {
        return Fit::Fails(format!("date/time field value out of range: \"{text}\""));
    }
    // `2026` is no moment, `12:34` and `1234` are times.
    let is_time = kind == "time" || kind.starts_with("time ");
    let is_number = lower.bytes().all(|byte| byte.is_ascii_digit()) && !lower.is_empty();
    if is_number && (lower.len() <= 3 || lower.len() <= 5 && !is_time) {
        return of(false, kind, text);
    }
    if is_no_day(text.trim()) {
        return Fit::Fails(format!("date/time field value out of range: \"{text}\""));
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Fit::Unknown;
    }
    let is_known = words.peek().is_some() && words.all(|word| WORDS.contains(&word));
    of(is_known, kind, text)
}

/// Tells whether a text begins with a year, a month and a day of ISO 8601 that no calendar has.
fn is_no_day(text: &str) -> bool {
    let mut parts = text.get(..10).unwrap_or_default().split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| is_plain)
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
        return false;
    };
    let behind = text.get(10..).unwrap_or_default();
    let ends = behind.is_empty() || behind.starts_with([' ', 'T', 't']);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    ends && (!(1..=12).contains(&month) || !(1..=days).contains(&day))
}

/// Tells whether a text is an array of an enum's labels, as PostgreSQL reads one: `{}`, `{a,b}`
/// (15.18). Quotes and further dimensions are not looked into.
pub fn of_enum_array(text: &str, labels: &[String], name: &str) -> Fit {
    let inner = text.trim().strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let Some(inner) = inner else { return of_array(text) };
    if inner.contains(['"', '\\', '{']) {
        return Fit::Unknown;
    }
    let mut elements = inner.split(',').map(str::trim);
    let other = elements.find(|element| {
        let is_label = labels.iter().any(|label| label == element);
        !is_label && !element.eq_ignore_ascii_case("null")
    });
    match other {
        Some(other) if !inner.trim().is_empty() => {
            Fit::Fails(format!("invalid input value for enum {name}: \"{other}\""))
        }
        _ => Fit::Fits,
    }
}

fn of_array(text: &str) -> Fit {
    let trimmed = text.trim();
    match trimmed.starts_with('{') && trimmed.ends_with('}') || trimmed.contains("]=") {
        true => Fit::Unknown,
        false => Fit::Fails(format!("malformed array literal: \"{text}\"")),
    }
}

/// Whether a default is a value of a type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is.
    Fits,
    /// It is not; the error that comes.
    Fails(String),
    /// It cannot be known.
    Unknown,
}

/// Tells whether a text is a number of SQL.
pub(super) fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    let dots = mantissa.bytes().filter(|byte| *byte == b'.').count();
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
    });
    digits > 0 && dots <= 1 && digits + dots == mantissa.len() && exponent
}
