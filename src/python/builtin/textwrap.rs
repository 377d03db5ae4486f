//! `textwrap`: text dedented and indented, its holes included.

use crate::python::builtin::layout::Layout;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::run::interpolation::bounded;
use crate::python::value::{Piece, Str, Value};
use crate::text::cut;

/// Does what a function of `textwrap` does.
pub(super) fn wrapped(
    this: &mut Interpreter<'_>,
    function: &str,
    text: &Str,
    arguments: &Arguments,
) -> Value {
    match function {
        "dedent" => Value::Str(dedented(text)),
        "indent" => {
            let prefix = arguments.get(1, "prefix").cloned().unwrap_or_else(|| Value::text(""));
            let prefix = match prefix {
                Value::Str(prefix) => prefix,
                _ => return Value::Str(text.clone()),
            };
            let text = indented(text, &prefix);
            bounded(this, text)
        }
        _ => Value::Str(text.clone()),
    }
}

/// Returns a text without the blanks that all its lines begin with.
fn dedented(text: &Str) -> Str {
    let layout = Layout::of(text);
    let flat = layout.text();
    let indent_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let blank = |line: &str| line.trim_matches([' ', '\t', '\n', '\r']).is_empty();
    let lines = || flat.split_inclusive('\n');
    let first =
        lines().find(|line| !blank(line)).map(|line| cut::to(line, indent_of(line))).unwrap_or("");
    let margin = lines().filter(|line| !blank(line)).fold(first, |margin, line| {
        let shared =
            margin.bytes().zip(line.bytes()).take_while(|(one, other)| one == other).count();
        cut::to(margin, shared)
    });
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for line in lines() {
        let skipped = match blank(line) {
            true => indent_of(line),
            false => margin.len(),
        };
        pieces.extend(layout.cut(at + skipped..at + line.len()));
        at += line.len();
    }
    match pieces.is_empty() {
        true => Str::known("", None),
        false => Str::of(pieces),
    }
}

fn indented(text: &Str, prefix: &Str) -> Str {
    let layout = Layout::of(text);
    let mut pieces = Vec::new();
    let mut at = 0;
    for line in layout.text().split_inclusive('\n') {
        if !line.trim().is_empty() {
            pieces.extend(prefix.pieces.iter().cloned());
        }
        pieces.extend(layout.cut(at..at + line.len()));
        at += line.len();
    }
    Str::of(pieces)
}
