//! Builtin functions.

use std::rc::Rc;

use crate::python::builtin::layout::unknown_text;
use crate::python::builtin::{display, files, iteration, library_calls, reflection};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Instance, Object};
use crate::python::run::code::run_text;
use crate::python::run::elements::dict_of_items;
use crate::python::run::interpolation::pieces_of;
use crate::python::run::statements::ends_here;
use crate::python::value::{Letters, Str, Value};

const WHY: &str = "it is computed from something that cannot be known";

/// The names that need no import, except exceptions.
const NAMES: &[&str] = &[
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "__import__",
    "NotImplemented",
    "exit",
    "quit",
    "basestring",
    "unicode",
    "xrange",
    "unichr",
    "long",
    "reduce",
    "raw_input",
];

/// Tells whether a name needs no import.
pub(crate) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name) || is_exception(name)
}

fn is_exception(name: &str) -> bool {
    let starts_upper = name.starts_with(|first: char| first.is_ascii_uppercase());
    starts_upper
        && (name.ends_with("Error")
            || name.ends_with("Warning")
            || matches!(
                name,
                "Exception"
                    | "BaseException"
                    | "KeyboardInterrupt"
                    | "SystemExit"
                    | "StopIteration"
                    | "GeneratorExit"
            ))
}

/// Calls a builtin function, or a function of Python's library.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    name: &str,
    arguments: Arguments,
    written: &str,
) -> Value {
    if name.contains('.') {
        return library_calls::call(this, name, arguments, written);
    }
    match name {
        "len" | "range" | "xrange" | "enumerate" | "zip" | "sorted" | "reversed" | "map"
        | "filter" | "any" | "all" | "min" | "max" | "sum" | "list" | "tuple" | "set"
        | "frozenset" | "iter" | "aiter" | "next" | "anext" | "reduce" => {
            iteration::call(this, name, &arguments, written)
        }
        "isinstance" | "issubclass" | "getattr" | "setattr" | "hasattr" | "delattr" | "globals"
        | "locals" | "vars" | "dir" | "super" | "type" | "callable" | "property"
        | "staticmethod" | "classmethod" | "object" => {
            reflection::call(this, name, &arguments, written)
        }
        "str" | "unicode" | "bytes" | "repr" | "ascii" | "format" | "basestring" => {
            textual(this, name, &arguments)
        }
        "dict" => dict(this, &arguments),
        "exec" | "eval" | "compile" => run_text(this, name, &arguments),
        "exit" | "quit" => {
            this.raising = true;
            ends_here(this, "the program exits");
            Value::None
        }
        "open" => files::open(this, &arguments),
        "input" | "raw_input" => Value::unknown("`input` asks a person"),
        "__import__" => {
            let loaded =
                library_calls::call(this, "importlib.import_module", arguments.clone(), written);
            // It gives the outermost package, unless names of the innermost are asked for.
            match arguments.get(0, "name").and_then(Value::as_str) {
                Some(name) if name.contains('.') && arguments.get(3, "fromlist").is_none() => {
                    let root = Value::text(name.split('.').next().unwrap_or(&name));
                    let root = Arguments::positional(vec![root]);
                    library_calls::call(this, "importlib.import_module", root, written)
                }
                _ => loaded,
            }
        }
        "no_effect" | "print" | "breakpoint" | "help" => Value::None,
        _ if is_exception(name) => exception(this, arguments),
        _ => numeric(this, name, &arguments),
    }
}

fn exception(this: &mut Interpreter<'_>, arguments: Arguments) -> Value {
    let attributes: Rc<crate::python::scope::Names> = Rc::default();
    attributes.set(&"args".into(), Value::tuple(arguments.positional));
    let _ = this;
    Value::Object(Rc::new(Object::Instance(Instance { class: None, attributes })))
}

fn textual(this: &mut Interpreter<'_>, name: &str, arguments: &Arguments) -> Value {
    let Some(value) = arguments.positional.first() else { return Value::text("") };
    match (name, value) {
        ("repr" | "ascii", _) => match display::repr(value) {
            Some(text) => Value::text(&text),
            None => {
                Value::Str(Str::of(vec![crate::python::run::interpolation::hole(value, "...")]))
            }
        },
        ("format", _) => {
            let spec = arguments.positional.get(1).map_or(Some(String::new()), Value::as_str);
            match spec.and_then(|spec| display::formatted(value, &spec)) {
                Some(text) => Value::text(&text),
                None => Value::Str(Str::of(pieces_of(this, value, "..."))),
            }
        }
        ("bytes", Value::Str(text)) => Value::Str(text.clone().held_as(Letters::Bytes)),
        (_, Value::Str(text)) => match (text.letters, arguments.positional.get(1)) {
            (Letters::Bytes, None) => Value::Str(unknown_text(WHY)),
            (_, Some(_)) => Value::Str(text.clone().held_as(Letters::Text)),
            _ => value.clone(),
        },
        ("bytes", Value::List(_) | Value::Tuple(_)) => of_bytes(value),
        // `str(x)` of something unknown is unknown, and stays what it was for those who ask why.
        (_, Value::Unknown(unknown)) => Value::Str(unknown_text(&unknown.why)),
        _ => Value::Str(Str::of(pieces_of(this, value, "..."))),
    }
}

/// `bytes([100, 114])`.
fn of_bytes(value: &Value) -> Value {
    let character = |item: &Value| match item {
        Value::Int(number) => u8::try_from(*number).ok().filter(u8::is_ascii).map(char::from),
        _ => None,
    };
    let text: Option<String> =
        value.items().and_then(|items| items.iter().map(character).collect());
    text.map_or_else(|| Value::Str(unknown_text(WHY)), |text| Value::text(&text))
}

fn dict(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let dict = Value::dict(Vec::new());
    if let Some(other) = arguments.positional.first() {
        match other {
            Value::Host(_) | Value::Unknown(_) => {
                let items = this.listed(other);
                let made = dict_of_items(this, &items);
                this.update_dict(&dict, &made);
            }
            _ => this.update_dict(&dict, other),
        }
    }
    for (name, value) in &arguments.keywords {
        this.set_subscript(&dict, &Value::text(name), value.clone());
    }
    if arguments.open {
        this.set_subscript(&dict, &Value::unknown(WHY), Value::unknown(WHY));
    }
    dict
}

fn numeric(this: &mut Interpreter<'_>, name: &str, arguments: &Arguments) -> Value {
    let first = arguments.positional.first().cloned().unwrap_or(Value::None);
    match (name, &first) {
        ("bool", _) => this.truth(&first).map_or_else(|| Value::unknown(WHY), Value::Bool),
        // The reason stays with the value.
        (_, Value::Unknown(_)) => first,
        ("int" | "long", Value::Int(_)) | ("float", Value::Float(_)) => first,
        ("int" | "long", Value::Bool(value)) => Value::Int(i64::from(*value)),
        ("int" | "long", Value::None) => Value::Int(0),
        #[expect(clippy::cast_possible_truncation, reason = "as Python does")]
        ("int" | "long" | "round", Value::Float(value)) if arguments.positional.len() == 1 => {
            Value::Int(if name == "round" { value.round_ties_even() } else { value.trunc() } as i64)
        }
        ("int" | "long", Value::Str(text)) if arguments.positional.len() == 1 => {
            let number = text.whole().and_then(|text| text.trim().replace('_', "").parse().ok());
            number.map_or_else(|| Value::unknown(WHY), Value::Int)
        }
        ("float", Value::Str(text)) => {
            let number = text.whole().and_then(|text| text.trim().parse().ok());
            number.map_or_else(|| Value::unknown(WHY), Value::Float)
        }
        #[expect(clippy::cast_precision_loss, reason = "as Python does")]
        ("float", Value::Int(number)) => Value::Float(*number as f64),
        ("round", Value::Int(_)) => first,
        ("abs", Value::Int(number)) => {
            number.checked_abs().map_or_else(|| Value::unknown(WHY), Value::Int)
        }
        ("abs", Value::Float(number)) => Value::Float(number.abs()),
        ("chr" | "unichr", Value::Int(number)) => {
            let character = u32::try_from(*number).ok().and_then(char::from_u32);
            character
                .map_or_else(|| Value::unknown(WHY), |c| Value::text(c.encode_utf8(&mut [0; 4])))
        }
        ("ord", Value::Str(text)) => {
            let character = text.whole().and_then(|text| text.chars().next());
            character.map_or_else(|| Value::unknown(WHY), |c| Value::Int(i64::from(u32::from(c))))
        }
        ("hex", Value::Int(number)) => Value::text(&format!("{number:#x}")),
        ("divmod", _) => {
            let second = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            Value::tuple(vec![
                this.binary("//", &first, &second),
                this.binary("%", &first, &second),
            ])
        }
        ("pow", _) => {
            let second = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            this.binary("**", &first, &second)
        }
        ("bytearray" | "memoryview", Value::Str(_)) => first,
        ("bytearray", Value::List(_) | Value::Tuple(_)) => of_bytes(&first),
        _ => Value::unknown(WHY),
    }
}
