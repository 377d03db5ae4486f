//! `%` and `.format`.

use crate::python::builtin::display;
use crate::python::builtin::layout::Layout;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::run::interpolation::{hole, pieces_of};
use crate::python::value::{Piece, Str, Value};
use crate::text::cut;

/// Returns `format % right`.
pub(crate) fn fill(this: &mut Interpreter<'_>, format: &Str, right: &Value) -> Str {
    let layout = Layout::of(format);
    let text = layout.text();
    let mut pieces = Vec::new();
    let (mut from, mut next) = (0, 0);
    while let Some(at) = cut::from(text, from).find('%').map(|at| from + at) {
        pieces.extend(layout.cut(from..at));
        let Some(directive) = Directive::read(cut::from(text, at)) else {
            pieces.extend(layout.cut(at..at + 1));
            from = at + 1;
            continue;
        };
        let end = at + directive.length;
        if directive.kind == '%' {
            let at = layout.cut(at..end).into_iter().find_map(|piece| match piece {
                Piece::Known { at, .. } => at,
                Piece::Hole { .. } => None,
            });
            pieces.push(Piece::Known { text: "%".into(), at });
        } else {
            let value = percent_argument(this, &directive, right, &mut next);
            let written = directive.name.unwrap_or("...");
            pieces.extend(percent_pieces(this, &value, &directive, written));
        }
        from = end;
    }
    pieces.extend(layout.cut(from..text.len()));
    Str::of(pieces)
}

struct Directive<'t> {
    name: Option<&'t str>,
    flags: &'t str,
    kind: char,
    length: usize,
}

impl<'t> Directive<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let mut at = 1;
        let mut name = None;
        if cut::from(text, at).starts_with('(') {
            let end = at + cut::from(text, at).find(')')?;
            name = Some(cut::between(text, at + 1, end));
            at = end + 1;
        }
        let flags = cut::from(text, at)
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | ' ' | '#' | '.'))
            .map(|to| at + to)?;
        let kind = cut::from(text, flags).chars().next()?;
        matches!(
            kind,
            's' | 'r' | 'd' | 'i' | 'u' | 'f' | 'F' | 'x' | 'X' | 'o' | 'e' | 'g' | 'c' | 'a' | '%'
        )
        .then(|| Directive {
            name,
            flags: cut::between(text, at, flags),
            kind,
            length: flags + kind.len_utf8(),
        })
    }
}

/// Returns the length of a replacement field, braces included.
fn field_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Returns the format spec of `%10s` and `%-10s`.
fn aligned(flags: &str) -> String {
    match flags.strip_prefix('-') {
        Some(width) => format!("<{width}"),
        None => format!(">{flags}"),
    }
}

fn percent_argument(
    this: &mut Interpreter<'_>,
    directive: &Directive<'_>,
    right: &Value,
    next: &mut usize,
) -> Value {
    if let Some(name) = directive.name {
        return match right {
            Value::Dict(_) | Value::Unknown(_) | Value::Host(_) => {
                this.subscript(right, &Value::text(name))
            }
            _ => Value::unknown("it is looked up in something that is not a dict"),
        };
    }
    let index = *next;
    *next += 1;
    match right {
        Value::Tuple(items) => items
            .get(index)
            .cloned()
            .unwrap_or_else(|| Value::unknown("no argument is given for it")),
        _ => right.clone(),
    }
}

fn percent_pieces(
    this: &mut Interpreter<'_>,
    value: &Value,
    directive: &Directive<'_>,
    written: &str,
) -> Vec<Piece> {
    match (directive.kind, directive.flags) {
        ('s', "") => return pieces_of(this, value, written),
        ('d' | 'i' | 'u', "") if matches!(value, Value::Int(_) | Value::Bool(_)) => {
            let value = match value {
                Value::Bool(truth) => Value::Int(i64::from(*truth)),
                value => value.clone(),
            };
            return pieces_of(this, &value, written);
        }
        _ => {}
    }
    let text = match directive.kind {
        'r' | 'a' => display::repr(value),
        's' => display::formatted(value, &aligned(directive.flags)),
        kind => display::formatted(
            value,
            &format!("{}{}", directive.flags, if kind == 'i' { 'd' } else { kind }),
        ),
    };
    match text {
        Some(text) => vec![Piece::Known { text: text.into(), at: None }],
        None => vec![hole(value, written)],
    }
}

/// Returns `format.format(...)`.
pub(crate) fn format(this: &mut Interpreter<'_>, format: &Str, arguments: &Arguments) -> Str {
    let layout = Layout::of(format);
    let text = layout.text();
    let mut pieces = Vec::new();
    let (mut from, mut next) = (0, 0);
    while let Some(at) = cut::from(text, from).find(['{', '}']).map(|at| from + at) {
        pieces.extend(layout.cut(from..at));
        let doubled = cut::from(text, at + 1).starts_with(cut::between(text, at, at + 1));
        let field =
            cut::from(text, at).starts_with('{').then(|| field_end(cut::from(text, at))).flatten();
        from = match (doubled, field) {
            (true, _) => {
                pieces.extend(layout.cut(at..at + 1));
                at + 2
            }
            (false, Some(length)) => {
                pieces.extend(format_field(
                    this,
                    cut::between(text, at + 1, at + length - 1),
                    arguments,
                    &mut next,
                ));
                at + length
            }
            (false, None) => {
                pieces.extend(layout.cut(at..at + 1));
                at + 1
            }
        };
    }
    pieces.extend(layout.cut(from..text.len()));
    Str::of(pieces)
}

fn format_field(
    this: &mut Interpreter<'_>,
    field: &str,
    arguments: &Arguments,
    next: &mut usize,
) -> Vec<Piece> {
    let (field, spec) = field.split_once(':').unwrap_or((field, ""));
    let (path, conversion) = field.split_once('!').unwrap_or((field, ""));
    let value = format_argument(this, path, arguments, next);
    let written = if path.is_empty() { "..." } else { path };
    if spec.is_empty() && conversion != "r" {
        return pieces_of(this, &value, written);
    }
    let value = match conversion {
        "r" => display::repr(&value).map_or(value, |text| Value::text(&text)),
        _ => value,
    };
    match display::formatted(&value, spec) {
        Some(text) => vec![Piece::Known { text: text.into(), at: None }],
        None => vec![hole(&value, written)],
    }
}

fn format_argument(
    this: &mut Interpreter<'_>,
    path: &str,
    arguments: &Arguments,
    next: &mut usize,
) -> Value {
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (name, mut rest) = (cut::to(path, end), cut::from(path, end));
    let given = match name.parse::<usize>() {
        Ok(index) => arguments.positional.get(index).cloned(),
        Err(_) if name.is_empty() => {
            *next += 1;
            arguments.positional.get(*next - 1).cloned()
        }
        Err(_) => arguments.keyword(name).cloned(),
    };
    let mut value = given.unwrap_or_else(|| Value::unknown("no argument is given for it"));
    while !rest.is_empty() {
        if let Some(attribute) = rest.strip_prefix('.') {
            let end = attribute.find(['.', '[']).unwrap_or(attribute.len());
            value = this.attribute(&value, cut::to(attribute, end));
            rest = cut::from(attribute, end);
        } else {
            let inner = rest.trim_start_matches('[');
            let end = inner.find(']').unwrap_or(inner.len());
            let key = cut::to(inner, end)
                .parse()
                .map_or_else(|_| Value::text(cut::to(inner, end)), Value::Int);
            value = this.subscript(&value, &key);
            rest = inner.get(end + 1..).unwrap_or("");
        }
    }
    value
}
