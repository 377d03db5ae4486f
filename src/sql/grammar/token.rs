//! The words of SQL: a lexer for every dialect that skips comments and never fails.

use crate::sql::dialect::Dialect;
use crate::sql::script::SqlText;
use crate::text::cut;

/// One word of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// The first byte in the text.
    pub start: usize,
    /// The byte behind the last one.
    pub end: usize,
    /// Whether a part that cannot be known is in it.
    pub hole: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in quotes.
    Quoted,
    /// A string, with its prefix and quotes.
    Text,
    /// A string in dollar quotes.
    Dollar,
    /// A number.
    Number,
    /// A bind parameter or a variable.
    Bind,
    /// An operator.
    Operator,
    /// One of `( ) [ ] , .`, or `;` inside a body.
    Mark(u8),
    /// What ends a statement.
    End,
}

/// Cuts a text into tokens.
pub fn tokens(text: &SqlText, dialect: Dialect) -> Vec<Token> {
    tokens_between(text, 0, text.text().len(), dialect)
}

/// Cuts a part of a text into tokens, whose bytes are those of the whole.
pub fn tokens_between(text: &SqlText, start: usize, end: usize, dialect: Dialect) -> Vec<Token> {
    let part = text.text().get(..end).unwrap_or("");
    let lexer = Lexer { text: part, bytes: part.as_bytes(), at: start, dialect, delimiter: None };
    lexer.run(text)
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dialect: Dialect,
    /// What DELIMITER of MySQL's client set.
    delimiter: Option<&'a str>,
}

impl<'a> Lexer<'a> {
    fn run(mut self, text: &SqlText) -> Vec<Token> {
        let mut tokens = Vec::new();
        loop {
            self.skip_blank();
            let start = self.at;
            let Some(kind) = self.next() else { return tokens };
            if kind == TokenKind::Word && self.sets_delimiter(start) {
                continue;
            }
            tokens.push(Token {
                kind,
                start,
                end: self.at,
                hole: text.hole_in(start, self.at).is_some(),
            });
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blank(&mut self) {
        loop {
            match (self.peek(0), self.peek(1)) {
                (b' ' | b'\t' | b'\r' | b'\n' | 0x0c | 0x0b, _) => self.at += 1,
                // SQLAlchemy's text() writes a colon that is no parameter as `\:`.
                (b'\\', b':') => self.at += 1,
                (0xef, 0xbb) if self.peek(2) == 0xbf => self.at += 3,
                (0xc2, 0xa0) => self.at += 2,
                (b'-', b'-') if !self.dialect.is_mysql() || matches!(self.peek(2), 0..=b' ') => {
                    self.skip_line()
                }
                (b'#', _) if self.dialect.is_mysql() => self.skip_line(),
                // MySQL runs what stands in `/*! ... */`.
                (b'/', b'*') if self.dialect.is_mysql() && self.peek(2) == b'!' => {
                    self.at += 3;
                    self.take_while(|byte| byte.is_ascii_digit());
                }
                // MariaDB alone runs what stands in `/*M! ... */`, and may be what "MySQL" is.
                (b'/', b'*')
                    if self.dialect.is_mysql() && (self.peek(2), self.peek(3)) == (b'M', b'!') =>
                {
                    self.at += 4;
                    self.take_while(|byte| byte.is_ascii_digit());
                }
                (b'*', b'/') if self.dialect.is_mysql() => self.at += 2,
                (b'/', b'*') => self.skip_block(),
                _ => return,
            }
        }
    }

    /// PostgreSQL ends a comment at a carriage return too (`scan.l`: `non_newline`); MySQL and SQLite
    /// do not.
    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = match self.dialect {
            Dialect::PostgreSql => memchr::memchr2(b'\n', b'\r', rest),
            _ => memchr::memchr(b'\n', rest),
        };
        self.at = end.map_or(self.bytes.len(), |length| self.at + length);
    }

    fn skip_block(&mut self) {
        let nests = matches!(self.dialect, Dialect::PostgreSql | Dialect::SqlServer);
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') if depth == 0 || nests => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.at < self.bytes.len() && wanted(self.bytes[self.at]) {
            self.at += 1;
        }
    }

    fn next(&mut self) -> Option<TokenKind> {
        let first = *self.bytes.get(self.at)?;
        if let Some(delimiter) =
            self.delimiter.filter(|delimiter| self.rest().starts_with(delimiter))
        {
            self.at += delimiter.len();
            return Some(TokenKind::End);
        }
        Some(match first {
            b';' => {
                self.at += 1;
                if self.delimiter.is_some() { TokenKind::Mark(b';') } else { TokenKind::End }
            }
            b'[' if matches!(self.dialect, Dialect::Sqlite | Dialect::SqlServer) => {
                self.quoted(b']', TokenKind::Quoted)
            }
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'(' | b')' | b'[' | b']' | b',' | b'.' => {
                self.at += 1;
                TokenKind::Mark(first)
            }
            b'\'' => self.string(self.dialect.is_mysql()),
            b'"' if self.dialect.is_mysql() => self.quoted(b'"', TokenKind::Text),
            b'"' => self.quoted(b'"', TokenKind::Quoted),
            b'`' => self.quoted(b'`', TokenKind::Quoted),
            b'$' => self.dollar(),
            b'0'..=b'9' => self.number(),
            b':' => self.colon(),
            b'%' => self.percent(),
            b'?' if self.dialect != Dialect::PostgreSql => {
                self.at += 1;
                TokenKind::Bind
            }
            b'@' if is_variable(self.dialect)
                && (is_word(self.peek(1)) || self.peek(1) == b'@') =>
            {
                self.take_while(|byte| is_word(byte) || byte == b'@');
                TokenKind::Bind
            }
            _ if is_word(first) => self.word(),
            _ if is_operator(first) => self.operator(),
            _ => {
                self.at += 1;
                TokenKind::Operator
            }
        })
    }

    fn word(&mut self) -> TokenKind {
        let prefix = self.peek(0).to_ascii_lowercase();
        if self.peek(1) == b'\'' && matches!(prefix, b'e' | b'b' | b'x' | b'n') {
            self.at += 1;
            return self.string(prefix == b'e' || self.dialect.is_mysql());
        }
        if prefix == b'u' && self.peek(1) == b'&' && matches!(self.peek(2), b'\'' | b'"') {
            self.at += 2;
            return self.next().unwrap_or(TokenKind::Text);
        }
        let start = self.at;
        self.take_while(|byte| is_word(byte) || byte == b'$' || byte == b'#');
        let ends =
            self.delimiter.and_then(|delimiter| self.text.get(start..self.at)?.find(delimiter));
        if let Some(length) = ends.filter(|&length| length > 0) {
            self.at = start + length;
        }
        TokenKind::Word
    }

    /// Reads a string in single quotes, from its quote.
    fn string(&mut self, escapes: bool) -> TokenKind {
        self.at += 1;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'\\', _) if escapes => self.at += 2,
                (b'\'', b'\'') => self.at += 2,
                (b'\'', _) => {
                    self.at += 1;
                    return TokenKind::Text;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.bytes.len();
        TokenKind::Text
    }

    /// Reads up to a closing quote; a doubled one is part of the text.
    fn quoted(&mut self, close: u8, kind: TokenKind) -> TokenKind {
        self.at += 1;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'\\' && kind == TokenKind::Text {
                self.at += 2;
            } else if self.peek(0) != close {
                self.at += 1;
            } else if self.peek(1) == close {
                self.at += 2;
            } else {
                self.at += 1;
                return kind;
            }
        }
        self.at = self.bytes.len();
        kind
    }

    fn dollar(&mut self) -> TokenKind {
        let digits =
            self.bytes[self.at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 {
            self.at += 1 + digits;
            return TokenKind::Bind;
        }
        let tag = self.bytes[self.at + 1..].iter().take_while(|&&byte| is_word(byte)).count();
        if self.dialect == Dialect::Sqlite && tag > 0 {
            self.at += 1 + tag;
            return TokenKind::Bind;
        }
        if self.peek(1 + tag) != b'$' {
            self.at += 1;
            return TokenKind::Operator;
        }
        let fence = &self.bytes[self.at..self.at + tag + 2];
        let body = self.at + fence.len();
        let close = memchr::memmem::find(&self.bytes[body..], fence);
        self.at = close.map_or(self.bytes.len(), |length| body + length + fence.len());
        TokenKind::Dollar
    }

    fn number(&mut self) -> TokenKind {
        self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_');
        if matches!(self.bytes[self.at - 1], b'e' | b'E') && matches!(self.peek(0), b'+' | b'-') {
            self.at += 1;
            self.take_while(|byte| byte.is_ascii_digit());
        }
        TokenKind::Number
    }

    fn colon(&mut self) -> TokenKind {
        let before = if self.at == 0 { 0 } else { self.bytes[self.at - 1] };
        if self.peek(1) == b':' || (self.peek(1) == b'\\' && self.peek(2) == b':') {
            self.at += if self.peek(1) == b':' { 2 } else { 3 };
            return TokenKind::Operator;
        }
        if self.peek(1) == b'=' {
            self.at += 2;
            return TokenKind::Operator;
        }
        self.at += 1;
        if is_word(self.peek(0))
            && !is_word(before)
            && before != b'\\'
            && !self.peek(0).is_ascii_digit()
        {
            self.take_while(is_word);
            return TokenKind::Bind;
        }
        TokenKind::Operator
    }

    fn percent(&mut self) -> TokenKind {
        match self.placeholder() {
            Some(length) => {
                self.at += length;
                TokenKind::Bind
            }
            None => self.operator(),
        }
    }

    /// Tells whether a placeholder or a variable begins here.
    fn starts_parameter(&self) -> bool {
        match self.peek(0) {
            b'?' => self.dialect != Dialect::PostgreSql,
            b'@' => is_variable(self.dialect) && (is_word(self.peek(1)) || self.peek(1) == b'@'),
            _ => self.placeholder().is_some(),
        }
    }

    /// Returns how long the placeholder of a driver is that begins here: `%s`, `%(name)s`.
    fn placeholder(&self) -> Option<usize> {
        match (self.peek(0), self.peek(1)) {
            (b'%', b'(') => {
                let inside = self.bytes[self.at + 2..].iter();
                let name = inside.take_while(|&&byte| is_word(byte)).count();
                (self.peek(2 + name) == b')' && self.peek(3 + name) == b's').then_some(4 + name)
            }
            (b'%', b's') => (!is_word(self.peek(2))).then_some(2),
            _ => None,
        }
    }

    /// Reads an operator; one that ends in `+` or `-` ends before it (PostgreSQL manual,
    /// Operators).
    fn operator(&mut self) -> TokenKind {
        let start = self.at;
        // `id=%s`: a driver puts the value in before the server reads it.
        while is_operator(self.peek(0))
            && !self.starts_comment()
            && (self.at == start || !self.starts_parameter())
        {
            self.at += 1;
        }
        if self.at == start {
            self.at += 1;
        }
        let special = self.bytes[start..self.at].iter().any(|byte| b"~!@#%^&|`?".contains(byte));
        while !special && self.at - start > 1 && matches!(self.bytes[self.at - 1], b'+' | b'-') {
            self.at -= 1;
        }
        TokenKind::Operator
    }

    fn starts_comment(&self) -> bool {
        matches!((self.peek(0), self.peek(1)), (b'-', b'-') | (b'/', b'*'))
    }

    /// Obeys `DELIMITER $$` of MySQL's client.
    fn sets_delimiter(&mut self, start: usize) -> bool {
        if !self.dialect.is_mysql()
            || !cut::between(self.text, start, self.at).eq_ignore_ascii_case("delimiter")
        {
            return false;
        }
        let line = self.rest().lines().next().unwrap_or("");
        let delimiter = line.trim();
        self.delimiter =
            Some(delimiter).filter(|delimiter| !delimiter.is_empty() && *delimiter != ";");
        self.at += line.len();
        true
    }
}

fn is_variable(dialect: Dialect) -> bool {
    dialect.is_mysql() || matches!(dialect, Dialect::SqlServer | Dialect::Sqlite)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_operator(byte: u8) -> bool {
    b"+-*/<>=~!@#%^&|?".contains(&byte)
}
