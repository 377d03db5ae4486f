//! One statement, one lead: of the findings on one statement the weightiest leads and the others
//! become its notes.

use std::collections::{BTreeMap, BTreeSet};

use crate::review::finding::{Finding, Note};
use crate::review::severity::weight;
use crate::rule::raw_finding::Direction;
use crate::rule::severity::{Severity, Weight};
use crate::text::source::Site;

/// Merges identical findings of one call site, which a loop makes, into one with a count.
pub fn counted(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    let mut likewise: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut places: BTreeMap<(&str, Direction, Site), Vec<usize>> = BTreeMap::new();
    for finding in findings {
        let place = (finding.rule.id, finding.raw.direction, finding.raw.site.clone());
        let here = places.entry(place).or_default();
        let twin = here.iter().copied().find(|&at| {
            let other: &Finding = &merged[at];
            other.raw.step != finding.raw.step || other.raw == finding.raw
        });
        match twin {
            Some(at) => {
                likewise
                    .entry(at)
                    .or_default()
                    .extend(subject(&finding.raw.message).map(str::to_owned));
                absorb(&mut merged[at], finding);
            }
            None => {
                here.push(merged.len());
                merged.push(finding);
            }
        }
    }
    for (at, subjects) in likewise {
        let message = &mut merged[at].raw.message;
        let others = others(message, subjects);
        message.push_str(&others);
    }
    merged
}

/// How many others are named.
const NAMED: usize = 5;

/// Returns what a sentence is about: what stands first in it, in backticks.
fn subject(message: &str) -> Option<&str> {
    message.strip_prefix('`')?.split('`').next()
}

/// Names what else a sentence is so of, once each.
fn others(message: &str, mut subjects: Vec<String>) -> String {
    let mut reported: BTreeSet<String> = subject(message).map(str::to_owned).into_iter().collect();
    subjects.retain(|subject| reported.insert(subject.clone()));
    if subjects.is_empty() {
        return String::new();
    }
    let more = subjects.len().saturating_sub(NAMED);
    let named: Vec<String> =
        subjects.iter().take(NAMED).map(|subject| format!("`{subject}`")).collect();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("; likewise {}{more}", named.join(", "))
}

/// Adds a finding to one of the same rule and site; the worse severity stays.
fn absorb(twin: &mut Finding, finding: Finding) {
    if twin.raw == finding.raw {
        return;
    }
    twin.count += 1;
    if finding.severity > twin.severity {
        (twin.severity, twin.lowered) = (finding.severity, finding.lowered);
    }
}

/// Groups findings on one statement under the weightiest of them: a step may tell several
/// statements of one SQL text, each with its own place; a loop makes several steps of one.
pub fn led(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<(Direction, Site), Vec<Finding>> = BTreeMap::new();
    let mut alone = Vec::new();
    for finding in findings {
        match finding.raw.step {
            Some(_) => {
                groups
                    .entry((finding.raw.direction, finding.raw.site.clone()))
                    .or_default()
                    .push(finding);
            }
            None => alone.push(finding),
        }
    }
    alone.extend(groups.into_values().filter_map(under_lead));
    alone
}

fn under_lead(mut findings: Vec<Finding>) -> Option<Finding> {
    let rank = |finding: &Finding| (weight(finding.rule, &finding.raw), finding.severity);
    let at = findings
        .iter()
        .enumerate()
        .max_by(|(a, one), (b, other)| rank(one).cmp(&rank(other)).then(b.cmp(a)))?
        .0;
    let mut lead = findings.remove(at);
    findings.retain(|other| !never_comes(&lead, other));
    if let Some(worst) = findings
        .iter()
        .filter(|other| other.severity > lead.severity)
        .max_by_key(|other| other.severity)
    {
        lead.severity = worst.severity;
    }
    if lead.severity == Severity::Critical {
        lead.lowered = None;
    }
    lead.notes = findings.into_iter().map(note).collect();
    Some(lead)
}

/// The rule whose finding leaves a statement without an object.
const MISSING_OBJECT: &str = "missing-object";

/// Tells whether a consequence cannot come, because the statement that would bring it is refused: a
/// column that does not exist loses no values when it is dropped.
fn never_comes(lead: &Finding, other: &Finding) -> bool {
    let is_refused = lead.rule.id == MISSING_OBJECT
        && lead.severity == Severity::Critical
        && lead.raw.step == other.raw.step
        && lead.count == 1
        && other.count == 1;
    is_refused && weight(other.rule, &other.raw) < Weight::Fails
}

fn note(finding: Finding) -> Note {
    let remedy = if finding.raw.remedy.is_empty() {
        finding.rule.remedy.to_owned()
    } else {
        finding.raw.remedy
    };
    Note { rule: finding.rule, severity: finding.severity, message: finding.raw.message, remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_loop_does_to_others_is_named_once_each() {
        let names =
            |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let message = "`users` is updated in one statement";
        assert_eq!(others(message, names(&["users", "users"])), "");
        assert_eq!(
            others(message, names(&["teams", "users", "teams", "jobs"])),
            "; likewise `teams`, `jobs`"
        );
        let seven = names(&["a", "b", "c", "d", "e", "f", "g"]);
        assert_eq!(others(message, seven), "; likewise `a`, `b`, `c`, `d`, `e` and 2 more");
    }
}
