//! Methods and attributes of the host's values.

use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::{BIND, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::dml::{add_filter, begin};
use crate::operation::sqlalchemy::query::Verb;
use crate::operation::sqlalchemy::query_methods::query_method;
use crate::operation::sqlalchemy::sessions::run_query;
use crate::operation::sqlalchemy::sql_builder::SqlBuilder;
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr};
use crate::operation::sqlalchemy::tables::column_named;
use crate::operation::sqlalchemy::{check, parameters};
use crate::operation::step::RemarkKind;
use crate::python::host::{Arguments, At};
use crate::python::value::{HostId, Value};
use crate::sql::read::statements;
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;
use std::rc::Rc;

impl MigrationHost {
    /// Calls a method of a thing.
    pub fn call_method(
        &mut self,
        of: HostId,
        name: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        match self.at(of) {
            SaValue::Op(batch) => self.call_op(batch, name, arguments, at),
            SaValue::Context => self.call_context(name, &arguments, at),
            SaValue::Connection(link) if link.kind == ConnectionKind::Session => {
                if link.application {
                    self.remark(RemarkKind::Application, "db.session", at);
                }
                self.call_session(of, link, name, arguments, at)
            }
            SaValue::Connection(link) | SaValue::ConnectionMaker(link) => {
                self.call_link(of, link, name, arguments, at)
            }
            SaValue::Type(kind) => self.call_type(&kind, name, &arguments, at),
            SaValue::Table(table) => call_table_method(self, of, &table, name, &arguments, at),
            SaValue::Columns(_) => call_columns(self, of, name, &arguments),
            SaValue::MetaData(metadata) => self.call_metadata(of, metadata, name, &arguments, at),
            thing @ (SaValue::Index(..) | SaValue::Sequence(_)) => match (name, &thing) {
                ("next_value", _) => {
                    let clause = self.clause_of(&Value::Host(of)).unwrap_or_default();
                    self.value(SaValue::Clause(clause))
                }
                _ => self.call_index(&thing, name, at),
            },
            SaValue::Query(query) => match run_query(self, &query, name, &arguments, at) {
                Some(value) => value,
                None if name == "values" => {
                    check::booleans(self, &query, &arguments, at);
                    match query_method(self, &query, name, &arguments) {
                        Some(thing) => self.value(thing),
                        None => self.unsure("`values` of a statement is not understood"),
                    }
                }
                None => match query_method(self, &query, name, &arguments) {
                    Some(thing) => self.value(thing),
                    None => self.unsure(&format!("`{name}` of a statement is not understood")),
                },
            },
            SaValue::Source(Source::Query { query, .. })
                if matches!(name, "select" | "where" | "alias" | "exists") =>
            {
                match query_method(self, &query, name, &arguments) {
                    Some(thing) => self.value(thing),
                    None => Value::Host(of),
                }
            }
            SaValue::Clause(_) | SaValue::Column(_) => {
                let mut clause = self.clause_of(&Value::Host(of)).unwrap_or_default();
                if matches!(name, "bindparams" | "params") {
                    parameters::check_bound(self, &clause, &arguments, at);
                    clause.bits.push(parameters::bound(&arguments));
                }
                let becomes_source = matches!(name, "cte" | "subquery" | "alias" | "lateral");
                if becomes_source && writes(self, &clause) {
                    return self.unsure("text that writes stands inside of another statement");
                }
                match self.clause_method(clause, name, &arguments) {
                    Some(clause) => self.value(SaValue::Clause(clause)),
                    None => match self.thing(&Value::Host(of)).cloned() {
                        Some(SaValue::Column(_)) if matches!(name, "copy" | "_copy") => {
                            Value::Host(of)
                        }
                        _ => operator_method(self, of, name, &arguments),
                    },
                }
            }
            SaValue::Result(entity) => self.call_result(entity, name),
            SaValue::Row(_) => {
                Value::unknown(format!("`{name}` of a row is known to the database only"))
            }
            SaValue::Ddl(emitted) => match name {
                "execute" => {
                    let details = crate::operation::migration_host::Details::default();
                    let operation = crate::operation::operation::Operation::Execute {
                        sql: None,
                        via: crate::operation::operation::Via::Bind,
                    };
                    self.record(operation, emitted.to_vec(), details, at);
                    Value::None
                }
                _ => Value::Host(of),
            },
            SaValue::Base { .. } => match name {
                "prepare" | "classes" => Value::None,
                _ => Value::Host(of),
            },
            SaValue::RawDdl(_) if name == "execute" => {
                self.execute(Some(&Value::Host(of)), None, BIND, at);
                Value::None
            }
            SaValue::Dialect if name.starts_with("do_") => {
                self.unreadable(&format!("`{name}` sends what it is given to the driver"), at);
                Value::None
            }
            SaValue::Dialect => match name {
                "type_descriptor" => arguments.positional.first().cloned().unwrap_or(Value::None),
                _ => self.unsure("what the database holds is known to the database only"),
            },
            SaValue::Mapped(_) | SaValue::Unsure(_) | SaValue::Environment(_) | SaValue::Inert => {
                Value::Host(of)
            }
            SaValue::Method { of: base, name: outer } => {
                if matches!(self.at(base), SaValue::Op(_)) {
                    let why = format!("`op.{outer}.{name}` is none of Alembic's operations");
                    self.unreadable(&why, at);
                }
                self.unsure(&format!("`{name}` is not understood"))
            }
            _ => self.unsure(&format!("`{name}` is not understood")),
        }
    }
}

/// Returns a known text as a value.
pub(crate) fn known(text: &Known<String>) -> Value {
    match text {
        Known::Is(text) => Value::text(text),
        Known::Unreadable => Value::unknown("the name cannot be known"),
    }
}

/// Returns a table of which nothing but the name is known.
pub(crate) fn table_by_name(host: &mut MigrationHost, name: &str) -> Value {
    let table = match name.split_once('.') {
        Some((schema, name)) => TableName { schema: Some(schema.into()), name: name.into() },
        None => TableName::plain(name),
    };
    let thing = host.table_of_parts(table, &[], true);
    host.value(SaValue::Table(Rc::new(thing)))
}

pub(crate) fn call_table_method(
    host: &mut MigrationHost,
    of: HostId,
    table: &Rc<crate::operation::sa_value::TableValue>,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> Value {
    let me = Value::Host(of);
    let verb = match name {
        "insert" => Some(Verb::Insert),
        "update" => Some(Verb::Update),
        "delete" => Some(Verb::Delete),
        _ => None,
    };
    if let Some(verb) = verb {
        let query = begin(host, verb, Some(&me), arguments);
        return host.value(SaValue::Query(Rc::new(query)));
    }
    match name {
        "select" | "count" => {
            let mut query = begin(host, Verb::Select, None, &Arguments::positional(vec![me]));
            for part in &arguments.positional {
                add_filter(host, &mut query, part);
            }
            host.value(SaValue::Query(Rc::new(query)))
        }
        "alias" | "join" | "outerjoin" => {
            let mut given = arguments.clone();
            given.positional.insert(0, me);
            host.call_library(&format!("sqlalchemy.{name}"), given, at)
        }
        _ => match host.call_table(of, table, name, arguments, at) {
            Some(value) => value,
            None => host.unsure(&format!("`{name}` of a table is not understood")),
        },
    }
}

pub(crate) fn call_columns(
    host: &mut MigrationHost,
    of: HostId,
    name: &str,
    arguments: &Arguments,
) -> Value {
    match (name, arguments.positional.first().map(|key| host.text(key))) {
        ("get", Some(Known::Is(column))) => match host.at(of) {
            SaValue::Columns(table) => columns_item(host, table, &column),
            _ => Value::None,
        },
        _ => host.unsure("the columns of the table are known to the database only"),
    }
}

/// Returns a column of a table, an alias or a subquery.
pub(crate) fn columns_item(host: &mut MigrationHost, of: HostId, name: &str) -> Value {
    match host.at(of) {
        SaValue::Table(table) => column_named(host, &table, Known::Is(name.to_owned())),
        SaValue::Source(source) => {
            let column = SqlExpr::column(Some(source), Known::Is(name.to_owned()));
            host.value(SaValue::Clause(column))
        }
        SaValue::Query(query) => {
            let source = Source::Query { query, alias: "anon_1".into() };
            let column = SqlExpr::column(Some(source), Known::Is(name.to_owned()));
            host.value(SaValue::Clause(column))
        }
        _ => host.unsure("the columns of the table are known to the database only"),
    }
}

/// Returns an attribute of an expression: a method, or the expression in another form.
pub(crate) fn clause_attribute(host: &mut MigrationHost, of: HostId, name: &str) -> Value {
    match name {
        "astext" => {
            let clause = host.clause_of(&Value::Host(of)).unwrap_or_default();
            let bits = clause
                .bits
                .into_iter()
                .map(|bit| match bit {
                    crate::operation::sqlalchemy::sql_expr::SqlToken::Text(text) => {
                        crate::operation::sqlalchemy::sql_expr::SqlToken::Text(
                            text.replace(" -> ", " ->> ").into(),
                        )
                    }
                    bit => bit,
                })
                .collect();
            host.value(SaValue::Clause(SqlExpr { bits, compound: clause.compound, label: None }))
        }
        "c" | "columns" | "element" | "self_group" => Value::Host(of),
        "text" => match host.sql_of(Some(&Value::Host(of))) {
            Known::Is(text) => Value::text(&text),
            Known::Unreadable => Value::unknown("the text of the expression cannot be known"),
        },
        _ => host.value(SaValue::Method { of, name: name.into() }),
    }
}

/// `column.op("||")` gives a function of the right side.
pub(crate) fn operator_method(
    host: &mut MigrationHost,
    of: HostId,
    name: &str,
    arguments: &Arguments,
) -> Value {
    match (name, arguments.get(0, "opstring").map(|operator| host.text(operator))) {
        ("op" | "bool_op", Some(Known::Is(operator))) => {
            host.value(SaValue::Operator { of, operator: operator.into() })
        }
        _ => {
            let why = format!("`{name}` of an expression is not understood");
            host.value(SaValue::Clause(SqlExpr::hole(&why)))
        }
    }
}

/// Calls what `column.op("||")` gave.
pub(crate) fn apply_operator(
    host: &mut MigrationHost,
    of: HostId,
    operator: &str,
    arguments: &Arguments,
) -> Value {
    let left = host.clause_of(&Value::Host(of)).unwrap_or_default();
    let right = arguments.get(0, "other").cloned().unwrap_or(Value::None);
    let right = host.literal_of(&right);
    host.value(SaValue::Clause(SqlExpr::compound(left, operator, right)))
}

pub(crate) fn metadata_table(host: &mut MigrationHost, tables: &[HostId], key: &Value) -> Value {
    let name = host.text(key);
    let found = tables.iter().find(|id| match host.at(**id) {
        SaValue::Table(table) => table.create.table.known() == name.clone().into_option(),
        _ => false,
    });
    match found {
        Some(id) => Value::Host(*id),
        None => match name {
            // Reflected: it is named, and that is all that is known of it.
            Known::Is(name) => table_by_name(host, &name),
            Known::Unreadable => host.unsure("the tables of the metadata are known when it runs"),
        },
    }
}

/// Returns an attribute of an object that a session gave back.
pub(crate) fn row_attribute(
    host: &mut MigrationHost,
    entity: &crate::operation::entity::Entity,
    name: &str,
) -> Value {
    let declared = entity.class.as_ref().and_then(|class| class.attribute(name));
    match declared {
        Some(Value::Host(id)) if matches!(host.at(id), SaValue::Column(_)) => {
            Value::unknown(format!("`{name}` of a row is known to the database only"))
        }
        // A relationship leads to objects of another table.
        Some(Value::Host(_)) => host.value(SaValue::Row(crate::operation::entity::Entity {
            mapped: true,
            ..Default::default()
        })),
        _ => Value::unknown(format!("`{name}` of a row is known to the database only")),
    }
}

/// Tells whether the text of a clause is a statement that may write.
fn writes(host: &MigrationHost, clause: &SqlExpr) -> bool {
    let mut text = SqlBuilder::new(host.dialect);
    text.push_fragment(clause, &[], false);
    let read = statements(&text.sql, host.dialect);
    read.iter()
        .any(|placed| matches!(placed.statement, Statement::Rows(_) | Statement::Block { .. }))
}
