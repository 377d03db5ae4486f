//! Which waiver covers a finding: the first in the file that counts, names its rule and reaches it.

use std::collections::HashMap;

use crate::alembic::migration::Migration;
use crate::review::finding::Finding;
use crate::review::waiver::Waiver;
use crate::rule::today::Today;
use crate::text::source::Span;

/// The waivers that count, by the rule that they name.
pub struct Cover<'a> {
    rules: HashMap<&'a str, OfRule>,
}

/// The waivers of one rule.
#[derive(Default)]
struct OfRule {
    /// The first that covers the file.
    file: Option<usize>,
    /// What the others cover: by where it begins, the wider first.
    places: Vec<Place>,
}

/// What one waiver covers.
struct Place {
    span: Span,
    waiver: usize,
    /// The next wider place around it.
    around: Option<usize>,
}

impl<'a> Cover<'a> {
    /// Lists the waivers of a file that count on a day.
    pub fn of_all(waivers: &'a [Waiver], today: Today) -> Self {
        let mut rules: HashMap<&str, OfRule> = HashMap::new();
        for (at, waiver) in waivers.iter().enumerate().filter(|(_, it)| it.counts(today)) {
            for rule in &waiver.rules {
                let of_rule = rules.entry(rule).or_default();
                match waiver.file {
                    true => of_rule.file = of_rule.file.or(Some(at)),
                    false => {
                        of_rule.places.push(Place { span: waiver.covers, waiver: at, around: None })
                    }
                }
            }
        }
        rules.values_mut().for_each(|of_rule| nest(&mut of_rule.places));
        Cover { rules }
    }

    /// Returns the number of the waiver that covers a finding.
    pub fn of(&self, finding: &Finding, migration: &Migration) -> Option<usize> {
        if !finding.rule.waivable {
            return None;
        }
        let of_rule = self.rules.get(finding.rule.id)?;
        let spans = finding.raw.within.iter().copied().chain([finding.raw.site.span]);
        let here = finding.raw.site.path == migration.path;
        let places = spans.filter(|_| here).filter_map(|span| first(&of_rule.places, span));
        places.chain(of_rule.file).min()
    }
}

/// Puts places in order and finds what stands around each: what comments cover are statements, of
/// which two are apart or one is in the other.
fn nest(places: &mut [Place]) {
    places.sort_by_key(|place| (place.span.start, std::cmp::Reverse(place.span.end), place.waiver));
    let mut open: Vec<usize> = Vec::new();
    for at in 0..places.len() {
        while open.last().is_some_and(|&last| !places[last].span.contains(places[at].span)) {
            open.pop();
        }
        places[at].around = open.last().copied();
        open.push(at);
    }
}

/// Returns the first waiver of the file among the places that hold a span.
fn first(places: &[Place], span: Span) -> Option<usize> {
    let behind = places.partition_point(|place| place.span.start <= span.start);
    let around = |at: &usize| places[*at].around;
    let holders = std::iter::successors(behind.checked_sub(1), around);
    holders.filter(|&at| places[at].span.contains(span)).map(|at| places[at].waiver).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_waiver_around_a_place_is_found_however_they_are_nested() {
        let spans = [(0, 90), (10, 20), (10, 20), (12, 15), (30, 40), (50, 80), (55, 60)];
        let mut places: Vec<Place> = spans
            .iter()
            .enumerate()
            .map(|(waiver, &(start, end))| Place {
                span: Span::new(start, end),
                waiver,
                around: None,
            })
            .rev()
            .collect();
        nest(&mut places);
        for start in 0..100 {
            for end in start..100 {
                let span = Span::new(start, end);
                let plain = spans.iter().position(|&(from, to)| Span::new(from, to).contains(span));
                assert_eq!(first(&places, span), plain, "{span:?}");
            }
        }
    }
}
