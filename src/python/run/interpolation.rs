//! f-strings.

use std::rc::Rc;

use crate::python::builtin::display;
use crate::python::interpreter::Interpreter;
use crate::python::syntax::{Expression, Part};
use crate::python::value::{Letters, Piece, Str, Value};
use crate::text::source::Site;

/// Makes a hole of a value that has no known text.
pub(crate) fn hole(value: &Value, written: &str) -> Piece {
    let why: Rc<str> = match value {
        Value::Unknown(unknown) => Rc::clone(&unknown.why),
        Value::Str(text) => {
            text.hole().cloned().unwrap_or_else(|| "its format cannot be read".into())
        }
        _ => "its text cannot be known".into(),
    };
    Piece::Hole { why, expression: written.into() }
}

/// Evaluates a literal of text or of bytes.
pub(crate) fn literal(this: &mut Interpreter<'_>, parts: &[Part], letters: Letters) -> Value {
    match text(this, parts) {
        Value::Str(text) => Value::Str(text.held_as(letters)),
        unknown => unknown,
    }
}

/// Evaluates the parts of a string literal.
pub(crate) fn text(this: &mut Interpreter<'_>, parts: &[Part]) -> Value {
    let mut pieces = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Part::Known(text, span) => {
                let at = Some(Site { path: Rc::clone(&this.stack.frame().file.path), span: *span });
                pieces.push(Piece::Known { text: Rc::clone(text), at });
            }
            Part::Hole { expression, conversion, format, debug } => {
                if *debug {
                    let source = format!("{}=", this.stack.source(expression.span));
                    pieces.push(Piece::Known { text: source.into(), at: None });
                }
                let value = this.evaluate(expression);
                let conversion =
                    conversion.or_else(|| (*debug && format.is_empty()).then_some('r'));
                pieces.extend(filled(this, &value, expression, conversion, format));
            }
        }
    }
    bounded(this, Str::of(pieces))
}

fn filled(
    this: &mut Interpreter<'_>,
    value: &Value,
    expression: &Expression,
    conversion: Option<char>,
    format: &[Part],
) -> Vec<Piece> {
    let written = this.stack.source(expression.span);
    let spec = text(this, format);
    if let (None, Some(made)) = (conversion, this.special(value, "__format__", vec![spec])) {
        return pieces_of(this, &made, &written);
    }
    if format.is_empty() && conversion != Some('r') {
        return pieces_of(this, value, &written);
    }
    let format = text(this, format).as_str();
    let text = match conversion {
        Some('r' | 'a') => display::repr(value),
        _ => None,
    };
    let value = text.map_or_else(|| value.clone(), |text| Value::text(&text));
    match format.as_deref().and_then(|format| display::formatted(&value, format)) {
        Some(text) => vec![Piece::Known { text: text.into(), at: None }],
        None => vec![hole(&value, &written)],
    }
}

/// Returns what `str(value)` looks like.
pub(crate) fn pieces_of(this: &mut Interpreter<'_>, value: &Value, written: &str) -> Vec<Piece> {
    match value {
        Value::Str(text) => text
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Hole { why, expression } if &**expression == "..." => {
                    Piece::Hole { why: Rc::clone(why), expression: written.into() }
                }
                piece => piece.clone(),
            })
            .collect(),
        Value::Host(id) => match this.host.text_of(*id) {
            Some(text) => vec![Piece::Known { text: text.into(), at: None }],
            None => vec![hole(value, written)],
        },
        Value::Object(_) => pieces_of_object(this, value, written),
        _ => match display::text(value) {
            Some(text) => vec![Piece::Known { text: text.into(), at: None }],
            None => vec![hole(value, written)],
        },
    }
}

fn pieces_of_object(this: &mut Interpreter<'_>, value: &Value, written: &str) -> Vec<Piece> {
    let Value::Object(object) = value else { return vec![hole(value, written)] };
    for method in ["__str__", "__repr__"] {
        if let Some(Value::Str(text)) = this.special(value, method, Vec::new()) {
            return text.pieces.to_vec();
        }
    }
    if let Some(Value::Str(text)) = crate::python::builtin::display::string_member(object) {
        return text.pieces.to_vec();
    }
    match display::text(value) {
        Some(text) => vec![Piece::Known { text: text.into(), at: None }],
        None => vec![hole(value, written)],
    }
}

/// Returns a string, unless it is longer than strings may be.
pub(crate) fn bounded(this: &mut Interpreter<'_>, text: Str) -> Value {
    let length: usize = text.pieces.iter().map(Piece::len).sum();
    if length > this.fuel.size || text.pieces.len() > 20_000 {
        this.halt("a string grows past what is allowed");
        return Value::unknown("a string grows past what is allowed");
    }
    Value::Str(text)
}
