//! The functions of Python's library.

use std::rc::Rc;

use crate::python::builtin::layout::Layout;
use crate::python::builtin::library::{self, AUTO};
use crate::python::builtin::{display, functions, iteration, methods};
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Instance, Object};
use crate::python::run::calls::record_fields;
use crate::python::scope::Names;
use crate::python::value::{Piece, Str, Unknown, Value};
use crate::text::known::DRAWN;

/// How many parts of a value are written as JSON.
const MOST_PARTS: usize = 20_000;

/// Calls a function of Python's library by its dotted name.
pub(crate) fn call(this: &mut Interpreter<'_>, name: &str, arguments: Arguments, written: &str) -> Value {
    let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
    let first = arguments.positional.first().cloned();
    match (module, function, first) {
        ("textwrap", _, Some(Value::Str(text))) => wrapped(this, function, &text, &arguments),
        ("functools", _, first) => functional(this, function, first, arguments, written),
        ("itertools" | "itertools.chain", _, _) => iterated(this, function, &arguments, written),
        ("collections", ..) => collected(this, function, arguments, written),
        ("enum", "auto", _) => Value::unknown(AUTO),
        ("enum", _, Some(function)) if is_callable(&function) => function,
        ("enum", _, Some(Value::Str(name))) => functional_enum(this, &name, &arguments),
        ("typing" | "typing_extensions", "cast", _) => arguments.get(1, "val").cloned().unwrap_or(Value::None),
        ("typing" | "typing_extensions", "NewType", _) => library::builtin("typing.identity"),
        ("typing" | "typing_extensions" | "abc", _, Some(function)) => function,
        ("dataclasses", ..) => record(this, function, &arguments),
        ("contextlib", ..) => context(function, &arguments),
        ("copy", _, Some(value)) => copied(this, &value, function == "deepcopy", 12),
        ("json", "dumps", Some(value)) => json(this, &value, &arguments),
        ("json", "loads", Some(Value::Str(text))) => {
            let value = text.whole().and_then(|text| serde_json::from_str(&text).ok());
            value.map_or_else(
                || Value::unknown("it is made from text that cannot be known"),
                |value| from_json(&value, 40),
            )
        }
        ("uuid", "UUID", Some(text @ Value::Str(_))) => text,
        ("os.path" | "posixpath", _, Some(Value::Str(path))) => path_function(function, &path, &arguments),
        ("importlib", "import_module", Some(module)) => imported(this, &module),
        ("asyncio", "run" | "gather" | "wait_for" | "create_task" | "ensure_future" | "shield", Some(value)) => value,
        ("sys" | "os", "exit" | "_exit", _) => {
            this.raising = true;
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
        ("str" | "dict" | "list" | "set", _, Some(receiver)) if methods::has(&receiver, function) => {
            let rest = Arguments { positional: arguments.positional[1..].to_vec(), ..arguments };
            methods::call(this, &receiver, function, rest)
        }
        ("_asdict", "bound", Some(instance)) => as_dict(this, &instance),
        _ if module.starts_with("logging") || module.starts_with("sys.std") => library::builtin("logging.Logger"),
        _ => unread(this, name, &arguments, written),
    }
}

/// A function that is not computed. It reaches nothing unless it is handed something to call.
fn unread(this: &mut Interpreter<'_>, name: &str, arguments: &Arguments, written: &str) -> Value {
    let why: Rc<str> = match is_drawn(name) {
        true => format!("`{name}` {DRAWN}").into(),
        false => format!("`{name}` is not computed").into(),
    };
    let calls = |value: &Value| matches!(value, Value::Object(object) if !matches!(&**object, Object::Instance(_)));
    let given = arguments.positional.iter().chain(arguments.keywords.iter().map(|(_, value)| value));
    let callbacks: Vec<Value> = given.filter(|value| calls(value)).cloned().collect();
    if callbacks.iter().any(|value| this.reaches(value)) {
        this.escaped(written, &why);
    }
    Value::Unknown(Unknown { why, reaches: false })
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

fn is_callable(value: &Value) -> bool {
    matches!(value, Value::Object(object) if matches!(&**object,
        Object::Function(_) | Object::Class(_) | Object::Static(_) | Object::ClassMethod(_) | Object::Partial { .. }
        | Object::Property(_)))
}

fn wrapped(this: &mut Interpreter<'_>, function: &str, text: &Str, arguments: &Arguments) -> Value {
    match function {
        "dedent" => Value::Str(dedented(text)),
        "indent" => {
            let prefix = arguments.get(1, "prefix").cloned().unwrap_or_else(|| Value::text(""));
            let prefix = match prefix {
                Value::Str(prefix) => prefix,
                _ => return Value::Str(text.clone()),
            };
            let text = indented(text, &prefix);
            this.bounded(text)
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
    let first = lines().find(|line| !blank(line)).map(|line| &line[..indent_of(line)]).unwrap_or("");
    let margin = lines().filter(|line| !blank(line)).fold(first, |margin, line| {
        let shared = margin.bytes().zip(line.bytes()).take_while(|(one, other)| one == other).count();
        &margin[..shared]
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

fn functional(
    this: &mut Interpreter<'_>,
    function: &str,
    first: Option<Value>,
    mut arguments: Arguments,
    written: &str,
) -> Value {
    match (function, first) {
        ("partial" | "partialmethod", Some(callee)) => {
            arguments.positional.remove(0);
            Value::Object(Rc::new(Object::Partial { callee, arguments }))
        }
        ("wraps", _) => library::builtin("functools.identity"),
        ("reduce", _) => iteration::call(this, "reduce", &arguments, written),
        ("cached_property", Some(getter)) => Value::Object(Rc::new(Object::Property(getter))),
        (_, Some(function)) if is_callable(&function) => function,
        _ => library::builtin("functools.identity"),
    }
}

fn iterated(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments, written: &str) -> Value {
    match function {
        "chain" => {
            let lists: Vec<Vec<Value>> = arguments.positional.iter().map(|list| this.listed(list)).collect();
            Value::list(lists.concat())
        }
        "from_iterable" => {
            let outer = arguments.positional.first().map(|outer| this.elements(outer)).unwrap_or_default();
            let mut items = Vec::new();
            for element in outer {
                let inner = this.listed(&element.value);
                items.extend(inner.into_iter().map(|item| Interpreter::item(item, element.region)));
            }
            Value::list(items)
        }
        "product" => product(this, arguments),
        "zip_longest" => iteration::zip(this, arguments, true),
        "islice" | "takewhile" | "dropwhile" | "filterfalse" | "accumulate" | "tee" | "cycle" | "groupby" => {
            some_of(this, function, arguments)
        }
        "starmap" => {
            let rows = arguments.positional.get(1).cloned().unwrap_or(Value::None);
            let callee = arguments.positional.first().cloned().unwrap_or(Value::None);
            iteration::collected(this, &rows, |this, row, out| {
                let given = this.listed(row);
                let made = this.call_value(&callee, Arguments::positional(given), written);
                this.change_items(out, |out| out.push(made));
            })
        }
        _ => {
            let item = Value::unknown(format!("`itertools.{function}` is not computed"));
            Value::list(vec![Interpreter::item(item, Some(Region::Repeated))])
        }
    }
}

fn some_of(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments) -> Value {
    let index = usize::from(!matches!(function, "islice" | "accumulate" | "tee" | "cycle" | "groupby"));
    let source = arguments.positional.get(index).cloned().unwrap_or(Value::None);
    if let ("islice", Some(Value::Int(count)), 2) = (function, arguments.positional.get(1), arguments.positional.len())
    {
        let bounds = [Value::None, Value::Int(*count), Value::None];
        let source = Value::list(this.listed(&source));
        return this.subscript(&source, &Value::Object(Rc::new(Object::Slice(bounds))));
    }
    if function == "groupby" {
        let item = this.unknown_like("`itertools.groupby` is not computed", &source);
        return Value::list(vec![Interpreter::item(item, Some(Region::Repeated))]);
    }
    let items = this.elements(&source).into_iter();
    Value::list(items.map(|e| Interpreter::item(e.value, e.region.or(Some(Region::Conditional)))).collect())
}

fn product(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let mut rows: Vec<(Vec<Value>, Option<Region>)> = vec![(Vec::new(), None)];
    for list in &arguments.positional {
        let elements = this.elements(list);
        if rows.len().saturating_mul(elements.len()) > this.fuel.size / 64 {
            this.halt("a list grows past what is allowed");
            return Value::list(Vec::new());
        }
        let longer = |(row, region): &(Vec<Value>, Option<Region>)| {
            elements
                .iter()
                .map(|element| {
                    let mut row = row.clone();
                    row.push(element.value.clone());
                    (row, region.or(element.region))
                })
                .collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    Value::list(rows.into_iter().map(|(row, region)| Interpreter::item(Value::tuple(row), region)).collect())
}

fn collected(this: &mut Interpreter<'_>, function: &str, mut arguments: Arguments, written: &str) -> Value {
    match function {
        "namedtuple" => named_tuple(this, &arguments),
        "defaultdict" => {
            let factory = match arguments.positional.is_empty() {
                true => Value::None,
                false => arguments.positional.remove(0),
            };
            let dict = functions::call(this, "dict", arguments, written);
            if let Value::Dict(pairs) = &dict {
                this.default_factories.push((Rc::clone(pairs), factory));
            }
            dict
        }
        "OrderedDict" | "UserDict" => functions::call(this, "dict", arguments, written),
        "deque" | "UserList" => functions::call(this, "list", arguments, written),
        "Counter" => {
            let key = Value::unknown("`collections.Counter` is not computed");
            Value::dict(vec![(key.clone(), key)])
        }
        _ => Value::unknown(format!("`collections.{function}` is not computed")),
    }
}

fn names_of(this: &mut Interpreter<'_>, value: &Value) -> Vec<String> {
    match value.as_str() {
        Some(names) => names.replace(',', " ").split_whitespace().map(str::to_owned).collect(),
        None => this
            .listed(value)
            .iter()
            .filter_map(|name| match name {
                Value::Tuple(pair) => pair.first().and_then(Value::as_str),
                name => name.as_str(),
            })
            .collect(),
    }
}

fn named_tuple(this: &mut Interpreter<'_>, arguments: &Arguments) -> Value {
    let name = arguments.get(0, "typename").and_then(Value::as_str).unwrap_or_default();
    let fields = arguments.get(1, "field_names").cloned().unwrap_or(Value::None);
    let fields: Vec<Rc<str>> = names_of(this, &fields).into_iter().map(Rc::from).collect();
    let attributes: Rc<Names> = Rc::default();
    let defaults = arguments.keyword("defaults").cloned().map(|value| this.listed(&value)).unwrap_or_default();
    for (field, value) in fields.iter().rev().zip(defaults.into_iter().rev()) {
        attributes.set(field, value);
    }
    class(this, &name, attributes, ClassKind::Record, fields, Vec::new())
}

fn class(
    this: &mut Interpreter<'_>,
    name: &str,
    attributes: Rc<Names>,
    kind: ClassKind,
    fields: Vec<Rc<str>>,
    bases: Vec<Value>,
) -> Value {
    let span = this.sites.last().map(|site| site.span).unwrap_or_default();
    let site = this.site(span);
    let class = Class { name: name.into(), bases, keywords: Vec::new(), attributes, kind, fields, site };
    Value::Object(Rc::new(Object::Class(class)))
}

/// `enum.Enum("Name", "a b c")`, with a list of names, of pairs, or a dict.
fn functional_enum(this: &mut Interpreter<'_>, name: &Str, arguments: &Arguments) -> Value {
    let name = name.whole().unwrap_or_default();
    let members = arguments.get(1, "names").cloned().unwrap_or(Value::None);
    let pairs = match &members {
        Value::Dict(pairs) => pairs.borrow().clone(),
        _ => {
            let values: Vec<Option<Value>> = match members.as_str() {
                Some(_) => Vec::new(),
                None => this.listed(&members).iter().map(second_of).collect(),
            };
            let names = names_of(this, &members).into_iter().enumerate();
            let value = |index: usize| values.get(index).cloned().flatten();
            names
                .map(|(index, name)| {
                    let number = Value::Int(i64::try_from(index + 1).unwrap_or(i64::MAX));
                    (Value::text(&name), value(index).unwrap_or(number))
                })
                .collect()
        }
    };
    let attributes: Rc<Names> = Rc::default();
    let bases = vec![library::builtin("enum.Enum")];
    let made = class(this, &name, Rc::clone(&attributes), ClassKind::Enum, Vec::new(), bases);
    let Value::Object(class) = &made else { return made };
    for (key, value) in pairs {
        let Some(key) = key.as_str() else { continue };
        let own: Rc<Names> = Rc::default();
        own.set(&"name".into(), Value::text(&key));
        own.set(&"value".into(), value);
        let member = Object::Instance(Instance { class: Some(Rc::clone(class)), attributes: own });
        attributes.set(&key.into(), Value::Object(Rc::new(member)));
    }
    made
}

fn second_of(pair: &Value) -> Option<Value> {
    match pair {
        Value::Tuple(pair) => pair.get(1).cloned(),
        _ => None,
    }
}

fn record(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments) -> Value {
    match (function, arguments.positional.first()) {
        ("field", _) => match (arguments.keyword("default"), arguments.keyword("default_factory")) {
            (Some(value), _) => value.clone(),
            (None, Some(factory)) => this.call_value(&factory.clone(), Arguments::default(), "default_factory"),
            (None, None) => Value::unknown("a field has no default"),
        },
        ("asdict", Some(instance)) => as_dict(this, &instance.clone()),
        ("dataclass", Some(class)) => class.clone(),
        ("dataclass", None) => library::builtin("functools.identity"),
        _ => Value::unknown(format!("`dataclasses.{function}` is not computed")),
    }
}

fn as_dict(this: &mut Interpreter<'_>, instance: &Value) -> Value {
    let Value::Object(object) = instance else { return Value::unknown("a record cannot be known") };
    let Object::Instance(Instance { class: Some(class), .. }) = &**object else {
        return Value::unknown("a record cannot be known");
    };
    let fields = record_fields(class);
    Value::dict(fields.into_iter().map(|field| (Value::text(&field), this.attribute(instance, &field))).collect())
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
        Value::Dict(pairs) => {
            Value::dict(pairs.borrow().iter().map(|(key, value)| (key.clone(), inner(value))).collect())
        }
        _ => value.clone(),
    }
}

fn json(this: &mut Interpreter<'_>, value: &Value, arguments: &Arguments) -> Value {
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
    let mut all = |items: &[Value]| items.iter().map(|item| to_json(item, depth, left)).collect::<Option<Vec<_>>>();
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
            format!("{{{}}}", pairs.borrow().iter().map(pair).collect::<Option<Vec<_>>>()?.join(", "))
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
            false => {
                character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")))
            }
        }
    }
    out
}

fn from_json(value: &serde_json::Value, depth: usize) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::unknown("it is nested too deeply") };
    match value {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::Float(number),
            _ => Value::unknown("it is a number that does not fit"),
        },
        serde_json::Value::String(text) => Value::text(text),
        serde_json::Value::Array(items) => Value::list(items.iter().map(|item| from_json(item, depth)).collect()),
        serde_json::Value::Object(pairs) => {
            Value::dict(pairs.iter().map(|(key, value)| (Value::text(key), from_json(value, depth))).collect())
        }
    }
}

fn path_function(function: &str, path: &Str, arguments: &Arguments) -> Value {
    let unknown = || Value::unknown(format!("`os.path.{function}` asks the file system"));
    let Some(path) = path.whole() else { return unknown() };
    match function {
        "join" => {
            let parts: Option<Vec<String>> = arguments.positional.iter().map(Value::as_str).collect();
            parts.map_or_else(unknown, |parts| Value::text(&parts.join("/")))
        }
        "dirname" => Value::text(path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        "basename" => Value::text(path.rsplit('/').next().unwrap_or(&path)),
        "abspath" | "realpath" | "normpath" | "expanduser" => Value::text(&path),
        _ => unknown(),
    }
}

fn imported(this: &mut Interpreter<'_>, module: &Value) -> Value {
    let Some(name) = module.as_str() else {
        return Value::unknown("which module is imported cannot be known");
    };
    let level = name.len() - name.trim_start_matches('.').len();
    let importer = Rc::clone(&this.frame().file.path);
    this.module_value(&importer, &name.trim_start_matches('.').into(), level)
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
