//! A misspelled waiver covers nothing, and looks as if it did.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "waiver-of-unknown-rule",
    theme: Theme::Reading,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: false,
    summary: "waives a rule that does not exist",
    harm: "The waiver covers nothing, while everybody who reads it believes that the hazard was \
        agreed on.",
    remedy: "Name the rule as the report names it; `safe-migration explain` lists them all.",
    example: example!("waiver-of-unknown-rule"),
    check: Check::Review,
};
