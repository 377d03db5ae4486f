//! What the world outside a Python program answers while it is interpreted.
//!
//! The interpreter knows Python and nothing else. A name that a host supplies is a [`Value::Host`]:
//! the interpreter hands every use of it back to the host, which records what it is interested in.

use std::rc::Rc;

use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::text::source::Site;

/// The world outside a program.
///
/// A host never fails: what it cannot say is [`Value::Unknown`].
pub trait Host {
    /// Returns a module of the host's by its dotted name (`import a.b` and `from a.b import c` both
    /// ask for `a.b`), or nothing where the host has no such module; then the interpreter looks for
    /// a source file.
    fn module(&mut self, name: &str) -> Option<Value>;

    /// Returns an attribute of a host value.
    fn attribute(&mut self, of: HostId, name: &str, at: At<'_>) -> Value;

    /// Says that what follows stands in an annotation, or no more.
    fn annotates(&mut self, on: bool) {
        let _ = on;
    }

    /// Sets an attribute of a host value.
    fn set_attribute(&mut self, of: HostId, name: &str, value: Value, at: At<'_>);

    /// Sets an item of a host value (`of[key] = value`, `of[key] += value`).
    fn set_subscript(&mut self, of: HostId, key: &Value, value: Value, at: At<'_>) {
        let _ = (of, key, value);
        self.escaped("[...] =", "an item of it is set", at);
    }

    /// Notes that a class was made (its body has run, its decorators have not). Called for every
    /// class, so that a host can tell mapped classes and their columns by bases and attributes.
    fn define(&mut self, class: &Rc<Object>, at: At<'_>) {
        let _ = (class, at);
    }

    /// Returns an attribute that a class, or an instance of it, has not but may inherit from a host
    /// value among its bases. `object` is the class or the instance that was asked.
    fn inherited(&mut self, object: &Rc<Object>, base: HostId, name: &str, at: At<'_>) -> Value {
        let _ = object;
        self.attribute(base, name, at)
    }

    /// Calls a host value. An [`Object::Pending`] that comes back is called by the interpreter in
    /// its place, so that a host can run a callback.
    fn call(&mut self, callee: HostId, arguments: Arguments, at: At<'_>) -> Value;

    /// Returns `of[key]`.
    fn subscript(&mut self, of: HostId, key: &Value, at: At<'_>) -> Value;

    /// Answers a binary or comparison operator (`==`, `+`, `in`, `is not`, ...) one side of which
    /// is a host value. `x is None` asks too: a host that knows the value to be something answers
    /// `False`, else unknown.
    fn binary(&mut self, operator: &str, left: &Value, right: &Value, at: At<'_>) -> Value;

    /// Tells whether a host value is an instance of a class, if that can be known.
    fn instance_of(&mut self, value: HostId, class: &Value) -> Option<bool> {
        let _ = (value, class);
        None
    }

    /// Answers a unary operator (`-`, `~`) on a host value. `not` asks [`Host::truth`].
    fn unary(&mut self, operator: &str, operand: HostId, at: At<'_>) -> Value;

    /// Tells whether a host value is true, if that can be known.
    fn truth(&mut self, of: HostId) -> Option<bool>;

    /// Says what iterating over a host value gives.
    fn iterate(&mut self, of: HostId, at: At<'_>) -> Iteration;

    /// Tells whether a host value, as the base of a class, calls methods of what extends it that are
    /// no special ones: hooks.
    fn calls_methods(&mut self, base: HostId) -> bool {
        let _ = base;
        false
    }

    /// Enters `with of as ...` and returns what is bound.
    fn enter(&mut self, of: HostId, at: At<'_>) -> Value;

    /// Leaves the `with`.
    fn leave(&mut self, of: HostId, at: At<'_>);

    /// Returns what an object that calls itself `of` in an f-string, `str()` or `%s` looks like, if
    /// that is known.
    fn text_of(&mut self, of: HostId) -> Option<String>;

    /// Tells whether code that is handed this value can reach the database with it: true for
    /// connections and sessions, false for columns, types and text. Only those that reach escape.
    fn reaches(&mut self, of: HostId) -> bool;

    /// Notes that a host value, or one made from it, went into something that cannot be read, as an
    /// argument or as the object whose method is called. `callee` is the expression as written.
    fn escaped(&mut self, callee: &str, why: &str, at: At<'_>);

    /// Notes that something was called that may reach the database by itself, and cannot be read.
    fn opaque(&mut self, callee: &str, why: &str, at: At<'_>) {
        self.escaped(callee, why, at);
    }

    /// Returns what a call of something unknown gives whose name and arguments say what it is.
    fn known_by_name(&mut self, callee: &str, arguments: &Arguments) -> Option<Value> {
        let _ = (callee, arguments);
        None
    }

    /// Notes why the condition that opens the next region cannot be decided, where a value that
    /// cannot be known is to blame.
    fn undecided(&mut self, why: &str) {
        let _ = why;
    }

    /// Notes that a function of Python's library, or one of which nothing is known, is called by
    /// this name (`open`, `os.listdir`, `path.read_text`): it may touch the world outside of the
    /// program.
    fn outside(&mut self, name: &str, at: At<'_>) {
        let _ = (name, at);
    }

    /// Notes that the program certainly raises here.
    fn raises(&mut self, raised: Raised, at: At<'_>) {
        let _ = (raised, at);
    }

    /// Tells whether a module of the host's has a name, if that can be known.
    fn has_name(&mut self, module: HostId, name: &str) -> Option<bool> {
        let _ = (module, name);
        None
    }

    /// Notes that a name is imported of a module of the host's.
    fn imports(&mut self, module: &str, name: &str, at: At<'_>) {
        let _ = (module, name, at);
    }

    /// Notes that a module is imported by its place beside the file that imports it.
    fn imports_beside(&mut self, module: &str, at: At<'_>) {
        let _ = (module, at);
    }

    /// Notes that what follows, until [`Host::close`], runs under a condition or repeatedly.
    fn open(&mut self, region: Region, at: At<'_>);

    /// Ends the region opened last.
    fn close(&mut self);

    /// Notes that the region opened next is another arm of the decision that the region closed last
    /// belongs to: only one of the two runs.
    fn otherwise(&mut self) {}

    /// Notes that the region opened next runs where a host value is true, or where it is false.
    fn depends_on(&mut self, of: HostId, holds: bool) {
        let _ = (of, holds);
    }

    /// Notes that reading stopped before the end of the program (fuel, depth, a construct that is
    /// not understood).
    fn stopped(&mut self, why: &str, at: At<'_>);

    /// Notes that reading ended for good at a bound: what else the program does is not known.
    fn ended(&mut self, why: &str, at: At<'_>) {
        self.stopped(why, at);
    }
}

/// An exception of Python's that certainly comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    /// Its class: `NameError`.
    pub class: &'static str,
    /// The name that it is about, as written.
    pub what: String,
    /// Its message.
    pub message: String,
    /// Which versions of Python raise it.
    pub evaluated: Evaluated,
}

/// When Python evaluates what raises an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluated {
    /// As it runs, whatever the version.
    AsItRuns,
    /// Where an annotation is defined, up to 3.13: 3.14 puts it off until somebody asks (PEP 649).
    BeforeDeferral,
}

/// Where the program stands: the call sites from the outermost frame to the innermost one, never
/// empty.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// One site per frame: in each, the expression that is being evaluated (for a call, the whole
    /// call).
    pub frames: &'a [Site],
    /// One site per frame: in each, the whole simple statement (or the header of the compound one)
    /// it belongs to.
    pub statements: &'a [Site],
}

/// The arguments of a call, after unpacking.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// The positional ones.
    pub positional: Vec<Value>,
    /// The keyword ones, in order.
    pub keywords: Vec<(String, Value)>,
    /// Whether `*args` or `**kwargs` that could not be known was among them. What is known of a
    /// list that was unpacked stands among the positional ones all the same.
    pub open: bool,
}

/// What iterating over a host value gives.
#[derive(Clone, Debug)]
pub enum Iteration {
    /// Exactly these items.
    Items(Vec<Value>),
    /// An unknown number of items that look like this one.
    Each(Value),
}

/// A stretch of the program that does not simply run once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// Under a condition that could not be decided, or behind a return that may have been taken.
    Conditional,
    /// In a loop whose turns could not be counted.
    Repeated,
    /// In the body of a `try` whose `except` goes on.
    Guarded,
    /// In the top level of a module that is imported.
    Import,
}

impl Arguments {
    /// Makes arguments of positional values.
    pub fn positional(positional: Vec<Value>) -> Self {
        Arguments { positional, ..Arguments::default() }
    }

    /// Returns the argument at a position or of a keyword.
    pub fn get(&self, position: usize, keyword: &str) -> Option<&Value> {
        self.positional.get(position).or_else(|| self.keyword(keyword))
    }

    /// Returns the argument of a keyword.
    pub fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.keywords.iter().find(|(name, _)| name == keyword).map(|(_, value)| value)
    }
}
