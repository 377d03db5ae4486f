//! What `env.py` and the ini say of the database, read without running them.

use std::rc::Rc;

use crate::alembic::dialects;
use crate::alembic::imports::Imports;
use crate::alembic::naming;
use crate::alembic::project::{Environment, Origin, Project, Setting};
use crate::alembic::walk::{Seen, walk};
use crate::python::module::{self, Module};
use crate::python::syntax::{Argument, Expression, ExpressionKind as Kind, Part, StatementKind};
use crate::snapshot::Snapshot;
use crate::text::source::Text;

/// An `env.py`, parsed.
pub(crate) struct Env {
    pub(crate) path: Rc<str>,
    pub(crate) text: Rc<Text>,
    pub(crate) module: Rc<Module>,
}

/// Reads the environment of a project.
pub(crate) fn read(snapshot: &Rc<Snapshot>, project: &Project) -> Environment {
    let path = project.env_path();
    let env =
        snapshot.text(&path).map(|text| Env { path: path.as_str().into(), module: module::parse(&text).module, text });
    let dialects = dialects::read(snapshot, project, env.as_ref());
    let in_ini = if ini_limits_locks(snapshot, project) { Setting::Yes } else { Setting::No };
    let Some(env) = env else {
        return Environment { dialects, lock_timeout: in_ini, ..Environment::default() };
    };
    let imports = Imports::new(snapshot, &Rc::new(project.clone()));
    Environment {
        path: Some(path),
        dialects,
        transaction_per_migration: configured(&env, "transaction_per_migration"),
        render_as_batch: configured(&env, "render_as_batch"),
        autocommit: autocommit(&env),
        lock_timeout: if env.limits_locks() { Setting::Yes } else { in_ini },
        naming_convention: naming::read(&env, &imports, snapshot, project),
        version_table: version_table(&env),
    }
}

impl Env {
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

    /// Returns every string that is not a docstring, with `…` for what is filled in.
    pub(crate) fn strings(&self) -> Vec<String> {
        let mut docstrings = Vec::new();
        let mut found = Vec::new();
        walk(&self.module.body, &mut |seen| match seen {
            Seen::Statement(statement) => {
                if let StatementKind::Expression(Expression { kind: Kind::Text(_), span }) = &statement.kind {
                    docstrings.push(*span);
                }
            }
            Seen::Expression(expression) => {
                if let Some(text) = spelled(expression).filter(|_| !docstrings.contains(&expression.span)) {
                    found.push(text);
                }
            }
        });
        found
    }

    fn limits_locks(&self) -> bool {
        self.strings().iter().any(|text| limits_locks(text))
    }
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
fn limits_locks(text: &str) -> bool {
    let lower = text.to_lowercase();
    let names = ["lock_timeout", "statement_timeout", "lock_wait_timeout", "max_execution_time", "max_statement_time"];
    names.iter().any(|name| {
        lower.find(name).is_some_and(|at| {
            let rest = lower[at + name.len()..]
                .trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '=' | '\'' | '"' | ':'));
            let rest = rest.strip_prefix("to ").unwrap_or(rest).trim_start_matches(['\'', ' ']);
            !rest.starts_with('0') && !rest.starts_with("default")
        })
    })
}

/// Tells whether the ini sets a timeout: in the options of a URL, say.
fn ini_limits_locks(snapshot: &Snapshot, project: &Project) -> bool {
    let Origin::Ini { path, .. } = &project.origin else { return false };
    let is_comment = |line: &&str| line.trim_start().starts_with(['#', ';']);
    snapshot.text(path).is_some_and(|text| text.content().lines().filter(|line| !is_comment(line)).any(limits_locks))
}

/// What is said of one keyword.
enum Said {
    Yes,
    No,
    Unclear,
    Nothing,
}

/// Reads a keyword of `context.configure`, where migrations run on a connection.
fn configured(env: &Env, keyword: &str) -> Setting {
    let expressions = env.expressions();
    let calls: Vec<&[Argument]> = expressions.iter().filter_map(|expression| configure(expression)).collect();
    let online: Vec<&[Argument]> = calls.iter().copied().filter(|call| has(call, "connection")).collect();
    let counted = if online.is_empty() { calls } else { online };
    let mut answers: Vec<Said> = counted.iter().map(|call| in_call(call, keyword)).collect();
    let unpacked = counted.iter().any(|call| call.iter().any(|one| matches!(one, Argument::UnpackedKeywords(_))));
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
fn configure(expression: &Expression) -> Option<&[Argument]> {
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
    arguments.iter().any(|argument| matches!(argument, Argument::Keyword(name, _) if &**name == keyword))
}

fn in_call(arguments: &[Argument], keyword: &str) -> Said {
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

/// Looks for the keyword among the dicts of the file, from which `**` unpacks; where the dict comes from elsewhere
/// (Flask-Migrate takes it from the application), nobody knows.
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

/// Tells whether a connection is put into AUTOCOMMIT.
fn autocommit(env: &Env) -> Setting {
    let is_autocommit = |value: &Expression| spelled(value).is_some_and(|text| text.eq_ignore_ascii_case("autocommit"));
    let says = env.expressions().into_iter().any(|expression| match &expression.kind {
        Kind::Call(_, arguments) => arguments.iter().any(
            |argument| matches!(argument, Argument::Keyword(name, value) if &**name == "isolation_level" && is_autocommit(value)),
        ),
        Kind::Dict(rows) => rows.iter().any(|(key, value)| {
            let named = key.as_ref().and_then(spelled).is_some_and(|key| key.ends_with("isolation_level"));
            named && is_autocommit(value)
        }),
        _ => false,
    });
    if says { Setting::Yes } else { Setting::No }
}

fn version_table(env: &Env) -> Option<String> {
    let calls = env.expressions();
    let mut values =
        calls.iter().filter_map(|expression| configure(expression)).flatten().filter_map(|argument| match argument {
            Argument::Keyword(name, value) if &**name == "version_table" => Some(value),
            _ => None,
        });
    let value = values.next()?;
    let written = || env.text.slice(value.span).to_owned();
    Some(spelled(value).unwrap_or_else(written)).filter(|name| name != "alembic_version")
}
