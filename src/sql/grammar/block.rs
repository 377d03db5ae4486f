//! Bodies of PL/pgSQL: the statements in a DO block.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;

/// A statement of a body, as tokens of the body's text.
pub struct Step {
    /// The first token.
    pub from: usize,
    /// The token behind the last.
    pub to: usize,
    /// What it is.
    pub kind: StepKind,
    /// Whether it stands under IF, CASE, a loop or an exception handler.
    pub conditional: bool,
}

/// What a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A statement of SQL.
    Sql,
    /// A query whose result is used: PERFORM, FOR ... IN, RETURN QUERY, a condition or an
    /// assignment.
    Query,
    /// EXECUTE; the tokens are its expression.
    Execute,
}

/// Cuts a body into the steps that may reach the database, and tells whether an exception block
/// guards it.
pub fn steps(body: Cursor<'_>) -> (Vec<Step>, bool) {
    let mut walker = Walker { cursor: body, steps: Vec::new(), open: Vec::new(), guarded: false };
    walker.run();
    (walker.steps, walker.guarded)
}

/// What is open around a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Block,
    Handler,
    Conditional,
}

struct Walker<'a> {
    cursor: Cursor<'a>,
    steps: Vec<Step>,
    open: Vec<Open>,
    guarded: bool,
}

impl Walker<'_> {
    fn run(&mut self) {
        while !self.cursor.is_done() {
            let before = self.cursor.position();
            self.step();
            if self.cursor.position() == before {
                self.cursor.skip(1);
            }
        }
    }

    fn step(&mut self) {
        let cursor = &mut self.cursor;
        let word = cursor.word(0).to_ascii_uppercase();
        match word.as_str() {
            "" if is_end(cursor) => cursor.skip(1),
            "" if cursor.is_operator("<<") => self.pass_label(),
            "DECLARE" => self.declarations(),
            "BEGIN" => {
                cursor.skip(1);
                self.open.push(Open::Block);
            }
            "EXCEPTION" => {
                cursor.skip(1);
                self.guarded = true;
                self.open.push(Open::Handler);
            }
            "END" => self.end(),
            "IF" | "ELSIF" | "ELSEIF" | "WHEN" => self.condition(&word),
            "ELSE" => cursor.skip(1),
            "CASE" => {
                cursor.skip(1);
                self.query_until(&["WHEN"]);
                self.open.push(Open::Conditional);
            }
            "LOOP" => {
                cursor.skip(1);
                self.open.push(Open::Conditional);
            }
            "WHILE" => {
                cursor.skip(1);
                self.query_until(&["LOOP"]);
            }
            "FOR" | "FOREACH" => self.for_loop(),
            "PERFORM" => {
                cursor.skip(1);
                self.take(StepKind::Query);
            }
            "EXECUTE" => {
                cursor.skip(1);
                self.take(StepKind::Execute);
            }
            "RETURN" => self.return_(),
            "RAISE" | "EXIT" | "CONTINUE" | "NULL" | "GET" | "OPEN" | "FETCH" | "CLOSE"
            | "ASSERT" | "MOVE" => {
                self.pass_statement();
            }
            _ if is_assignment(cursor) => self.take(StepKind::Query),
            _ => self.take(StepKind::Sql),
        }
    }

    fn pass_label(&mut self) {
        self.cursor.until(|cursor| cursor.is_operator(">>"));
        self.cursor.skip(1);
    }

    fn declarations(&mut self) {
        self.cursor.until_words(&["BEGIN"]);
    }

    fn end(&mut self) {
        self.cursor.skip(1);
        if self.cursor.eat_any(&["IF", "LOOP", "CASE"]) {
            while self.open.last().is_some_and(|open| *open != Open::Conditional) {
                self.open.pop();
            }
            self.open.pop();
        } else {
            if self.open.last() == Some(&Open::Handler) {
                self.open.pop();
            }
            self.open.pop();
        }
        self.pass_statement();
    }

    /// Reads `IF condition THEN`, `WHEN condition THEN`.
    fn condition(&mut self, word: &str) {
        self.cursor.skip(1);
        if word == "IF" {
            self.open.push(Open::Conditional);
        }
        self.query_until(&["THEN"]);
        self.cursor.eat("THEN");
    }

    fn for_loop(&mut self) {
        self.cursor.until_words(&["IN"]);
        self.cursor.eat("IN");
        self.cursor.eat("ARRAY");
        let kind = if self.cursor.eat("EXECUTE") { StepKind::Execute } else { StepKind::Query };
        let from = self.cursor.position();
        self.cursor.until_words(&["LOOP"]);
        self.push(from, kind);
    }

    fn return_(&mut self) {
        self.cursor.skip(1);
        if self.cursor.eat("QUERY EXECUTE") {
            self.take(StepKind::Execute);
        } else {
            self.cursor.eat_any(&["QUERY", "NEXT"]);
            self.take(StepKind::Query);
        }
    }

    fn query_until(&mut self, words: &[&str]) {
        let from = self.cursor.position();
        let mut cases = 0usize;
        while !self.cursor.is_done() && !is_end(&self.cursor) {
            if cases == 0 && self.cursor.is_any(words) {
                break;
            }
            if self.cursor.is("CASE") {
                cases += 1;
            } else if self.cursor.is("END") {
                cases = cases.saturating_sub(1);
            }
            self.cursor.pass();
        }
        self.push(from, StepKind::Query);
    }

    fn take(&mut self, kind: StepKind) {
        let from = self.cursor.position();
        self.cursor.until(is_end);
        self.push(from, kind);
    }

    fn pass_statement(&mut self) {
        self.cursor.until(is_end);
    }

    fn push(&mut self, from: usize, kind: StepKind) {
        let to = self.cursor.position();
        let conditional = self.open.iter().any(|open| *open != Open::Block);
        if to > from {
            self.steps.push(Step { from, to, kind, conditional });
        }
    }
}

fn is_end(cursor: &Cursor<'_>) -> bool {
    cursor
        .token(0)
        .is_some_and(|token| matches!(token.kind, TokenKind::End | TokenKind::Mark(b';')))
}

/// Tells whether `variable := ...` or `variable = ...` is next.
fn is_assignment(cursor: &Cursor<'_>) -> bool {
    let mut cursor = *cursor;
    cursor.table();
    if cursor.is_mark(b'[') {
        cursor.pass();
    }
    cursor.is_operator(":=") || cursor.is_operator("=")
}
