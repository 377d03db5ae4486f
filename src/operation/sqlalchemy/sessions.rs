//! Sessions, queries of mapped classes, and the objects they give back.

use std::rc::Rc;

use crate::operation::entity::Entity;
use crate::operation::migration_host::{Details, MigrationHost};
use crate::operation::operation::{Operation, Via};
use crate::operation::sa_value::{Connection, ConnectionKind, SaValue};
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr, SqlToken};
use crate::operation::step::{Mode, RemarkKind, Role, SentText};
use crate::python::host::{Arguments, At};
use crate::python::object::Object;
use crate::python::value::{HostId, Value};
use crate::sql::row_change::{
    Assigned, Assignment, Delete, Filter, Insert, Mentions, OnConflict, Reach, RowChange,
    RowSource, Test, Update,
};
use crate::sql::statement::Statement;
use crate::sql::table::TableName;
use crate::text::known::Known;

impl MigrationHost {
    /// Calls a method of a session.
    pub fn call_session(
        &mut self,
        id: HostId,
        link: Connection,
        name: &str,
        arguments: Arguments,
        at: At<'_>,
    ) -> Value {
        let first = arguments.positional.first().cloned();
        match name {
            "query" => {
                let mut query = Query::new(Verb::Select, None);
                for part in &arguments.positional {
                    notice_application(self, part, at);
                    self.add_selected(&mut query, part);
                }
                query.session = Some(link);
                self.value(SaValue::Query(Rc::new(query)))
            }
            "add" | "merge" | "delete" | "add_all" | "bulk_save_objects" => {
                let objects = match first.as_ref().and_then(|objects| self.items(objects)) {
                    Some((objects, _)) if name != "add" => objects,
                    _ => first.iter().cloned().collect(),
                };
                for object in &objects {
                    write_object(self, object, name, link, at);
                }
                let unread = objects.is_empty()
                    && first.as_ref().is_some_and(|objects| self.items(objects).is_none());
                if unread {
                    write_object(self, &first.clone().unwrap_or(Value::None), name, link, at);
                }
                if name == "merge" { first.unwrap_or(Value::None) } else { Value::None }
            }
            "bulk_insert_mappings" | "bulk_update_mappings" => {
                let target = first.as_ref().and_then(|class| self.source_of(class));
                if let Some(class) = &first {
                    notice_application(self, class, at);
                }
                let verb = if name == "bulk_insert_mappings" { Verb::Insert } else { Verb::Update };
                let mut query = Query::new(verb, target);
                query.entity.class = match &first {
                    Some(Value::Object(class)) => Some(class.clone()),
                    _ => None,
                };
                match arguments.get(1, "mappings").cloned() {
                    Some(rows) if self.items(&rows).is_some() => {
                        self.add_values(&mut query, &Arguments::positional(vec![rows]));
                    }
                    _ => {
                        query.complete = false;
                        query.rows = Known::Unreadable;
                    }
                }
                if verb == Verb::Update {
                    let keys = match &first {
                        Some(Value::Object(class)) => key_names(self, class),
                        _ => Vec::new(),
                    };
                    // Which column is the key is not known everywhere.
                    let unknown = || SqlExpr::of(vec![SqlToken::Hole("its key".into())]);
                    let of_key = |key: &String| {
                        let text = SqlToken::Text(format!("{key} = ").into());
                        SqlExpr::of(vec![text, SqlToken::Bind])
                    };
                    query.filters.extend(keys.iter().map(of_key));
                    if query.filters.is_empty() {
                        query.filters.push(unknown());
                    }
                }
                self.execute_query(&query, None, link, at);
                Value::None
            }
            "get" | "get_one" => {
                let entity = entity_of(self, first.as_ref());
                self.value(SaValue::Row(entity))
            }
            "flush" | "close" | "expire" | "refresh" | "expunge" | "expunge_all" | "expire_all"
            | "remove" | "configure" | "no_autoflush" | "rollback" => {
                if name == "rollback" {
                    self.end_transaction(link, name, at);
                }
                self.value(SaValue::Inert)
            }
            "begin" => self.value(SaValue::Connection(Connection {
                kind: ConnectionKind::Transaction,
                ..link
            })),
            _ => self.call_link(id, link, name, arguments, at),
        }
    }
}

/// The filter of a statement that a session writes for one object: by its primary key.
fn one_row(key: &str) -> Filter {
    Filter { reach: Reach::Rows, terms: vec![format!("{key} = :{key}")], tests: Vec::new() }
}

/// Makes a session: `Session(bind=...)`, `Session(bind)`.
pub fn make_session(host: &mut MigrationHost, arguments: &Arguments) -> Connection {
    let bind = arguments
        .get(0, "bind")
        .or_else(|| arguments.keyword("engine"))
        .and_then(|bind| host.thing(bind));
    let mode = match bind {
        Some(SaValue::Connection(link)) => link.mode,
        _ => Mode::Transaction,
    };
    Connection { via: Via::Session, kind: ConnectionKind::Session, mode, application: false }
}

/// Calls a method of a query that runs it; nothing where the method only builds it up.
pub fn run_query(
    host: &mut MigrationHost,
    query: &Rc<Query>,
    name: &str,
    arguments: &Arguments,
    at: At<'_>,
) -> Option<Value> {
    let link = query.session?;
    match name {
        "all" | "yield_per" | "scalars" => {
            Some(host.value(SaValue::Result(query.rows_of(host.dialect))))
        }
        "first" | "one" | "one_or_none" | "get" | "scalar" => {
            let entity = query.rows_of(host.dialect);
            Some(host.one(entity))
        }
        "count" => Some(host.unsure("the number of rows is known to the database only")),
        "delete" | "update" => {
            let source = query.entity.table.clone().map(Source::Table);
            let source = source.or_else(|| {
                query.columns.iter().find_map(|column| column.sources().next().cloned())
            });
            let mut next = (**query).clone();
            next.verb = if name == "delete" { Verb::Delete } else { Verb::Update };
            next.target = source;
            next.columns.clear();
            if name == "update" {
                let values = arguments.get(0, "values").cloned().unwrap_or(Value::None);
                host.add_values(&mut next, &Arguments::positional(vec![values]));
            }
            host.execute_query(&next, None, link, at);
            Some(Value::Int(0))
        }
        _ => None,
    }
}

/// Returns what the rows of a mapped class are.
pub fn entity_of(host: &mut MigrationHost, class: Option<&Value>) -> Entity {
    let table =
        class.and_then(|class| host.source_of(class)).and_then(|source| source.table().cloned());
    let class = match class {
        Some(Value::Object(object)) => Some(object.clone()),
        _ => None,
    };
    Entity { table, mapped: true, class, ..Entity::default() }
}

/// Returns the column that tells the objects of a mapped class apart; `id` where that is not
/// known.
fn key_of(host: &mut MigrationHost, entity: &Entity) -> String {
    let key = entity.class.as_ref().and_then(|class| key_names(host, class).into_iter().next());
    key.unwrap_or_else(|| "id".to_owned())
}

/// Returns the columns of the primary key of a mapped class, as far as they are known.
fn key_names(host: &mut MigrationHost, class: &Rc<Object>) -> Vec<String> {
    let table = host.table_of_class(class);
    let columns = table.iter().flat_map(|table| &table.columns);
    let keys = columns.filter(|column| column.column.primary_key == Known::Is(true));
    keys.filter_map(|key| key.column.name.as_str().map(str::to_owned)).collect()
}

/// Returns the column of its own table that an attribute of an object writes. Which one a
/// relationship writes is not known, nor what goes to the table of a class that it extends (joined
/// inheritance).
fn written_column(host: &MigrationHost, class: Option<&Rc<Object>>, name: &str) -> Known<String> {
    let declared = class.and_then(|class| class.attribute(name));
    let is_relationship =
        declared.is_some_and(|value| matches!(host.thing(&value), Some(SaValue::Inert)));
    let own = class.and_then(|class| class.as_class());
    let is_inherited = own.filter(|own| !own.attributes.has(name)).is_some_and(|own| {
        let mut above = own.ancestors.iter().filter_map(|above| above.as_class());
        let owner = above.find(|above| above.attributes.has(name));
        owner.is_some_and(|owner| owner.attributes.has("__tablename__"))
    });
    match is_relationship || is_inherited {
        true => Known::Unreadable,
        false => host.column_of_attribute(class, name),
    }
}

/// Notes that a mapped class of the application is used.
pub fn notice_application(host: &mut MigrationHost, value: &Value, at: At<'_>) {
    if let Value::Object(object) = value {
        let class = object.as_class().or_else(|| object.class_of_instance());
        let class =
            class.filter(|class| !host.is_beside(&class.site.path) && !host.is_imported(at));
        if let Some(class) = class {
            let name = class.name.to_string();
            let table = host.source_of(value).and_then(|source| source.table().cloned());
            host.remark_on(RemarkKind::Application, &name, table, at);
        }
    }
}

/// Records that an object is added, merged or deleted.
fn write_object(host: &mut MigrationHost, object: &Value, how: &str, link: Connection, at: At<'_>) {
    notice_application(host, object, at);
    let entity = match host.thing(object).cloned() {
        Some(SaValue::Row(entity)) => entity,
        _ => entity_of(host, Some(object)),
    };
    let from_database =
        matches!(host.thing(object), Some(SaValue::Row(row)) if row.class.is_none() || row.mapped);
    if from_database && how != "delete" && matches!(object, Value::Host(_)) {
        // What was read is known to the session already; adding it again writes nothing by
        // itself.
        return;
    }
    let table = entity.table.clone().unwrap_or_else(TableName::unreadable);
    let (columns, strings) = attributes_of(host, object, at);
    let generated = drawn_attributes(host, object);
    let statement = match how {
        "delete" => Statement::Rows(RowChange::Delete(Delete {
            table,
            filter: one_row("id"),
            reads: Vec::new(),
            mentions: Mentions::default(),
        })),
        _ => Statement::Rows(RowChange::Insert(Insert {
            table,
            columns: Some(columns),
            again: if how == "merge" { OnConflict::Conflict } else { OnConflict::Nothing },
            rows: RowSource::Unknown,
            reads: Vec::new(),
            literals: strings.iter().map(|text| text.text.clone()).collect(),
            mentions: Mentions::default(),
            conflict: None,
            generated,
            drawn_places: Vec::new(),
        })),
    };
    let details = Details { strings, mode: Some(link.mode), ..Details::default() };
    if entity.table.is_none() {
        let why = host.why(Some(object));
        return host.unreadable(
            &format!("the table of an object that a session writes cannot be known: {why}"),
            at,
        );
    }
    host.record(Operation::Execute { sql: None, via: Via::Session }, vec![statement], details, at);
}

/// Returns the attributes that were set on an object of a mapped class.
fn attributes_of(
    host: &mut MigrationHost,
    object: &Value,
    at: At<'_>,
) -> (Known<Vec<String>>, Vec<SentText>) {
    let Value::Object(instance) = object else {
        return (Known::Unreadable, Vec::new());
    };
    let class = match &**instance {
        Object::Instance(inner) => inner.class.clone(),
        _ => None,
    };
    let mut columns = Vec::new();
    let mut strings = Vec::new();
    for (name, value) in instance.own_attributes() {
        if name.starts_with('_') {
            continue;
        }
        columns.push(written_column(host, class.as_ref(), &name));
        if let Value::Str(text) = &value {
            strings.extend(host.sent_text(text, Role::Value, at));
        }
    }
    let columns: Option<Vec<String>> = columns.into_iter().map(Known::into_option).collect();
    (Known::from(columns.filter(|columns| !columns.is_empty())), strings)
}

/// Returns the columns of an object that every run writes another value to.
fn drawn_attributes(host: &mut MigrationHost, object: &Value) -> Vec<String> {
    let Value::Object(instance) = object else { return Vec::new() };
    let class = match &**instance {
        Object::Instance(inner) => inner.class.clone(),
        _ => None,
    };
    let generated: Vec<String> = instance
        .own_attributes()
        .into_iter()
        .filter(|(_, value)| host.is_drawn(value))
        .map(|(name, _)| name.to_string())
        .collect();
    generated
        .iter()
        .filter_map(|name| host.column_of_attribute(class.as_ref(), name).into_option())
        .collect()
}

/// Records that an attribute of an object that a session gave back is set.
pub fn set_row_attribute(
    host: &mut MigrationHost,
    entity: &Entity,
    name: &str,
    value: &Value,
    at: At<'_>,
) {
    if !entity.mapped {
        return;
    }
    let Some(table) = entity.table.clone() else {
        return host
            .unreadable(&format!("`{name}` of an object is set whose table cannot be known"), at);
    };
    let strings: Vec<SentText> = match value {
        Value::Str(text) => host.sent_text(text, Role::Value, at).into_iter().collect(),
        _ => Vec::new(),
    };
    let value = host.literal_of(value);
    let assigned = match value.bits.as_slice() {
        [SqlToken::Text(text)] => Assigned::Constant(text.to_string()),
        [SqlToken::Literal { text, .. }] => {
            Assigned::Constant(crate::operation::sqlalchemy::sql_builder::quoted(text))
        }
        // What Python computes takes the place of what stood there.
        _ => Assigned::Expression("?".to_owned()),
    };
    let column = written_column(host, entity.class.as_ref(), name);
    let key = key_of(host, entity);
    let mut tests = entity.tests.clone();
    tests.push(Test::In(key.clone(), vec![format!(":{key}")]));
    let update = Update {
        table,
        set: Known::Is(vec![Assignment { column, value: assigned }]),
        filter: Filter { tests, ..one_row(&key) },
        reads: Vec::new(),
        literals: strings.iter().map(|text| text.text.clone()).collect(),
        mentions: Mentions::default(),
    };
    let details = Details { strings, ..Details::default() };
    host.record(
        Operation::Execute { sql: None, via: Via::Session },
        vec![Statement::Rows(RowChange::Update(update))],
        details,
        at,
    );
}
