//! `with`.
//!
//! A function under `@contextmanager` is run when a `with` enters it, and the body of the `with`
//! runs where the function yields: so what stands around the `yield` comes before and behind the
//! body, as in Python.

use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{Function, Object};
use crate::python::run::statements::Outcome;
use crate::python::syntax::{Block, Expression, Statement};
use crate::python::value::Value;

type Items = Rc<[(Expression, Option<Expression>)]>;

/// The body of a `with`, to be run where a context manager function yields.
#[derive(Debug)]
pub(crate) struct PendingBody {
    items: Items,
    index: usize,
    body: Block,
    outcome: Option<Outcome>,
}

impl Interpreter<'_> {
    /// Runs `with`.
    pub(crate) fn with_statement(
        &mut self,
        statement: &Statement,
        items: &Items,
        body: &Block,
    ) -> Outcome {
        self.stand_at_statement(statement.header);
        self.enter(items, 0, body)
    }

    fn enter(&mut self, items: &Items, index: usize, body: &Block) -> Outcome {
        let Some((manager, _)) = items.get(index) else { return self.block(body) };
        let value = self.evaluate(manager);
        if self.raising {
            return Outcome::raising();
        }
        self.stand_at(manager.span);
        match &value {
            Value::Host(id) => {
                let bound = self.host_enter(*id);
                let outcome = self.entered(items, index, body, bound);
                self.stand_at_statement(manager.span);
                self.host_leave(*id);
                outcome
            }
            Value::Object(object) => self.enter_object(&value, object, items, index, body),
            _ => self.entered(items, index, body, value),
        }
    }

    fn entered(&mut self, items: &Items, index: usize, body: &Block, bound: Value) -> Outcome {
        if let Some((_, Some(target))) = items.get(index) {
            self.assign(target, bound);
        }
        self.deeper(|this| this.enter(items, index + 1, body)).unwrap_or_default()
    }

    fn enter_object(
        &mut self,
        value: &Value,
        object: &Rc<Object>,
        items: &Items,
        index: usize,
        body: &Block,
    ) -> Outcome {
        match &**object {
            Object::ContextManager { function, arguments } => {
                self.enter_function(function, arguments.clone(), items, index, body)
            }
            Object::Either(values) => self.enter_each(values, items, index, body),
            Object::Builtin(name) if &**name == "contextlib.suppress" => {
                self.within(Region::Guarded, |this| this.entered(items, index, body, Value::None))
            }
            Object::Instance(_) => {
                let bound = self
                    .special(value, "__enter__", Vec::new())
                    .or_else(|| self.special(value, "__aenter__", Vec::new()));
                let leaves = bound.is_some();
                let bound = bound.unwrap_or_else(|| value.clone());
                let outcome = self.entered(items, index, body, bound);
                if leaves {
                    let given = vec![Value::None; 3];
                    self.special(value, "__exit__", given.clone())
                        .or_else(|| self.special(value, "__aexit__", given));
                }
                outcome
            }
            _ => self.entered(items, index, body, value.clone()),
        }
    }

    /// Enters all alternatives around the one body.
    fn enter_each(
        &mut self,
        values: &[Value],
        items: &Items,
        index: usize,
        body: &Block,
    ) -> Outcome {
        let ids: Vec<_> = values
            .iter()
            .filter_map(|value| match value {
                Value::Host(id) => Some(*id),
                _ => None,
            })
            .collect();
        let bound = self.each(values, |this, value| match value {
            Value::Host(id) => this.host_enter(*id),
            _ => value.clone(),
        });
        let outcome = self.entered(items, index, body, bound);
        for id in ids.into_iter().rev() {
            self.host_leave(id);
        }
        outcome
    }

    fn enter_function(
        &mut self,
        function: &Value,
        arguments: Arguments,
        items: &Items,
        index: usize,
        body: &Block,
    ) -> Outcome {
        let Value::Object(object) = function else {
            return self.entered(items, index, body, Value::None);
        };
        let Object::Function(function) = &**object else {
            return self.entered(items, index, body, Value::None);
        };
        let pending =
            PendingBody { items: Rc::clone(items), index, body: Rc::clone(body), outcome: None };
        match self.run_manager(function, arguments, pending) {
            Some(outcome) => outcome,
            None => self.entered(items, index, body, Value::unknown("a context manager yields it")),
        }
    }

    fn run_manager(
        &mut self,
        function: &Function,
        arguments: Arguments,
        pending: PendingBody,
    ) -> Option<Outcome> {
        let frame = self.frame_for(function, arguments, None, Some(pending))?;
        let span = function.definition.span;
        let (_, frame) = self.in_frame(frame, span, |this| this.body_of(&function.definition));
        self.raising = false;
        frame.pending?.outcome
    }

    /// Runs the body of the `with` that the current frame was entered for; nothing where it was
    /// not.
    pub(crate) fn run_pending(&mut self, bound: Value) -> Option<()> {
        let pending = self.frame().pending.as_ref()?;
        let (items, index, body) =
            (Rc::clone(&pending.items), pending.index, Rc::clone(&pending.body));
        if self.frames.len() < 2 {
            return None;
        }
        let (frame, site, statement) =
            (self.frames.pop()?, self.sites.pop()?, self.statements.pop()?);
        let outcome = self.entered(&items, index, &body, bound);
        self.frames.push(frame);
        self.sites.push(site);
        self.statements.push(statement);
        let earlier = self.frame_mut().pending.as_mut().and_then(|pending| pending.outcome.take());
        let outcome = match earlier {
            Some(earlier) => self.either_way(earlier, outcome),
            None => outcome,
        };
        if let Some(pending) = self.frame_mut().pending.as_mut() {
            pending.outcome = Some(outcome);
        }
        Some(())
    }
}
