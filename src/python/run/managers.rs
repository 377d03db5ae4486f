//! `with`.
//!
//! A function under `@contextmanager` is run when a `with` enters it, and the body of the `with`
//! runs where the function yields: so what stands around the `yield` comes before and behind the
//! body, as in Python.

use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::object::{Function, Object};
use crate::python::run::calls::{body_of, frame_for};
use crate::python::run::outcome::Outcome;
use crate::python::run::stack::{Items, PendingBody};
use crate::python::syntax::{Block, Statement};
use crate::python::value::Value;

impl Interpreter<'_> {
    /// Runs `with`.
    pub(crate) fn with_statement(
        &mut self,
        statement: &Statement,
        items: &Items,
        body: &Block,
    ) -> Outcome {
        self.stack.stand_at_statement(statement.header);
        enter(self, items, 0, body)
    }
}

fn enter(this: &mut Interpreter<'_>, items: &Items, index: usize, body: &Block) -> Outcome {
    let Some((manager, _)) = items.get(index) else { return this.block(body) };
    let value = this.evaluate(manager);
    if this.raising {
        return Outcome::raising();
    }
    this.stack.stand_at(manager.span);
    match &value {
        Value::Host(id) => {
            let bound = this.host.enter(*id, this.stack.at());
            let outcome = entered(this, items, index, body, bound);
            this.stack.stand_at_statement(manager.span);
            this.host.leave(*id, this.stack.at());
            outcome
        }
        Value::Object(object) => enter_object(this, &value, object, items, index, body),
        _ => entered(this, items, index, body, value),
    }
}

fn entered(
    this: &mut Interpreter<'_>,
    items: &Items,
    index: usize,
    body: &Block,
    bound: Value,
) -> Outcome {
    if let Some((_, Some(target))) = items.get(index) {
        this.assign(target, bound);
    }
    this.deeper(|this| enter(this, items, index + 1, body)).unwrap_or_default()
}

fn enter_object(
    this: &mut Interpreter<'_>,
    value: &Value,
    object: &Rc<Object>,
    items: &Items,
    index: usize,
    body: &Block,
) -> Outcome {
    match &**object {
        Object::ContextManager { function, arguments } => {
            enter_function(this, function, arguments.clone(), items, index, body)
        }
        Object::Either(values) => enter_each(this, values, items, index, body),
        Object::Builtin(name) if &**name == "contextlib.suppress" => {
            this.within(Region::Guarded, |this| entered(this, items, index, body, Value::None))
        }
        Object::Instance(_) => {
            let bound = this
                .special(value, "__enter__", Vec::new())
                .or_else(|| this.special(value, "__aenter__", Vec::new()));
            let leaves = bound.is_some();
            let bound = bound.unwrap_or_else(|| value.clone());
            let outcome = entered(this, items, index, body, bound);
            if leaves {
                let given = vec![Value::None; 3];
                this.special(value, "__exit__", given.clone())
                    .or_else(|| this.special(value, "__aexit__", given));
            }
            outcome
        }
        _ => entered(this, items, index, body, value.clone()),
    }
}

/// Enters all alternatives around the one body.
fn enter_each(
    this: &mut Interpreter<'_>,
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
    let bound = this.each(values, |this, value| match value {
        Value::Host(id) => this.host.enter(*id, this.stack.at()),
        _ => value.clone(),
    });
    let outcome = entered(this, items, index, body, bound);
    for id in ids.into_iter().rev() {
        this.host.leave(id, this.stack.at());
    }
    outcome
}

fn enter_function(
    this: &mut Interpreter<'_>,
    function: &Value,
    arguments: Arguments,
    items: &Items,
    index: usize,
    body: &Block,
) -> Outcome {
    let Value::Object(object) = function else {
        return entered(this, items, index, body, Value::None);
    };
    let Object::Function(function) = &**object else {
        return entered(this, items, index, body, Value::None);
    };
    let pending =
        PendingBody { items: Rc::clone(items), index, body: Rc::clone(body), outcome: None };
    match run_manager(this, function, arguments, pending) {
        Some(outcome) => outcome,
        None => entered(this, items, index, body, Value::unknown("a context manager yields it")),
    }
}

fn run_manager(
    this: &mut Interpreter<'_>,
    function: &Function,
    arguments: Arguments,
    pending: PendingBody,
) -> Option<Outcome> {
    let frame = frame_for(this, function, arguments, None, Some(pending))?;
    let span = function.definition.span;
    let (_, frame) = this.in_frame(frame, span, |this| body_of(this, &function.definition));
    this.raising = false;
    frame.pending?.outcome
}

/// Runs the body of the `with` that the current frame was entered for; nothing where it was
/// not.
pub(crate) fn run_pending(this: &mut Interpreter<'_>, bound: Value) -> Option<()> {
    let pending = this.stack.frame().pending.as_ref()?;
    let (items, index, body) = (Rc::clone(&pending.items), pending.index, Rc::clone(&pending.body));
    if this.stack.frames.len() < 2 {
        return None;
    }
    let (frame, site, statement) =
        (this.stack.frames.pop()?, this.stack.sites.pop()?, this.stack.statements.pop()?);
    let outcome = entered(this, &items, index, &body, bound);
    this.stack.frames.push(frame);
    this.stack.sites.push(site);
    this.stack.statements.push(statement);
    let earlier =
        this.stack.frame_mut().pending.as_mut().and_then(|pending| pending.outcome.take());
    let outcome = match earlier {
        Some(earlier) => this.either_way(earlier, outcome),
        None => outcome,
    };
    if let Some(pending) = this.stack.frame_mut().pending.as_mut() {
        pending.outcome = Some(outcome);
    }
    Some(())
}
