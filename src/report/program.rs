//! How this program is called from where the report is read.

use std::sync::OnceLock;

static NAME: OnceLock<String> = OnceLock::new();

/// Says by what words it is called: where a framework keeps it, its name alone is not found.
pub fn call_as(words: String) {
    let _the_first_word_counts = NAME.set(words);
}

/// Returns the words that call it.
pub fn name() -> &'static str {
    NAME.get().map_or("safe-migration", String::as_str)
}
