//! One revision file, read whole.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::alembic::header::Header;
use crate::operation::step::Script;
use crate::python::module::Bound;
use crate::text::source::{Span, Text};

/// One revision file, read whole.
#[derive(Debug)]
pub struct Migration {
    /// The path, relative to the root of the repository.
    pub path: Rc<str>,
    /// The text.
    pub text: Rc<Text>,
    /// What it says of itself.
    pub header: Header,
    /// What `upgrade` does.
    pub upgrade: Script,
    /// What `downgrade` does.
    pub downgrade: Script,
    /// Where the file does not parse, with what the parser met.
    pub syntax_errors: Vec<(Span, String)>,
    /// The bound that the file exceeds, so that none of its statements was read.
    pub bound: Option<Bound>,
    /// Comments and docstrings with what they cover, for waivers and plans.
    pub remarks: Vec<Comment>,
    /// The files that it reads as data, whether or not there are such, by their paths from the root;
    /// a folder that it lists ends in a slash.
    pub reads: BTreeSet<Rc<str>>,
}

/// A comment or docstring with what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text, without `#` and quotes; the lines of a block of own-line comments are separate
    /// comments.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// The bytes that it speaks about: the statement that it trails or stands directly above (with
    /// the body of a `with`, `if`, `for` above which it stands), the function of a docstring, the
    /// file.
    pub covers: Span,
    /// What it is, and where in the file.
    pub placement: Placement,
}

/// What a remark is, and where in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// A comment or a docstring above the first function.
    Head,
    /// A comment or a docstring in the first function or behind its first word.
    Body,
    /// A string that is a statement and no docstring: Python throws it away.
    Loose,
}
