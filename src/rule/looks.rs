//! How much judging one migration may cost, counted and not timed.
//!
//! Most rules compare a statement with those around it, so that the cost of ten thousand grows with
//! the square. What is too much is a finding: what comes after it was not judged.

use std::cell::Cell;

/// How many looks at statements one migration may cost; the largest of 1,699 revisions of seven
/// public projects takes less than a thirtieth.
const MOST: u64 = 20_000_000;

/// How many names in question, or columns of a table, cost a look more to whoever asks.
const PER_NAME: usize = 8;

/// What one statement costs that is replayed.
pub(in crate::rule) const REPLAYED: u64 = 16;

/// How many statements of a direction cost one look more to whoever asks the database that they
/// leave: it searches what they have made.
const PER_LOOK: usize = 64;

/// The looks that were taken so far.
#[derive(Debug, Default)]
pub(in crate::rule) struct Looks(Cell<u64>);

impl Looks {
    /// Takes looks, and tells whether more may follow.
    pub(in crate::rule) fn take(&self, looks: u64) -> bool {
        self.0.set(self.0.get().saturating_add(looks));
        !self.are_exhausted()
    }

    /// Takes what it costs to ask the database at a statement of this number, for which so many were
    /// replayed.
    pub(in crate::rule) fn take_of_database(&self, number: usize, replayed: usize) {
        let depth = 1 + (number / PER_LOOK) as u64;
        self.take((1 + replayed as u64 * REPLAYED) * depth);
    }

    /// Takes what it costs to go through so many names, or columns.
    pub(in crate::rule) fn take_of_names(&self, names: usize) {
        self.take((names / PER_NAME) as u64);
    }

    /// Tells whether too many were taken.
    pub(in crate::rule) fn are_exhausted(&self) -> bool {
        self.0.get() > MOST
    }
}
