//! The words of a text, and how many of them say something.

use std::collections::BTreeSet;

use crate::text::letters::is_unseen;

/// Words without weight.
const LIGHT: [&str; 53] = [
    "a",
    "an",
    "the",
    "this",
    "that",
    "it",
    "is",
    "was",
    "are",
    "be",
    "to",
    "there",
    "here",
    "for",
    "now",
    "still",
    "really",
    "simply",
    "just",
    "probably",
    "so",
    "we",
    "i",
    "you",
    "they",
    "do",
    "does",
    "did",
    "have",
    "has",
    "had",
    "will",
    "would",
    "should",
    "can",
    "could",
    "of",
    "in",
    "on",
    "backup",
    "backups",
    "plan",
    "plans",
    "window",
    "deploy",
    "downgrade",
    "reason",
    "because",
    "since",
    "as",
    "yet",
    "currently",
    "honestly",
];

/// Tells whether a word has no weight.
pub fn is_light(word: &str) -> bool {
    LIGHT.contains(&word)
}

/// The words of a text, in lower case and without the punctuation around them.
pub fn words(text: &str) -> Vec<String> {
    let trimmed = |word: &str| {
        word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase().replace('’', "'")
    };
    text.split_whitespace().map(trimmed).filter(|word| !word.is_empty()).collect()
}

/// Returns how many different words a text has that say something. In writing without spaces two
/// letters count as a word.
pub fn count_of(text: &str) -> usize {
    count(&words(&visible(text)))
}

/// Returns how many different words say something.
pub fn count(words: &[String]) -> usize {
    let different: BTreeSet<&String> = words.iter().collect();
    different.into_iter().map(|word| weight(word)).sum()
}

fn weight(word: &str) -> usize {
    let letters = word.chars().filter(|letter| letter.is_alphanumeric()).count();
    let unspaced = word.chars().filter(|letter| is_unspaced(*letter)).count();
    match () {
        () if unspaced > 0 => (unspaced / 2).max(1),
        () if letters > 1 || word.chars().any(|letter| letter.is_numeric()) => 1,
        () => 0,
    }
}

/// Chinese, Japanese, Thai, Lao, Khmer and Burmese are written without spaces.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// A text without what nobody sees.
pub fn visible(text: &str) -> String {
    text.chars().filter(|letter| !is_unseen(*letter) && !is_variation(*letter)).collect()
}

/// A selector of the form in which the letter before it is shown.
fn is_variation(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}')
}
