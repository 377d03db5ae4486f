//! Columns that are changed after they were made, and classes of the project's own that extend
//! `Column`.

use std::rc::Rc;

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{ColumnValue, SaValue};
use crate::operation::sqlalchemy::columns::make_column;
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};

/// Tells whether a dotted name is SQLAlchemy's `Column`.
pub(crate) fn is_column(path: &str) -> bool {
    path.starts_with("sqlalchemy.") && path.ends_with(".Column")
}

/// Notes that an attribute of a column is set: `column.nullable = False`.
pub(crate) fn set_column_attribute(
    host: &mut MigrationHost,
    of: HostId,
    mut made: ColumnValue,
    name: &str,
    value: &Value,
    at: At<'_>,
) {
    let column = &mut made.column;
    match name {
        "nullable" => {
            column.nullable = host.flag(Some(value), true);
            made.nullable_given = true;
        }
        "primary_key" => column.primary_key = host.flag(Some(value), false),
        "unique" => column.unique = host.flag(Some(value), false),
        "index" => column.index = host.flag(Some(value), false),
        "name" => {
            column.name = host.text(value);
            made.named = true;
        }
        "comment" => column.comment = host.text_or_none(Some(value)),
        "default" => column.python_default = !value.is_none(),
        "type" => {
            column.kind = host.column_type(value);
            made.untyped = false;
        }
        "server_default" => {
            let (default, strings) = host.server_default(value, at);
            made.column.server_default = default;
            made.strings.extend(strings);
        }
        _ => {}
    }
    host.replace(of, SaValue::Column(Box::new(made)));
}

/// Calls `super().__init__(...)` of an instance whose class extends `Column` or `TypeDecorator`.
pub(crate) fn initialize(
    host: &mut MigrationHost,
    instance: &Rc<Object>,
    arguments: &Arguments,
    at: At<'_>,
) -> Value {
    let of_column = |base: &Value| match host.thing(base) {
        Some(SaValue::Name(path)) => is_column(path),
        _ => false,
    };
    if !instance.class_of_instance().is_some_and(|class| class.has_host_base(&of_column)) {
        let address = Rc::as_ptr(instance).addr();
        host.type_arguments.insert(address, (Rc::clone(instance), arguments.clone()));
        return Value::None;
    }
    let column = make_column(host, arguments, at);
    let id = host.put(SaValue::Column(Box::new(column)));
    host.columns.insert(Rc::as_ptr(instance).addr(), id);
    Value::None
}

/// Puts columns in the place of instances of classes that extend `Column`.
pub(crate) fn with_columns(
    host: &mut MigrationHost,
    mut arguments: Arguments,
    at: At<'_>,
) -> Arguments {
    for value in &mut arguments.positional {
        if let Value::Object(object) = value
            && let Some(id) = extended_column(host, object, at)
        {
            *value = Value::Host(id);
        }
    }
    arguments
}

fn extended_column(host: &mut MigrationHost, object: &Rc<Object>, at: At<'_>) -> Option<HostId> {
    let address = Rc::as_ptr(object).addr();
    if let Some(id) = host.columns.get(&address) {
        return Some(*id);
    }
    let Object::Instance(instance) = &**object else { return None };
    let base = instance.class.as_ref()?.as_class()?.host_base()?;
    let SaValue::Name(path) = host.at(base) else { return None };
    // One that has an `__init__` of its own makes the column there.
    if !is_column(&path) || object.attribute("__init__").is_some() {
        return None;
    }
    let mut arguments = Arguments::default();
    for (name, value) in instance.attributes.all() {
        match (&*name, value.items()) {
            ("args", Some(items)) => arguments.positional = items,
            _ => arguments.keywords.push((name.to_string(), value)),
        }
    }
    let column = make_column(host, &arguments, at);
    let id = host.put(SaValue::Column(Box::new(column)));
    host.columns.insert(address, id);
    Some(id)
}
