//! What is to be said of waivers themselves: why one covers nothing.

use crate::alembic::migration::Migration;
use crate::config::settings::Settings;
use crate::review::finding::Finding;
use crate::review::lookalike;
use crate::review::severity;
use crate::review::subject::Occasion;
use crate::review::waiver::{Standpoint, Term, Waiver};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rules;
use crate::text::source::{Site, Span};

/// How many rules are complained of that one waiver names and nobody knows: one is enough for it to
/// block.
const MOST: usize = 20;

/// What is wrong with a waiver.
struct Complaint {
    rule: &'static str,
    message: String,
    remedy: String,
    /// What happens; where it is none, what the rule says.
    harm: Option<&'static str>,
}

impl Complaint {
    fn new(rule: &'static str, message: String, remedy: String) -> Self {
        Complaint { rule, message, remedy, harm: None }
    }

    /// A comment that is no waiver, though it was meant as one: no hazard is gone.
    fn not_one(message: String, remedy: String) -> Self {
        let harm = Some("what it is meant for is judged as if it were not there");
        Complaint { rule: "unused-waiver", message, remedy, harm }
    }
}

/// Says of each waiver why it covers nothing.
pub fn findings(
    waivers: &[Waiver],
    used: &[bool],
    settings: &Settings,
    migration: &Migration,
    occasion: &Occasion,
) -> Vec<Finding> {
    let complained = waivers.iter().zip(used).flat_map(|(waiver, used)| {
        complaints(waiver, *used, occasion).into_iter().map(|complaint| (complaint, waiver.span))
    });
    let alike = migration.remarks.iter().filter_map(|comment| {
        let found = lookalike::find(comment)?;
        Some((Complaint::not_one(found.message, found.remedy), comment.span))
    });
    let finding = |(complaint, span): (Complaint, Span)| {
        let site = Site { path: migration.path.clone(), span };
        let raw = RawFinding::at(site, Direction::File, complaint.message).remedy(complaint.remedy);
        let raw = complaint.harm.into_iter().fold(raw, RawFinding::label);
        let rule = rules::find(complaint.rule)?;
        let (severity, lowered) = severity::settle(rule, &raw, settings, &[])?;
        let revision = Some(migration.header.revision.clone());
        Some(Finding { rule, severity, raw, revision, lowered, count: 1, notes: Vec::new() })
    };
    complained.chain(alike).filter_map(finding).collect()
}

fn complaints(waiver: &Waiver, used: bool, occasion: &Occasion) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let unknown = waiver.rules.iter().filter(|rule| rules::find(rule).is_none());
    complaints.extend(unknown.take(MOST).map(|rule| unknown_rule(rule)));
    if waiver.rules.is_empty() {
        let message = "the waiver names no rule, so it covers nothing".to_owned();
        let remedy = "Write `# safe-migration: allow RULE -- reason`.".to_owned();
        complaints.push(Complaint::new("waiver-of-unknown-rule", message, remedy));
    }
    let named = waiver.rules.join(", ");
    complaints.extend(of_reason(waiver, &named));
    complaints.extend(of_date(waiver, &named, occasion));
    complaints.extend(of_place(waiver, &named));
    if complaints.is_empty() && !used {
        let message = format!("the waiver of `{named}` covers nothing here");
        let remedy = "Remove it, or move it to the statement it is about.".to_owned();
        complaints.push(Complaint::new("unused-waiver", message, remedy));
    }
    complaints
}

fn of_reason(waiver: &Waiver, named: &str) -> Option<Complaint> {
    let message = match (&waiver.reason, &waiver.hollow) {
        (None, _) => format!("the waiver of `{named}` gives no reason, so it covers nothing"),
        (Some(reason), Some(hollow)) => {
            let why = hollow.clause();
            format!(
                "the reason of the waiver of `{named}`, `{reason}`, {why}, so it covers nothing"
            )
        }
        (Some(_), None) => return None,
    };
    let remedy = format!("Say why it is safe here: `# safe-migration: allow {named} -- reason`.");
    Some(Complaint::new("waiver-without-reason", message, remedy))
}

fn of_date(waiver: &Waiver, named: &str, occasion: &Occasion) -> Vec<Complaint> {
    let last = "Write the last day once, behind the reason: `until=YYYY-MM-DD`.".to_owned();
    let stray = waiver.stray.iter().map(|date| {
        let message = match &waiver.until {
            Some(until) => format!(
                "the waiver of `{named}` has two dates, `{date}` and `until={until}`, so it covers \
                 nothing"
            ),
            None => format!(
                "`{date}` of the waiver of `{named}` does not stand last as `until=YYYY-MM-DD`, so \
                 it covers nothing"
            ),
        };
        Complaint::new("waiver-expired", message, last.clone())
    });
    let until = waiver.until.as_deref().unwrap_or_default();
    let term = match waiver.term(occasion.today) {
        Term::Expired => Some(Complaint::new(
            "waiver-expired",
            format!("the waiver of `{named}` held until {until}, so it covers nothing now"),
            "Fix what it covers, or give a new date with the reason.".to_owned(),
        )),
        Term::NoDate => Some(Complaint::new(
            "waiver-expired",
            format!("`until={until}` of the waiver of `{named}` is no date, so it covers nothing"),
            "Write the last day as `until=YYYY-MM-DD`.".to_owned(),
        )),
        Term::Holds => None,
    };
    stray.chain(term).collect()
}

/// The finding that a misplaced waiver was meant for stands; this says why.
fn of_place(waiver: &Waiver, named: &str) -> Option<Complaint> {
    match waiver.standpoint() {
        Standpoint::Right => None,
        Standpoint::InString => Some(Complaint::not_one(
            format!(
                "the waiver of `{named}` stands in a string and not in a comment, so it covers \
                 nothing"
            ),
            format!("Write it as a comment: `# safe-migration: allow {named} -- reason`."),
        )),
        Standpoint::FileTooLate => Some(Complaint::not_one(
            format!(
                "`allow-file` of `{named}` stands behind the first `def`, so it covers nothing"
            ),
            "Move it above the first function, or write `allow` above the statement it is about."
                .to_owned(),
        )),
    }
}

fn unknown_rule(rule: &str) -> Complaint {
    let message = format!("the waiver names `{rule}`, which is no rule, so it covers nothing");
    let remedy = match rules::nearest(rule) {
        Some(near) => format!("Write `{near}`, or see `safe-migration explain` for all names."),
        None => "See `safe-migration explain` for all names.".to_owned(),
    };
    Complaint::new("waiver-of-unknown-rule", message, remedy)
}
