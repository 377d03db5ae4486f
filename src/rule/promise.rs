//! Whether what takes the place of a constraint refuses every row that it refused.

use crate::sql::table::{Constraint, ForeignKey, Index, IndexPart, Key};
use crate::text::known::Known;
use crate::text::whole_word::has_word;

/// Tells whether a constraint keeps the promise of another one. What cannot be known of either is
/// taken to be alike.
pub fn keeps(before: &Constraint, after: &Constraint) -> bool {
    match (before, after) {
        (Constraint::Unique(before), Constraint::Unique(after) | Constraint::PrimaryKey(after))
        | (Constraint::PrimaryKey(before), Constraint::PrimaryKey(after)) => {
            after.using_index.is_some() || is_narrower(&names(before), &names(after))
        }
        (Constraint::Check(before), Constraint::Check(after)) => {
            match (before.condition.as_str(), after.condition.as_str()) {
                (Some(before), Some(after)) => implies(after, before),
                _ => true,
            }
        }
        (Constraint::ForeignKey(before), Constraint::ForeignKey(after)) => {
            same_columns(before, after) && same_referent(before, after)
        }
        (Constraint::NotNull { column: before, .. }, Constraint::NotNull { column: after, .. }) => {
            before == after
        }
        (Constraint::Exclude { .. }, Constraint::Exclude { .. }) => true,
        _ => false,
    }
}

/// Tells whether a unique index refuses every row that a key over some columns refused: it is over
/// all rows, and over no other columns. Where the columns are not known, its being whole is all
/// that can be asked.
pub fn index_keeps(columns: Option<&[&str]>, index: &Index) -> bool {
    if index.unique != Known::Is(true) || index.predicate.is_some() {
        return false;
    }
    let (Some(columns), Some(parts)) = (columns, index.columns.get()) else { return true };
    // Rows that differ in `lower(email)` differ in `email`.
    let is_of = |part: &IndexPart| match part {
        IndexPart::Column(name) => columns.iter().any(|column| column.eq_ignore_ascii_case(name)),
        IndexPart::Expression(sql) => columns.iter().any(|column| has_word(sql, column)),
        IndexPart::Unreadable => true,
    };
    columns.is_empty() || parts.iter().all(is_of)
}

fn names(key: &Key) -> Option<Vec<&str>> {
    key.columns.get()?.iter().map(Known::as_str).collect()
}

fn is_narrower(before: &Option<Vec<&str>>, after: &Option<Vec<&str>>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => after.iter().all(|column| before.contains(column)),
        _ => true,
    }
}

fn same_columns(before: &ForeignKey, after: &ForeignKey) -> bool {
    match (before.columns.get(), after.columns.get()) {
        (Some(before), Some(after)) => before == after,
        _ => true,
    }
}

fn same_referent(before: &ForeignKey, after: &ForeignKey) -> bool {
    match (before.referent.name.as_str(), after.referent.name.as_str()) {
        (Some(before), Some(after)) => before.eq_ignore_ascii_case(after),
        _ => true,
    }
}

/// Tells whether every row that one condition lets through passes the other: they are one text, or
/// lists of the values of one column, the first within the second.
fn implies(one: &str, other: &str) -> bool {
    let (one, other) = (plain(one), plain(other));
    if one == other {
        return true;
    }
    match (list(&one), list(&other)) {
        (Some((column, few)), Some((of, many))) => {
            column == of && few.iter().all(|value| many.contains(value))
        }
        _ => false,
    }
}

/// Returns a condition without what means nothing: spaces, case of words, outer parentheses.
fn plain(condition: &str) -> String {
    let mut text = String::with_capacity(condition.len());
    let mut quoted = false;
    for character in condition.chars() {
        quoted ^= character == '\'';
        match character {
            character if quoted => text.push(character),
            '"' | '`' => {}
            character if character.is_whitespace() => text.push(' '),
            character => text.extend(character.to_lowercase()),
        }
    }
    let mut text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" (", "(");
    while let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        let mut depth = 0_i32;
        let closes_early = inner.chars().any(|character| {
            depth += i32::from(character == '(') - i32::from(character == ')');
            depth < 0
        });
        if closes_early {
            break;
        }
        text = inner.trim().to_owned();
    }
    text
}

/// Reads `column in(a, b)`.
fn list(condition: &str) -> Option<(&str, Vec<&str>)> {
    let (column, rest) = condition.split_once(" in(")?;
    let values = rest.strip_suffix(')')?;
    if column.contains(' ') || values.contains('(') {
        return None;
    }
    Some((column, values.split(',').map(str::trim).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_implies_one_that_lets_more_through() {
        assert!(implies("kind IN ('a')", "(kind in ('a', 'b'))"));
        assert!(!implies("kind IN ('a', 'b', 'c')", "kind IN ('a', 'b')"));
        assert!(!implies("other IN ('a')", "kind IN ('a')"));
        assert!(implies("( price  > 0 )", "PRICE > 0"));
        assert!(!implies("price > -1", "price > 0"));
    }
}
