//! Waivers: `# safe-migration: allow RULE[, RULE] -- reason [until=YYYY-MM-DD]`.
//!
//! A waiver covers what its comment covers; `allow-file` in a comment before the first function
//! covers the file. What follows the reason never widens it. A waiver without a reason, of an
//! unknown rule, or past its date covers nothing and is a finding itself.

use crate::alembic::migration::Comment;
use crate::rule::context::Today;
use crate::text::source::Span;

/// A waiver as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// The rules it names, as written.
    pub rules: Vec<String>,
    /// The reason; `None` where none is given.
    pub reason: Option<String>,
    /// `until=`, as written.
    pub until: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// What it covers.
    pub covers: Span,
    /// Whether it covers the whole file.
    pub file: bool,
}

/// Whether a waiver holds on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It has no end, or the end is not past.
    Holds,
    /// Its last day is past.
    Expired,
    /// Its date is no date.
    NoDate,
}

/// Reads the waivers in a comment: one for each line that begins with `safe-migration:`.
pub fn read(comment: &Comment) -> Vec<Waiver> {
    comment
        .text
        .lines()
        .filter_map(|line| read_line(line.trim().trim_start_matches('#').trim(), comment))
        .collect()
}

fn read_line(line: &str, comment: &Comment) -> Option<Waiver> {
    let head = line.get(.."safe-migration:".len())?;
    let rest = line[head.len()..].trim_start();
    if !head.eq_ignore_ascii_case("safe-migration:") {
        return None;
    }
    let (file, rest) = match rest.strip_prefix("allow-file") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("allow")?),
    };
    if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return None;
    }
    let (rules, reason) = match rest.split_once("--") {
        Some((rules, reason)) => (rules, reason.trim()),
        None => (rest, ""),
    };
    let (reason, until) = split_until(reason);
    Some(Waiver {
        rules: rules
            .split(',')
            .map(|rule| rule.trim().to_owned())
            .filter(|rule| !rule.is_empty())
            .collect(),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        until: until.map(str::to_owned),
        span: comment.span,
        covers: comment.covers,
        file,
    })
}

/// Takes `until=...` off the end of a reason.
fn split_until(reason: &str) -> (&str, Option<&str>) {
    let (words, last) = reason.rsplit_once(char::is_whitespace).unwrap_or(("", reason));
    match last.strip_prefix("until=") {
        Some(date) => (words.trim_end(), Some(date)),
        None => (reason, None),
    }
}

impl Waiver {
    /// Tells whether the waiver holds on a day. The last day counts.
    pub fn term(&self, today: Today) -> Term {
        let Some(until) = &self.until else {
            return Term::Holds;
        };
        match until.parse::<jiff::civil::Date>() {
            Err(_) => Term::NoDate,
            Ok(date)
                if Today { year: date.year(), month: date.month(), day: date.day() } < today =>
            {
                Term::Expired
            }
            Ok(_) => Term::Holds,
        }
    }

    /// Tells whether the waiver covers a place, given the statements around it.
    pub fn covers(&self, span: Span, within: &[Span]) -> bool {
        self.file
            || self.covers.contains(span)
            || within.iter().any(|statement| self.covers.contains(*statement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules, reason, until, and whether it is for the file.
    type Row = (Vec<String>, Option<String>, Option<String>, bool);

    fn one(text: &str) -> Option<Row> {
        let comment =
            Comment { text: text.to_owned(), span: Span::default(), covers: Span::default() };
        read(&comment).pop().map(|waiver| (waiver.rules, waiver.reason, waiver.until, waiver.file))
    }

    fn waiver(
        rules: &[&str],
        reason: Option<&str>,
        until: Option<&str>,
        file: bool,
    ) -> Option<Row> {
        let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
        Some((rules, reason.map(str::to_owned), until.map(str::to_owned), file))
    }

    #[test]
    fn the_grammar_of_waivers() {
        assert_eq!(
            one("safe-migration: allow drop-column -- unread since 2024"),
            waiver(&["drop-column"], Some("unread since 2024"), None, false)
        );
        assert_eq!(
            one("safe-migration: allow a, b -- both are fine until=2030-01-31"),
            waiver(&["a", "b"], Some("both are fine"), Some("2030-01-31"), false)
        );
        assert_eq!(
            one("safe-migration: allow-file a -- generated"),
            waiver(&["a"], Some("generated"), None, true)
        );
        assert_eq!(one("safe-migration: allow a"), waiver(&["a"], None, None, false));
        assert_eq!(one("safe-migration: allow a -- "), waiver(&["a"], None, None, false));
        assert_eq!(
            one("safe-migration: allow a -- until=2030-01-31"),
            waiver(&["a"], None, Some("2030-01-31"), false)
        );
        assert_eq!(
            one("safe-migration: allow a -- x, b and all others"),
            waiver(&["a"], Some("x, b and all others"), None, false)
        );
        assert_eq!(one("safe-migration: allow -- why"), waiver(&[], Some("why"), None, false));
        assert_eq!(one("safe-migration: allowed a -- why"), None);
        assert_eq!(one("see safe-migration: allow a -- why"), None);
    }

    #[test]
    fn the_last_day_of_a_waiver_counts() {
        let comment = Comment {
            text: "safe-migration: allow a -- b until=2026-02-03".to_owned(),
            span: Span::default(),
            covers: Span::default(),
        };
        let waiver = read(&comment).remove(0);
        assert_eq!(waiver.term(Today { year: 2026, month: 2, day: 3 }), Term::Holds);
        assert_eq!(waiver.term(Today { year: 2026, month: 2, day: 4 }), Term::Expired);
        assert_eq!(
            Waiver { until: Some("soon".to_owned()), ..waiver }.term(Today {
                year: 2026,
                month: 1,
                day: 1
            }),
            Term::NoDate
        );
    }
}
