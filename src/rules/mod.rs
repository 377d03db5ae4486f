//! Which rules there are, in the order in which they are documented and reported.

use crate::rule::card::Rule;

/// Every rule. Its order is that of the documentation and of the reports.
pub static RULES: &[&Rule] = &[];

/// Finds a rule by its name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Returns the rule whose name is nearest to a word, if one is near.
pub fn nearest(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase().replace('_', "-");
    let near = RULES.iter().map(|rule| (distance(&word, rule.id), rule.id)).min()?;
    (near.0 <= 1 + near.1.len() / 4).then_some(near.1)
}

/// How many letters must be put in, taken out or exchanged to make one word of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, against) in other.iter().enumerate() {
            let cost = usize::from(letter != *against);
            let next = (corner + cost).min(row[column] + 1).min(row[column + 1] + 1);
            corner = std::mem::replace(&mut row[column + 1], next);
        }
    }
    row[other.len()]
}
