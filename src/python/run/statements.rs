//! Statements.

use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::run::definitions::{define_class, define_function};
use crate::python::run::imports::{import, import_from};
use crate::python::run::loops::{for_loop, while_loop};
use crate::python::run::outcome::{End, Outcome};
use crate::python::run::targets::{augmented, delete};
use crate::python::scope::{Elsewhere, ScopeKind};
use crate::python::syntax::{Expression, ExpressionKind, Statement, StatementKind};
use crate::python::value::Value;

impl Interpreter<'_> {
    /// Runs statements one after the other. Behind one that may leave, the rest is conditional.
    pub(crate) fn block(&mut self, block: &[Statement]) -> Outcome {
        let mut total = Outcome::falling();
        let mut opened = false;
        for statement in block {
            let outcome = self.statement(statement);
            let leaves = outcome.leaves();
            total = followed(self, total, outcome);
            if self.halted || !total.falls {
                total.falls &= !self.halted;
                break;
            }
            if leaves && !opened {
                self.open(Region::Conditional);
                opened = true;
            }
        }
        if opened {
            self.close();
        }
        total
    }

    /// Returns how one of the two may end.
    pub(crate) fn either_way(&mut self, one: Outcome, other: Outcome) -> Outcome {
        let returned = match (one.returned, other.returned) {
            (Some(one), Some(other)) => Some(self.join(&one, &other)),
            (one, other) => one.or(other),
        };
        Outcome {
            falls: one.falls || other.falls,
            returned,
            breaks: one.breaks || other.breaks,
            continues: one.continues || other.continues,
            raises: one.raises || other.raises,
        }
    }

    fn statement(&mut self, statement: &Statement) -> Outcome {
        if !self.step() {
            return Outcome::default();
        }
        self.stack.stand_at_statement(statement.header);
        let outcome = self.deeper(|this| dispatch(this, statement)).unwrap_or_default();
        if std::mem::take(&mut self.raising) {
            return Outcome::raising();
        }
        outcome
    }
}

/// Returns how `first` and then `second` may end.
pub(crate) fn followed(this: &mut Interpreter<'_>, first: Outcome, second: Outcome) -> Outcome {
    let falls = first.falls && second.falls;
    Outcome { falls, ..this.either_way(first, second) }
}

fn dispatch(this: &mut Interpreter<'_>, statement: &Statement) -> Outcome {
    match &statement.kind {
        StatementKind::Return(value) => {
            let value = value.as_ref().map_or(Value::None, |value| this.evaluate(value));
            return Outcome { returned: Some(value), ..Outcome::default() };
        }
        StatementKind::Break => return Outcome { breaks: true, ..Outcome::default() },
        StatementKind::Continue => return Outcome { continues: true, ..Outcome::default() },
        StatementKind::Raise(value, cause) => return raise(this, value.as_ref(), cause.as_ref()),
        StatementKind::If { branches, otherwise } => {
            return this.branches(branches, otherwise.as_deref());
        }
        StatementKind::For { target, items, body, otherwise } => {
            return for_loop(this, statement, target, items, body, otherwise.as_deref());
        }
        StatementKind::While { test, body, otherwise } => {
            return while_loop(this, statement, test, body, otherwise.as_deref());
        }
        StatementKind::Try { body, handlers, otherwise, finally } => {
            return this.try_statement(body, handlers, otherwise.as_deref(), finally.as_deref());
        }
        StatementKind::With { items, body } => {
            return this.with_statement(statement, items, body);
        }
        StatementKind::Match { subject, cases } => return this.match_statement(subject, cases),
        StatementKind::Assert(test, message) => {
            return assertion(this, test, message.as_ref());
        }
        _ => simple(this, statement),
    }
    Outcome::falling()
}

fn simple(this: &mut Interpreter<'_>, statement: &Statement) {
    match &statement.kind {
        StatementKind::Expression(expression) => {
            this.evaluate(expression);
        }
        StatementKind::Assign { targets, value } => assignment(this, targets, value),
        StatementKind::Annotated { target, annotation, named, value, .. } => {
            if let Some(value) = value {
                let value = this.evaluate(value);
                this.assign(target, value);
            }
            // The annotation of a local name is not evaluated.
            let local = matches!(target.kind, ExpressionKind::Name(_))
                && this.stack.scope().kind == ScopeKind::Function;
            if let Some(annotation) = annotation.as_ref().filter(|_| !local) {
                this.evaluate(annotation);
            }
            if !local {
                this.annotated(named);
            }
        }
        StatementKind::Augmented { target, operator, value } => {
            augmented(this, target, operator, value)
        }
        StatementKind::Delete(targets) => targets.iter().for_each(|target| delete(this, target)),
        StatementKind::Global(names) => elsewhere(this, names, Elsewhere::Global),
        StatementKind::Nonlocal(names) => elsewhere(this, names, Elsewhere::Nonlocal),
        StatementKind::Import(names) => import(this, names),
        StatementKind::From { module, level, names } => import_from(this, module, *level, names),
        StatementKind::Function { definition, decorators } => {
            define_function(this, definition, decorators)
        }
        StatementKind::Class { definition, decorators } => {
            define_class(this, definition, decorators)
        }
        StatementKind::Python2(values) => values.iter().for_each(|value| {
            this.evaluate(value);
        }),
        StatementKind::Unreadable(names) => this.unreadable(names, statement.span),
        _ => {}
    }
}

fn assignment(this: &mut Interpreter<'_>, targets: &[Expression], value: &Expression) {
    let value = this.evaluate(value);
    for target in targets {
        this.assign(target, value.clone());
    }
}

fn elsewhere(this: &mut Interpreter<'_>, names: &[Rc<str>], kind: Elsewhere) {
    let scope = this.stack.scope();
    let mut declared = scope.elsewhere.borrow_mut();
    declared.extend(names.iter().map(|name| (Rc::clone(name), kind)));
}

fn raise(
    this: &mut Interpreter<'_>,
    value: Option<&Expression>,
    cause: Option<&Expression>,
) -> Outcome {
    for value in [value, cause].into_iter().flatten() {
        let mut value = this.evaluate(value);
        // A class that is raised is called, and so is one that is said to be the cause.
        if matches!(&value, Value::Object(object) if object.as_class().is_some()) {
            value = this.call_value(&value, Arguments::default(), "raise");
        }
        this.raised_reaches |= this.reaches(&value);
    }
    this.raising = false;
    ends_here(this, "it is raised");
    Outcome::raising()
}

/// Remembers where the program ends, if nothing catches what is raised here.
pub(crate) fn ends_here(this: &mut Interpreter<'_>, why: &'static str) {
    let (frames, statements) = (this.stack.sites.clone(), this.stack.statements.clone());
    this.end = Some(End { why, frames, statements });
}

fn assertion(
    this: &mut Interpreter<'_>,
    test: &Expression,
    message: Option<&Expression>,
) -> Outcome {
    let value = this.evaluate(test);
    let holds = this.truth(&value);
    if let Some(message) = message.filter(|_| holds != Some(true)) {
        match holds {
            Some(_) => this.evaluate(message),
            None => this.speculatively(|this| this.evaluate(message)),
        };
    }
    match holds {
        Some(false) => {
            ends_here(this, "the assertion fails");
            Outcome::raising()
        }
        _ => Outcome::falling(),
    }
}
