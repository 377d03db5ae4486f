//! From the text of a revision file to what it does.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::operation::step::Script;
use crate::python::interpreter::Loader;
use crate::sql::dialect::Dialect;
use crate::text::source::Span;
use crate::text::source::Text;

/// What is read, and what must be known to read it.
#[derive(Clone, Debug)]
pub struct ReadInput<'a> {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// The text.
    pub text: Rc<Text>,
    /// The project's dialect.
    pub dialect: Dialect,
    /// Whether the metadata has a naming convention, so that constraints and indexes without a name get one that
    /// cannot be known here.
    pub naming_convention: bool,
    /// The functions that upgrade: `upgrade`, unless the project names others. A file of several databases
    /// (`upgrade_engine1`) is found out by itself.
    pub upgrade: Vec<String>,
    /// The functions that downgrade.
    pub downgrade: Vec<String>,
    /// Names of custom operations that something in the repository registers.
    pub registered: &'a BTreeSet<String>,
}

/// What a revision file does.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// What `upgrade` does.
    pub upgrade: Script,
    /// What `downgrade` does.
    pub downgrade: Script,
    /// Where the file does not parse, with what the parser met.
    pub syntax_errors: Vec<(Span, String)>,
}

/// Reads a revision file.
pub fn read(_input: &ReadInput<'_>, _loader: &dyn Loader) -> Read {
    Read::default()
}
