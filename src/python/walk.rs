//! Every expression of a file, outer ones first. How deep they stand in one another is bounded by
//! the parser.

use crate::python::syntax::{
    Argument, Body, Clause, Expression, ExpressionKind as Kind, FunctionDefinition, Part,
    Statement, StatementKind,
};

/// Shows every statement and every expression of a block.
pub(crate) fn walk<'a>(block: &'a [Statement], see: &mut dyn FnMut(Seen<'a>)) {
    for statement in block {
        see(Seen::Statement(statement));
        within(statement, see);
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Seen<'a> {
    /// A statement.
    Statement(&'a Statement),
    /// An expression.
    Expression(&'a Expression),
}

fn within<'a>(statement: &'a Statement, see: &mut dyn FnMut(Seen<'a>)) {
    match &statement.kind {
        StatementKind::Expression(value) | StatementKind::Assert(value, _) => {
            expression(value, see)
        }
        StatementKind::Return(value) => all(value, see),
        StatementKind::Raise(value, cause) => all(value.iter().chain(cause), see),
        StatementKind::Assign { targets, value } => {
            all(targets, see);
            expression(value, see);
        }
        StatementKind::Annotated { target, value, .. } => {
            expression(target, see);
            all(value, see);
        }
        StatementKind::Augmented { target, value, .. } => {
            expression(target, see);
            expression(value, see);
        }
        StatementKind::Delete(items) | StatementKind::Python2(items) => all(items, see),
        StatementKind::Function { definition, decorators } => {
            all(decorators, see);
            function(definition, see);
        }
        StatementKind::Class { definition, decorators } => {
            all(decorators, see);
            arguments(&definition.bases, see);
            walk(&definition.body, see);
        }
        StatementKind::Pass
        | StatementKind::Break
        | StatementKind::Continue
        | StatementKind::Global(_)
        | StatementKind::Nonlocal(_)
        | StatementKind::Import(_)
        | StatementKind::From { .. }
        | StatementKind::Unreadable(_) => {}
        _ => compound(statement, see),
    }
}

fn compound<'a>(statement: &'a Statement, see: &mut dyn FnMut(Seen<'a>)) {
    match &statement.kind {
        StatementKind::If { branches, otherwise } => {
            for (test, body) in branches {
                expression(test, see);
                walk(body, see);
            }
            blocks([otherwise], see);
        }
        StatementKind::For { target, items, body, otherwise } => {
            expression(target, see);
            expression(items, see);
            walk(body, see);
            blocks([otherwise], see);
        }
        StatementKind::While { test, body, otherwise } => {
            expression(test, see);
            walk(body, see);
            blocks([otherwise], see);
        }
        StatementKind::Try { body, handlers, otherwise, finally } => {
            walk(body, see);
            handlers.iter().for_each(|handler| walk(&handler.body, see));
            blocks([otherwise, finally], see);
        }
        StatementKind::With { items, body } => {
            for (manager, target) in items.iter() {
                expression(manager, see);
                all(target, see);
            }
            walk(body, see);
        }
        StatementKind::Match { subject, cases } => {
            expression(subject, see);
            for case in cases {
                all(&case.guard, see);
                walk(&case.body, see);
            }
        }
        _ => {}
    }
}

fn blocks<'a, const N: usize>(
    blocks: [&'a Option<crate::python::syntax::Block>; N],
    see: &mut dyn FnMut(Seen<'a>),
) {
    blocks.into_iter().flatten().for_each(|block| walk(block, see));
}

fn all<'a>(items: impl IntoIterator<Item = &'a Expression>, see: &mut dyn FnMut(Seen<'a>)) {
    items.into_iter().for_each(|item| expression(item, see));
}

fn function<'a>(definition: &'a FunctionDefinition, see: &mut dyn FnMut(Seen<'a>)) {
    all(definition.parameters.iter().filter_map(|parameter| parameter.default.as_ref()), see);
    match &definition.body {
        Body::Block(body) => walk(body, see),
        Body::Expression(value) => expression(value, see),
    }
}

fn arguments<'a>(arguments: &'a [Argument], see: &mut dyn FnMut(Seen<'a>)) {
    for argument in arguments {
        match argument {
            Argument::Positional(value)
            | Argument::Keyword(_, value)
            | Argument::Unpacked(value)
            | Argument::UnpackedKeywords(value) => expression(value, see),
        }
    }
}

fn parts<'a>(parts_of: &'a [Part], see: &mut dyn FnMut(Seen<'a>)) {
    for part in parts_of {
        if let Part::Hole { expression: hole, format, .. } = part {
            expression(hole, see);
            parts(format, see);
        }
    }
}

fn expression<'a>(shown: &'a Expression, see: &mut dyn FnMut(Seen<'a>)) {
    see(Seen::Expression(shown));
    match &shown.kind {
        Kind::Text(texts) | Kind::Bytes(texts) => parts(texts, see),
        Kind::Tuple(items) | Kind::List(items) | Kind::Set(items) => all(items, see),
        Kind::Dict(rows) => {
            for (key, value) in rows {
                all(key, see);
                expression(value, see);
            }
        }
        Kind::Starred(value)
        | Kind::Attribute(value, _)
        | Kind::Unary(_, value)
        | Kind::Not(value)
        | Kind::Named(_, value)
        | Kind::Await(value)
        | Kind::YieldFrom(value) => expression(value, see),
        Kind::Yield(value) => all(value.as_deref(), see),
        Kind::Subscript(a, b) | Kind::Binary(a, _, b) | Kind::And(a, b) | Kind::Or(a, b) => {
            all([&**a, &**b], see)
        }
        Kind::Slice(items) => all(items.iter().flatten(), see),
        Kind::Call(callee, given) => {
            expression(callee, see);
            arguments(given, see);
        }
        Kind::Compare(first, rest) => {
            expression(first, see);
            all(rest.iter().map(|(_, other)| other), see);
        }
        Kind::Conditional { test, then, otherwise } => all([&**test, &**then, &**otherwise], see),
        Kind::Lambda(definition) => function(definition, see),
        Kind::Comprehension(comprehension) => {
            expression(&comprehension.element, see);
            all(&comprehension.value, see);
            for clause in &comprehension.clauses {
                match clause {
                    Clause::For(target, items) => all([target, items], see),
                    Clause::If(test) => expression(test, see),
                }
            }
        }
        Kind::Name(_)
        | Kind::None
        | Kind::Ellipsis
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::Unreadable(_) => {}
    }
}
