//! What a loop changes from turn to turn.
//!
//! A loop whose turns cannot be counted is read once. What its body changes is therefore forgotten
//! before, or the one turn would be taken for the first and tests on a counter would be decided
//! that cannot be.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::forks::change_pairs;
use crate::python::run::join::same;
use crate::python::syntax::{Argument, Expression, ExpressionKind, Statement, StatementKind};
use crate::python::value::Value;

const WHY: &str = "a loop changes it from turn to turn";

/// The lists, sets and dicts that stand for any turn while a body runs.
#[derive(Debug, Default)]
pub(crate) struct Widened(Vec<Value>);

/// What a name held before a turn.
#[derive(Debug)]
pub(crate) struct Kept {
    name: Rc<str>,
    value: Option<Value>,
    size: Option<usize>,
    reached: bool,
}

/// The names that a body changes.
#[derive(Debug, Default)]
struct Changed {
    assigned: BTreeSet<Rc<str>>,
    mutated: BTreeSet<Rc<str>>,
}

/// Returns how many items a collection has.
fn size_of(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) | Value::Set(items) => Some(items.borrow().len()),
        Value::Dict(pairs) => Some(pairs.borrow().len()),
        _ => None,
    }
}

fn earlier() -> Value {
    Value::Object(Rc::new(Object::Perhaps { item: Value::unknown(WHY), region: Region::Repeated }))
}

fn is_repeated(item: &Value) -> bool {
    matches!(item, Value::Object(object) if matches!(&**object, Object::Perhaps { .. }))
}

fn is_stand_in(item: &Value) -> bool {
    let Value::Object(object) = item else { return false };
    matches!(&**object, Object::Perhaps { item: Value::Unknown(unknown), .. } if &*unknown.why == WHY)
}

fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Tuple(_)
    )
}

impl Changed {
    fn block(&mut self, body: &[Statement]) {
        body.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Assign { targets, value } => {
                targets.iter().for_each(|target| self.target(target));
                self.expression(value);
            }
            StatementKind::Annotated { target, .. } => self.target(target),
            StatementKind::Augmented { target, .. } => self.target(target),
            StatementKind::Delete(targets) => targets.iter().for_each(|target| self.target(target)),
            StatementKind::Expression(value) => self.expression(value),
            StatementKind::For { target, body, otherwise, .. } => {
                self.target(target);
                self.block(body);
                self.block(otherwise.as_deref().unwrap_or_default());
            }
            StatementKind::While { body, otherwise, test } => {
                self.expression(test);
                self.block(body);
                self.block(otherwise.as_deref().unwrap_or_default());
            }
            StatementKind::If { branches, otherwise } => {
                for (test, body) in branches {
                    self.expression(test);
                    self.block(body);
                }
                self.block(otherwise.as_deref().unwrap_or_default());
            }
            StatementKind::Try { body, handlers, otherwise, finally } => {
                self.block(body);
                handlers.iter().for_each(|handler| self.block(&handler.body));
                self.block(otherwise.as_deref().unwrap_or_default());
                self.block(finally.as_deref().unwrap_or_default());
            }
            StatementKind::With { body, .. } => self.block(body),
            StatementKind::Match { cases, .. } => {
                cases.iter().for_each(|case| self.block(&case.body))
            }
            _ => {}
        }
    }

    fn target(&mut self, target: &Expression) {
        match &target.kind {
            ExpressionKind::Name(name) => {
                self.assigned.insert(Rc::clone(name));
            }
            ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
                items.iter().for_each(|item| self.target(item));
            }
            ExpressionKind::Starred(inner) => self.target(inner),
            ExpressionKind::Subscript(object, _) | ExpressionKind::Attribute(object, _) => {
                self.mutation(object)
            }
            _ => {}
        }
    }

    fn mutation(&mut self, object: &Expression) {
        if let ExpressionKind::Name(name) = &object.kind {
            self.mutated.insert(Rc::clone(name));
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Named(name, _) => {
                self.assigned.insert(Rc::clone(name));
            }
            ExpressionKind::Compare(first, rest) => {
                self.expression(first);
                rest.iter().for_each(|(_, operand)| self.expression(operand));
            }
            ExpressionKind::And(one, other) | ExpressionKind::Or(one, other) => {
                self.expression(one);
                self.expression(other);
            }
            ExpressionKind::Not(inner) => self.expression(inner),
            ExpressionKind::Call(callee, arguments) => {
                if let ExpressionKind::Attribute(object, method) = &callee.kind
                    && changes_its_object(method)
                {
                    self.mutation(object);
                }
                for argument in arguments {
                    match argument {
                        Argument::Positional(value) | Argument::Keyword(_, value) => {
                            self.expression(value)
                        }
                        Argument::Unpacked(value) | Argument::UnpackedKeywords(value) => {
                            self.expression(value)
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

fn changes_its_object(method: &str) -> bool {
    matches!(
        method,
        "append"
            | "extend"
            | "insert"
            | "add"
            | "update"
            | "pop"
            | "remove"
            | "clear"
            | "discard"
            | "setdefault"
    )
}

/// Forgets what a body changes.
pub(crate) fn widen(this: &mut Interpreter<'_>, body: &[Statement]) -> Widened {
    let mut changed = Changed::default();
    changed.block(body);
    let scope = this.stack.scope();
    for name in &changed.assigned {
        let Some(holder) = scope.holder(name) else { continue };
        if holder.names.get(name).is_some_and(|value| is_plain(&value)) {
            this.bind(&holder.names, name, Value::unknown(WHY));
        }
    }
    let mut widened = Widened::default();
    for name in changed.mutated.union(&changed.assigned) {
        let Some(value) = scope.look_up(name) else { continue };
        widen_collection(this, &value, &mut widened);
    }
    widened
}

/// Returns what the names that a body changes hold.
pub(crate) fn state_of(this: &mut Interpreter<'_>, body: &[Statement]) -> Vec<Kept> {
    let mut changed = Changed::default();
    changed.block(body);
    let scope = this.stack.scope();
    let names = changed.assigned.union(&changed.mutated);
    names
        .map(|name| {
            let value = scope.look_up(name);
            let size = value.as_ref().and_then(size_of);
            let reached = value.as_ref().is_some_and(|value| this.reaches(value));
            Kept { name: Rc::clone(name), value, size, reached }
        })
        .collect()
}

/// Tells whether a turn has left something that reaches where something else was before.
pub(crate) fn brought(this: &mut Interpreter<'_>, before: &[Kept]) -> bool {
    let scope = this.stack.scope();
    before.iter().any(|held| {
        let (Some(before), Some(value)) = (&held.value, scope.look_up(&held.name)) else {
            return false;
        };
        let changed = !same(before, &value) || size_of(&value) != held.size;
        // Another connection is as good as the one before; another function is not.
        let counts = matches!(value, Value::Object(_)) || !held.reached;
        changed && counts && this.reaches(&value)
    })
}

fn widen_collection(this: &mut Interpreter<'_>, value: &Value, widened: &mut Widened) {
    match value {
        Value::List(items) | Value::Set(items) => {
            this.change_items(items, |items| items.push(earlier()))
        }
        Value::Dict(pairs) => {
            change_pairs(this, pairs, |pairs| {
                pairs.push((Value::unknown(WHY), Value::unknown(WHY)))
            });
        }
        _ => return,
    }
    widened.0.push(value.clone());
}

/// Drops the stand-ins for other turns where the turn that was read has left something of its
/// own.
pub(crate) fn narrow(this: &mut Interpreter<'_>, widened: Widened) {
    for value in widened.0 {
        match &value {
            Value::List(items) | Value::Set(items) => this.change_items(items, |items| {
                let own = items.iter().any(|item| is_repeated(item) && !is_stand_in(item));
                items.retain(|item| !(is_stand_in(item) && own));
            }),
            _ => {}
        }
    }
}
