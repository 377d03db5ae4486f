//! A place in the tokens of one statement, and the small readers that every statement is made of.

use std::cell::Cell;

use crate::sql::dialect::Dialect;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::script::SqlText;
use crate::text::known::Known;

/// What all readers of one text share.
pub struct Context<'a> {
    /// The text.
    pub text: &'a SqlText,
    /// The dialect.
    pub dialect: Dialect,
    /// The byte at which the first token begins that has no place where it stands.
    unexpected: Cell<Option<usize>>,
    /// Whether a part was not read to its end.
    unread: Cell<bool>,
}

impl<'a> Context<'a> {
    /// What the readers of a text share before the first of them begins.
    pub fn new(text: &'a SqlText, dialect: Dialect) -> Self {
        Context { text, dialect, unexpected: Cell::new(None), unread: Cell::new(false) }
    }

    /// Tells whether a part was not read to its end.
    pub fn is_unread(&self) -> bool {
        self.unread.get()
    }

    /// Returns the byte at which the first token begins that has no place where it stands; that
    /// behind the text where its end is missing.
    pub fn unexpected(&self) -> Option<usize> {
        self.unexpected.get()
    }
}

/// A place in some tokens.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    /// What all readers share.
    pub context: &'a Context<'a>,
    /// The tokens, those already read included.
    pub tokens: &'a [Token],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Makes a cursor at the first of some tokens.
    pub fn new(context: &'a Context<'a>, tokens: &'a [Token]) -> Self {
        Cursor { context, tokens, at: 0 }
    }

    /// Makes a cursor over other tokens of the same text.
    pub fn over(&self, tokens: &'a [Token]) -> Cursor<'a> {
        Cursor::new(self.context, tokens)
    }

    /// Returns the dialect.
    pub fn dialect(&self) -> Dialect {
        self.context.dialect
    }

    /// Returns how many tokens were read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Returns the tokens that are left.
    pub fn rest(&self) -> &'a [Token] {
        &self.tokens[self.at..]
    }

    /// Returns the token `ahead` of this place.
    pub fn token(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    /// Tells whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Moves by some tokens.
    pub fn skip(&mut self, tokens: usize) {
        self.at = (self.at + tokens).min(self.tokens.len());
    }

    /// Says that the next token has no place here.
    pub fn mark_unexpected(&self) {
        let end = || self.tokens.last().map_or(0, |token| token.end);
        let at = self.token(0).map_or_else(end, |token| token.start);
        let first = self.context.unexpected.get().map_or(at, |first| first.min(at));
        self.context.unexpected.set(Some(first));
    }

    /// Says that the next token is a word of other databases, where it stands in PostgreSQL's SQL.
    pub fn mark_foreign(&self) {
        if self.dialect() == Dialect::PostgreSql {
            self.mark_unexpected();
        }
    }

    /// Says that a comma at the end has no place here.
    pub fn mark_trailing_comma(&self) {
        if let Some(comma) = self.tokens.last().filter(|last| last.kind == TokenKind::Mark(b',')) {
            let first = self.context.unexpected.get().map_or(comma.end, |at| at.min(comma.end));
            self.context.unexpected.set(Some(first));
        }
    }

    /// Says that what comes next is too much to be read.
    pub fn mark_unread(&self) {
        self.context.unread.set(true);
    }

    /// Returns the text of a token.
    pub fn text(&self, token: &Token) -> &'a str {
        self.context.text.text().get(token.start..token.end).unwrap_or("")
    }

    /// Returns the word `ahead` of this place, empty if there is none; never one in quotes or of a
    /// hole.
    pub fn word(&self, ahead: usize) -> &'a str {
        match self.token(ahead) {
            Some(token) if token.kind == TokenKind::Word && !token.hole => self.text(token),
            _ => "",
        }
    }

    /// Tells whether the token `ahead` of this place is a keyword.
    pub fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        self.word(ahead).eq_ignore_ascii_case(word)
    }

    /// Tells whether a keyword is next.
    pub fn is(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }

    /// Tells whether one of some keywords is next.
    pub fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// Tells whether some keywords are next, separated by spaces.
    pub fn are(&self, words: &str) -> bool {
        words.split(' ').enumerate().all(|(ahead, word)| self.is_word_at(ahead, word))
    }

    /// Reads some keywords, separated by spaces, if they are next.
    pub fn eat(&mut self, words: &str) -> bool {
        let found = self.are(words);
        if found {
            self.at += words.split(' ').count();
        }
        found
    }

    /// Reads one of some keywords if it is next.
    pub fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// Tells whether a mark is next.
    pub fn is_mark(&self, mark: u8) -> bool {
        self.is_mark_at(0, mark)
    }

    /// Tells whether the token `ahead` of this place is a mark.
    pub fn is_mark_at(&self, ahead: usize, mark: u8) -> bool {
        self.token(ahead).is_some_and(|token| token.kind == TokenKind::Mark(mark))
    }

    /// Reads a mark if it is next.
    pub fn eat_mark(&mut self, mark: u8) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }

    /// Tells whether an operator is next.
    pub fn is_operator(&self, operator: &str) -> bool {
        self.token(0)
            .is_some_and(|token| token.kind == TokenKind::Operator && self.text(token) == operator)
    }

    /// Reads an operator if it is next.
    pub fn eat_operator(&mut self, operator: &str) -> bool {
        let found = self.is_operator(operator);
        self.at += usize::from(found);
        found
    }

    /// Tells whether exactly one token is left.
    pub fn is_alone(&self) -> bool {
        self.rest().len() == 1
    }

    /// Tells whether a hole is next.
    pub fn is_hole(&self) -> bool {
        self.token(0).is_some_and(|token| token.hole)
    }

    /// Reads what stands in parentheses, without them, if they are next. What is not closed ends
    /// with the statement.
    pub fn group(&mut self) -> Option<Cursor<'a>> {
        self.inside().map(|inside| self.over(inside.rest()))
    }

    /// Passes what stands in parentheses or brackets, and returns a place at its beginning that
    /// ends before the closing one.
    pub fn inside(&mut self) -> Option<Cursor<'a>> {
        if !self.is_mark(b'(') && !self.is_mark(b'[') {
            return None;
        }
        let start = self.at + 1;
        self.pass();
        let last = self.tokens[self.at - 1].kind;
        let closed = self.at > start && matches!(last, TokenKind::Mark(b')' | b']'));
        let end = if closed { self.at - 1 } else { self.at };
        Some(Cursor { context: self.context, tokens: &self.tokens[..end], at: start })
    }

    /// Passes one token, or everything in the parentheses or brackets that are next.
    pub fn pass(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.token(0) {
            self.at += 1;
            match token.kind {
                TokenKind::Mark(b'(' | b'[') => depth += 1,
                TokenKind::Mark(b')' | b']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Reads up to a token outside parentheses that is wanted, or to the end.
    pub fn until(&mut self, wanted: impl Fn(&Cursor<'a>) -> bool) -> Cursor<'a> {
        let start = self.at;
        while !self.is_done() && !wanted(self) {
            self.pass();
        }
        self.over(&self.tokens[start..self.at])
    }

    /// Reads up to one of some keywords outside parentheses, or to the end.
    pub fn until_words(&mut self, words: &[&str]) -> Cursor<'a> {
        self.until(|cursor| cursor.is_any(words))
    }

    /// Reads everything that is left.
    pub fn take_rest(&mut self) -> Cursor<'a> {
        self.until(|_| false)
    }

    /// Cuts what is left at the commas outside parentheses. Nothing left is nothing.
    pub fn list(mut self) -> Vec<Cursor<'a>> {
        let mut items = Vec::new();
        while !self.is_done() {
            items.push(self.until(|cursor| cursor.is_mark(b',')));
            self.eat_mark(b',');
        }
        items
    }

    /// Returns the bytes of all tokens.
    pub fn range(&self) -> (usize, usize) {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (0, 0),
        }
    }

    /// Tells whether a hole is in the tokens.
    pub fn has_hole(&self) -> bool {
        self.tokens.iter().any(|token| token.hole)
    }

    /// Tells whether a keyword is among the tokens that are left.
    pub fn has_word(&self, word: &str) -> bool {
        (0..self.rest().len()).any(|ahead| self.is_word_at(ahead, word))
    }

    /// Returns all tokens as SQL: comments are gone, and white space is one space. Unreadable with
    /// a hole in it.
    pub fn sql(&self) -> Known<String> {
        if self.has_hole() { Known::Unreadable } else { Known::Is(self.shown()) }
    }

    /// Returns all tokens as SQL, holes as `…`.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        let mut end = None;
        for token in self.tokens {
            if end.is_some_and(|end| end < token.start) {
                out.push(' ');
            }
            end = Some(token.end);
            match self.text(token) {
                _ if token.hole => out.push('…'),
                ":\\:" => out.push_str("::"),
                "%%" => out.push('%'),
                text => out.push_str(text),
            }
        }
        out
    }
}
