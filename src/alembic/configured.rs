//! What `env.py` gives to `context.configure`.

use crate::alembic::env::{Env, spelled};
use crate::alembic::project::Setting;
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind};

/// What is said of one keyword.
pub(super) enum Said {
    Yes,
    No,
    Unclear,
    Nothing,
}

/// Reads a keyword of `context.configure`, where migrations run on a connection.
pub(super) fn configured(env: &Env, keyword: &str) -> Setting {
    let expressions = env.expressions();
    let calls: Vec<&[Argument]> =
        expressions.iter().filter_map(|expression| configure(expression)).collect();
    let online: Vec<&[Argument]> =
        calls.iter().copied().filter(|call| has(call, "connection")).collect();
    let counted = if online.is_empty() { calls } else { online };
    let mut answers: Vec<Said> = counted.iter().map(|call| in_call(call, keyword)).collect();
    let unpacked = counted
        .iter()
        .any(|call| call.iter().any(|one| matches!(one, Argument::UnpackedKeywords(_))));
    if unpacked && answers.iter().all(|answer| matches!(answer, Said::Nothing)) {
        answers = vec![in_dict(&expressions, env, keyword)];
    }
    if answers.iter().any(|answer| matches!(answer, Said::Unclear)) {
        return Setting::Unreadable;
    }
    match answers.iter().any(|answer| matches!(answer, Said::Yes)) {
        true => Setting::Yes,
        false => Setting::No,
    }
}

/// Returns the arguments of `context.configure(...)`.
pub(super) fn configure(expression: &Expression) -> Option<&[Argument]> {
    match &expression.kind {
        Kind::Call(callee, arguments) => match &callee.kind {
            Kind::Attribute(_, name) if &**name == "configure" => Some(arguments),
            Kind::Name(name) if &**name == "configure" => Some(arguments),
            _ => None,
        },
        _ => None,
    }
}

fn has(arguments: &[Argument], keyword: &str) -> bool {
    arguments
        .iter()
        .any(|argument| matches!(argument, Argument::Keyword(name, _) if &**name == keyword))
}

pub(super) fn in_call(arguments: &[Argument], keyword: &str) -> Said {
    let found = arguments.iter().find_map(|argument| match argument {
        Argument::Keyword(name, value) if &**name == keyword => Some(value),
        _ => None,
    });
    found.map_or(Said::Nothing, said)
}

fn said(value: &Expression) -> Said {
    match &value.kind {
        Kind::Bool(true) => Said::Yes,
        Kind::Bool(false) | Kind::None => Said::No,
        // `connection.dialect.name == "sqlite"` and the like: neither yes nor no.
        _ => Said::Unclear,
    }
}

/// Looks for the keyword among the dicts of the file, from which `**` unpacks; where the dict comes
/// from elsewhere (Flask-Migrate takes it from the application), nobody knows.
fn in_dict(expressions: &[&Expression], env: &Env, keyword: &str) -> Said {
    for expression in expressions {
        let value = match &expression.kind {
            Kind::Dict(rows) => rows.iter().find_map(|(key, value)| {
                let named = key.as_ref().and_then(spelled).is_some_and(|key| key == keyword);
                named.then_some(value)
            }),
            Kind::Call(callee, arguments) if matches!(&callee.kind, Kind::Name(name) if &**name == "dict") => {
                arguments.iter().find_map(|argument| match argument {
                    Argument::Keyword(name, value) if &**name == keyword => Some(value),
                    _ => None,
                })
            }
            _ => None,
        };
        if let Some(value) = value {
            return said(value);
        }
    }
    let content = env.text.content();
    let foreign = ["current_app", "configure_args", "extensions", "import_module"];
    let known = !foreign.iter().any(|word| content.contains(word)) && !content.contains(keyword);
    if known { Said::Nothing } else { Said::Unclear }
}
