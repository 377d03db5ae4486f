//! `exec` and `eval` of text: where the text is known, it is code like any other.

use std::rc::Rc;

use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::module::parse;
use crate::python::object::{File, Object};
use crate::python::run::stack::Frame;
use crate::python::scope::{Names, Scope, ScopeKind};
use crate::python::syntax::StatementKind;
use crate::python::value::Value;
use crate::text::source::{Span, Text};

const UNREAD: &str = "code that is made from text is not read";

/// The name of a file that stands for text that is run.
pub(crate) const MADE_OF_TEXT: &str = "<text>";

/// Runs text as `exec` and `eval` do. What `compile` gives is its text.
pub(crate) fn run_text(this: &mut Interpreter<'_>, function: &str, arguments: &Arguments) -> Value {
    let text = arguments.positional.first().cloned().unwrap_or(Value::None);
    if function == "compile" {
        return match text {
            Value::Str(_) => text,
            _ => code_is_unread(this),
        };
    }
    let (Some(source), Some(scope)) = (text.as_str(), scope_of_text(this, arguments)) else {
        return code_is_unread(this);
    };
    let source = match function {
        "eval" => format!("({})", source.trim()),
        _ => source,
    };
    let text = Rc::new(Text::new(source));
    let parsed = parse(&text);
    if !parsed.errors.is_empty() {
        return code_is_unread(this);
    }
    let file = File { path: Rc::from(MADE_OF_TEXT), text };
    let names = Rc::clone(&scope.names);
    let frame = Frame { scope, ..Frame::of_file(file) };
    let run = |this: &mut Interpreter| {
        if let ("eval", [only]) = (function, &*parsed.module.body)
            && let StatementKind::Expression(expression) = &only.kind
        {
            return this.evaluate(expression);
        }
        let outcome = this.block(&parsed.module.body);
        this.raising = outcome.raises && !outcome.falls;
        Value::None
    };
    let ran = this.deeper(|this| this.in_frame(frame, Span::default(), run).0);
    // What it has bound stands in the dict that it was given last.
    let given = [arguments.get(2, "locals"), arguments.get(1, "globals")];
    if let Some(dict @ Value::Dict(_)) = given.into_iter().flatten().next() {
        for (name, value) in names.all() {
            this.set_subscript(dict, &Value::text(&name), value);
        }
    }
    ran.unwrap_or(Value::None)
}

/// Returns the scope that text runs in: the one it stands in, or one over the dicts it is
/// given; nothing where those cannot be known.
fn scope_of_text(this: &mut Interpreter<'_>, arguments: &Arguments) -> Option<Rc<Scope>> {
    let given = [arguments.get(1, "globals"), arguments.get(2, "locals")];
    let given = given.map(|value| value.filter(|value| !value.is_none()).cloned());
    let [globals, locals] = given;
    let outer = match globals {
        None => Some(this.stack.scope()),
        Some(globals) => scope_over(&globals, None),
    }?;
    match locals {
        None => Some(outer),
        Some(locals) => scope_over(&locals, Some(outer)),
    }
}

fn scope_over(dict: &Value, parent: Option<Rc<Scope>>) -> Option<Rc<Scope>> {
    let names: Rc<Names> = match dict {
        Value::Object(object) => match &**object {
            Object::Names(names) => Rc::clone(names),
            _ => return None,
        },
        Value::Dict(pairs) => {
            let names: Rc<Names> = Rc::default();
            for (key, value) in pairs.borrow().iter() {
                names.set(&key.as_str()?.into(), value.clone());
            }
            names
        }
        _ => return None,
    };
    Some(Rc::new(Scope { names, parent, kind: ScopeKind::Module, elsewhere: Default::default() }))
}

pub(crate) fn code_is_unread(this: &mut Interpreter<'_>) -> Value {
    this.skip(UNREAD);
    Value::unknown(UNREAD)
}
