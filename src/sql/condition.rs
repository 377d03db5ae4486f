//! What a condition proves.

use std::cell::Cell;

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::expression::{Is, Kind, whole};
use crate::sql::script::SqlText;

/// Tells whether a CHECK condition proves that a column is not null: `c IS NOT NULL` is it, or one
/// of its terms joined by AND.
pub fn proves_not_null(condition: &str, column: &str) -> bool {
    let text = SqlText::known(condition);
    let Some(tokens) = bounded_tokens(&text, Dialect::PostgreSql) else { return false };
    let context = Context { text: &text, dialect: Dialect::PostgreSql, odd: Cell::new(false) };
    let expression = whole(Cursor::new(&context, &tokens));
    expression.terms().into_iter().any(|term| match &term.unparenthesized().kind {
        Kind::Is { operand, what: Is::Null, not: true } => match &operand.unparenthesized().kind {
            Kind::Column(parts) => parts.last().is_some_and(|name| name.as_str() == Some(column)),
            _ => false,
        },
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
