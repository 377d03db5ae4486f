//! SELECT, INSERT, UPDATE and DELETE, built up call by call.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr, SqlToken};
use crate::python::host::Arguments;
use crate::python::object::Object;
use crate::python::value::Value;
use crate::sql::row_change::OnConflict;
use crate::text::known::Known;

impl MigrationHost {
    /// Adds what a SELECT selects: a list of columns, a table, a mapped class.
    pub fn add_selected(&mut self, query: &mut Query, part: &Value) {
        if let Value::Object(object) = part
            && let Object::Class(_) = &**object
        {
            let source = self.source_of(part);
            if query.columns.is_empty() {
                let table = source.as_ref().and_then(Source::table).cloned();
                query.entity =
                    Entity { table, mapped: true, class: Some(object.clone()), tests: Vec::new() };
            }
            query.columns.push(SqlExpr::column(source, Known::Is("*".to_owned())));
            return;
        }
        if let Some(SaValue::Mapped(table)) = self.thing(part).cloned()
            && query.columns.is_empty()
        {
            query.entity =
                Entity { table: Some(table), mapped: true, class: None, tests: Vec::new() };
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

    /// Calls a method of a statement; nothing where there is no such method.
    pub fn query_method(
        &mut self,
        query: &Rc<Query>,
        name: &str,
        arguments: &Arguments,
    ) -> Option<SaValue> {
        let mut next = (**query).clone();
        let first = arguments.positional.first().cloned();
        match name {
            "where" | "filter" | "having" => {
                for part in &arguments.positional {
                    add_filter(self, &mut next, part);
                }
            }
            "filter_by" => {
                let source =
                    next.entity.table.clone().map(Source::Table).or_else(|| next.target.clone());
                for (column, value) in &arguments.keywords {
                    let column = SqlExpr::column(source.clone(), Known::Is(column.clone()));
                    let column = self.value(SaValue::Clause(column));
                    if let Some(term) = self.operate("==", &column, value) {
                        next.filters.push(term);
                    }
                }
            }
            "values" => self.add_values(&mut next, arguments),
            "from_select" => {
                let columns = first.as_ref().and_then(|columns| self.items(columns));
                for column in columns.map(|(columns, _)| columns).unwrap_or_default() {
                    let column = self.text(&column);
                    next.values.push((column, SqlExpr::default()));
                }
                match arguments.get(1, "select").and_then(|value| self.thing(value)).cloned() {
                    Some(SaValue::Query(select)) => next.select = Some(select),
                    _ => {
                        let mut select = Query::new(Verb::Select, None);
                        select.columns.push(SqlExpr::hole("the SELECT cannot be known"));
                        next.select = Some(Rc::new(select));
                    }
                }
            }
            "select_from" => {
                for part in &arguments.positional {
                    match self.thing(part).cloned() {
                        Some(SaValue::Query(joined)) if joined.columns.is_empty() => {
                            next.froms.extend(joined.froms.iter().cloned());
                            next.joins.extend(joined.joins.iter().cloned());
                        }
                        _ => next.froms.extend(self.source_of(part)),
                    }
                }
            }
            "join" | "outerjoin" | "join_from" => {
                let words = if name == "outerjoin" || arguments.keyword("isouter").is_some() {
                    "LEFT JOIN"
                } else {
                    "JOIN"
                };
                let on = arguments.get(1, "onclause").cloned().and_then(|on| self.clause_of(&on));
                if let Some(source) = first.as_ref().and_then(|value| self.source_of(value)) {
                    next.joins.push((words, source, on));
                }
            }
            "order_by" | "group_by" => {
                let words = if name == "order_by" { "ORDER BY " } else { "GROUP BY " };
                let parts: Vec<SqlExpr> = arguments
                    .positional
                    .iter()
                    .filter(|part| !part.is_none())
                    .map(|part| ordering(self, part))
                    .collect();
                if !parts.is_empty() {
                    let parts = SqlExpr { compound: false, ..SqlExpr::joined(parts, ", ") };
                    next.tail.push(parts.wrapped(words, ""));
                }
            }
            "limit" | "offset" | "slice" => {
                let count = first
                    .as_ref()
                    .map_or_else(|| SqlExpr::text("NULL"), |value| self.literal_of(value));
                let words = if name == "offset" { "OFFSET " } else { "LIMIT " };
                next.tail.push(count.wrapped(words, ""));
            }
            "distinct" => {
                if let Some(column) = next.columns.first_mut() {
                    column.bits.insert(0, SqlToken::Text("DISTINCT ".into()));
                    column.compound = false;
                }
            }
            "with_only_columns" | "with_entities" => {
                next.columns.clear();
                for part in &arguments.positional {
                    self.add_selected(&mut next, part);
                }
                next.entity = Entity::default();
            }
            "add_columns" | "column" | "add_column" | "add_entity" => {
                for part in &arguments.positional {
                    self.add_selected(&mut next, part);
                }
            }
            "on_conflict_do_nothing" | "on_conflict_do_update" => {
                next.again = OnConflict::Conflict;
                let action = if name.ends_with("nothing") {
                    "DO NOTHING"
                } else {
                    "DO UPDATE SET updated = 1"
                };
                next.tail.push(SqlExpr::text(&format!("ON CONFLICT {action}")));
            }
            "on_duplicate_key_update" => {
                next.again = OnConflict::Conflict;
                next.tail.push(SqlExpr::text("ON DUPLICATE KEY UPDATE updated = 1"));
            }
            "prefix_with" | "suffix_with" if ends_statement(self, first.as_ref()) => {
                return Some(SaValue::Unsure("what stands around it is several statements".into()));
            }
            "prefix_with" => {
                let prefix = first.as_ref().map(|value| self.text(value));
                let prefix = prefix.and_then(Known::into_option).unwrap_or_default().to_uppercase();
                if prefix.contains("IGNORE") || prefix.contains("REPLACE") {
                    next.again = OnConflict::Conflict;
                }
            }
            "union" | "union_all" | "except_" | "intersect" => {
                let word = match name {
                    "union" => "UNION",
                    "union_all" => "UNION ALL",
                    "except_" => "EXCEPT",
                    _ => "INTERSECT",
                };
                for part in &arguments.positional {
                    if let Some(SaValue::Query(other)) = self.thing(part).cloned() {
                        next.combined.push((word, other));
                    }
                }
            }
            "add_cte" => {
                let added = arguments.positional.iter();
                let sources: Vec<_> = added.filter_map(|value| self.source_of(value)).collect();
                next.froms.extend(sources);
            }
            "alias" | "subquery" | "cte" => {
                let alias = first
                    .as_ref()
                    .or_else(|| arguments.keyword("name"))
                    .map(|value| self.text(value));
                let alias =
                    alias.and_then(Known::into_option).unwrap_or_else(|| "anon_1".to_owned());
                return Some(SaValue::Source(Source::Query {
                    query: query.clone(),
                    alias: alias.into(),
                }));
            }
            "scalar_subquery" | "as_scalar" | "label" => {
                let label = first.as_ref().and_then(|value| self.text(value).into_option());
                return Some(SaValue::Clause(SqlExpr { label, ..SqlExpr::from(query.clone()) }));
            }
            "exists" => {
                let mut bits = vec![SqlToken::Text("EXISTS ".into())];
                bits.extend(SqlExpr::from(query.clone()).bits);
                return Some(SaValue::Clause(SqlExpr::of(bits)));
            }
            "in_" | "is_" | "isnot" | "any_" | "cast" | "desc" | "asc" => {
                return self
                    .clause_method(SqlExpr::from(query.clone()), name, arguments)
                    .map(SaValue::Clause);
            }
            "params"
            | "bindparams"
            | "returning"
            | "return_defaults"
            | "execution_options"
            | "options"
            | "correlate"
            | "with_for_update"
            | "populate_existing"
            | "enable_eagerloads"
            | "inline"
            | "suffix_with"
            | "with_hint"
            | "autoflush"
            | "yield_per"
            | "self_group"
            | "compile"
            | "unique"
            | "with_labels"
            | "apply_labels"
            | "set_label_style"
            | "correlate_except"
            | "preserve_parameter_order"
            | "reset_joinpoint"
            | "enable_assertions"
            | "ordered_values"
            | "with_session"
            | "from_self" => {
                if name == "ordered_values" {
                    for pair in &arguments.positional {
                        if let Some([column, value]) = pair.items().as_deref() {
                            set_all(self, &mut next, &[(column.clone(), value.clone())]);
                        }
                    }
                }
            }
            _ => return None,
        }
        Some(SaValue::Query(Rc::new(next)))
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
    if part.is_none() {
        return;
    }
    let filter = match host.clause_of(part) {
        Some(clause) => clause,
        None => match part {
            Value::Str(text) => {
                SqlExpr { compound: true, ..SqlExpr::of(vec![SqlToken::Raw(text.clone())]) }
            }
            Value::Bool(flag) => SqlExpr::text(if *flag { "true" } else { "false" }),
            part => SqlExpr::hole(&host.why(Some(part))),
        },
    };
    query.filters.push(filter);
}

fn set_all(host: &mut MigrationHost, query: &mut Query, entries: &[(Value, Value)]) {
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

fn ordering(host: &mut MigrationHost, part: &Value) -> SqlExpr {
    match part {
        Value::Str(text) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
        part => {
            let clause = host.literal_of(part);
            SqlExpr { compound: false, ..clause }
        }
    }
}

/// Tells whether a text that is put around a statement may end it.
fn ends_statement(host: &MigrationHost, text: Option<&Value>) -> bool {
    let text = match text.and_then(|value| host.thing(value)) {
        Some(SaValue::Clause(_)) => return false,
        _ => text.map(|value| host.text(value)),
    };
    match text {
        Some(Known::Is(text)) => text.contains(';'),
        Some(Known::Unreadable) => true,
        None => false,
    }
}
