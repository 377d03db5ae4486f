//! Reads what an `env.py` lets autogenerate compare.

use crate::alembic::compared::{Compared, Comparing, Hook};
use crate::alembic::configured::configure;
use crate::alembic::env::{Env, spelled};
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, StatementKind};
use crate::python::walk::{Seen, walk};

/// Reads what an `env.py` says.
pub(super) fn compared(env: &Env) -> Compared {
    Compared {
        types: comparing(env, "compare_type"),
        defaults: comparing(env, "compare_server_default"),
        schemas: comparing(env, "include_schemas"),
        include_object: hook(env, "include_object"),
        include_name: hook(env, "include_name"),
    }
}

fn comparing(env: &Env, keyword: &str) -> Comparing {
    let given = given(env, keyword);
    let Some(first) = given.first() else { return Comparing::Unsaid };
    match &first.kind {
        Kind::Bool(true) => Comparing::Yes,
        Kind::Bool(false) | Kind::None => Comparing::No,
        _ => Comparing::Decided(env.place(first.span)),
    }
}

fn hook(env: &Env, keyword: &str) -> Option<Hook> {
    let given = given(env, keyword);
    let first = given.iter().find(|value| !matches!(value.kind, Kind::None))?;
    let written = |value: &Expression| env.text.slice(value.span).to_owned();
    let is_one = given.iter().all(|value| written(value) == written(first));
    Some(Hook { written: is_one.then(|| written(first)), place: env.place(first.span) })
}

/// Returns what is given as a keyword: where migrations run on a connection first, which is where
/// autogenerate compares, else where anything is configured, else in what may be unpacked into it.
fn given<'e>(env: &'e Env, keyword: &str) -> Vec<&'e Expression> {
    let expressions = env.expressions();
    let calls = || expressions.iter().filter_map(|expression| configure(expression));
    let online =
        calls().filter_map(|call| argument(call, "connection").and(argument(call, keyword)));
    let online: Vec<&Expression> = online.collect();
    if !online.is_empty() {
        return online;
    }
    let any: Vec<&Expression> = calls().filter_map(|call| argument(call, keyword)).collect();
    if any.is_empty() { unpacked(env, &expressions, keyword) } else { any }
}

fn argument<'e>(arguments: &'e [Argument], keyword: &str) -> Option<&'e Expression> {
    arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(name, value) if &**name == keyword => Some(value),
        _ => None,
    })
}

/// Looks into dicts, `dict(...)` and `settings["include_object"] = ...`.
fn unpacked<'e>(
    env: &'e Env,
    expressions: &[&'e Expression],
    keyword: &str,
) -> Vec<&'e Expression> {
    let is_it = |key: &Expression| spelled(key).is_some_and(|key| key == keyword);
    let mut found: Vec<&Expression> = expressions
        .iter()
        .filter_map(|expression| match &expression.kind {
            Kind::Dict(rows) => rows
                .iter()
                .find_map(|(key, value)| key.as_ref().is_some_and(is_it).then_some(value)),
            Kind::Call(callee, arguments) if matches!(&callee.kind, Kind::Name(name) if &**name == "dict") => {
                argument(arguments, keyword)
            }
            _ => None,
        })
        .collect();
    walk(&env.module.body, &mut |seen| {
        if let Seen::Statement(statement) = seen
            && let StatementKind::Assign { targets, value } = &statement.kind
            && targets
                .iter()
                .any(|target| matches!(&target.kind, Kind::Subscript(_, key) if is_it(key)))
        {
            found.push(value);
        }
    });
    found
}
