//! A part of an index that is text of SQL, as `sa.text(...)` hands it to CREATE INDEX.

use crate::sql::bounded::bounded_tokens;
use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::{Context, Cursor};
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::script::SqlText;

/// Returns the word at which a part is refused that stands without parentheses: PostgreSQL takes a
/// column or a call there (`index_elem` of `gram.y`), MySQL a column, MariaDB the like.
pub fn refused_at(text: &str, dialect: Dialect) -> Option<String> {
    if dialect != Dialect::PostgreSql && !dialect.is_mysql() {
        return None;
    }
    let sql = SqlText::known(text);
    let tokens = bounded_tokens(&sql, dialect)?;
    let context = Context::new(&sql, dialect);
    let mut cursor = Cursor::new(&context, &tokens);
    if cursor.is_mark(b'(') || !cursor.token(0).is_some_and(is_name) || cursor.is("CASE") {
        return None;
    }
    cursor.table();
    if cursor.is_mark(b'(') {
        let is_length = dialect.is_mysql()
            && cursor.token(1).is_some_and(|token| token.kind == TokenKind::Number)
            && cursor.is_mark_at(2, b')');
        if dialect.is_mysql() && !is_length {
            return Some(cursor.text(cursor.token(0)?).to_owned());
        }
        cursor.pass();
    }
    let next = cursor.token(0)?;
    (next.kind == TokenKind::Operator).then(|| cursor.text(next).to_owned())
}

fn is_name(token: &Token) -> bool {
    !token.hole && matches!(token.kind, TokenKind::Word | TokenKind::Quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_stands_in_parentheses() {
        let rows = [
            ("doc->>'a'", Some("->>")),
            ("(doc->>'a')", None),
            ("lower(email)", None),
            ("lower(email) || name", Some("||")),
            ("email DESC NULLS LAST", None),
            ("email gin_trgm_ops", None),
            ("app.lower(email) text_pattern_ops", None),
        ];
        for (text, at) in rows {
            assert_eq!(refused_at(text, Dialect::PostgreSql).as_deref(), at, "{text}");
        }
        assert_eq!(refused_at("lower(email)", Dialect::MySql).as_deref(), Some("("));
        assert_eq!(refused_at("email(20)", Dialect::MySql), None);
        assert_eq!(refused_at("doc->>'a'", Dialect::Sqlite), None);
    }
}
