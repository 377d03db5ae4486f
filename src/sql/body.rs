//! Bodies: the statements of DO in PL/pgSQL, and the text that EXECUTE runs.

use crate::sql::grammar::block::{Step, StepKind, steps};
use crate::sql::grammar::bounds::statement_past;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::dynamic::dynamic_text;
use crate::sql::grammar::select::select_of;
use crate::sql::grammar::token::{Token, TokenKind, tokens, tokens_between};
use crate::sql::read::{Reader, beyond, placed, unreadable};
use crate::sql::script::SqlText;
use crate::sql::statement::{Placed, Statement};
use crate::text::cut;
use crate::text::known::Known;

/// How deep EXECUTE may stand in DO.
pub(super) const DEPTH: u8 = 4;

impl Reader<'_> {
    /// Reads DO: the statements of its body.
    pub(super) fn block(&self, mut cursor: Cursor<'_>) -> Statement {
        let language = cursor
            .tokens
            .iter()
            .position(|token| cursor.text(token).eq_ignore_ascii_case("language"));
        let language =
            language.and_then(|at| cursor.tokens.get(at + 1)).map(|token| cursor.text(token));
        if language.is_some_and(|language| {
            !language.trim_matches(['\'', '"']).eq_ignore_ascii_case("plpgsql")
        }) {
            return unreadable("the body is not PL/pgSQL", Some("DO".to_owned()));
        }
        cursor.until(|cursor| cursor.token(0).is_some_and(|token| is_string(token.kind)));
        let Some(literal) = cursor.token(0) else {
            return unreadable("the body cannot be known", Some("DO".to_owned()));
        };
        if self.depth >= DEPTH {
            return beyond("more than 4 texts of SQL stand in each other", Some("DO".to_owned()));
        }
        let text = cursor.text(literal);
        let fence = match literal.kind {
            TokenKind::Dollar => cut::from(text, 1).find('$').map_or(0, |at| at + 2),
            _ if text.contains("''") || !text.starts_with('\'') => {
                let body = cursor.string().and_then(Known::into_option).unwrap_or_default();
                return self.quoted_block(&SqlText::known(body), literal);
            }
            _ => 1,
        };
        let end = if text.len() >= 2 * fence { literal.end - fence } else { literal.end };
        let tokens = tokens_between(self.text, literal.start + fence, end, self.dialect);
        self.body(&tokens)
    }

    /// Reads a body whose quotes are doubled: its statements stand where the literal does.
    fn quoted_block(&self, body: &SqlText, literal: &Token) -> Statement {
        let reader = Reader { text: body, dialect: self.dialect, depth: self.depth + 1 };
        let mut block = reader.body(&tokens(body, self.dialect));
        if let Statement::Block { statements, .. } = &mut block {
            statements
                .iter_mut()
                .for_each(|placed| (placed.start, placed.end) = (literal.start, literal.end));
        }
        block
    }

    pub(super) fn body(&self, tokens: &[Token]) -> Statement {
        if let Some(bound) = statement_past(self.text.text(), tokens) {
            return beyond(bound, Some("DO".to_owned()));
        }
        let context = Context::new(self.text, self.dialect);
        let (steps, guarded) = steps(Cursor::new(&context, tokens));
        let mut statements = Vec::new();
        for step in steps {
            let mut read = self.step(&step, Cursor::new(&context, &tokens[step.from..step.to]));
            read.iter_mut().for_each(|placed| placed.conditional |= step.conditional);
            statements.extend(read);
        }
        Statement::Block { statements, guarded }
    }

    fn step(&self, step: &Step, cursor: Cursor<'_>) -> Vec<Placed> {
        match step.kind {
            StepKind::Sql => {
                let mut read = self.one(cursor.tokens, true);
                read.retain(|placed| placed.statement != Statement::Read);
                read
            }
            StepKind::Query => {
                let (start, end) = cursor.range();
                match select_of(&cursor) {
                    Statement::Read => Vec::new(),
                    statement => vec![placed((statement, start, end), false)],
                }
            }
            StepKind::Execute => self.execute(cursor),
        }
    }

    /// Reads EXECUTE: its text as far as it can be known.
    fn execute(&self, cursor: Cursor<'_>) -> Vec<Placed> {
        let (start, end) = cursor.range();
        let text = dynamic_text(cursor);
        if self.depth >= DEPTH {
            let bound = "more than 4 texts of SQL stand in each other";
            return vec![placed((beyond(bound, None), start, end), false)];
        }
        let reader = Reader { text: &text, dialect: self.dialect, depth: self.depth + 1 };
        let mut read = reader.all();
        read.iter_mut().for_each(|placed| (placed.start, placed.end) = (start, end));
        read.retain(|placed| placed.statement != Statement::Read);
        read
    }
}

fn is_string(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Text | TokenKind::Dollar)
}
