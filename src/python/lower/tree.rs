//! The parser, its bounds, and what is collected on a walk over the whole tree.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::python::module::{Comment, SyntaxError};
use crate::text::source::{Span, Text};

/// The largest file that is parsed, in bytes.
const LARGEST_FILE: usize = 1 << 20;

/// The deepest tree that is lowered: everything behind it recurses.
const DEEPEST_TREE: usize = 500;

/// What a walk over the whole tree finds.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) comments: Vec<Comment>,
}

/// Parses a text, or says which bound it exceeds.
pub(crate) fn parse(text: &Text, budget: Duration) -> Result<Tree, String> {
    let content = text.content().as_bytes();
    if content.len() > LARGEST_FILE {
        return Err(format!("the file is larger than {} KiB", LARGEST_FILE >> 10));
    }
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_err() {
        return Err("the grammar does not fit the parser".to_owned());
    }
    let begun = Instant::now();
    let mut watch = |_: &ParseState| match begun.elapsed() > budget {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    parser
        .parse_with_options(&mut |at, _| content.get(at..).unwrap_or_default(), None, Some(options))
        .ok_or_else(|| format!("parsing takes longer than {} ms", budget.as_millis()))
}

/// Collects comments and errors, and refuses a tree that is too deep for what comes next.
pub(crate) fn survey(tree: &Tree, text: &Text) -> Result<Survey, String> {
    let mut survey = Survey::default();
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        survey.note(cursor.node(), text);
        if cursor.goto_first_child() {
            depth += 1;
            if depth > DEEPEST_TREE {
                return Err(format!("the code is nested deeper than {DEEPEST_TREE} levels"));
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Ok(survey);
            }
            depth -= 1;
        }
    }
}

impl Survey {
    fn note(&mut self, node: Node<'_>, text: &Text) {
        if node.is_error() {
            let inside = self.errors.last().is_some_and(|error| error.span.contains(span(node)));
            if !inside {
                self.errors.push(SyntaxError {
                    span: span(node),
                    message: "this does not parse".to_owned(),
                });
            }
        } else if node.is_missing() {
            let message = format!("`{}` is missing", node.kind());
            self.errors.push(SyntaxError { span: span(node), message });
        } else if node.kind() == "comment" {
            self.comments.push(comment(span(node), text));
        }
    }
}

fn comment(span: Span, text: &Text) -> Comment {
    let line = text.line_span(text.line_of(span.start));
    let own_line = text.slice(Span::new(line.start, span.start)).trim().is_empty();
    let content = text.slice(span).trim_end_matches(['\r', '\n']);
    Comment {
        span: Span::new(span.start, span.start + content.len()),
        text: content.to_owned(),
        own_line,
    }
}

/// Returns the bytes of a node.
pub(crate) fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}
