//! Alembic imports every revision file before it runs one, so a single file that does not parse
//! stops all of them.

use crate::example;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "syntax-error",
    theme: Theme::Reading,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: false,
    summary: "does not parse",
    harm: "Alembic imports every revision before it runs one. A file that does not parse stops \
        `alembic upgrade` for every revision, and the deployment with it.",
    remedy: "Fix the line, and run `python -m py_compile` on the file.",
    example: example!("syntax-error"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let errors = &context.migration.syntax_errors;
    let Some((span, met)) = errors.first() else { return Vec::new() };
    let path = &context.migration.path;
    // The parser's own words say less than the place where it stumbles, unless they name what it
    // met.
    let message = match met.contains("does not parse") {
        true => format!("`{path}` does not parse"),
        false => format!("`{path}` does not parse: {met}"),
    };
    let finding = context
        .hit_span(*span, message)
        .label("`alembic upgrade` stops here, whatever revision it was asked for");
    match errors.len() - 1 {
        0 => vec![finding],
        more => vec![finding.note(format!("the parser stumbles {more} more times behind it"))],
    }
}
