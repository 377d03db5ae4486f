//! Functions of SQLAlchemy that make expressions: `func.now()`, `and_`, `case` and their kin.

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::sql_expr::{SqlExpr, SqlToken};
use crate::python::host::Arguments;
use crate::python::value::Value;
use crate::sql::dialect::Dialect;
use crate::text::known::Known;

/// Tells whether SQLAlchemy writes a function without parentheses.
fn is_word_function(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "current_timestamp"
            | "current_date"
            | "current_time"
            | "localtime"
            | "localtimestamp"
            | "current_user"
            | "session_user"
            | "user"
            | "sysdate"
    )
}

/// Calls `func.name(...)`.
pub fn function(host: &mut MigrationHost, name: &str, arguments: &Arguments) -> SqlExpr {
    let parts: Vec<SqlExpr> = arguments
        .positional
        .iter()
        .map(|argument| {
            let part = host.literal_of(argument);
            SqlExpr { compound: false, ..part }
        })
        .collect();
    if parts.is_empty() && is_word_function(name) {
        return SqlExpr::text(&name.to_uppercase());
    }
    let mut bits = vec![SqlToken::Text(format!("{name}(").into())];
    let mut inner = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            inner.push(SqlToken::Text(", ".into()));
        }
        inner.extend(part.bits);
    }
    if inner.is_empty() && name == "count" {
        inner.push(SqlToken::Text("*".into()));
    }
    bits.extend(inner);
    bits.push(SqlToken::Text(")".into()));
    SqlExpr::of(bits)
}

/// Calls one of the functions of SQLAlchemy that make expressions; nothing where the name is
/// none of them.
pub fn expression(host: &mut MigrationHost, name: &str, arguments: &Arguments) -> Option<SqlExpr> {
    let first = arguments.positional.first().cloned();
    let of_first = |world: &mut MigrationHost| {
        first.as_ref().map_or_else(SqlExpr::default, |value| world.literal_of(value))
    };
    Some(match name {
        "text" | "TextClause" => match first.as_ref().or_else(|| arguments.keyword("text")) {
            Some(Value::Str(text)) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
            Some(value) => match host.clause_of(value) {
                Some(clause) => clause,
                None => {
                    let why = host.why(Some(value));
                    SqlExpr::of(vec![SqlToken::Hole(why.into())])
                }
            },
            None => SqlExpr::hole("nothing is given to text()"),
        },
        "literal_column" | "inline_literal" if name == "literal_column" => match first.as_ref() {
            Some(Value::Str(text)) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
            other => SqlExpr::hole(&host.why(other)),
        },
        "literal" | "inline_literal" | "bindparam" if name != "bindparam" => of_first(host),
        "bindparam" => match arguments.get(1, "value") {
            Some(value) => {
                let value = value.clone();
                host.literal_of(&value)
            }
            None => SqlExpr::of(vec![SqlToken::Bind]),
        },
        "column" => {
            let name = first.as_ref().map_or(Known::Unreadable, |value| host.text(value));
            SqlExpr::column(None, name)
        }
        "and_" | "or_" => {
            let parts =
                arguments.positional.iter().map(|part| host.literal_of(part)).collect::<Vec<_>>();
            SqlExpr::joined(parts, if name == "and_" { " AND " } else { " OR " })
        }
        "not_" => {
            let operand = of_first(host);
            host.negate("~", operand)
        }
        "null" => SqlExpr::text("NULL"),
        "true" => SqlExpr::text(truth_word(host, true)),
        "false" => SqlExpr::text(truth_word(host, false)),
        "desc" | "asc" | "nulls_last" | "nullslast" | "nulls_first" | "nullsfirst" | "distinct"
        | "any_" | "all_" => {
            let clause = of_first(host);
            return host.clause_method(clause, name, &Arguments::default());
        }
        "exists" => {
            let bits = vec![SqlToken::Text("EXISTS ".into())];
            let inner = match first.as_ref().and_then(|value| host.thing(value)).cloned() {
                Some(SaValue::Query(query)) => SqlExpr::from(query),
                _ => of_first(host).wrapped("(SELECT ", ")"),
            };
            SqlExpr::of(bits.into_iter().chain(inner.bits).collect())
        }
        "cast" | "type_coerce" | "try_cast" => {
            let clause = of_first(host);
            match arguments.get(1, "type_").cloned() {
                Some(kind) if name != "type_coerce" => host.cast(clause, &kind),
                _ => clause,
            }
        }
        "between" | "collate" => {
            let clause = of_first(host);
            let rest =
                Arguments::positional(arguments.positional.iter().skip(1).cloned().collect());
            return host.clause_method(clause, name, &rest);
        }
        "extract" => {
            let field = first.as_ref().map_or(Known::Unreadable, |value| host.text(value));
            let of = arguments
                .positional
                .get(1)
                .map_or_else(SqlExpr::default, |value| host.literal_of(value));
            of.wrapped(&format!("EXTRACT({} FROM ", field.as_str().unwrap_or("epoch")), ")")
        }
        "case" => case(host, arguments),
        "tuple_" => {
            let list = Value::list(arguments.positional.clone());
            host.list_of(&list)
        }
        "array" => {
            let mut bits = vec![SqlToken::Text("ARRAY[".into())];
            let items = first
                .as_ref()
                .and_then(|list| host.items(list))
                .map(|(items, _)| items)
                .unwrap_or_default();
            let parts = items.iter().map(|item| host.literal_of(item)).collect();
            bits.extend(SqlExpr { compound: false, ..SqlExpr::joined(parts, ", ") }.bits);
            bits.push(SqlToken::Text("]".into()));
            SqlExpr::of(bits)
        }
        "over" | "within_group" | "funcfilter" | "label" | "lateral" | "aggregate_order_by" => {
            of_first(host)
        }
        _ => return None,
    })
}

fn truth_word(host: &MigrationHost, flag: bool) -> &'static str {
    match (host.dialect, flag) {
        (Dialect::Sqlite | Dialect::SqlServer | Dialect::Oracle, true) => "1",
        (Dialect::Sqlite | Dialect::SqlServer | Dialect::Oracle, false) => "0",
        (_, true) => "true",
        (_, false) => "false",
    }
}

fn case(host: &mut MigrationHost, arguments: &Arguments) -> SqlExpr {
    let bound = Bound::new(arguments, &[]);
    let mut bits = vec![SqlToken::Text("CASE".into())];
    if let Some(value) = bound.get("value").cloned() {
        bits.push(SqlToken::Text(" ".into()));
        bits.extend(host.literal_of(&value).bits);
    }
    let mut whens: Vec<(Value, Value)> = Vec::new();
    for part in bound.rest.iter().chain(bound.get("whens")) {
        match part {
            Value::Dict(entries) => whens.extend(entries.borrow().iter().cloned()),
            part => match host.items(part).map(|(items, _)| items) {
                Some(items) if items.iter().all(|item| matches!(item, Value::Tuple(_))) => {
                    let pairs =
                        items.iter().filter_map(Value::items).filter(|pair| pair.len() == 2);
                    whens.extend(pairs.map(|pair| (pair[0].clone(), pair[1].clone())));
                }
                Some(items) if items.len() == 2 => whens.push((items[0].clone(), items[1].clone())),
                _ => {}
            },
        }
    }
    for (when, then) in &whens {
        bits.push(SqlToken::Text(" WHEN ".into()));
        bits.extend(host.literal_of(when).bits);
        bits.push(SqlToken::Text(" THEN ".into()));
        bits.extend(host.literal_of(then).bits);
    }
    if whens.is_empty() {
        bits.push(SqlToken::Text(" WHEN true THEN NULL".into()));
    }
    if let Some(otherwise) = bound.get("else_").cloned() {
        bits.push(SqlToken::Text(" ELSE ".into()));
        bits.extend(host.literal_of(&otherwise).bits);
    }
    bits.push(SqlToken::Text(" END".into()));
    SqlExpr::of(bits)
}
