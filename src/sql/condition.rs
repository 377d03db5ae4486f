//! What an expression of SQL says of a column.

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::expression::{Expression, Is, Kind, whole};
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::script::SqlText;

/// Tells whether a CHECK condition proves that a column is not null: `c IS NOT NULL` is it, or one
/// of its terms joined by AND.
pub fn proves_not_null(condition: &str, column: &str) -> bool {
    let proves = |_: &Cursor<'_>, condition: &Expression| {
        condition.terms().into_iter().any(|term| match &term.unparenthesized().kind {
            Kind::Is { operand, what: Is::Null, not: true } => {
                column_of(operand).is_some_and(|name| name == column)
            }
            _ => false,
        })
    };
    parsed(condition, proves).unwrap_or(false)
}

/// Tells whether an expression is a column itself or one cast of it: USING says with it what ALTER
/// COLUMN ... TYPE does without USING.
pub fn is_cast(using: &str, column: &str) -> bool {
    let casts = |cursor: &Cursor<'_>, using: &Expression| {
        let is_cast =
            |token| matches!(cursor.text(token), "::" | ":\\:") || is_cast_word(cursor, token);
        let casts = cursor.tokens.iter().filter(|token| is_cast(token)).count();
        let of = match &using.unparenthesized().kind {
            Kind::Cast(operand) => column_of(operand),
            _ => column_of(using),
        };
        casts <= 1 && of.is_some_and(|name| name.eq_ignore_ascii_case(column))
    };
    parsed(using, casts).unwrap_or(false)
}

/// Returns the column and the constants of a CHECK that is `column IN (...)` and nothing else.
pub fn listed(condition: &str) -> Option<(String, Vec<String>)> {
    let read = |cursor: &Cursor<'_>, condition: &Expression| match &condition.unparenthesized().kind
    {
        Kind::In { operand, items: Some(items), not: false } => {
            let column = column_of(operand)?.to_owned();
            let constants = items.iter().map(|item| {
                let is_one = item.kind == Kind::Constant && item.to == item.from + 1;
                is_one.then(|| cursor.text(&cursor.tokens[item.from]).to_owned())
            });
            Some((column, constants.collect::<Option<_>>()?))
        }
        _ => None,
    };
    parsed(condition, read).flatten()
}

fn is_cast_word(cursor: &Cursor<'_>, token: &Token) -> bool {
    token.kind == TokenKind::Word && cursor.text(token).eq_ignore_ascii_case("cast")
}

/// Asks an expression that is within the bounds.
fn parsed<T>(sql: &str, ask: impl FnOnce(&Cursor<'_>, &Expression) -> T) -> Option<T> {
    let text = SqlText::known(sql);
    let tokens = bounded_tokens(&text, Dialect::PostgreSql)?;
    let context = Context::new(&text, Dialect::PostgreSql);
    let cursor = Cursor::new(&context, &tokens);
    Some(ask(&cursor, &whole(cursor)))
}

fn column_of(expression: &Expression) -> Option<&str> {
    match &expression.unparenthesized().kind {
        Kind::Column(parts) => parts.last()?.as_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_cast_once_is_what_a_change_of_type_does_anyway() {
        for cast in ["age", "Age", "\"age\"::text", "(age::numeric(10, 2))", "CAST(age AS bigint)"]
        {
            assert!(is_cast(cast, "age"), "{cast}");
        }
        assert!(is_cast("users.age::bigint", "age"));
        for other in ["age::text::bigint", "cast(age::text as bigint)", "age + 1", "other::bigint"]
        {
            assert!(!is_cast(other, "age"), "{other}");
        }
        assert!(!is_cast("trim(age)::bigint", "age"));
        assert!(!is_cast("(age)::text || 'x'", "age"));
    }

    #[test]
    fn only_a_term_that_must_hold_proves_not_null() {
        assert!(proves_not_null("email IS NOT NULL", "email"));
        assert!(proves_not_null("((email IS NOT NULL) AND email <> '')", "email"));
        assert!(proves_not_null("age > 0 AND (\"email\" IS NOT NULL AND age < 200)", "email"));
        assert!(!proves_not_null("email IS NOT NULL OR phone IS NOT NULL", "email"));
        assert!(!proves_not_null("email <> ''", "email"));
        assert!(!proves_not_null("other IS NOT NULL", "email"));
        assert!(!proves_not_null(&"(".repeat(100_000), "email"));
    }
}
