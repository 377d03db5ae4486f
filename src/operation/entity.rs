//! What the rows of a result are.

use std::rc::Rc;

use crate::python::object::Object;
use crate::sql::row_change::Test;
use crate::sql::table::TableName;

/// What the rows of a result are.
#[derive(Clone, Debug, Default)]
pub struct Entity {
    /// The table of the mapped class, where rows are its objects.
    pub table: Option<TableName>,
    /// Whether the rows are objects of a session, so that setting an attribute writes.
    pub mapped: bool,
    /// The mapped class.
    pub class: Option<Rc<Object>>,
    /// Whether the rows are those of a connection of SQLAlchemy, which since version 2 are read by
    /// attribute or by place.
    pub placed: bool,
    /// What the query that gave them asked of their columns.
    pub tests: Vec<Test>,
}
