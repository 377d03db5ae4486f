//! What a file has beside its statements.

use crate::text::source::Span;

/// Something that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong, as a clause.
    pub message: String,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its bytes, from `#` to the end of the line.
    pub span: Span,
    /// Its text, from `#` on.
    pub text: String,
    /// Whether nothing else stands on its line.
    pub own_line: bool,
}

/// A compound statement: its header and its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSpan {
    /// From the first word to the colon.
    pub header: Span,
    /// From the first statement of the body to the end of the last.
    pub body: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// What a compound statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// `def`; decorators belong to the header.
    Function,
    /// `class`; decorators belong to the header.
    Class,
    /// `with`.
    With,
    /// `if`, `elif`, `else`, `case`.
    Branch,
    /// `for`, `while` and their `else`.
    Loop,
    /// `try`, `except`, `finally`.
    Try,
}
