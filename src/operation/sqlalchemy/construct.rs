//! Functions and classes of SQLAlchemy, called by name.

use std::rc::Rc;

use crate::operation::migration_host::MigrationHost;
use crate::operation::operation::Via;
use crate::operation::sa_value::{BIND, Connection, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::columns::make_column;
use crate::operation::sqlalchemy::constraints::{
    make_check, make_foreign_key, make_foreign_key_constraint, make_index, make_key,
};
use crate::operation::sqlalchemy::dml::begin;
use crate::operation::sqlalchemy::events::{compiles, listen};
use crate::operation::sqlalchemy::functions::{expression, function};
use crate::operation::sqlalchemy::libraries::base;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sessions::make_session;
use crate::operation::sqlalchemy::sql_expr::Source;
use crate::operation::sqlalchemy::tables::make_table;
use crate::operation::sqlalchemy::type_names::is_type_name;
use crate::operation::sqlalchemy::{check, columns, parameters};
use crate::python::host::{Arguments, At};
use crate::python::value::Value;
use crate::sql::table::{Constraint, Generated};
use crate::text::known::Known;

impl MigrationHost {
    pub(crate) fn call_sqlalchemy(
        &mut self,
        path: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        check::call(self, path, &arguments, at);
        let name = path.rsplit('.').next().unwrap_or(path);
        let first = arguments.positional.first().cloned();
        if path.contains(".func.") || path.contains(".Function.") {
            let clause = function(self, path.rsplit(".func.").next().unwrap_or(name), &arguments);
            return self.value(SaValue::Clause(clause));
        }
        if path.starts_with("sqlalchemy_utils.")
            && let Some(answer) = self.of_sqlalchemy_utils(name, &arguments, at)
        {
            return answer;
        }
        let thing = match name {
            "Column" | "mapped_column" | "Field" => {
                let arguments =
                    if name == "Field" { field_arguments(arguments) } else { arguments };
                match arguments.keyword("sa_column").cloned() {
                    Some(column) => return column,
                    None => SaValue::Column(Box::new(make_column(self, &arguments, at))),
                }
            }
            "ForeignKey" => SaValue::ForeignKey(make_foreign_key(self, &arguments)),
            "ForeignKeyConstraint" => {
                SaValue::Constraint(make_foreign_key_constraint(self, &arguments))
            }
            "PrimaryKeyConstraint" => {
                SaValue::Constraint(Constraint::PrimaryKey(make_key(self, &arguments)))
            }
            "UniqueConstraint" => {
                SaValue::Constraint(Constraint::Unique(make_key(self, &arguments)))
            }
            "CheckConstraint" => {
                parameters::check_ddl(self, arguments.get(0, "sqltext"), at);
                SaValue::Constraint(Constraint::Check(make_check(self, &arguments)))
            }
            "ExcludeConstraint" => SaValue::Constraint(Constraint::Exclude {
                name: self.text_or_none(arguments.keyword("name")),
            }),
            "Index" => {
                let (index, table) = make_index(self, &arguments);
                SaValue::Index(index, table)
            }
            "Identity" => SaValue::Generated(Generated::Identity, None),
            "Computed" => {
                let how = match arguments.keyword("persisted") {
                    Some(Value::Bool(false)) => Generated::Virtual,
                    _ => Generated::Stored,
                };
                SaValue::Generated(how, first.as_ref().map(|sql| self.sql_of(Some(sql))))
            }
            "Sequence" => {
                SaValue::Sequence(first.as_ref().map_or(Known::Unreadable, |name| self.text(name)))
            }
            "FetchedValue" => SaValue::Default(None),
            "DefaultClause" => {
                let default = first.unwrap_or(Value::None);
                SaValue::Default(self.server_default(&default, at).0)
            }
            "Table" | "TableClause" | "table" => {
                return Value::Host(make_table(self, &arguments, name != "Table"));
            }
            "MetaData" => {
                SaValue::MetaData(Vec::new(), self.text_or_none(arguments.get(1, "schema")))
            }
            "quoted_name" | "conv" | "literal_execute" => {
                self.final_names.extend(first.as_ref().and_then(Value::as_str));
                return first.unwrap_or(Value::None);
            }
            "insert" | "Insert" => SaValue::Query(Rc::new(begin(
                self,
                Verb::Insert,
                first.as_ref(),
                &rest(&arguments),
            ))),
            "update" | "Update" => SaValue::Query(Rc::new(begin(
                self,
                Verb::Update,
                first.as_ref(),
                &rest(&arguments),
            ))),
            "delete" | "Delete" => SaValue::Query(Rc::new(begin(
                self,
                Verb::Delete,
                first.as_ref(),
                &rest(&arguments),
            ))),
            "select" | "Select" => {
                SaValue::Query(Rc::new(begin(self, Verb::Select, None, &arguments)))
            }
            "union" | "union_all" | "except_" | "intersect" => {
                return combine(self, name, &arguments);
            }
            "alias" | "aliased" | "with_polymorphic" => return alias(self, &arguments),
            "join" | "outerjoin" => return join(self, name, &arguments),
            "Session" | "create_session" | "AsyncSession" => {
                SaValue::Connection(make_session(self, &arguments))
            }
            "sessionmaker" | "async_sessionmaker" => {
                SaValue::ConnectionMaker(make_session(self, &arguments))
            }
            "scoped_session" => match first.as_ref().and_then(|maker| self.thing(maker)) {
                Some(SaValue::ConnectionMaker(link) | SaValue::Connection(link)) => {
                    SaValue::Connection(*link)
                }
                _ => SaValue::Connection(Connection {
                    via: Via::Session,
                    kind: ConnectionKind::Session,
                    ..BIND
                }),
            },
            "object_session" => SaValue::Connection(Connection {
                via: Via::Session,
                kind: ConnectionKind::Session,
                ..BIND
            }),
            "create_engine"
            | "engine_from_config"
            | "create_async_engine"
            | "async_engine_from_config" => {
                return self.make_engine(&arguments, at);
            }
            "DDL" => match first {
                _ if arguments.get(1, "context").is_some() => {
                    SaValue::Unsure("what `context` puts into it is not read".into())
                }
                Some(Value::Str(text)) => SaValue::RawDdl(text),
                other => SaValue::Unsure(self.why(other.as_ref()).into()),
            },
            "CreateTable" | "DropTable" | "CreateIndex" | "DropIndex" | "CreateSchema"
            | "DropSchema" | "CreateSequence" | "DropSequence" | "AddConstraint"
            | "DropConstraint" | "CreateEnumType" | "DropEnumType" => {
                SaValue::Ddl(Rc::new(self.make_ddl(name, &arguments)))
            }
            "inspect" | "Inspector" | "from_engine" | "reflection" => {
                SaValue::Unsure("what the database holds is known to the database only".into())
            }
            "declarative_base" | "automap_base" | "DeclarativeBase" | "generate_base" => {
                return base(self, false);
            }
            "listen" | "listens_for" => return listen(self, name, &arguments, at),
            "compiles" => return compiles(self, &arguments, at),
            "registry" => SaValue::Inert,
            "relationship" | "relation" | "backref" | "column_property" | "synonym"
            | "deferred" | "validates" | "hybrid_property" | "declared_attr"
            | "configure_mappers" | "association_proxy" | "clear_mappers" | "mapper"
            | "joinedload" | "selectinload" | "subqueryload" | "load_only" | "noload"
            | "lazyload" | "composite" | "query_expression" | "hybrid_method" | "reconstructor"
            | "raiseload" | "contains_eager" => SaValue::Inert,
            _ if is_type_name(path) => {
                if arguments.positional.iter().any(|value| self.reaches_value(value)) {
                    self.unreadable(
                        &format!("`{path}` is given the connection and is not understood"),
                        at,
                    );
                }
                let kind = self.make_type(path, &arguments);
                let id = self.put(SaValue::Type(kind));
                let without =
                    matches!(arguments.keyword("spatial_index"), Some(Value::Bool(false)));
                if columns::is_spatial_type(path) && !without {
                    self.spatial_types.insert(id);
                }
                return Value::Host(id);
            }
            _ => match expression(self, name, &arguments) {
                Some(clause) => SaValue::Clause(clause),
                None => {
                    if arguments.positional.iter().any(|value| self.reaches_value(value)) {
                        self.unreadable(
                            &format!("`{path}` is given the connection and is not understood"),
                            at,
                        );
                    }
                    SaValue::Unsure(format!("`{path}` is not understood").into())
                }
            },
        };
        self.value(thing)
    }
}

/// Returns the arguments behind the first one.
fn rest(arguments: &Arguments) -> Arguments {
    Arguments {
        positional: arguments.positional.iter().skip(1).cloned().collect(),
        ..arguments.clone()
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
                    host.query_method(&query, name, &Arguments::positional(others.to_vec()));
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
    let thing = match source {
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
    host.value(SaValue::Source(thing))
}

fn join(host: &mut MigrationHost, name: &str, arguments: &Arguments) -> Value {
    let mut query = Query::new(Verb::Select, None);
    query
        .froms
        .extend(arguments.positional.first().cloned().and_then(|value| host.source_of(&value)));
    let joined = Arguments {
        positional: arguments.positional.iter().skip(1).cloned().collect(),
        ..arguments.clone()
    };
    let thing = host.query_method(&Rc::new(query), name, &joined);
    host.value(thing.unwrap_or(SaValue::Inert))
}
