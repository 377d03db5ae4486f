//! What a finding is known by from one run to the next: lines may move, and no two findings of a
//! report share it.

use std::collections::HashMap;

use crate::review::finding::Finding;

/// The fingerprints given so far, each with how often.
#[derive(Debug, Default)]
pub struct Fingerprints {
    given: HashMap<String, usize>,
}

impl Fingerprints {
    /// Returns the fingerprint of a finding: rule, file or revision, direction, table and object;
    /// a number behind it where others of the report are alike.
    pub fn of(&mut self, finding: &Finding) -> String {
        let raw = &finding.raw;
        let file = finding.revision.as_deref().unwrap_or(&raw.site.path);
        self.give(
            finding.rule.id,
            [
                file,
                raw.direction.name(),
                raw.table.as_deref().unwrap_or_default(),
                raw.object.as_deref().unwrap_or_default(),
            ],
        )
    }

    /// Returns the fingerprint of a rule and what tells its findings apart.
    pub fn give(&mut self, rule: &str, parts: [&str; 4]) -> String {
        let print = format!("{rule}:{}", parts.join(":"));
        let number = self.given.entry(print.clone()).or_default();
        *number += 1;
        if *number == 1 { print } else { format!("{print}:{number}") }
    }
}
