//! Operations that the project registers.

use std::collections::HashMap;
use std::rc::Rc;

use crate::python::object::Object;
use crate::python::value::Value;

/// What was registered.
#[derive(Debug, Default)]
pub struct OwnOperations {
    /// The class and the class method of each operation, by its name on `op`.
    pub(crate) classes: HashMap<String, (Rc<Object>, Rc<str>)>,
    /// The implementation for each class, by its address.
    pub(crate) implementations: HashMap<usize, Value>,
}
