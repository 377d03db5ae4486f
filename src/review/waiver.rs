//! Waivers: `# safe-migration: allow RULE[, RULE] -- reason [until=YYYY-MM-DD]`.
//!
//! A waiver covers what its comment covers; `allow-file` in a comment before the first function
//! covers the file. What follows the reason never widens it. A waiver without a reason that says
//! something, of an unknown rule, in a string, past its date or with a date that does not stand
//! last covers nothing and is a finding itself.

use jiff::civil::Date;

use crate::alembic::migration::{Comment, Placement};
use crate::rule::today::Today;
use crate::rule::wording::{self, Claim, Hollow};
use crate::text::source::Span;

/// A waiver as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// The rules it names, as written.
    pub rules: Vec<String>,
    /// The reason; `None` where none is given.
    pub reason: Option<String>,
    /// Why the reason says nothing, where one is given.
    pub hollow: Option<Hollow>,
    /// `until=`, as written.
    pub until: Option<String>,
    /// Dates that are written where none counts: a second one, or before other words.
    pub stray: Vec<String>,
    /// Where it stands.
    pub span: Span,
    /// What it covers.
    pub covers: Span,
    /// Whether it covers the whole file.
    pub file: bool,
    /// What it is written in, and where.
    pub placement: Placement,
}

/// Where a waiver may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standpoint {
    /// Where it counts.
    Right,
    /// In a string that is no docstring.
    InString,
    /// `allow-file` in or behind the first function.
    FileTooLate,
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
    let (head, rest) = line.split_at_checked("safe-migration:".len())?;
    let rest = rest.trim_start();
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
    let (reason, stray) = without_dates(reason);
    Some(Waiver {
        rules: rules
            .split(',')
            .map(|rule| rule.trim().to_owned())
            .filter(|rule| !rule.is_empty())
            .collect(),
        hollow: wording::hollow(&reason, Claim::Waiver).filter(|_| !reason.is_empty()),
        reason: (!reason.is_empty()).then_some(reason),
        until: until.map(str::to_owned),
        stray,
        span: comment.span,
        covers: comment.covers,
        file,
        placement: comment.placement,
    })
}

/// Takes the dates out of a reason that stand in the middle of it, `until=DAY` or `until DAY`.
fn without_dates(reason: &str) -> (String, Vec<String>) {
    let mut words: Vec<&str> = Vec::new();
    let mut stray = Vec::new();
    for word in reason.split_whitespace() {
        let is_until = |word: &str| word.to_lowercase().trim_end_matches([':', '=']) == "until";
        let date = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        match word.to_lowercase().strip_prefix("until=") {
            Some(rest) if !rest.is_empty() => stray.push(word.to_owned()),
            _ if date.parse::<Date>().is_ok()
                && words.last().is_some_and(|last| is_until(last)) =>
            {
                let until = words.pop().unwrap_or_default();
                stray.push(format!("{until} {date}"));
            }
            _ => words.push(word),
        }
    }
    match stray.is_empty() {
        true => (reason.to_owned(), stray),
        false => (words.join(" "), stray),
    }
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
    /// Tells whether it stands where it counts.
    pub fn standpoint(&self) -> Standpoint {
        match self.placement {
            Placement::Loose => Standpoint::InString,
            Placement::Body if self.file => Standpoint::FileTooLate,
            Placement::Head | Placement::Body => Standpoint::Right,
        }
    }

    /// Tells whether what is written counts on a day, wherever it reaches.
    pub fn counts(&self, today: Today) -> bool {
        self.reason.is_some()
            && self.hollow.is_none()
            && self.stray.is_empty()
            && self.standpoint() == Standpoint::Right
            && self.term(today) == Term::Holds
    }

    /// Tells whether the waiver holds on a day. The last day counts.
    pub fn term(&self, today: Today) -> Term {
        let Some(until) = &self.until else {
            return Term::Holds;
        };
        match until.parse::<Date>() {
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

    fn comment(text: &str) -> Comment {
        Comment {
            text: text.to_owned(),
            span: Span::default(),
            covers: Span::default(),
            placement: Placement::Body,
        }
    }

    fn one(text: &str) -> Option<Row> {
        let comment = comment(text);
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
        let comment = comment("safe-migration: allow a -- unread since 4.2 until=2026-02-03");
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

    #[test]
    fn a_date_counts_where_it_stands_last_and_once() {
        let table: [(&str, &[&str], Option<&str>); 6] = [
            ("unread until=2030-01-31 since 2024", &["until=2030-01-31"], None),
            (
                "unread now until=2030-01-31 until=2031-01-31",
                &["until=2030-01-31"],
                Some("2031-01-31"),
            ),
            ("unread until 2030-01-31", &["until 2030-01-31"], None),
            ("unread now UNTIL: 2030-01-31.", &["UNTIL: 2030-01-31"], None),
            ("unread until March at least", &[], None),
            ("unread now until=2030-01-31", &[], Some("2030-01-31")),
        ];
        for (reason, stray, until) in table {
            let waiver = read(&comment(&format!("safe-migration: allow a -- {reason}"))).remove(0);
            assert_eq!(waiver.stray, stray, "{reason}");
            assert_eq!(waiver.until.as_deref(), until, "{reason}");
            let today = Today { year: 2026, month: 1, day: 1 };
            assert_eq!(waiver.counts(today), stray.is_empty(), "{reason}");
        }
    }
}
