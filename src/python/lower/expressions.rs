//! Expressions and assignment targets.

use std::collections::HashSet;

use tree_sitter::Node;

use crate::python::lower::lowering::{Lowering, children, field, fields};
use crate::python::lower::tree::span;
use crate::python::syntax::{
    Argument, Clause, Comprehension, ComprehensionKind, Expression, ExpressionKind,
};
use crate::text::cut;

impl<'t> Lowering<'t> {
    /// Lowers an expression or an assignment target.
    pub(crate) fn expression(&mut self, node: Node<'t>) -> Expression {
        let mut node = node;
        while matches!(node.kind(), "parenthesized_expression" | "as_pattern_target" | "type") {
            match children(node)[..] {
                [inner] => node = inner,
                _ => return self.unreadable(node),
            }
        }
        if self.is_too_deep(node) {
            return self.unreadable(node);
        }
        let kind = self.kind(node);
        Expression { span: span(node), kind }
    }

    fn kind(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "identifier" | "keyword_identifier" => ExpressionKind::Name(self.name(node)),
            "string" if self.is_bytes(node) => ExpressionKind::Bytes(self.string(node)),
            "string" => ExpressionKind::Text(self.string(node)),
            "concatenated_string" if self.is_bytes(node) => {
                ExpressionKind::Bytes(self.strings(node))
            }
            "concatenated_string" => ExpressionKind::Text(self.strings(node)),
            "call" => self.call(node),
            "attribute" => self.attribute(node),
            "integer" => self.integer(node),
            "float" => float(self.source(node)),
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "none" => ExpressionKind::None,
            "ellipsis" => ExpressionKind::Ellipsis,
            "list" | "list_pattern" => ExpressionKind::List(self.items(node)),
            "tuple" | "tuple_pattern" | "expression_list" | "pattern_list" => {
                ExpressionKind::Tuple(self.items(node))
            }
            "set" => ExpressionKind::Set(self.items(node)),
            "dictionary" => self.dictionary(node),
            _ => self.compound_kind(node),
        }
    }

    fn compound_kind(&mut self, node: Node<'t>) -> ExpressionKind {
        match node.kind() {
            "subscript" => self.subscript(node),
            "slice" => self.slice(node),
            "binary_operator" => self.binary(node),
            "boolean_operator" => self.boolean(node),
            "comparison_operator" => self.comparison(node),
            "not_operator" => ExpressionKind::Not(self.boxed(field(node, "argument"), node)),
            "unary_operator" => self.unary(node),
            "conditional_expression" => self.conditional(node),
            "lambda" => self.lambda(node),
            "list_comprehension" => self.comprehension(node, ComprehensionKind::List),
            "set_comprehension" => self.comprehension(node, ComprehensionKind::Set),
            "dictionary_comprehension" => self.comprehension(node, ComprehensionKind::Dict),
            "generator_expression" => self.comprehension(node, ComprehensionKind::Generator),
            "named_expression" => self.named(node),
            "list_splat" | "list_splat_pattern" => ExpressionKind::Starred(self.only(node)),
            "await" => ExpressionKind::Await(self.only(node)),
            "yield" => self.yielded(node),
            // `Optional[int]` as a base or in an annotation that is also code.
            "generic_type" | "union_type" | "constrained_type" | "member_type" | "splat_type" => {
                ExpressionKind::Ellipsis
            }
            "chevron" => self.only_kind(node),
            _ => ExpressionKind::Unreadable(self.names_in(node)),
        }
    }

    fn only_kind(&mut self, node: Node<'t>) -> ExpressionKind {
        self.only(node).kind
    }

    fn only(&mut self, node: Node<'t>) -> Box<Expression> {
        self.boxed(children(node).first().copied(), node)
    }

    fn boxed(&mut self, child: Option<Node<'t>>, parent: Node<'t>) -> Box<Expression> {
        Box::new(match child {
            Some(child) => self.expression(child),
            None => self.unreadable(parent),
        })
    }

    /// Lowers the children of a node as a tuple.
    pub(crate) fn tuple(&mut self, node: Node<'t>) -> Expression {
        Expression { span: span(node), kind: ExpressionKind::Tuple(self.items(node)) }
    }

    fn items(&mut self, node: Node<'t>) -> Vec<Expression> {
        children(node)
            .into_iter()
            .map(|child| {
                let starred = self.text.as_bytes().get(child.start_byte()) == Some(&b'*');
                let item = self.expression(child);
                if starred { hoisted(item) } else { item }
            })
            .collect()
    }

    fn integer(&mut self, node: Node<'t>) -> ExpressionKind {
        let source = self.source(node);
        if source.ends_with(['l', 'L']) {
            self.only_python2(span(node), "a long integer literal is Python 2");
        }
        integer(source)
    }

    fn attribute(&mut self, node: Node<'t>) -> ExpressionKind {
        let object = self.boxed(field(node, "object"), node);
        match field(node, "attribute") {
            Some(name) => ExpressionKind::Attribute(object, self.word(name)),
            None => ExpressionKind::Unreadable(self.names_in(node)),
        }
    }

    fn call(&mut self, node: Node<'t>) -> ExpressionKind {
        let callee = self.boxed(field(node, "function"), node);
        let arguments = match field(node, "arguments") {
            Some(list) if list.kind() == "argument_list" => self.arguments(list),
            Some(generator) => vec![Argument::Positional(self.expression(generator))],
            None => Vec::new(),
        };
        ExpressionKind::Call(callee, arguments)
    }

    /// Lowers an argument list.
    pub(crate) fn arguments(&mut self, node: Node<'t>) -> Vec<Argument> {
        children(node).into_iter().map(|child| self.argument(child)).collect()
    }

    fn argument(&mut self, node: Node<'t>) -> Argument {
        match node.kind() {
            "keyword_argument" => {
                let value = self.boxed(field(node, "value"), node);
                match field(node, "name") {
                    Some(name) => Argument::Keyword(self.word(name), *value),
                    None => Argument::Positional(*value),
                }
            }
            "list_splat" => Argument::Unpacked(*self.only(node)),
            "dictionary_splat" => Argument::UnpackedKeywords(*self.only(node)),
            _ => Argument::Positional(self.expression(node)),
        }
    }

    fn dictionary(&mut self, node: Node<'t>) -> ExpressionKind {
        let pairs = children(node).into_iter().map(|child| match child.kind() {
            "pair" => {
                let key = self.boxed(field(child, "key"), child);
                (Some(*key), *self.boxed(field(child, "value"), child))
            }
            "dictionary_splat" => (None, *self.only(child)),
            _ => (None, self.unreadable(child)),
        });
        ExpressionKind::Dict(pairs.collect())
    }

    fn subscript(&mut self, node: Node<'t>) -> ExpressionKind {
        let value = self.boxed(field(node, "value"), node);
        let keys = fields(node, "subscript");
        let key = match keys[..] {
            [single] => self.expression(single),
            _ => {
                let items = keys.into_iter().map(|key| self.expression(key)).collect();
                Expression { span: span(node), kind: ExpressionKind::Tuple(items) }
            }
        };
        ExpressionKind::Subscript(value, Box::new(key))
    }

    fn slice(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut cursor = node.walk();
        let parts: Vec<_> =
            node.children(&mut cursor).filter(|child| child.kind() != "comment").collect();
        let mut bounds = [None, None, None];
        let mut index = 0;
        for part in parts {
            match part.kind() {
                ":" => index += 1,
                _ if index < 3 => bounds[index] = Some(self.expression(part)),
                _ => {}
            }
        }
        ExpressionKind::Slice(Box::new(bounds))
    }

    fn binary(&mut self, node: Node<'t>) -> ExpressionKind {
        let left = self.boxed(field(node, "left"), node);
        let right = self.boxed(field(node, "right"), node);
        let Some(operator) = field(node, "operator") else {
            return ExpressionKind::Unreadable(self.names_in(node));
        };
        ExpressionKind::Binary(left, self.word(operator), right)
    }

    fn boolean(&mut self, node: Node<'t>) -> ExpressionKind {
        let left = self.boxed(field(node, "left"), node);
        let right = self.boxed(field(node, "right"), node);
        match field(node, "operator").map(|operator| operator.kind()) {
            Some("and") => ExpressionKind::And(left, right),
            _ => ExpressionKind::Or(left, right),
        }
    }

    fn comparison(&mut self, node: Node<'t>) -> ExpressionKind {
        let mut cursor = node.walk();
        let operators: Vec<_> = node.children_by_field_name("operators", &mut cursor).collect();
        let known: HashSet<usize> = operators.iter().map(Node::id).collect();
        let mut operands = children(node).into_iter().filter(|child| !known.contains(&child.id()));
        let first = operands.next();
        let first = self.boxed(first, node);
        let mut rest = Vec::new();
        for (operator, operand) in operators.iter().zip(operands) {
            if operator.kind() == "<>" {
                self.only_python2(span(*operator), "`<>` is Python 2");
            }
            let name = if operator.kind() == "<>" { "!=" } else { operator.kind() };
            rest.push((name.into(), self.expression(operand)));
        }
        ExpressionKind::Compare(first, rest)
    }

    fn unary(&mut self, node: Node<'t>) -> ExpressionKind {
        let argument = self.boxed(field(node, "argument"), node);
        match field(node, "operator") {
            Some(operator) => ExpressionKind::Unary(self.word(operator), argument),
            None => ExpressionKind::Unreadable(self.names_in(node)),
        }
    }

    fn conditional(&mut self, node: Node<'t>) -> ExpressionKind {
        let parts = children(node);
        let [then, test, otherwise] = parts[..] else {
            return ExpressionKind::Unreadable(self.names_in(node));
        };
        ExpressionKind::Conditional {
            then: Box::new(self.expression(then)),
            test: Box::new(self.expression(test)),
            otherwise: Box::new(self.expression(otherwise)),
        }
    }

    fn comprehension(&mut self, node: Node<'t>, kind: ComprehensionKind) -> ExpressionKind {
        let Some(body) = field(node, "body") else {
            return ExpressionKind::Unreadable(self.names_in(node));
        };
        let (element, value) = match body.kind() {
            "pair" => {
                let key = self.boxed(field(body, "key"), body);
                (*key, Some(*self.boxed(field(body, "value"), body)))
            }
            _ => (self.expression(body), None),
        };
        let clauses =
            children(node).into_iter().filter_map(|child| self.clause_of(child)).collect();
        ExpressionKind::Comprehension(Box::new(Comprehension { kind, element, value, clauses }))
    }

    fn clause_of(&mut self, node: Node<'t>) -> Option<Clause> {
        match node.kind() {
            "for_in_clause" => {
                let target = self.boxed(field(node, "left"), node);
                let rights = fields(node, "right");
                let items = match rights[..] {
                    [single] => self.expression(single),
                    _ => self.unreadable(node),
                };
                Some(Clause::For(*target, items))
            }
            "if_clause" => Some(Clause::If(*self.only(node))),
            _ => None,
        }
    }

    fn named(&mut self, node: Node<'t>) -> ExpressionKind {
        let value = self.boxed(field(node, "value"), node);
        match field(node, "name") {
            Some(name) => ExpressionKind::Named(self.name(name), value),
            None => ExpressionKind::Unreadable(self.names_in(node)),
        }
    }

    fn yielded(&mut self, node: Node<'t>) -> ExpressionKind {
        self.yields = true;
        let mut cursor = node.walk();
        let from = node.children(&mut cursor).any(|child| child.kind() == "from");
        match children(node).first() {
            None => ExpressionKind::Yield(None),
            Some(value) if from => ExpressionKind::YieldFrom(Box::new(self.expression(*value))),
            Some(value) => ExpressionKind::Yield(Some(Box::new(self.expression(*value)))),
        }
    }
}

/// Puts a star where it belongs: the grammar reads `[*f(x)]` as a call of `*f`.
fn hoisted(mut item: Expression) -> Expression {
    if matches!(item.kind, ExpressionKind::Starred(_)) || !unstarred(&mut item) {
        return item;
    }
    let span = item.span;
    item.span.start += 1;
    Expression { span, kind: ExpressionKind::Starred(Box::new(item)) }
}

/// Takes the star away that an expression begins with.
fn unstarred(expression: &mut Expression) -> bool {
    let found = match &mut expression.kind {
        ExpressionKind::Call(first, _)
        | ExpressionKind::Attribute(first, _)
        | ExpressionKind::Subscript(first, _)
        | ExpressionKind::Binary(first, ..)
        | ExpressionKind::And(first, _)
        | ExpressionKind::Or(first, _)
        | ExpressionKind::Compare(first, _)
        | ExpressionKind::Conditional { then: first, .. } => return unstarred(first),
        ExpressionKind::Starred(inner) => std::mem::replace(&mut inner.kind, ExpressionKind::None),
        _ => return false,
    };
    expression.kind = found;
    true
}

fn integer(source: &str) -> ExpressionKind {
    let digits = source.replace('_', "").to_ascii_lowercase();
    let digits = digits.trim_end_matches('l');
    let parsed = match digits.get(..2) {
        Some("0x") => i64::from_str_radix(cut::from(digits, 2), 16),
        Some("0o") => i64::from_str_radix(cut::from(digits, 2), 8),
        Some("0b") => i64::from_str_radix(cut::from(digits, 2), 2),
        // `0755` is how Python 2 writes octal numbers.
        _ if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8),
        _ => digits.parse(),
    };
    parsed.map_or_else(|_| float(digits), ExpressionKind::Int)
}

fn float(source: &str) -> ExpressionKind {
    let digits = source.replace('_', "");
    digits.parse().map_or(ExpressionKind::Unreadable(Vec::new()), ExpressionKind::Float)
}
