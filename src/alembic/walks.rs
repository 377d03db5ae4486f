//! What walks over a revision graph found out, for the next walk.

use std::collections::HashMap;
use std::rc::Rc;

/// A set of nodes by number.
#[derive(Clone, Debug)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn new(size: usize) -> Self {
        Bits(vec![0; size.div_ceil(64)])
    }

    pub(crate) fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    pub(crate) fn remove(&mut self, at: usize) {
        self.0[at / 64] &= !(1 << (at % 64));
    }

    pub(crate) fn holds(&self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }
}

/// How many words of sets are kept: 64 MiB.
const WORDS_KEPT: usize = 8 << 20;

/// What walks over a graph found out, for the next walk.
#[derive(Debug, Default)]
pub(crate) struct Walks {
    /// Revisions with everything below them.
    needed: HashMap<usize, Bits>,
    /// The dependencies that nothing below a revision has already.
    pub(crate) own: HashMap<usize, Rc<[usize]>>,
}

impl Walks {
    /// Returns a revision with everything below it, where that was asked before.
    pub(crate) fn needed(&self, from: usize) -> Option<Bits> {
        self.needed.get(&from).cloned()
    }

    /// Keeps what is below a revision; beyond the bound, what was kept before is forgotten.
    pub(crate) fn keep_needed(&mut self, from: usize, bits: &Bits) {
        if self.needed.len() * bits.0.len() > WORDS_KEPT {
            self.needed.clear();
        }
        self.needed.insert(from, bits.clone());
    }
}
