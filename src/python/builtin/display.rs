//! What values look like as text.

use std::fmt::Write;

use crate::python::object::{Class, ClassKind, Object};
use crate::python::value::{Letters, Value};
use crate::text::cut;

const DEEPEST: usize = 20;
const LONGEST: usize = 1 << 16;

/// Returns `str(value)`, if it is known.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Str(text) => text.whole(),
        Value::Object(object) => match &**object {
            Object::Path(path) => Some(path.to_string()),
            _ => object_text(object),
        },
        _ => repr(value),
    }
}

/// Returns `repr(value)`, if it is known.
pub(crate) fn repr(value: &Value) -> Option<String> {
    let mut out = String::new();
    write_repr(value, DEEPEST, &mut out)?;
    Some(out)
}

fn write_repr(value: &Value, depth: usize, out: &mut String) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    if out.len() > LONGEST {
        return None;
    }
    match value {
        Value::None => out.push_str("None"),
        Value::Ellipsis => out.push_str("Ellipsis"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => write!(out, "{number}").ok()?,
        Value::Float(number) => write!(out, "{number:?}").ok()?,
        Value::Str(text) if text.letters == Letters::Bytes => return None,
        Value::Str(text) => out.push_str(&quoted(&text.whole()?)),
        Value::Tuple(items) => {
            let close = if items.len() == 1 { ",)" } else { ")" };
            write_items(items, "(", close, depth, out)?;
        }
        Value::List(items) => write_items(&items.borrow(), "[", "]", depth, out)?,
        Value::Set(items) if items.borrow().is_empty() => out.push_str("set()"),
        Value::Set(items) => write_items(&items.borrow(), "{", "}", depth, out)?,
        Value::Dict(pairs) => {
            out.push('{');
            for (index, (key, value)) in pairs.borrow().iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                write_repr(key, depth, out)?;
                out.push_str(": ");
                write_repr(value, depth, out)?;
            }
            out.push('}');
        }
        Value::Object(object) => match &**object {
            Object::Instance(_) if is_member(object) => {
                let class = object.class_of_instance()?;
                let name = object.attribute("name")?.as_str()?;
                let value = repr(&object.attribute("value")?)?;
                write!(out, "<{}.{name}: {value}>", class.name).ok()?;
            }
            _ => return None,
        },
        Value::Host(_) | Value::Unknown(_) => return None,
    }
    Some(())
}

fn write_items(
    items: &[Value],
    open: &str,
    close: &str,
    depth: usize,
    out: &mut String,
) -> Option<()> {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        write_repr(item, depth, out)?;
    }
    out.push_str(close);
    Some(())
}

fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ => out.push(character),
        }
    }
    out.push(quote);
    out
}

fn object_text(object: &Object) -> Option<String> {
    if let Some(value) = plain_member(object) {
        return text(&value);
    }
    if is_member(object) {
        let class = object.class_of_instance()?;
        return Some(format!("{}.{}", class.name, object.attribute("name")?.as_str()?));
    }
    None
}

/// Tells whether an object is a member of an enum.
pub(crate) fn is_member(object: &Object) -> bool {
    object.class_of_instance().is_some_and(|class| class.kind == ClassKind::Enum)
}

/// Returns the value of a member of an enum that is also a string or a number.
pub(crate) fn plain_member(object: &Object) -> Option<Value> {
    let class = object.class_of_instance().filter(|class| class.kind == ClassKind::Enum)?;
    match mixes_in(class, 16) {
        true => object.attribute("value"),
        false => None,
    }
}

/// Returns the value of a member of an enum that is also a string.
pub(crate) fn string_member(object: &Object) -> Option<Value> {
    plain_member(object).filter(|value| matches!(value, Value::Str(_)))
}

fn mixes_in(class: &Class, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    class.bases.iter().any(|base| match base {
        Value::Object(object) => match &**object {
            Object::Builtin(name) => {
                matches!(&**name, "str" | "int" | "enum.IntEnum" | "enum.StrEnum" | "enum.IntFlag")
            }
            Object::Class(base) => mixes_in(base, depth),
            _ => false,
        },
        _ => false,
    })
}

/// Returns `format(value, spec)`, if it is known.
pub(crate) fn formatted(value: &Value, spec: &str) -> Option<String> {
    if spec.is_empty() {
        return text(value);
    }
    let spec = Spec::read(spec)?;
    let body = match (value, spec.kind) {
        (Value::Int(number), None | Some('d' | 'n')) => {
            grouped(&number.abs().to_string(), spec.group, *number < 0)
        }
        (Value::Int(number), Some('x')) => format!("{number:x}"),
        (Value::Int(number), Some('X')) => format!("{number:X}"),
        (Value::Int(number), Some('b')) => format!("{number:b}"),
        (Value::Int(number), Some('o')) => format!("{number:o}"),
        #[expect(clippy::cast_precision_loss, reason = "as Python does")]
        (Value::Int(number), Some('f')) => {
            format!("{:.*}", spec.precision.unwrap_or(6), *number as f64)
        }
        (Value::Float(number), Some('f')) => format!("{number:.*}", spec.precision.unwrap_or(6)),
        (Value::Float(_), None) if spec.precision.is_none() => text(value)?,
        (Value::Str(text), None | Some('s')) => {
            let text = text.whole()?;
            match spec.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text,
            }
        }
        _ => return None,
    };
    Some(spec.padded(&body, matches!(value, Value::Int(_) | Value::Float(_))))
}

struct Spec {
    fill: char,
    align: Option<char>,
    width: usize,
    group: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    fn read(spec: &str) -> Option<Self> {
        let mut rest: Vec<char> = spec.chars().collect();
        let mut read =
            Spec { fill: ' ', align: None, width: 0, group: None, precision: None, kind: None };
        let is_align = |character: char| matches!(character, '<' | '>' | '^' | '=');
        if rest.len() >= 2 && is_align(rest[1]) {
            (read.fill, read.align) = (rest[0], Some(rest[1]));
            rest.drain(..2);
        } else if rest.first().copied().is_some_and(is_align) {
            read.align = Some(rest.remove(0));
        }
        if rest.first() == Some(&'0') {
            (read.fill, read.align) = ('0', read.align.or(Some('=')));
            rest.remove(0);
        }
        read.width = digits(&mut rest).unwrap_or(0);
        if matches!(rest.first(), Some(',' | '_')) {
            read.group = Some(rest.remove(0));
        }
        if rest.first() == Some(&'.') {
            rest.remove(0);
            read.precision = Some(digits(&mut rest)?);
        }
        read.kind = (!rest.is_empty()).then(|| rest.remove(0));
        (rest.is_empty() && read.width <= 10_000 && read.precision.unwrap_or(0) <= 100)
            .then_some(read)
    }

    fn padded(&self, body: &str, number: bool) -> String {
        let missing = self.width.saturating_sub(body.chars().count());
        let pad = |count: usize| self.fill.to_string().repeat(count);
        match self.align.unwrap_or(if number { '>' } else { '<' }) {
            '<' => format!("{body}{}", pad(missing)),
            '^' => format!("{}{body}{}", pad(missing / 2), pad(missing - missing / 2)),
            '=' if body.starts_with('-') => format!("-{}{}", pad(missing), cut::from(body, 1)),
            _ => format!("{}{body}", pad(missing)),
        }
    }
}

fn digits(rest: &mut Vec<char>) -> Option<usize> {
    let count = rest.iter().take_while(|character| character.is_ascii_digit()).count();
    let digits: String = rest.drain(..count).collect();
    digits.parse().ok()
}

fn grouped(digits: &str, group: Option<char>, negative: bool) -> String {
    let sign = if negative { "-" } else { "" };
    let Some(group) = group else { return format!("{sign}{digits}") };
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    format!("{sign}{out}")
}
