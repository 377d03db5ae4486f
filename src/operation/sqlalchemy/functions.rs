//! Functions of SQLAlchemy that make expressions: `func.now()`, `and_`, `case` and their kin.

use std::rc::Rc;

use crate::operation::arguments::Bound;
use crate::operation::migration_host::MigrationHost;
use crate::operation::sa_value::SaValue;
use crate::operation::sqlalchemy::names::Expression;
use crate::operation::sqlalchemy::query::{Query, Verb};
use crate::operation::sqlalchemy::sql_expr::{Declared, SqlExpr, SqlToken};
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

/// Calls one of the functions of SQLAlchemy that make expressions; nothing where the method of that
/// name is not understood.
pub fn expression(
    host: &mut MigrationHost,
    kind: Expression,
    name: &str,
    arguments: &Arguments,
) -> Option<SqlExpr> {
    let first = arguments.positional.first();
    let made = match kind {
        Expression::Text => text(host, arguments),
        Expression::LiteralColumn => match first {
            Some(Value::Str(text)) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
            other => SqlExpr::hole(&host.why(other)),
        },
        Expression::Literal | Expression::First | Expression::TypeCoerce => of_first(host, first),
        Expression::BindParameter => match arguments.get(1, "value") {
            Some(value) => host.literal_of(value),
            None => SqlExpr::of(vec![SqlToken::Bind]),
        },
        Expression::Column => {
            let name = first.map_or(Known::Unreadable, |value| host.text(value));
            let declared = match arguments.get(1, "type_") {
                None if !arguments.open => Declared::Untyped,
                Some(kind) if host.is_type(kind) => {
                    let kind = host.column_type(&kind.clone());
                    kind.map_or(Declared::Unsaid, |kind| Declared::Type(Rc::new(kind)))
                }
                _ => Declared::Unsaid,
            };
            let label = name.as_str().map(str::to_owned);
            let bits = vec![SqlToken::Column { source: None, name, declared }];
            SqlExpr { bits, compound: false, label }
        }
        Expression::And => SqlExpr::joined(of_all(host, arguments), " AND "),
        Expression::Or => SqlExpr::joined(of_all(host, arguments), " OR "),
        Expression::Not => {
            let operand = of_first(host, first);
            host.negate("~", operand)
        }
        Expression::Null => SqlExpr::text("NULL"),
        Expression::True => SqlExpr::text(truth_word(host, true)),
        Expression::False => SqlExpr::text(truth_word(host, false)),
        Expression::Method => {
            let clause = of_first(host, first);
            return host.clause_method(clause, name, &Arguments::default());
        }
        Expression::MethodWithRest => {
            let clause = of_first(host, first);
            let rest = arguments.positional.iter().skip(1).cloned().collect();
            return host.clause_method(clause, name, &Arguments::positional(rest));
        }
        Expression::Exists => exists(host, first),
        Expression::Cast => {
            let clause = of_first(host, first);
            match arguments.get(1, "type_") {
                Some(kind) => host.cast(clause, kind),
                None => clause,
            }
        }
        Expression::Extract => extract(host, arguments),
        Expression::Case => case(host, arguments),
        Expression::Tuple => host.list_of(&Value::list(arguments.positional.clone())),
        Expression::Array => array(host, first),
    };
    Some(made)
}

fn of_first(host: &mut MigrationHost, first: Option<&Value>) -> SqlExpr {
    first.map_or_else(SqlExpr::default, |value| host.literal_of(value))
}

fn of_all(host: &mut MigrationHost, arguments: &Arguments) -> Vec<SqlExpr> {
    arguments.positional.iter().map(|part| host.literal_of(part)).collect()
}

fn text(host: &mut MigrationHost, arguments: &Arguments) -> SqlExpr {
    match arguments.get(0, "text") {
        Some(Value::Str(text)) => SqlExpr::of(vec![SqlToken::Raw(text.clone())]),
        Some(value) => match host.clause_of(value) {
            Some(clause) => clause,
            None => {
                let why = host.why(Some(value));
                SqlExpr::of(vec![SqlToken::Hole(why.into())])
            }
        },
        None => SqlExpr::hole("nothing is given to text()"),
    }
}

fn exists(host: &mut MigrationHost, first: Option<&Value>) -> SqlExpr {
    let inner = match (first.and_then(|value| host.thing(value)).cloned(), first) {
        (Some(SaValue::Query(query)), _) => SqlExpr::from(query),
        (_, Some(_)) => of_first(host, first).wrapped("(SELECT ", ")"),
        (_, None) => SqlExpr::text(EVERYTHING),
    };
    inner.wrapped("EXISTS ", "")
}

/// What `exists()` selects that says nothing itself.
const EVERYTHING: &str = "(SELECT *)";

/// Returns `exists().where(condition)`; nothing where the clause is no such one.
pub(super) fn exists_where(
    host: &mut MigrationHost,
    clause: &SqlExpr,
    conditions: &[Value],
) -> Option<SqlExpr> {
    let is_open = |bit: &SqlToken| matches!(bit, SqlToken::Text(text) if &**text == EVERYTHING);
    if !clause.bits.iter().any(is_open) {
        return None;
    }
    let mut query = Query::new(Verb::Select, None);
    query.columns.push(SqlExpr::text("1"));
    query.filters.extend(conditions.iter().map(|condition| host.literal_of(condition)));
    Some(SqlExpr::from(Rc::new(query)).wrapped("EXISTS ", ""))
}

fn extract(host: &mut MigrationHost, arguments: &Arguments) -> SqlExpr {
    let field = arguments.positional.first().map_or(Known::Unreadable, |value| host.text(value));
    let of = of_first(host, arguments.positional.get(1));
    of.wrapped(&format!("EXTRACT({} FROM ", field.as_str().unwrap_or("epoch")), ")")
}

fn array(host: &mut MigrationHost, first: Option<&Value>) -> SqlExpr {
    let items = first.and_then(|list| host.items(list)).map(|(items, _)| items);
    let parts = items.unwrap_or_default().iter().map(|item| host.literal_of(item)).collect();
    let inner = SqlExpr { compound: false, ..SqlExpr::joined(parts, ", ") };
    let mut bits = vec![SqlToken::Text("ARRAY[".into())];
    bits.extend(inner.bits);
    bits.push(SqlToken::Text("]".into()));
    SqlExpr::of(bits)
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
