//! Ways to the database: connections, engines, cursors, and the context of Alembic.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Via;
use crate::operation::sa_value::{BIND, OP_LINK};
use crate::operation::sa_value::{Connection, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::check;
use crate::operation::step::{Mode, RemarkKind, Role};
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::dialect::Dialect;
use crate::sql::row_change::RowChange;
use crate::sql::statement::{Statement, Unread};
use crate::text::known::Known;

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
        if link == BIND {
            check::method(self, "Connection", name, &arguments, at);
        }
        check::execution(self, link, name, &arguments, at);
        let first = arguments.positional.first().cloned();
        match name {
            "execute" | "exec_driver_sql" | "executemany" | "scalar" | "scalars" | "exec"
            | "fetch" | "fetchrow" | "fetchval" | "stream" => {
                let what = first.or_else(|| statement_keyword(&arguments));
                let parameters =
                    arguments.positional.get(1).or_else(|| arguments.keyword("parameters"));
                let parameters = parameters.or_else(|| arguments.keyword("params")).cloned();
                let parameters = parameters.or_else(|| loose_parameters(&arguments));
                let driver = matches!(name, "exec_driver_sql" | "executemany");
                let kind = if driver { ConnectionKind::Driver } else { link.kind };
                let result = self.execute(
                    what.as_ref(),
                    parameters.as_ref(),
                    Connection { kind, ..link },
                    at,
                );
                match (name, self.thing(&result).cloned()) {
                    ("scalar", Some(SaValue::Result(entity))) => self.one(entity),
                    _ => result,
                }
            }
            "begin" => self.value(SaValue::Connection(Connection {
                kind: ConnectionKind::Transaction,
                ..link
            })),
            "begin_nested" => self
                .value(SaValue::Connection(Connection { kind: ConnectionKind::Savepoint, ..link })),
            "commit" | "rollback" => {
                self.end_transaction(link, name, at);
                Value::None
            }
            "connect" | "raw_connection" | "get_connection" | "acquire" => {
                let kind = if name == "raw_connection" {
                    ConnectionKind::Driver
                } else {
                    ConnectionKind::Connection
                };
                let via = if name == "raw_connection" { Via::Cursor } else { Via::Bind };
                self.value(SaValue::Connection(Connection { kind, via, ..link }))
            }
            "cursor" => self.value(SaValue::Connection(Connection {
                via: Via::Cursor,
                kind: ConnectionKind::Driver,
                ..link
            })),
            "execution_options" => {
                let level = arguments.keyword("isolation_level").map(|level| self.text(level));
                let autocommit = level.as_ref().and_then(|level| level.as_str())
                    == Some("AUTOCOMMIT")
                    || matches!(arguments.keyword("autocommit"), Some(Value::Bool(true)));
                let mode = if autocommit { Mode::Autocommit } else { link.mode };
                self.value(SaValue::Connection(Connection { mode, ..link }))
            }
            "set_isolation_level" => {
                self.replace(
                    id,
                    SaValue::Connection(Connection { mode: Mode::Autocommit, ..link }),
                );
                Value::None
            }
            "run_sync" | "run_callable" | "transaction" => self.run_with(link, arguments, at),
            "copy_expert" | "copy" => {
                self.execute(
                    first.as_ref(),
                    None,
                    Connection { kind: ConnectionKind::Driver, ..link },
                    at,
                );
                self.value(SaValue::Connection(link))
            }
            "copy_from" | "copy_records_to_table" | "copy_to_table" => {
                let table =
                    arguments.get(if name == "copy_from" { 1 } else { 0 }, "table").cloned();
                let table = self.table_name(table.as_ref(), None);
                let details = crate::operation::migration_host::Details {
                    mode: Some(link.mode),
                    ..Default::default()
                };
                let operation =
                    crate::operation::operation::Operation::Execute { sql: None, via: Via::Cursor };
                self.record(
                    operation,
                    vec![Statement::Rows(RowChange::CopyFrom { table })],
                    details,
                    at,
                );
                Value::None
            }
            "get_bind" | "connection" | "get_dbapi_connection" => {
                self.value(SaValue::Connection(Connection {
                    via: Via::Bind,
                    kind: ConnectionKind::Connection,
                    ..link
                }))
            }
            // A large object holds bytes; no table of the application's changes.
            "lobject" => {
                let why = format!("`{}.{name}` writes a large object", title(link));
                let keyword = Some("INSERT".to_owned());
                let emitted =
                    Statement::Unreadable { why: Unread::because(&*why), keyword, table: None };
                let details = crate::operation::migration_host::Details {
                    mode: Some(link.mode),
                    ..Default::default()
                };
                let operation =
                    crate::operation::operation::Operation::Unreadable { why: why.clone() };
                self.record(operation, vec![emitted], details, at);
                self.unsure(&why)
            }
            "in_transaction"
            | "in_nested_transaction"
            | "closed"
            | "is_modified"
            | "mogrify"
            | "get_transaction"
            | "get_isolation_level"
            | "has_table"
            | "table_names" => self.unsure(&format!("`{name}` is known to the database only")),
            "fetchall" | "fetchone" | "fetchmany" => self.call_result(Entity::default(), name),
            "close" | "detach" | "invalidate" | "dispose" | "expunge_all" | "expire_all"
            | "callproc" | "__enter__" | "__exit__" | "prepare" | "set_session" | "is_active"
            | "reset" | "release"
                if name != "callproc" =>
            {
                Value::None
            }
            _ => {
                self.unreadable(&format!("`{}.{name}` is not understood", title(link)), at);
                Value::Unknown(crate::python::value::Unknown {
                    why: format!("`{}.{name}` is not understood", title(link)).into(),
                    reaches: false,
                })
            }
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
            "fetchall" | "all" | "fetchmany" | "scalars" | "mappings" | "unique" | "yield_per"
            | "columns" | "partitions" | "tuples" | "freeze" | "execution_options" => {
                self.value(SaValue::Result(entity))
            }
            "first" | "one" | "one_or_none" | "fetchone" | "scalar" | "scalar_one"
            | "scalar_one_or_none" => self.one(entity),
            "close" => Value::None,
            _ => Value::unknown(format!("`{name}` of a result is known to the database only")),
        }
    }

    /// Returns one row, or one value.
    pub fn one(&mut self, entity: Entity) -> Value {
        self.value(SaValue::Row(entity))
    }
}

/// Returns what a person would call a link.
fn title(link: Connection) -> &'static str {
    match link.kind {
        ConnectionKind::Engine => "engine",
        ConnectionKind::Connection => "connection",
        ConnectionKind::Session => "session",
        ConnectionKind::Transaction => "transaction",
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
