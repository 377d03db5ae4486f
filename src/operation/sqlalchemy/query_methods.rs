//! Methods of statements: `select(...).where(...)`, `insert(...).values(...)`.

use crate::operation::entity::Entity;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::dml::{add_filter, condition, set_all};
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{Source, SqlExpr, SqlToken};
use crate::python::host::Arguments;
use crate::python::value::Value;
use crate::sql::dialect::Dialect;
use crate::sql::row_change::OnConflict;
use crate::text::known::Known;
use std::rc::Rc;

/// Calls a method of a statement; nothing where there is no such method.
pub fn query_method(
    host: &mut MigrationHost,
    query: &Rc<Query>,
    name: &str,
    arguments: &Arguments,
) -> Option<SaValue> {
    if let Some(made) = made_of(host, query, name, arguments) {
        return made;
    }
    let mut next = (**query).clone();
    change(host, &mut next, name, arguments)?;
    Some(SaValue::Query(Rc::new(next)))
}

/// Returns what a method makes of a statement that is no statement; nothing at all where it makes
/// a statement.
fn made_of(
    host: &mut MigrationHost,
    query: &Rc<Query>,
    name: &str,
    arguments: &Arguments,
) -> Option<Option<SaValue>> {
    let first = arguments.positional.first();
    Some(match name {
        "alias" | "subquery" | "cte" => {
            let alias = arguments.get(0, "name").map(|value| host.text(value));
            let alias = alias.and_then(Known::into_option).unwrap_or_else(|| "anon_1".to_owned());
            Some(SaValue::Source(Source::Query { query: query.clone(), alias: alias.into() }))
        }
        "scalar_subquery" | "as_scalar" | "label" => {
            let label = first.and_then(|value| host.text(value).into_option());
            Some(SaValue::Clause(SqlExpr { label, ..SqlExpr::from(query.clone()) }))
        }
        "exists" => {
            let mut bits = vec![SqlToken::Text("EXISTS ".into())];
            bits.extend(SqlExpr::from(query.clone()).bits);
            Some(SaValue::Clause(SqlExpr::of(bits)))
        }
        "in_" | "is_" | "isnot" | "any_" | "cast" | "desc" | "asc" => {
            let clause = SqlExpr::from(query.clone());
            host.clause_method(clause, name, arguments).map(SaValue::Clause)
        }
        "prefix_with" | "suffix_with" if ends_statement(host, first) => {
            Some(SaValue::Unsure("what stands around it is several statements".into()))
        }
        _ => return None,
    })
}

/// Changes a statement as a method does; nothing where there is no such method.
fn change(
    host: &mut MigrationHost,
    query: &mut Query,
    name: &str,
    arguments: &Arguments,
) -> Option<()> {
    let parts = &arguments.positional;
    match name {
        "where" | "filter" => parts.iter().for_each(|part| add_filter(host, query, part)),
        "having" => parts.iter().for_each(|part| add_having(host, query, part)),
        "filter_by" => filter_by(host, query, arguments),
        "values" => host.add_values(query, arguments),
        "ordered_values" => ordered_values(host, query, parts),
        "from_select" => from_select(host, query, arguments),
        "select_from" => parts.iter().for_each(|part| select_from(host, query, part)),
        "join" | "outerjoin" | "join_from" => join(host, query, name, arguments),
        "order_by" => sort(host, query, "ORDER BY ", parts),
        "group_by" => {
            // It stands before HAVING, ORDER BY and LIMIT, whenever it is said.
            let behind = std::mem::take(&mut query.tail);
            sort(host, query, "GROUP BY ", parts);
            query.tail.extend(behind);
        }
        // SQLAlchemy writes TOP or FETCH for these.
        "limit" | "slice" if matches!(host.dialect, Dialect::SqlServer | Dialect::Oracle) => {
            bound(host, query, ("FETCH FIRST ", " ROWS ONLY"), parts);
        }
        "offset" => bound(host, query, ("OFFSET ", ""), parts),
        "limit" | "slice" => bound(host, query, ("LIMIT ", ""), parts),
        "distinct" => {
            if let Some(column) = query.columns.first_mut() {
                column.bits.insert(0, SqlToken::Text("DISTINCT ".into()));
                column.compound = false;
            }
        }
        "with_only_columns" | "with_entities" => {
            query.columns.clear();
            query.selected.clear();
            query.entity = Entity::default();
            parts.iter().for_each(|part| host.add_selected(query, part));
        }
        "add_columns" | "column" | "add_column" | "add_entity" => {
            parts.iter().for_each(|part| host.add_selected(query, part));
        }
        "on_conflict_do_nothing" => on_conflict(query, "ON CONFLICT DO NOTHING"),
        "on_conflict_do_update" => on_conflict(query, "ON CONFLICT DO UPDATE SET updated = 1"),
        "on_duplicate_key_update" => on_conflict(query, "ON DUPLICATE KEY UPDATE updated = 1"),
        "prefix_with" => prefix_with(host, query, parts.first()),
        "union" => combine(host, query, "UNION", parts),
        "union_all" => combine(host, query, "UNION ALL", parts),
        "except_" => combine(host, query, "EXCEPT", parts),
        "intersect" => combine(host, query, "INTERSECT", parts),
        "add_cte" => {
            let sources: Vec<Source> =
                parts.iter().filter_map(|value| host.source_of(value)).collect();
            query.froms.extend(sources);
        }
        _ if CHANGE_NOTHING.contains(&name) => {}
        _ => return None,
    }
    Some(())
}

/// Methods that change nothing that a migration is judged by.
const CHANGE_NOTHING: &[&str] = &[
    "params",
    "bindparams",
    "returning",
    "return_defaults",
    "execution_options",
    "options",
    "correlate",
    "with_for_update",
    "populate_existing",
    "enable_eagerloads",
    "inline",
    "suffix_with",
    "with_hint",
    "autoflush",
    "yield_per",
    "self_group",
    "compile",
    "unique",
    "with_labels",
    "apply_labels",
    "set_label_style",
    "correlate_except",
    "preserve_parameter_order",
    "reset_joinpoint",
    "enable_assertions",
    "with_session",
    "from_self",
];

fn filter_by(host: &mut MigrationHost, query: &mut Query, arguments: &Arguments) {
    let source = query.entity.table.clone().map(Source::Table).or_else(|| query.target.clone());
    for (column, value) in &arguments.keywords {
        let column = SqlExpr::column(source.clone(), Known::Is(column.clone()));
        let column = host.value(SaValue::Clause(column));
        query.filters.extend(host.operate("==", &column, value));
    }
}

fn ordered_values(host: &mut MigrationHost, query: &mut Query, pairs: &[Value]) {
    for pair in pairs {
        if let Some([column, value]) = pair.items().as_deref() {
            set_all(host, query, &[(column.clone(), value.clone())]);
        }
    }
}

fn from_select(host: &mut MigrationHost, query: &mut Query, arguments: &Arguments) {
    let columns = arguments.positional.first().and_then(|columns| host.items(columns));
    for column in columns.map(|(columns, _)| columns).unwrap_or_default() {
        query.values.push((host.text(&column), SqlExpr::default()));
    }
    let select = arguments.get(1, "select").and_then(|value| host.thing(value));
    query.select = Some(match select {
        Some(SaValue::Query(select)) => select.clone(),
        _ => {
            let mut select = Query::new(Verb::Select, None);
            select.columns.push(SqlExpr::hole("the SELECT cannot be known"));
            Rc::new(select)
        }
    });
}

fn select_from(host: &mut MigrationHost, query: &mut Query, part: &Value) {
    match host.thing(part).cloned() {
        Some(SaValue::Query(joined)) if joined.columns.is_empty() => {
            query.froms.extend(joined.froms.iter().cloned());
            query.joins.extend(joined.joins.iter().cloned());
        }
        _ => query.froms.extend(host.source_of(part)),
    }
}

fn join(host: &mut MigrationHost, query: &mut Query, name: &str, arguments: &Arguments) {
    let is_left = name == "outerjoin" || arguments.keyword("isouter").is_some();
    let words = if is_left { "LEFT JOIN" } else { "JOIN" };
    let on = arguments.get(1, "onclause").and_then(|on| host.clause_of(on));
    if let Some(source) = arguments.positional.first().and_then(|value| host.source_of(value)) {
        query.joins.push((words, source, on));
    }
}

fn sort(host: &mut MigrationHost, query: &mut Query, words: &str, parts: &[Value]) {
    let parts = parts.iter().filter(|part| !part.is_none());
    let parts: Vec<SqlExpr> = parts.map(|part| ordering(host, part)).collect();
    if !parts.is_empty() {
        let parts = SqlExpr { compound: false, ..SqlExpr::joined(parts, ", ") };
        query.tail.push(parts.wrapped(words, ""));
    }
}

/// Adds a condition of HAVING, which stands behind GROUP BY and before ORDER BY.
fn add_having(host: &mut MigrationHost, query: &mut Query, part: &Value) {
    let is_first = |part: &SqlExpr, words: &str| matches!(part.bits.first(), Some(SqlToken::Text(text)) if text.starts_with(words));
    let grouped = query.tail.iter().take_while(|part| is_first(part, "GROUP BY")).count();
    let behind = query.tail.iter().skip(grouped);
    let filtered = behind.take_while(|part| ["HAVING", "AND"].iter().any(|w| is_first(part, w)));
    let filtered = filtered.count();
    let word = if filtered == 0 { "HAVING " } else { "AND " };
    let condition = SqlExpr::of(condition(host, part).within());
    query.tail.insert(grouped + filtered, condition.wrapped(word, ""));
}

fn bound(host: &mut MigrationHost, query: &mut Query, words: (&str, &str), parts: &[Value]) {
    let count = parts.first().map(|value| host.literal_of(value));
    let count = count.unwrap_or_else(|| SqlExpr::text("NULL"));
    query.tail.push(count.wrapped(words.0, words.1));
}

fn on_conflict(query: &mut Query, clause: &str) {
    query.again = OnConflict::Conflict;
    query.tail.push(SqlExpr::text(clause));
}

fn prefix_with(host: &mut MigrationHost, query: &mut Query, prefix: Option<&Value>) {
    let prefix = prefix.and_then(|value| host.text(value).into_option());
    let prefix = prefix.unwrap_or_default().to_uppercase();
    if prefix.contains("IGNORE") || prefix.contains("REPLACE") {
        query.again = OnConflict::Conflict;
    }
}

fn combine(host: &MigrationHost, query: &mut Query, word: &'static str, others: &[Value]) {
    for other in others {
        if let Some(SaValue::Query(other)) = host.thing(other) {
            query.combined.push((word, other.clone()));
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

fn ordering(host: &mut MigrationHost, part: &Value) -> SqlExpr {
    match part {
        Value::Str(text) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
        part => {
            let clause = host.literal_of(part);
            SqlExpr { compound: false, ..clause }
        }
    }
}
