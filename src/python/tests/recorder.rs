//! A host that writes down what it is asked.

use std::collections::HashMap;
use std::rc::Rc;

use crate::python::builtin::display;
use crate::python::host::{Arguments, At, Host, Iteration, Region};
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::python::object::Object;
use crate::python::value::{HostId, Piece, Value};
use crate::text::source::{Site, Span, Text};

/// A host whose one module is `db`. Its values are known by the expression that made them; those
/// under `db.data` do not reach anything.
#[derive(Default)]
pub(super) struct Recorder {
    names: Vec<String>,
    regions: Vec<Region>,
    pub(super) lines: Vec<String>,
    text: Rc<str>,
}

/// The files of a repository.
#[derive(Default)]
pub(super) struct Files(pub(super) HashMap<String, Rc<Text>>);

impl Loader for Files {
    fn find(&self, from: &str, module: &str, level: usize) -> Option<(Rc<str>, Rc<Text>)> {
        let mut folder: Vec<&str> = match level {
            0 => Vec::new(),
            _ => from.split('/').collect(),
        };
        folder.truncate(folder.len().saturating_sub(level));
        folder.extend(module.split('.').filter(|part| !part.is_empty()));
        let stem = folder.join("/");
        let paths = [format!("{stem}.py"), format!("{stem}/__init__.py")];
        paths.into_iter().find_map(|path| {
            self.0.get(&path).map(|text| (Rc::from(path.as_str()), Rc::clone(text)))
        })
    }

    fn is_package(&self, _: &str, _: &str, _: usize) -> bool {
        false
    }
}

impl Recorder {
    fn value(&mut self, name: String) -> Value {
        self.names.push(name);
        Value::Host(HostId(self.names.len() - 1))
    }

    fn name(&self, of: HostId) -> String {
        self.names[of.0].clone()
    }

    fn line(&mut self, line: &str) {
        let marks: String = self
            .regions
            .iter()
            .map(|region| match region {
                Region::Conditional => "?",
                Region::Repeated => "*",
                Region::Guarded => "!",
                Region::Import => "",
            })
            .collect();
        self.lines.push(if marks.is_empty() { line.to_owned() } else { format!("{marks} {line}") });
    }

    /// Writes a value for the tables.
    pub(super) fn show(&self, value: &Value) -> String {
        match value {
            Value::Host(id) => self.name(*id),
            Value::Unknown(unknown) => {
                if unknown.reaches { "<unknown!>" } else { "<unknown>" }.to_owned()
            }
            Value::Str(text) if text.hole().is_some() => {
                let pieces = text.pieces.iter().map(|piece| match piece {
                    Piece::Known { text, .. } => text.to_string(),
                    Piece::Hole { expression, .. } => format!("{{{expression}}}"),
                });
                format!("'{}'", pieces.collect::<String>())
            }
            Value::List(items) => self.all(&items.borrow(), "[", "]"),
            Value::Set(items) => self.all(&items.borrow(), "{", "}"),
            Value::Tuple(items) => self.all(items, "(", ")"),
            Value::Dict(pairs) => {
                let pair = |(key, value): &(Value, Value)| {
                    format!("{}: {}", self.show(key), self.show(value))
                };
                format!("{{{}}}", pairs.borrow().iter().map(pair).collect::<Vec<_>>().join(", "))
            }
            Value::Object(object) => match &**object {
                Object::Perhaps { item, region: Region::Repeated } => {
                    format!("*{}", self.show(item))
                }
                Object::Either(values) => self.all(values, "either(", ")"),
                Object::Perhaps { item, .. } => format!("?{}", self.show(item)),
                Object::Instance(_) => display::text(value).unwrap_or_else(|| {
                    format!(
                        "{} object",
                        object.class_of_instance().map_or("bare", |class| &class.name)
                    )
                }),
                object => object.name().unwrap_or("<object>").to_owned(),
            },
            _ => display::repr(value).unwrap_or_default(),
        }
    }

    fn all(&self, items: &[Value], open: &str, close: &str) -> String {
        format!(
            "{open}{}{close}",
            items.iter().map(|item| self.show(item)).collect::<Vec<_>>().join(", ")
        )
    }

    fn given(&self, arguments: &Arguments) -> String {
        let positional = arguments.positional.iter().map(|value| self.show(value));
        let keywords =
            arguments.keywords.iter().map(|(name, value)| format!("{name}={}", self.show(value)));
        let open = arguments.open.then(|| "...".to_owned());
        positional.chain(keywords).chain(open).collect::<Vec<_>>().join(", ")
    }
}

impl Host for Recorder {
    fn module(&mut self, name: &str) -> Option<Value> {
        let known = name == "db" || name == "db.data";
        known.then(|| self.value(name.to_owned()))
    }

    fn attribute(&mut self, of: HostId, name: &str, _: At<'_>) -> Value {
        if name == "dialect" {
            return Value::text("postgresql");
        }
        let name = format!("{}.{name}", self.name(of));
        self.value(name)
    }

    fn set_attribute(&mut self, of: HostId, name: &str, value: Value, _: At<'_>) {
        let line = format!("{}.{name} = {}", self.name(of), self.show(&value));
        self.line(&line);
    }

    fn call(&mut self, callee: HostId, arguments: Arguments, _: At<'_>) -> Value {
        let name = self.name(callee);
        if name == "db.pending" {
            let callee = arguments.positional[0].clone();
            return Value::Object(Rc::new(Object::Pending {
                callee,
                arguments: Arguments::default(),
            }));
        }
        let line = format!("{name}({})", self.given(&arguments));
        self.line(line.trim_start_matches("db."));
        self.value(format!("{name}()"))
    }

    fn subscript(&mut self, of: HostId, key: &Value, _: At<'_>) -> Value {
        let name = format!("{}[{}]", self.name(of), self.show(key));
        self.value(name)
    }

    fn binary(&mut self, operator: &str, left: &Value, right: &Value, _: At<'_>) -> Value {
        Value::unknown(format!("{} {operator} {}", self.show(left), self.show(right)))
    }

    fn unary(&mut self, _: &str, _: HostId, _: At<'_>) -> Value {
        Value::unknown("a host value")
    }

    fn truth(&mut self, of: HostId) -> Option<bool> {
        (!self.name(of).ends_with(')')).then_some(true)
    }

    fn iterate(&mut self, of: HostId, _: At<'_>) -> Iteration {
        let name = format!("{}[*]", self.name(of));
        Iteration::Each(self.value(name))
    }

    fn enter(&mut self, of: HostId, _: At<'_>) -> Value {
        let line = format!("enter {}", self.name(of));
        self.line(&line);
        Value::Host(of)
    }

    fn leave(&mut self, of: HostId, _: At<'_>) {
        let line = format!("leave {}", self.name(of));
        self.line(&line);
    }

    fn text_of(&mut self, _: HostId) -> Option<String> {
        None
    }

    fn reaches(&mut self, of: HostId) -> bool {
        !self.name(of).starts_with("db.data")
    }

    fn escaped(&mut self, callee: &str, _: &str, _: At<'_>) {
        self.line(&format!("escaped: {callee}"));
    }

    fn open(&mut self, region: Region, _: At<'_>) {
        self.regions.push(region);
    }

    fn close(&mut self) {
        self.regions.pop().expect("every region that is closed was opened");
    }

    fn stopped(&mut self, why: &str, at: At<'_>) {
        assert!(!at.frames.is_empty(), "a stop stands somewhere");
        assert_eq!(at.frames.len(), at.statements.len(), "each frame has a statement");
        let _ = &self.text;
        self.line(&format!("stopped: {why}"));
    }
}

/// Runs a program, calls its `main` if it has one, and returns what the host wrote down.
pub(super) fn run(source: &str) -> Vec<String> {
    run_with(source, &Files::default()).lines
}

/// Runs a program among other files.
pub(super) fn run_with(source: &str, files: &Files) -> Recorder {
    let mut recorder = Recorder::default();
    let text = Rc::new(Text::new(source));
    let path: Rc<str> = "app/versions/main.py".into();
    let mut interpreter = Interpreter::new(&mut recorder, files, Fuel::default());
    let module = interpreter.load(&path, &text);
    if let Some(main) = interpreter.module_attribute(&module, "main") {
        interpreter.call(&main, Arguments::default(), &Site { path, span: Span::default() });
    }
    assert!(interpreter.stack.frames.is_empty() && interpreter.journals.is_empty());
    assert!(recorder.regions.is_empty(), "every region is closed");
    recorder
}

/// Evaluates the last line of a program as an expression and writes its value.
pub(super) fn value_of(source: &str) -> String {
    let (before, last) = source.rsplit_once('\n').unwrap_or(("", source));
    let source = format!("{before}\nanswer = ({last})\n");
    let mut recorder = Recorder::default();
    let files = Files::default();
    let mut interpreter = Interpreter::new(&mut recorder, &files, Fuel::default());
    let module = interpreter.load(&"app/versions/main.py".into(), &Rc::new(Text::new(source)));
    let answer = interpreter.module_attribute(&module, "answer");
    answer.map_or_else(|| "<unbound>".to_owned(), |answer| recorder.show(&answer))
}
