//! What a mapped class stands on.

use std::rc::Rc;

use crate::models::host::{Mark, address, last};
use crate::models::mapper::Mapper;
use crate::operation::sa_value::SaValue;
use crate::python::object::{Class, Object};
use crate::python::value::{HostId, Value};

/// What a class stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// A base of mapped classes.
    Base {
        /// Whether tables are named after their classes.
        names_tables: bool,
        /// The metadata of the base.
        metadata: HostId,
    },
    /// A base that is mapped by other means: a decorator, a library.
    Other,
    /// A class that cannot be read.
    Unknown(Rc<str>),
}

/// Libraries whose classes are bases of mapped classes or lend them columns.
const LENDERS: [&str; 3] = ["advanced_alchemy.", "fastapi_users_db_sqlalchemy.", "litestar."];

impl Mapper<'_> {
    /// Returns what a class stands on; nothing where it is no mapped class.
    pub(super) fn root(&self, class: &Rc<Object>, inner: &Class) -> Option<Root> {
        let store = self.store.borrow();
        let mut found: Option<Root> = None;
        for base in inner.all_bases() {
            let next = match base {
                Value::Host(id) => match store.host.at(*id) {
                    SaValue::Base { names_tables, metadata } => {
                        return Some(Root::Base { names_tables, metadata });
                    }
                    SaValue::Name(path) if LENDERS.iter().any(|it| path.starts_with(it)) => {
                        Some(Root::Unknown(format!("`{path}` is not in the repository").into()))
                    }
                    SaValue::Name(path) if last(&path) == "DeclarativeBaseNoMeta" => {
                        Some(Root::Other)
                    }
                    _ => None,
                },
                Value::Unknown(unknown) => Some(Root::Unknown(Rc::clone(&unknown.why))),
                _ => None,
            };
            found = found.or(next);
        }
        let is_marked = |object: &Rc<Object>| store.marked.contains_key(&address(object));
        match inner.ancestors.iter().any(is_marked)
            || store.marked.get(&address(class)) == Some(&Mark::Mapped)
        {
            true => Some(Root::Other),
            false => found,
        }
    }

    /// Tells whether a class extends one that is not in the repository.
    pub(super) fn is_lent(&self, inner: &Class) -> bool {
        let store = self.store.borrow();
        inner.all_bases().any(|base| match base {
            Value::Host(id) => match store.host.at(*id) {
                SaValue::Name(path) => LENDERS.iter().any(|it| path.starts_with(it)),
                _ => false,
            },
            _ => false,
        })
    }

    /// Tells whether a class is checked by pydantic, and mapped only where it says `table=True`.
    pub(super) fn is_model_of_pydantic(&self, root: &Root, inner: &Class) -> bool {
        let of_sqlmodel = |base: &Value| {
            let Value::Host(id) = base else { return false };
            self.store.borrow().is_sqlmodel(*id)
        };
        matches!(root, Root::Base { .. }) && inner.all_bases().any(of_sqlmodel)
    }
}
