//! A statement that names what the history took away, or what a wholly read table never had.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::{extensions, refusals};
use crate::schema::answer::refusal_kind::RefusalKind;

pub(super) static RULE: Rule = Rule {
    id: "missing-object",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "names a table, column, index, constraint, type or view that is not there when it \
        runs",
    harm: "The server answers that it does not exist, and the deployment or the way back stops \
        there. The history says so: a revision took it away, or a table that was wholly read never \
        had it.",
    remedy: "Correct the name, or the order in which revisions make and drop it.",
    example: example!("missing-object"),
    check: Check::Both(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut found = refusals::of(stmt, context, RefusalKind::MissingObject);
    found.extend(extensions::missing(stmt, context));
    found
}
