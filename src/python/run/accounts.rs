//! What can reach the host, was handed around, and was never read.
//!
//! Whatever is not modelled exactly shows itself by this: a function that reaches the host is used
//! as a value, or an object is made whose special methods reach it, and when the program has ended
//! its body was never read. Either nothing calls it, or something does that is not understood; a
//! gate takes the second.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::object::Function;
use crate::python::run::stack::Stack;
use crate::python::value::Value;
use crate::text::source::Site;

/// Which function: its file, and where it begins there.
pub type FunctionId = (Rc<str>, usize);

/// The functions that are still to be accounted for, and those that were read.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    open: Vec<Unread>,
    noted: HashSet<FunctionId>,
    read: HashSet<FunctionId>,
}

/// A function that was used and not read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Which one.
    pub id: FunctionId,
    /// Its name.
    pub name: String,
    /// The call sites where it was used, the outermost first.
    pub frames: Vec<Site>,
    /// The statements around them.
    pub statements: Vec<Site>,
    pub(crate) function: Value,
}

impl Accounts {
    /// Notes that the body of a function is read.
    pub(crate) fn note_read(&mut self, function: &Function) {
        self.read.insert(id_of(function));
    }

    /// Notes that a function has to be read before the program ends, unless it was already.
    pub(crate) fn owe(&mut self, stack: &Stack, value: &Value, function: &Function, name: String) {
        let id = id_of(function);
        if self.read.contains(&id) || !self.noted.insert(id.clone()) {
            return;
        }
        let (frames, statements) = (stack.sites.clone(), stack.statements.clone());
        self.open.push(Unread { id, name, frames, statements, function: value.clone() });
    }

    /// Takes the functions out that are still owed.
    pub(crate) fn take_unread(&mut self) -> Vec<Unread> {
        let open = std::mem::take(&mut self.open);
        open.into_iter().filter(|unread| !self.read.contains(&unread.id)).collect()
    }

    /// Takes the functions out that were read.
    pub(crate) fn take_read(&mut self) -> HashSet<FunctionId> {
        std::mem::take(&mut self.read)
    }
}

fn id_of(function: &Function) -> FunctionId {
    (Rc::clone(&function.file.path), function.definition.span.start)
}
