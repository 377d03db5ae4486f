//! `json`: values as text, and text as values.

use crate::python::builtin::display;
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::value::{Str, Value};

/// How many parts of a value are written as JSON.
const MOST_PARTS: usize = 20_000;

/// `json.dumps`.
pub(super) fn dumped(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
    let plain = arguments.keywords.is_empty();
    match to_json(value, 40, &mut MOST_PARTS.clone()).filter(|_| plain) {
        Some(text) if text.len() < 1 << 20 => Value::text(&text),
        _ => Value::Str(Str::of(vec![crate::python::run::interpolation::hole(
            &this.unknown_like("`json.dumps` is given something that cannot be known", value),
            "json.dumps(...)",
        )])),
    }
}

fn to_json(value: &Value, depth: usize, left: &mut usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    *left = left.checked_sub(1)?;
    let mut all = |items: &[Value]| {
        items.iter().map(|item| to_json(item, depth, left)).collect::<Option<Vec<_>>>()
    };
    Some(match value {
        Value::None => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(_) | Value::Float(_) => display::text(value)?,
        Value::Str(text) => ascii(&serde_json::Value::String(text.whole()?).to_string()),
        Value::Tuple(items) => format!("[{}]", all(items)?.join(", ")),
        Value::List(items) => format!("[{}]", all(&items.borrow())?.join(", ")),
        Value::Dict(pairs) => {
            let pair = |(key, value): &(Value, Value)| {
                let key = ascii(&serde_json::Value::String(display::text(key)?).to_string());
                Some(format!("{key}: {}", to_json(value, depth, left)?))
            };
            format!(
                "{{{}}}",
                pairs.borrow().iter().map(pair).collect::<Option<Vec<_>>>()?.join(", ")
            )
        }
        _ => return None,
    })
}

/// Escapes what is not ASCII, as Python does.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character.is_ascii() {
            true => out.push(character),
            false => character
                .encode_utf16(&mut [0; 2])
                .iter()
                .for_each(|unit| out.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    out
}

/// `json.loads`, of what was read.
pub(super) fn loaded(value: &serde_json::Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else {
        return Value::unknown("it is nested too deeply");
    };
    match value {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::Float(number),
            _ => Value::unknown("it is a number that does not fit"),
        },
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Array(items) => {
            Value::list(items.iter().map(|item| loaded(item, depth)).collect())
        }
        serde_json::Value::Object(pairs) => Value::dict(
            pairs.iter().map(|(key, value)| (Value::text(key), loaded(value, depth))).collect(),
        ),
    }
}
