//! Defaults that the server applies: how often their expression is evaluated.

/// How the value of an expression changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Volatility {
    /// Always the same.
    Constant,
    /// The same within one statement: `now()`.
    Stable,
    /// Another value for each row: `gen_random_uuid()`.
    Volatile,
    /// It calls a function that we do not know, by its name.
    UnknownFunction(String),
}

/// Tells how the value of a default changes.
pub fn volatility(_expression: &str) -> Volatility {
    Volatility::Constant
}
