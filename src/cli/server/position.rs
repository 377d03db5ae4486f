//! Places as editors count them: lines from 0, and columns in units of UTF-16.

use serde_json::{Value, json};

use crate::text::source::{Span, Text};

/// Returns the place of an offset.
pub fn of(text: &Text, offset: usize) -> Value {
    let offset = offset.min(text.content().len());
    let line = text.line_of(offset);
    let before = text.content().get(text.line_span(line).start..offset).unwrap_or_default();
    json!({"line": line - 1, "character": before.encode_utf16().count()})
}

/// Returns the range of a span.
pub fn range(text: &Text, span: Span) -> Value {
    json!({"start": of(text, span.start), "end": of(text, span.end.max(span.start))})
}

/// Returns the offset of a place; the end of its line where it lies beyond.
pub fn offset(text: &Text, place: &Value) -> usize {
    let line = place["line"].as_u64().unwrap_or_default() as usize + 1;
    let character = place["character"].as_u64().unwrap_or_default() as usize;
    if line > text.line_count() {
        return text.content().len();
    }
    let span = text.line_span(line);
    let mut units = 0;
    for (at, letter) in text.slice(span).char_indices() {
        if units >= character {
            return span.start + at;
        }
        units += letter.len_utf16();
    }
    span.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_units_of_utf_16() {
        let text = Text::new("a\né😀b\n");
        let at = text.content().find('b').expect("it is there");
        let place = of(&text, at);
        assert_eq!(place, json!({"line": 1, "character": 3}));
        assert_eq!(offset(&text, &place), at);
        assert_eq!(offset(&text, &json!({"line": 9, "character": 0})), text.content().len());
    }
}
