//! `match` and its patterns.

use tree_sitter::Node;

use crate::python::lower::lowering::{Lowering, children, field, fields};
use crate::python::lower::tree::span;
use crate::python::parsed::BlockKind;
use crate::python::syntax::{Case, Expression, ExpressionKind, Pattern, StatementKind};
use crate::text::source::Span;

impl<'t> Lowering<'t> {
    pub(super) fn match_statement(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let subjects = fields(node, "subject");
        let subject = match subjects[..] {
            [single] => self.expression(single),
            _ => {
                let items = subjects.into_iter().map(|subject| self.expression(subject)).collect();
                Expression { span: span(node), kind: ExpressionKind::Tuple(items) }
            }
        };
        let Some(body) = field(node, "body") else {
            return (span(node), StatementKind::Unreadable(self.names_in(node)));
        };
        let header = self.block_of(node.start_byte(), node, body, BlockKind::Branch);
        let clauses = children(body).into_iter().filter(|child| child.kind() == "case_clause");
        let cases = clauses.map(|clause| self.case(clause)).collect();
        (header, StatementKind::Match { subject, cases })
    }

    fn case(&mut self, node: Node<'t>) -> Case {
        let patterns: Vec<_> =
            children(node).into_iter().filter(|child| child.kind() == "case_pattern").collect();
        let pattern = match patterns[..] {
            [single] => self.pattern(single),
            _ => Pattern::Sequence(
                patterns.into_iter().map(|pattern| self.pattern(pattern)).collect(),
            ),
        };
        let guard = field(node, "guard").and_then(|guard| children(guard).first().copied());
        let guard = guard.map(|guard| self.expression(guard));
        let body = field(node, "consequence");
        if let Some(body) = body {
            self.block_of(node.start_byte(), node, body, BlockKind::Branch);
        }
        let body = body.map_or_else(|| std::rc::Rc::from(Vec::new()), |body| self.block(body));
        Case { pattern, guard, body }
    }

    fn pattern(&mut self, node: Node<'t>) -> Pattern {
        if self.is_too_deep(node) {
            return Pattern::Other(self.names_in(node));
        }
        match node.kind() {
            "case_pattern" => match children(node)[..] {
                [inner] => self.pattern(inner),
                _ if self.source(node) == "_" => Pattern::Any,
                _ => self.value_pattern(node),
            },
            "as_pattern" => self.as_pattern(node),
            "union_pattern" => Pattern::Or(self.union_members(node)),
            "list_pattern" | "tuple_pattern" => self.sequence_pattern(node),
            "splat_pattern" => Pattern::Star(children(node).first().map(|name| self.name(*name))),
            "dotted_name" => self.dotted_pattern(node),
            "dict_pattern" | "class_pattern" | "keyword_pattern" => {
                Pattern::Other(self.names_in(node))
            }
            _ => self.value_pattern(node),
        }
    }

    fn as_pattern(&mut self, node: Node<'t>) -> Pattern {
        match children(node)[..] {
            [inner, name] => Pattern::As(Box::new(self.pattern(inner)), self.name(name)),
            _ => Pattern::Other(self.names_in(node)),
        }
    }

    fn sequence_pattern(&mut self, node: Node<'t>) -> Pattern {
        let items: Vec<_> = children(node).into_iter().map(|item| self.pattern(item)).collect();
        let grouped =
            node.kind() == "tuple_pattern" && items.len() == 1 && !self.source(node).contains(',');
        match (grouped, items.len()) {
            (true, 1) => items.into_iter().next().unwrap_or(Pattern::Any),
            _ => Pattern::Sequence(items),
        }
    }

    fn union_members(&mut self, node: Node<'t>) -> Vec<Pattern> {
        let mut cursor = node.walk();
        let members: Vec<_> =
            node.children(&mut cursor).filter(|child| child.kind() != "|").collect();
        members
            .into_iter()
            .map(|member| if member.is_named() { self.pattern(member) } else { Pattern::Any })
            .collect()
    }

    fn dotted_pattern(&mut self, node: Node<'t>) -> Pattern {
        let parts = children(node);
        let Some((first, rest)) = parts.split_first() else { return Pattern::Any };
        if rest.is_empty() {
            return match self.source(*first) {
                "_" => Pattern::Any,
                _ => Pattern::Capture(self.name(*first)),
            };
        }
        let mut value =
            Expression { span: span(*first), kind: ExpressionKind::Name(self.name(*first)) };
        for part in rest {
            let whole = Span::new(node.start_byte(), part.end_byte());
            value = Expression {
                span: whole,
                kind: ExpressionKind::Attribute(Box::new(value), self.word(*part)),
            };
        }
        Pattern::Value(value)
    }

    fn value_pattern(&mut self, node: Node<'t>) -> Pattern {
        if node.kind() == "case_pattern" {
            let negative = self.source(node).trim_start().starts_with('-');
            return match (negative, children(node).last()) {
                (true, Some(number)) => {
                    let number = self.expression(*number);
                    let kind = ExpressionKind::Unary("-".into(), Box::new(number));
                    Pattern::Value(Expression { span: span(node), kind })
                }
                _ => Pattern::Other(self.names_in(node)),
            };
        }
        Pattern::Value(self.expression(node))
    }
}
