//! Words and signs that MySQL, MariaDB and SQLite have no place for where they stand.
//!
//! Seen to be syntax errors on MariaDB 10.11 and SQLite 3.40; MySQL 8.0 by its grammar
//! (`sql_yacc.yy`). What PostgreSQL does not accept is marked where it is read.

use crate::sql::dialect::Dialect;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::token::TokenKind;

/// Words that name a column in no database unless they are quoted.
const RESERVED: [&str; 36] = [
    "ADD", "ALL", "ALTER", "AND", "AS", "BETWEEN", "CASE", "CHECK", "CREATE", "DEFAULT", "DELETE",
    "DISTINCT", "DROP", "ELSE", "EXISTS", "FOREIGN", "FROM", "GROUP", "HAVING", "IN", "INSERT",
    "INTO", "IS", "JOIN", "LIMIT", "NOT", "NULL", "ON", "OR", "ORDER", "PRIMARY", "SELECT", "SET",
    "TABLE", "UNIQUE", "WHERE",
];

/// Words that MySQL and MariaDB reserve besides.
const RESERVED_BY_MYSQL: [&str; 22] = [
    "ANALYZE",
    "ASC",
    "BY",
    "CHANGE",
    "CONDITION",
    "CROSS",
    "DATABASE",
    "DESC",
    "DESCRIBE",
    "DIV",
    "EXPLAIN",
    "FETCH",
    "FOR",
    "INDEX",
    "INTERVAL",
    "KEY",
    "KEYS",
    "LIKE",
    "LOCK",
    "OPTION",
    "RANGE",
    "READ",
];

/// Returns the byte of the first token that has no place in a statement of MySQL, MariaDB or
/// SQLite.
pub fn misplaced(statement: &Cursor<'_>) -> Option<usize> {
    let whole = statement.over(statement.tokens);
    let dialect = whole.dialect();
    let verb = whole.word(0).to_ascii_uppercase();
    if dialect == Dialect::SqlServer {
        return on_sql_server(whole, &verb);
    }
    if !dialect.is_mysql() && dialect != Dialect::Sqlite {
        return None;
    }
    let mut cursor = whole;
    while let Some(token) = cursor.token(0) {
        if is_misplaced(&cursor, &verb) {
            return Some(token.start);
        }
        cursor.skip(1);
    }
    of_statement(whole, &verb)
}

/// Types of PostgreSQL behind `::`. SQL Server has `geometry::Point(...)` and `SCHEMA::sales`.
const CAST: [&str; 14] = [
    "TEXT",
    "VARCHAR",
    "INTEGER",
    "INT",
    "BIGINT",
    "SMALLINT",
    "NUMERIC",
    "BOOLEAN",
    "BOOL",
    "DATE",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "JSON",
    "JSONB",
];

/// Returns the byte of the first token that SQL Server has no place for, by its manual (Transact-SQL
/// Reference): ALTER TABLE has ADD without COLUMN, CREATE no guard, and TOP stands for LIMIT.
fn on_sql_server(whole: Cursor<'_>, verb: &str) -> Option<usize> {
    if !matches!(verb, "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "CREATE" | "ALTER") {
        return None;
    }
    let is_number =
        |cursor: &Cursor<'_>| cursor.token(1).is_some_and(|it| it.kind == TokenKind::Number);
    let is_text =
        |cursor: &Cursor<'_>| cursor.token(1).is_some_and(|it| it.kind == TokenKind::Text);
    let mut cursor = whole;
    while let Some(token) = cursor.token(0) {
        let is_cast = cursor.is_operator("::")
            && CAST.iter().any(|kind| cursor.word(1).eq_ignore_ascii_case(kind));
        let is_guard = verb == "CREATE"
            && cursor.position() < 4
            && (cursor.are("TABLE IF NOT EXISTS") || cursor.are("INDEX IF NOT EXISTS"));
        let is_addition = verb == "ALTER" && cursor.are("ADD COLUMN");
        let behind = || cursor.token(1).map(|next| next.start);
        if is_guard || is_addition {
            return behind();
        }
        if is_cast
            || cursor.is("LIMIT") && is_number(&cursor)
            || cursor.is("ILIKE") && is_text(&cursor)
            || verb == "INSERT" && (cursor.are("ON CONFLICT") || cursor.are("ON DUPLICATE KEY"))
        {
            return Some(token.start);
        }
        cursor.skip(1);
    }
    None
}

/// Tells whether the next token is one of other databases alone.
fn is_misplaced(cursor: &Cursor<'_>, verb: &str) -> bool {
    let mysql = cursor.dialect().is_mysql();
    let text = cursor.token(1).is_some_and(|token| token.kind == TokenKind::Text);
    cursor.is_operator("::")
        || cursor.is("ILIKE") && text
        || mysql && cursor.are("ON CONFLICT")
        || !mysql && cursor.are("ON DUPLICATE KEY")
        || !mysql && cursor.is("AUTO_INCREMENT") && verb != "SELECT"
        || cursor.is("INTERVAL") && text && (!mysql || !is_unit(cursor.word(2)))
        || mysql && cursor.is("RETURNING") && is_without_returning(cursor, verb)
}

/// Tells whether a word is a unit of an interval of MySQL, `DAY` or `DAY_HOUR`.
fn is_unit(word: &str) -> bool {
    const UNITS: &str = " MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR ";
    let first = word.split('_').next().unwrap_or(word).to_ascii_uppercase();
    !first.is_empty() && UNITS.split(' ').any(|unit| unit == first)
}

/// MariaDB returns rows of INSERT, REPLACE and DELETE, MySQL of none.
fn is_without_returning(cursor: &Cursor<'_>, verb: &str) -> bool {
    cursor.dialect() == Dialect::MySql && matches!(verb, "INSERT" | "REPLACE" | "DELETE" | "UPDATE")
        || verb == "UPDATE"
}

fn of_statement(mut cursor: Cursor<'_>, verb: &str) -> Option<usize> {
    let at = |cursor: &Cursor<'_>| cursor.token(0).map(|token| token.start);
    let mysql = cursor.dialect().is_mysql();
    match verb {
        "CREATE" | "DROP" | "ALTER" => {
            cursor.skip(1);
            cursor.eat_any(&["UNIQUE", "TEMPORARY", "TEMP"]);
            if cursor.eat("INDEX") {
                if verb == "CREATE" && cursor.is("ON") {
                    return at(&cursor);
                }
                let behind = |cursor: &Cursor<'_>| !cursor.is_word_at(1, "ON");
                return match cursor.is("CONCURRENTLY") && behind(&cursor) {
                    true => {
                        cursor.skip(1);
                        at(&cursor)
                    }
                    false if !mysql && verb == "DROP" => {
                        cursor.until_words(&["ON"]);
                        at(&cursor)
                    }
                    false => None,
                };
            }
            if !cursor.eat("TABLE") {
                return None;
            }
            cursor.eat_any(&["IF NOT EXISTS", "IF EXISTS"]);
            if mysql && is_text(&cursor) {
                return at(&cursor);
            }
            cursor.table();
            match verb {
                "CREATE" => reserved_column(cursor),
                "ALTER" if cursor.is("RENAME") => {
                    without_to(cursor).or_else(|| if mysql { None } else { second_action(cursor) })
                }
                "ALTER" if !mysql => second_action(cursor),
                _ => None,
            }
        }
        "INSERT" | "DELETE" => {
            cursor.until_words(&["INTO", "FROM"]);
            cursor.skip(1);
            (mysql && is_text(&cursor)).then(|| at(&cursor)).flatten()
        }
        "UPDATE" => {
            cursor.skip(1);
            if mysql && is_text(&cursor) {
                return at(&cursor);
            }
            cursor.until_words(&["SET"]);
            cursor.until_words(&["FROM", "WHERE"]);
            (mysql && cursor.is("FROM")).then(|| at(&cursor)).flatten()
        }
        _ => None,
    }
}

/// What stands in double quotes is text to MySQL.
fn is_text(cursor: &Cursor<'_>) -> bool {
    cursor.token(0).is_some_and(|token| {
        !token.hole && token.kind == TokenKind::Text && cursor.text(token).starts_with('"')
    })
}

/// Returns the first column of a table that is made whose name must be quoted and is not.
fn reserved_column(mut cursor: Cursor<'_>) -> Option<usize> {
    const ELEMENTS: [&str; 12] = [
        "CONSTRAINT",
        "PRIMARY",
        "UNIQUE",
        "FOREIGN",
        "CHECK",
        "INDEX",
        "KEY",
        "FULLTEXT",
        "SPATIAL",
        "LIKE",
        "PERIOD",
        "SELECT",
    ];
    let mysql = cursor.dialect().is_mysql();
    let group = cursor.group()?;
    let is_reserved = |item: &Cursor<'_>| {
        let word = item.word(0).to_ascii_uppercase();
        let is_word = item.token(0).is_some_and(|token| token.kind == TokenKind::Word);
        let is_name = item.token(1).is_some_and(|token| token.kind == TokenKind::Word);
        is_word
            && is_name
            && !ELEMENTS.contains(&word.as_str())
            && (RESERVED.contains(&word.as_str())
                || mysql && RESERVED_BY_MYSQL.contains(&word.as_str()))
    };
    let items = group.list();
    let found = items.iter().find(|item| is_reserved(item))?;
    found.token(0).map(|token| token.start)
}

/// ALTER TABLE of SQLite does one thing.
/// Returns what stands in the place of TO: `RENAME a b` renames nothing.
fn without_to(mut cursor: Cursor<'_>) -> Option<usize> {
    cursor.eat("RENAME");
    if !cursor.eat("COLUMN") && cursor.is_any(&["TO", "AS", "INDEX", "KEY"]) {
        return None;
    }
    cursor.name()?;
    let next = cursor.token(0).filter(|_| !cursor.is("TO") && !cursor.is_mark(b','))?;
    let is_name = matches!(next.kind, TokenKind::Word | TokenKind::Quoted) && !next.hole;
    is_name.then_some(next.start)
}

fn second_action(mut cursor: Cursor<'_>) -> Option<usize> {
    while let Some(token) = cursor.token(0) {
        if token.kind == TokenKind::Mark(b',') {
            return Some(token.start);
        }
        cursor.pass();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::sql::dialect::Dialect;
    use crate::sql::read::verdicts;
    use crate::sql::script::SqlText;
    use crate::sql::verdict::Verdict;

    #[test]
    fn signs_of_other_databases_have_no_place() {
        use Dialect::{MariaDb, MySql, SqlServer, Sqlite};
        let rows = [
            (MySql, "UPDATE t SET a = b::char", Some("::char")),
            (Sqlite, "UPDATE t SET a = b::text", Some("::text")),
            (SqlServer, "UPDATE t SET a = b::text", Some("::text")),
            (SqlServer, "UPDATE t SET g = geometry::Point(1, 2, 3)", None),
            (SqlServer, "SELECT a FROM t LIMIT 5", Some("LIMIT")),
            (SqlServer, "SELECT TOP (5) a FROM t", None),
            (SqlServer, "ALTER TABLE t ADD COLUMN a INT", Some("COLUMN")),
            (SqlServer, "ALTER TABLE t ADD a INT", None),
            (SqlServer, "CREATE TABLE IF NOT EXISTS t (a INT)", Some("IF")),
            (SqlServer, "IF NOT EXISTS (SELECT 1 FROM t) ALTER TABLE t ADD a INT", None),
            (MySql, "ALTER TABLE \"t\" ADD COLUMN a INT", Some("\"t\"")),
            (MySql, "UPDATE t SET a = \"x\"", None),
            (MySql, "UPDATE t SET a = b - INTERVAL '1 day'", Some("INTERVAL")),
            (MySql, "UPDATE t SET a = b - INTERVAL '1' DAY", None),
            (Sqlite, "ALTER TABLE t RENAME a b", Some("b")),
            (Sqlite, "ALTER TABLE t RENAME a TO b", None),
            (MySql, "ALTER TABLE t RENAME COLUMN a TO b", None),
            (MySql, "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", Some("ON")),
            (Sqlite, "INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING", None),
            (MySql, "DELETE FROM t WHERE a ILIKE 'x%'", Some("ILIKE")),
            (MariaDb, "DELETE FROM t RETURNING a", None),
            (MySql, "DELETE FROM t RETURNING a", Some("RETURNING")),
            (MariaDb, "UPDATE t SET a = 1 FROM u WHERE t.b = u.b", Some("FROM")),
            (Sqlite, "UPDATE t SET a = 1 FROM u WHERE t.b = u.b", None),
            (MariaDb, "UPDATE t SET a = TRIM(LEADING 'x' FROM b) WHERE c = 1", None),
            (MySql, "CREATE TABLE t (id INT, order INT)", Some("order")),
            (MySql, "CREATE TABLE t (id INT, `order` INT, KEY k (id))", None),
            (MySql, "CREATE INDEX CONCURRENTLY ix ON t (a)", Some("ix")),
            (Sqlite, "DROP INDEX ix ON t", Some("ON")),
            (MySql, "CREATE INDEX ON t (a)", Some("ON")),
            (MySql, "ALTER TABLE t ADD KEY (a)", None),
            (Sqlite, "ALTER TABLE t ADD COLUMN a INT, ADD COLUMN b INT", Some(",")),
            (Sqlite, "ALTER TABLE t ADD COLUMN a NUMERIC(10, 2)", None),
            (
                Sqlite,
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTO_INCREMENT)",
                Some("AUTO_INCREMENT)"),
            ),
        ];
        for (dialect, sql, near) in rows {
            let expected = match near {
                Some(near) => Verdict::Refused { near: Some(near.to_owned()) },
                None => Verdict::Unknown,
            };
            assert_eq!(verdicts(&SqlText::known(sql), dialect), [expected], "{sql}");
        }
    }
}
