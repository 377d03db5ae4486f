//! Source text, spans in it, and the positions that people count in.
//!
//! Everything below the reporter carries bytes; only the reporter counts lines and columns.

use std::any::Any;
use std::cell::OnceCell;
use std::rc::Rc;

use crate::text::encoding;
use crate::text::encoding::Encoding;

/// The text of one file, decoded, with the beginnings of its lines.
#[derive(Debug)]
pub struct Text {
    content: String,
    line_starts: Vec<usize>,
    is_decoded: bool,
    foreign: Option<String>,
    reading: OnceCell<Rc<dyn Any>>,
}

/// A range of bytes in a [`Text`], end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
}

/// A place as people count it: line and column from 1, columns in code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in code points.
    pub column: usize,
}

/// A range of bytes in a file of the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The file, relative to the root of the repository.
    pub path: Rc<str>,
    /// The bytes in it.
    pub span: Span,
}

impl Text {
    /// Makes a text of decoded content. A byte order mark at the beginning is dropped.
    pub fn new(content: impl Into<String>) -> Self {
        let mut content: String = content.into();
        if content.starts_with('\u{feff}') {
            content.drain(..'\u{feff}'.len_utf8());
        }
        let newlines = memchr::memchr_iter(b'\n', content.as_bytes()).map(|at| at + 1);
        let line_starts = std::iter::once(0).chain(newlines).collect();
        Text { content, line_starts, is_decoded: true, foreign: None, reading: OnceCell::new() }
    }

    /// Decodes the bytes of a Python file: UTF-8, or letters of one byte where a coding cookie in
    /// the first two lines says so, which are taken for Latin-1. Bytes that do not decode become
    /// U+FFFD. A carriage return that stands alone ends a line, as in Python.
    pub fn decode(bytes: &[u8]) -> Self {
        let encoding = encoding::of(bytes);
        if encoding == Encoding::SingleByte {
            let content = bytes.iter().map(|&byte| char::from(byte)).collect::<String>();
            return Text::new(with_plain_lines(content));
        }
        let is_decoded = std::str::from_utf8(bytes).is_ok();
        let content = String::from_utf8_lossy(bytes).into_owned();
        let foreign = match encoding {
            Encoding::Foreign(name) => Some(name),
            _ => None,
        };
        Text { is_decoded, foreign, ..Text::new(with_plain_lines(content)) }
    }

    /// The encoding of the file where it is not read, as the file calls it.
    pub fn foreign_encoding(&self) -> Option<&str> {
        self.foreign.as_deref()
    }

    /// Tells whether the bytes of the file are text in its encoding.
    pub fn is_decoded(&self) -> bool {
        self.is_decoded
    }

    /// Returns what was read out of this text before, or reads it and keeps it as long as the text:
    /// a module that ten migrations import is parsed once. One kind of reading is kept; another
    /// kind is made again each time.
    pub fn read_once<T: 'static>(&self, read: impl Fn() -> T) -> Rc<T> {
        let kept = self.reading.get_or_init(|| Rc::new(read()));
        Rc::clone(kept).downcast().unwrap_or_else(|_| Rc::new(read()))
    }

    /// Returns the same text without what was read out of it.
    pub fn unread(&self) -> Self {
        let (is_decoded, foreign) = (self.is_decoded, self.foreign.clone());
        Text { is_decoded, foreign, ..Text::new(self.content()) }
    }

    /// Returns the whole text.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// Returns the text of a span, empty where the span does not lie on character boundaries of
    /// this text.
    pub fn slice(&self, span: Span) -> &str {
        self.content.get(span.start..span.end).unwrap_or("")
    }

    /// Returns how many lines the text has.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// Returns the line, from 1, that a byte stands on.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// Returns the position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts[line - 1];
        let end = offset.min(self.content.len());
        let column = self.content.get(start..end).map_or(1, |before| before.chars().count() + 1);
        Position { line, column }
    }

    /// Returns the bytes of a line, from 1, without its line ending; an empty span at the end past
    /// the last line.
    pub fn line_span(&self, line: usize) -> Span {
        let Some(&start) = self.line_starts.get(line.saturating_sub(1)) else {
            return Span { start: self.content.len(), end: self.content.len() };
        };
        let end = self.line_starts.get(line).map_or(self.content.len(), |next| next - 1);
        let content = self.content.get(start..end).unwrap_or("");
        Span { start, end: start + content.trim_end_matches('\r').len() }
    }

    /// Returns a line, from 1, without its line ending.
    pub fn line(&self, line: usize) -> &str {
        self.slice(self.line_span(line))
    }
}

/// Carriage returns without a line feed become line feeds, byte for byte.
fn with_plain_lines(content: String) -> String {
    let bytes = content.as_bytes();
    let stands_alone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    if !memchr::memchr_iter(b'\r', bytes).any(stands_alone) {
        return content;
    }
    let mut plain = String::with_capacity(content.len());
    let mut letters = content.chars().peekable();
    while let Some(letter) = letters.next() {
        let alone = letter == '\r' && letters.peek() != Some(&'\n');
        plain.push(if alone { '\n' } else { letter });
    }
    plain
}

impl Span {
    /// Makes a span of two byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// Tells whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points_and_lines_count_from_one() {
        let text = Text::new("é = 1\r\nx = 2\n");
        assert_eq!(text.position("é ".len()), Position { line: 1, column: 3 });
        assert_eq!(text.position("é = 1\r\nx".len()), Position { line: 2, column: 2 });
        assert_eq!(text.line(1), "é = 1");
        assert_eq!(text.line(9), "");
    }

    #[test]
    fn a_coding_cookie_for_latin_1_is_honoured_and_a_byte_order_mark_is_dropped() {
        assert_eq!(Text::decode(b"# coding: latin-1\nx = '\xe9'\n").line(2), "x = 'é'");
        assert_eq!(Text::decode(b"\xef\xbb\xbfx = 1").content(), "x = 1");
    }
}
