//! `if`, `try`, `match`: stretches that may not run.

use std::rc::Rc;

use crate::python::host::Region;
use crate::python::interpreter::Interpreter;
use crate::python::object::Object;
use crate::python::run::journal::Changes;
use crate::python::run::statements::Outcome;
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
        self.stand_at_statement(test.span);
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
                if let Some((of, holds)) = self.tested(test) {
                    self.host.depends_on(of, holds);
                }
                self.either_branch(
                    Region::Conditional,
                    |this| this.block(body),
                    |this| this.deeper(|this| this.branches(rest, otherwise)).unwrap_or_default(),
                )
            }
        }
    }

    /// Returns the host value that a test asks by its name alone, and whether the test holds where
    /// the value is true.
    fn tested(&mut self, test: &Expression) -> Option<(HostId, bool)> {
        match &test.kind {
            ExpressionKind::Not(inner) => {
                let (of, holds) = self.tested(inner)?;
                Some((of, !holds))
            }
            ExpressionKind::Name(name) => match self.scope().look_up(name)? {
                Value::Host(of) => Some((of, true)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Runs two stretches from the same state, one of which is taken, and goes on with what both
    /// may leave.
    pub(crate) fn either_branch(
        &mut self,
        region: Region,
        one: impl FnOnce(&mut Self) -> Outcome,
        other: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let (first, first_changes) = self.fork(|this| this.within(region, one));
        self.host.otherwise();
        let (second, second_changes) = self.fork(|this| this.within(region, other));
        let mut alternatives = Vec::new();
        self.goes_on(&first, first_changes, &mut alternatives);
        self.goes_on(&second, second_changes, &mut alternatives);
        self.merge(alternatives, region);
        self.either_way(first, second)
    }

    /// Keeps the changes of a branch that something can follow.
    fn goes_on(&mut self, outcome: &Outcome, changes: Changes, alternatives: &mut Vec<Changes>) {
        if outcome.falls || outcome.breaks || outcome.continues {
            alternatives.push(changes);
        } else if outcome.returned.is_some() {
            alternatives.push(changes.outliving(&self.scope().names));
        } else {
            self.graveyard.changes(changes);
        }
    }

    /// Runs a stretch that may not run.
    pub(crate) fn perhaps_run(
        &mut self,
        region: Region,
        run: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        let (outcome, changes) = self.fork(|this| this.within(region, run));
        let mut alternatives = vec![Changes::default()];
        self.goes_on(&outcome, changes, &mut alternatives);
        self.merge(alternatives, region);
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
        let imported =
            only_imports(body) && self.within(Region::Guarded, |this| this.imports_are_known(body));
        let raised = outcome.raises && !outcome.falls && !outcome.leaves();
        if let Some(otherwise) = otherwise.filter(|_| outcome.falls) {
            let after = self.block(otherwise);
            outcome = self.followed(outcome, after);
        }
        if !handlers.is_empty() {
            outcome.raises = false;
        }
        let mut caught = !raised || handlers.is_empty();
        for handler in handlers.iter().filter(|_| !imported) {
            let after = match caught {
                true => self.perhaps_run(Region::Conditional, |this| this.handler(handler)),
                false => self.within(Region::Conditional, |this| this.handler(handler)),
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

    fn handler(&mut self, handler: &Handler) -> Outcome {
        self.stand_at_statement(handler.header);
        if let Some(name) = &handler.name {
            let scope = self.scope();
            // It holds what it was raised with.
            let caught = Value::Unknown(Unknown {
                why: "an exception was caught".into(),
                reaches: self.raised_reaches,
            });
            self.bind(&scope.names, name, caught);
        }
        self.block(&handler.body)
    }

    /// Runs `match`.
    pub(crate) fn match_statement(&mut self, subject: &Expression, cases: &[Case]) -> Outcome {
        let value = self.evaluate(subject);
        self.cases(&value, cases)
    }

    fn cases(&mut self, subject: &Value, cases: &[Case]) -> Outcome {
        let Some((case, rest)) = cases.split_first() else { return Outcome::falling() };
        let mut matches = self.matches(&case.pattern, subject);
        if let (Some(guard), true) = (&case.guard, matches != Some(false)) {
            let value = self.evaluate(guard);
            matches = match (matches, self.truth(&value)) {
                (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        match matches {
            Some(true) => self.block(&case.body),
            Some(false) => self.cases(subject, rest),
            None => self.either_branch(
                Region::Conditional,
                |this| this.block(&case.body),
                |this| this.deeper(|this| this.cases(subject, rest)).unwrap_or_default(),
            ),
        }
    }

    fn matches(&mut self, pattern: &Pattern, subject: &Value) -> Option<bool> {
        match pattern {
            Pattern::Any | Pattern::Star(None) => Some(true),
            Pattern::Value(value) => {
                let value = self.evaluate(value);
                let equal = self.compare("==", subject, &value);
                self.truth(&equal)
            }
            Pattern::Capture(name) | Pattern::Star(Some(name)) => {
                self.bind_here(name, subject.clone());
                Some(true)
            }
            Pattern::As(pattern, name) => {
                let matches = self.matches(pattern, subject);
                self.bind_here(name, subject.clone());
                matches
            }
            Pattern::Or(patterns) => self.matches_one_of(patterns, subject),
            Pattern::Sequence(patterns) => self.matches_sequence(patterns, subject),
            Pattern::Other(names) => {
                self.taken_apart(subject);
                for name in names {
                    if self.scope().look_up(name).is_none() {
                        let part = self.unknown_like("a pattern binds it", subject);
                        self.bind_here(name, part);
                    }
                }
                None
            }
        }
    }

    fn matches_one_of(&mut self, patterns: &[Pattern], subject: &Value) -> Option<bool> {
        let mut answer = Some(false);
        for pattern in patterns {
            match self.matches(pattern, subject) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }

    fn matches_sequence(&mut self, patterns: &[Pattern], subject: &Value) -> Option<bool> {
        let star = patterns.iter().any(|pattern| matches!(pattern, Pattern::Star(_)));
        let items = match subject {
            Value::Tuple(_) | Value::List(_) if !star => subject.items(),
            Value::Unknown(_) | Value::Host(_) | Value::Tuple(_) | Value::List(_) => None,
            _ => return Some(false),
        };
        if items.as_ref().is_some_and(|items| items.len() != patterns.len()) {
            return Some(false);
        }
        let mut answer = items.is_some().then_some(true);
        for (index, pattern) in patterns.iter().enumerate() {
            let item = items.as_ref().and_then(|items| items.get(index)).cloned();
            let item = item.unwrap_or_else(|| Value::unknown("a pattern binds it"));
            match self.matches(pattern, &item) {
                Some(true) => {}
                Some(false) if answer.is_some() => return Some(false),
                _ => answer = None,
            }
        }
        answer
    }

    fn imports_are_known(&mut self, body: &[Statement]) -> bool {
        body.iter().all(|statement| match &statement.kind {
            StatementKind::From { names, .. } => names
                .iter()
                .all(|(name, alias)| self.import_is_known(alias.as_ref().unwrap_or(name))),
            StatementKind::Import(names) => names.iter().all(|(name, alias)| match alias {
                Some(alias) => self.import_is_known(alias),
                None => self.import_is_known(name.split('.').next().unwrap_or(name)),
            }),
            _ => true,
        })
    }

    fn import_is_known(&mut self, name: &str) -> bool {
        let value = self.scope().look_up(name).map(|value| self.settled(value));
        match value {
            None | Some(Value::Unknown(_)) => false,
            Some(Value::Object(object)) => match &*object {
                Object::Module(module) => module.file.is_some(),
                _ => true,
            },
            Some(_) => true,
        }
    }

    pub(crate) fn bind_here(&mut self, name: &Rc<str>, value: Value) {
        let scope = self.scope().binds(name);
        self.bind(&scope.names, name, value);
    }
}

fn ends_in_raise(body: &[Statement]) -> bool {
    body.last().is_some_and(|statement| match &statement.kind {
        StatementKind::Raise(_) => true,
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
