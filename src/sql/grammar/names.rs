//! Names and strings, as each dialect quotes them.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;
use crate::sql::table::TableName;
use crate::text::cut;
use crate::text::known::Known;

impl<'a> Cursor<'a> {
    /// Reads the name of a table that is made, changed or written to.
    pub fn target_table(&mut self) -> TableName {
        if self.dialect() == Dialect::PostgreSql && is_reserved(self.word(0)) {
            self.mark_unexpected();
        }
        self.table()
    }

    /// Reads a name if one is next.
    pub fn name(&mut self) -> Option<Known<String>> {
        let token = self.token(0)?;
        let name = match token.kind {
            _ if token.hole => Known::Unreadable,
            TokenKind::Word => Known::Is(self.fold(self.text(token))),
            TokenKind::Quoted => Known::Is(unquote(self.text(token))),
            TokenKind::Text => Known::Is(string(self.text(token))),
            TokenKind::Bind => Known::Unreadable,
            _ => return None,
        };
        self.skip(1);
        Some(name)
    }

    /// Reads the name of a table, with its schema if one is given; unreadable where there is none.
    pub fn table(&mut self) -> TableName {
        let mut parts: Vec<Known<String>> = self.name().into_iter().collect();
        while self.is_mark(b'.') {
            self.skip(1);
            parts.push(self.name().unwrap_or(Known::Unreadable));
        }
        let name = parts.pop().unwrap_or(Known::Unreadable);
        TableName { schema: parts.pop(), name }
    }

    /// Reads a name with an optional schema as one text: `schema.name`.
    pub fn path(&mut self) -> Known<String> {
        self.table().known().into()
    }

    /// Reads names in parentheses.
    pub fn names(&mut self) -> Option<Known<Vec<Known<String>>>> {
        let group = self.group()?;
        let read = |mut item: Cursor<'a>| item.name().unwrap_or(Known::Unreadable);
        let names: Vec<_> = group.list().into_iter().map(read).collect();
        let whole_is_hole = names.len() == 1 && !names[0].is_known();
        Some(if whole_is_hole { Known::Unreadable } else { Known::Is(names) })
    }

    /// Reads a string if one is next.
    pub fn string(&mut self) -> Option<Known<String>> {
        let token = self.token(0)?;
        let value = match token.kind {
            _ if token.hole => Known::Unreadable,
            TokenKind::Text | TokenKind::Dollar => Known::Is(string(self.text(token))),
            TokenKind::Bind => Known::Unreadable,
            _ => return None,
        };
        self.skip(1);
        Some(value)
    }

    /// Folds a name without quotes as the dialect does.
    fn fold(&self, name: &str) -> String {
        match self.dialect() {
            Dialect::PostgreSql | Dialect::Oracle => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }
}

/// Words that PostgreSQL takes for the name of nothing (appendix C of its manual, version 18).
fn is_reserved(word: &str) -> bool {
    const RESERVED: &str = " ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC BOTH CASE CAST \
        CHECK COLLATE COLUMN CONSTRAINT CREATE CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE \
        CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC DISTINCT DO ELSE END \
        EXCEPT FALSE FETCH FOR FOREIGN FROM GRANT GROUP HAVING IN INITIALLY INTERSECT INTO LATERAL \
        LEADING LIMIT LOCALTIME LOCALTIMESTAMP NOT NULL OFFSET ON ONLY OR ORDER PLACING PRIMARY \
        REFERENCES RETURNING SELECT SESSION_USER SOME SYMMETRIC SYSTEM_USER TABLE THEN TO TRAILING \
        TRUE UNION UNIQUE USER USING VARIADIC WHEN WHERE WINDOW WITH ";
    let word = word.to_ascii_uppercase();
    !word.is_empty() && RESERVED.split(' ').any(|reserved| reserved == word)
}

/// Returns a name without its quotes.
fn unquote(quoted: &str) -> String {
    let quoted = quoted.trim_start_matches(['u', 'U']).trim_start_matches('&');
    let mut inner = quoted.chars();
    let open = inner.next().unwrap_or('"');
    let close = if open == '[' { ']' } else { open };
    let inner = inner.as_str().strip_suffix(close).unwrap_or(inner.as_str());
    let doubled: String = [close, close].iter().collect();
    inner.replace(&doubled, &close.to_string())
}

/// Returns the value of a string literal.
fn string(literal: &str) -> String {
    if let Some(dollar) = literal.strip_prefix('$') {
        let fence = dollar.find('$').map_or(0, |at| at + 2);
        let end = literal.len().saturating_sub(fence);
        return literal.get(fence..end).unwrap_or("").to_owned();
    }
    let Some(open) = literal.find(['\'', '"']) else { return literal.to_owned() };
    let quote = cut::between(literal, open, open + 1);
    let inner = cut::from(literal, open + 1);
    inner.strip_suffix(quote).unwrap_or(inner).replace(&quote.repeat(2), quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_names_lose_their_quotes() {
        assert_eq!(string("'it''s'"), "it's");
        assert_eq!(string("E'a'"), "a");
        assert_eq!(string("$x$ body $x$"), " body ");
        assert_eq!(unquote("\"a\"\"b\""), "a\"b");
        assert_eq!(unquote("[a b]"), "a b");
        assert_eq!(unquote("`a`"), "a");
    }
}
