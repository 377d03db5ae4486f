//! A call as a migration writes it: its callee and its arguments, by the syntax tree.

use std::rc::Rc;

use crate::python::module;
use crate::python::syntax::{Argument, Expression, ExpressionKind, StatementKind};
use crate::text::source::{Span, Text};

/// A call, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenCall {
    /// What is called: `op.add_column`.
    pub callee: String,
    /// What it is given, in order.
    pub arguments: Vec<WrittenArgument>,
}

/// An argument, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenArgument {
    /// How it is given.
    pub passing: Passing,
    /// The value.
    pub value: String,
}

/// How an argument is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passing {
    /// `a`.
    Positional,
    /// `name=a`.
    Keyword(Rc<str>),
    /// `*a`.
    Unpacked,
    /// `**a`.
    UnpackedKeywords,
}

impl WrittenCall {
    /// Reads a call; nothing where the code is none.
    pub fn parse(code: &str) -> Option<Self> {
        let text = Text::new(code);
        let written = |span: Span| text.slice(span).to_owned();
        expression(&text, |expression| {
            let ExpressionKind::Call(callee, arguments) = &expression.kind else { return None };
            let arguments = arguments.iter().map(|argument| {
                let (passing, value) = match argument {
                    Argument::Positional(value) => (Passing::Positional, value),
                    Argument::Keyword(name, value) => (Passing::Keyword(Rc::clone(name)), value),
                    Argument::Unpacked(value) => (Passing::Unpacked, value),
                    Argument::UnpackedKeywords(value) => (Passing::UnpackedKeywords, value),
                };
                WrittenArgument { passing, value: written(value.span) }
            });
            Some(WrittenCall { callee: written(callee.span), arguments: arguments.collect() })
        })
    }

    /// Returns the values that are given by position.
    pub fn positional(&self) -> impl Iterator<Item = &str> {
        let positional = |argument: &&WrittenArgument| argument.passing == Passing::Positional;
        self.arguments.iter().filter(positional).map(|argument| argument.value.as_str())
    }

    /// Returns the value of a keyword.
    pub fn keyword(&self, name: &str) -> Option<&str> {
        let is_it = |argument: &&WrittenArgument| argument.is_keyword(name);
        self.arguments.iter().find(is_it).map(|argument| argument.value.as_str())
    }

    /// Takes a keyword out.
    pub fn without(mut self, keyword: &str) -> Self {
        self.arguments.retain(|argument| !argument.is_keyword(keyword));
        self
    }

    /// Takes out what is given by position and calls a constructor: `ForeignKey`.
    pub fn without_call(mut self, name: &str) -> Self {
        self.arguments.retain(|argument| {
            argument.passing != Passing::Positional
                || !WrittenCall::parse(&argument.value)
                    .is_some_and(|call| call.callee.ends_with(name))
        });
        self
    }

    /// Returns it as code.
    pub fn code(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(WrittenArgument::code).collect();
        format!("{}({})", self.callee, arguments.join(", "))
    }
}

impl WrittenArgument {
    fn is_keyword(&self, name: &str) -> bool {
        matches!(&self.passing, Passing::Keyword(keyword) if **keyword == *name)
    }

    fn code(&self) -> String {
        match &self.passing {
            Passing::Positional => self.value.clone(),
            Passing::Keyword(name) => format!("{name}={}", self.value),
            Passing::Unpacked => format!("*{}", self.value),
            Passing::UnpackedKeywords => format!("**{}", self.value),
        }
    }
}

/// Returns the dotted name that a piece of code is, or that it calls; nothing where it is neither.
pub fn dotted_name(code: &str) -> Option<String> {
    expression(&Text::new(code), |expression| match &expression.kind {
        ExpressionKind::Call(callee, _) => spelled(callee),
        _ => spelled(expression),
    })
}

fn spelled(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.to_string()),
        ExpressionKind::Attribute(of, name) => Some(format!("{}.{name}", spelled(of)?)),
        _ => None,
    }
}

/// Reads a text that is one expression and nothing else.
fn expression<T>(text: &Text, read: impl FnOnce(&Expression) -> Option<T>) -> Option<T> {
    let parsed = module::parse(text);
    let [statement] = &*parsed.module.body else { return None };
    match &statement.kind {
        StatementKind::Expression(expression) if parsed.errors.is_empty() => read(expression),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_what_the_syntax_tree_says() {
        let call = WrittenCall::parse(
            "op.f(\n    'a, b',  # not, this\n    g(1, 2),\n    *more,\n    c = 'x' == y,\n    **rest\n)",
        )
        .unwrap();
        assert_eq!(call.callee, "op.f");
        assert_eq!(call.positional().collect::<Vec<_>>(), ["'a, b'", "g(1, 2)"]);
        assert_eq!(call.keyword("c"), Some("'x' == y"));
        assert_eq!(call.code(), "op.f('a, b', g(1, 2), *more, c='x' == y, **rest)");
    }

    #[test]
    fn parts_are_taken_out() {
        let call = WrittenCall::parse("sa.Column('a', sa.ForeignKey('b.c'), index=True)").unwrap();
        let left = call.without("index").without_call("ForeignKey");
        assert_eq!(left.code(), "sa.Column('a')");
    }

    #[test]
    fn an_argument_may_begin_with_any_letter() {
        let call = WrittenCall::parse("f(\n    \"启用\",\n    \"停用\",\n    name=\"status\",\n)")
            .unwrap();
        assert_eq!((call.positional().count(), call.keyword("name")), (2, Some("\"status\"")));
    }

    #[test]
    fn what_is_no_call_has_a_name_at_most() {
        assert_eq!(WrittenCall::parse("op.f"), None);
        assert_eq!(WrittenCall::parse("x = op.f()"), None);
        assert_eq!(dotted_name("op.f").as_deref(), Some("op.f"));
        assert_eq!(dotted_name("a.b.c(1)(2)"), None);
        assert_eq!(dotted_name("a.b.c(1)").as_deref(), Some("a.b.c"));
    }
}
