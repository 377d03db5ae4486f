//! An `env.py`, parsed, and what stands in it.

use std::collections::HashSet;
use std::rc::Rc;

use crate::python::module::{self, Module};
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, Part, StatementKind};
use crate::python::walk::{Seen, walk};
use crate::sql::timeout::TIMEOUTS;
use crate::text::cut;
use crate::text::source::{Span, Text};

/// An `env.py`, parsed.
pub(crate) struct Env {
    pub(crate) path: Rc<str>,
    pub(crate) text: Rc<Text>,
    pub(crate) module: Rc<Module>,
}

impl Env {
    /// Parses one.
    pub(crate) fn of(path: &str, text: &Rc<Text>) -> Self {
        Env { path: path.into(), module: module::parse(text).module, text: text.clone() }
    }

    /// Returns every expression.
    pub(crate) fn expressions(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        walk(&self.module.body, &mut |seen| {
            if let Seen::Expression(expression) = seen {
                found.push(expression);
            }
        });
        found
    }

    /// Returns every string that is not a docstring, with `…` for what is filled in, and where it
    /// stands.
    pub(crate) fn strings(&self) -> Vec<(String, Span)> {
        let mut docstrings = Vec::new();
        let mut found = Vec::new();
        walk(&self.module.body, &mut |seen| match seen {
            Seen::Statement(statement) => {
                if let StatementKind::Expression(Expression { kind: Kind::Text(_), span }) =
                    &statement.kind
                {
                    docstrings.push(*span);
                }
            }
            Seen::Expression(expression) => {
                if let Some(text) =
                    spelled(expression).filter(|_| !docstrings.contains(&expression.span))
                {
                    found.push((text, expression.span));
                }
            }
        });
        found
    }

    /// Returns where strings stand that something is compared with.
    pub(crate) fn tested(&self) -> HashSet<Span> {
        let mut tested = HashSet::new();
        for expression in self.expressions() {
            let compared: Vec<&Expression> = match &expression.kind {
                Kind::Compare(first, others) => {
                    let others = others.iter().map(|(_, other)| other);
                    std::iter::once(&**first).chain(others).collect()
                }
                Kind::Call(callee, arguments) if is_test(callee) => arguments
                    .iter()
                    .filter_map(|argument| match argument {
                        Argument::Positional(value) => Some(value),
                        _ => None,
                    })
                    .collect(),
                _ => continue,
            };
            for value in compared {
                match &value.kind {
                    Kind::Tuple(items) | Kind::List(items) | Kind::Set(items) => {
                        tested.extend(items.iter().map(|item| item.span))
                    }
                    _ => drop(tested.insert(value.span)),
                }
            }
        }
        tested
    }

    /// Returns the file and the line of a place in it: `alembic/env.py:12`.
    pub(crate) fn place(&self, span: Span) -> String {
        format!("{}:{}", self.path, self.text.line_of(span.start))
    }

    /// Returns where locks are limited.
    pub(crate) fn limits_locks(&self) -> Option<String> {
        let limit = self.strings().into_iter().find(|(text, _)| limits_locks(text));
        limit.map(|(_, span)| self.place(span))
    }

    /// Returns where a keyword is given: in a call, or in a dict that may be unpacked into one.
    pub(crate) fn keyword(&self, keyword: &str) -> Option<String> {
        let in_call = |argument: &Argument| match argument {
            Argument::Keyword(name, value) if &**name == keyword => Some(value.span),
            _ => None,
        };
        let found = self.expressions().into_iter().find_map(|expression| match &expression.kind {
            Kind::Call(_, arguments) => arguments.iter().find_map(in_call),
            Kind::Dict(rows) => rows.iter().find_map(|(key, value)| {
                let named = key.as_ref().and_then(spelled).is_some_and(|key| key == keyword);
                named.then_some(value.span)
            }),
            _ => None,
        });
        found.map(|span| self.place(span))
    }
}

/// Tells whether a function only looks at its argument: `url.startswith("sqlite")`.
fn is_test(callee: &Expression) -> bool {
    matches!(&callee.kind, Kind::Attribute(_, name) if matches!(&**name, "startswith" | "endswith"))
}

/// Returns a string as far as it is known.
pub(crate) fn spelled(expression: &Expression) -> Option<String> {
    let Kind::Text(parts) = &expression.kind else { return None };
    let piece = |part: &Part| match part {
        Part::Known(text, _) => text.to_string(),
        Part::Hole { .. } => "…".to_owned(),
    };
    Some(parts.iter().map(piece).collect())
}

/// Tells whether a text sets a timeout for locks or statements, on any database, and not to zero.
pub(super) fn limits_locks(text: &str) -> bool {
    let lower = text.to_lowercase();
    TIMEOUTS.iter().any(|name| {
        lower.find(name).is_some_and(|at| {
            let rest = cut::from(&lower, at + name.len()).trim_start_matches(|letter: char| {
                letter.is_whitespace() || matches!(letter, '=' | '\'' | '"' | ':')
            });
            let rest = rest.strip_prefix("to ").unwrap_or(rest).trim_start_matches(['\'', ' ']);
            !rest.starts_with('0') && !rest.starts_with("default")
        })
    })
}
