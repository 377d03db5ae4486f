//! Expressions.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::builtin::functions;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::calls::call_expression;
use crate::python::run::comparison::comparisons;
use crate::python::run::definitions::function;
use crate::python::run::elements::run_comprehension;
use crate::python::run::forks::change_pairs;
use crate::python::run::imports::openly_imported;
use crate::python::run::interpolation::literal;
use crate::python::run::join::perhaps;
use crate::python::run::managers::run_pending;
use crate::python::run::namespaces::namespace_as_dict;
use crate::python::run::operators::{binary_chain, unary};
use crate::python::run::outcome::Outcome;
use crate::python::run::owed::is_used;
use crate::python::run::raises::{undefined, undefined_annotation};
use crate::python::run::special::negated;
use crate::python::syntax::{Argument, Expression, ExpressionKind, Part};
use crate::python::value::{Letters, Piece, Unknown, Value};

impl Interpreter<'_> {
    /// Evaluates an expression.
    pub(crate) fn evaluate(&mut self, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Name(name) => self.name(name),
            ExpressionKind::None => Value::None,
            ExpressionKind::Ellipsis => Value::Ellipsis,
            ExpressionKind::Bool(value) => Value::Bool(*value),
            ExpressionKind::Int(value) => Value::Int(*value),
            ExpressionKind::Float(value) => Value::Float(*value),
            _ if self.halted => Value::unknown("reading has stopped before it"),
            _ => {
                let before = self.stack.stand_at(expression.span);
                let value = self.deeper(|this| compound(this, expression));
                self.stack.stand_at(before);
                value.unwrap_or_else(|| Value::unknown("code is nested too deeply"))
            }
        }
    }

    /// Notes names of annotations that nothing binds: they are looked up where a function or a class
    /// is defined, and nothing else is done with them.
    pub(crate) fn annotated(&mut self, names: &[Expression]) {
        for expression in names {
            let mut root = expression;
            while let ExpressionKind::Attribute(of, _) = &root.kind {
                root = of;
            }
            let ExpressionKind::Name(name) = &root.kind else { continue };
            let scope = self.stack.scope();
            let is_bound = scope.look_up(name).is_some()
                || functions::is_builtin(name)
                || openly_imported(self, &scope, name).is_some();
            if !is_bound {
                self.stack.stand_at(expression.span);
                undefined_annotation(self, name);
            } else if !std::ptr::eq(root, expression)
                && let Some(value) = scope.look_up(name)
                && is_of_host(self, &value)
            {
                let root = self.settled(value);
                self.stack.stand_at(expression.span);
                self.host.annotates(true);
                self.annotated_attribute(expression, root);
                self.host.annotates(false);
            }
        }
    }

    /// Looks up what an annotation names of a module that the host has.
    fn annotated_attribute(&mut self, expression: &Expression, root: Value) -> Value {
        let ExpressionKind::Attribute(of, name) = &expression.kind else { return root };
        match self.annotated_attribute(of, root) {
            Value::Host(id) => self.host.attribute(id, name, self.stack.at()),
            value => value,
        }
    }

    /// Returns what a name means here.
    pub(crate) fn name(&mut self, name: &Rc<str>) -> Value {
        let scope = self.stack.scope();
        if let Some(value) = scope.look_up(name) {
            let value = self.settled(value);
            is_used(self, &value);
            return value;
        }
        match &**name {
            "__file__" => return Value::text(&self.stack.frame().file.path),
            "__name__" => {
                let path = Rc::clone(&self.stack.frame().file.path);
                return Value::text(
                    path.trim_end_matches(".py").rsplit('/').next().unwrap_or(&path),
                );
            }
            "__doc__" => return Value::None,
            "__builtins__" => return Value::Object(Rc::new(Object::Library("builtins".into()))),
            "__loader__" | "__spec__" => {
                let why = format!("`{name}` loads modules").into();
                return Value::Unknown(Unknown { why, reaches: true, class: None });
            }
            _ => {}
        }
        if functions::is_builtin(name) {
            return Value::Object(Rc::new(Object::Builtin(Rc::clone(name))));
        }
        match openly_imported(self, &scope, name) {
            Some(value) => value,
            None => undefined(self, name),
        }
    }

    /// Evaluates something that may not be evaluated.
    pub(crate) fn speculatively(&mut self, run: impl FnOnce(&mut Self) -> Value) -> Value {
        let mut value = Value::None;
        self.perhaps_run(Region::Conditional, |this| {
            value = run(this);
            Outcome::falling()
        });
        self.raising = false;
        value
    }

    /// Evaluates the arguments of a call.
    pub(crate) fn arguments(&mut self, written: &[Argument]) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in written {
            match argument {
                Argument::Positional(value) => {
                    let value = self.evaluate(value);
                    arguments.positional.push(value);
                }
                Argument::Keyword(name, value) => {
                    let value = self.evaluate(value);
                    arguments.keywords.push((name.as_ref().to_owned(), value));
                }
                Argument::Unpacked(value) => {
                    let value = self.evaluate(value);
                    for element in self.elements(&value) {
                        arguments.open |= element.region.is_some();
                        arguments.positional.push(element.value);
                    }
                }
                Argument::UnpackedKeywords(value) => {
                    let value = self.evaluate(value);
                    unpack_keywords(self, &value, &mut arguments);
                }
            }
        }
        arguments
    }

    /// Says that an object is asked for its parts in a way that is not modelled.
    pub(crate) fn taken_apart(&mut self, value: &Value) {
        if matches!(value, Value::Object(_)) && self.reaches(value) {
            self.host.escaped("an object", "how it is taken apart is not read", self.stack.at());
        }
    }

    /// Returns the items without those that are certainly there twice.
    pub(crate) fn distinct(&mut self, items: Vec<Value>) -> Vec<Value> {
        let mut distinct: Vec<Value> = Vec::with_capacity(items.len());
        let mut texts = HashSet::new();
        for item in items {
            let twice = match item.as_str() {
                Some(text) => !texts.insert(text),
                None => distinct.iter().any(|known| self.equal(known, &item) == Some(true)),
            };
            if !twice {
                distinct.push(item);
            }
        }
        distinct
    }

    /// Wraps an item for a list when its element is not certainly there.
    pub(crate) fn item(value: Value, region: Option<Region>) -> Value {
        match region {
            Some(region) => perhaps(value, region),
            None => value,
        }
    }
}

fn is_constant(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Bytes(_) => true,
        ExpressionKind::Text(parts) => parts.iter().all(|part| matches!(part, Part::Known(..))),
        ExpressionKind::None
        | ExpressionKind::Ellipsis
        | ExpressionKind::Bool(_)
        | ExpressionKind::Int(_)
        | ExpressionKind::Float(_) => true,
        _ => false,
    }
}

fn compound(this: &mut Interpreter<'_>, expression: &Expression) -> Value {
    match &expression.kind {
        ExpressionKind::Text(parts) => literal(this, parts, Letters::Text),
        ExpressionKind::Bytes(parts) => literal(this, parts, Letters::Bytes),
        ExpressionKind::Tuple(items) => Value::tuple(evaluated(this, items)),
        ExpressionKind::List(items) => Value::list(evaluated(this, items)),
        ExpressionKind::Set(items) => set_of(this, items),
        ExpressionKind::Dict(pairs) => dict_of(this, pairs),
        ExpressionKind::Attribute(object, name) => {
            let object = this.evaluate(object);
            this.attribute(&object, name)
        }
        ExpressionKind::Subscript(object, key) => {
            let object = this.evaluate(object);
            let key = this.evaluate(key);
            this.subscript(&object, &key)
        }
        ExpressionKind::Call(callee, arguments) => {
            call_expression(this, expression, callee, arguments)
        }
        ExpressionKind::Binary(..) => binary_chain(this, expression),
        ExpressionKind::Comprehension(comprehension) => run_comprehension(this, comprehension),
        ExpressionKind::Lambda(definition) => {
            let function = function(this, definition);
            is_used(this, &function);
            function
        }
        _ => logical(this, expression),
    }
}

fn logical(this: &mut Interpreter<'_>, expression: &Expression) -> Value {
    match &expression.kind {
        ExpressionKind::Unary(operator, operand) => {
            let operand = this.evaluate(operand);
            unary(this, operator, &operand)
        }
        ExpressionKind::Not(operand) => {
            let operand = this.evaluate(operand);
            negated(this, &operand)
        }
        ExpressionKind::And(left, right) => short_circuit(this, left, right, false),
        ExpressionKind::Or(left, right) => short_circuit(this, left, right, true),
        ExpressionKind::Compare(first, rest) => comparisons(this, first, rest),
        ExpressionKind::Conditional { test, then, otherwise } => {
            conditional(this, test, then, otherwise)
        }
        ExpressionKind::Named(name, value) => {
            let value = this.evaluate(value);
            this.bind_here(name, value.clone());
            value
        }
        ExpressionKind::Await(value) => this.evaluate(value),
        ExpressionKind::Starred(value) => this.evaluate(value),
        ExpressionKind::Slice(bounds) => {
            let bounds = bounds.each_ref().map(|bound| match bound {
                Some(bound) => this.evaluate(bound),
                None => Value::None,
            });
            Value::Object(Rc::new(Object::Slice(bounds)))
        }
        ExpressionKind::Yield(value) => {
            let value = value.as_ref().map_or(Value::None, |value| this.evaluate(value));
            yield_item(this, value)
        }
        ExpressionKind::YieldFrom(value) => {
            let value = this.evaluate(value);
            let items = this.listed(&value);
            if let Some(yielded) = this.stack.frame().yielded.clone() {
                this.change_items(&yielded, |yielded| yielded.extend(items));
            }
            Value::Unknown(Unknown {
                why: "a generator returns it".into(),
                reaches: true,
                class: None,
            })
        }
        ExpressionKind::Unreadable(names) => {
            this.unreadable(names, expression.span);
            Value::unknown("this does not parse")
        }
        _ => Value::None,
    }
}

fn yield_item(this: &mut Interpreter<'_>, value: Value) -> Value {
    if run_pending(this, value.clone()).is_none()
        && let Some(yielded) = this.stack.frame().yielded.clone()
    {
        this.change_items(&yielded, |yielded| yielded.push(value));
    }
    Value::unknown("a generator is sent it")
}

fn evaluated(this: &mut Interpreter<'_>, items: &[Expression]) -> Vec<Value> {
    // What nests takes steps, so that nothing is deeper than steps were taken.
    if items.iter().any(|item| !is_constant(item)) && !this.step() {
        return Vec::new();
    }
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match &item.kind {
            ExpressionKind::Starred(inner) => {
                let value = this.evaluate(inner);
                values.extend(this.listed(&value));
            }
            _ => values.push(this.evaluate(item)),
        }
    }
    values
}

fn set_of(this: &mut Interpreter<'_>, items: &[Expression]) -> Value {
    let items = evaluated(this, items);
    Value::set(this.distinct(items))
}

fn dict_of(this: &mut Interpreter<'_>, pairs: &[(Option<Expression>, Expression)]) -> Value {
    let dict = Value::dict(Vec::with_capacity(pairs.len()));
    if pairs.iter().any(|(_, value)| !is_constant(value)) && !this.step() {
        return dict;
    }
    // As long as all keys are plain, one that was not seen yet is at no place of the dict.
    let mut seen = Some(HashSet::new());
    for (key, value) in pairs {
        match key {
            Some(key) => {
                let key = this.evaluate(key);
                let value = this.evaluate(value);
                let own = plain_key(&key);
                seen = seen.filter(|_| own.is_some());
                let is_new = seen.as_mut().zip(own).is_some_and(|(seen, own)| seen.insert(own));
                match &dict {
                    Value::Dict(pairs) if is_new => {
                        change_pairs(this, pairs, |pairs| pairs.push((key, value)));
                    }
                    dict => this.set_subscript(dict, &key, value),
                }
            }
            None => {
                seen = None;
                let value = this.evaluate(value);
                this.update_dict(&dict, &value);
            }
        }
    }
    dict
}

/// A key that equals no other but its like.
#[derive(PartialEq, Eq, Hash)]
enum PlainKey {
    Int(i64),
    Text(Rc<str>),
}

fn plain_key(key: &Value) -> Option<PlainKey> {
    match key {
        Value::Int(number) => Some(PlainKey::Int(*number)),
        Value::Str(text) => match &text.pieces[..] {
            [Piece::Known { text: known, .. }] if text.letters != Letters::Bytes => {
                Some(PlainKey::Text(Rc::clone(known)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `left and right`, `left or right`.
fn short_circuit(
    this: &mut Interpreter<'_>,
    left: &Expression,
    right: &Expression,
    or: bool,
) -> Value {
    let left = this.evaluate(left);
    match this.truth(&left) {
        Some(truth) if truth == or => left,
        Some(_) => this.evaluate(right),
        None => {
            let right = this.speculatively(|this| this.evaluate(right));
            match this.truth(&right) {
                // `unknown and False` is false, `unknown or True` is true, whatever the left
                // side is.
                Some(truth) if truth == or && matches!(right, Value::Bool(_)) => right,
                _ => this.join(&left, &right),
            }
        }
    }
}

fn conditional(
    this: &mut Interpreter<'_>,
    test: &Expression,
    then: &Expression,
    otherwise: &Expression,
) -> Value {
    let test = this.evaluate(test);
    match this.truth(&test) {
        Some(true) => this.evaluate(then),
        Some(false) => this.evaluate(otherwise),
        None => {
            let then = this.speculatively(|this| this.evaluate(then));
            let otherwise = this.speculatively(|this| this.evaluate(otherwise));
            this.join(&then, &otherwise)
        }
    }
}

fn unpack_keywords(this: &mut Interpreter<'_>, value: &Value, arguments: &mut Arguments) {
    let value = match value {
        Value::Object(object) if matches!(&**object, Object::Names(_) | Object::Attributes(_)) => {
            &namespace_as_dict(this, value)
        }
        value => value,
    };
    let Value::Dict(pairs) = value else {
        arguments.open = true;
        return this.taken_apart(value);
    };
    let pairs = pairs.borrow().clone();
    for (key, value) in pairs {
        let value = match &value {
            Value::Object(object) if matches!(&**object, Object::Perhaps { .. }) => {
                arguments.open = true;
                this.unknown_like("it is given under a condition that cannot be decided", &value)
            }
            _ => value,
        };
        match key.as_str() {
            Some(key) => arguments.keywords.push((key, value)),
            None => arguments.open = true,
        }
    }
}

/// Tells whether a name stands for a module that the host has, imported already or not.
fn is_of_host(this: &mut Interpreter<'_>, value: &Value) -> bool {
    match value {
        Value::Host(_) => true,
        Value::Object(object) => match &**object {
            Object::Import(import) => this.host.module(&import.module).is_some(),
            _ => false,
        },
        _ => false,
    }
}
