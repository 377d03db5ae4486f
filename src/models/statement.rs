//! What a text of SQL names: enough of it to tell a use of a column from a word that looks like
//! one. Whether a server would take it is not asked.

/// A name or a sign of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    /// A name or a keyword, without its quotes.
    Word(&'t str),
    /// Any other sign.
    Sign(char),
}

/// How a text uses a column or a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Use {
    /// Not at all.
    No,
    /// It names the table, and the word that the column is; whose the word is is not said.
    Possible,
    /// It names the column of the table, or the table.
    Certain,
}

/// The words that a statement of SQL begins with where it reads or writes rows.
const VERBS: [&str; 7] = ["select", "insert", "update", "delete", "with", "merge", "copy"];

/// Words behind which the name of a table stands.
const BEFORE_TABLE: [&str; 6] = ["from", "join", "into", "update", "using", "table"];

/// Words that no alias is.
const NO_ALIAS: [&str; 23] = [
    "where",
    "set",
    "on",
    "inner",
    "left",
    "right",
    "full",
    "cross",
    "join",
    "group",
    "order",
    "having",
    "limit",
    "offset",
    "union",
    "values",
    "select",
    "returning",
    "using",
    "natural",
    "for",
    "when",
    "lateral",
];

/// A table that a text names, and what it is called there.
struct Named<'t> {
    table: &'t str,
    alias: Option<&'t str>,
}

/// Tells how a text uses a table, or a column of it.
pub(crate) fn usage(text: &str, table: &str, column: Option<&str>) -> Use {
    let tokens = tokens(text);
    let begins = tokens.iter().find_map(|token| match token {
        Token::Word(word) => Some(*word),
        Token::Sign(_) => None,
    });
    let is_statement = begins.is_some_and(|word| is_one_of(word, &VERBS));
    if !is_statement {
        return Use::No;
    }
    let named = named(&tokens);
    let own: Vec<&Named<'_>> = named.iter().filter(|it| same(it.table, table)).collect();
    if own.is_empty() {
        return Use::No;
    }
    let Some(column) = column else { return Use::Certain };
    let is_alone = named.iter().all(|it| same(it.table, table));
    let mut found = Use::No;
    for (at, token) in tokens.iter().enumerate() {
        if !matches!(token, Token::Word(word) if same(word, column)) || is_label(&tokens, at) {
            continue;
        }
        let next = match qualifier(&tokens, at) {
            Some(by) if same(by, table) => Use::Certain,
            Some(by) if own.iter().any(|it| it.alias.is_some_and(|alias| same(alias, by))) => {
                Use::Certain
            }
            Some(_) => Use::No,
            None if is_alone => Use::Certain,
            None => Use::Possible,
        };
        found = found.max(next);
    }
    found
}

/// Tells whether a word is what a value is called from here on: `... AS name`.
fn is_label(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let after = tokens.get(at + 1);
    let is_labelled = matches!(before, Some(Token::Word(word)) if same(word, "as"));
    // `name(` calls a function, `:name` is a parameter.
    is_labelled
        || matches!(before, Some(Token::Sign(':' | '$' | '@' | '%')))
        || matches!(after, Some(Token::Sign('(')))
            && !matches!(before, Some(Token::Word(word)) if is_one_of(word, &["into", "in"]))
}

fn qualifier<'t>(tokens: &[Token<'t>], at: usize) -> Option<&'t str> {
    match (at.checked_sub(2).and_then(|at| tokens.get(at)), tokens.get(at.wrapping_sub(1))) {
        (Some(Token::Word(word)), Some(Token::Sign('.'))) => Some(word),
        _ => None,
    }
}

/// Returns the tables that a text names.
fn named<'t>(tokens: &[Token<'t>]) -> Vec<Named<'t>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let introduces = matches!(tokens[at], Token::Word(word) if is_one_of(word, &BEFORE_TABLE));
        at += 1;
        if !introduces {
            continue;
        }
        // `FROM a x, b y` names two.
        while let Some((table, alias, next)) = table_at(tokens, at) {
            found.push(Named { table, alias });
            at = next;
            match tokens.get(at) {
                Some(Token::Sign(',')) => at += 1,
                _ => break,
            }
        }
    }
    found
}

fn table_at<'t>(tokens: &[Token<'t>], mut at: usize) -> Option<(&'t str, Option<&'t str>, usize)> {
    while matches!(tokens.get(at), Some(Token::Word(word)) if is_one_of(word, &["only", "lateral"]))
    {
        at += 1;
    }
    let Some(Token::Word(mut table)) = tokens.get(at).copied() else { return None };
    at += 1;
    while let (Some(Token::Sign('.')), Some(Token::Word(next))) =
        (tokens.get(at), tokens.get(at + 1))
    {
        table = next;
        at += 2;
    }
    if matches!(tokens.get(at), Some(Token::Word(word)) if same(word, "as")) {
        at += 1;
    }
    match tokens.get(at) {
        Some(Token::Word(alias)) if !is_one_of(alias, &NO_ALIAS) => {
            Some((table, Some(alias), at + 1))
        }
        _ => Some((table, None, at)),
    }
}

/// Cuts a text into words and signs; strings and comments are left out.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let rest = text.get(at..).unwrap_or("");
        let skipped = match letter {
            '\'' => Some(until(rest, 1, "'")),
            '-' if rest.starts_with("--") => Some(until(rest, 2, "\n")),
            '/' if rest.starts_with("/*") => Some(until(rest, 2, "*/")),
            _ => None,
        };
        let taken = match (skipped, letter) {
            (Some(length), _) => length,
            (None, '"' | '`') => {
                let length = until(rest, 1, if letter == '"' { "\"" } else { "`" });
                let word = rest.get(1..length.saturating_sub(1)).unwrap_or("");
                found.push(Token::Word(word));
                length
            }
            (None, letter) if letter.is_alphabetic() || letter == '_' => {
                let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
                let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
                found.push(Token::Word(rest.get(..length).unwrap_or("")));
                length
            }
            (None, letter) if letter.is_whitespace() => continue,
            (None, letter) => {
                found.push(Token::Sign(letter));
                continue;
            }
        };
        while letters.peek().is_some_and(|(next, _)| *next < at + taken) {
            letters.next();
        }
    }
    found
}

/// Returns how many bytes lead to the end of what a sign ends.
fn until(text: &str, from: usize, end: &str) -> usize {
    let inner = text.get(from..).unwrap_or("");
    inner.find(end).map_or(text.len(), |at| from + at + end.len())
}

fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| same(word, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_uses_a_column_where_it_says_whose_it_is() {
        let table = [
            ("SELECT email FROM users", Use::Certain),
            ("SELECT u.email FROM users u JOIN orders o ON o.user_id = u.id", Use::Certain),
            ("SELECT o.email FROM users u JOIN orders o ON o.user_id = u.id", Use::No),
            ("SELECT email FROM users u JOIN orders o ON o.user_id = u.id", Use::Possible),
            ("UPDATE users SET email = :mail", Use::Certain),
            ("UPDATE users SET mail = :email", Use::No),
            ("INSERT INTO users (id, email) VALUES (1, 'x')", Use::Certain),
            ("SELECT 'email' FROM users -- email", Use::No),
            ("SELECT address AS email FROM users", Use::No),
            ("SELECT email FROM people", Use::No),
            ("SELECT \"email\" FROM app.users", Use::Certain),
            ("the email of users is sent", Use::No),
            ("select the email from users, please", Use::Possible),
            ("SELECT email_verified FROM users", Use::No),
            ("SELECT id FROM orders, users WHERE users.email = 'a'", Use::Certain),
        ];
        for (text, expected) in table {
            assert_eq!(usage(text, "users", Some("email")), expected, "{text}");
        }
    }

    #[test]
    fn a_text_uses_a_table_where_rows_of_it_are_read_or_written() {
        let table = [
            ("SELECT 1 FROM users", Use::Certain),
            ("DELETE FROM app.users", Use::Certain),
            ("SELECT users FROM teams", Use::No),
            ("ALTER TABLE users ADD x int", Use::No),
        ];
        for (text, expected) in table {
            assert_eq!(usage(text, "users", None), expected, "{text}");
        }
    }
}
