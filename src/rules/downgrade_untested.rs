//! Static reading cannot test: whether a migration goes up and comes back is known once it has.

use crate::example;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "downgrade-untested",
    theme: Theme::Downgrade,
    severity: Severity::Critical,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "nobody has upgraded, downgraded and upgraded again",
    harm: "The first run is the one in production. What fails there (a cast, a constraint on rows \
        that are, a downgrade that names what is not) stops the deployment, or the way back when \
        it is needed.",
    remedy: "Run `safe-migration verify`: it makes a scratch database, puts rows into it and tries \
        the migration in seconds. Where no database can be made, set `testing = \"warn\"` and run \
        `verify` in CI.",
    example: example!("downgrade-untested"),
    check: Check::Review,
};
