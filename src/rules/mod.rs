//! Which rules there are, in the order in which they are documented and reported.

use crate::rule::card::Rule;

/// Every rule. Its order is that of the documentation and of the reports.
pub static RULES: &[&Rule] = &[];

/// Finds a rule by its name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
