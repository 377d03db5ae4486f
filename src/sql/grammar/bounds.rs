//! The bounds of SQL that is read at all, so that nothing hostile overflows a stack or hangs.

use crate::sql::grammar::token::{Token, TokenKind};
use crate::text::cut;

/// How long a text may be.
const TEXT: usize = 1 << 20;

/// How long one statement may be.
const STATEMENT: usize = 256 << 10;

/// How deep parentheses and brackets may stand in each other.
const BRACKETS: usize = 100;

/// How many prefix operators may stand in a row.
const PREFIXES: usize = 50;

/// How deep CASE may stand in itself.
const CASES: usize = 50;

/// Names the bound that the length of a text is past.
pub fn text_past(length: usize) -> Option<&'static str> {
    (length > TEXT).then_some("the SQL is longer than 1 MiB")
}

/// Names the bound that a statement is past, if it is past one.
pub fn statement_past(text: &str, tokens: &[Token]) -> Option<&'static str> {
    let length =
        tokens.last().map_or(0, |last| last.end) - tokens.first().map_or(0, |first| first.start);
    if length > STATEMENT {
        return Some("the statement is longer than 256 KiB");
    }
    let (mut brackets, mut prefixes, mut cases) = (0usize, 0usize, 0usize);
    for token in tokens {
        let word = cut::between(text, token.start, token.end);
        let mut prefix = false;
        match token.kind {
            TokenKind::Mark(b'(' | b'[') => brackets += 1,
            TokenKind::Mark(b')' | b']') => brackets = brackets.saturating_sub(1),
            TokenKind::Operator => prefix = true,
            TokenKind::Word if word.eq_ignore_ascii_case("not") => prefix = true,
            TokenKind::Word if word.eq_ignore_ascii_case("case") => cases += 1,
            TokenKind::Word if word.eq_ignore_ascii_case("end") => cases = cases.saturating_sub(1),
            _ => {}
        }
        prefixes = if prefix { prefixes + word.len() } else { 0 };
        if brackets > BRACKETS {
            return Some("more than 100 brackets stand in each other");
        }
        if prefixes > PREFIXES {
            return Some("more than 50 operators stand in a row");
        }
        if cases > CASES {
            return Some("more than 50 CASE stand in each other");
        }
    }
    None
}
