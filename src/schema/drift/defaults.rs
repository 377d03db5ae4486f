//! Whether two server defaults are one.

use crate::sql::types::SqlType;

/// What two defaults are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Defaults {
    /// The same value.
    Same,
    /// Different values.
    Differ,
    /// Expressions that may give the same value; Alembic asks the server.
    Perhaps,
}

/// A default, read.
#[derive(Debug, PartialEq, Eq)]
enum Default {
    None,
    Literal(String),
    Expression(String),
}

/// Compares two defaults of a column, as SQL. Alembic compares their texts, and on PostgreSQL asks
/// the server whether the values are equal (`PostgresqlImpl.compare_server_default`, 1.20): casts,
/// quotes and parentheses make no difference there.
pub(super) fn compare(one: Option<&str>, other: Option<&str>, kind: Option<&SqlType>) -> Defaults {
    let (one, other) = (read(one), read(other));
    match (&one, &other) {
        _ if one == other => Defaults::Same,
        (Default::Literal(one), Default::Literal(other)) if same_value(one, other, kind) => {
            Defaults::Same
        }
        // A text may be the name of a function, which the type takes for its value: `'now()'`.
        (Default::Literal(text), Default::Expression(call))
        | (Default::Expression(call), Default::Literal(text))
            if canonical(&text.to_lowercase()) == *call =>
        {
            Defaults::Same
        }
        (Default::Expression(_), Default::Expression(_)) => Defaults::Perhaps,
        _ => Defaults::Differ,
    }
}

fn read(sql: Option<&str>) -> Default {
    let Some(sql) = sql else { return Default::None };
    let plain = innermost(sql);
    let lower = plain.to_lowercase();
    let is_quoted = plain.len() > 1 && plain.starts_with('\'') && plain.ends_with('\'');
    match lower.as_str() {
        "null" => Default::None,
        "true" | "false" => Default::Literal(lower),
        _ if plain.parse::<f64>().is_ok() => Default::Literal(plain.to_owned()),
        _ if is_quoted && is_one_text(plain) => {
            let inner = plain.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            Default::Literal(inner.unwrap_or_default().replace("''", "'"))
        }
        _ => Default::Expression(canonical(&lower)),
    }
}

/// Returns an expression without the parentheses around it and the casts behind it.
fn innermost(sql: &str) -> &str {
    let mut sql = sql.trim();
    loop {
        let inner = sql.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
        let next = match inner {
            Some(inner) if is_balanced(inner) => inner.trim(),
            _ => match last_cast(sql) {
                Some(at) => sql.get(..at).unwrap_or(sql).trim(),
                None => return sql,
            },
        };
        sql = next;
    }
}

/// Finds a cast that ends an expression: `'{}'::jsonb`, `'a'::character varying(20)`.
fn last_cast(sql: &str) -> Option<usize> {
    let at = sql.rfind("::")?;
    let (before, behind) = (sql.get(..at)?, sql.get(at + 2..)?);
    let is_type = |letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, ' ' | '_' | '.' | '"' | '(' | ')' | ',' | '[' | ']')
    };
    let is_whole = is_balanced(before) && is_balanced(behind);
    (is_whole && behind.chars().all(is_type) && quotes(before).is_multiple_of(2)).then_some(at)
}

fn quotes(text: &str) -> usize {
    text.matches('\'').count()
}

/// Tells whether the parentheses outside of texts belong together.
fn is_balanced(text: &str) -> bool {
    let (mut depth, mut quoted) = (0_i32, false);
    for letter in text.chars() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && !quoted
}

/// Tells whether quotes stand around one text alone, and not around `'a' || 'b'`.
fn is_one_text(plain: &str) -> bool {
    let inner = plain.get(1..plain.len() - 1).unwrap_or_default();
    !inner.replace("''", "").contains('\'')
}

/// Gives an expression the form that all that mean the same have, as far as it is known.
fn canonical(lower: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for letter in lower.chars() {
        quoted ^= letter == '\'';
        if quoted || !letter.is_whitespace() {
            out.push(letter);
        }
    }
    match out.as_str() {
        "now()"
        | "current_timestamp"
        | "current_timestamp()"
        | "transaction_timestamp()"
        | "localtimestamp" => "now()".to_owned(),
        _ => out,
    }
}

fn same_value(one: &str, other: &str, kind: Option<&SqlType>) -> bool {
    let base = kind.map_or("", |kind| &*kind.base);
    let truth = |text: &str| match text.to_lowercase().as_str() {
        "t" | "true" | "1" | "y" | "yes" | "on" => Some(true),
        "f" | "false" | "0" | "n" | "no" | "off" => Some(false),
        _ => None,
    };
    let number = |text: &str| text.parse::<f64>().ok();
    match base {
        "boolean" | "tinyint" | "bit" => truth(one).is_some() && truth(one) == truth(other),
        "json" | "jsonb" => canonical(one) == canonical(other),
        "text" | "varchar" | "char" | "bpchar" => false,
        _ => number(one).is_some() && number(one) == number(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::dialect::Dialect;

    #[test]
    fn defaults_are_compared_by_what_they_are_worth() {
        let table = [
            ("integer", Some("'0'"), Some("0"), Defaults::Same),
            ("integer", Some("1"), Some("0"), Defaults::Differ),
            ("boolean", Some("'f'"), Some("false"), Defaults::Same),
            ("boolean", Some("true"), Some("false"), Defaults::Differ),
            ("text", Some("'a'"), Some("'a'::character varying(20)"), Defaults::Same),
            ("text", Some("'0'"), Some("'0.0'"), Defaults::Differ),
            ("numeric", Some("'0'"), Some("0.0"), Defaults::Same),
            ("jsonb", Some("'{}'"), Some("('{}'::jsonb)"), Defaults::Same),
            ("jsonb", Some("'{\"a\": 1}'"), Some("'{\"a\":1}'::jsonb"), Defaults::Same),
            ("timestamp", Some("now()"), Some("CURRENT_TIMESTAMP"), Defaults::Same),
            ("timestamp", Some("'now()'"), Some("now()"), Defaults::Same),
            ("timestamp", Some("now()"), None, Defaults::Differ),
            ("timestamp", Some("(NULL)"), None, Defaults::Same),
            ("uuid", Some("gen_random_uuid()"), Some("uuid_generate_v4()"), Defaults::Perhaps),
            ("text", Some("'a' || 'b'"), Some("'ab'"), Defaults::Differ),
            ("text", Some("'it''s'"), Some("'it''s'::text"), Defaults::Same),
            ("text", Some("f('a'::text)"), Some("f('a'::text)"), Defaults::Same),
        ];
        for (kind, one, other, expected) in table {
            let kind = SqlType::parse_for(kind, Dialect::PostgreSql);
            assert_eq!(compare(one, other, Some(&kind)), expected, "{one:?} {other:?}");
        }
    }
}
