//! String literals: cut at every escape, so that between cuts the text is the source, byte for
//! byte.

use std::rc::Rc;

use tree_sitter::Node;

use crate::python::lower::lowering::{Lowering, children, field};
use crate::python::lower::tree::span;
use crate::python::syntax::Part;
use crate::text::source::Span;

impl<'t> Lowering<'t> {
    /// Lowers strings that stand side by side.
    pub(super) fn strings(&mut self, node: Node<'t>) -> Vec<Part> {
        children(node).into_iter().flat_map(|string| self.string(string)).collect()
    }

    /// Tells whether a literal is bytes: its prefix says so, of several the first one's.
    pub(super) fn is_bytes(&self, node: Node<'t>) -> bool {
        let prefix = self.source(node).split(['"', '\'']).next();
        prefix.is_some_and(|prefix| prefix.contains(['b', 'B']))
    }

    /// Lowers one string.
    pub(super) fn string(&mut self, node: Node<'t>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut raw = false;
        let mut content_start = node.start_byte();
        for child in children(node) {
            match child.kind() {
                "string_start" => {
                    raw = self.source(child).contains(['r', 'R']);
                    content_start = child.end_byte();
                }
                "string_content" => self.content(child, raw, &mut parts),
                "interpolation" => parts.push(self.interpolation(child)),
                _ => {}
            }
        }
        if parts.is_empty() {
            parts.push(Part::Known(Rc::from(""), Span::new(content_start, content_start)));
        }
        parts
    }

    fn content(&mut self, node: Node<'t>, raw: bool, parts: &mut Vec<Part>) {
        let mut from = node.start_byte();
        for child in children(node) {
            let escape = match child.kind() {
                "escape_sequence" if !raw => unescape(self.source(child)),
                "escape_interpolation" => self.source(child).get(..1).map(str::to_owned),
                _ => continue,
            };
            let Some(escape) = escape else { continue };
            self.known(from, child.start_byte(), parts);
            if !escape.is_empty() {
                parts.push(Part::Known(Rc::from(escape), span(child)));
            }
            from = child.end_byte();
        }
        self.known(from, node.end_byte(), parts);
    }

    fn known(&self, from: usize, to: usize, parts: &mut Vec<Part>) {
        match self.text.get(from..to) {
            None | Some("") => {}
            Some(text) => parts.push(Part::Known(Rc::from(text), Span::new(from, to))),
        }
    }

    fn interpolation(&mut self, node: Node<'t>) -> Part {
        let expression = match field(node, "expression") {
            Some(expression) => self.expression(expression),
            None => self.unreadable(node),
        };
        let conversion =
            field(node, "type_conversion").and_then(|written| self.source(written).chars().nth(1));
        let format =
            field(node, "format_specifier").map(|format| self.format(format)).unwrap_or_default();
        let mut cursor = node.walk();
        let debug = node.children(&mut cursor).any(|child| child.kind() == "=");
        Part::Hole { expression, conversion, format, debug }
    }

    fn format(&mut self, node: Node<'t>) -> Vec<Part> {
        let mut parts = Vec::new();
        // The colon.
        let mut from = node.start_byte() + 1;
        for child in children(node) {
            self.known(from, child.start_byte(), &mut parts);
            parts.push(self.interpolation(child));
            from = child.end_byte();
        }
        self.known(from, node.end_byte(), &mut parts);
        parts
    }
}

/// Returns what an escape sequence stands for; nothing if it stands for itself.
fn unescape(source: &str) -> Option<String> {
    let rest = source.strip_prefix('\\')?;
    let simple = match rest {
        "\n" | "\r\n" => return Some(String::new()),
        "n" => '\n',
        "t" => '\t',
        "r" => '\r',
        "a" => '\u{7}',
        "b" => '\u{8}',
        "f" => '\u{c}',
        "v" => '\u{b}',
        "\\" => '\\',
        "'" => '\'',
        "\"" => '"',
        _ => coded(rest)?,
    };
    Some(simple.to_string())
}

fn coded(rest: &str) -> Option<char> {
    let code = match rest.as_bytes().first()? {
        b'x' | b'u' | b'U' => u32::from_str_radix(rest.get(1..)?, 16),
        b'0'..=b'7' => u32::from_str_radix(rest, 8),
        _ => return Some(char::REPLACEMENT_CHARACTER),
    };
    char::from_u32(code.ok()?)
}
