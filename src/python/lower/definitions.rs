//! Functions, lambdas and classes.

use std::rc::Rc;

use tree_sitter::Node;

use crate::python::lower::lowering::{Lowering, children, field};
use crate::python::lower::tree::span;
use crate::python::parsed::BlockKind;
use crate::python::syntax::{
    Block, Body, ClassDefinition, Expression, ExpressionKind, FunctionDefinition, Parameter,
    ParameterKind, StatementKind,
};
use crate::text::source::Span;

impl<'t> Lowering<'t> {
    pub(super) fn decorated(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let mut decorators = Vec::new();
        for child in children(node).into_iter().filter(|child| child.kind() == "decorator") {
            if let Some(decorator) = children(child).first() {
                decorators.push(self.expression(*decorator));
            }
        }
        match field(node, "definition") {
            Some(inner) if inner.kind() == "class_definition" => {
                self.class_statement(inner, node.start_byte(), decorators)
            }
            Some(inner) => self.function_statement(inner, node.start_byte(), decorators),
            None => (span(node), StatementKind::Unreadable(self.names_in(node))),
        }
    }

    pub(super) fn function_statement(
        &mut self,
        node: Node<'t>,
        from: usize,
        decorators: Vec<Expression>,
    ) -> (Span, StatementKind) {
        let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
            return (span(node), StatementKind::Unreadable(self.names_in(node)));
        };
        let header = self.block_of(from, node, body, BlockKind::Function);
        let parameters = self.parameters(field(node, "parameters"));
        let annotations = self.annotations(node);
        let annotated = self.annotated(node);
        let returns = field(node, "return_type").map(span);
        let outer = std::mem::replace(&mut self.yields, false);
        let first = self.seen.len();
        let block = self.block(body);
        let definition = FunctionDefinition {
            name: self.word(name),
            name_span: span(name),
            parameters,
            body_span: span(body),
            annotations,
            annotated,
            returns,
            generator: std::mem::replace(&mut self.yields, outer),
            names: self.names_since(first),
            docstring: docstring(&block),
            body: Body::Block(block),
            span: Span::new(from, node.end_byte()),
        };
        (header, StatementKind::Function { definition: Rc::new(definition), decorators })
    }

    pub(super) fn lambda(&mut self, node: Node<'t>) -> ExpressionKind {
        let parameters = self.parameters(field(node, "parameters"));
        let outer = std::mem::replace(&mut self.yields, false);
        let first = self.seen.len();
        let body = match field(node, "body") {
            Some(body) => self.expression(body),
            None => self.unreadable(node),
        };
        ExpressionKind::Lambda(Rc::new(FunctionDefinition {
            name: Rc::from("<lambda>"),
            name_span: span(node),
            parameters,
            body_span: body.span,
            annotations: Vec::new(),
            annotated: Vec::new(),
            returns: None,
            generator: std::mem::replace(&mut self.yields, outer),
            names: self.names_since(first),
            docstring: None,
            body: Body::Expression(body),
            span: span(node),
        }))
    }

    fn names_since(&self, first: usize) -> Vec<Rc<str>> {
        let mut names = self.seen.get(first..).unwrap_or_default().to_vec();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Returns the annotations of a function in which calls stand.
    fn annotations(&mut self, node: Node<'t>) -> Vec<Expression> {
        annotations_of(node).into_iter().filter_map(|kind| self.acting_annotation(kind)).collect()
    }

    /// Returns the names in the annotations of a function in which no calls stand.
    fn annotated(&mut self, node: Node<'t>) -> Vec<Expression> {
        let all = annotations_of(node);
        all.into_iter().flat_map(|kind| self.names_of_annotation(kind)).collect()
    }

    /// Returns the names that are looked up where an annotation is evaluated. Those that stand for a
    /// type parameter are bound by no statement.
    pub(super) fn names_of_annotation(&mut self, node: Node<'t>) -> Vec<Expression> {
        let is_generic = std::iter::successors(Some(node), Node::parent)
            .any(|outer| field(outer, "type_parameters").is_some());
        let is_left = is_generic
            || self.source(node).contains(['(', ':'])
            || self.text.contains("from __future__ import annotations");
        let (mut names, mut pending) = (Vec::new(), vec![node]);
        while let Some(next) = pending.pop().filter(|_| !is_left) {
            match next.kind() {
                "identifier" => names.push(self.expression(next)),
                "attribute" if is_dotted(next) => names.push(self.expression(next)),
                "attribute" => pending.extend(field(next, "object")),
                "string" | "concatenated_string" => {}
                _ => pending.extend(children(next)),
            }
        }
        names
    }

    /// Returns an annotation that does something when it is evaluated.
    pub(super) fn acting_annotation(&mut self, node: Node<'t>) -> Option<Expression> {
        let acts = self.source(node).contains('(')
            && !self.text.contains("from __future__ import annotations");
        let inner = children(node).first().copied().unwrap_or(node);
        acts.then(|| self.expression(inner))
    }

    fn parameters(&mut self, node: Option<Node<'t>>) -> Vec<Parameter> {
        let mut plain = ParameterKind::Plain;
        let mut parameters = Vec::new();
        for child in node.map(children).unwrap_or_default() {
            match child.kind() {
                "keyword_separator" => plain = ParameterKind::Keyword,
                "positional_separator" => {}
                _ => {
                    let parameter = self.parameter(child, plain);
                    if parameter.kind == ParameterKind::Positionals {
                        plain = ParameterKind::Keyword;
                    }
                    parameters.push(parameter);
                }
            }
        }
        parameters
    }

    fn parameter(&mut self, node: Node<'t>, plain: ParameterKind) -> Parameter {
        let named = field(node, "name").or_else(|| match node.kind() {
            "typed_parameter" => children(node).first().copied(),
            _ => None,
        });
        let named = named.unwrap_or(node);
        let kind = match named.kind() {
            "list_splat_pattern" => ParameterKind::Positionals,
            "dictionary_splat_pattern" => ParameterKind::Keywords,
            _ => plain,
        };
        let name = match kind {
            ParameterKind::Positionals | ParameterKind::Keywords => {
                children(named).first().copied()
            }
            _ => Some(named),
        };
        let default = field(node, "value").map(|value| self.expression(value));
        Parameter { name: self.word(name.unwrap_or(named)), kind, default }
    }

    pub(super) fn class_statement(
        &mut self,
        node: Node<'t>,
        from: usize,
        decorators: Vec<Expression>,
    ) -> (Span, StatementKind) {
        let (Some(name), Some(body)) = (field(node, "name"), field(node, "body")) else {
            return (span(node), StatementKind::Unreadable(self.names_in(node)));
        };
        let header = self.block_of(from, node, body, BlockKind::Class);
        let bases =
            field(node, "superclasses").map(|bases| self.arguments(bases)).unwrap_or_default();
        let definition = ClassDefinition { name: self.word(name), bases, body: self.block(body) };
        (header, StatementKind::Class { definition: Rc::new(definition), decorators })
    }
}

/// Returns the span of the string literal that a body begins with.
pub(crate) fn docstring(body: &Block) -> Option<Span> {
    match &body.first()?.kind {
        StatementKind::Expression(expression) => match expression.kind {
            ExpressionKind::Text(_) => Some(expression.span),
            _ => None,
        },
        _ => None,
    }
}

/// Tells whether an attribute is names and dots: `sa.engine.Connection`.
fn is_dotted(node: Node<'_>) -> bool {
    field(node, "object").is_some_and(|object| match object.kind() {
        "identifier" => true,
        "attribute" => is_dotted(object),
        _ => false,
    })
}

fn annotations_of<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let parameters = field(node, "parameters").map(children).unwrap_or_default();
    let kinds = parameters.into_iter().filter_map(|parameter| field(parameter, "type"));
    kinds.chain(field(node, "return_type")).collect()
}
