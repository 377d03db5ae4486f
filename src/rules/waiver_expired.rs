//! A waiver with a date is a promise to look again.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "waiver-expired",
    theme: Theme::Reading,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: false,
    summary: "relies on a waiver whose last day has passed",
    harm: "What was agreed to be safe until a day is deployed after it, when the reason may no \
        longer hold.",
    remedy: "Look again: fix the migration, or set a new date behind `until=` with the reason why \
        it is still safe.",
    example: example!("waiver-expired"),
    check: Check::Review,
};
