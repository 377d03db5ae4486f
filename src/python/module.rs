//! A file of Python, parsed.

use std::rc::Rc;
use std::time::Duration;

use crate::python::lower::definitions::docstring;
use crate::python::lower::lowering::Lowering;
use crate::python::lower::tree;
use crate::python::syntax::{Block, FunctionDefinition, StatementKind};
use crate::text::source::{Span, Text};

/// A file, parsed as far as it parses.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The statements.
    pub module: Rc<Module>,
    /// What does not parse.
    pub errors: Vec<SyntaxError>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// Whether statements of Python 2 (`print "x"`) are among the errors.
    pub python2: bool,
}

/// Something that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong, as a clause.
    pub message: String,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, from `#` to the end of the line.
    pub span: Span,
    /// Its text, from `#` on.
    pub text: String,
    /// Whether nothing else stands on its line.
    pub own_line: bool,
}

/// The statements of a file.
#[derive(Debug)]
pub struct Module {
    /// The top level.
    pub body: Block,
    /// The span of the docstring's literal.
    pub docstring: Option<Span>,
    blocks: Vec<BlockSpan>,
    statements: Vec<Span>,
}

/// A compound statement: its header and its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSpan {
    /// From the first word to the colon.
    pub header: Span,
    /// From the first statement of the body to the end of the last.
    pub body: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// What a compound statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `def`; decorators belong to the header.
    Function,
    /// `class`; decorators belong to the header.
    Class,
    /// `with`.
    With,
    /// `if`, `elif`, `else`, `case`.
    Branch,
    /// `for`, `while` and their `else`.
    Loop,
    /// `try`, `except`, `finally`.
    Try,
}

impl Module {
    /// Returns the compound statements, outer ones before inner ones.
    pub fn blocks(&self) -> &[BlockSpan] {
        &self.blocks
    }

    /// Returns the spans of all simple statements, in order.
    pub fn statements(&self) -> &[Span] {
        &self.statements
    }

    /// Returns the functions of the top level, in order.
    pub fn functions(&self) -> impl Iterator<Item = &Rc<FunctionDefinition>> {
        self.body.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Function { definition, .. } => Some(definition),
            _ => None,
        })
    }
}

/// The longest that parsing one file may take. The largest real migration (281 kB) parses in 25 ms;
/// a busy machine may take twenty times as long, and must not hear that the file does not parse.
pub const PARSE_BUDGET: Duration = Duration::from_secs(2);

/// Parses a file.
pub fn parse(text: &Text) -> Parsed {
    parse_within(text, PARSE_BUDGET)
}

/// Parses a file within a time, or returns what was made of the same text before.
///
/// A file that exceeds a bound is a module without statements whose one error names the bound.
pub fn parse_within(text: &Text, budget: Duration) -> Parsed {
    (*text.read_once(|| parse_anew(text, budget))).clone()
}

fn parse_anew(text: &Text, budget: Duration) -> Parsed {
    let surveyed =
        tree::parse(text, budget).and_then(|tree| Ok((tree::survey(&tree, text)?, tree)));
    let (survey, tree) = match surveyed {
        Ok(surveyed) => surveyed,
        Err(message) => return refused(text, message),
    };
    let mut lowering = Lowering::new(text.content());
    let body = lowering.block(tree.root_node());
    let python2 = !lowering.python2.is_empty();
    let mut errors = survey.errors;
    errors.append(&mut lowering.python2);
    errors.sort_by_key(|error| error.span);
    let module = Module {
        docstring: docstring(&body),
        body,
        blocks: lowering.blocks,
        statements: lowering.statements,
    };
    Parsed { module: Rc::new(module), errors, comments: survey.comments, python2 }
}

fn refused(text: &Text, message: String) -> Parsed {
    let module = Module {
        body: Rc::from(Vec::new()),
        docstring: None,
        blocks: Vec::new(),
        statements: Vec::new(),
    };
    let error = SyntaxError { span: text.line_span(1), message };
    Parsed { module: Rc::new(module), errors: vec![error], comments: Vec::new(), python2: false }
}
