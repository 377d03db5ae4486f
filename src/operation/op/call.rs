//! One call of an operation.

use crate::operation::arguments::Bound;
use crate::operation::migration_host::Details;
use crate::python::host::At;

/// A call of an operation that is being read.
#[derive(Debug)]
pub struct OpCall<'a> {
    /// The arguments by the names of their parameters.
    pub bound: Bound,
    /// What goes into the step besides the operation.
    pub details: Details,
    /// Where it stands.
    pub at: At<'a>,
}
