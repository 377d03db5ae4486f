//! What is shared by all of the lowering.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use tree_sitter::Node;

use crate::python::lower::identifiers;
use crate::python::lower::tree::span;
use crate::python::parsed::{BlockKind, BlockSpan, SyntaxError};
use crate::python::syntax::{Expression, ExpressionKind};
use crate::text::source::Span;

/// One walk from a tree-sitter tree to ours.
pub(crate) struct Lowering<'t> {
    pub(crate) text: &'t str,
    interned: HashMap<&'t str, Rc<str>>,
    /// The nodes that lie too deep to be lowered, by their ids.
    deep: HashSet<usize>,
    /// Every name met so far, for
    /// [`FunctionDefinition::names`](crate::python::syntax::FunctionDefinition::names).
    pub(crate) seen: Vec<Rc<str>>,
    /// Whether a `yield` was met in the function that is being lowered.
    pub(crate) yields: bool,
    pub(crate) blocks: Vec<BlockSpan>,
    pub(crate) statements: Vec<Span>,
    /// What only Python 2 accepts.
    pub(crate) python2: Vec<SyntaxError>,
}

impl<'t> Lowering<'t> {
    pub(crate) fn new(text: &'t str, deep: HashSet<usize>) -> Self {
        Lowering {
            text,
            deep,
            interned: HashMap::new(),
            seen: Vec::new(),
            yields: false,
            blocks: Vec::new(),
            statements: Vec::new(),
            python2: Vec::new(),
        }
    }

    /// Tells whether a node lies too deep to be lowered.
    pub(crate) fn is_too_deep(&self, node: Node<'_>) -> bool {
        !self.deep.is_empty() && self.deep.contains(&node.id())
    }

    /// Returns the text of a node.
    pub(crate) fn source(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.start_byte()..node.end_byte()).unwrap_or("")
    }

    /// Returns the text of a node, shared.
    pub(crate) fn word(&mut self, node: Node<'_>) -> Rc<str> {
        let source = self.source(node);
        let word = || match source.is_ascii() {
            true => Rc::from(source),
            false => Rc::from(identifiers::normalized(source)),
        };
        Rc::clone(self.interned.entry(source).or_insert_with(word))
    }

    /// Returns the text of a node that is a name, and remembers that it occurs.
    pub(crate) fn name(&mut self, node: Node<'_>) -> Rc<str> {
        let name = self.word(node);
        self.seen.push(Rc::clone(&name));
        name
    }

    /// Returns a dotted name without the blanks that may stand in it.
    pub(crate) fn dotted(&mut self, node: Node<'_>) -> Rc<str> {
        let source = self.source(node);
        if source.bytes().all(|byte| !byte.is_ascii_whitespace() && byte != b'\\') {
            return self.word(node);
        }
        Rc::from(
            source.replace(|character: char| character.is_whitespace() || character == '\\', ""),
        )
    }

    /// Returns the names that occur in a node, whatever it is.
    pub(crate) fn names_in(&mut self, node: Node<'_>) -> Vec<Rc<str>> {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        let mut depth = 0_usize;
        loop {
            if cursor.node().kind() == "identifier" {
                names.push(self.name(cursor.node()));
            }
            if cursor.goto_first_child() {
                depth += 1;
                continue;
            }
            while depth > 0 && !cursor.goto_next_sibling() {
                cursor.goto_parent();
                depth -= 1;
            }
            if depth == 0 {
                return names;
            }
        }
    }

    /// Makes an expression of something that does not parse.
    pub(crate) fn unreadable(&mut self, node: Node<'_>) -> Expression {
        let names = self.names_in(node);
        Expression { span: span(node), kind: ExpressionKind::Unreadable(names) }
    }

    /// Notes a compound statement, or a clause of one, that begins where `from` does and has this
    /// body.
    pub(crate) fn block_of(
        &mut self,
        from: usize,
        clause: Node<'_>,
        body: Node<'_>,
        kind: BlockKind,
    ) -> Span {
        let header = Span::new(from, colon(clause, body));
        self.blocks.push(BlockSpan { header, body: span(body), kind });
        header
    }
}

/// Returns the children of a node that mean something.
pub(crate) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor)
        .filter(|child| !matches!(child.kind(), "comment" | "line_continuation"))
        .collect()
}

/// Returns the child in a field.
pub(crate) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// Returns the children in a field.
pub(crate) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).filter(Node::is_named).collect()
}

/// Returns the byte behind the last colon before a body.
fn colon(clause: Node<'_>, body: Node<'_>) -> usize {
    let mut cursor = clause.walk();
    clause
        .children(&mut cursor)
        .filter(|child| child.kind() == ":" && child.end_byte() <= body.start_byte())
        .last()
        .map_or(body.start_byte(), |colon| colon.end_byte())
}
