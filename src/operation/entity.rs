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
    /// What each place of a row holds, where a query selects several things and one of them is a
    /// mapped class.
    pub items: Vec<Entity>,
    /// What the query that gave them asked of their columns.
    pub tests: Vec<Test>,
}

impl Entity {
    /// What stands at a place of its rows, nothing where that is a value. A row of one object is
    /// taken for the object.
    pub fn item(&self, place: Option<usize>) -> Option<Entity> {
        if self.items.is_empty() {
            return self.mapped.then(|| self.clone());
        }
        let item = match place {
            Some(place) => self.items.get(place),
            None => self.items.iter().find(|item| item.mapped),
        };
        item.filter(|item| item.mapped).cloned()
    }

    /// What stands in its rows under the name of a mapped class.
    pub fn named(&self, name: &str) -> Option<Entity> {
        let is_named = |entity: &&Entity| {
            let class = entity.class.as_ref().and_then(|class| class.as_class());
            entity.mapped && class.is_some_and(|class| &*class.name == name)
        };
        match self.items.is_empty() {
            true => Some(self).filter(is_named).cloned(),
            false => self.items.iter().find(is_named).cloned(),
        }
    }

    /// What the first place of its rows holds, as `scalars()` gives it.
    pub fn first(self) -> Entity {
        match self.items.into_iter().next() {
            Some(first) => first,
            None => Entity { items: Vec::new(), placed: false, ..self },
        }
    }
}
