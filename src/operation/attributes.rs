//! Attributes of what Alembic and SQLAlchemy hand out.

use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Via;
use crate::operation::sa_value::{BIND, Connection, ConnectionKind, Metadata, SaValue, TableValue};
use crate::operation::sqlalchemy::check;
use crate::operation::sqlalchemy::extended::is_column;
use crate::operation::sqlalchemy::libraries::{flask_attribute, library_value};
use crate::operation::sqlalchemy::methods::{
    clause_attribute, columns_item, known, row_attribute, table_by_name,
};
use crate::operation::sqlalchemy::models::{mapped, table_id_of_class};
use crate::operation::sqlalchemy::sessions::notice_application;
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr};
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::table::{Column, ColumnType, TableName};
use crate::text::known::Known;
use std::rc::Rc;

/// Returns an attribute of a value of the host.
pub fn attribute(host: &mut MigrationHost, of: HostId, name: &str, at: At<'_>) -> Value {
    match host.at(of) {
        SaValue::Name(path) => {
            let path = format!("{path}.{name}");
            if let Some(value) = host.replaced.get(&path) {
                return value.clone();
            }
            check::attribute(
                host,
                path.strip_suffix(&format!(".{name}")).unwrap_or(&path),
                name,
                at,
            );
            library_value(host, &path)
        }
        SaValue::Context => host.context_attribute(of, name),
        SaValue::Op(_) if matches!(name, "context" | "migration_context" | "impl") => {
            host.value(SaValue::Context)
        }
        SaValue::Dialect => host.dialect_attribute(of, name),
        SaValue::Connection(link) | SaValue::ConnectionMaker(link) => {
            host.link_attribute(of, link, name)
        }
        SaValue::Table(table) => of_table(host, of, &table, name),
        SaValue::Columns(table) => {
            if let SaValue::Table(table) = host.at(table) {
                check::column_of(host, &table, name, at);
            }
            columns_item(host, table, name)
        }
        SaValue::Column(column) => of_column(host, of, &column.column, name),
        SaValue::Clause(_) => clause_attribute(host, of, name),
        SaValue::Type(kind) => of_type(host, of, kind, name),
        SaValue::Source(source) => of_source(host, of, source, name),
        SaValue::Query(query) if name == "session" && query.session.is_some() => {
            query.session.map_or(Value::None, |link| host.value(SaValue::Connection(link)))
        }
        SaValue::Query(_) if matches!(name, "c" | "columns" | "selected_columns") => {
            host.value(SaValue::Columns(of))
        }
        SaValue::Mapped(table) => of_mapped(host, table, name),
        SaValue::Index(index, _) if name == "name" => {
            index.name.as_ref().map_or(Value::None, known)
        }
        SaValue::Sequence(sequence) if name == "name" => known(&sequence),
        SaValue::Constraint(constraint) if name == "name" => {
            constraint.name().map_or(Value::None, known)
        }
        SaValue::MetaData(..) if name == "tables" => Value::Host(of),
        SaValue::MetaData(..) if name == "sorted_tables" => {
            host.unsure("the tables of the metadata are known when it runs")
        }
        SaValue::Tables => table_by_name(host, name),
        SaValue::Row(entity) if entity.named(name).is_some() => host.row_item(entity.named(name)),
        SaValue::Row(entity) if entity.mapped => row_attribute(host, &entity, name),
        SaValue::Row(_) => {
            Value::unknown(format!("`{name}` of a row is known to the database only"))
        }
        SaValue::Result(_)
            if matches!(
                name,
                "rowcount" | "lastrowid" | "inserted_primary_key" | "returns_rows"
            ) =>
        {
            Value::unknown(format!("`{name}` of a result is known to the database only"))
        }
        // An inspector, say, hands out what it was made from.
        SaValue::Unsure(_) | SaValue::MetaData(..) if matches!(name, "bind" | "engine") => {
            host.value(SaValue::Connection(BIND))
        }
        SaValue::Unsure(_) | SaValue::Environment(_) | SaValue::Inert => Value::Host(of),
        SaValue::Base { metadata, .. } if name == "metadata" => Value::Host(metadata),
        SaValue::Base { .. } if name == "registry" => host.value(SaValue::Inert),
        SaValue::Method { of: base, name: method } if &*method == "classes" => {
            match host.at(base) {
                SaValue::Base { .. } => mapped(host, name),
                _ => host.unsure("it is not understood"),
            }
        }
        SaValue::FlaskDatabase => flask_attribute(host, name),
        _ => method(host, of, name),
    }
}

fn method(host: &mut MigrationHost, of: HostId, name: &str) -> Value {
    host.value(SaValue::Method { of, name: name.into() })
}

fn of_table(host: &mut MigrationHost, of: HostId, table: &TableValue, name: &str) -> Value {
    match name {
        "c" | "columns" | "exported_columns" => host.value(SaValue::Columns(of)),
        "name" | "key" | "__tablename__" => known(&table.create.table.name),
        "schema" => table.create.table.schema.as_ref().map_or(Value::None, known),
        "__table__" => Value::Host(of),
        "metadata" => host.value(SaValue::MetaData(Metadata::default())),
        "constraints" | "indexes" | "foreign_keys" | "primary_key" | "foreign_key_constraints" => {
            host.unsure("what a reflected table has is known to the database only")
        }
        _ => method(host, of, name),
    }
}

fn of_column(host: &mut MigrationHost, of: HostId, column: &Column, name: &str) -> Value {
    match name {
        "name" | "key" => known(&column.name),
        "type" => match &column.kind {
            Some(kind) => host.value(SaValue::Type(kind.clone())),
            None => host.unsure("the type of the column is not given"),
        },
        "nullable" => match column.nullable {
            Known::Is(flag) => Value::Bool(flag),
            Known::Unreadable => Value::unknown("whether the column is nullable cannot be known"),
        },
        "c" | "comparator" => Value::Host(of),
        _ => clause_attribute(host, of, name),
    }
}

fn of_type(host: &mut MigrationHost, of: HostId, kind: ColumnType, name: &str) -> Value {
    match name {
        "name" => kind.labels.and_then(|labels| labels.name).as_ref().map_or(Value::None, known),
        "enums" => match kind.labels.map(|labels| labels.labels) {
            Some(Known::Is(labels)) => {
                Value::list(labels.iter().map(|label| Value::text(label)).collect())
            }
            _ => Value::unknown("the labels of the type cannot be known"),
        },
        _ => method(host, of, name),
    }
}

fn of_source(host: &mut MigrationHost, of: HostId, source: Source, name: &str) -> Value {
    match name {
        "c" | "columns" => host.value(SaValue::Columns(of)),
        "name" => source.label().map_or(Value::None, Value::text),
        _ if matches!(source, Source::Query { .. }) => method(host, of, name),
        _ => {
            let column = SqlExpr::column(Some(source), Known::Is(name.to_owned()));
            host.value(SaValue::Clause(column))
        }
    }
}

fn of_mapped(host: &mut MigrationHost, table: TableName, name: &str) -> Value {
    match name {
        "__table__" => {
            let table = host.table_of_parts(table, &[], true);
            host.value(SaValue::Table(Rc::new(table)))
        }
        "__tablename__" => known(&table.name),
        _ => {
            let column = SqlExpr::column(Some(Source::Table(table)), Known::Is(name.to_owned()));
            host.value(SaValue::Clause(column))
        }
    }
}

/// Returns an attribute that a class of the project's own, or an object of it, has from a base of
/// the host.
pub fn inherited(
    host: &mut MigrationHost,
    object: &Rc<Object>,
    base: HostId,
    name: &str,
    at: At<'_>,
) -> Value {
    let class = match &**object {
        Object::Instance(instance) => instance.class.clone(),
        Object::Class(_) => Some(object.clone()),
        _ => None,
    };
    if matches!(host.at(base), SaValue::Base { .. } | SaValue::Inert)
        && let Some(class) = class
        && let Some(found) = of_model(host, class, name, at)
    {
        return found;
    }
    match host.at(base) {
        SaValue::Name(path)
            if name == "__init__" && (is_column(&path) || path.ends_with(".TypeDecorator")) =>
        {
            host.value(SaValue::Initializer(Rc::clone(object)))
        }
        // A class of the project's own that extends Flask-SQLAlchemy's `SQLAlchemy`, or a session.
        SaValue::Name(path)
            if path.starts_with("flask_sqlalchemy.") && path.ends_with(".SQLAlchemy") =>
        {
            flask_attribute(host, name)
        }
        SaValue::Name(path) if path.starts_with("sqlalchemy.") && path.ends_with("Session") => {
            let link = Connection { via: Via::Session, kind: ConnectionKind::Session, ..BIND };
            let id = host.put(SaValue::Connection(link));
            host.link_attribute(id, link, name)
        }
        _ => attribute(host, base, name, at),
    }
}

/// Returns what a mapped class has of its table; nothing where the name is none of these.
fn of_model(host: &mut MigrationHost, class: Rc<Object>, name: &str, at: At<'_>) -> Option<Value> {
    match name {
        "__table__" => {
            let id = table_id_of_class(host, &class)?;
            notice_application(host, &Value::Object(class), at);
            Some(Value::Host(id))
        }
        "__tablename__" => host.table_of_class(&class).map(|table| known(&table.create.table.name)),
        "query" => {
            let Value::Host(id) = flask_attribute(host, "session") else { return None };
            let SaValue::Connection(session) = host.at(id) else { return None };
            let arguments = Arguments::positional(vec![Value::Object(class)]);
            Some(host.call_session(id, session, "query", arguments, at))
        }
        _ => None,
    }
}
