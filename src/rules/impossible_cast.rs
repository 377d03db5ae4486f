//! A type change that has no cast.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::refusals;
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::schema::answer::refusal_kind::RefusalKind;

pub(super) static RULE: Rule = Rule {
    id: "impossible-cast",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "changes a type where no cast leads from the old one, or refers to a key of a type \
        that does not compare",
    harm: "PostgreSQL casts values to the new type only if a cast by assignment exists, and the \
        default likewise, even with USING. Otherwise the statement fails whatever the table holds.",
    remedy: "Say how values become the new type with `postgresql_using`, and drop the default in a \
        call before.",
    example: example!("impossible-cast"),
    check: Check::Both(check),
};

fn check(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    refusals::of(stmt, context, RefusalKind::ImpossibleCast)
}
