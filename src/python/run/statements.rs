//! Statements.

use std::rc::Rc;

use crate::python::host::{Arguments, Region};
use crate::python::interpreter::Interpreter;
use crate::python::scope::{Elsewhere, ScopeKind};
use crate::python::syntax::{Expression, ExpressionKind, Statement, StatementKind};
use crate::python::value::Value;
use crate::text::source::Site;

/// How a stretch of statements may end.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// It may reach its end.
    pub(crate) falls: bool,
    /// It may return this.
    pub(crate) returned: Option<Value>,
    /// It may break out of the loop around it.
    pub(crate) breaks: bool,
    /// It may go on with the next turn of the loop around it.
    pub(crate) continues: bool,
    /// It may raise.
    pub(crate) raises: bool,
}

/// Where a program ends because something is raised.
#[derive(Clone, Debug)]
pub struct End {
    /// What ends it, as a clause.
    pub why: &'static str,
    /// The call sites, the outermost first.
    pub frames: Vec<Site>,
    /// The statements around them.
    pub statements: Vec<Site>,
}

impl Outcome {
    pub(crate) fn falling() -> Self {
        Outcome { falls: true, ..Outcome::default() }
    }

    pub(crate) fn raising() -> Self {
        Outcome { raises: true, ..Outcome::default() }
    }

    /// Tells whether what follows may be skipped.
    pub(crate) fn leaves(&self) -> bool {
        self.returned.is_some() || self.breaks || self.continues
    }
}

impl Interpreter<'_> {
    /// Runs statements one after the other. Behind one that may leave, the rest is conditional.
    pub(crate) fn block(&mut self, block: &[Statement]) -> Outcome {
        let mut total = Outcome::falling();
        let mut opened = false;
        for statement in block {
            let outcome = self.statement(statement);
            let leaves = outcome.leaves();
            total = self.followed(total, outcome);
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

    /// Returns how `first` and then `second` may end.
    pub(crate) fn followed(&mut self, first: Outcome, second: Outcome) -> Outcome {
        let falls = first.falls && second.falls;
        Outcome { falls, ..self.either_way(first, second) }
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
        self.stand_at_statement(statement.header);
        let outcome = self.deeper(|this| this.dispatch(statement)).unwrap_or_default();
        if std::mem::take(&mut self.raising) {
            return Outcome::raising();
        }
        outcome
    }

    fn dispatch(&mut self, statement: &Statement) -> Outcome {
        match &statement.kind {
            StatementKind::Return(value) => {
                let value = value.as_ref().map_or(Value::None, |value| self.evaluate(value));
                return Outcome { returned: Some(value), ..Outcome::default() };
            }
            StatementKind::Break => return Outcome { breaks: true, ..Outcome::default() },
            StatementKind::Continue => return Outcome { continues: true, ..Outcome::default() },
            StatementKind::Raise(value) => return self.raise(value.as_ref()),
            StatementKind::If { branches, otherwise } => {
                return self.branches(branches, otherwise.as_deref());
            }
            StatementKind::For { target, items, body, otherwise } => {
                return self.for_loop(statement, target, items, body, otherwise.as_deref());
            }
            StatementKind::While { test, body, otherwise } => {
                return self.while_loop(statement, test, body, otherwise.as_deref());
            }
            StatementKind::Try { body, handlers, otherwise, finally } => {
                return self.try_statement(
                    body,
                    handlers,
                    otherwise.as_deref(),
                    finally.as_deref(),
                );
            }
            StatementKind::With { items, body } => {
                return self.with_statement(statement, items, body);
            }
            StatementKind::Match { subject, cases } => return self.match_statement(subject, cases),
            StatementKind::Assert(test, message) => {
                return self.assertion(test, message.as_ref());
            }
            _ => self.simple(statement),
        }
        Outcome::falling()
    }

    fn simple(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Expression(expression) => {
                self.evaluate(expression);
            }
            StatementKind::Assign { targets, value } => self.assignment(targets, value),
            StatementKind::Annotated { target, annotation, value } => {
                if let Some(value) = value {
                    let value = self.evaluate(value);
                    self.assign(target, value);
                }
                // The annotation of a local name is not evaluated.
                let local = matches!(target.kind, ExpressionKind::Name(_))
                    && self.scope().kind == ScopeKind::Function;
                if let Some(annotation) = annotation.as_ref().filter(|_| !local) {
                    self.evaluate(annotation);
                }
            }
            StatementKind::Augmented { target, operator, value } => {
                self.augmented(target, operator, value)
            }
            StatementKind::Delete(targets) => targets.iter().for_each(|target| self.delete(target)),
            StatementKind::Global(names) => self.elsewhere(names, Elsewhere::Global),
            StatementKind::Nonlocal(names) => self.elsewhere(names, Elsewhere::Nonlocal),
            StatementKind::Import(names) => self.import(names),
            StatementKind::From { module, level, names } => self.import_from(module, *level, names),
            StatementKind::Function { definition, decorators } => {
                self.define_function(definition, decorators)
            }
            StatementKind::Class { definition, decorators } => {
                self.define_class(definition, decorators)
            }
            StatementKind::Python2(values) => values.iter().for_each(|value| {
                self.evaluate(value);
            }),
            StatementKind::Unreadable(names) => self.unreadable(names, statement.span),
            _ => {}
        }
    }

    fn assignment(&mut self, targets: &[Expression], value: &Expression) {
        let value = self.evaluate(value);
        for target in targets {
            self.assign(target, value.clone());
        }
    }

    fn elsewhere(&mut self, names: &[Rc<str>], kind: Elsewhere) {
        let scope = self.scope();
        let mut declared = scope.elsewhere.borrow_mut();
        declared.extend(names.iter().map(|name| (Rc::clone(name), kind)));
    }

    fn raise(&mut self, value: Option<&Expression>) -> Outcome {
        if let Some(value) = value {
            let mut value = self.evaluate(value);
            // A class that is raised is called.
            if matches!(&value, Value::Object(object) if object.as_class().is_some()) {
                value = self.call_value(&value, Arguments::default(), "raise");
            }
            self.raised_reaches |= self.reaches(&value);
        }
        self.raising = false;
        self.ends_here("it is raised");
        Outcome::raising()
    }

    /// Remembers where the program ends, if nothing catches what is raised here.
    pub(crate) fn ends_here(&mut self, why: &'static str) {
        let (frames, statements) = (self.sites.clone(), self.statements.clone());
        self.end = Some(End { why, frames, statements });
    }

    fn assertion(&mut self, test: &Expression, message: Option<&Expression>) -> Outcome {
        let value = self.evaluate(test);
        let holds = self.truth(&value);
        if let Some(message) = message.filter(|_| holds != Some(true)) {
            match holds {
                Some(_) => self.evaluate(message),
                None => self.speculatively(|this| this.evaluate(message)),
            };
        }
        match holds {
            Some(false) => {
                self.ends_here("the assertion fails");
                Outcome::raising()
            }
            _ => Outcome::falling(),
        }
    }
}
