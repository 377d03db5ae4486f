//! Words by which a revision says for which database it was written.

use crate::sql::dialect::Dialect;

/// How a word stands in a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// It imports from SQLAlchemy's dialects.
    Import,
    /// It is a keyword that one dialect has.
    Keyword,
}

/// The words, and whose they are.
pub(crate) const WORDS: [(&[u8], Dialect, Spoken); 8] = [
    (b"dialects.postgresql", Dialect::PostgreSql, Spoken::Import),
    (b"dialects import postgresql", Dialect::PostgreSql, Spoken::Import),
    (b"postgresql_", Dialect::PostgreSql, Spoken::Keyword),
    (b"dialects.mysql", Dialect::MySql, Spoken::Import),
    (b"dialects import mysql", Dialect::MySql, Spoken::Import),
    (b"mysql_", Dialect::MySql, Spoken::Keyword),
    (b"dialects.mssql", Dialect::SqlServer, Spoken::Import),
    (b"dialects import mssql", Dialect::SqlServer, Spoken::Import),
];

/// Returns which of the words a revision holds, a bit for each.
pub(crate) fn words_in(bytes: &[u8]) -> u8 {
    let bit = |at: usize| {
        let (word, ..) = WORDS[at];
        u8::from(memchr::memmem::find(bytes, word).is_some()) << at
    };
    (0..WORDS.len()).map(bit).fold(0, |bits, bit| bits | bit)
}
