//! What runs beside what is written: listeners, and constructs that are compiled to something else.
//! What the application does so when it is imported is its own business.

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::BIND;
use crate::operation::sa_value::SaValue;
use crate::python::host::{Arguments, At};
use crate::python::value::Value;

/// Events of tables and types in which a listener may change the database.
const EVENTS: [&str; 4] = ["before_create", "after_create", "before_drop", "after_drop"];

/// Events of objects in memory, whose listeners are given no connection (manual of SQLAlchemy,
/// "ORM Events", "Core Events").
const OF_OBJECTS: [&str; 16] = [
    "before_parent_attach",
    "after_parent_attach",
    "set",
    "append",
    "remove",
    "init",
    "load",
    "refresh",
    "expire",
    "column_reflect",
    "mapper_configured",
    "before_configured",
    "after_configured",
    "instrument_class",
    "class_instrument",
    "attribute_instrument",
];

/// `event.listen(table, "after_create", what)`: the statement runs when the table is made,
/// which is what the migration is for.
pub(crate) fn listen(
    host: &mut MigrationHost,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> Value {
    if host.is_imported(at) {
        return host.value(SaValue::Inert);
    }
    let event = arguments.get(1, "identifier").and_then(Value::as_str);
    let of_ddl = event.as_deref().is_some_and(|event| EVENTS.contains(&event));
    let listener = arguments.get(2, "fn").cloned();
    match listener.as_ref().and_then(|listener| host.thing(listener)).cloned() {
        Some(SaValue::RawDdl(text)) if of_ddl => {
            host.execute_text(&text, false, None, BIND, at);
        }
        Some(SaValue::Ddl(_)) if of_ddl => {
            host.execute(listener.as_ref(), None, BIND, at);
        }
        Some(SaValue::RawDdl(_) | SaValue::Ddl(_) | SaValue::Query(_) | SaValue::Clause(_)) => {
            host.unreadable("a listener sends a statement when something else happens", at);
        }
        _ if !event.as_deref().is_some_and(|event| OF_OBJECTS.contains(&event)) => {
            host.unreadable(&format!("what a listener of `event.{name}` does is not read"), at);
        }
        _ => {}
    }
    host.value(SaValue::Inert)
}

/// `@compiles(class, dialects...)`: a construct of SQLAlchemy or Alembic is sent as something
/// else from here on.
pub(crate) fn compiles(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) -> Value {
    let class = arguments.positional.first();
    let dialects = arguments.positional.get(1..).unwrap_or_default();
    let own = host.dialect.name();
    let for_us = |value: &Value| value.as_str().is_none_or(|dialect| dialect == own);
    let is_ours = dialects.is_empty() || dialects.iter().any(for_us);
    if let Some(Value::Host(_)) = class.filter(|_| is_ours && !host.is_imported(at)) {
        host.unreadable("what SQLAlchemy sends for a construct of its own is replaced", at);
    }
    host.value(SaValue::Inert)
}
