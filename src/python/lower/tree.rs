//! The parser, its bounds, and what is collected on a walk over the whole tree.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use crate::python::parsed::{Comment, SyntaxError};
use crate::text::cut;
use crate::text::source::{Span, Text};

/// The largest file that is parsed, in bytes.
const LARGEST_FILE: usize = 1 << 20;

/// The deepest tree that is lowered: everything behind it recurses.
const DEEPEST_TREE: usize = 500;

/// How many levels below the deepest one are marked: what lowers a tree asks at each expression,
/// statement and pattern, and no two of those lie further apart.
const MARGIN: usize = 40;

/// How often the parser may report, which it does each hundred steps (tree-sitter 0.27,
/// `OP_COUNT_PER_PARSER_CALLBACK_CHECK`), for each KiB of a file: code takes about three reports,
/// and what makes the parser guess over and over thousands. Steps are counted and time is not: a
/// machine that pauses makes no good file a bad one.
const REPORTS: usize = 200;

/// How much of a text is handed to the parser, in bytes, all that it goes back to included: at each
/// line of a block of comments its scanner looks through those below. A block of a thousand lines
/// takes a tenth of it.
const HANDED: usize = 48 << 20;

/// How much is handed to it at once.
const PIECE: usize = 4 << 10;

/// What a walk over the whole tree finds.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) comments: Vec<Comment>,
    /// The nodes that lie too deep to be lowered, by their ids.
    pub(crate) deep: HashSet<usize>,
}

/// Parses a text, or says which bound it exceeds.
pub(crate) fn parse(text: &Text) -> Result<Tree, String> {
    let content = with_matches_told_apart(text.content());
    let content = content.as_bytes();
    if content.len() > LARGEST_FILE {
        return Err(format!("the file is larger than {} KiB", LARGEST_FILE >> 10));
    }
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_python::LANGUAGE.into()).is_err() {
        return Err("the grammar does not fit the parser".to_owned());
    }
    let mut left = REPORTS * (16 + content.len() / 1024);
    let mut watch = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut watch);
    let mut handed = 0;
    let mut read = |at: usize, _| {
        let piece = content.get(at..content.len().min(at + PIECE)).unwrap_or_default();
        handed += piece.len();
        // Behind the bound the text ends.
        if handed > HANDED { Default::default() } else { piece }
    };
    let tree = parser.parse_with_options(&mut read, None, Some(options));
    tree.filter(|_| handed <= HANDED)
        .ok_or_else(|| "parsing it takes more steps than any code needs".to_owned())
}

/// Collects comments and errors, and marks what is too deep for what comes next.
pub(crate) fn survey(tree: &Tree, text: &Text) -> Survey {
    let mut survey = Survey::default();
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        survey.note(cursor.node(), text);
        if depth >= DEEPEST_TREE {
            survey.deep.insert(cursor.node().id());
        }
        if depth < DEEPEST_TREE + MARGIN && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return survey;
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

/// Returns the source with `match [a, b]:` written as `match (a, b):`, byte for byte as long: the
/// grammar takes the former for a subscript of `match` where a statement follows its cases, and
/// leaves the cases out.
fn with_matches_told_apart(source: &str) -> Cow<'_, str> {
    if !source.contains("match [") {
        return Cow::Borrowed(source);
    }
    let mut rewritten = source.as_bytes().to_vec();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        let body = line.trim_start();
        let start = at + line.len() - body.len();
        at += line.len();
        let Some(list) = body.strip_prefix("match [") else { continue };
        let opens = start + "match ".len();
        let Some(length) = list.find("]:").filter(|length| {
            let inside = cut::to(list, *length);
            inside.contains(',') && !inside.contains(['[', ']'])
        }) else {
            continue;
        };
        rewritten[opens] = b'(';
        rewritten[opens + 1 + length] = b')';
    }
    String::from_utf8(rewritten).map_or(Cow::Borrowed(source), Cow::Owned)
}
