//! Paths and files of the repository that a program reads.
//!
//! A program runs in the root of the repository; what lies outside of it is not known.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::value::Value;

/// Methods of a path that are computed.
const OF_PATHS: &[&str] = &[
    "absolute",
    "as_posix",
    "exists",
    "expanduser",
    "glob",
    "is_dir",
    "is_file",
    "iterdir",
    "joinpath",
    "open",
    "read_text",
    "resolve",
    "rglob",
    "with_name",
    "with_stem",
    "with_suffix",
    "__fspath__",
];

/// Methods of an open file that are computed.
const OF_FILES: &[&str] =
    &["close", "read", "readline", "readlines", "seek", "__enter__", "__exit__"];

/// Returns an attribute of a path or of an open file, if it is known.
pub(crate) fn attribute(of: &Value, object: &Object, name: &str) -> Option<Value> {
    let is_method = match object {
        Object::Path(path) => match name {
            "parent" => return Some(self::path(parent(path))),
            "name" => return Some(Value::text(base(path))),
            "stem" => return Some(Value::text(stem(path))),
            "suffix" => return Some(Value::text(suffix(path))),
            "parents" => {
                let parents = std::iter::successors(Some(parent(path)), |path| {
                    (!path.is_empty()).then(|| parent(path))
                });
                return Some(Value::tuple(parents.map(self::path).collect()));
            }
            "parts" => {
                return Some(Value::tuple(path.split('/').map(Value::text).collect()));
            }
            _ => OF_PATHS.contains(&name),
        },
        Object::OpenFile(_) => OF_FILES.contains(&name),
        _ => false,
    };
    let method = Object::BuiltinMethod { receiver: of.clone(), name: name.into() };
    is_method.then(|| Value::Object(Rc::new(method)))
}

/// Calls a method of a path or of an open file.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    object: &Object,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    match object {
        Object::Path(path) => Some(of_path(this, receiver, path, name, arguments)),
        Object::OpenFile(text) => Some(match name {
            "read" if arguments.positional.is_empty() => Value::text(text),
            "readlines" => Value::list(lines(text)),
            "__enter__" => receiver.clone(),
            "close" | "__exit__" => Value::None,
            _ => unknown(&format!(".{name}")),
        }),
        _ => None,
    }
}

fn of_path(
    this: &mut Interpreter<'_>,
    receiver: &Value,
    path: &str,
    name: &str,
    arguments: &Arguments,
) -> Value {
    let first = arguments.positional.first().and_then(path_of);
    match (name, first) {
        ("absolute" | "resolve" | "expanduser", _) => receiver.clone(),
        ("as_posix" | "__fspath__", _) => Value::text(path),
        ("joinpath", _) => {
            let parts: Option<Vec<String>> = arguments.positional.iter().map(path_of).collect();
            parts.map_or_else(
                || unknown("joinpath"),
                |parts| {
                    self::path(parts.iter().fold(path.to_owned(), |path, part| join(&path, part)))
                },
            )
        }
        ("with_name", Some(name)) => self::path(join(&parent(path), &name)),
        ("with_suffix", Some(suffix)) => {
            self::path(join(&parent(path), &format!("{}{suffix}", stem(path))))
        }
        ("with_stem", Some(stem)) => {
            self::path(join(&parent(path), &format!("{stem}{}", suffix(path))))
        }
        ("read_text", _) => {
            this.host.outside("path.read_text", this.stack.at());
            match text_at(this, path) {
                Some(text) => Value::text(&text),
                None => unknown("read_text"),
            }
        }
        ("open", mode) => {
            this.host.outside("open", this.stack.at());
            opened(this, path, mode.as_deref())
        }
        ("glob" | "rglob" | "iterdir", pattern) => {
            this.host.outside("path.iterdir", this.stack.at());
            listed(this, path, name, pattern.as_deref())
        }
        ("exists" | "is_file", _) if text_at(this, path).is_some() => Value::Bool(true),
        _ => unknown(name),
    }
}

/// `open(path)`: the file, if it is read as text and is in the repository.
pub(crate) fn open(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let mode = arguments.get(1, "mode").map(Value::as_str);
    match (arguments.get(0, "file").and_then(path_of), mode) {
        (Some(path), None) => opened(this, &path, None),
        (Some(path), Some(Some(mode))) => opened(this, &path, Some(&mode)),
        _ => unknown("open"),
    }
}

fn opened(this: &mut Interpreter<'_>, path: &str, mode: Option<&str>) -> Value {
    if mode.is_some_and(|mode| !matches!(mode, "r" | "rt" | "rU")) {
        return unknown("open");
    }
    match text_at(this, path) {
        Some(text) => Value::Object(Rc::new(Object::OpenFile(text))),
        None => unknown("open"),
    }
}

/// `os.listdir(path)`: the names in a folder of the repository, in the order of the alphabet.
pub(crate) fn names(this: &mut Interpreter<'_>, of: Option<&Value>) -> Value {
    match of.and_then(path_of).and_then(|path| this.loader.names_in(&path)) {
        Some(names) => Value::list(names.iter().map(|name| Value::text(name)).collect()),
        None => unknown("os.listdir"),
    }
}

fn listed(this: &mut Interpreter<'_>, folder: &str, method: &str, pattern: Option<&str>) -> Value {
    let ending = match (method, pattern) {
        ("iterdir", _) => Some(""),
        ("glob", Some(pattern)) => pattern.strip_prefix('*'),
        _ => None,
    };
    // Of patterns only `*.sql` and its kind are understood.
    let ending = ending.filter(|ending| !ending.contains(['*', '?', '[', '/']));
    match ending.zip(this.loader.names_in(folder)) {
        Some((ending, names)) => {
            let names = names.iter().filter(|name| name.ends_with(ending));
            Value::list(names.map(|name| path(join(folder, name))).collect())
        }
        None => unknown(method),
    }
}

/// Returns the lines of a file, each with what ends it.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.split_inclusive('\n').map(Value::text).collect()
}

/// `Path(...)`.
pub(crate) fn made(arguments: &Arguments) -> Value {
    let parts: Option<Vec<String>> = arguments.positional.iter().map(path_of).collect();
    match parts {
        Some(parts) => path(parts.iter().fold(String::new(), |path, part| join(&path, part))),
        None => unknown("Path"),
    }
}

/// `path / part`.
pub(crate) fn divided(left: &Value, right: &Value) -> Option<Value> {
    let is_path = |value: &Value| matches!(value, Value::Object(object) if matches!(&**object, Object::Path(_)));
    if !is_path(left) && !is_path(right) {
        return None;
    }
    Some(match (path_of(left), path_of(right)) {
        (Some(left), Some(right)) => path(join(&left, &right)),
        _ => unknown("/"),
    })
}

/// Returns the text of a path, whatever it is written as.
pub(crate) fn path_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => match &**object {
            Object::Path(path) => Some(path.to_string()),
            _ => None,
        },
        _ => value.as_str(),
    }
}

fn text_at(this: &mut Interpreter<'_>, path: &str) -> Option<Rc<str>> {
    let text = this.loader.text_at(path)?;
    let content = text.content();
    this.parse_left = this.parse_left.checked_sub(content.len())?;
    Some(content.into())
}

pub(crate) fn path(path: String) -> Value {
    Value::Object(Rc::new(Object::Path(path.into())))
}

fn unknown(what: &str) -> Value {
    Value::unknown(format!("`{what}` asks for a file that is not in the repository"))
}

fn join(folder: &str, part: &str) -> String {
    match (folder, part) {
        _ if part.starts_with('/') => part.to_owned(),
        ("" | ".", _) => part.to_owned(),
        (_, "" | ".") => folder.to_owned(),
        _ => format!("{}/{part}", folder.trim_end_matches('/')),
    }
}

fn parent(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn stem(path: &str) -> &str {
    let base = base(path);
    base.rsplit_once('.').map_or(base, |(stem, _)| if stem.is_empty() { base } else { stem })
}

fn suffix(path: &str) -> &str {
    base(path).strip_prefix(stem(path)).unwrap_or("")
}
