//! Defaults as values of a type: whether the text of one can be what the column holds (each answer
//! was seen on PostgreSQL 15.18, MariaDB 10.11 and in the manuals of MySQL 8.0 and SQL Server).

use std::borrow::Cow;

use crate::sql::casts::CastType;
use crate::sql::dialect::Dialect;
use crate::sql::returned::returned;
use crate::sql::table::ColumnType;
use crate::sql::types::{Family, SqlType};
use crate::sql::value::{Fit, is_number};
use crate::sql::{casts, value};
use crate::text::cut;

/// An expression of a default, as far as its form tells its type.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form<'a> {
    /// `NULL`.
    Null,
    /// `'text'`, without its quotes.
    Text(String),
    /// A number: whole or with a fraction.
    Number(&'a str),
    /// `true` or `false`.
    Truth,
    /// `expression::type`, with the type.
    Cast(Box<Form<'a>>, &'a str),
    /// A call or a word like CURRENT_DATE, lower case, without arguments.
    Call(String),
    /// A bare word, which is a column to SQL.
    Word(&'a str),
    /// What begins no expression: `{}`.
    Broken(char),
    /// Anything else.
    Other,
}

/// Returns the text of an expression that is one string.
pub fn text(sql: &str) -> Option<String> {
    match Form::of(sql) {
        Form::Text(text) => Some(text),
        _ => None,
    }
}

/// Tells whether the expression of a default is a value of a column's type.
///
/// `labels` are those of an enum type.
pub fn fits(
    sql: &str,
    kind: &ColumnType,
    labels: Option<&[String]>,
    column: &str,
    dialect: Dialect,
) -> Fit {
    let form = Form::of(sql);
    if dialect != Dialect::PostgreSql
        && let Some(cast) = cast_of_postgresql(sql)
    {
        return match dialect {
            Dialect::MySql | Dialect::MariaDb => Fit::Fails(format!(
                "You have an error in your SQL syntax; check the manual that corresponds to your \
                 server version for the right syntax to use near '{cast}'"
            )),
            Dialect::Sqlite => Fit::Fails("unrecognized token: \":\"".to_owned()),
            _ => Fit::Unknown,
        };
    }
    match dialect {
        Dialect::PostgreSql => on_postgresql(&form, kind, labels, column),
        Dialect::MySql | Dialect::MariaDb => on_mysql(&form, sql, kind, column, dialect),
        Dialect::SqlServer => on_sql_server(&form),
        Dialect::Sqlite | Dialect::Oracle => Fit::Unknown,
    }
}

impl<'a> Form<'a> {
    fn of(sql: &'a str) -> Self {
        let sql = unwrapped(sql.trim());
        let lower = sql.to_ascii_lowercase();
        if let Some((inner, kind)) = cast(sql) {
            return Form::Cast(Box::new(Form::of(inner)), kind);
        }
        if let Some(text) = quoted(sql) {
            return Form::Text(text);
        }
        if let Some(first) = sql.chars().next().filter(|first| "{[}]".contains(*first)) {
            return Form::Broken(first);
        }
        match lower.as_str() {
            "null" => return Form::Null,
            "true" | "false" => return Form::Truth,
            _ => {}
        }
        if is_number(sql) {
            return Form::Number(sql);
        }
        let is_word = |text: &str| {
            text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        if is_word(sql) {
            return if is_value_word(&lower) { Form::Call(lower) } else { Form::Word(sql) };
        }
        match lower.strip_suffix(')').and_then(|call| call.split_once('(')) {
            Some((name, inner))
                if is_word(name) && !inner.contains('(') && !inner.contains(')') =>
            {
                Form::Call(name.to_owned())
            }
            _ if sql.len() > 2 && sql.starts_with('"') && sql.ends_with('"') => Form::Word(sql),
            _ => Form::Other,
        }
    }
}

fn on_postgresql(
    form: &Form<'_>,
    kind: &ColumnType,
    labels: Option<&[String]>,
    column: &str,
) -> Fit {
    let sql = kind.sql.as_str();
    let parsed = sql.map(SqlType::parse);
    let target = match labels {
        Some(_) => sql.map(CastType::of_enum),
        None => parsed.as_ref().and_then(CastType::of),
    };
    let from = match form {
        Form::Broken(first) => return Fit::Fails(format!("syntax error at or near \"{first}\"")),
        Form::Word(_) => {
            return Fit::Fails("cannot use column reference in DEFAULT expression".to_owned());
        }
        Form::Null => return Fit::Fits,
        Form::Text(text) => {
            return match (labels, &parsed) {
                (Some(labels), Some(parsed)) if parsed.array > 0 => {
                    value::of_enum_array(text, labels, &parsed.element().base)
                }
                (Some(labels), _) if !labels.contains(text) => {
                    let name = sql.unwrap_or("…");
                    Fit::Fails(format!("invalid input value for enum {name}: \"{text}\""))
                }
                (None, Some(parsed)) => value::of_postgresql(text, parsed),
                _ => Fit::Fits,
            };
        }
        Form::Cast(inner, to) => {
            let to = SqlType::parse(to);
            if let Form::Text(text) = &**inner
                && let Fit::Fails(words) = value::of_postgresql(text, &to)
            {
                return Fit::Fails(words);
            }
            CastType::of(&to)
        }
        Form::Number(number) => CastType::builtin(number_type(number)).map(CastType::Builtin),
        Form::Truth => Some(CastType::Builtin("bool")),
        Form::Call(name) => returned(name).and_then(CastType::builtin).map(CastType::Builtin),
        Form::Other => None,
    };
    let (Some(from), Some(target)) = (from, target) else { return Fit::Unknown };
    match casts::by_assignment(&from, &target) {
        Some(false) => Fit::Fails(format!(
            "column \"{column}\" is of type {} but default expression is of type {}",
            shown(&target),
            shown(&from)
        )),
        Some(true) => Fit::Fits,
        None => Fit::Unknown,
    }
}

fn on_mysql(form: &Form<'_>, sql: &str, kind: &ColumnType, column: &str, dialect: Dialect) -> Fit {
    let Some(parsed) = kind.sql.as_str().map(|kind| SqlType::parse_for(kind, dialect)) else {
        return Fit::Unknown;
    };
    let invalid = || Fit::Fails(format!("Invalid default value for '{column}'"));
    let is_large = matches!(
        parsed.base.as_str(),
        "text"
            | "tinytext"
            | "mediumtext"
            | "longtext"
            | "blob"
            | "tinyblob"
            | "mediumblob"
            | "longblob"
            | "json"
    );
    let is_expression = sql.trim_start().starts_with('(');
    if is_large && dialect == Dialect::MySql && !is_expression && *form != Form::Null {
        return Fit::Fails(format!(
            "BLOB, TEXT, GEOMETRY or JSON column '{column}' can't have a default value"
        ));
    }
    match (form, parsed.family()) {
        (Form::Text(text), Family::Integer | Family::Boolean | Family::Decimal | Family::Float) => {
            match is_number(text.trim()) {
                true => Fit::Fits,
                false => invalid(),
            }
        }
        (Form::Text(text), Family::Text | Family::Padded) => match parsed.number(0) {
            Some(length) if text.chars().count() > length as usize => invalid(),
            _ => Fit::Fits,
        },
        (Form::Text(text), Family::Enum) => {
            match parsed.arguments.iter().any(|label| label.eq_ignore_ascii_case(text)) {
                true => Fit::Fits,
                false => invalid(),
            }
        }
        (Form::Text(text), Family::Date | Family::Timestamp) => {
            match text.bytes().any(|byte| byte.is_ascii_digit()) && text != "0" {
                true => Fit::Unknown,
                false => invalid(),
            }
        }
        (Form::Number(_), Family::Enum) => invalid(),
        (Form::Broken(first), _) => Fit::Fails(format!(
            "You have an error in your SQL syntax; check the manual for the right syntax to use \
             near '{first}'"
        )),
        (Form::Null, _) => Fit::Unknown,
        _ => Fit::Unknown,
    }
}

fn on_sql_server(form: &Form<'_>) -> Fit {
    match form {
        Form::Truth => Fit::Fails("The name \"true\" is not permitted in this context.".to_owned()),
        Form::Word(word) => {
            Fit::Fails(format!("The name \"{word}\" is not permitted in this context."))
        }
        Form::Call(name) if name == "now" => {
            Fit::Fails("'now' is not a recognized built-in function name.".to_owned())
        }
        Form::Broken(first) => Fit::Fails(format!("Incorrect syntax near '{first}'.")),
        _ => Fit::Unknown,
    }
}

/// Takes parentheses around the whole off.
fn unwrapped(sql: &str) -> &str {
    let inner = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')'));
    match inner {
        Some(inner) if !inner.contains(['(', ')', '\'']) || quoted(inner.trim()).is_some() => {
            unwrapped(inner.trim())
        }
        _ => sql,
    }
}

/// Returns what stands from the first `::` on that is in no text: other databases have no such cast
/// (seen on MariaDB 10.11 and SQLite 3.40).
fn cast_of_postgresql(sql: &str) -> Option<&str> {
    let mut quote = None;
    let (at, _) = sql.char_indices().find(|(at, letter)| {
        match (quote, *letter) {
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"' | '`') => quote = Some(*letter),
            _ => {}
        }
        quote.is_none() && cut::from(sql, *at).starts_with("::")
    })?;
    Some(cut::from(sql, at))
}

/// Splits `expression::type` and `CAST(expression AS type)`.
pub fn cast(sql: &str) -> Option<(&str, &str)> {
    if let Some((inner, kind)) = sql.rsplit_once("::") {
        let plain =
            kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_ (),[]".contains(&byte));
        return (plain && !kind.trim().is_empty()).then(|| (inner.trim(), kind.trim()));
    }
    let inner = sql.get(..5).filter(|word| word.eq_ignore_ascii_case("cast(")).and(sql.get(5..))?;
    let inner = inner.strip_suffix(')')?;
    let at = inner.to_ascii_lowercase().rfind(" as ")?;
    Some((cut::to(inner, at).trim(), cut::from(inner, at + 4).trim()))
}

/// Returns the type that the whole of an expression is cast to: one operand and `::type`.
pub fn last_cast(expression: &str) -> Option<&str> {
    let (operand, kind) = cast(expression.trim())?;
    let is_operand =
        operand.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.\":".contains(&byte));
    let is_whole = operand.starts_with('(') && operand.ends_with(')') && !operand.contains(") ");
    (is_operand || is_whole).then_some(kind)
}

/// Returns the text between single quotes, if that is all there is.
fn quoted(sql: &str) -> Option<String> {
    let inner = sql.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inner.replace("''", "");
    (!plain.contains('\'') && !inner.contains('\\')).then(|| inner.replace("''", "'"))
}

/// Returns the type that PostgreSQL gives a constant; nothing where it takes the type of what it is
/// compared with, as a quoted text does.
pub fn constant_type(sql: &str) -> Option<CastType> {
    match Form::of(sql) {
        Form::Number(number) => CastType::builtin(number_type(number)).map(CastType::Builtin),
        Form::Truth => Some(CastType::Builtin("bool")),
        _ => None,
    }
}

fn number_type(number: &str) -> &'static str {
    match number.parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => "int4",
        Ok(_) => "int8",
        Err(_) => "numeric",
    }
}

/// Words that are values without parentheses.
fn is_value_word(word: &str) -> bool {
    const WORDS: [&str; 12] = [
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "current_user",
        "session_user",
        "user",
        "current_role",
        "current_schema",
        "current_catalog",
        "system_user",
    ];
    WORDS.contains(&word)
}

/// Returns the name of a type as PostgreSQL's errors have it.
pub fn shown(kind: &CastType) -> Cow<'_, str> {
    Cow::Borrowed(match kind {
        CastType::Builtin("int2") => "smallint",
        CastType::Builtin("int4") => "integer",
        CastType::Builtin("int8") => "bigint",
        CastType::Builtin("float4") => "real",
        CastType::Builtin("float8") => "double precision",
        CastType::Builtin("bpchar") => "character",
        CastType::Builtin("bool") => "boolean",
        CastType::Builtin("timestamptz") => "timestamp with time zone",
        CastType::Builtin("timestamp") => "timestamp without time zone",
        CastType::Builtin("varchar") => "character varying",
        CastType::Builtin(name) => name,
        CastType::Enum(name) => name,
        CastType::Array(element) => return Cow::Owned(format!("{}[]", shown(element))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row: `dialect type DEFAULT expression -> words`, nothing behind the arrow where it is
    /// taken.
    const DEFAULTS: &str = include_str!("../../tests/sql/defaults.txt");

    #[test]
    fn a_default_is_refused_where_a_server_was_seen_to_refuse_it() {
        let mut wrong = Vec::new();
        for row in DEFAULTS.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let (dialect, rest) = row.split_once("| ").expect(row);
            let (kind, rest) = rest.split_once(" DEFAULT ").expect(row);
            let (sql, words) = rest.split_once(" ->").expect(row);
            let dialect = Dialect::from_name(dialect.trim()).expect(row);
            let found = match fits(sql, &ColumnType::of_sql(kind), None, "a", dialect) {
                Fit::Fails(words) => words,
                Fit::Fits | Fit::Unknown => String::new(),
            };
            if found != words.trim() {
                wrong.push(format!("{row}\n  found: {found}"));
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}
