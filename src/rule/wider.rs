//! A replay over more names than those that the migration mentions, as far as it was asked for.

use crate::operation::step::Step;
use crate::rule::raw_finding::Direction;
use crate::schema::database::Database;
use crate::schema::provenance::AppliedRevision;

/// What was replayed for the last who asked.
pub(in crate::rule) struct Wider {
    /// The revisions that it follows from; nothing once too much was replayed.
    pub(in crate::rule) nodes: Option<Vec<usize>>,
    pub(in crate::rule) direction: Direction,
    pub(in crate::rule) database: Database,
    /// The first statement of the direction that was not replayed yet.
    pub(in crate::rule) reached: (usize, usize),
}

impl Wider {
    /// Applies the statements of a direction before a place that were not applied yet, as long as
    /// `look` says that there may be more.
    pub(in crate::rule) fn advance(
        &mut self,
        steps: &[Step],
        place: (usize, usize),
        author: &AppliedRevision,
        look: impl Fn() -> bool,
    ) {
        for (number, step) in steps.iter().enumerate().skip(self.reached.0) {
            for (part, emitted) in step.emitted.iter().enumerate() {
                if (self.reached..place).contains(&(number, part)) && look() {
                    self.database.apply(step, emitted, author);
                }
            }
            if number >= place.0 {
                break;
            }
        }
        self.reached = place;
    }
}
