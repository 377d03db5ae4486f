//! A waiver that covers nothing today may cover something tomorrow, unseen.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "unused-waiver",
    theme: Theme::Reading,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: false,
    summary: "waives a rule that has nothing to say there",
    harm: "The hazard is gone and its permission stays: the next hazard of that kind on this \
        statement passes unseen.",
    remedy: "Take the waiver out.",
    example: example!("unused-waiver"),
    check: Check::Review,
};
