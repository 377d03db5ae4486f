//! Plain literals: what nearly every header is written with, read from bytes without a parser.

use crate::text::cut;

/// A value as far as headers know values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `None`.
    None,
    /// A string.
    Text(String),
    /// A number or a boolean.
    Number,
    /// A tuple, a list or a set.
    Items(Vec<Literal>),
    /// A generator: Alembic reads it once, and then again when nothing is left in it.
    Generator,
    /// Something that cannot be known, with the reason as a clause.
    Unknown(String),
}

/// A place in a text from which literals are read.
#[derive(Debug)]
pub(crate) struct Cursor<'a> {
    content: &'a str,
    at: usize,
}

/// How deep brackets may stand in one another; deeper ones are left to the parser.
const DEPTH: usize = 4;

impl<'a> Cursor<'a> {
    pub(crate) fn new(content: &'a str, at: usize) -> Self {
        Cursor { content, at }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.content.as_bytes().get(self.at).copied()
    }

    pub(crate) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Reads a literal; nothing where something stands there that only a parser can read.
    pub(crate) fn literal(&mut self) -> Option<Literal> {
        self.value(DEPTH)
    }

    /// Tells whether nothing but a comment stands before the end of the line.
    pub(crate) fn ends_line(&mut self) -> bool {
        self.skip_blanks();
        matches!(self.peek(), None | Some(b'\n' | b'\r' | b'#'))
    }

    fn value(&mut self, depth: usize) -> Option<Literal> {
        match self.peek()? {
            b'"' | b'\'' => self.string(false).map(|text| Literal::Text(text.to_owned())),
            b'(' => self.items(b')', depth),
            b'[' => self.items(b']', depth),
            b'{' => self.items(b'}', depth),
            b'0'..=b'9' => self.number(),
            _ => self.word(),
        }
    }

    fn number(&mut self) -> Option<Literal> {
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
        {
            self.at += 1;
        }
        Some(Literal::Number)
    }

    fn word(&mut self) -> Option<Literal> {
        let rest = cut::from(self.content, self.at);
        let length =
            rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let (word, quote) = (cut::to(rest, length), rest.as_bytes().get(length));
        self.at += length;
        match (word, quote) {
            ("u" | "U" | "r" | "R", Some(b'"' | b'\'')) => self
                .string(word.eq_ignore_ascii_case("r"))
                .map(|text| Literal::Text(text.to_owned())),
            ("None", _) => Some(Literal::None),
            ("True" | "False", _) => Some(Literal::Number),
            _ => None,
        }
    }

    /// Reads a string without escapes.
    pub(crate) fn string(&mut self, raw: bool) -> Option<&'a str> {
        let rest = cut::from(self.content, self.at);
        let quote = rest.get(..1)?;
        let tripled =
            rest.len() >= 3 && rest.bytes().take(3).all(|byte| byte == quote.as_bytes()[0]);
        let quotes = if tripled { cut::to(rest, 3) } else { quote };
        let body = cut::from(rest, quotes.len());
        let end = memchr::memmem::find(body.as_bytes(), quotes.as_bytes())?;
        let text = cut::to(body, end);
        if (!raw || text.ends_with('\\')) && text.contains('\\') || !tripled && text.contains('\n')
        {
            return None;
        }
        self.at += quotes.len() * 2 + end;
        Some(text)
    }

    fn items(&mut self, close: u8, depth: usize) -> Option<Literal> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        let (mut items, mut commas) = (Vec::new(), 0);
        loop {
            self.skip_layout();
            if self.peek()? == close {
                self.at += 1;
                break;
            }
            items.push(self.value(depth)?);
            self.skip_layout();
            match self.peek()? {
                b',' => {
                    commas += 1;
                    self.at += 1;
                }
                byte if byte == close => {}
                _ => return None,
            }
        }
        // Parentheses without a comma only group.
        if close == b')' && commas == 0 && items.len() == 1 {
            return items.pop();
        }
        Some(Literal::Items(items))
    }

    /// Skips what may stand between the items of a bracket: blanks, line ends, comments.
    fn skip_layout(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') => {
                    let rest = &self.content.as_bytes()[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }
}
