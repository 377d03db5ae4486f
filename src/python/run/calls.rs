//! Calls.

use std::rc::Rc;

use crate::python::builtin::{consumption, functions, library, methods};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Function, Instance, Object};
use crate::python::run::instances::instantiate;
use crate::python::run::parameters::{RECURSIONS, bind_parameters};
use crate::python::run::raises::fits;
use crate::python::run::stack::{Frame, PendingBody};
use crate::python::scope::{Scope, ScopeKind};
use crate::python::syntax::{Argument, Body, Expression, ExpressionKind, FunctionDefinition};
use crate::python::value::{Unknown, Value};

impl Interpreter<'_> {
    /// Calls a value. `written` is the callee as a person would name it.
    pub(crate) fn call_value(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        written: &str,
    ) -> Value {
        match callee {
            Value::Host(id) => self.host_call(*id, arguments),
            Value::Unknown(unknown) => call_unknown(self, unknown, &arguments, written),
            Value::Object(object) => self
                .deeper(|this| call_object(this, callee, object, arguments, written))
                .unwrap_or_else(|| Value::unknown("calls nest too deeply")),
            // Either Python raises, or it holds something else than was read.
            _ => {
                self.host.opaque(
                    written,
                    "what it holds as far as is read cannot be called",
                    self.stack.at(),
                );
                Value::unknown(format!("`{written}` cannot be called"))
            }
        }
    }
}

/// Evaluates a call.
pub(crate) fn call_expression(
    this: &mut Interpreter<'_>,
    whole: &Expression,
    callee: &Expression,
    arguments: &[Argument],
) -> Value {
    if !this.step() {
        return Value::unknown("reading has stopped before it");
    }
    // A method of a builtin value is called without being made a value first.
    if let ExpressionKind::Attribute(object, name) = &callee.kind {
        let receiver = this.evaluate(object);
        if methods::has(&receiver, name) {
            let arguments = this.arguments(arguments);
            this.stack.stand_at(whole.span);
            return call_builtin_method(this, &receiver, name, arguments);
        }
        this.stack.stand_at(callee.span);
        let value = this.attribute(&receiver, name);
        return call_evaluated(this, whole, callee, &value, arguments);
    }
    let value = this.evaluate(callee);
    call_evaluated(this, whole, callee, &value, arguments)
}

fn call_evaluated(
    this: &mut Interpreter<'_>,
    whole: &Expression,
    callee: &Expression,
    value: &Value,
    arguments: &[Argument],
) -> Value {
    let arguments = this.arguments(arguments);
    this.stack.stand_at(whole.span);
    match value {
        Value::Host(id) => this.host_call(*id, arguments),
        _ => {
            fits(this, value, &arguments);
            let written = this.stack.source(callee.span);
            this.call_value(value, arguments, &written)
        }
    }
}

/// Calls something of which nothing is known: it may do anything with what it is given.
pub(crate) fn call_unknown(
    this: &mut Interpreter<'_>,
    unknown: &Unknown,
    arguments: &Arguments,
    written: &str,
) -> Value {
    this.host.outside(written, this.stack.at());
    if let Some(value) = this.host.known_by_name(written, arguments) {
        return value;
    }
    let escapes = this.any_reaches(arguments);
    match (escapes, unknown.reaches) {
        (true, _) => this.host.escaped(written, &unknown.why, this.stack.at()),
        (false, true) => this.host.opaque(written, &unknown.why, this.stack.at()),
        (false, false) => {}
    }
    // What it was given is reported already; only what it reaches itself is reported.
    Value::Unknown(unknown.clone())
}

fn call_object(
    this: &mut Interpreter<'_>,
    callee: &Value,
    object: &Rc<Object>,
    arguments: Arguments,
    written: &str,
) -> Value {
    match &**object {
        Object::Function(function) => call_function(this, callee, function, arguments, None),
        Object::Class(class) => instantiate(this, object, class, arguments, written),
        Object::Method { function, receiver } => {
            call_method(this, function, receiver, arguments, written)
        }
        Object::Builtin(name) => {
            this.host.outside(name, this.stack.at());
            let given = arguments.clone();
            if !consumption::is_modelled(name) {
                hand_out(this, &given, written, name);
            }
            let answer = functions::call(this, name, arguments, written);
            held(this, answer, &given, &Value::None, || consumption::observes(name))
        }
        Object::BuiltinMethod { receiver, name } => {
            call_builtin_method(this, receiver, name, arguments)
        }
        Object::Partial { callee, arguments: first } => {
            let mut all = first.clone();
            all.keywords.retain(|(name, _)| arguments.keyword(name).is_none());
            all.positional.extend(arguments.positional);
            all.keywords.extend(arguments.keywords);
            all.open |= arguments.open;
            this.call_value(&callee.clone(), all, written)
        }
        Object::Instance(Instance { class: Some(class), .. })
            if object.attribute("__call__").is_some() =>
        {
            let Some(method) = class.attribute("__call__") else { return Value::None };
            let method = this.bound(method, callee, class);
            this.call_value(&method, arguments, written)
        }
        Object::Static(inner) | Object::ClassMethod(inner) => {
            this.call_value(&inner.clone(), arguments, written)
        }
        Object::Perhaps { item, .. } => this.call_value(&item.clone(), arguments, written),
        Object::Either(values) => {
            this.each(values, |this, value| this.call_value(value, arguments.clone(), written))
        }
        _ => {
            let reaches = this.reaches(callee);
            let unknown = Unknown {
                why: format!("`{written}` comes from outside the repository").into(),
                reaches,
                class: None,
            };
            call_unknown(this, &unknown, &arguments, written)
        }
    }
}

fn call_builtin_method(
    this: &mut Interpreter<'_>,
    of: &Value,
    name: &str,
    arguments: Arguments,
) -> Value {
    let given = arguments.clone();
    let answer = methods::call(this, of, name, arguments);
    held(this, answer, &given, of, || matches!(of, Value::Str(_)))
}

/// Says that what reaches goes into a function that is not modelled.
fn hand_out(this: &mut Interpreter<'_>, given: &Arguments, written: &str, name: &str) {
    if library::runs_code(name) {
        return this.host.opaque(
            written,
            &format!("`{name}` runs code that is not read"),
            this.stack.at(),
        );
    }
    // What is printed is looked at; what it is printed to, or a default is made by, is called.
    let keywords = Arguments { keywords: given.keywords.clone(), ..Arguments::default() };
    let given = if consumption::observes(name) { &keywords } else { given };
    if this.any_reaches(given) {
        this.host.escaped(
            written,
            &format!("what `{name}` does with it is not read"),
            this.stack.at(),
        );
    }
}

/// Returns what a function of Python's gave: where it is not known, it may hold what the
/// function was given.
fn held(
    this: &mut Interpreter<'_>,
    answer: Value,
    given: &Arguments,
    receiver: &Value,
    observes: impl FnOnce() -> bool,
) -> Value {
    match answer {
        Value::Unknown(unknown) if !unknown.reaches && !observes() => {
            let reaches = this.any_reaches(given) || this.reaches(receiver);
            Value::Unknown(Unknown { reaches, ..unknown })
        }
        answer => answer,
    }
}

fn call_method(
    this: &mut Interpreter<'_>,
    function: &Value,
    receiver: &Value,
    mut arguments: Arguments,
    written: &str,
) -> Value {
    arguments.positional.insert(0, receiver.clone());
    match function {
        Value::Object(object) => match &**object {
            Object::Function(inner) => {
                let class = inner.class.borrow().clone();
                let method = class.map(|class| (class, receiver.clone()));
                call_function(this, function, inner, arguments, method)
            }
            _ => this.call_value(function, arguments, written),
        },
        _ => this.call_value(function, arguments, written),
    }
}

fn call_function(
    this: &mut Interpreter<'_>,
    callee: &Value,
    function: &Function,
    arguments: Arguments,
    method: Option<(Value, Value)>,
) -> Value {
    if function.context_manager.get() {
        let manager = Object::ContextManager { function: callee.clone(), arguments };
        return Value::Object(Rc::new(manager));
    }
    let Some(frame) = frame_for(this, function, arguments, method, None) else {
        return Value::unknown("calls nest deeper than is read");
    };
    let definition = Rc::clone(&function.definition);
    let run = |this: &mut Interpreter| body_of(this, &definition);
    let (value, frame) = this.in_frame(frame, definition.span, run);
    match frame.yielded {
        Some(yielded) => Value::List(yielded),
        None => value,
    }
}

/// Makes the frame for a call of a function; nothing where calls nest too deeply.
pub(crate) fn frame_for(
    this: &mut Interpreter<'_>,
    function: &Function,
    arguments: Arguments,
    method: Option<(Value, Value)>,
    pending: Option<PendingBody>,
) -> Option<Frame> {
    if this.stack.frames.len() > this.fuel.depth {
        if !std::mem::replace(&mut this.depth_told, true) {
            this.skip("calls nest deeper than is read");
        }
        return None;
    }
    let address = Rc::as_ptr(&function.definition).addr();
    let recurses = |frame: &&Frame| {
        frame.called.is_some_and(|(known, regions)| known == address && regions < this.regions)
    };
    if this.stack.frames.iter().filter(recurses).count() >= RECURSIONS {
        return None;
    }
    this.accounts.note_read(function);
    let called = Some((address, this.regions));
    let scope = Scope::inside(Some(Rc::clone(&function.scope)), ScopeKind::Function);
    bind_parameters(function, arguments, &scope.names);
    let yielded = (function.definition.generator && pending.is_none()).then(Rc::default);
    Some(Frame {
        scope,
        file: function.file.clone(),
        fresh: true,
        called,
        yielded,
        pending,
        method,
    })
}

/// Runs the body of a function in the current frame.
pub(crate) fn body_of(this: &mut Interpreter<'_>, definition: &FunctionDefinition) -> Value {
    let block = match &definition.body {
        Body::Block(block) => block,
        Body::Expression(expression) => return this.evaluate(expression),
    };
    let outcome = this.block(block);
    match outcome.returned {
        Some(value) if outcome.falls => this.join(&value, &Value::None),
        Some(value) => value,
        None => {
            this.raising = outcome.raises && !outcome.falls && !definition.generator;
            Value::None
        }
    }
}
