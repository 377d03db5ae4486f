//! Defaults that the server applies: how often their expression is evaluated.

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::functions::{FunctionKind, function_kind};
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::query::used_by_expression;
use crate::sql::script::SqlText;
use crate::text::cut;

/// How the value of an expression changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Volatility {
    /// Always the same.
    Constant,
    /// The same within one statement: `now()`.
    Stable,
    /// Another value for each row: `gen_random_uuid()`.
    Volatile,
    /// It calls a function that we do not know, by its name.
    UnknownFunction(String),
}

/// Tells how the value of a default changes: as the worst of what it calls.
pub fn volatility(expression: &str) -> Volatility {
    const WORDS: [&str; 10] = [
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "current_user",
        "session_user",
        "current_role",
        "current_schema",
        "current_catalog",
    ];
    let text = SqlText::known(expression);
    let Some(tokens) = bounded_tokens(&text, Dialect::PostgreSql) else {
        return Volatility::UnknownFunction("…".to_owned());
    };
    let context = Context::new(&text, Dialect::PostgreSql);
    let cursor = Cursor::new(&context, &tokens);
    let functions = used_by_expression(cursor).functions;
    if functions.iter().any(|name| function_kind(name) == FunctionKind::Volatile) {
        return Volatility::Volatile;
    }
    if let Some(unknown) =
        functions.iter().find(|name| function_kind(name) == FunctionKind::Unknown)
    {
        return Volatility::UnknownFunction(unknown.clone());
    }
    let word =
        |word: &str| tokens.iter().any(|token| cursor.text(token).eq_ignore_ascii_case(word));
    let stable = functions.iter().any(|name| function_kind(name) == FunctionKind::Stable)
        || WORDS.iter().any(|name| word(name));
    if stable { Volatility::Stable } else { Volatility::Constant }
}

/// Returns the sequence that `nextval('name')` takes a number from, without its schema.
pub fn sequence(expression: &str) -> Option<String> {
    let inner = expression.trim().trim_start_matches('(');
    let call = inner.get(..8).filter(|call| call.eq_ignore_ascii_case("nextval("))?;
    let text = inner.get(call.len()..)?.trim_start().strip_prefix('\'')?;
    let (name, behind) = text.split_once('\'')?;
    let behind = behind.trim_end_matches(')').trim();
    let is_whole = behind.is_empty() || behind.eq_ignore_ascii_case("::regclass");
    let name = name.rsplit('.').next().unwrap_or(name);
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => Some(quoted.to_owned()),
        None => Some(name.to_ascii_lowercase()),
    }
    .filter(|name| is_whole && !name.is_empty())
}

/// The tables that a sequence may be named after: `a_b_c_seq` is of `a`, or of `a_b`.
pub fn owners(sequence: &str) -> Vec<&str> {
    let Some(stem) = sequence.strip_suffix("_seq") else { return Vec::new() };
    stem.match_indices('_')
        .map(|(at, _)| cut::to(stem, at))
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_names_the_sequence_that_it_counts_with() {
        let named = |sql: &str| sequence(sql);
        assert_eq!(named("nextval('ids')").as_deref(), Some("ids"));
        assert_eq!(named("nextval('app.\"Ids\"'::regclass)").as_deref(), Some("Ids"));
        assert_eq!(named("(nextval('Ids'))").as_deref(), Some("ids"));
        assert_eq!(named("nextval('ids') + 1"), None);
        assert_eq!(named("now()"), None);
    }

    #[test]
    fn defaults_are_as_volatile_as_what_they_call() {
        let table: [(&str, Volatility); 14] = [
            ("'active'", Volatility::Constant),
            ("'{}'::jsonb", Volatility::Constant),
            ("0", Volatility::Constant),
            ("'now()'", Volatility::Constant),
            ("CAST('x' AS VARCHAR(10))", Volatility::Constant),
            ("'0'::numeric(10, 2)", Volatility::Constant),
            ("now()", Volatility::Stable),
            ("CURRENT_TIMESTAMP", Volatility::Stable),
            ("timezone('utc', now())", Volatility::Stable),
            ("clock_timestamp()", Volatility::Volatile),
            ("nextval('s'::regclass)", Volatility::Volatile),
            ("coalesce(null, gen_random_uuid())", Volatility::Volatile),
            ("public.uuid_generate_v4()", Volatility::Volatile),
            ("my_id()", Volatility::UnknownFunction("my_id".to_owned())),
        ];
        for (expression, expected) in table {
            assert_eq!(volatility(expression), expected, "{expression}");
        }
    }
}
