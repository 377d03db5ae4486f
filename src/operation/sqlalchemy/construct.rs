//! What calling a name of SQLAlchemy makes.

use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Via;
use crate::operation::sa_value::{
    BIND, Connection, ConnectionKind, Metadata, OtherTables, SaValue,
};
use crate::operation::sqlalchemy::columns::{is_spatial_type, make_column};
use crate::operation::sqlalchemy::constraints::{
    make_check, make_foreign_key, make_foreign_key_constraint, make_index, make_key,
};
use crate::operation::sqlalchemy::dml::begin;
use crate::operation::sqlalchemy::events::{compiles, listen};
use crate::operation::sqlalchemy::functions::{expression, function};
use crate::operation::sqlalchemy::models::base;
use crate::operation::sqlalchemy::names::{self, Construct, NameKind};
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::query_methods::query_method;
use crate::operation::sqlalchemy::sessions::make_session;
use crate::operation::sqlalchemy::sql_expr::Source;
use crate::operation::sqlalchemy::tables::make_table;
use crate::operation::sqlalchemy::{check, parameters};
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::table::{Constraint, Generated};
use crate::text::known::Known;
use std::rc::Rc;

/// A call of a name of SQLAlchemy.
struct NameCall<'a> {
    path: &'a str,
    name: &'a str,
    arguments: Arguments,
    at: At<'a>,
}

impl NameCall<'_> {
    fn first(&self) -> Option<&Value> {
        self.arguments.positional.first()
    }

    /// Returns the arguments behind the first one.
    fn rest(&self) -> Arguments {
        Arguments {
            positional: self.arguments.positional.iter().skip(1).cloned().collect(),
            ..self.arguments.clone()
        }
    }
}

/// Calls a name of SQLAlchemy.
pub(crate) fn call_sqlalchemy(
    host: &mut MigrationHost,
    path: &str,
    arguments: Arguments,
    at: At<'_>,
) -> Value {
    check::call(host, path, &arguments, at);
    let name = path.rsplit('.').next().unwrap_or(path);
    if path.contains(".func.") || path.contains(".Function.") {
        let clause = function(host, path.rsplit(".func.").next().unwrap_or(name), &arguments);
        return host.value(SaValue::Clause(clause));
    }
    if path.starts_with("sqlalchemy_utils.")
        && let Some(answer) = host.of_sqlalchemy_utils(name, &arguments, at)
    {
        return answer;
    }
    let call = NameCall { path, name, arguments, at };
    match names::kind_of(path) {
        Some(NameKind::Construct(construct)) => make(host, construct, call),
        Some(NameKind::Expression(kind)) => match expression(host, kind, name, &call.arguments) {
            Some(clause) => host.value(SaValue::Clause(clause)),
            None => not_understood(host, &call),
        },
        _ if names::is_type(path) => make_type(host, &call),
        Some(NameKind::Type(_) | NameKind::Class) | None => not_understood(host, &call),
    }
}

fn make(host: &mut MigrationHost, construct: Construct, call: NameCall<'_>) -> Value {
    let arguments = &call.arguments;
    let first = call.first();
    let made = match construct {
        Construct::Column => return column(host, arguments, call.at),
        Construct::Field => return column(host, &field_arguments(call.arguments), call.at),
        Construct::ForeignKey => SaValue::ForeignKey(make_foreign_key(host, arguments)),
        Construct::ForeignKeyConstraint => {
            SaValue::Constraint(make_foreign_key_constraint(host, arguments))
        }
        Construct::PrimaryKey => {
            SaValue::Constraint(Constraint::PrimaryKey(make_key(host, arguments)))
        }
        Construct::Unique => SaValue::Constraint(Constraint::Unique(make_key(host, arguments))),
        Construct::Check => {
            parameters::check_ddl(host, arguments.get(0, "sqltext"), call.at);
            SaValue::Constraint(Constraint::Check(make_check(host, arguments)))
        }
        Construct::Exclude => SaValue::Constraint(Constraint::Exclude {
            name: host.text_or_none(arguments.keyword("name")),
            gist: excluded(arguments),
        }),
        Construct::Index => {
            let (index, table) = make_index(host, arguments);
            SaValue::Index(index, table)
        }
        Construct::Identity => {
            let always = matches!(call.arguments.get(2, "always"), Some(Value::Bool(true)));
            let how = if always { Generated::IdentityAlways } else { Generated::Identity };
            SaValue::Generated(how, None)
        }
        Construct::Computed => computed(host, &call),
        Construct::Sequence => {
            SaValue::Sequence(first.map_or(Known::Unreadable, |name| host.text(name)))
        }
        Construct::FetchedValue => SaValue::Default(None),
        Construct::DefaultClause => {
            let default = first.unwrap_or(&Value::None);
            SaValue::Default(host.server_default(default, call.at).0)
        }
        Construct::Table => {
            let table = make_table(host, arguments, false);
            host.note_author(table, call.at);
            return Value::Host(table);
        }
        Construct::TableClause => return Value::Host(make_table(host, arguments, true)),
        Construct::MetaData => {
            let schema = host.text_or_none(arguments.get(1, "schema"));
            // `reflect=True`, until SQLAlchemy 2.
            let reflected = arguments.keyword("reflect").is_some();
            let others = if reflected { OtherTables::Perhaps } else { OtherTables::None };
            SaValue::MetaData(Metadata { tables: Vec::new(), schema, others })
        }
        Construct::AsWritten => {
            host.final_names.extend(first.and_then(Value::as_str));
            return first.cloned().unwrap_or(Value::None);
        }
        Construct::Insert => statement(host, Verb::Insert, &call),
        Construct::Update => statement(host, Verb::Update, &call),
        Construct::Delete => statement(host, Verb::Delete, &call),
        Construct::Select => SaValue::Query(Rc::new(begin(host, Verb::Select, None, arguments))),
        Construct::Combined => return combine(host, call.name, arguments),
        Construct::Alias => return alias(host, arguments),
        Construct::Join => return join(host, &call),
        Construct::Session => SaValue::Connection(make_session(host, arguments)),
        Construct::SessionMaker => SaValue::ConnectionMaker(make_session(host, arguments)),
        Construct::ScopedSession => scoped_session(host, first),
        Construct::ObjectSession => SaValue::Connection(SESSION),
        Construct::Engine => return host.make_engine(arguments, call.at),
        Construct::Ddl => ddl(host, arguments),
        Construct::DdlElement => SaValue::Ddl(Rc::new(host.make_ddl(call.name, arguments))),
        // A query of a session is inspected as itself (SQLAlchemy 1.4, 2.0).
        Construct::Inspector => {
            if let Some(SaValue::Query(query)) = first.and_then(|first| host.thing(first)).cloned()
                && query.session.is_some()
            {
                return host.value(SaValue::Query(query));
            }
            SaValue::Unsure("what the database holds is known to the database only".into())
        }
        Construct::Base => return base(host, false),
        Construct::Listener => return listen(host, call.name, arguments, call.at),
        Construct::Compiler => return compiles(host, arguments, call.at),
        Construct::Mapping => SaValue::Inert,
    };
    host.value(made)
}

/// A session that no engine was given to.
const SESSION: Connection = Connection { via: Via::Session, kind: ConnectionKind::Session, ..BIND };

fn column(host: &mut MigrationHost, arguments: &Arguments, at: At<'_>) -> Value {
    match arguments.keyword("sa_column") {
        Some(column) => column.clone(),
        None => {
            let column = make_column(host, arguments, at);
            host.value(SaValue::Column(Box::new(column)))
        }
    }
}

fn computed(host: &mut MigrationHost, call: &NameCall<'_>) -> SaValue {
    let how = match call.arguments.keyword("persisted") {
        Some(Value::Bool(false)) => Generated::Virtual,
        _ => Generated::Stored,
    };
    SaValue::Generated(how, call.first().map(|sql| host.sql_of(Some(sql))))
}

fn statement(host: &mut MigrationHost, verb: Verb, call: &NameCall<'_>) -> SaValue {
    SaValue::Query(Rc::new(begin(host, verb, call.first(), &call.rest())))
}

fn scoped_session(host: &MigrationHost, maker: Option<&Value>) -> SaValue {
    match maker.and_then(|maker| host.thing(maker)) {
        Some(SaValue::ConnectionMaker(link) | SaValue::Connection(link)) => {
            SaValue::Connection(*link)
        }
        _ => SaValue::Connection(SESSION),
    }
}

fn ddl(host: &mut MigrationHost, arguments: &Arguments) -> SaValue {
    match arguments.positional.first() {
        _ if arguments.get(1, "context").is_some() => {
            SaValue::Unsure("what `context` puts into it is not read".into())
        }
        Some(Value::Str(text)) => SaValue::RawDdl(text.clone()),
        other => SaValue::Unsure(host.why(other).into()),
    }
}

fn make_type(host: &mut MigrationHost, call: &NameCall<'_>) -> Value {
    notice_connection(host, call);
    let kind = host.make_type(call.path, &call.arguments);
    let id = host.put(SaValue::Type(kind));
    let without = matches!(call.arguments.keyword("spatial_index"), Some(Value::Bool(false)));
    if is_spatial_type(call.path) && !without {
        host.spatial_types.insert(id);
    }
    Value::Host(id)
}

fn not_understood(host: &mut MigrationHost, call: &NameCall<'_>) -> Value {
    notice_connection(host, call);
    host.value(SaValue::Unsure(format!("`{}` is not understood", call.path).into()))
}

/// What is given the connection may send anything.
fn notice_connection(host: &mut MigrationHost, call: &NameCall<'_>) {
    if call.arguments.positional.iter().any(|value| host.reaches_value(value)) {
        let path = call.path;
        host.unreadable(
            &format!("`{path}` is given the connection and is not understood"),
            call.at,
        );
    }
}

/// `Field(...)` of SQLModel names its settings otherwise.
fn field_arguments(arguments: Arguments) -> Arguments {
    let keywords = arguments
        .keywords
        .into_iter()
        .filter(|(name, _)| {
            matches!(
                name.as_str(),
                "primary_key" | "unique" | "index" | "nullable" | "sa_column" | "sa_type"
            )
        })
        .map(|(name, value)| (if name == "sa_type" { "type_".to_owned() } else { name }, value))
        .collect();
    Arguments { positional: Vec::new(), keywords, open: arguments.open }
}

fn combine(host: &mut MigrationHost, name: &str, arguments: &Arguments) -> Value {
    let queries: Vec<Value> = arguments.positional.clone();
    match queries.split_first() {
        Some((first, others)) => match host.thing(first).cloned() {
            Some(SaValue::Query(query)) => {
                let combined =
                    query_method(host, &query, name, &Arguments::positional(others.to_vec()));
                host.value(combined.unwrap_or(SaValue::Query(query)))
            }
            _ => first.clone(),
        },
        None => Value::None,
    }
}

fn alias(host: &mut MigrationHost, arguments: &Arguments) -> Value {
    let source = arguments.positional.first().cloned().and_then(|value| host.source_of(&value));
    let alias = arguments.get(1, "name").map(|name| host.text(name)).and_then(Known::into_option);
    let aliased = match source {
        Some(Source::Query { query, .. }) => {
            Source::Query { query, alias: alias.unwrap_or_else(|| "anon_1".to_owned()).into() }
        }
        Some(source) => match source.table().cloned() {
            Some(table) => {
                let otherwise = format!("{}_1", source.label().unwrap_or("anon"));
                Source::Alias { table, alias: alias.unwrap_or(otherwise).into() }
            }
            None => source,
        },
        None => return host.unsure("an alias of something that cannot be known"),
    };
    host.value(SaValue::Source(aliased))
}

fn join(host: &mut MigrationHost, call: &NameCall<'_>) -> Value {
    let mut query = Query::new(Verb::Select, None);
    query.froms.extend(call.first().cloned().and_then(|value| host.source_of(&value)));
    let joined = query_method(host, &Rc::new(query), call.name, &call.rest());
    host.value(joined.unwrap_or(SaValue::Inert))
}

/// Returns the columns of an exclusion constraint that are named by texts, where its index is of the
/// method that SQLAlchemy takes by itself.
fn excluded(arguments: &Arguments) -> Vec<String> {
    let is_gist =
        arguments.keyword("using").is_none_or(|using| using.as_str().as_deref() == Some("gist"));
    if !is_gist || arguments.keyword("ops").is_some() {
        return Vec::new();
    }
    let pairs = arguments.positional.iter().filter_map(Value::items);
    pairs.filter_map(|pair| pair.first()?.as_str()).collect()
}
