//! Who makes a statement, and whether it may not have run.

use std::rc::Rc;

use crate::schema::table::Origin;

/// Who tells the statements that are applied.
#[derive(Clone, Debug)]
pub struct AppliedRevision {
    /// The revision.
    pub revision: Rc<str>,
    /// Whether it is in upstream already.
    pub released: bool,
}

/// One statement's author, and whether it may not have run.
pub(super) struct Provenance<'a> {
    /// Who tells.
    pub(super) author: &'a AppliedRevision,
    /// Whether it stands under a condition.
    pub(super) guarded: bool,
}

impl Provenance<'_> {
    pub(crate) fn origin(&self, if_not_exists: bool) -> Origin {
        Origin::Revision {
            revision: self.author.revision.clone(),
            released: self.author.released,
            guarded: self.guarded || if_not_exists,
        }
    }
}
