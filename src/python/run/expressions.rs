//! Expressions.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::builtin::functions;
use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::join::perhaps;
use crate::python::run::statements::Outcome;
use crate::python::syntax::{Argument, Expression, ExpressionKind, Part};
use crate::python::value::{Unknown, Value};

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
                let before = self.stand_at(expression.span);
                let value = self.deeper(|this| this.compound(expression));
                self.stand_at(before);
                value.unwrap_or_else(|| Value::unknown("code is nested too deeply"))
            }
        }
    }

    fn compound(&mut self, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Text(parts) => self.text(parts),
            ExpressionKind::Tuple(items) => Value::tuple(self.items(items)),
            ExpressionKind::List(items) => Value::list(self.items(items)),
            ExpressionKind::Set(items) => self.set_of(items),
            ExpressionKind::Dict(pairs) => self.dict_of(pairs),
            ExpressionKind::Attribute(object, name) => {
                let object = self.evaluate(object);
                self.attribute(&object, name)
            }
            ExpressionKind::Subscript(object, key) => {
                let object = self.evaluate(object);
                let key = self.evaluate(key);
                self.subscript(&object, &key)
            }
            ExpressionKind::Call(callee, arguments) => {
                self.call_expression(expression, callee, arguments)
            }
            ExpressionKind::Binary(..) => self.binary_chain(expression),
            ExpressionKind::Comprehension(comprehension) => self.comprehension(comprehension),
            ExpressionKind::Lambda(definition) => {
                let function = self.function(definition);
                self.is_used(&function);
                function
            }
            _ => self.logical(expression),
        }
    }

    fn logical(&mut self, expression: &Expression) -> Value {
        match &expression.kind {
            ExpressionKind::Unary(operator, operand) => {
                let operand = self.evaluate(operand);
                self.unary(operator, &operand)
            }
            ExpressionKind::Not(operand) => {
                let operand = self.evaluate(operand);
                self.negated(&operand)
            }
            ExpressionKind::And(left, right) => self.short_circuit(left, right, false),
            ExpressionKind::Or(left, right) => self.short_circuit(left, right, true),
            ExpressionKind::Compare(first, rest) => self.comparisons(first, rest),
            ExpressionKind::Conditional { test, then, otherwise } => {
                self.conditional(test, then, otherwise)
            }
            ExpressionKind::Named(name, value) => {
                let value = self.evaluate(value);
                self.bind_here(name, value.clone());
                value
            }
            ExpressionKind::Await(value) => self.evaluate(value),
            ExpressionKind::Starred(value) => self.evaluate(value),
            ExpressionKind::Slice(bounds) => {
                let bounds = bounds.each_ref().map(|bound| match bound {
                    Some(bound) => self.evaluate(bound),
                    None => Value::None,
                });
                Value::Object(Rc::new(Object::Slice(bounds)))
            }
            ExpressionKind::Yield(value) => {
                let value = value.as_ref().map_or(Value::None, |value| self.evaluate(value));
                self.yield_item(value)
            }
            ExpressionKind::YieldFrom(value) => {
                let value = self.evaluate(value);
                let items = self.listed(&value);
                if let Some(yielded) = self.frame().yielded.clone() {
                    self.change_items(&yielded, |yielded| yielded.extend(items));
                }
                Value::Unknown(Unknown { why: "a generator returns it".into(), reaches: true })
            }
            ExpressionKind::Unreadable(names) => {
                self.unreadable(names, expression.span);
                Value::unknown("this does not parse")
            }
            _ => Value::None,
        }
    }

    fn yield_item(&mut self, value: Value) -> Value {
        if self.run_pending(value.clone()).is_none()
            && let Some(yielded) = self.frame().yielded.clone()
        {
            self.change_items(&yielded, |yielded| yielded.push(value));
        }
        Value::unknown("a generator is sent it")
    }

    /// Returns what a name means here.
    pub(crate) fn name(&mut self, name: &Rc<str>) -> Value {
        let scope = self.scope();
        if let Some(value) = scope.look_up(name) {
            let value = self.settled(value);
            self.is_used(&value);
            return value;
        }
        match &**name {
            "__file__" => return Value::text(&self.frame().file.path),
            "__name__" => {
                let path = Rc::clone(&self.frame().file.path);
                return Value::text(
                    path.trim_end_matches(".py").rsplit('/').next().unwrap_or(&path),
                );
            }
            "__doc__" => return Value::None,
            "__builtins__" => return Value::Object(Rc::new(Object::Library("builtins".into()))),
            "__loader__" | "__spec__" => {
                let why = format!("`{name}` loads modules").into();
                return Value::Unknown(Unknown { why, reaches: true });
            }
            _ => {}
        }
        if functions::is_builtin(name) {
            return Value::Object(Rc::new(Object::Builtin(Rc::clone(name))));
        }
        match self.openly_imported(&scope, name) {
            Some(value) => value,
            None => self.undefined(name),
        }
    }

    fn items(&mut self, items: &[Expression]) -> Vec<Value> {
        // What nests takes steps, so that nothing is deeper than steps were taken.
        if items.iter().any(|item| !is_constant(item)) && !self.step() {
            return Vec::new();
        }
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                ExpressionKind::Starred(inner) => {
                    let value = self.evaluate(inner);
                    values.extend(self.listed(&value));
                }
                _ => values.push(self.evaluate(item)),
            }
        }
        values
    }

    fn set_of(&mut self, items: &[Expression]) -> Value {
        let items = self.items(items);
        Value::set(self.distinct(items))
    }

    fn dict_of(&mut self, pairs: &[(Option<Expression>, Expression)]) -> Value {
        let dict = Value::dict(Vec::with_capacity(pairs.len()));
        if pairs.iter().any(|(_, value)| !is_constant(value)) && !self.step() {
            return dict;
        }
        for (key, value) in pairs {
            match key {
                Some(key) => {
                    let key = self.evaluate(key);
                    let value = self.evaluate(value);
                    self.set_subscript(&dict, &key, value);
                }
                None => {
                    let value = self.evaluate(value);
                    self.update_dict(&dict, &value);
                }
            }
        }
        dict
    }

    /// `left and right`, `left or right`.
    fn short_circuit(&mut self, left: &Expression, right: &Expression, or: bool) -> Value {
        let left = self.evaluate(left);
        match self.truth(&left) {
            Some(truth) if truth == or => left,
            Some(_) => self.evaluate(right),
            None => {
                let right = self.speculatively(|this| this.evaluate(right));
                match self.truth(&right) {
                    // `unknown and False` is false, `unknown or True` is true, whatever the left
                    // side is.
                    Some(truth) if truth == or && matches!(right, Value::Bool(_)) => right,
                    _ => self.join(&left, &right),
                }
            }
        }
    }

    fn conditional(
        &mut self,
        test: &Expression,
        then: &Expression,
        otherwise: &Expression,
    ) -> Value {
        let test = self.evaluate(test);
        match self.truth(&test) {
            Some(true) => self.evaluate(then),
            Some(false) => self.evaluate(otherwise),
            None => {
                let then = self.speculatively(|this| this.evaluate(then));
                let otherwise = self.speculatively(|this| this.evaluate(otherwise));
                self.join(&then, &otherwise)
            }
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
                    self.unpack_keywords(&value, &mut arguments);
                }
            }
        }
        arguments
    }

    fn unpack_keywords(&mut self, value: &Value, arguments: &mut Arguments) {
        let value = match value {
            Value::Object(object)
                if matches!(&**object, Object::Names(_) | Object::Attributes(_)) =>
            {
                &self.namespace_as_dict(value)
            }
            value => value,
        };
        let Value::Dict(pairs) = value else {
            arguments.open = true;
            return self.taken_apart(value);
        };
        let pairs = pairs.borrow().clone();
        for (key, value) in pairs {
            let value = match &value {
                Value::Object(object) if matches!(&**object, Object::Perhaps { .. }) => {
                    arguments.open = true;
                    self.unknown_like(
                        "it is given under a condition that cannot be decided",
                        &value,
                    )
                }
                _ => value,
            };
            match key.as_str() {
                Some(key) => arguments.keywords.push((key, value)),
                None => arguments.open = true,
            }
        }
    }

    /// Says that an object is asked for its parts in a way that is not modelled.
    pub(crate) fn taken_apart(&mut self, value: &Value) {
        if matches!(value, Value::Object(_)) && self.reaches(value) {
            self.escaped("an object", "how it is taken apart is not read");
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
        ExpressionKind::Text(parts) => parts.iter().all(|part| matches!(part, Part::Known(..))),
        ExpressionKind::None
        | ExpressionKind::Ellipsis
        | ExpressionKind::Bool(_)
        | ExpressionKind::Int(_)
        | ExpressionKind::Float(_) => true,
        _ => false,
    }
}
