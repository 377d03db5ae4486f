//! Where a finding stands, in lines and columns, and what is said of it in every form.

use crate::review::finding::{Finding, Review};
use crate::rule::definition::Rule;
use crate::text::cut;
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

/// Returns the lines that a finding is about; none where its file is gone.
pub fn snippet<'a>(finding: &Finding, review: &'a Review) -> Option<&'a str> {
    let (site, place) = (&finding.raw.site, of(finding, review)?);
    let text = review.texts.get(&site.path)?;
    let lines = text.line_span(place.start.line).start..text.line_span(place.end.line).end;
    text.content().get(lines).map(str::trim_end)
}

/// Returns what to do about a finding: the finding's own words, else the rule's.
pub fn remedy(finding: &Finding) -> &str {
    if finding.raw.remedy.is_empty() { finding.rule.remedy } else { &finding.raw.remedy }
}

/// Returns what happens, and to whom: the finding's own words, else the first sentence of the
/// rule's. It follows a colon: without a full stop, and small where it begins with no name.
pub fn consequence(finding: &Finding) -> Option<String> {
    let own = finding.raw.label.as_deref();
    let text = own.unwrap_or_else(|| first_sentence(finding.rule.harm)).trim_end_matches('.');
    let first = text.split([' ', ',']).next().unwrap_or_default();
    let is_name = NAMES.contains(&first) || cut::from(first, 1).contains(char::is_uppercase);
    let text = if is_name { text.to_owned() } else { small(text) };
    Some(text).filter(|text| !text.is_empty())
}

/// Names with one great letter that consequences begin with.
const NAMES: [&str; 2] = ["Alembic", "Python"];

fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Returns what is found and what it leads to, in one sentence without a full stop.
pub fn sentence(finding: &Finding) -> String {
    let message = &finding.raw.message;
    match consequence(finding) {
        Some(consequence) => format!("{message}: {consequence}"),
        None => message.clone(),
    }
}

/// Returns the first sentence of a text, with its full stop.
pub fn first_sentence(text: &str) -> &str {
    let mut ends = text.match_indices(". ").map(|(at, _)| at);
    // An ellipsis stands within a sentence.
    let end = ends.find(|at| !cut::to(text, *at).ends_with('.'));
    end.map_or(text, |at| cut::to(text, at + 1))
}

/// Returns the address of a rule's page, for the version that speaks.
pub fn page(rule: &Rule) -> String {
    let (home, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    format!("{home}/blob/v{version}/docs/rules/{}.md", rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ellipsis_ends_no_sentence() {
        let text = "Make it with ADD CONSTRAINT ... UNIQUE in the next. Then go on.";
        assert_eq!(first_sentence(text), "Make it with ADD CONSTRAINT ... UNIQUE in the next.");
        assert_eq!(first_sentence("One sentence"), "One sentence");
    }
}
