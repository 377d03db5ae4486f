//! Parameters in SQL that get no value.

use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refused_calls;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "unbound-parameter",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "leaves a parameter in SQL without a value",
    harm: "SQLAlchemy takes every colon with a word behind it for a parameter, in string literals, \
        JSON and comments too; one that gets no value is an error when the statement runs.",
    remedy: "Escape a colon that is none (`\\\\:`), or give the value: \
        `sa.text(...).bindparams(name=value)`.",
    example: example!("unbound-parameter"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let is_ours = |kind| matches!(kind, RefusalKind::UnboundParameter | RefusalKind::PercentSign);
    refused_calls::of(context, is_ours)
        .filter_map(|(direction, refusal)| judge(context, direction, refusal))
        .collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> Option<RawFinding> {
    let what = &refusal.what;
    let message = match refusal.kind {
        RefusalKind::PercentSign => {
            // Only drivers that format what they are given meet it.
            let drivers = context.drivers();
            let formats = |driver: &str| FORMATTING.contains(&driver);
            if drivers.is_empty() || !drivers.iter().all(|driver| formats(&driver.name)) {
                return None;
            }
            "`%` is taken for a placeholder by the driver".to_owned()
        }
        _ if what.starts_with('%') => {
            format!("`{what}` is formatted as Python formats it, and nothing gives it a value")
        }
        _ if refusal.error.starts_with("ArgumentError") => {
            format!("`{what}` is given a value, and the text has no such parameter")
        }
        _ => format!("`:{what}` is taken for a parameter, and nothing gives it a value"),
    };
    Some(refused_calls::finding(context, direction, refusal, message))
}

/// Drivers that format SQL with its parameters.
const FORMATTING: [&str; 6] =
    ["psycopg2", "psycopg", "mysqldb", "mysqlclient", "pymysql", "mysqlconnector"];
