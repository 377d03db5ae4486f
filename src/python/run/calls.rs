//! Calls.

use std::rc::Rc;

use crate::python::builtin::{consumption, functions, library, methods};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::object::{Class, ClassKind, Function, Instance, Object};
use crate::python::run::frames::Frame;
use crate::python::run::join::perhaps;
use crate::python::run::managers::PendingBody;
use crate::python::scope::{Names, Scope, ScopeKind};
use crate::python::syntax::{
    Argument, Body, Expression, ExpressionKind, FunctionDefinition, ParameterKind,
};
use crate::python::value::{Unknown, Value};

impl Interpreter<'_> {
    /// Evaluates a call.
    pub(crate) fn call_expression(
        &mut self,
        whole: &Expression,
        callee: &Expression,
        arguments: &[Argument],
    ) -> Value {
        if !self.step() {
            return Value::unknown("reading has stopped before it");
        }
        // A method of a builtin value is called without being made a value first.
        if let ExpressionKind::Attribute(object, name) = &callee.kind {
            let receiver = self.evaluate(object);
            if methods::has(&receiver, name) {
                let arguments = self.arguments(arguments);
                self.stand_at(whole.span);
                return self.call_builtin_method(&receiver, name, arguments);
            }
            self.stand_at(callee.span);
            let value = self.attribute(&receiver, name);
            return self.call_evaluated(whole, callee, &value, arguments);
        }
        let value = self.evaluate(callee);
        self.call_evaluated(whole, callee, &value, arguments)
    }

    fn call_evaluated(
        &mut self,
        whole: &Expression,
        callee: &Expression,
        value: &Value,
        arguments: &[Argument],
    ) -> Value {
        let arguments = self.arguments(arguments);
        self.stand_at(whole.span);
        match value {
            Value::Host(id) => self.host_call(*id, arguments),
            _ => {
                self.fits(value, &arguments);
                let written = self.source(callee.span);
                self.call_value(value, arguments, &written)
            }
        }
    }

    /// Calls a value. `written` is the callee as a person would name it.
    pub(crate) fn call_value(
        &mut self,
        callee: &Value,
        arguments: Arguments,
        written: &str,
    ) -> Value {
        match callee {
            Value::Host(id) => self.host_call(*id, arguments),
            Value::Unknown(unknown) => self.call_unknown(unknown, &arguments, written),
            Value::Object(object) => self
                .deeper(|this| this.call_object(callee, object, arguments, written))
                .unwrap_or_else(|| Value::unknown("calls nest too deeply")),
            // Either Python raises, or it holds something else than was read.
            _ => {
                self.opaque(written, "what it holds as far as is read cannot be called");
                Value::unknown(format!("`{written}` cannot be called"))
            }
        }
    }

    /// Calls something of which nothing is known: it may do anything with what it is given.
    pub(crate) fn call_unknown(
        &mut self,
        unknown: &Unknown,
        arguments: &Arguments,
        written: &str,
    ) -> Value {
        self.outside(written);
        let escapes = self.any_reaches(arguments);
        match (escapes, unknown.reaches) {
            (true, _) => self.escaped(written, &unknown.why),
            (false, true) => self.opaque(written, &unknown.why),
            (false, false) => {}
        }
        // What it was given is told already; only what it reaches itself is told again.
        Value::Unknown(unknown.clone())
    }

    fn call_object(
        &mut self,
        callee: &Value,
        object: &Rc<Object>,
        arguments: Arguments,
        written: &str,
    ) -> Value {
        match &**object {
            Object::Function(function) => self.call_function(callee, function, arguments, None),
            Object::Class(class) => self.instantiate(object, class, arguments, written),
            Object::Method { function, receiver } => {
                self.call_method(function, receiver, arguments, written)
            }
            Object::Builtin(name) => {
                self.outside(name);
                let given = arguments.clone();
                if !consumption::is_modelled(name) {
                    self.hand_out(&given, written, name);
                }
                let answer = functions::call(self, name, arguments, written);
                self.held(answer, &given, &Value::None, || consumption::observes(name))
            }
            Object::BuiltinMethod { receiver, name } => {
                self.call_builtin_method(receiver, name, arguments)
            }
            Object::Partial { callee, arguments: first } => {
                let mut all = first.clone();
                all.keywords.retain(|(name, _)| arguments.keyword(name).is_none());
                all.positional.extend(arguments.positional);
                all.keywords.extend(arguments.keywords);
                all.open |= arguments.open;
                self.call_value(&callee.clone(), all, written)
            }
            Object::Instance(Instance { class: Some(class), .. })
                if object.attribute("__call__").is_some() =>
            {
                let Some(method) = class.attribute("__call__") else { return Value::None };
                let method = self.bound(method, callee, class);
                self.call_value(&method, arguments, written)
            }
            Object::Static(inner) | Object::ClassMethod(inner) => {
                self.call_value(&inner.clone(), arguments, written)
            }
            Object::Perhaps { item, .. } => self.call_value(&item.clone(), arguments, written),
            Object::Either(values) => {
                self.each(values, |this, value| this.call_value(value, arguments.clone(), written))
            }
            _ => {
                let reaches = self.reaches(callee);
                let unknown = Unknown {
                    why: format!("`{written}` comes from outside the repository").into(),
                    reaches,
                };
                self.call_unknown(&unknown, &arguments, written)
            }
        }
    }

    fn call_builtin_method(&mut self, of: &Value, name: &str, arguments: Arguments) -> Value {
        let given = arguments.clone();
        let answer = methods::call(self, of, name, arguments);
        self.held(answer, &given, of, || matches!(of, Value::Str(_)))
    }

    /// Says that what reaches goes into a function that is not modelled.
    fn hand_out(&mut self, given: &Arguments, written: &str, name: &str) {
        if library::runs_code(name) {
            return self.opaque(written, &format!("`{name}` runs code that is not read"));
        }
        // What is printed is looked at; what it is printed to, or a default is made by, is called.
        let keywords = Arguments { keywords: given.keywords.clone(), ..Arguments::default() };
        let given = if consumption::observes(name) { &keywords } else { given };
        if self.any_reaches(given) {
            self.escaped(written, &format!("what `{name}` does with it is not read"));
        }
    }

    /// Returns what a function of Python's gave: where it is not known, it may hold what the
    /// function was given.
    fn held(
        &mut self,
        answer: Value,
        given: &Arguments,
        receiver: &Value,
        observes: impl FnOnce() -> bool,
    ) -> Value {
        match answer {
            Value::Unknown(unknown) if !unknown.reaches && !observes() => {
                let reaches = self.any_reaches(given) || self.reaches(receiver);
                Value::Unknown(Unknown { reaches, ..unknown })
            }
            answer => answer,
        }
    }

    fn call_method(
        &mut self,
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
                    self.call_function(function, inner, arguments, method)
                }
                _ => self.call_value(function, arguments, written),
            },
            _ => self.call_value(function, arguments, written),
        }
    }

    fn call_function(
        &mut self,
        callee: &Value,
        function: &Function,
        arguments: Arguments,
        method: Option<(Value, Value)>,
    ) -> Value {
        if function.context_manager.get() {
            let manager = Object::ContextManager { function: callee.clone(), arguments };
            return Value::Object(Rc::new(manager));
        }
        let Some(frame) = self.frame_for(function, arguments, method, None) else {
            return Value::unknown("calls nest deeper than is read");
        };
        let definition = Rc::clone(&function.definition);
        let run = |this: &mut Self| this.body_of(&definition);
        let (value, frame) = self.in_frame(frame, definition.span, run);
        match frame.yielded {
            Some(yielded) => Value::List(yielded),
            None => value,
        }
    }

    /// Makes the frame for a call of a function; nothing where calls nest too deeply.
    pub(crate) fn frame_for(
        &mut self,
        function: &Function,
        arguments: Arguments,
        method: Option<(Value, Value)>,
        pending: Option<PendingBody>,
    ) -> Option<Frame> {
        if self.frames.len() > self.fuel.depth {
            if !std::mem::replace(&mut self.depth_told, true) {
                self.skip("calls nest deeper than is read");
            }
            return None;
        }
        let address = Rc::as_ptr(&function.definition).addr();
        let recurses = |frame: &&Frame| {
            frame.called.is_some_and(|(known, regions)| known == address && regions < self.regions)
        };
        if self.frames.iter().filter(recurses).count() >= RECURSIONS {
            return None;
        }
        self.is_read(function);
        let called = Some((address, self.regions));
        let scope = Scope::inside(Some(Rc::clone(&function.scope)), ScopeKind::Function);
        self.bind_parameters(function, arguments, &scope.names);
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
    pub(crate) fn body_of(&mut self, definition: &FunctionDefinition) -> Value {
        let block = match &definition.body {
            Body::Block(block) => block,
            Body::Expression(expression) => return self.evaluate(expression),
        };
        let outcome = self.block(block);
        match outcome.returned {
            Some(value) if outcome.falls => self.join(&value, &Value::None),
            Some(value) => value,
            None => {
                self.raising = outcome.raises && !outcome.falls && !definition.generator;
                Value::None
            }
        }
    }

    fn bind_parameters(&mut self, function: &Function, arguments: Arguments, names: &Rc<Names>) {
        let Arguments { positional, mut keywords, open } = arguments;
        let mut positional = positional.into_iter();
        for (parameter, default) in function.definition.parameters.iter().zip(&function.defaults) {
            let value = match parameter.kind {
                ParameterKind::Positionals => {
                    let mut rest: Vec<Value> = positional.by_ref().collect();
                    if open {
                        rest.push(unknown_rest());
                    }
                    Value::tuple(rest)
                }
                ParameterKind::Keywords => {
                    let rest = std::mem::take(&mut keywords);
                    let mut pairs: Vec<_> =
                        rest.into_iter().map(|(name, value)| (Value::text(&name), value)).collect();
                    if open {
                        pairs.push((Value::unknown(OPEN), Value::unknown(OPEN)));
                    }
                    Value::dict(pairs)
                }
                ParameterKind::Plain | ParameterKind::Keyword => {
                    let next = match parameter.kind {
                        ParameterKind::Plain => positional.next(),
                        _ => None,
                    };
                    let named = keywords.iter().position(|(name, _)| **name == *parameter.name);
                    let named = named.map(|index| keywords.remove(index).1);
                    match next.or(named) {
                        Some(value) => value,
                        None if open => Value::unknown(OPEN),
                        None => default
                            .clone()
                            .unwrap_or_else(|| Value::unknown("no argument is given for it")),
                    }
                }
            };
            names.set(&parameter.name, value);
        }
    }

    fn instantiate(
        &mut self,
        object: &Rc<Object>,
        class: &Class,
        arguments: Arguments,
        written: &str,
    ) -> Value {
        if class.kind == ClassKind::Enum {
            return self.member_of(object, &arguments);
        }
        self.is_made(object);
        let attributes: Rc<Names> = Rc::default();
        let instance = self.made_by_new(object, &arguments).unwrap_or_else(|| {
            let class = Some(Rc::clone(object));
            Value::Object(Rc::new(Object::Instance(Instance { class, attributes })))
        });
        let Value::Object(made) = &instance else { return instance };
        let Object::Instance(Instance { attributes, .. }) = &**made else { return instance };
        if let Some(initialize) = object.attribute("__init__") {
            let initialize = self.bound(initialize, &instance, object);
            self.call_value(&initialize, arguments, written);
            return instance;
        }
        if class.kind == ClassKind::Record {
            self.fill_record(object, attributes, arguments);
            // What it computes of the fields replaces their defaults.
            self.special(&instance, "__post_init__", Vec::new());
            return instance;
        }
        if class.has_unknown_base() && self.any_reaches(&arguments) {
            self.escaped(written, "the class is made outside the repository");
        }
        for (name, value) in arguments.keywords {
            attributes.set(&name.into(), value);
        }
        if !arguments.positional.is_empty() {
            attributes.set(&"args".into(), Value::tuple(arguments.positional));
        }
        instance
    }

    fn fill_record(&mut self, object: &Rc<Object>, attributes: &Rc<Names>, arguments: Arguments) {
        let mut positional = arguments.positional.into_iter();
        for field in record_fields(object) {
            let named = arguments
                .keywords
                .iter()
                .find(|(name, _)| **name == *field)
                .map(|(_, value)| value.clone());
            let value = match positional.next().or(named) {
                Some(value) => value,
                None if arguments.open => Value::unknown(OPEN),
                None => object
                    .attribute(&field)
                    .unwrap_or_else(|| Value::unknown("no argument is given for it")),
            };
            attributes.set(&field, value);
        }
    }

    fn member_of(&mut self, class: &Rc<Object>, arguments: &Arguments) -> Value {
        let Some(value) = arguments.get(0, "value") else { return Value::unknown(OPEN) };
        for member in self.members(class) {
            let held = self.attribute(&member.value, "value");
            if self.equal(&held, value) == Some(true)
                || crate::python::run::join::same(&member.value, value)
            {
                return member.value;
            }
        }
        Value::unknown("it is a member of an enum that cannot be known")
    }
}

/// How often a function that calls itself under a condition, or in a loop, that cannot be decided
/// is read: like the body of such a loop, not as often as it may run.
const RECURSIONS: usize = 3;

const OPEN: &str = "it is unpacked from something that cannot be known";

fn unknown_rest() -> Value {
    perhaps(Value::unknown(OPEN), crate::python::host::Region::Repeated)
}

/// Returns the fields of a record, those of its bases first.
pub(crate) fn record_fields(class: &Object) -> Vec<Rc<str>> {
    let Some(class) = class.as_class() else { return Vec::new() };
    let mut fields: Vec<Rc<str>> = Vec::new();
    let inherited: Vec<&Class> = class.classes().collect();
    for class in inherited.into_iter().rev().chain([class]) {
        for field in &class.fields {
            if !fields.contains(field) {
                fields.push(Rc::clone(field));
            }
        }
    }
    fields
}
