//! A few numbers of revisions, without an allocation for one: most have one parent and one child.

use std::ops::Deref;

/// A few numbers.
#[derive(Clone, Debug, Default)]
pub(crate) enum Few {
    /// None.
    #[default]
    None,
    /// One.
    One([usize; 1]),
    /// More.
    More(Vec<usize>),
}

impl Few {
    /// Adds a number.
    pub(crate) fn push(&mut self, number: usize) {
        match self {
            Few::None => *self = Few::One([number]),
            Few::One([first]) => *self = Few::More(vec![*first, number]),
            Few::More(numbers) => numbers.push(number),
        }
    }
}

impl Deref for Few {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        match self {
            Few::None => &[],
            Few::One(one) => one,
            Few::More(numbers) => numbers,
        }
    }
}
