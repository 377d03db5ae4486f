//! Statements, simple and compound.

use std::rc::Rc;

use tree_sitter::Node;

use crate::python::lower::lowering::{Lowering, children, field, fields};
use crate::python::lower::tree::span;
use crate::python::parsed::{BlockKind, SyntaxError};
use crate::python::syntax::{Block, Expression, Handler, Statement, StatementKind};
use crate::text::source::Span;

impl<'t> Lowering<'t> {
    /// Lowers the statements of a module or a block.
    pub(crate) fn block(&mut self, node: Node<'t>) -> Block {
        children(node).into_iter().map(|child| self.statement(child)).collect()
    }

    fn optional_block(&mut self, node: Option<Node<'t>>) -> Block {
        node.map_or_else(|| Rc::from(Vec::new()), |node| self.block(node))
    }

    fn statement(&mut self, node: Node<'t>) -> Statement {
        if self.is_too_deep(node) {
            let kind = StatementKind::Unreadable(self.names_in(node));
            return Statement { span: span(node), header: span(node), kind };
        }
        if let Some((header, kind)) = self.compound(node) {
            return Statement { span: span(node), header, kind };
        }
        self.statements.push(span(node));
        let kind = self.simple(node);
        Statement { span: span(node), header: span(node), kind }
    }

    fn compound(&mut self, node: Node<'t>) -> Option<(Span, StatementKind)> {
        Some(match node.kind() {
            "if_statement" => self.branches(node),
            "for_statement" => self.for_loop(node),
            "while_statement" => self.while_loop(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with_statement(node),
            "match_statement" => self.match_statement(node),
            "decorated_definition" => self.decorated(node),
            "function_definition" => self.function_statement(node, node.start_byte(), Vec::new()),
            "class_definition" => self.class_statement(node, node.start_byte(), Vec::new()),
            _ => return None,
        })
    }

    fn simple(&mut self, node: Node<'t>) -> StatementKind {
        match node.kind() {
            "expression_statement" => self.expression_statement(node),
            "return_statement" => StatementKind::Return(self.first(node)),
            "raise_statement" => self.raise(node),
            "delete_statement" => StatementKind::Delete(self.flat(node)),
            "pass_statement" | "type_alias_statement" | "future_import_statement" => {
                StatementKind::Pass
            }
            "break_statement" => StatementKind::Break,
            "continue_statement" => StatementKind::Continue,
            "global_statement" => StatementKind::Global(self.all_names(node)),
            "nonlocal_statement" => StatementKind::Nonlocal(self.all_names(node)),
            "import_statement" => StatementKind::Import(self.imported(node)),
            "import_from_statement" => self.import_from(node),
            "assert_statement" => {
                let mut parts = children(node).into_iter().map(|part| self.expression(part));
                match (parts.next(), parts.next()) {
                    (Some(test), message) => StatementKind::Assert(test, message),
                    (None, _) => StatementKind::Pass,
                }
            }
            "print_statement" | "exec_statement" => self.python2_statement(node),
            _ => StatementKind::Unreadable(self.names_in(node)),
        }
    }

    fn first(&mut self, node: Node<'t>) -> Option<Expression> {
        children(node).first().map(|child| self.expression(*child))
    }

    fn flat(&mut self, node: Node<'t>) -> Vec<Expression> {
        let items = match children(node)[..] {
            [list] if matches!(list.kind(), "expression_list" | "tuple") => children(list),
            _ => children(node),
        };
        items.into_iter().map(|item| self.expression(item)).collect()
    }

    fn all_names(&mut self, node: Node<'t>) -> Vec<Rc<str>> {
        children(node).into_iter().map(|child| self.name(child)).collect()
    }

    fn raise(&mut self, node: Node<'t>) -> StatementKind {
        if children(node).first().is_some_and(|raised| raised.kind() == "expression_list") {
            self.only_python2(span(node), "`raise` with a comma is Python 2");
        }
        let cause = field(node, "cause");
        let raised = children(node).into_iter().find(|child| Some(*child) != cause);
        StatementKind::Raise(
            raised.map(|raised| self.expression(raised)),
            cause.map(|cause| self.expression(cause)),
        )
    }

    fn python2_statement(&mut self, node: Node<'t>) -> StatementKind {
        let word = node.kind().trim_end_matches("_statement");
        self.only_python2(span(node), &format!("`{word}` as a statement is Python 2"));
        StatementKind::Python2(
            children(node).into_iter().map(|child| self.expression(child)).collect(),
        )
    }

    /// Notes what only Python 2 accepts.
    pub(crate) fn only_python2(&mut self, span: Span, message: &str) {
        self.python2.push(SyntaxError { span, message: message.to_owned() });
    }

    fn expression_statement(&mut self, node: Node<'t>) -> StatementKind {
        match children(node)[..] {
            [single] => match single.kind() {
                "assignment" => self.assignment(single),
                "augmented_assignment" => self.augmented(single),
                _ => StatementKind::Expression(self.expression(single)),
            },
            _ => StatementKind::Expression(self.tuple(node)),
        }
    }

    fn assignment(&mut self, node: Node<'t>) -> StatementKind {
        let mut targets = Vec::new();
        let mut node = node;
        loop {
            let annotated = field(node, "type").is_some();
            let Some(left) = field(node, "left") else {
                return StatementKind::Unreadable(self.names_in(node));
            };
            let target = self.expression(left);
            let annotation = field(node, "type").and_then(|kind| self.acting_annotation(kind));
            let named = field(node, "type").map(|kind| self.names_of_annotation(kind));
            let named = named.unwrap_or_default();
            let written = field(node, "type").map(span).unwrap_or_default();
            let right = field(node, "right");
            match right {
                Some(next) if next.kind() == "assignment" && !annotated => {
                    targets.push(target);
                    node = next;
                }
                None => {
                    let value = None;
                    return StatementKind::Annotated { target, annotation, named, written, value };
                }
                Some(value) if annotated => {
                    return StatementKind::Annotated {
                        target,
                        annotation,
                        named,
                        written,
                        value: Some(self.expression(value)),
                    };
                }
                Some(value) => {
                    targets.push(target);
                    return StatementKind::Assign { targets, value: self.expression(value) };
                }
            }
        }
    }

    fn augmented(&mut self, node: Node<'t>) -> StatementKind {
        let (Some(left), Some(right)) = (field(node, "left"), field(node, "right")) else {
            return StatementKind::Unreadable(self.names_in(node));
        };
        let operator = field(node, "operator").map_or("+=", |operator| self.source(operator));
        let operator = Rc::from(operator.trim_end_matches('='));
        StatementKind::Augmented {
            target: self.expression(left),
            operator,
            value: self.expression(right),
        }
    }

    fn imported(&mut self, node: Node<'t>) -> Vec<(Rc<str>, Option<Rc<str>>)> {
        fields(node, "name").into_iter().map(|name| self.import_name(name)).collect()
    }

    fn import_name(&mut self, node: Node<'t>) -> (Rc<str>, Option<Rc<str>>) {
        if node.kind() != "aliased_import" {
            return (self.dotted(node), None);
        }
        let name = field(node, "name").unwrap_or(node);
        let alias = field(node, "alias").map(|alias| self.name(alias));
        (self.dotted(name), alias)
    }

    fn import_from(&mut self, node: Node<'t>) -> StatementKind {
        let mut names = self.imported(node);
        if children(node).iter().any(|child| child.kind() == "wildcard_import") {
            names.push((Rc::from("*"), None));
        }
        let Some(module) = field(node, "module_name") else {
            return StatementKind::Unreadable(Vec::new());
        };
        if module.kind() != "relative_import" {
            return StatementKind::From { module: self.dotted(module), level: 0, names };
        }
        let source = self.dotted(module);
        let name = source.trim_start_matches('.');
        StatementKind::From { module: Rc::from(name), level: source.len() - name.len(), names }
    }

    fn branches(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let (header, first) = self.branch(node);
        let mut branches = vec![first];
        let mut otherwise = None;
        for clause in fields(node, "alternative") {
            match clause.kind() {
                "elif_clause" => branches.push(self.branch(clause).1),
                _ => otherwise = Some(self.clause(clause, BlockKind::Branch)),
            }
        }
        (header, StatementKind::If { branches, otherwise })
    }

    fn branch(&mut self, node: Node<'t>) -> (Span, (Expression, Block)) {
        let test = self.in_field(node, "condition");
        let (header, body) = self.body(node, "consequence", BlockKind::Branch);
        (header, (test, body))
    }

    fn in_field(&mut self, node: Node<'t>, name: &str) -> Expression {
        match field(node, name) {
            Some(child) => self.expression(child),
            None => self.unreadable(node),
        }
    }

    fn body(&mut self, node: Node<'t>, name: &str, kind: BlockKind) -> (Span, Block) {
        let Some(body) = field(node, name) else { return (span(node), Rc::from(Vec::new())) };
        let header = self.block_of(node.start_byte(), node, body, kind);
        (header, self.block(body))
    }

    /// Lowers a clause whose body is its last child: `else`, `finally`.
    fn clause(&mut self, node: Node<'t>, kind: BlockKind) -> Block {
        let body = children(node).into_iter().find(|child| child.kind() == "block");
        if let Some(body) = body {
            self.block_of(node.start_byte(), node, body, kind);
        }
        self.optional_block(body)
    }

    fn for_loop(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let target = self.in_field(node, "left");
        let items = self.in_field(node, "right");
        let (header, body) = self.body(node, "body", BlockKind::Loop);
        let otherwise =
            field(node, "alternative").map(|clause| self.clause(clause, BlockKind::Loop));
        (header, StatementKind::For { target, items, body, otherwise })
    }

    fn while_loop(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let test = self.in_field(node, "condition");
        let (header, body) = self.body(node, "body", BlockKind::Loop);
        let otherwise =
            field(node, "alternative").map(|clause| self.clause(clause, BlockKind::Loop));
        (header, StatementKind::While { test, body, otherwise })
    }

    fn try_statement(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let (header, body) = self.body(node, "body", BlockKind::Try);
        let (mut handlers, mut otherwise, mut finally) = (Vec::new(), None, None);
        for clause in children(node) {
            match clause.kind() {
                "except_clause" => handlers.push(self.handler(clause)),
                "else_clause" => otherwise = Some(self.clause(clause, BlockKind::Try)),
                "finally_clause" => finally = Some(self.clause(clause, BlockKind::Try)),
                _ => {}
            }
        }
        (header, StatementKind::Try { body, handlers, otherwise, finally })
    }

    fn handler(&mut self, node: Node<'t>) -> Handler {
        let mut test = field(node, "value");
        let mut alias = field(node, "alias");
        if let Some(pattern) = test.filter(|test| test.kind() == "as_pattern") {
            alias = field(pattern, "alias");
            test = children(pattern).first().copied();
        }
        let test = test.map(|test| self.expression(test));
        let name = alias.map(|alias| self.name(alias));
        let start = node.start_byte();
        let body = self.clause(node, BlockKind::Try);
        let header = self
            .blocks
            .iter()
            .rev()
            .find(|block| block.header.start == start)
            .map(|block| block.header);
        Handler { test, name, body, header: header.unwrap_or_else(|| span(node)) }
    }

    fn with_statement(&mut self, node: Node<'t>) -> (Span, StatementKind) {
        let clause = children(node).into_iter().find(|child| child.kind() == "with_clause");
        let items = clause.map(children).unwrap_or_default();
        let items = items.into_iter().flat_map(|item| self.with_item(item)).collect();
        let (header, body) = self.body(node, "body", BlockKind::With);
        (header, StatementKind::With { items, body })
    }

    fn with_item(&mut self, node: Node<'t>) -> Vec<(Expression, Option<Expression>)> {
        let value = field(node, "value").unwrap_or(node);
        let named = |child: &Node<'_>| child.kind() == "as_pattern";
        match value.kind() {
            "as_pattern" => vec![self.with_alias(value)],
            // `with (open(...) as one):` and `with (open(...) as one, open(...) as two):`.
            "tuple" | "parenthesized_expression" if children(value).iter().any(named) => {
                children(value).into_iter().map(|item| self.with_alias(item)).collect()
            }
            _ => vec![(self.expression(value), None)],
        }
    }

    fn with_alias(&mut self, node: Node<'t>) -> (Expression, Option<Expression>) {
        if node.kind() != "as_pattern" {
            return (self.expression(node), None);
        }
        let value = match children(node).first() {
            Some(value) => self.expression(*value),
            None => self.unreadable(node),
        };
        let alias = field(node, "alias").map(|alias| self.expression(alias));
        (value, alias)
    }
}
