//! Where a finding stands, in lines and columns.

use crate::review::finding::{Finding, Review};
use crate::text::source::Position;

/// The first place of a finding and the one behind its last, as people count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first character.
    pub start: Position,
    /// The character behind the last one.
    pub end: Position,
}

/// Returns where a finding stands; none where its file is gone.
pub fn of(finding: &Finding, review: &Review) -> Option<Place> {
    let site = &finding.raw.site;
    let text = review.texts.get(&site.path)?;
    let start = site.span.start.min(text.content().len());
    let end = site.span.end.clamp(start, text.content().len());
    Some(Place { start: text.position(start), end: text.position(end) })
}

/// Returns what to do about a finding: the finding's own words, else the rule's.
pub fn remedy(finding: &Finding) -> &str {
    if finding.raw.remedy.is_empty() { finding.rule.remedy } else { &finding.raw.remedy }
}
