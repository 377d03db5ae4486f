//! How sure a use of a column is.

/// Whether a use is known to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It is.
    Certain,
    /// The words are there, and nothing says that they mean this.
    Possible,
}
