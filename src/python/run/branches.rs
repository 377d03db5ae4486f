//! `if`, `try`, `match`: stretches that may not run.

use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::comparison::compare;
use crate::python::run::forks::{fork, merge};
use crate::python::run::journal::Changes;
use crate::python::run::outcome::{CAUGHT, Outcome};
use crate::python::run::statements::followed;
use crate::python::syntax::{
    Block, Case, Expression, ExpressionKind, Handler, Pattern, Statement, StatementKind,
};
use crate::python::value::{HostId, Unknown, Value};

impl Interpreter<'_> {
    /// Runs `if`. Branches behind a test that cannot be decided are all read, each from the state
    /// before.
    pub(crate) fn branches(
        &mut self,
        branches: &[(Expression, Block)],
        otherwise: Option<&[Statement]>,
    ) -> Outcome {
        let Some(((test, body), rest)) = branches.split_first() else {
            return otherwise.map_or_else(Outcome::falling, |body| self.block(body));
        };
        self.stack.stand_at_statement(test.span);
        let value = self.evaluate(test);
        if self.raising {
            return Outcome::raising();
        }
        match self.truth(&value) {
            Some(true) => self.block(body),
            Some(false) => self.branches(rest, otherwise),
            None => {
                if let Value::Unknown(unknown) = &value {
                    self.host.undecided(&unknown.why);
                }
                if let Some((of, holds)) = tested(self, test) {
                    self.host.depends_on(of, holds);
                }
                either_branch(
                    self,
                    Region::Conditional,
                    |this| this.block(body),
                    |this| this.deeper(|this| this.branches(rest, otherwise)).unwrap_or_default(),
                )
            }
        }
    }

    /// Runs a stretch that may not run.
    pub(crate) fn perhaps_run(
        &mut self,
        region: Region,
        run: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let (outcome, changes) = fork(self, |this| this.within(region, run));
        let mut alternatives = vec![Changes::default()];
        goes_on(self, &outcome, changes, &mut alternatives);
        merge(self, alternatives, region);
        self.either_way(Outcome::falling(), outcome)
    }

    /// Runs `try`: the body guarded where a handler goes on, the handlers under a condition.
    pub(crate) fn try_statement(
        &mut self,
        body: &[Statement],
        handlers: &[Handler],
        otherwise: Option<&[Statement]>,
        finally: Option<&[Statement]>,
    ) -> Outcome {
        let goes_on = handlers.iter().any(|handler| !ends_in_raise(&handler.body));
        let mut outcome = match goes_on {
            true => self.within(Region::Guarded, |this| this.block(body)),
            false => self.block(body),
        };
        let imported = only_imports(body)
            && self.within(Region::Guarded, |this| imports_are_known(this, body));
        let raised = outcome.raises && !outcome.falls && !outcome.leaves();
        if let Some(otherwise) = otherwise.filter(|_| outcome.falls) {
            let after = self.block(otherwise);
            outcome = followed(self, outcome, after);
        }
        if !handlers.is_empty() {
            outcome.raises = false;
        }
        let mut caught = !raised || handlers.is_empty();
        for handler in handlers.iter().filter(|_| !imported) {
            let after = match caught {
                true => self.perhaps_run(Region::Conditional, |this| run_handler(this, handler)),
                false => self.within(Region::Conditional, |this| run_handler(this, handler)),
            };
            caught = true;
            // A handler that leaves is taken only when something failed, which is not what is
            // judged.
            outcome.falls |= after.falls && raised;
            outcome.raises |= after.raises;
            if raised {
                outcome = self.either_way(outcome, after);
            }
        }
        match finally {
            Some(finally) => {
                let falls = outcome.falls;
                let after = self.block(finally);
                let mut outcome = self.either_way(outcome, after);
                outcome.falls = falls;
                outcome
            }
            None => outcome,
        }
    }

    /// Runs `match`.
    pub(crate) fn match_statement(&mut self, subject: &Expression, cases: &[Case]) -> Outcome {
        let value = self.evaluate(subject);
        match_cases(self, &value, cases)
    }

    pub(crate) fn bind_here(&mut self, name: &Rc<str>, value: Value) {
        let scope = self.stack.scope().binds(name);
        self.bind(&scope.names, name, value);
    }
}

fn ends_in_raise(body: &[Statement]) -> bool {
    body.last().is_some_and(|statement| match &statement.kind {
        StatementKind::Raise(..) => true,
        StatementKind::If { branches, otherwise: Some(otherwise) } => {
            ends_in_raise(otherwise) && branches.iter().all(|(_, body)| ends_in_raise(body))
        }
        _ => false,
    })
}

fn only_imports(body: &[Statement]) -> bool {
    body.iter().all(|statement| {
        matches!(&statement.kind, StatementKind::From { .. } | StatementKind::Import(_))
    })
}

/// Returns the host value that a test asks by its name alone, and whether the test holds where
/// the value is true.
fn tested(this: &mut Interpreter<'_>, test: &Expression) -> Option<(HostId, bool)> {
    match &test.kind {
        ExpressionKind::Not(inner) => {
            let (of, holds) = tested(this, inner)?;
            Some((of, !holds))
        }
        ExpressionKind::Name(name) => match this.stack.scope().look_up(name)? {
            Value::Host(of) => Some((of, true)),
            _ => None,
        },
        _ => None,
    }
}

/// Runs two stretches from the same state, one of which is taken, and goes on with what both
/// may leave.
pub(crate) fn either_branch<'i>(
    this: &mut Interpreter<'i>,
    region: Region,
    one: impl FnOnce(&mut Interpreter<'i>) -> Outcome,
    other: impl FnOnce(&mut Interpreter<'i>) -> Outcome,
) -> Outcome {
    let (first, first_changes) = fork(this, |this| this.within(region, one));
    this.host.otherwise();
    let (second, second_changes) = fork(this, |this| this.within(region, other));
    let mut alternatives = Vec::new();
    goes_on(this, &first, first_changes, &mut alternatives);
    goes_on(this, &second, second_changes, &mut alternatives);
    merge(this, alternatives, region);
    this.either_way(first, second)
}

/// Keeps the changes of a branch that something can follow.
fn goes_on(
    this: &mut Interpreter<'_>,
    outcome: &Outcome,
    changes: Changes,
    alternatives: &mut Vec<Changes>,
) {
    if outcome.falls || outcome.breaks || outcome.continues {
        alternatives.push(changes);
    } else if outcome.returned.is_some() {
        alternatives.push(changes.outliving(&this.stack.scope().names));
    } else {
        this.graveyard.changes(changes);
    }
}

fn run_handler(this: &mut Interpreter<'_>, handler: &Handler) -> Outcome {
    this.stack.stand_at_statement(handler.header);
    // What is caught is computed, and that may call something.
    if let Some(test) = handler.test.as_ref().filter(|test| !is_plainly_named(test)) {
        this.evaluate(test);
    }
    if let Some(name) = &handler.name {
        let scope = this.stack.scope();
        // It holds what it was raised with.
        let caught = Value::Unknown(Unknown {
            why: CAUGHT.into(),
            reaches: this.raised_reaches,
            class: None,
        });
        this.bind(&scope.names, name, caught);
    }
    this.block(&handler.body)
}

/// Tells whether an expression is names alone: `ValueError`, `sa.exc.DBAPIError`, a tuple of them.
fn is_plainly_named(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Name(_) => true,
        ExpressionKind::Attribute(of, _) => is_plainly_named(of),
        ExpressionKind::Tuple(items) => items.iter().all(is_plainly_named),
        _ => false,
    }
}

fn match_cases(this: &mut Interpreter<'_>, subject: &Value, cases: &[Case]) -> Outcome {
    let Some((case, rest)) = cases.split_first() else { return Outcome::falling() };
    let mut matches = matches(this, &case.pattern, subject);
    if let (Some(guard), true) = (&case.guard, matches != Some(false)) {
        let value = this.evaluate(guard);
        matches = match (matches, this.truth(&value)) {
            (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    match matches {
        Some(true) => this.block(&case.body),
        Some(false) => match_cases(this, subject, rest),
        None => either_branch(
            this,
            Region::Conditional,
            |this| this.block(&case.body),
            |this| this.deeper(|this| match_cases(this, subject, rest)).unwrap_or_default(),
        ),
    }
}

fn matches(this: &mut Interpreter<'_>, pattern: &Pattern, subject: &Value) -> Option<bool> {
    match pattern {
        Pattern::Any | Pattern::Star(None) => Some(true),
        Pattern::Value(value) => {
            let value = this.evaluate(value);
            let equal = compare(this, "==", subject, &value);
            this.truth(&equal)
        }
        Pattern::Capture(name) | Pattern::Star(Some(name)) => {
            this.bind_here(name, subject.clone());
            Some(true)
        }
        Pattern::As(pattern, name) => {
            let matches = matches(this, pattern, subject);
            this.bind_here(name, subject.clone());
            matches
        }
        Pattern::Or(patterns) => matches_one_of(this, patterns, subject),
        Pattern::Sequence(patterns) => matches_sequence(this, patterns, subject),
        Pattern::Other(names) => {
            this.taken_apart(subject);
            for name in names {
                if this.stack.scope().look_up(name).is_none() {
                    let part = this.unknown_like("a pattern binds it", subject);
                    this.bind_here(name, part);
                }
            }
            None
        }
    }
}

fn matches_one_of(
    this: &mut Interpreter<'_>,
    patterns: &[Pattern],
    subject: &Value,
) -> Option<bool> {
    let mut answer = Some(false);
    for pattern in patterns {
        match matches(this, pattern, subject) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}

fn matches_sequence(
    this: &mut Interpreter<'_>,
    patterns: &[Pattern],
    subject: &Value,
) -> Option<bool> {
    let star = patterns.iter().position(|pattern| matches!(pattern, Pattern::Star(_)));
    let items = match subject {
        Value::Tuple(_) | Value::List(_) => match star {
            None => subject.items(),
            Some(star) => subject.items().and_then(|items| gathered(items, star, patterns.len())),
        },
        Value::Unknown(_) | Value::Host(_) => None,
        _ => return Some(false),
    };
    if items.as_ref().is_some_and(|items| items.len() != patterns.len()) {
        return Some(false);
    }
    let mut answer = items.is_some().then_some(true);
    for (index, pattern) in patterns.iter().enumerate() {
        let item = items.as_ref().and_then(|items| items.get(index)).cloned();
        let item = item.unwrap_or_else(|| this.unknown_like("a pattern binds it", subject));
        match matches(this, pattern, &item) {
            Some(true) => {}
            Some(false) if answer.is_some() => return Some(false),
            _ => answer = None,
        }
    }
    answer
}

/// Puts what a starred pattern takes into a list of its own; nothing where there are too few.
fn gathered(items: Vec<Value>, star: usize, patterns: usize) -> Option<Vec<Value>> {
    let taken = (items.len() + 1).checked_sub(patterns)?;
    let (head, rest) = items.split_at(star);
    let (middle, tail) = rest.split_at(taken);
    let middle = [Value::list(middle.to_vec())];
    Some(head.iter().chain(&middle).chain(tail).cloned().collect())
}

fn imports_are_known(this: &mut Interpreter<'_>, body: &[Statement]) -> bool {
    body.iter().all(|statement| match &statement.kind {
        StatementKind::From { names, .. } => {
            names.iter().all(|(name, alias)| import_is_known(this, alias.as_ref().unwrap_or(name)))
        }
        StatementKind::Import(names) => names.iter().all(|(name, alias)| match alias {
            Some(alias) => import_is_known(this, alias),
            None => import_is_known(this, name.split('.').next().unwrap_or(name)),
        }),
        _ => true,
    })
}

fn import_is_known(this: &mut Interpreter<'_>, name: &str) -> bool {
    let value = this.stack.scope().look_up(name).map(|value| this.settled(value));
    match value {
        None | Some(Value::Unknown(_)) => false,
        Some(Value::Object(object)) => match &*object {
            Object::Module(module) => module.file.is_some(),
            _ => true,
        },
        Some(_) => true,
    }
}
