//! Strings that reach the database inside of SQL.

use crate::operation::sqlalchemy::sql_builder::SqlBuilder;
use crate::operation::step::{Role, SentText};
use crate::sql::object_change::ObjectChange;
use crate::sql::row_change::RowChange;
use crate::sql::session_command::SessionCommand;
use crate::sql::statement::{Placed, Statement};
use crate::sql::table_change::TableChange;
use crate::text::cut;
use crate::text::source::Site;

/// Returns the string literals of a statement that are values, with where each is written.
pub fn of_statement(placed: &Placed, passage: &SqlBuilder, otherwise: &Site) -> Vec<SentText> {
    let text = passage.sql.text().get(placed.start..placed.end).unwrap_or("");
    if !holds_values(&placed.statement) {
        return Vec::new();
    }
    let values: Option<&[String]> = match &placed.statement {
        Statement::Rows(RowChange::Update(update)) => Some(&update.literals),
        Statement::Rows(RowChange::Delete(_)) => Some(&[]),
        _ => None,
    };
    literals(text)
        .into_iter()
        .map(|(start, end, literal)| {
            let is_value = values.is_none_or(|values| values.contains(&literal));
            let site = passage.site(placed.start + start, placed.start + end);
            SentText {
                text: literal,
                site: site.unwrap_or_else(|| otherwise.clone()),
                role: if is_value { Role::Value } else { Role::Compared },
            }
        })
        .collect()
}

/// Tells whether string literals in a statement are values rather than names, labels and comments.
fn holds_values(statement: &Statement) -> bool {
    use Statement as S;
    !matches!(
        statement,
        S::Object(
            ObjectChange::Comment { .. }
                | ObjectChange::CreateType { .. }
                | ObjectChange::AlterType { .. }
                | ObjectChange::DropType { .. }
                | ObjectChange::Grant
        ) | S::Session(SessionCommand::Transaction(_))
            | S::Table(TableChange::AddConstraint { .. } | TableChange::CreateIndex { .. })
            | S::Read
    )
}

/// Returns the single-quoted literals of SQL text with their bytes, quotes included. Comments,
/// quoted identifiers and dollar-quoted bodies are passed over.
fn literals(text: &str) -> Vec<(usize, usize, String)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'-' if bytes.get(at + 1) == Some(&b'-') => at = find(text, at, "\n"),
            b'/' if bytes.get(at + 1) == Some(&b'*') => at = find(text, at + 2, "*/"),
            b'"' => at = find(text, at + 1, "\""),
            b'$' => match dollar_tag(text, at) {
                Some(tag) => at = find(text, at + tag.len(), tag),
                None => at += 1,
            },
            b'\'' => {
                let end = literal_end(bytes, at);
                let inner = text.get(at + 1..end.saturating_sub(1)).unwrap_or("");
                found.push((at, end, inner.replace("''", "'")));
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

/// Returns the byte behind the next occurrence of a word, or the end.
fn find(text: &str, from: usize, word: &str) -> usize {
    let rest = text.get(from..).unwrap_or("");
    rest.find(word).map_or(text.len(), |found| from + found + word.len())
}

/// Returns the byte behind the literal that begins at a quote.
fn literal_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        if bytes[at] == b'\'' {
            if bytes.get(at + 1) != Some(&b'\'') {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

/// Returns the tag of a dollar quote that begins here.
fn dollar_tag(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at + 1..)?;
    let length =
        rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (rest.as_bytes().get(length) == Some(&b'$')).then(|| cut::between(text, at, at + length + 2))
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn literals_are_found_outside_of_comments_names_and_bodies() {
        let text =
            "INSERT INTO \"a'b\" -- it's\nVALUES ('x', 'it''s', $q$ 'no' $q$, /* 'no' */ 'é')";
        let found: Vec<String> =
            literals(text).into_iter().map(|(_, _, literal)| literal).collect();
        assert_eq!(found, ["x", "it's", "é"]);
    }
}
