//! What the function of a direction looks like before it is run.

use crate::python::syntax::{
    Argument, Body, Expression, ExpressionKind, FunctionDefinition, Part, Statement, StatementKind,
};

/// What a function looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but a docstring, `pass`, `...` or `return`.
    Empty,
    /// Every path raises; the message where it is written out.
    Raises(Option<String>),
    /// It does something.
    Code,
}

/// Says what a function looks like.
pub fn shape(definition: &FunctionDefinition) -> Shape {
    let Body::Block(block) = &definition.body else {
        return Shape::Code;
    };
    if block.iter().all(is_empty) {
        return Shape::Empty;
    }
    match raised(block, 16) {
        Some(message) => Shape::Raises(message),
        None => Shape::Code,
    }
}

fn is_empty(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Pass => true,
        StatementKind::Return(value) => {
            value.as_ref().is_none_or(|value| matches!(value.kind, ExpressionKind::None))
        }
        StatementKind::Expression(expression) => {
            matches!(expression.kind, ExpressionKind::Text(_) | ExpressionKind::Ellipsis)
        }
        _ => false,
    }
}

/// Returns the message of the exception that ends every path through a block, if every path ends
/// so.
fn raised(block: &[Statement], depth: usize) -> Option<Option<String>> {
    let depth = depth.checked_sub(1)?;
    for statement in block {
        match &statement.kind {
            StatementKind::Raise(exception, _) => {
                return Some(exception.as_ref().and_then(message));
            }
            StatementKind::Return(_) => return None,
            StatementKind::If { branches, otherwise: Some(otherwise) } => {
                let last = raised(otherwise, depth);
                if last.is_some()
                    && branches.iter().all(|(_, block)| raised(block, depth).is_some())
                {
                    return last;
                }
            }
            _ => {}
        }
    }
    None
}

/// Returns the text that an exception is made with.
fn message(exception: &Expression) -> Option<String> {
    let ExpressionKind::Call(_, arguments) = &exception.kind else {
        return None;
    };
    arguments.iter().find_map(|argument| match argument {
        Argument::Positional(Expression { kind: ExpressionKind::Text(parts), .. }) => text(parts),
        _ => None,
    })
}

fn text(parts: &[Part]) -> Option<String> {
    let mut whole = String::new();
    for part in parts {
        match part {
            Part::Known(text, _) => whole.push_str(text),
            _ => whole.push('…'),
        }
    }
    Some(whole)
}
