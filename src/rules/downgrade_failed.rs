//! A migration that was tried and failed is tried again before it is committed.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "downgrade-failed",
    theme: Theme::Downgrade,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "failed when it was tried on a scratch database",
    harm: "`safe-migration verify` ran exactly this content: the upgrade, the downgrade or the \
        second upgrade failed, or the downgrade left another schema or other data than it found.",
    remedy: "Fix what failed and run `safe-migration verify` again: it says which statement, and \
        with which row.",
    example: example!("downgrade-failed"),
    check: Check::Review,
};
