//! What only newer servers have: a table of words of SQL, and of what operations send.
//!
//! Each row of PostgreSQL was run on 10.23, 11.22, 12.22, 13.23, 14.23, 15.18, 17.10 and 18.4: refused
//! by all before the version, and taken from it on. The other versions are those of the manuals: for
//! MySQL "What Is New" and the page that a row names, for MariaDB its Knowledge Base, for SQLite
//! "Release History Of SQLite".

use crate::sql::dialect::Dialect;
use crate::sql::grammar::token::{Token, TokenKind, tokens};
use crate::sql::row_change::RowChange;
use crate::sql::script::SqlText;
use crate::sql::statement::Statement;
use crate::sql::table::{Column, Constraint, ConstraintKind, Generated, Index, IndexPart};
use crate::sql::table_change::{ColumnAction, TableChange};
use crate::sql::version::ServerVersion;

/// What came with a version of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newer {
    /// What it is, as an object of a sentence.
    pub what: &'static str,
    /// The version.
    pub since: ServerVersion,
    /// The page of the manual.
    pub page: &'static str,
}

/// Words in order, a `^` before those that begin a statement.
struct Row(Dialect, (u16, u16, u16), &'static str, &'static str, &'static str);

use Dialect::{MariaDb, MySql, PostgreSql, Sqlite};

/// What is found by its words. PostgreSQL before 10, MySQL before 5.7 and MariaDB before 10.2 are
/// not told apart: nobody supports them.
const ROWS: [Row; 52] = [
    Row(PostgreSql, (10, 0, 0), "PARTITION BY RANGE", "a partitioned table", "CREATE TABLE"),
    Row(PostgreSql, (10, 0, 0), "PARTITION BY LIST", "a partitioned table", "CREATE TABLE"),
    Row(PostgreSql, (10, 0, 0), "ATTACH PARTITION", "ATTACH PARTITION", "ALTER TABLE"),
    Row(PostgreSql, (10, 0, 0), "^ CREATE STATISTICS", "CREATE STATISTICS", "CREATE STATISTICS"),
    Row(PostgreSql, (10, 0, 0), "RENAME VALUE", "RENAME VALUE", "ALTER TYPE"),
    Row(PostgreSql, (11, 0, 0), "PARTITION BY HASH", "a hash partitioned table", "CREATE TABLE"),
    Row(PostgreSql, (11, 0, 0), "CREATE PROCEDURE", "procedures", "CREATE PROCEDURE"),
    Row(PostgreSql, (11, 0, 0), "OR REPLACE PROCEDURE", "procedures", "CREATE PROCEDURE"),
    Row(PostgreSql, (11, 0, 0), "^ CALL", "CALL", "CALL"),
    Row(PostgreSql, (11, 0, 0), "EXECUTE FUNCTION", "EXECUTE FUNCTION", "CREATE TRIGGER"),
    Row(PostgreSql, (12, 0, 0), "AS MATERIALIZED (", "MATERIALIZED in WITH", "SELECT"),
    Row(PostgreSql, (12, 0, 0), "AS NOT MATERIALIZED (", "NOT MATERIALIZED in WITH", "SELECT"),
    Row(PostgreSql, (14, 0, 0), "^ CREATE OR REPLACE TRIGGER", "OR REPLACE", "CREATE TRIGGER"),
    Row(PostgreSql, (15, 0, 0), "NULLS NOT DISTINCT", "NULLS NOT DISTINCT", "CREATE INDEX"),
    Row(PostgreSql, (15, 0, 0), "SET ACCESS METHOD", "SET ACCESS METHOD", "ALTER TABLE"),
    Row(PostgreSql, (15, 0, 0), "( SECURITY_INVOKER", "security_invoker of views", "CREATE VIEW"),
    Row(PostgreSql, (17, 0, 0), "JSON_TABLE (", "JSON_TABLE", "JSON Functions"),
    Row(PostgreSql, (18, 0, 0), "NOT ENFORCED", "NOT ENFORCED", "CREATE TABLE"),
    Row(PostgreSql, (18, 0, 0), "WITHOUT OVERLAPS", "WITHOUT OVERLAPS", "CREATE TABLE"),
    Row(PostgreSql, (18, 0, 0), "UUIDV7 (", "uuidv7()", "UUID Functions"),
    Row(MySql, (8, 0, 0), "RENAME COLUMN", "RENAME COLUMN", "ALTER TABLE Statement"),
    Row(MySql, (8, 0, 0), "^ WITH", "common table expressions", "WITH"),
    Row(MySql, (8, 0, 0), ") OVER (", "window functions", "Window Functions"),
    Row(MySql, (8, 0, 0), ") INVISIBLE", "invisible indexes", "Invisible Indexes"),
    Row(MySql, (8, 0, 4), "JSON_TABLE (", "JSON_TABLE", "JSON Table Functions"),
    Row(MySql, (8, 0, 13), "DEFAULT (", "an expression as default", "Data Type Default Values"),
    Row(MySql, (8, 0, 12), "ALGORITHM = INSTANT", "ALGORITHM=INSTANT", "Online DDL Operations"),
    Row(MySql, (8, 0, 14), "LATERAL (", "LATERAL", "Lateral Derived Tables"),
    Row(MySql, (8, 0, 16), "DROP CHECK", "DROP CHECK", "CHECK Constraints"),
    Row(MySql, (8, 0, 19), "DROP CONSTRAINT", "DROP CONSTRAINT", "ALTER TABLE Statement"),
    Row(MySql, (8, 0, 31), "INTERSECT SELECT", "INTERSECT", "INTERSECT Clause"),
    Row(MySql, (8, 0, 31), "EXCEPT SELECT", "EXCEPT", "EXCEPT Clause"),
    Row(MariaDb, (10, 3, 0), "^ CREATE SEQUENCE", "sequences", "CREATE SEQUENCE"),
    Row(MariaDb, (10, 3, 0), "INTERSECT SELECT", "INTERSECT", "INTERSECT"),
    Row(MariaDb, (10, 3, 0), "EXCEPT SELECT", "EXCEPT", "EXCEPT"),
    Row(MariaDb, (10, 3, 2), "ALGORITHM = INSTANT", "ALGORITHM=INSTANT", "InnoDB Online DDL"),
    Row(MariaDb, (10, 5, 2), "RENAME COLUMN", "RENAME COLUMN", "ALTER TABLE"),
    Row(MariaDb, (10, 5, 2), "RENAME INDEX", "RENAME INDEX", "ALTER TABLE"),
    Row(MariaDb, (10, 5, 2), "RENAME KEY", "RENAME KEY", "ALTER TABLE"),
    Row(MariaDb, (10, 6, 0), "JSON_TABLE (", "JSON_TABLE", "JSON_TABLE"),
    Row(MariaDb, (10, 6, 0), "SKIP LOCKED", "SKIP LOCKED", "SELECT"),
    Row(Sqlite, (3, 24, 0), ") DO UPDATE", "ON CONFLICT DO UPDATE", "UPSERT"),
    Row(Sqlite, (3, 24, 0), "ON CONFLICT DO", "ON CONFLICT DO", "UPSERT"),
    Row(Sqlite, (3, 25, 0), ") OVER (", "window functions", "Window Functions"),
    Row(Sqlite, (3, 30, 0), "NULLS FIRST", "NULLS FIRST", "SELECT"),
    Row(Sqlite, (3, 30, 0), "NULLS LAST", "NULLS LAST", "SELECT"),
    Row(Sqlite, (3, 35, 0), "AS MATERIALIZED (", "MATERIALIZED in WITH", "The WITH Clause"),
    Row(Sqlite, (3, 35, 0), "RETURNING", "RETURNING", "RETURNING"),
    Row(Sqlite, (3, 37, 0), ") STRICT", "STRICT tables", "STRICT Tables"),
    Row(Sqlite, (3, 39, 0), "FULL OUTER JOIN", "FULL JOIN", "SELECT"),
    Row(Sqlite, (3, 39, 0), "FULL JOIN", "FULL JOIN", "SELECT"),
    Row(Sqlite, (3, 39, 0), "IS NOT DISTINCT FROM", "IS NOT DISTINCT FROM", "Expressions"),
];

/// Returns what a text asks for that came with a version, each once.
pub fn of_text(text: &str, dialect: Dialect) -> Vec<Newer> {
    let text = SqlText::known(text);
    let tokens = tokens(&text, dialect);
    let own = ROWS.iter().filter(|row| row.0 == dialect);
    own.filter(|row| has_words(&text, &tokens, row.2)).map(newer).collect()
}

fn newer(row: &Row) -> Newer {
    let Row(_, (major, minor, patch), _, what, page) = *row;
    Newer { what, since: ServerVersion::new(major, minor, patch), page }
}

fn has_words(text: &SqlText, tokens: &[Token], words: &str) -> bool {
    let (begins, words) = match words.strip_prefix("^ ") {
        Some(words) => (true, words),
        None => (false, words),
    };
    let words: Vec<&str> = words.split(' ').collect();
    let written = |token: &Token| text.text().get(token.start..token.end).unwrap_or_default();
    let is_word = |(token, word): (&Token, &&str)| {
        let is_plain = !matches!(token.kind, TokenKind::Text | TokenKind::Quoted) && !token.hole;
        is_plain && written(token).eq_ignore_ascii_case(word)
    };
    tokens.windows(words.len()).enumerate().any(|(at, window)| {
        let is_first =
            || at.checked_sub(1).and_then(|at| tokens.get(at)).is_none_or(|it| written(it) == ";");
        window.iter().zip(&words).all(is_word) && (!begins || is_first())
    })
}

/// Returns what a statement asks for that came with a version, as far as its parts tell.
pub fn of_statement(statement: &Statement, dialect: Dialect) -> Option<Newer> {
    let (what, since, page) = match dialect {
        PostgreSql => on_postgresql(statement)?,
        MySql | MariaDb => on_mysql(statement, dialect)?,
        Sqlite => on_sqlite(statement)?,
        Dialect::SqlServer | Dialect::Oracle => return None,
    };
    Some(Newer { what, since, page })
}

type Part = (&'static str, ServerVersion, &'static str);

const fn since(what: &'static str, major: u16, page: &'static str) -> Part {
    (what, ServerVersion::major(major), page)
}

fn columns(statement: &Statement) -> &[Column] {
    match statement {
        Statement::Table(TableChange::AddColumn { column, .. }) => std::slice::from_ref(column),
        Statement::Table(TableChange::CreateTable(create)) => &create.columns,
        _ => &[],
    }
}

fn on_postgresql(statement: &Statement) -> Option<Part> {
    use Statement as S;
    let generated = |column: &Column| match column.generated {
        Some(Generated::Stored) => Some(since("a generated column", 12, "CREATE TABLE")),
        Some(Generated::Virtual) => Some(since("a virtual generated column", 18, "CREATE TABLE")),
        Some(Generated::Identity | Generated::IdentityAlways) => {
            Some(since("an identity column", 10, "CREATE TABLE"))
        }
        _ => None,
    };
    match statement {
        S::Table(TableChange::AddColumn { .. } | TableChange::CreateTable(_)) => {
            columns(statement).iter().find_map(generated)
        }
        S::Table(TableChange::AddConstraint { constraint: Constraint::NotNull { .. }, .. }) => {
            Some(since("NOT NULL as a constraint", 18, "ALTER TABLE"))
        }
        S::Table(TableChange::Reindex { concurrently: true, .. }) => {
            Some(since("REINDEX CONCURRENTLY", 12, "REINDEX"))
        }
        S::Rows(RowChange::Merge { .. }) => Some(since("MERGE", 15, "MERGE")),
        S::Table(TableChange::AlterColumn { action, .. }) => match action {
            ColumnAction::DropExpression => Some(since("DROP EXPRESSION", 13, "ALTER TABLE")),
            ColumnAction::SetCompression => Some(since("SET COMPRESSION", 14, "ALTER TABLE")),
            ColumnAction::SetExpression => Some(since("SET EXPRESSION", 17, "ALTER TABLE")),
            _ => None,
        },
        _ => None,
    }
}

fn on_mysql(statement: &Statement, dialect: Dialect) -> Option<Part> {
    let is_expression = |column: &Column| {
        let default = column.server_default.as_ref().and_then(|default| default.sql.as_str());
        default.is_some_and(|sql| sql.trim_start().starts_with('('))
    };
    let is_functional = |index: &Index| {
        let parts = index.columns.get().map(Vec::as_slice).unwrap_or_default();
        parts.iter().any(|part| matches!(part, IndexPart::Expression(_)))
    };
    let page = "Data Type Default Values";
    match (statement, dialect) {
        (_, MySql) if columns(statement).iter().any(is_expression) => {
            Some(("an expression as default", ServerVersion::new(8, 0, 13), page))
        }
        (_, MariaDb) if columns(statement).iter().any(is_expression) => {
            Some(("an expression as default", ServerVersion::new(10, 2, 1), "DEFAULT"))
        }
        (Statement::Table(TableChange::CreateIndex { index, .. }), MySql)
            if is_functional(index) && !index.prefixed =>
        {
            let since = ServerVersion::new(8, 0, 13);
            Some(("an index over an expression", since, "Functional Key Parts"))
        }
        (
            Statement::Table(TableChange::DropConstraint {
                kind: Some(ConstraintKind::Check), ..
            }),
            MySql,
        ) => Some(("DROP CHECK", ServerVersion::new(8, 0, 16), "CHECK Constraints")),
        _ => None,
    }
}

fn on_sqlite(statement: &Statement) -> Option<Part> {
    let is_generated =
        |column: &Column| matches!(column.generated, Some(Generated::Stored | Generated::Virtual));
    match statement {
        Statement::Table(TableChange::RenameColumn { .. }) => {
            Some(("RENAME COLUMN", ServerVersion::new(3, 25, 0), "ALTER TABLE"))
        }
        Statement::Table(TableChange::DropColumn { .. }) => {
            Some(("DROP COLUMN", ServerVersion::new(3, 35, 0), "ALTER TABLE"))
        }
        _ if columns(statement).iter().any(is_generated) => {
            Some(("generated columns", ServerVersion::new(3, 31, 0), "Generated Columns"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_statements_and_not_in_texts() {
        let rows = [
            (PostgreSql, "CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT", "15"),
            (PostgreSql, "ALTER TYPE k RENAME VALUE 'a' TO 'b'", "10"),
            (PostgreSql, "SELECT 'NULLS NOT DISTINCT'", ""),
            (PostgreSql, "COMMENT ON TABLE t IS 'MERGE INTO x'", ""),
            (PostgreSql, "DELETE FROM t; CALL p()", "11"),
            (PostgreSql, "UPDATE t SET expression = 'x'", ""),
            (MySql, "WITH q AS (SELECT 1) SELECT * FROM q", "8"),
            (MySql, "CREATE INDEX i ON t (a) WITH PARSER ngram", ""),
            (MySql, "ALTER TABLE t ADD c CHAR(36) DEFAULT (uuid())", "8.0.13"),
            (MySql, "ALTER TABLE t ADD c DATETIME DEFAULT CURRENT_TIMESTAMP", ""),
            (MariaDb, "ALTER TABLE t RENAME COLUMN a TO b", "10.5.2"),
            (Sqlite, "INSERT INTO t VALUES (1) RETURNING id", "3.35"),
            (Sqlite, "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1", "3.24"),
            (Sqlite, "UPDATE t SET a = 'RETURNING'", ""),
        ];
        for (dialect, sql, expected) in rows {
            let found: Vec<String> =
                of_text(sql, dialect).iter().map(|newer| newer.since.to_string()).collect();
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
