//! Whole words in a text.

/// Tells whether a text holds a name as a word.
pub fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|other| other.eq_ignore_ascii_case(word))
}
