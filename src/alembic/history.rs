//! Every revision of a project, with the graph they make.

use std::rc::Rc;

use crate::alembic::migration::Migration;

/// Every revision of a project, with the graph they make.
#[derive(Debug)]
pub struct History;

impl History {
    /// Returns the revision file at a path, read whole; nothing where there is none or it could not be had.
    pub fn migration(&self, path: &str) -> Option<Rc<Migration>> {
        let _ = path;
        None
    }
}
