//! Alembic draws a revision id at random. One that a person typed, or a program made up, is likely
//! to be made up again by the next one.

use crate::example;
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "typed-revision-id",
    theme: Theme::History,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "has a revision id that looks typed rather than generated",
    harm: "Two people, or two runs of one assistant, type the same pattern: two files then claim \
        one id, Alembic loads the last of them, and the other is never applied.",
    remedy: "Generate the id with `alembic revision`, or with `python -c \"import uuid; \
        print(uuid.uuid4().hex[-12:])\"`.",
    example: example!("typed-revision-id"),
    check: Check::Migration(check),
};

/// How many digits Alembic draws.
const LENGTH: usize = 12;

/// How many digits in a row, each one more than the last, chance hardly explains.
const RUN: usize = 5;

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let revision = context.revision();
    match looks_typed(revision) && !context.is_released(revision) {
        true => vec![
            context
                .hit_span(
                    context.migration.header.revision_span,
                    format!("`{revision}` looks typed rather than generated"),
                )
                .object(revision)
                .label("the next one who types an id may type this one")
                .safe_form(format!("revision = \"{}\"", code::new_id(&context.migration.path))),
        ],
        false => Vec::new(),
    }
}

/// Tells whether an id of twelve digits alternates letter and digit, or holds a run of five
/// ascending ones.
fn looks_typed(revision: &str) -> bool {
    let digits: Option<Vec<u32>> = revision.chars().map(|c| c.to_digit(16)).collect();
    let Some(digits) = digits.filter(|digits| digits.len() == LENGTH) else { return false };
    let alternates = digits.windows(2).all(|pair| (pair[0] > 9) != (pair[1] > 9));
    alternates || digits.windows(RUN).any(|run| run.windows(2).all(|pair| pair[1] == pair[0] + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_look_typed_and_chance_does_not() {
        for typed in ["a1b2c3d4e5f6", "1a2b3c4d5e6f", "0012345ffe2c", "abcdef123456"] {
            assert!(looks_typed(typed), "{typed}");
        }
        for generated in ["ae1027a6acf3", "1975ea83b712", "20190304_add", "a1b2", "a1b2c3d4e5f6a7"]
        {
            assert!(!looks_typed(generated), "{generated}");
        }
    }
}
