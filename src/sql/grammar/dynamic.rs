//! The text that EXECUTE runs, as far as it can be known.

use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::expression::{Expression, Kind, expression};
use crate::sql::script::SqlText;
use crate::text::cut;
use crate::text::known::Known;

/// Builds the text of an expression: literals joined by `||` and the template of `format` are
/// known, all else is holes.
pub fn dynamic_text(mut cursor: Cursor<'_>) -> SqlText {
    let read = expression(&mut cursor);
    let mut text = SqlText::default();
    push(&mut text, &read, &cursor);
    text
}

fn push(text: &mut SqlText, part: &Expression, cursor: &Cursor<'_>) {
    let part = part.unparenthesized();
    let literal = |part: &Expression| part.tokens(cursor).string().and_then(Known::into_option);
    match &part.kind {
        Kind::Constant => match literal(part) {
            Some(known) => text.push(&known),
            None => text.push_hole(why(part, cursor)),
        },
        Kind::Cast(inner) => push(text, inner, cursor),
        Kind::Chain { operators, operands }
            if operators.iter().all(|operator| operator == "||") =>
        {
            operands.iter().for_each(|operand| push(text, operand, cursor));
        }
        Kind::Call { name, arguments } if name == "format" && !arguments.is_empty() => {
            match literal(&arguments[0]) {
                Some(template) => push_format(text, &template, &arguments[1..], cursor),
                None => text.push_hole(why(part, cursor)),
            }
        }
        Kind::Call { name, arguments } if name == "concat" => {
            arguments.iter().for_each(|argument| push(text, argument, cursor));
        }
        _ => text.push_hole(why(part, cursor)),
    }
}

fn why(part: &Expression, cursor: &Cursor<'_>) -> String {
    format!("`{}` is known only when it runs", part.tokens(cursor).shown())
}

/// Fills the template of `format`: `%s`, `%I` and `%L` with literal arguments, else with holes.
fn push_format(text: &mut SqlText, template: &str, arguments: &[Expression], cursor: &Cursor<'_>) {
    let mut pieces = template.split('%');
    text.push(pieces.next().unwrap_or(""));
    let mut next = 0;
    let mut escaped = false;
    for piece in pieces {
        if escaped {
            escaped = false;
            text.push(piece);
            continue;
        }
        if piece.is_empty() {
            text.push("%");
            escaped = true;
            continue;
        }
        let end = piece.find(['s', 'I', 'L']).map_or(0, |at| at + 1);
        let kind = cut::to(piece, end).chars().last().unwrap_or('s');
        match arguments
            .get(next)
            .and_then(|argument| argument.tokens(cursor).string()?.into_option())
        {
            Some(known) if kind == 'L' => text.push(&format!("'{}'", known.replace('\'', "''"))),
            Some(known) => text.push(&known),
            None => text.push_hole("an argument of `format` is known only when it runs"),
        }
        next += 1;
        text.push(cut::from(piece, end));
    }
}
