//! Applies statements to a database, one by one.

use std::rc::Rc;

use crate::operation::step::{Step, Told};
use crate::schema::database::Database;

/// Who tells the statements that are applied.
#[derive(Clone, Debug)]
pub struct Author {
    /// The revision.
    pub revision: Rc<str>,
    /// Whether it is in upstream already.
    pub released: bool,
}

impl Database {
    /// Applies one statement. An unread one taints only what it could touch.
    pub fn apply(&mut self, step: &Step, told: &Told, author: &Author) {
        let _ = (step, told, author);
    }
}
