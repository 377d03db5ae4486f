//! Which names a file binds anywhere, whether or not what binds them runs.

use crate::python::syntax::{Block, Expression, ExpressionKind, Pattern, Statement, StatementKind};

/// Tells whether anything in a block binds a name: a name that nothing binds is undefined wherever
/// it is reached.
pub(crate) fn binds(block: &[Statement], name: &str) -> bool {
    block.iter().any(|statement| statement_binds(&statement.kind, name))
}

/// Tells whether nothing but assignments and imports binds a name in a block, in branches of `if` or
/// beside them: what is left out was not run.
pub(crate) fn binds_plainly(block: &[Statement], name: &str) -> bool {
    block.iter().all(|statement| match &statement.kind {
        kind if !statement_binds(kind, name) => true,
        StatementKind::If { branches, otherwise } => {
            branches.iter().all(|(_, body)| binds_plainly(body, name))
                && otherwise.as_ref().is_none_or(|body| binds_plainly(body, name))
        }
        StatementKind::Assign { .. } | StatementKind::Import(_) | StatementKind::From { .. } => {
            true
        }
        _ => false,
    })
}

fn statement_binds(kind: &StatementKind, name: &str) -> bool {
    let within = |block: &Block| binds(block, name);
    let within_some =
        |block: &Option<Block>| block.as_ref().is_some_and(|block| binds(block, name));
    match kind {
        StatementKind::Assign { targets, .. } => {
            targets.iter().any(|target| target_binds(target, name))
        }
        StatementKind::Annotated { target, .. } | StatementKind::Augmented { target, .. } => {
            target_binds(target, name)
        }
        StatementKind::Global(names)
        | StatementKind::Nonlocal(names)
        | StatementKind::Unreadable(names) => names.iter().any(|known| **known == *name),
        StatementKind::Import(names) => names.iter().any(|(module, alias)| {
            let bound = alias.as_deref().or_else(|| module.split('.').next());
            bound == Some(name)
        }),
        StatementKind::From { names, .. } => names
            .iter()
            .any(|(module, alias)| **module == *"*" || **alias.as_ref().unwrap_or(module) == *name),
        StatementKind::If { branches, otherwise } => {
            branches.iter().any(|(_, body)| within(body)) || within_some(otherwise)
        }
        StatementKind::For { target, body, otherwise, .. } => {
            target_binds(target, name) || within(body) || within_some(otherwise)
        }
        StatementKind::While { body, otherwise, .. } => within(body) || within_some(otherwise),
        StatementKind::Try { body, handlers, otherwise, finally } => {
            let caught = |bound: &Option<std::rc::Rc<str>>| bound.as_deref() == Some(name);
            within(body)
                || handlers.iter().any(|handler| caught(&handler.name) || within(&handler.body))
                || within_some(otherwise)
                || within_some(finally)
        }
        StatementKind::With { items, body } => {
            let bound = |(_, target): &(Expression, Option<Expression>)| {
                target.as_ref().is_some_and(|target| target_binds(target, name))
            };
            items.iter().any(bound) || within(body)
        }
        StatementKind::Match { cases, .. } => {
            cases.iter().any(|case| pattern_binds(&case.pattern, name) || within(&case.body))
        }
        StatementKind::Function { definition, .. } => {
            *definition.name == *name
                || definition.parameters.iter().any(|parameter| *parameter.name == *name)
                || matches!(&definition.body, crate::python::syntax::Body::Block(body) if within(body))
        }
        StatementKind::Class { definition, .. } => {
            *definition.name == *name || within(&definition.body)
        }
        _ => false,
    }
}

fn target_binds(target: &Expression, name: &str) -> bool {
    match &target.kind {
        ExpressionKind::Name(known) => **known == *name,
        ExpressionKind::Tuple(items) | ExpressionKind::List(items) => {
            items.iter().any(|item| target_binds(item, name))
        }
        ExpressionKind::Starred(inner) => target_binds(inner, name),
        ExpressionKind::Unreadable(names) => names.iter().any(|known| **known == *name),
        _ => false,
    }
}

fn pattern_binds(pattern: &Pattern, name: &str) -> bool {
    match pattern {
        Pattern::Any | Pattern::Value(_) | Pattern::Star(None) => false,
        Pattern::Capture(known) | Pattern::Star(Some(known)) => **known == *name,
        Pattern::As(inner, known) => **known == *name || pattern_binds(inner, name),
        Pattern::Or(patterns) | Pattern::Sequence(patterns) => {
            patterns.iter().any(|pattern| pattern_binds(pattern, name))
        }
        Pattern::Other(names) => names.iter().any(|known| **known == *name),
    }
}
