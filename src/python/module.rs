//! A file of Python, parsed.

use std::rc::Rc;

use crate::python::lower::definitions::docstring;
use crate::python::lower::lowering::Lowering;
use crate::python::lower::tree;
use crate::python::parsed::{BlockSpan, Comment, SyntaxError};
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
    /// The bound that the file exceeds: then none of its statements is here.
    pub bound: Option<Bound>,
}

/// A bound that a file exceeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Where it is reported.
    pub span: Span,
    /// What is too much, as a clause.
    pub message: String,
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

/// Parses a file, or returns what was made of the same text before.
///
/// A file that exceeds a bound is a module without statements that names the bound.
pub fn parse(text: &Text) -> Parsed {
    (*text.read_once(|| parse_once(text))).clone()
}

fn parse_once(text: &Text) -> Parsed {
    if let Some(name) = text.foreign_encoding() {
        return refused(text, format!("its encoding is `{name}`, by the comment at its head"));
    }
    let tree = match tree::parse(text) {
        Ok(tree) => tree,
        Err(message) => return refused(text, message),
    };
    let survey = tree::survey(&tree, text);
    let mut lowering = Lowering::new(text.content(), survey.deep);
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
    Parsed { module: Rc::new(module), errors, comments: survey.comments, python2, bound: None }
}

fn refused(text: &Text, message: String) -> Parsed {
    let module = Module {
        body: Rc::from(Vec::new()),
        docstring: None,
        blocks: Vec::new(),
        statements: Vec::new(),
    };
    Parsed {
        module: Rc::new(module),
        errors: Vec::new(),
        comments: comments_of_the_head(text),
        python2: false,
        bound: Some(Bound { span: text.line_span(1), message }),
    }
}

/// The comments above the first function of a file that is not parsed, for a waiver of its bound.
fn comments_of_the_head(text: &Text) -> Vec<Comment> {
    let lines = (1..=text.line_count()).map(|number| text.line_span(number));
    let is_head = |span: &Span| {
        !["def ", "async ", "class ", "@"].iter().any(|word| text.slice(*span).starts_with(word))
    };
    let comment = |span: Span| {
        let content = text.slice(span).trim_end();
        let span = Span::new(span.start, span.start + content.len());
        content.starts_with('#').then(|| Comment { span, text: content.to_owned(), own_line: true })
    };
    lines.take_while(is_head).filter_map(comment).collect()
}
