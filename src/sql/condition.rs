//! What a condition proves.

/// Tells whether a CHECK condition proves that a column is not null: `c IS NOT NULL` is it, or one of its terms
/// joined by AND.
pub fn proves_not_null(_condition: &str, _column: &str) -> bool {
    false
}
