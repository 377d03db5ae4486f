//! Ways to the database: connections, engines, cursors, and the context of Alembic.

use crate::operation::arguments::Bound;
use crate::operation::entity::Entity;
use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::operation::{Operation, Via};
use crate::operation::sa_value::{BIND, Connection, ConnectionKind, OP_LINK, SaValue};
use crate::operation::sqlalchemy::check;
use crate::operation::step::{Mode, RemarkKind, Role};
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::{HostId, Unknown, Value};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::RowChange;
use crate::sql::statement::{Statement, Unread};
use crate::text::known::Known;
use std::rc::Rc;

impl MigrationHost {
    /// Returns an attribute of a connection, an engine, a session or a cursor.
    pub fn link_attribute(&mut self, id: HostId, link: Connection, name: &str) -> Value {
        match name {
            "dialect" => self.value(SaValue::Dialect),
            "name" if link.kind == ConnectionKind::Engine => Value::text(self.dialect.name()),
            "engine" | "bind" if link.kind != ConnectionKind::Engine || name == "engine" => {
                let mode = if name == "engine" && link.via != Via::Session {
                    Mode::Own
                } else {
                    link.mode
                };
                self.value(SaValue::Connection(Connection {
                    via: Via::Bind,
                    kind: ConnectionKind::Engine,
                    mode,
                    ..link
                }))
            }
            "connection" | "driver_connection" | "dbapi_connection"
                if link.kind != ConnectionKind::Session =>
            {
                self.value(SaValue::Connection(Connection {
                    via: Via::Cursor,
                    kind: ConnectionKind::Driver,
                    ..link
                }))
            }
            "url" | "driver" | "info" | "closed" | "rowcount" | "description"
            | "server_version" | "encoding" | "is_active" | "lastrowid" | "new" | "dirty"
            | "deleted" | "status" | "execution_context" => {
                self.unsure(&format!("`{name}` is known to the database only"))
            }
            "autocommit" => self.unsure("`autocommit` is known to the database only"),
            _ => self.value(SaValue::Method { of: id, name: name.into() }),
        }
    }

    /// Notes that an attribute of a connection is set.
    pub fn set_link_attribute(&mut self, id: HostId, link: Connection, name: &str, value: &Value) {
        if matches!(name, "autocommit" | "isolation_level") && !matches!(value, Value::Bool(false))
        {
            self.replace(id, SaValue::Connection(Connection { mode: Mode::Autocommit, ..link }));
        }
    }

    /// Calls a method of a connection, an engine or a cursor.
    pub fn call_link(
        &mut self,
        id: HostId,
        link: Connection,
        name: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        match link.kind {
            _ if link == BIND => check::method(self, "Connection", name, &arguments, at),
            ConnectionKind::Engine if !link.application => {
                check::engine(self, name, &arguments, at)
            }
            _ => {}
        }
        check::execution(self, link, name, &arguments, at);
        match name {
            "execute" | "exec_driver_sql" | "executemany" | "scalar" | "scalars" | "exec"
            | "fetch" | "fetchrow" | "fetchval" | "stream" => {
                execute(self, link, name, &arguments, at)
            }
            "copy_expert" | "copy" => {
                let driver = Connection { kind: ConnectionKind::Driver, ..link };
                self.execute(arguments.positional.first(), None, driver, at);
                self.value(SaValue::Connection(link))
            }
            "copy_from" | "copy_records_to_table" | "copy_to_table" => {
                copy_into_table(self, link, name, &arguments, at)
            }
            "lobject" => write_large_object(self, link, at),
            "commit" | "rollback" => {
                self.end_transaction(link, name, at);
                Value::None
            }
            "set_isolation_level" => {
                let autocommit = Connection { mode: Mode::Autocommit, ..link };
                self.replace(id, SaValue::Connection(autocommit));
                Value::None
            }
            "run_sync" | "run_callable" | "transaction" => self.run_with(link, arguments, at),
            "fetchall" | "fetchone" | "fetchmany" => self.call_result(Entity::default(), name),
            _ if DATABASE_KNOWS.contains(&name) => {
                self.unsure(&format!("`{name}` is known to the database only"))
            }
            _ if SEND_NOTHING.contains(&name) => Value::None,
            _ => match led_to(self, link, name, &arguments) {
                Some(other) => self.value(SaValue::Connection(other)),
                None => {
                    let why = format!("`{}.{name}` is not understood", title(link));
                    self.unreadable(&why, at);
                    Value::Unknown(Unknown { why: why.into(), reaches: false, class: None })
                }
            },
        }
    }

    /// Runs a function that is given a connection.
    fn run_with(&mut self, link: Connection, arguments: Arguments, at: At<'_>) -> Value {
        let mut given = arguments;
        if given.positional.is_empty() {
            return Value::None;
        }
        let callee = given.positional.remove(0);
        let connection = self.value(SaValue::Connection(link));
        given.positional.insert(0, connection);
        match callee {
            Value::Object(_) => {
                Value::Object(Rc::new(Object::Pending { callee, arguments: given }))
            }
            Value::Host(id) => match self.at(id) {
                SaValue::Method { of, name } => self.call_method(of, &name, given, at),
                _ => Value::None,
            },
            other => {
                let why = self.why(Some(&other));
                self.unreadable(
                    &format!("a function that cannot be read is given the connection: {why}"),
                    at,
                );
                Value::None
            }
        }
    }

    /// Returns an attribute of Alembic's migration context.
    pub fn context_attribute(&mut self, id: HostId, name: &str) -> Value {
        match name {
            "connection" | "bind" => self.value(SaValue::Connection(BIND)),
            "dialect" => self.value(SaValue::Dialect),
            "impl" | "migration_context" => Value::Host(id),
            "as_sql"
            | "opts"
            | "config"
            | "script"
            | "environment_context"
            | "transactional_ddl"
            | "output_buffer" => self.unsure(&format!("`{name}` belongs to the environment")),
            _ => self.value(SaValue::Method { of: id, name: name.into() }),
        }
    }

    /// Calls a method of the migration context, of its `impl`, or of `alembic.context`.
    pub fn call_context(&mut self, name: &str, arguments: &Arguments, at: At<'_>) -> Value {
        match name {
            "autocommit_block" => self.value(SaValue::AutocommitBlock),
            "execute" | "_exec" | "static_output" if name != "static_output" => {
                let what = arguments.get(0, "sql").cloned();
                self.execute(what.as_ref(), None, OP_LINK, at)
            }
            "get_bind" => self.value(SaValue::Connection(BIND)),
            "get_context" | "get_impl" => self.value(SaValue::Context),
            "is_offline_mode" => Value::Bool(false),
            "begin_transaction" | "_ensure_scope_for_ddl" => self.value(SaValue::Inert),
            "get_x_argument" | "get_tag_argument" => self.value(SaValue::Environment(
                "`-x` of the command line is known when it runs".into(),
            )),
            "static_output" => Value::None,
            "add_table" | "create_table" | "drop_table" | "add_column" | "drop_column"
            | "alter_column" | "add_constraint" | "drop_constraint" | "create_index"
            | "drop_index" | "bulk_insert" => {
                self.unreadable(&format!("`impl.{name}` is Alembic's own and not read"), at);
                Value::None
            }
            _ => self.unsure(&format!("`{name}` belongs to the environment")),
        }
    }

    /// Returns an attribute of a dialect.
    pub fn dialect_attribute(&mut self, id: HostId, name: &str) -> Value {
        match name {
            // `mysql://` reaches MariaDB too, and is `mysql` then.
            "name" if self.dialect == Dialect::MariaDb => {
                let names = [Dialect::MySql, Dialect::MariaDb].map(|one| Value::text(one.name()));
                Value::Object(Rc::new(Object::Either(names.to_vec())))
            }
            "name" => Value::text(self.dialect.name()),
            "identifier_preparer" => self.value(SaValue::Inert),
            "is_mariadb" => Value::Bool(self.dialect == Dialect::MariaDb),
            "has_table"
            | "has_sequence"
            | "has_type"
            | "get_columns"
            | "type_descriptor"
            | "do_execute"
            | "do_executemany"
            | "do_execute_no_params" => self.value(SaValue::Method { of: id, name: name.into() }),
            _ => self.unsure(&format!("`dialect.{name}` is known to the database only")),
        }
    }

    /// Makes an engine of its URL.
    pub fn make_engine(&mut self, arguments: &Arguments, at: At<'_>) -> Value {
        let bound = Bound::new(arguments, &["url"]);
        if let Some(Value::Str(url)) = bound.get("url") {
            let sent = self.sent_text(url, Role::Connection, at);
            let details = crate::operation::migration_host::Details {
                strings: sent.into_iter().collect(),
                ..Default::default()
            };
            if !details.strings.is_empty() {
                let operation =
                    crate::operation::operation::Operation::Execute { sql: None, via: Via::Bind };
                let emitted = vec![Statement::Other { keyword: "CONNECT".to_owned() }];
                self.record(operation, emitted, details, at);
            }
        }
        let level = bound.get("isolation_level").map(|level| self.text(level));
        let autocommit = level == Some(Known::Is("AUTOCOMMIT".to_owned()));
        let mode = if autocommit { Mode::Autocommit } else { Mode::Own };
        self.value(SaValue::Connection(Connection {
            via: Via::Bind,
            kind: ConnectionKind::Engine,
            mode,
            application: false,
        }))
    }

    /// Notes COMMIT or ROLLBACK on a link. A session on Alembic's connection joins the transaction
    /// that is there: its commit ends nothing, its rollback takes back all of it (seen on
    /// SQLAlchemy 1.3, 1.4 and 2.1).
    pub fn end_transaction(&mut self, link: Connection, name: &str, at: At<'_>) {
        let own_session = link.via == Via::Session && (link.application || link.mode == Mode::Own);
        let kind = match (link.kind, name) {
            (ConnectionKind::Savepoint, _) => return,
            (_, "commit") if own_session => RemarkKind::OwnSession,
            (_, "commit") if link.via == Via::Session => return,
            _ if own_session => return,
            _ => RemarkKind::Transaction,
        };
        self.remark(kind, &format!("{}.{name}", title(link)), at);
    }

    /// Calls a method of a result.
    pub fn call_result(&mut self, entity: Entity, name: &str) -> Value {
        match name {
            "scalars" => self.value(SaValue::Result(entity.first())),
            "mappings" => self.value(SaValue::Result(Entity { placed: false, ..entity })),
            "fetchall" | "all" | "fetchmany" | "unique" | "yield_per" | "columns"
            | "partitions" | "tuples" | "freeze" | "execution_options" => {
                self.value(SaValue::Result(entity))
            }
            "first" | "one" | "one_or_none" | "fetchone" => self.one(entity),
            "scalar" | "scalar_one" | "scalar_one_or_none" => self.one(entity.first()),
            "close" => Value::None,
            // Whatever else it gives, objects of the session are among it.
            _ if entity.mapped => self.one(entity),
            _ => Value::unknown(format!("`{name}` of a result is known to the database only")),
        }
    }

    /// Returns what stands at a place of a row.
    pub fn row_item(&mut self, item: Option<Entity>) -> Value {
        match item {
            Some(entity) => self.one(entity),
            None => Value::unknown("a row is known to the database only"),
        }
    }

    /// Returns one row, or one value.
    pub fn one(&mut self, entity: Entity) -> Value {
        self.value(SaValue::Row(entity))
    }
}

/// What only the database can answer.
const DATABASE_KNOWS: &[&str] = &[
    "in_transaction",
    "in_nested_transaction",
    "closed",
    "is_modified",
    "mogrify",
    "get_transaction",
    "get_isolation_level",
    "has_table",
    "table_names",
];

/// What sends nothing that a migration is judged by.
const SEND_NOTHING: &[&str] = &[
    "close",
    "detach",
    "invalidate",
    "dispose",
    "expunge_all",
    "expire_all",
    "__enter__",
    "__exit__",
    "prepare",
    "set_session",
    "is_active",
    "reset",
    "release",
];

/// Returns the connection, transaction or cursor that a method hands out.
fn led_to(
    host: &MigrationHost,
    link: Connection,
    name: &str,
    arguments: &Arguments,
) -> Option<Connection> {
    Some(match name {
        "begin" if link.kind == ConnectionKind::Connection => {
            Connection { kind: ConnectionKind::Begun, ..link }
        }
        "begin" => Connection { kind: ConnectionKind::Transaction, ..link },
        "begin_nested" => Connection { kind: ConnectionKind::Savepoint, ..link },
        "raw_connection" | "cursor" => {
            Connection { via: Via::Cursor, kind: ConnectionKind::Driver, ..link }
        }
        "connect"
        | "get_connection"
        | "acquire"
        | "get_bind"
        | "connection"
        | "get_dbapi_connection" => {
            Connection { via: Via::Bind, kind: ConnectionKind::Connection, ..link }
        }
        "execution_options" => {
            let level = arguments.keyword("isolation_level").map(|level| host.text(level));
            let autocommit = level.as_ref().and_then(Known::as_str) == Some("AUTOCOMMIT")
                || matches!(arguments.keyword("autocommit"), Some(Value::Bool(true)));
            let mode = if autocommit { Mode::Autocommit } else { link.mode };
            Connection { mode, ..link }
        }
        _ => return None,
    })
}

fn execute(
    host: &mut MigrationHost,
    link: Connection,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> Value {
    let what = arguments.positional.first().cloned().or_else(|| statement_keyword(arguments));
    let given = arguments.positional.get(1).or_else(|| arguments.keyword("parameters"));
    let given = given.or_else(|| arguments.keyword("params")).cloned();
    let given = given.or_else(|| loose_parameters(arguments));
    let is_driver = matches!(name, "exec_driver_sql" | "executemany");
    let kind = if is_driver { ConnectionKind::Driver } else { link.kind };
    let result = host.execute(what.as_ref(), given.as_ref(), Connection { kind, ..link }, at);
    match (name, host.thing(&result).cloned()) {
        ("scalar", Some(SaValue::Result(entity))) => host.one(entity.first()),
        ("scalars", Some(SaValue::Result(entity))) => host.value(SaValue::Result(entity.first())),
        _ => result,
    }
}

fn copy_into_table(
    host: &mut MigrationHost,
    link: Connection,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> Value {
    let table = arguments.get(if name == "copy_from" { 1 } else { 0 }, "table");
    let copied = Statement::Rows(RowChange::CopyFrom { table: host.table_name(table, None) });
    let details = Details { mode: Some(link.mode), ..Details::default() };
    host.record(Operation::Execute { sql: None, via: Via::Cursor }, vec![copied], details, at);
    Value::None
}

/// A large object holds bytes; no table of the application's changes.
fn write_large_object(host: &mut MigrationHost, link: Connection, at: At<'_>) -> Value {
    let why = format!("`{}.lobject` writes a large object", title(link));
    let emitted = Statement::Unreadable {
        why: Unread::because(&*why),
        keyword: Some("INSERT".to_owned()),
        table: None,
    };
    let details = Details { mode: Some(link.mode), ..Details::default() };
    host.record(Operation::Unreadable { why: why.clone() }, vec![emitted], details, at);
    host.unsure(&why)
}

/// Returns what a person would call a link.
fn title(link: Connection) -> &'static str {
    match link.kind {
        ConnectionKind::Engine => "engine",
        ConnectionKind::Connection => "connection",
        ConnectionKind::Session => "session",
        ConnectionKind::Transaction | ConnectionKind::Begun => "transaction",
        ConnectionKind::Savepoint => "savepoint",
        ConnectionKind::Driver => "cursor",
    }
}

/// Returns the statement among the keywords of `execute`.
fn statement_keyword(arguments: &Arguments) -> Option<Value> {
    ["statement", "clause", "object_", "object", "query", "sql", "sqltext"]
        .iter()
        .find_map(|name| arguments.keyword(name).cloned())
}

/// Returns bind parameters that are given as keywords, as SQLAlchemy 1 allowed.
fn loose_parameters(arguments: &Arguments) -> Option<Value> {
    let loose: Vec<Value> = arguments.keywords.iter().map(|(_, value)| value.clone()).collect();
    (!loose.is_empty()).then(|| Value::list(loose))
}
