//! The stack: the frames of what runs, and where in the source it stands.

use std::cell::RefCell;
use std::rc::Rc;

use crate::python::host::At;
use crate::python::object::File;
use crate::python::run::outcome::Outcome;
use crate::python::scope::{Scope, ScopeKind};
use crate::python::syntax::{Block, Expression};
use crate::python::value::Value;
use crate::text::cut;
use crate::text::source::{Site, Span};

/// The longest source that stands in a sentence.
const EXCERPT: usize = 80;

/// The frames of what runs, the innermost last, and where each of them stands.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    /// The frames.
    pub(crate) frames: Vec<Frame>,
    /// Where each frame stands.
    pub(crate) sites: Vec<Site>,
    /// The statement that each frame stands at.
    pub(crate) statements: Vec<Site>,
}

impl Stack {
    /// Begins a frame that stands at a span of its file.
    pub(crate) fn push(&mut self, frame: Frame, span: Span) {
        let site = Site { path: Rc::clone(&frame.file.path), span };
        self.sites.push(site.clone());
        self.statements.push(site);
        self.frames.push(frame);
    }

    /// Ends the innermost frame and returns it.
    pub(crate) fn pop(&mut self) -> Frame {
        self.sites.pop();
        self.statements.pop();
        self.frames.pop().expect("every frame is popped by whoever pushed it")
    }

    /// Returns the innermost frame.
    pub(crate) fn frame(&self) -> &Frame {
        self.frames.last().expect("statements and expressions run inside a frame")
    }

    /// Returns the innermost frame, to be changed.
    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("statements and expressions run inside a frame")
    }

    /// Returns the scope of the innermost frame.
    pub(crate) fn scope(&self) -> Rc<Scope> {
        Rc::clone(&self.frame().scope)
    }

    /// Returns the source of a span of the current file, on one line and not too long.
    pub(crate) fn source(&self, span: Span) -> String {
        let source = self.frame().file.text.slice(span);
        let line: String = source.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(EXCERPT) {
            Some((end, _)) => format!("{}...", cut::to(&line, end)),
            None => line,
        }
    }

    /// Returns the site of a span of the current file.
    pub(crate) fn site(&self, span: Span) -> Site {
        Site { path: Rc::clone(&self.frame().file.path), span }
    }

    /// Returns where everything stands, as a host is shown it.
    pub(crate) fn at(&self) -> At<'_> {
        At { frames: &self.sites, statements: &self.statements }
    }

    /// Says where the current frame stands, and returns where it stood.
    pub(crate) fn stand_at(&mut self, span: Span) -> Span {
        match self.sites.last_mut() {
            Some(site) => std::mem::replace(&mut site.span, span),
            None => span,
        }
    }

    /// Says which statement the current frame stands at.
    pub(crate) fn stand_at_statement(&mut self, span: Span) {
        if let Some(site) = self.statements.last_mut() {
            site.span = span;
        }
        self.stand_at(span);
    }
}

/// The managers of a `with`, each with what it is bound to.
pub(crate) type Items = Rc<[(Expression, Option<Expression>)]>;

/// The body of a `with`, to be run where a context manager function yields.
#[derive(Debug)]
pub(crate) struct PendingBody {
    pub(crate) items: Items,
    pub(crate) index: usize,
    pub(crate) body: Block,
    pub(crate) outcome: Option<Outcome>,
}

/// A file's top level or a call that is being run.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Where names are looked up.
    pub(crate) scope: Rc<Scope>,
    /// The file.
    pub(crate) file: File,
    /// Whether the scope was made for this frame.
    pub(crate) fresh: bool,
    /// Which function is called, by the address of its source, and in how many regions.
    pub(crate) called: Option<(usize, usize)>,
    /// What a generator has yielded.
    pub(crate) yielded: Option<Rc<RefCell<Vec<Value>>>>,
    /// The body of the `with` that a context manager function was called for.
    pub(crate) pending: Option<PendingBody>,
    /// The class whose method this is, and the method's first argument.
    pub(crate) method: Option<(Value, Value)>,
}

impl Frame {
    /// Makes the frame of a file's top level, over a scope of its own.
    pub(crate) fn of_file(file: File) -> Self {
        Frame {
            scope: Scope::inside(None, ScopeKind::Module),
            file,
            fresh: false,
            called: None,
            yielded: None,
            pending: None,
            method: None,
        }
    }
}
