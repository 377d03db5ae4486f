//! Where one statement ends and the next begins.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::text::cut;

/// Cuts tokens into statements. What ends a statement belongs to none.
pub fn split<'t>(text: &str, tokens: &'t [Token], dialect: Dialect) -> Vec<&'t [Token]> {
    let mut statements = Vec::new();
    let mut start = 0;
    let mut state = State::default();
    for (at, token) in tokens.iter().enumerate() {
        let word = if token.kind == TokenKind::Word {
            cut::between(text, token.start, token.end)
        } else {
            ""
        };
        let ends = match token.kind {
            TokenKind::End => state.is_outside(),
            TokenKind::Word => {
                dialect == Dialect::SqlServer
                    && word.eq_ignore_ascii_case("go")
                    && state.is_outside()
            }
            _ => false,
        };
        if ends {
            statements.push(&tokens[start..at]);
            start = at + 1;
            state = State::default();
        } else {
            state.pass(token, word, dialect);
        }
    }
    statements.push(&tokens[start..]);
    statements.retain(|statement| !statement.is_empty());
    statements
}

/// What is open at a token.
#[derive(Default)]
struct State {
    words: usize,
    creates: bool,
    routine: bool,
    parentheses: usize,
    /// How many BEGIN and CASE of a body are open.
    bodies: usize,
    after_end: bool,
    after_begin: bool,
}

impl State {
    fn is_outside(&self) -> bool {
        self.parentheses == 0 && self.bodies == 0
    }

    fn pass(&mut self, token: &Token, word: &str, dialect: Dialect) {
        match token.kind {
            TokenKind::Mark(b'(') => self.parentheses += 1,
            TokenKind::Mark(b')') => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Word => self.pass_word(&word.to_ascii_uppercase(), dialect),
            _ => {}
        }
    }

    fn pass_word(&mut self, word: &str, dialect: Dialect) {
        self.words += 1;
        let (after_end, after_begin) = (self.after_end, self.after_begin);
        self.after_end = false;
        self.after_begin = false;
        match word {
            "CREATE" | "ALTER" if self.words == 1 => self.creates = true,
            "TRIGGER" | "PROCEDURE" | "PROC" | "FUNCTION" | "EVENT"
                if self.creates && self.words < 12 =>
            {
                self.routine = true;
            }
            "BEGIN" if self.routine && dialect == Dialect::PostgreSql => self.after_begin = true,
            "ATOMIC" if after_begin => self.bodies += 1,
            "BEGIN" if self.routine => self.bodies += 1,
            "CASE" if self.bodies > 0 && !after_end => self.bodies += 1,
            "END" if self.bodies > 0 => {
                self.bodies -= 1;
                self.after_end = true;
            }
            // END IF closes what was not counted.
            "IF" | "LOOP" | "WHILE" | "REPEAT" if after_end => self.bodies += 1,
            _ => {}
        }
    }
}
