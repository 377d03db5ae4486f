//! Whether PostgreSQL would accept a statement at all, as far as our own reader can tell.
//!
//! The reader marks the first word that has no place where it stands. Held against
//! `squawk-syntax`, whose verdict agreed with PostgreSQL's own parser on 3,866 of 3,867 statements
//! of real migrations, and against PostgreSQL's regression tests, what it marks is refused.

use std::fmt;

use crate::sql::dialect::Dialect;
use crate::sql::grammar::bounds::statement_past;
use crate::sql::grammar::cursor::Cursor;
use crate::sql::grammar::foreign::misplaced;
use crate::sql::grammar::token::{Token, TokenKind};
use crate::sql::statement::Unread;
use crate::text::cut;

/// What the parser of a database says of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing in it has no place.
    Accepted,
    /// A syntax error near a word, or at the end.
    Refused {
        /// The word; nothing where the end is missing.
        near: Option<String>,
    },
    /// It cannot be known: another dialect, a part that is computed, a statement past the bounds.
    Unknown,
}

/// Words near the beginning of statements that PostgreSQL 19 brings: REPACK, and PROPERTY GRAPH
/// behind CREATE and its modifiers.
fn is_newer(statement: &Cursor<'_>) -> bool {
    statement.is("REPACK") || (1..5).any(|ahead| statement.is_word_at(ahead, "PROPERTY"))
}

impl Verdict {
    /// Returns the verdict on a statement that has been read, by what the reader marked.
    pub fn of(statement: &Cursor<'_>) -> Verdict {
        let start = statement.over(statement.tokens);
        let text = statement.context.text.text();
        let is_unread = statement.has_hole()
            || statement.context.is_unread()
            || statement_past(text, statement.tokens).is_some();
        if is_unread || is_newer(&start) {
            return Verdict::Unknown;
        }
        if statement.dialect() != Dialect::PostgreSql {
            return match misplaced(statement) {
                Some(at) => Verdict::Refused { near: word(cut::from(text, at)) },
                None => Verdict::Unknown,
            };
        }
        let marked = statement.context.unexpected().filter(|at| *at < end(statement));
        match (marked.or_else(|| broken(statement)), is_open(statement)) {
            (Some(at), _) => Verdict::Refused { near: word(cut::from(text, at)) },
            (None, true) => Verdict::Refused { near: None },
            (None, false) if statement.context.unexpected().is_some() => {
                Verdict::Refused { near: None }
            }
            (None, false) => Verdict::Accepted,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Accepted => out.write_str("PostgreSQL accepts it"),
            Verdict::Refused { near } => Unread::Refused { near: near.clone() }.fmt(out),
            Verdict::Unknown => out.write_str("whether PostgreSQL accepts it is not known"),
        }
    }
}

fn end(statement: &Cursor<'_>) -> usize {
    statement.tokens.last().map_or(0, |token| token.end)
}

fn word(text: &str) -> Option<String> {
    text.split_whitespace().next().map(str::to_owned)
}

/// Returns where a quote begins that is left open or that PostgreSQL does not have, or a
/// parenthesis closes that nobody opened.
fn broken(statement: &Cursor<'_>) -> Option<usize> {
    let mut open = 0_usize;
    let is_broken = |token: &&Token| {
        let text = statement.text(token);
        match token.kind {
            TokenKind::Mark(b'(') => open += 1,
            TokenKind::Mark(b')') if open == 0 => return true,
            TokenKind::Mark(b')') => open -= 1,
            TokenKind::Text => return text.len() < 2 || !text.ends_with('\''),
            TokenKind::Quoted => return text.len() < 2 || !text.ends_with('"'),
            _ => {}
        }
        false
    };
    statement.tokens.iter().find(is_broken).map(|token| token.start)
}

/// Tells whether a parenthesis is left open.
fn is_open(statement: &Cursor<'_>) -> bool {
    let count =
        |mark| statement.tokens.iter().filter(|token| token.kind == TokenKind::Mark(mark)).count();
    count(b'(') > count(b')')
}

#[cfg(test)]
mod tests {
    use squawk_syntax::SourceFile;

    use super::*;
    use crate::sql::grammar::split::split;
    use crate::sql::grammar::token::tokens;
    use crate::sql::read::{statements, verdicts};
    use crate::sql::script::SqlText;
    use crate::sql::statement::Statement;

    /// Tells whether another parser of PostgreSQL's SQL refuses a statement.
    fn is_refused(statement: &str) -> bool {
        !SourceFile::parse(statement).errors().is_empty()
    }

    #[test]
    fn what_postgresql_refuses_is_unreadable_and_nothing_else_is() {
        let table = include_str!("../../tests/sql/postgresql.txt");
        let plain = |line: &&str| {
            !line.starts_with([' ', '#'])
                && !["{{", "\\", ":", "%", "DO ", "EXECUTE"].iter().any(|part| line.contains(part))
        };
        for line in table.lines().filter(plain) {
            let read = statements(&SqlText::known(line), Dialect::PostgreSql);
            let unread =
                read.iter().any(|placed| matches!(placed.statement, Statement::Unreadable { .. }));
            assert_eq!(is_refused(line), unread, "{line}");
        }
    }

    #[test]
    fn a_verdict_names_the_word_that_has_no_place() {
        let verdict = |sql| verdicts(&SqlText::known(sql), Dialect::PostgreSql).remove(0);
        let near = |word: &str| Verdict::Refused { near: Some(word.to_owned()) };
        let table = [
            ("ALTER TABLE t ADD COLUMN a int", Verdict::Accepted),
            ("CREATE FOREIGN TABLE f (a int NOT NULL) SERVER s", Verdict::Accepted),
            ("DROP FOREIGN DATA WRAPPER w CASCADE", Verdict::Accepted),
            ("ALTER PROCEDURAL LANGUAGE l RENAME TO m", Verdict::Accepted),
            ("INSERT INTO t SELECT random() AS a, repeat('x', 2), 0", Verdict::Accepted),
            ("INSERT INTO t SELECT 1 UNION SELECT 2", Verdict::Accepted),
            ("REPACK t", Verdict::Unknown),
            ("ALTR TABLE t ADD x int", near("ALTR")),
            ("CREATE TABEL t (a int)", near("TABEL")),
            ("ALTER TABLE t ADD COLUMN a int NUL", near("NUL")),
            ("CREATE TABLE t (a int))", near(")")),
            ("CREATE TABLE t (a int", Verdict::Refused { near: None }),
        ];
        for (sql, expected) in table {
            assert_eq!(verdict(sql), expected, "{sql}");
        }
        let other = verdicts(&SqlText::known("ALTER TABLE t FROB"), Dialect::MySql);
        assert_eq!(other, [Verdict::Unknown]);
    }

    /// `SAFE_MIGRATION_SQL=FOLDER cargo test --lib verdict -- --nocapture` shows what is refused here
    /// and not by the other parser, in any folder of SQL.
    #[test]
    fn what_is_refused_in_a_folder_is_refused_by_another_parser() {
        let Ok(folder) = std::env::var("SAFE_MIGRATION_SQL") else { return };
        let mut wrong = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let tokens = tokens(&SqlText::known(&*text), Dialect::PostgreSql);
            for statement in split(&text, &tokens, Dialect::PostgreSql) {
                let end = statement.last().map_or(0, |token| token.end);
                let sql = cut::between(&text, statement[0].start, end);
                let verdicts = verdicts(&SqlText::known(sql), Dialect::PostgreSql);
                let refused =
                    verdicts.iter().find(|verdict| matches!(verdict, Verdict::Refused { .. }));
                if let Some(refused) = refused.filter(|_| !is_refused(sql)) {
                    wrong.push(format!("{}: {refused}: {sql}", path.display()));
                }
            }
        }
        assert!(wrong.is_empty(), "{} are not refused:\n{}", wrong.len(), wrong.join("\n"));
    }
}
