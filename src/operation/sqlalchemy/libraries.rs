//! The libraries that the host knows, and what their names do when they are called.

use crate::operation::migration_host::{MigrationHost, OP};
use crate::operation::op::plug_ins::{column_reference, pg_entity};
use crate::operation::op::table;
use crate::operation::operation::Via;
use crate::operation::sa_value::{BIND, Connection, ConnectionKind, Metadata, SaValue};
use crate::operation::sqlalchemy::construct::call_sqlalchemy;
use crate::operation::sqlalchemy::models::base;
use crate::operation::sqlalchemy::outside::is_outside;
use crate::operation::sqlalchemy::outside::outside;
use crate::operation::step::{Mode, RemarkKind};
use crate::python::host::{Arguments, At};
use crate::python::value::{Unknown, Value};
use std::rc::Rc;

/// Libraries whose names are the host's.
const LIBRARIES: &[&str] = &[
    "sqlalchemy",
    "sqlmodel",
    "sqlalchemy_utils",
    "geoalchemy2",
    "pgvector",
    "fastapi_users_db_sqlalchemy",
    "flask",
    "flask_sqlalchemy",
    "advanced_alchemy",
    "citext",
    "sqlalchemy_json",
    "sqlalchemy_jsonfield",
    "sqlalchemy_utc",
    "alembic_utils",
    "alembic_postgresql_enum",
    "psycopg2",
    "psycopg",
    "asyncpg",
    "pymysql",
    "MySQLdb",
    "aiomysql",
    "aiosqlite",
    "asyncmy",
    "cx_Oracle",
    "mysql",
    "oracledb",
    "pg8000",
    "pymssql",
    "pyodbc",
    "sqlite3",
    "django",
    "peewee",
    "records",
];

/// Tells whether something of Alembic's runs what the program does not show: its command line, an
/// environment.
fn runs_revisions(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    let of_line = path.starts_with("alembic.config.") && !path.starts_with("alembic.config.Config");
    of_line || name == "EnvironmentContext" || path.starts_with("alembic.runtime.environment.")
}

impl MigrationHost {
    /// Calls a function or class of a library.
    pub fn call_library(&mut self, path: &str, arguments: Arguments, at: At<'_>) -> Value {
        if let Some(kind) = outside(path) {
            self.remark(kind, path, at);
            return Value::unknown(format!("`{path}` says so when it runs"));
        }
        match path.split('.').next().unwrap_or(path) {
            "alembic" => call_alembic(self, path, arguments, at),
            "psycopg2" | "psycopg" | "asyncpg" | "pymysql" => {
                call_driver(self, path, &arguments, at)
            }
            "MySQLdb" | "aiomysql" | "aiosqlite" | "asyncmy" | "cx_Oracle" | "mysql"
            | "oracledb" | "pg8000" | "pymssql" | "pyodbc" | "sqlite3" => {
                match path.ends_with("connect") || path.ends_with("create_pool") {
                    true => call_driver(self, path, &arguments, at),
                    false => Value::unknown(format!("`{path}` is not computed")),
                }
            }
            "django" | "peewee" | "records" => {
                self.unreadable(&format!("`{path}` has a connection of its own"), at);
                Value::None
            }
            "alembic_utils" => {
                let class = path.rsplit('.').next().unwrap_or(path);
                match class.starts_with("PG") {
                    true => pg_entity(self, class, &arguments),
                    false => self.value(SaValue::Inert),
                }
            }
            "alembic_postgresql_enum" if path.ends_with(".TableReference") => {
                column_reference(self, &arguments)
            }
            "flask" => {
                self.remark(RemarkKind::Application, path, at);
                self.unsure(&format!("`{path}` belongs to the running application"))
            }
            "flask_sqlalchemy" if path.ends_with(".SQLAlchemy") => {
                self.value(SaValue::FlaskDatabase)
            }
            _ => call_sqlalchemy(self, path, arguments, at),
        }
    }

    /// Tells whether a value is a way to the database.
    pub fn reaches_value(&self, value: &Value) -> bool {
        match value {
            Value::Unknown(unknown) => unknown.reaches,
            value => {
                matches!(
                    self.thing(value),
                    Some(
                        SaValue::Op(_)
                            | SaValue::Connection(_)
                            | SaValue::ConnectionMaker(_)
                            | SaValue::Context
                            | SaValue::FlaskDatabase
                            | SaValue::BatchBlock(_)
                    )
                ) || matches!(self.thing(value), Some(SaValue::Name(path)) if leads_to_op(path))
                    || matches!(self.thing(value), Some(SaValue::Query(query)) if query.session.is_some())
                    || matches!(self.thing(value), Some(SaValue::Method { of, .. }) if self.reaches_value(&Value::Host(*of)))
            }
        }
    }
}

/// Tells whether a module of Alembic leads to `op` or to other revisions.
fn leads_to_op(path: &str) -> bool {
    matches!(
        path,
        "alembic"
            | "alembic.op"
            | "alembic.command"
            | "alembic.script"
            | "alembic.operations"
            | "alembic.runtime"
    )
}

/// `AlterColumnOp` names what it changes otherwise than `op.alter_column`.
fn renamed(mut arguments: Arguments) -> Arguments {
    for (name, _) in &mut arguments.keywords {
        let own = match name.as_str() {
            "modify_type" => "type_",
            "modify_name" => "new_column_name",
            "modify_nullable" => "nullable",
            "modify_comment" => "comment",
            "modify_server_default" => "server_default",
            _ => continue,
        };
        own.clone_into(name);
    }
    arguments
}

/// Returns a module of the host's.
pub fn library(host: &mut MigrationHost, name: &str) -> Option<Value> {
    let root = name.split('.').next().unwrap_or(name);
    if root == "alembic" {
        let known = [
            "",
            "op",
            "context",
            "operations",
            "runtime",
            "migration",
            "ddl",
            "util",
            "config",
            "script",
        ];
        let second = name.split('.').nth(1).unwrap_or("");
        if !known.contains(&second) && !matches!(second, "autogenerate" | "environment" | "command")
        {
            return None;
        }
        return Some(library_value(host, name));
    }
    let ours = LIBRARIES.contains(&root) || is_outside(name);
    ours.then(|| library_value(host, name))
}

/// Returns what a dotted name of a library stands for.
pub fn library_value(host: &mut MigrationHost, path: &str) -> Value {
    match path {
        "alembic.op" => Value::Host(OP),
        "flask.current_app" | "flask.g" | "flask.request" | "flask.session" => host.value(
            SaValue::Environment(format!("`{path}` belongs to the running application").into()),
        ),
        "sqlalchemy.__version__" | "alembic.__version__" => {
            host.unsure("the version is known when it runs")
        }
        "sqlalchemy.NullType" | "sqlalchemy.types.NULLTYPE" => {
            host.value(SaValue::Name("sqlalchemy.types.NullType".into()))
        }
        "alembic.context.config" => {
            host.value(SaValue::Environment("`context.config` is known when it runs".into()))
        }
        "sqlmodel.SQLModel" | "sqlalchemy.orm.DeclarativeBase" => base(host, false),
        _ => host.value(SaValue::Name(path.into())),
    }
}

fn call_alembic(host: &mut MigrationHost, path: &str, arguments: Arguments, at: At<'_>) -> Value {
    let name = path.rsplit('.').next().unwrap_or(path).to_owned();
    if path.starts_with("alembic.context.script.") {
        return Value::Unknown(Unknown {
            why: "`context.script` leads to other revisions".into(),
            reaches: true,
            class: None,
        });
    }
    if path.starts_with("alembic.context.") {
        return host.call_context(&name, &arguments, at);
    }
    match name.as_str() {
        "Operations" | "context" => Value::Host(OP),
        "register_operation" => host.registrar(&arguments),
        "implementation_for" => host.implementer(&arguments, at),
        "AddColumn" | "DropColumn" | "RenameTable" | "ColumnNullable" | "ColumnType"
        | "ColumnName" | "ColumnDefault"
            if path.starts_with("alembic.ddl.") =>
        {
            let statements = host.alembic_ddl(&name, &arguments, at);
            host.value(SaValue::Ddl(Rc::new(statements)))
        }
        "configure" if path.contains("MigrationContext") => host.value(SaValue::Context),
        "ExecuteSQLOp" => {
            host.value(SaValue::OperationObject("execute".into(), Rc::new(arguments)))
        }
        class if table::of_class(class).is_some() => operation_object(host, class, arguments),
        _ if path.starts_with("alembic.ddl.") => {
            host.unsure(&format!("`{name}` is DDL of Alembic's own, which is not read"))
        }
        _ if path.starts_with("alembic.command.") => {
            host.unreadable(&format!("`{path}` runs other revisions"), at);
            Value::None
        }
        _ if path.starts_with("alembic.script.") => Value::Unknown(Unknown {
            why: format!("`{path}` leads to other revisions").into(),
            reaches: true,
            class: None,
        }),
        _ if path.contains(".ops.") && table::of(table::own_name(&name)).is_some() => {
            operation_of_class(host, path, &name, arguments, at)
        }
        _ if name.ends_with("Op") => host.unsure(&format!("`{name}` is not understood")),
        _ if runs_revisions(path) => {
            host.unreadable(&format!("`{path}` may run other revisions"), at);
            Value::None
        }
        _ => host.value(SaValue::Inert),
    }
}

/// Makes an object of a class of `alembic.operations.ops`.
fn operation_object(host: &mut MigrationHost, class: &str, arguments: Arguments) -> Value {
    let Some(row) = table::of_class(class) else { return Value::None };
    let arguments = match row.name {
        "create_table" => spread_columns(host, arguments),
        "alter_column" => renamed(arguments),
        _ => arguments,
    };
    host.value(SaValue::OperationObject(row.name.into(), Rc::new(arguments)))
}

/// `DropColumnOp.drop_column(operations, ...)` does what `operations.drop_column(...)` does.
fn operation_of_class(
    host: &mut MigrationHost,
    path: &str,
    name: &str,
    mut arguments: Arguments,
    at: At<'_>,
) -> Value {
    let class = path.rsplit('.').nth(1).unwrap_or_default();
    let is_its = table::of_class(class).is_some_and(|row| row.name == name);
    let takes_op = matches!(arguments.positional.first(), Some(Value::Host(OP)));
    if !is_its || !takes_op {
        host.unreadable(&format!("`{class}.{name}` is not understood"), at);
        return Value::None;
    }
    arguments.positional.remove(0);
    host.call_op(None, name, arguments, at)
}

/// `CreateTableOp` takes its columns as one list.
fn spread_columns(host: &mut MigrationHost, mut arguments: Arguments) -> Arguments {
    if let Some((columns, all)) =
        arguments.positional.get(1).and_then(|columns| host.items(columns))
    {
        arguments.positional.truncate(1);
        arguments.positional.extend(columns);
        arguments.open |= !all;
    }
    arguments
}

fn call_driver(host: &mut MigrationHost, path: &str, arguments: &Arguments, at: At<'_>) -> Value {
    let name = path.rsplit('.').next().unwrap_or(path);
    match name {
        "execute_values" | "execute_batch" => {
            let what = arguments.get(1, "sql").cloned();
            let link = Connection { via: Via::Cursor, kind: ConnectionKind::Driver, ..BIND };
            let rows = arguments.get(2, "argslist").cloned();
            host.execute(what.as_ref(), rows.as_ref(), link, at)
        }
        "connect" => {
            let made = host.make_engine(arguments, at);
            if let (Value::Host(id), Some(SaValue::Connection(link))) = (&made, host.thing(&made)) {
                let link = Connection { via: Via::Cursor, kind: ConnectionKind::Driver, ..*link };
                host.replace(*id, SaValue::Connection(link));
            }
            made
        }
        "Json" | "Jsonb" | "Binary" | "AsIs" => {
            arguments.positional.first().cloned().unwrap_or(Value::None)
        }
        "SQL" if path.contains(".sql.") => {
            arguments.positional.first().cloned().unwrap_or(Value::None)
        }
        _ => host.unsure(&format!("`{path}` is not understood")),
    }
}

/// Returns the session, the engine and the names of Flask-SQLAlchemy's `db`.
pub fn flask_attribute(host: &mut MigrationHost, name: &str) -> Value {
    let link = |via, kind| {
        SaValue::Connection(Connection { via, kind, mode: Mode::Own, application: true })
    };
    match name {
        "session" => host.value(link(Via::Session, ConnectionKind::Session)),
        "engine" | "get_engine" => host.value(link(Via::Bind, ConnectionKind::Engine)),
        "Model" => base(host, true),
        "metadata" => host.value(SaValue::MetaData(Metadata::default())),
        "init_app" | "create_scoped_session" => host.value(SaValue::Inert),
        _ => library_value(host, &format!("sqlalchemy.flask.{name}")),
    }
}
