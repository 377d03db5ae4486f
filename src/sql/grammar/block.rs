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
            "DECLARE" if cursor.dialect().is_mysql() => self.declaration(),
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
                self.query_until(&["LOOP", "DO"]);
                if self.cursor.eat("DO") {
                    self.open.push(Open::Conditional);
                }
            }
            "REPEAT" if cursor.dialect().is_mysql() && !cursor.is_mark_at(1, b'(') => {
                cursor.skip(1);
                self.open.push(Open::Conditional);
            }
            "UNTIL" => {
                cursor.skip(1);
                self.query_until(&["END"]);
            }
            _ if cursor.is_mark_at(1, b':') => cursor.skip(2),
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
            // What decides, and what is said, is computed: it may call something.
            "EXIT" | "CONTINUE" | "RAISE" => {
                let is_value = |cursor: &Cursor<'_>| {
                    is_end(cursor) || cursor.is("WHEN") || cursor.is_mark(b',')
                };
                cursor.until(is_value);
                cursor.skip(usize::from(!is_end(cursor)));
                self.take(StepKind::Query);
            }
            "ASSERT" => {
                cursor.skip(1);
                self.take(StepKind::Query);
            }
            "OPEN" => {
                cursor.until(|cursor| is_end(cursor) || cursor.is("FOR"));
                let kind =
                    if cursor.eat("FOR EXECUTE") { StepKind::Execute } else { StepKind::Query };
                cursor.eat("FOR");
                self.take(kind);
            }
            "NULL" | "GET" | "FETCH" | "CLOSE" | "MOVE" | "LEAVE" | "ITERATE" | "SIGNAL"
            | "RESIGNAL" => {
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

    /// Reads the variables of a block; what they begin with is computed.
    fn declarations(&mut self) {
        self.cursor.eat("DECLARE");
        while !self.cursor.is_done() && !self.cursor.is("BEGIN") {
            let is_value = |cursor: &Cursor<'_>| {
                is_end(cursor)
                    || cursor.is_any(&["BEGIN", "DEFAULT"])
                    || cursor.is_operator(":=")
                    || cursor.is_operator("=")
            };
            self.cursor.until(is_value);
            if self.cursor.is("BEGIN") {
                return;
            }
            let is_set = !is_end(&self.cursor);
            self.cursor.skip(1);
            if is_set {
                self.take(StepKind::Query);
            }
        }
    }

    /// Reads DECLARE of MySQL: a variable, a cursor, or a handler with the statement it runs.
    fn declaration(&mut self) {
        let is_handler = |cursor: &Cursor<'_>| is_end(cursor) || cursor.is("HANDLER");
        let mut ahead = self.cursor;
        ahead.until(is_handler);
        if !ahead.is("HANDLER") {
            self.pass_statement();
            return;
        }
        let is_body =
            |cursor: &Cursor<'_>| is_end(cursor) || cursor.is_any(&["BEGIN", "SET", "ROLLBACK"]);
        self.cursor.until(is_body);
    }

    fn end(&mut self) {
        self.cursor.skip(1);
        if self.cursor.eat_any(&["IF", "LOOP", "CASE", "WHILE", "REPEAT", "FOR"]) {
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
        let kind = if self.cursor.eat("EXECUTE") { StepKind::Execute } else { self.rows() };
        let from = self.cursor.position();
        self.cursor.until_words(&["LOOP", "DO"]);
        self.push(from, kind);
        if self.cursor.eat("DO") {
            self.open.push(Open::Conditional);
        }
    }

    /// Rows may come from a statement that writes and returns them.
    fn rows(&self) -> StepKind {
        match self.cursor.is_any(&["INSERT", "UPDATE", "DELETE", "MERGE", "WITH"]) {
            true => StepKind::Sql,
            false => StepKind::Query,
        }
    }

    fn return_(&mut self) {
        self.cursor.skip(1);
        if self.cursor.eat("QUERY EXECUTE") {
            self.take(StepKind::Execute);
        } else {
            self.cursor.eat_any(&["QUERY", "NEXT"]);
            self.take(self.rows());
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
