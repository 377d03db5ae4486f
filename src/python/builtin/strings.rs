//! Methods of strings.

use std::ops::Range;
use std::rc::Rc;

use crate::python::builtin::layout::{Layout, unknown_text};
use crate::python::builtin::percent::format;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::run::elements::Element;
use crate::python::run::interpolation::{bounded, pieces_of};
use crate::python::value::{Letters, Piece, Str, Value};
use crate::text::cut;

/// The methods that strings have.
pub(crate) const METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "decode",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
    "hex",
];

const WHY: &str = "it is made from a string that cannot be known";

/// Calls a method of a string.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    text: &Str,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let first = arguments.positional.first();
    match name {
        "format" => {
            let text = format(this, text, arguments);
            bounded(this, text)
        }
        "format_map" => match first {
            Some(Value::Dict(pairs)) => {
                let keywords = pairs
                    .borrow()
                    .iter()
                    .filter_map(|(k, v)| Some((k.as_str()?, v.clone())))
                    .collect();
                let text = format(this, text, &Arguments { keywords, ..Arguments::default() });
                bounded(this, text)
            }
            _ => Value::Str(unknown_text(WHY)),
        },
        "join" => first.map_or_else(|| Value::unknown(WHY), |items| join(this, text, items)),
        "strip" | "lstrip" | "rstrip" => Value::Str(strip(text, name, first)),
        "removeprefix" | "removesuffix" => Value::Str(without(text, name, first)),
        "replace" => replace(this, text, arguments),
        // Of other letters, what Python does is not what Rust does: ß becomes `ss`.
        "casefold" | "title" | "capitalize" | "swapcase" if !is_ascii(text) => {
            Value::Str(unknown_text(WHY))
        }
        "upper" | "lower" | "casefold" | "title" | "capitalize" | "swapcase" => {
            Value::Str(cased(text, name))
        }
        "encode" => Value::Str(text.clone().held_as(Letters::Bytes)),
        "decode" => Value::Str(text.clone().held_as(Letters::Text)),
        "translate" | "hex" | "expandtabs" => Value::Str(unknown_text(WHY)),
        "split" | "rsplit" | "splitlines" => split(text, name, arguments),
        "partition" | "rpartition" => partition(text, name, first),
        "startswith" | "endswith" if arguments.positional.len() > 1 => Value::unknown(WHY),
        "startswith" | "endswith" => affix(text, name, first),
        "zfill" | "ljust" | "rjust" | "center" => padded(text, name, arguments),
        _ if arguments.positional.len() > 1 => Value::unknown(WHY),
        _ => answered(text, name, first),
    }
}

fn known(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str)
}

fn join(this: &mut Interpreter<'_>, separator: &Str, items: &Value) -> Value {
    let mut pieces: Vec<Piece> = Vec::new();
    for (index, element) in this.elements(items).into_iter().enumerate() {
        if index > 0 {
            pieces.extend(separator.pieces.iter().cloned());
        }
        match (&element.region, &element.value) {
            (None, Value::Str(text)) => pieces.extend(text.pieces.iter().cloned()),
            (None, value) => pieces.extend(pieces_of(this, value, "...")),
            (Some(_), _) => pieces.extend(
                unknown_text("how many items are joined cannot be known").pieces.iter().cloned(),
            ),
        }
    }
    if pieces.is_empty() {
        return Value::text("");
    }
    bounded(this, Str::of(pieces))
}

fn strip(text: &Str, name: &str, characters: Option<&Value>) -> Str {
    let layout = Layout::of(text);
    let characters = match characters {
        None | Some(Value::None) => None,
        Some(value) => match value.as_str() {
            Some(characters) => Some(characters),
            None => return unknown_text(WHY),
        },
    };
    let stripped = |c: char| match &characters {
        Some(characters) => characters.contains(c),
        None => c.is_whitespace(),
    };
    let flat = layout.text();
    let start = match name {
        "rstrip" => 0,
        _ => flat.len() - flat.trim_start_matches(stripped).len(),
    };
    let end = match name {
        "lstrip" => flat.len(),
        _ => flat.trim_end_matches(stripped).len(),
    };
    layout.slice(start..end.max(start))
}

fn without(text: &Str, name: &str, affix: Option<&Value>) -> Str {
    let layout = Layout::of(text);
    let Some(affix) = known(affix) else { return unknown_text(WHY) };
    let flat = layout.text();
    match name {
        "removeprefix" if flat.starts_with(&affix) => layout.slice(affix.len()..flat.len()),
        "removesuffix" if flat.ends_with(&affix) => layout.slice(0..flat.len() - affix.len()),
        _ => text.clone(),
    }
}

fn replace(this: &mut Interpreter<'_>, text: &Str, arguments: &Arguments) -> Value {
    let (Some(old), Some(new)) = (arguments.get(0, "old"), arguments.get(1, "new")) else {
        return Value::unknown(WHY);
    };
    let Some(old) = old.as_str().filter(|old| !old.is_empty()) else {
        return Value::Str(unknown_text(WHY));
    };
    let limit = match arguments.get(2, "count") {
        Some(Value::Int(limit)) => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let new = match new {
        Value::Str(new) => new.clone(),
        other => Str::of(pieces_of(this, other, "...")),
    };
    let layout = Layout::of(text);
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, _) in layout.text().match_indices(&old).take(limit) {
        pieces.extend(layout.cut(from..at));
        pieces.extend(new.pieces.iter().cloned());
        from = at + old.len();
        if pieces.len() > 20_000 {
            break;
        }
    }
    pieces.extend(layout.cut(from..layout.text().len()));
    bounded(this, Str::of(pieces))
}

fn is_ascii(text: &Str) -> bool {
    text.pieces.iter().all(|piece| match piece {
        Piece::Known { text, .. } => text.is_ascii(),
        _ => true,
    })
}

fn cased(text: &Str, name: &str) -> Str {
    let change = |text: &str| match name {
        "upper" => text.to_uppercase(),
        "lower" | "casefold" => text.to_lowercase(),
        "title" => titled(text),
        "capitalize" => capitalized(text),
        _ => text.chars().map(swapped).collect(),
    };
    let pieces = text.pieces.iter().map(|piece| match piece {
        Piece::Known { text, at } => Piece::Known { text: change(text).into(), at: at.clone() },
        hole => hole.clone(),
    });
    Str::of(pieces.collect())
}

fn titled(text: &str) -> String {
    let mut inside = false;
    let mut title = String::new();
    for character in text.chars() {
        match inside {
            true => title.extend(character.to_lowercase()),
            false => title.extend(character.to_uppercase()),
        }
        inside = character.is_alphabetic();
    }
    title
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &characters.as_str().to_lowercase()
    })
}

fn swapped(character: char) -> char {
    match character.is_ascii_lowercase() {
        true => character.to_ascii_uppercase(),
        false => character.to_ascii_lowercase(),
    }
}

fn split(text: &Str, name: &str, arguments: &Arguments) -> Value {
    let layout = Layout::of(text);
    let flat = layout.text();
    let limit = match arguments.get(1, "maxsplit") {
        Some(Value::Int(limit)) => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let ranges: Vec<Range<usize>> = match (name, arguments.get(0, "sep")) {
        ("splitlines", _) => ranges_of(flat, flat.lines()),
        (_, None | Some(Value::None)) if limit == usize::MAX => {
            ranges_of(flat, flat.split_whitespace())
        }
        (_, Some(separator)) => {
            match separator.as_str().filter(|separator| !separator.is_empty()) {
                Some(separator) if name == "rsplit" => {
                    let mut ranges =
                        ranges_of(flat, flat.rsplitn(limit.saturating_add(1), &separator));
                    ranges.reverse();
                    ranges
                }
                Some(separator) => {
                    ranges_of(flat, flat.splitn(limit.saturating_add(1), &separator))
                }
                None => return unknown_parts(),
            }
        }
        _ => return unknown_parts(),
    };
    let parts: Vec<Value> =
        ranges.into_iter().map(|range| Value::Str(layout.slice(range))).collect();
    match text.hole().is_some()
        && parts.iter().any(|part| matches!(part, Value::Str(text) if text.hole().is_some()))
    {
        // A hole may hold separators; what stands beside it is known all the same.
        true => Value::list(parts.into_iter().map(maybe_more).collect()),
        false => Value::list(parts),
    }
}

fn maybe_more(part: Value) -> Value {
    let whole =
        matches!(&part, Value::Str(text) if text.pieces.len() == 1 && text.hole().is_some());
    Interpreter::item(part, whole.then_some(Region::Repeated))
}

fn unknown_parts() -> Value {
    let part = Element { value: Value::Str(unknown_text(WHY)), region: Some(Region::Repeated) };
    Value::list(vec![part.into_item()])
}

fn ranges_of<'t>(flat: &'t str, parts: impl Iterator<Item = &'t str>) -> Vec<Range<usize>> {
    let base = flat.as_ptr().addr();
    parts
        .map(|part| part.as_ptr().addr() - base..part.as_ptr().addr() - base + part.len())
        .collect()
}

fn partition(text: &Str, name: &str, separator: Option<&Value>) -> Value {
    let layout = Layout::of(text);
    let flat = layout.text();
    let Some(separator) = known(separator) else {
        return Value::tuple(vec![Value::Str(unknown_text(WHY)); 3]);
    };
    let found = match name {
        "partition" => flat.find(&separator),
        _ => flat.rfind(&separator),
    };
    let parts = match (found, name) {
        (Some(at), _) => [0..at, at..at + separator.len(), at + separator.len()..flat.len()],
        (None, "partition") => [0..flat.len(), 0..0, 0..0],
        (None, _) => [0..0, 0..0, 0..flat.len()],
    };
    Value::tuple(parts.into_iter().map(|range| Value::Str(layout.slice(range))).collect())
}

fn affix(text: &Str, name: &str, affix: Option<&Value>) -> Value {
    let affixes: Option<Vec<String>> = match affix {
        Some(Value::Tuple(affixes)) => affixes.iter().map(Value::as_str).collect(),
        affix => known(affix).map(|affix| vec![affix]),
    };
    let Some(affixes) = affixes else { return Value::unknown(WHY) };
    let piece = match name {
        "startswith" => text.pieces.first(),
        _ => text.pieces.last(),
    };
    let edge: Option<Rc<str>> = match (text.whole(), piece) {
        (Some(text), _) => Some(text.into()),
        (None, Some(Piece::Known { text, .. })) => Some(Rc::clone(text)),
        _ => None,
    };
    let Some(edge) = edge else { return Value::unknown(WHY) };
    let decided = text.hole().is_none() || affixes.iter().all(|affix| affix.len() <= edge.len());
    let has = affixes.iter().any(|affix| match name {
        "startswith" => edge.starts_with(affix.as_str()),
        _ => edge.ends_with(affix.as_str()),
    });
    match has || decided {
        true => Value::Bool(has),
        false => Value::unknown(WHY),
    }
}

fn padded(text: &Str, name: &str, arguments: &Arguments) -> Value {
    let (Some(known), Some(Value::Int(width))) = (text.whole(), arguments.positional.first())
    else {
        return Value::Str(unknown_text(WHY));
    };
    let width = usize::try_from(*width).unwrap_or(0);
    if width > 10_000 {
        return Value::Str(unknown_text(WHY));
    }
    let fill =
        arguments.positional.get(1).and_then(Value::as_str).unwrap_or_else(|| " ".to_owned());
    let missing = width.saturating_sub(known.chars().count());
    Value::text(&match name {
        "zfill" => {
            let sign = if known.starts_with(['-', '+']) { cut::to(&known, 1) } else { "" };
            format!("{sign}{}{}", "0".repeat(missing), cut::from(&known, sign.len()))
        }
        "ljust" => format!("{known}{}", fill.repeat(missing)),
        "rjust" => format!("{}{known}", fill.repeat(missing)),
        _ => {
            // CPython's `pad()`: the odd one goes to the left where the width is odd too.
            let left = missing / 2 + (missing & width & 1);
            format!("{}{known}{}", fill.repeat(left), fill.repeat(missing - left))
        }
    })
}

fn answered(text: &Str, name: &str, first: Option<&Value>) -> Value {
    let Some(text) = text.whole() else { return Value::unknown(WHY) };
    let all = |test: fn(char) -> bool| Value::Bool(!text.is_empty() && text.chars().all(test));
    match name {
        // Each of these has a table of its own for other letters: `²` is a digit and no decimal.
        name if name.starts_with("is") && name != "isascii" && !text.is_ascii() => {
            Value::unknown(WHY)
        }
        "isdigit" | "isdecimal" | "isnumeric" => all(char::is_numeric),
        "isalpha" => all(char::is_alphabetic),
        "isalnum" => all(char::is_alphanumeric),
        "isspace" => all(|letter| letter.is_whitespace() || matches!(letter, '\x1c'..='\x1f')),
        "isascii" => Value::Bool(text.is_ascii()),
        "isupper" => Value::Bool(text.to_uppercase() == text && text.to_lowercase() != text),
        "islower" => Value::Bool(text.to_lowercase() == text && text.to_uppercase() != text),
        "isidentifier" => Value::Bool(
            !text.is_empty()
                && text.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !text.starts_with(|c: char| c.is_numeric()),
        ),
        "istitle" => Value::Bool(titled(&text) == text),
        _ => searched(&text, name, first),
    }
}

fn searched(text: &str, name: &str, part: Option<&Value>) -> Value {
    let Some(part) = known(part) else { return Value::unknown(WHY) };
    let characters =
        |at: usize| i64::try_from(cut::to(text, at).chars().count()).unwrap_or(i64::MAX);
    match name {
        "count" if !part.is_empty() => {
            Value::Int(i64::try_from(text.matches(&part).count()).unwrap_or(i64::MAX))
        }
        "find" | "index" => Value::Int(text.find(&part).map_or(-1, characters)),
        "rfind" | "rindex" => Value::Int(text.rfind(&part).map_or(-1, characters)),
        _ => Value::unknown(WHY),
    }
}
