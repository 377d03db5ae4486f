//! A form of values that digests are made of: it changes when what it says does, and never because
//! a type of ours has another name.

use std::fmt::Write;

/// Words, each with its name and its length, so that no two contents have one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canonical {
    form: String,
}

impl Canonical {
    /// Begins the form of a kind of value; the version changes when its meaning does.
    pub fn of(kind: &str, version: u32) -> Self {
        Canonical { form: format!("{kind} {version}\n") }
    }

    /// Adds a word.
    #[must_use]
    pub fn word(mut self, name: &str, word: &str) -> Self {
        let _infallible = writeln!(self.form, "{name} {}:{word}", word.len());
        self
    }

    /// Adds a list of words in their order.
    #[must_use]
    pub fn list<'a>(self, name: &str, words: impl IntoIterator<Item = &'a str>) -> Self {
        words.into_iter().fold(self.word(name, "list"), |form, word| form.word("-", word))
    }

    /// Returns the form.
    pub fn form(&self) -> &str {
        &self.form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_contents_have_two_forms() {
        let form = |words: &[&str]| Canonical::of("x", 1).list("l", words.iter().copied());
        assert_ne!(form(&["a", "b"]), form(&["a\n- 1:b"]));
        assert_ne!(form(&["a"]), form(&["a", ""]));
        assert_eq!(form(&["é"]).form(), "x 1\nl 4:list\n- 2:é\n");
    }
}
