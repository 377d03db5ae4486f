//! The functions of Python's library.

use std::rc::Rc;

use crate::python::builtin::library::AUTO;
use crate::python::builtin::pattern::{self, Answer};
use crate::python::builtin::{classes, files, itertools, json, library, methods, textwrap};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Instance, Object};
use crate::python::run::attributes::plain_attribute;
use crate::python::run::code::code_is_unread;
use crate::python::run::imports::module_value;
use crate::python::run::special::set_plainly;
use crate::python::run::statements::ends_here;
use crate::python::scope::Names;
use crate::python::value::{Str, Unknown, Value};
use crate::text::known::DRAWN;
use crate::text::source::Span;

/// Calls a function of Python's library by its dotted name.
pub(crate) fn call(
    this: &mut Interpreter<'_>,
    name: &str,
    arguments: Arguments,
    written: &str,
) -> Value {
    let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
    let first = arguments.positional.first().cloned();
    match (module, function, first) {
        ("textwrap", _, Some(Value::Str(text))) => {
            textwrap::wrapped(this, function, &text, &arguments)
        }
        ("functools", _, first) => itertools::functional(this, function, first, arguments, written),
        ("itertools" | "itertools.chain", _, _) => {
            itertools::iterated(this, function, &arguments, written)
        }
        ("collections", ..) => classes::collected(this, function, arguments, written),
        ("enum", "auto", _) => Value::unknown(AUTO),
        ("enum", _, Some(function)) if is_callable(&function) => function,
        ("enum", _, Some(Value::Str(name))) => classes::functional_enum(this, &name, &arguments),
        ("typing" | "typing_extensions", "get_type_hints", Some(of))
        | ("inspect", "signature" | "get_annotations", Some(of))
            if may_be_evaluated(name, &of, &arguments) =>
        {
            code_is_unread(this)
        }
        ("typing" | "typing_extensions", "cast", _) => {
            arguments.get(1, "val").cloned().unwrap_or(Value::None)
        }
        ("typing" | "typing_extensions", "NewType", _) => library::builtin("typing.identity"),
        ("typing_extensions" | "warnings", "deprecated", _) => library::builtin("typing.identity"),
        ("typing" | "typing_extensions" | "abc", _, Some(function)) => function,
        ("dataclasses", ..) => classes::record(this, function, &arguments),
        ("contextlib", ..) => context(function, &arguments),
        ("copy", _, Some(value)) => copied(this, &value, function == "deepcopy", 12),
        ("json", "dumps", Some(value)) => json::dumped(this, &value, &arguments),
        ("json", "loads", Some(Value::Str(text))) => {
            let value = text.whole().and_then(|text| serde_json::from_str(&text).ok());
            value.map_or_else(
                || Value::unknown("it is made from text that cannot be known"),
                |value| json::loaded(&value, 40),
            )
        }
        ("re", _, Some(Value::Str(_))) => {
            matched(function, &arguments).unwrap_or_else(|| unread(name))
        }
        ("uuid", "UUID", Some(text @ Value::Str(_))) => text,
        ("pathlib", "Path" | "PurePath" | "PosixPath" | "PurePosixPath", _) => {
            files::made(&arguments)
        }
        ("io" | "codecs", "open", _) => files::open(this, &arguments),
        ("os", "listdir", first) => files::names(this, first.as_ref()),
        ("os", "fspath", Some(path)) if files::path_of(&path).is_some() => {
            Value::text(&files::path_of(&path).unwrap_or_default())
        }
        ("json", "load", Some(Value::Object(file))) => match &*file {
            Object::OpenFile(text) => serde_json::from_str(text).map_or_else(
                |_| Value::unknown("the file holds no JSON"),
                |value| json::loaded(&value, 40),
            ),
            _ => unread(name),
        },
        ("os.path" | "posixpath", _, Some(Value::Str(path))) => {
            path_function(function, &path, &arguments)
        }
        ("importlib", "import_module", Some(module)) => {
            imported(this, &module, arguments.get(1, "package"))
        }
        ("sys.modules", _, Some(key)) => {
            let modules = Value::Object(Rc::new(Object::Library("sys.modules".into())));
            this.subscript(&modules, &key)
        }
        ("sys.path", ..) => {
            this.paths_changed = true;
            Value::None
        }
        ("object", "__new__", Some(class)) => made_of(&class),
        ("object", "__getattribute__", Some(object)) => match (&object, text(&arguments, 1)) {
            (Value::Object(inner), Some(name)) => plain_attribute(this, &object, inner, &name),
            _ => this.unknown_like("which attribute is meant cannot be known", &object),
        },
        ("object", "__setattr__", Some(object)) => {
            if let Some(name) = text(&arguments, 1) {
                let value = arguments.positional.get(2).cloned().unwrap_or(Value::None);
                set_plainly(this, &object, &name.into(), value);
            }
            Value::None
        }
        (
            "asyncio",
            "run" | "gather" | "wait_for" | "create_task" | "ensure_future" | "shield",
            Some(value),
        ) => value,
        ("sys" | "os", "exit" | "_exit" | "abort", _) => {
            this.raising = true;
            ends_here(this, "the program exits");
            Value::None
        }
        ("time", "sleep", _) | ("warnings" | "pprint" | "traceback" | "gc", ..) => Value::None,
        ("types", "SimpleNamespace", _) => namespace(arguments),
        ("math", "ceil" | "floor", Some(Value::Float(number))) => whole(number, function),
        ("dict", "fromkeys", Some(keys)) => {
            let value = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            let pairs = this.listed(&keys).into_iter().map(|key| (key, value.clone()));
            Value::dict(pairs.collect())
        }
        ("str" | "dict" | "list" | "set", _, Some(receiver))
            if methods::has(&receiver, function) =>
        {
            let rest = Arguments { positional: arguments.positional[1..].to_vec(), ..arguments };
            methods::call(this, &receiver, function, rest)
        }
        ("_asdict", "bound", Some(instance)) => classes::as_dict(this, &instance),
        _ if module.starts_with("logging") || module.starts_with("sys.std") => {
            library::builtin("logging.Logger")
        }
        _ => unread(name),
    }
}

/// Calls a function of `re` with texts alone: flags and functions that replace are not read.
fn matched(function: &str, arguments: &Arguments) -> Option<Value> {
    let texts: Option<Vec<Rc<str>>> =
        arguments.positional.iter().map(|it| it.as_str().map(Rc::from)).collect();
    let texts = texts.filter(|_| arguments.keywords.is_empty() && !arguments.open)?;
    let (pattern, rest) = texts.split_first()?;
    Some(match pattern::called(function, pattern, rest)? {
        Answer::Text(text) => Value::text(&text),
        Answer::List(texts) => {
            let value = |it: Option<String>| it.map_or(Value::None, |it| Value::text(&it));
            Value::list(texts.into_iter().map(value).collect())
        }
    })
}

/// A function that is not computed.
/// Tells whether annotations are evaluated that are texts with a call in them.
fn may_be_evaluated(name: &str, of: &Value, arguments: &Arguments) -> bool {
    let asked =
        || arguments.keyword("eval_str").is_some_and(|asked| !matches!(asked, Value::Bool(false)));
    if name.starts_with("inspect") && !asked() {
        return false;
    }
    let Value::Object(object) = of else { return false };
    match &**object {
        Object::Function(function) => {
            let definition = &function.definition;
            let head = Span::new(definition.span.start, definition.body_span.start);
            let head = function.file.text.slice(head);
            head.contains(['"', '\'']) && head.matches('(').count() > 1
        }
        Object::Class(class) => !class.fields.is_empty(),
        _ => false,
    }
}

fn unread(name: &str) -> Value {
    let why: Rc<str> = match is_drawn(name) {
        true => format!("`{name}` {DRAWN}").into(),
        false => format!("`{name}` is not computed").into(),
    };
    Value::Unknown(Unknown { why, reaches: library::runs_code(name), class: class_of(name) })
}

/// Returns the class of what a function of Python's library certainly gives.
fn class_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "datetime.datetime"
        | "datetime.datetime.now"
        | "datetime.datetime.utcnow"
        | "datetime.datetime.today"
        | "datetime.datetime.fromtimestamp"
        | "datetime.datetime.utcfromtimestamp"
        | "datetime.datetime.fromisoformat"
        | "datetime.datetime.strptime" => "datetime",
        "datetime.date" | "datetime.date.today" | "datetime.date.fromisoformat" => "date",
        "datetime.timedelta" => "timedelta",
        "decimal.Decimal" => "Decimal",
        "uuid.UUID" | "uuid.uuid1" | "uuid.uuid3" | "uuid.uuid4" | "uuid.uuid5" => "UUID",
        _ => return None,
    })
}

fn text(arguments: &Arguments, at: usize) -> Option<String> {
    arguments.positional.get(at)?.as_str()
}

/// Makes an instance of a class that nothing has initialized.
fn made_of(class: &Value) -> Value {
    let class = match class {
        Value::Object(object) if object.as_class().is_some() => Some(Rc::clone(object)),
        _ => None,
    };
    Value::Object(Rc::new(Object::Instance(Instance { class, attributes: Rc::default() })))
}

/// Tells whether a function gives another value with each call.
fn is_drawn(name: &str) -> bool {
    let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
    match module {
        "uuid" => matches!(function, "uuid1" | "uuid4" | "uuid6" | "uuid7" | "uuid8"),
        "secrets" | "random" => true,
        _ => name == "os.urandom",
    }
}

/// Tells whether a value can be called, so that a decorator gives it back.
pub(super) fn is_callable(value: &Value) -> bool {
    matches!(value, Value::Object(object) if matches!(&**object,
        Object::Function(_) | Object::Class(_) | Object::Static(_) | Object::ClassMethod(_) | Object::Partial { .. }
        | Object::Property(_) | Object::Method { .. } | Object::Builtin(_) | Object::Instance(_)))
}

fn context(function: &str, arguments: &Arguments) -> Value {
    match (function, arguments.positional.first()) {
        ("contextmanager" | "asynccontextmanager", Some(Value::Object(object))) => {
            if let Object::Function(function) = &**object {
                function.context_manager.set(true);
            }
            Value::Object(Rc::clone(object))
        }
        ("suppress", _) => library::builtin("contextlib.suppress"),
        ("nullcontext", value) => value.cloned().unwrap_or(Value::None),
        ("closing" | "aclosing", Some(value)) => value.clone(),
        _ => Value::unknown(format!("`contextlib.{function}` is not computed")),
    }
}

fn copied(this: &mut Interpreter<'_>, value: &Value, deep: bool, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return value.clone() };
    let mut inner = |item: &Value| match deep && this.step() {
        true => copied(this, item, deep, depth),
        false => item.clone(),
    };
    match value {
        Value::List(items) => Value::list(items.borrow().iter().map(&mut inner).collect()),
        Value::Set(items) => Value::set(items.borrow().iter().map(&mut inner).collect()),
        Value::Dict(pairs) => Value::dict(
            pairs.borrow().iter().map(|(key, value)| (key.clone(), inner(value))).collect(),
        ),
        _ => value.clone(),
    }
}

fn path_function(function: &str, path: &Str, arguments: &Arguments) -> Value {
    let unknown = || Value::unknown(format!("`os.path.{function}` asks the file system"));
    let Some(path) = path.whole() else { return unknown() };
    match function {
        "join" => {
            let parts: Option<Vec<String>> =
                arguments.positional.iter().map(Value::as_str).collect();
            parts.map_or_else(unknown, |parts| Value::text(&parts.join("/")))
        }
        "dirname" => Value::text(path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        "basename" => Value::text(path.rsplit('/').next().unwrap_or(&path)),
        "abspath" | "realpath" | "normpath" | "expanduser" => Value::text(&path),
        _ => unknown(),
    }
}

fn imported(this: &mut Interpreter<'_>, module: &Value, package: Option<&Value>) -> Value {
    let Some(name) = module.as_str() else {
        return Value::unknown("which module is imported cannot be known");
    };
    let level = name.len() - name.trim_start_matches('.').len();
    let importer = Rc::clone(&this.stack.frame().file.path);
    // A package that is named is what the dots count from.
    if let Some(package) = package.and_then(Value::as_str).filter(|_| level > 0) {
        let parts: Vec<&str> = package.split('.').collect();
        let kept = parts.len().saturating_sub(level - 1);
        let whole = parts[..kept].iter().copied().chain([name.trim_start_matches('.')]);
        let whole: Vec<&str> = whole.filter(|part| !part.is_empty()).collect();
        return module_value(this, &importer, &whole.join(".").into(), 0);
    }
    module_value(this, &importer, &name.trim_start_matches('.').into(), level)
}

fn namespace(arguments: Arguments) -> Value {
    let attributes: Rc<Names> = Rc::default();
    for (name, value) in arguments.keywords {
        attributes.set(&name.into(), value);
    }
    Value::Object(Rc::new(Object::Instance(Instance { class: None, attributes })))
}

fn whole(number: f64, function: &str) -> Value {
    let number = if function == "ceil" { number.ceil() } else { number.floor() };
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    Value::Int(number as i64)
}
