//! A waiver is read by the next person who meets the line, and the reason is all it has to say.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "waiver-without-reason",
    theme: Theme::Reading,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: false,
    summary: "waives a rule and does not say why",
    harm: "Whoever reads the migration when it goes wrong cannot tell whether the hazard was \
        weighed or waved through.",
    remedy: "Write the reason behind two dashes: `# safe-migration: allow RULE -- reason`.",
    example: example!("waiver-without-reason"),
    check: Check::Review,
};
