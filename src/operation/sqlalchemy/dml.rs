//! SELECT, INSERT, UPDATE and DELETE, built up call by call.

use crate::operation::arguments::Bound;
use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr, SqlToken};
use crate::operation::sqlalchemy::texts;
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::Value;
use crate::text::known::Known;

use std::rc::Rc;

impl MigrationHost {
    /// Adds what a SELECT selects: a list of columns, a table, a mapped class.
    pub fn add_selected(&mut self, query: &mut Query, part: &Value) {
        if let Value::Object(object) = part
            && let Object::Class(_) = &**object
        {
            let source = self.source_of(part);
            let table = source.as_ref().and_then(Source::table).cloned();
            let class = Some(object.clone());
            let entity = Entity { table, mapped: true, class, ..Entity::default() };
            if query.columns.is_empty() {
                query.entity = entity.clone();
            }
            query.selected.push(entity);
            query.columns.push(SqlExpr::column(source, Known::Is("*".to_owned())));
            return;
        }
        let mut item = Entity::default();
        if let Some(SaValue::Mapped(table)) = self.thing(part).cloned() {
            item = Entity { table: Some(table), mapped: true, ..Entity::default() };
            if query.columns.is_empty() {
                query.entity = item.clone();
            }
        }
        if self.clause_of(part).is_some() || self.items(part).is_none() {
            query.selected.push(item);
        }
        if let Some(SaValue::Table(table)) = self.thing(part).cloned()
            && let Some(source) = self.source_of(part)
            && !table.columns.is_empty()
        {
            // What the object of Python has is selected, whatever else the table of the database has.
            let column = |name: Known<String>| SqlExpr::column(Some(source.clone()), name);
            let others = (!table.exact).then(|| column(Known::Is("*".to_owned())));
            let names = table.columns.iter().map(|column| column.column.name.clone());
            query
                .columns
                .extend(others.into_iter().chain(names.filter(Known::is_known).map(column)));
            return;
        }
        match self.clause_of(part) {
            Some(clause) => query.columns.push(SqlExpr { compound: false, ..clause }),
            None => match self.items(part) {
                Some((items, _)) => {
                    for item in &items {
                        self.add_selected(query, item);
                    }
                }
                None => {
                    let literal = self.literal_of(part);
                    query.columns.push(literal);
                }
            },
        }
    }

    /// Adds what is set or inserted.
    pub fn add_values(&mut self, query: &mut Query, arguments: &Arguments) {
        if arguments.open {
            query.complete = false;
        }
        for part in &arguments.positional {
            match part {
                Value::Dict(entries) => {
                    let entries = entries.borrow().clone();
                    set_all(self, query, &entries);
                }
                Value::List(_) | Value::Tuple(_) => add_rows(self, query, part),
                _ => query.complete = false,
            }
        }
        let keywords: Vec<(Value, Value)> = arguments
            .keywords
            .iter()
            .map(|(name, value)| (Value::text(name), value.clone()))
            .collect();
        set_all(self, query, &keywords);
    }
}

/// Begins a statement: `insert(t)`, `t.update()`, `select(...)`.
pub fn begin(
    host: &mut MigrationHost,
    verb: Verb,
    target: Option<&Value>,
    arguments: &Arguments,
) -> Query {
    if verb == Verb::Select {
        return begin_select(host, arguments);
    }
    let source = target.and_then(|target| host.source_of(target));
    let mut query = Query::new(verb, source);
    query.exact = match target.and_then(|target| host.thing(target)) {
        Some(SaValue::Table(table)) => {
            table.exact_names().map(|names| names.into_iter().map(str::to_owned).collect())
        }
        _ => None,
    };
    query.declared = match target.and_then(|target| host.thing(target)) {
        Some(SaValue::Table(table)) => texts::declared(&table.columns).into(),
        _ => Rc::default(),
    };
    query.entity.class = match target {
        Some(Value::Object(object)) if object.as_class().is_some() => Some(object.clone()),
        _ => None,
    };
    let bound = Bound::new(arguments, &[]);
    // The legacy form gives the filter first: `t.update(t.c.x == 1, {...})`.
    for part in &bound.rest {
        match part {
            Value::Dict(_) => {
                host.add_values(&mut query, &Arguments::positional(vec![part.clone()]))
            }
            part => add_filter(host, &mut query, part),
        }
    }
    if let Some(filter) = bound.some("whereclause").cloned() {
        add_filter(host, &mut query, &filter);
    }
    if let Some(values) = bound.some("values").cloned() {
        host.add_values(&mut query, &Arguments::positional(vec![values]));
    }
    query
}

fn begin_select(host: &mut MigrationHost, arguments: &Arguments) -> Query {
    let mut query = Query::new(Verb::Select, None);
    for part in arguments.positional.clone() {
        host.add_selected(&mut query, &part);
    }
    let bound = Bound::new(arguments, &[]);
    if let Some(filter) = bound.some("whereclause").cloned() {
        add_filter(host, &mut query, &filter);
    }
    query
}

/// Adds a term to WHERE.
pub fn add_filter(host: &mut MigrationHost, query: &mut Query, part: &Value) {
    if !part.is_none() {
        let filter = condition(host, part);
        query.filters.push(filter);
    }
}

/// Returns a condition as SQL.
pub fn condition(host: &mut MigrationHost, part: &Value) -> SqlExpr {
    match host.clause_of(part) {
        Some(clause) => clause,
        None => match part {
            Value::Str(text) => {
                SqlExpr { compound: true, ..SqlExpr::of(vec![SqlToken::Raw(text.clone())]) }
            }
            Value::Bool(flag) => SqlExpr::text(if *flag { "true" } else { "false" }),
            part => SqlExpr::hole(&host.why(Some(part))),
        },
    }
}

/// Sets columns of a statement by their names.
/// Sets columns of a statement, each to its value.
pub fn set_all(host: &mut MigrationHost, query: &mut Query, entries: &[(Value, Value)]) {
    for (column, value) in entries {
        let column = match host.clause_of(column) {
            Some(clause) => clause.as_column().cloned().unwrap_or(Known::Unreadable),
            None => match host.text(column) {
                Known::Is(name) => host.column_of_attribute(query.entity.class.as_ref(), &name),
                Known::Unreadable => Known::Unreadable,
            },
        };
        let value = host.literal_of(value);
        query.values.push((column, value));
    }
}

/// Adds rows: a list of dicts, or a tuple of values in the order of the columns.
fn add_rows(host: &mut MigrationHost, query: &mut Query, rows: &Value) {
    let Some((items, all)) = host.items(rows) else {
        query.complete = false;
        query.rows = Known::Unreadable;
        return;
    };
    let dicts = items.iter().all(|item| matches!(item, Value::Dict(_)));
    query.rows =
        if all { Known::Is(if dicts { items.len() } else { 1 }) } else { Known::Unreadable };
    for item in &items {
        match item {
            Value::Dict(entries) => {
                let entries = entries.borrow().clone();
                set_all(host, query, &entries);
            }
            item => {
                let value = host.literal_of(item);
                query.values.push((Known::Unreadable, value));
            }
        }
    }
    if items.is_empty() {
        query.complete = false;
    }
}
