//! A value that was read, or the fact that it could not be.

/// What is said of a value that a program draws anew whenever it runs: a random number, a UUID.
pub const DRAWN: &str = "is drawn anew by each run";

/// A value that is there and was read, or is there and could not be read.
///
/// What is absent is `Option::None` around it: `Option<Known<String>>` has three answers, and a
/// rule says what it does with each.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Known<T> {
    /// The value, as read.
    Is(T),
    /// There is a value, and reading without running cannot tell which.
    Unreadable,
}

impl<T> Known<T> {
    /// Returns the value if it was read.
    pub fn get(&self) -> Option<&T> {
        match self {
            Known::Is(value) => Some(value),
            Known::Unreadable => None,
        }
    }

    /// Returns the value if it was read, by value.
    pub fn into_option(self) -> Option<T> {
        match self {
            Known::Is(value) => Some(value),
            Known::Unreadable => None,
        }
    }

    /// Tells whether the value was read.
    pub fn is_known(&self) -> bool {
        matches!(self, Known::Is(_))
    }

    /// Applies `change` to the value if it was read.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Known::Is(value) => Known::Is(change(value)),
            Known::Unreadable => Known::Unreadable,
        }
    }
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Known::Unreadable, Known::Is)
    }
}

impl Known<String> {
    /// Returns the text if it was read.
    pub fn as_str(&self) -> Option<&str> {
        self.get().map(String::as_str)
    }
}

impl From<&str> for Known<String> {
    fn from(value: &str) -> Self {
        Known::Is(value.to_owned())
    }
}
