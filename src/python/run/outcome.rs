//! How a block ends.

use crate::python::value::Value;
use crate::text::source::Site;

/// Why nothing is known of an exception that was caught.
pub(crate) const CAUGHT: &str = "an exception was caught";

/// How a stretch of statements may end.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// It may reach its end.
    pub(crate) falls: bool,
    /// It may return this.
    pub(crate) returned: Option<Value>,
    /// It may break out of the loop around it.
    pub(crate) breaks: bool,
    /// It may go on with the next turn of the loop around it.
    pub(crate) continues: bool,
    /// It may raise.
    pub(crate) raises: bool,
}

/// Where a program ends because something is raised.
#[derive(Clone, Debug)]
pub struct End {
    /// What ends it, as a clause.
    pub why: &'static str,
    /// The call sites, the outermost first.
    pub frames: Vec<Site>,
    /// The statements around them.
    pub statements: Vec<Site>,
}

impl Outcome {
    pub(crate) fn falling() -> Self {
        Outcome { falls: true, ..Outcome::default() }
    }

    pub(crate) fn raising() -> Self {
        Outcome { raises: true, ..Outcome::default() }
    }

    /// Tells whether what follows may be skipped.
    pub(crate) fn leaves(&self) -> bool {
        self.returned.is_some() || self.breaks || self.continues
    }
}
