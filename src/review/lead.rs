//! One statement, one lead: of the findings on one statement the weightiest leads and the others become its notes.

use std::collections::BTreeMap;

use crate::review::finding::{Finding, Note};
use crate::review::severity::weight;
use crate::rule::card::Severity;
use crate::rule::hit::Direction;

/// Merges identical findings of one call site, which a loop makes, into one with a count.
pub fn counted(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        let twin = merged.iter_mut().find(|other| {
            other.rule.id == finding.rule.id
                && other.hit.site == finding.hit.site
                && other.hit.direction == finding.hit.direction
                && (other.hit.step != finding.hit.step || other.hit == finding.hit)
        });
        match twin {
            Some(twin) => absorb(twin, finding),
            None => merged.push(finding),
        }
    }
    merged
}

/// Adds a finding to one of the same rule and site; the worse severity stays.
fn absorb(twin: &mut Finding, finding: Finding) {
    if twin.hit == finding.hit {
        return;
    }
    twin.count += 1;
    if finding.severity > twin.severity {
        (twin.severity, twin.lowered) = (finding.severity, finding.lowered);
    }
}

/// Groups findings on one statement under the weightiest of them.
pub fn led(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<(Direction, usize), Vec<Finding>> = BTreeMap::new();
    let mut alone = Vec::new();
    for finding in findings {
        match finding.hit.step {
            Some(step) => groups.entry((finding.hit.direction, step)).or_default().push(finding),
            None => alone.push(finding),
        }
    }
    alone.extend(groups.into_values().flat_map(by_statement));
    alone
}

/// A step may tell several statements of one SQL text, each with its own place; those of one call share the call's.
fn by_statement(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_site: Vec<Vec<Finding>> = Vec::new();
    for finding in findings {
        match by_site.iter_mut().find(|group| group[0].hit.site == finding.hit.site) {
            Some(group) => group.push(finding),
            None => by_site.push(vec![finding]),
        }
    }
    by_site.into_iter().filter_map(under_lead).collect()
}

fn under_lead(mut findings: Vec<Finding>) -> Option<Finding> {
    let rank = |finding: &Finding| (weight(finding.rule, &finding.hit), finding.severity);
    let at = findings.iter().enumerate().max_by(|(a, one), (b, other)| rank(one).cmp(&rank(other)).then(b.cmp(a)))?.0;
    let mut lead = findings.remove(at);
    if let Some(worst) =
        findings.iter().filter(|other| other.severity > lead.severity).max_by_key(|other| other.severity)
    {
        lead.severity = worst.severity;
    }
    if lead.severity == Severity::Critical {
        lead.lowered = None;
    }
    lead.notes = findings.into_iter().map(note).collect();
    Some(lead)
}

fn note(finding: Finding) -> Note {
    let remedy = if finding.hit.remedy.is_empty() { finding.rule.remedy.to_owned() } else { finding.hit.remedy };
    Note { rule: finding.rule, severity: finding.severity, message: finding.hit.message, remedy }
}
