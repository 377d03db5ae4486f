//! Headers that are no plain literals: the top of the file is evaluated.

use std::rc::Rc;

use crate::alembic::comments;
use crate::alembic::env::spelled;
use crate::alembic::header::{HeaderReading, judge};
use crate::alembic::imports::Imports;
use crate::alembic::literal::Literal;
use crate::alembic::scan::Assigned;
use crate::python::host::{Arguments, At, Host, Iteration, Region};
use crate::python::interpreter::{Fuel, Interpreter, Loader};
use crate::python::module;
use crate::python::syntax::{
    ComprehensionKind, Expression, ExpressionKind, Statement, StatementKind,
};
use crate::python::value::{HostId, Value};
use crate::text::source::{Span, Text};

/// Reads the header of a file by evaluating its top level.
pub(crate) fn read(path: &Rc<str>, text: &Rc<Text>, imports: &Imports) -> HeaderReading {
    let parsed = module::parse(text);
    let mut nobody = Nobody;
    let mut interpreter = Interpreter::new(&mut nobody, imports, Fuel::default());
    let module = interpreter.load(path, text);
    if let Value::Unknown(unknown) = &module {
        return HeaderReading::computed(&unknown.why);
    }
    let mut value = |name: &str| {
        let value = interpreter.module_attribute(&module, name)?;
        Some(match assignment(&parsed.module.body, name) {
            Some((at, right)) if is_generator(right) => (Literal::Generator, at),
            Some((at, right)) => (literal(&value, text.slice(right.span)), at),
            None => (literal(&value, name), Span::default()),
        })
    };
    let docstring =
        parsed.module.docstring.map(|span| comments::unquoted(text.slice(span)).to_owned());
    let assigned = Assigned {
        revision: value("revision"),
        down_revision: value("down_revision"),
        branch_labels: value("branch_labels"),
        depends_on: value("depends_on"),
        docstring,
    };
    if let (Some(bound), None) = (&parsed.bound, &assigned.revision) {
        return HeaderReading::broken(&bound.message, bound.span);
    }
    match parsed.errors.first() {
        Some(error) if assigned.revision.is_none() => {
            HeaderReading::broken(&error.message, error.span)
        }
        _ => judge(assigned, path.rsplit('/').next().unwrap_or(path)),
    }
}

/// Finds where a name is assigned last, and what stands right of the sign.
fn assignment<'a>(body: &'a [Statement], name: &str) -> Option<(Span, &'a Expression)> {
    let right = |statement: &'a Statement| match &statement.kind {
        StatementKind::Assign { targets, value } => {
            targets.iter().any(|target| binds(target, name)).then_some(value)
        }
        StatementKind::Annotated { target, value: Some(value), .. } => {
            binds(target, name).then_some(value)
        }
        _ => None,
    };
    body.iter().rev().find_map(|statement| Some((statement.span, right(statement)?)))
}

/// Evaluates a text on its own and returns what a name holds then.
pub(crate) fn evaluate(text: &Rc<Text>, name: &str) -> Option<Value> {
    let mut nobody = Nobody;
    let mut interpreter = Interpreter::new(&mut nobody, &NoModules, Fuel::default());
    let module = interpreter.load(&Rc::from("template.py"), text);
    interpreter.module_attribute(&module, name)
}

/// Finds no module.
struct NoModules;

impl Loader for NoModules {
    fn find(&self, _: &str, _: &str, _: usize) -> Option<(Rc<str>, Rc<Text>)> {
        None
    }

    fn is_package(&self, _: &str, _: &str, _: usize) -> bool {
        false
    }
}

/// Returns the ids that the top level assigns to a name, as far as they are plain strings; nothing
/// where it assigns none.
pub(crate) fn written(body: &[Statement], name: &str) -> Option<Vec<String>> {
    let (_, value) = assignment(body, name)?;
    let items = match &value.kind {
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    Some(items.iter().filter_map(spelled).collect())
}

fn is_generator(value: &Expression) -> bool {
    let ExpressionKind::Comprehension(comprehension) = &value.kind else { return false };
    comprehension.kind == ComprehensionKind::Generator
}

fn binds(target: &Expression, name: &str) -> bool {
    match &target.kind {
        ExpressionKind::Name(bound) => &**bound == name,
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) => items
            .iter()
            .any(|item| matches!(&item.kind, ExpressionKind::Name(bound) if &**bound == name)),
        _ => false,
    }
}

/// Turns a value into what headers know of values; `source` is how it is written.
fn literal(value: &Value, source: &str) -> Literal {
    let unknown = |why: &str| {
        Literal::Unknown(format!("`{}` cannot be known without running it: {why}", brief(source)))
    };
    match value {
        Value::None => Literal::None,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Ellipsis => Literal::Number,
        Value::Str(text) => match (text.whole(), text.hole()) {
            (Some(whole), _) => Literal::Text(whole),
            (None, why) => unknown(why.map_or("a part of it is missing", |why| why)),
        },
        Value::Unknown(unknown_value) => unknown(&unknown_value.why),
        Value::Tuple(_) | Value::List(_) | Value::Set(_) => {
            let items = value.items().unwrap_or_default();
            Literal::Items(items.iter().map(|item| literal(item, source)).collect())
        }
        Value::Dict(_) | Value::Object(_) | Value::Host(_) => unknown("it is no string"),
    }
}

/// Returns the first line of an expression, cut where it grows long.
fn brief(source: &str) -> String {
    let line = source.lines().next().unwrap_or_default();
    if line.chars().count() > 60 {
        line.chars().take(60).chain(['…']).collect()
    } else {
        line.to_owned()
    }
}

/// A world in which nothing is.
struct Nobody;

fn nothing() -> Value {
    Value::unknown("it comes from outside of the repository")
}

impl Host for Nobody {
    fn module(&mut self, _: &str) -> Option<Value> {
        None
    }

    fn attribute(&mut self, _: HostId, _: &str, _: At<'_>) -> Value {
        nothing()
    }

    fn set_attribute(&mut self, _: HostId, _: &str, _: Value, _: At<'_>) {}

    fn call(&mut self, _: HostId, _: Arguments, _: At<'_>) -> Value {
        nothing()
    }

    fn subscript(&mut self, _: HostId, _: &Value, _: At<'_>) -> Value {
        nothing()
    }

    fn binary(&mut self, _: &str, _: &Value, _: &Value, _: At<'_>) -> Value {
        nothing()
    }

    fn unary(&mut self, _: &str, _: HostId, _: At<'_>) -> Value {
        nothing()
    }

    fn truth(&mut self, _: HostId) -> Option<bool> {
        None
    }

    fn iterate(&mut self, _: HostId, _: At<'_>) -> Iteration {
        Iteration::Each(nothing())
    }

    fn enter(&mut self, _: HostId, _: At<'_>) -> Value {
        nothing()
    }

    fn leave(&mut self, _: HostId, _: At<'_>) {}

    fn text_of(&mut self, _: HostId) -> Option<String> {
        None
    }

    fn reaches(&mut self, _: HostId) -> bool {
        false
    }

    fn escaped(&mut self, _: &str, _: &str, _: At<'_>) {}

    fn open(&mut self, _: Region, _: At<'_>) {}

    fn close(&mut self) {}

    fn stopped(&mut self, _: &str, _: At<'_>) {}
}
