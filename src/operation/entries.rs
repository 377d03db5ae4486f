//! The functions of a direction: whatever `upgrade` and `downgrade` hold when the file is loaded.

use std::rc::Rc;

use crate::operation::migration_host::{CONNECTION, OP, SESSION, TABLES};
use crate::operation::refusal::{Complaint, RefusalKind, Refuser};
use crate::python::host::Arguments;
use crate::python::interpreter::Interpreter;
use crate::python::module::Parsed;
use crate::python::object::{Function, Object};
use crate::python::syntax::{ExpressionKind, FunctionDefinition, Parameter, ParameterKind};
use crate::python::value::Value;
use crate::text::cut;
use crate::text::source::{Site, Span};

/// What is called for a direction, and the database that it is called for.
pub(crate) struct Entry {
    /// What the name holds.
    pub(crate) value: Value,
    /// The source of it, where it is a function that stands in a file.
    pub(crate) definition: Option<Rc<FunctionDefinition>>,
    /// How many of its parameters are given already: the `self` of a method.
    given: usize,
    /// The name, where it is bound in the migration's own file.
    pub(crate) site: Site,
    /// All of what binds it there.
    pub(crate) whole: Span,
    database: Option<String>,
}

/// Returns what is called for a direction: what the names hold; in a file of several databases, the
/// dispatcher once for each database, or the functions of the databases themselves.
pub(crate) fn find(
    interpreter: &mut Interpreter<'_>,
    module: &Value,
    names: &[String],
    parsed: &Parsed,
    path: &Rc<str>,
) -> Vec<Entry> {
    let mut found = Vec::new();
    for name in names {
        let prefix = format!("{name}_");
        let databases: Vec<Rc<str>> = parsed
            .module
            .functions()
            .map(|function| function.name.clone())
            .filter(|function| function.starts_with(&prefix))
            .collect();
        let mut entry = |name: &str, database: Option<&str>| {
            let value = interpreter.module_attribute(module, name)?;
            Some(entry_of(value, name, database, parsed, path))
        };
        match entry(name, None) {
            Some(named) if !databases.is_empty() && named.dispatches() => {
                let of = |database: &Rc<str>| entry(name, Some(cut::from(database, prefix.len())));
                found.extend(databases.iter().filter_map(of));
            }
            Some(named) => found.push(named),
            None => found.extend(databases.iter().filter_map(|database| entry(database, None))),
        }
    }
    found
}

fn entry_of(
    value: Value,
    name: &str,
    database: Option<&str>,
    parsed: &Parsed,
    path: &Rc<str>,
) -> Entry {
    let (given, definition, own) = match function_of(&value) {
        Some((given, function)) => {
            let own = function.file.path == *path;
            (given, Some(Rc::clone(&function.definition)), own)
        }
        None => (0, None, false),
    };
    let bound = parsed
        .module
        .body
        .iter()
        .rev()
        .find(|statement| statement.binds(name))
        .or(parsed.module.body.last());
    let bound = bound.map(|statement| statement.span).unwrap_or_default();
    let (span, whole) = match &definition {
        Some(definition) if own => (definition.name_span, definition.span),
        _ => (bound, bound),
    };
    let site = Site { path: path.clone(), span };
    Entry { value, definition, given, site, whole, database: database.map(str::to_owned) }
}

/// Returns the function that a value stands for, and how many of its parameters are given.
fn function_of(value: &Value) -> Option<(usize, &Function)> {
    let Value::Object(object) = value else { return None };
    match &**object {
        Object::Function(function) => Some((0, function)),
        Object::Method { function, .. } => {
            let (given, function) = function_of(function)?;
            Some((given + 1, function))
        }
        Object::Either(values) => values.iter().find_map(function_of),
        _ => None,
    }
}

impl Entry {
    /// Returns why it cannot be known what is called.
    pub(crate) fn unknown(&self) -> Option<String> {
        match &self.value {
            Value::Unknown(unknown) => Some(format!("what it holds is not known: {}", unknown.why)),
            Value::Object(_) | Value::Host(_) => None,
            _ => Some("it holds nothing that can be called, and Alembic fails".to_owned()),
        }
    }

    /// Returns the error of a call without arguments, as Alembic makes it where `env.py` hands it
    /// none (`step.migration_fn(**kw)` in `alembic/runtime/migration.py`).
    pub(crate) fn misfit(&self) -> Option<Complaint> {
        let definition = self.definition.as_ref()?;
        let is_asked = |parameter: &&Parameter| {
            let is_named = matches!(parameter.kind, ParameterKind::Plain | ParameterKind::Keyword);
            is_named && parameter.default.is_none()
        };
        let asked = definition.parameters.iter().skip(self.given).filter(is_asked);
        let names: Vec<String> = asked.map(|own| format!("'{}'", own.name)).collect();
        let plural = if names.len() == 1 { "" } else { "s" };
        let error = format!(
            "TypeError: {}() missing {} required positional argument{plural}: {}",
            definition.name,
            names.len(),
            names.join(" and ")
        );
        let kind = RefusalKind::WrongArguments;
        let complaint = Complaint::new(kind, Refuser::Alembic, definition.name.to_string(), error);
        (!names.is_empty()).then(|| {
            complaint.remedy(format!(
                "Alembic calls `{name}()` without arguments: write `def {name}():`, or hand them \
                 over in `env.py`, `context.run_migrations(engine_name=name)` as the template \
                 `multidb` does.",
                name = definition.name
            ))
        })
    }

    /// Tells whether a function takes the name of a database and looks another function up by it.
    fn dispatches(&self) -> bool {
        let Some(definition) = &self.definition else { return false };
        let asks = definition.parameters.iter().any(|parameter| parameter.default.is_none());
        asks && definition
            .names
            .iter()
            .any(|name| matches!(&**name, "globals" | "getattr" | "eval" | "locals"))
    }
}

/// Returns what a function of a direction is called with: `op` where it asks for it, the name of
/// the database where there are several, and something unknown elsewhere.
pub(crate) fn arguments(entry: &Entry) -> Arguments {
    let mut arguments = Arguments::default();
    let Some(definition) = &entry.definition else { return arguments };
    for parameter in definition.parameters.iter().skip(entry.given) {
        if !matches!(parameter.kind, ParameterKind::Plain | ParameterKind::Keyword) {
            continue;
        }
        let value = match (&*parameter.name, &entry.database) {
            _ if has_value(parameter) => continue,
            ("op" | "operations" | "alembic_op", _) => Value::Host(OP),
            ("bind" | "connection" | "conn" | "engine" | "migrate_engine", _) => {
                Value::Host(CONNECTION)
            }
            ("session" | "db", _) => Value::Host(SESSION),
            ("tables", _) => Value::Host(TABLES),
            _ if parameter.default.is_some() => continue,
            (_, Some(database)) if arguments.positional.is_empty() => Value::text(database),
            (name, _) => Value::unknown(format!("`{name}` is given by the environment")),
        };
        match (parameter.kind, &parameter.default) {
            (ParameterKind::Plain, None) => arguments.positional.push(value),
            _ => arguments.keywords.push((parameter.name.to_string(), value)),
        }
    }
    arguments
}

/// Tells whether a parameter has a default that is something: `op=None` is given by `env.py`.
fn has_value(parameter: &Parameter) -> bool {
    parameter.default.as_ref().is_some_and(|default| !matches!(default.kind, ExpressionKind::None))
}
