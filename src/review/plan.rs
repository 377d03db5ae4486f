//! Plans: comments that say how a hazard is met, and lower it to a warning.
//!
//! A plan is a line of a comment or docstring that begins with `Backup plan:`, `Deploy window:` or
//! `Irreversible:` and goes on for three words that mean something. A deploy window may also be a
//! free sentence.

use crate::alembic::migration::Comment;
use crate::rule::definition::Plan;

/// Words that say that there is no plan.
const EMPTY_WORDS: [&str; 4] = ["none", "n/a", "todo", "tbd"];

/// Phrases that name a deploy window in a free sentence.
const WINDOWS: [&str; 5] =
    ["maintenance window", "low traffic", "low-traffic", "off-peak", "off peak"];

/// Words before such a phrase that turn it around.
const NEGATIONS: [&str; 4] = ["not", "no", "never", "outside"];

/// Returns the plan that a comment states, with its words.
pub fn stated(comment: &Comment) -> Option<(Plan, String)> {
    let labelled = comment
        .text
        .lines()
        .find_map(|line| labelled(line.trim().trim_start_matches('#').trim_start()));
    labelled.or_else(|| free_window(&comment.text).map(|words| (Plan::DeployWindow, words)))
}

/// Reads `Backup plan: words`.
fn labelled(line: &str) -> Option<(Plan, String)> {
    let plans = [
        ("backup plan:", Plan::Backup),
        ("deploy window:", Plan::DeployWindow),
        ("irreversible:", Plan::Irreversible),
    ];
    let (label, plan) = plans.into_iter().find(|(label, _)| {
        line.get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label))
    })?;
    let words = line[label.len()..].trim();
    says_something(words).then(|| (plan, line.to_owned()))
}

fn says_something(words: &str) -> bool {
    let words: Vec<String> =
        words.split_whitespace().map(stripped).filter(|word| !word.is_empty()).collect();
    words.len() >= 3 && !words.iter().any(|word| EMPTY_WORDS.contains(&word.as_str()))
}

/// Finds a free sentence such as `Deploy during maintenance window (low traffic)`.
fn free_window(text: &str) -> Option<String> {
    text.split(['\n', '.', ';'])
        .map(str::trim)
        .find(|sentence| names_window(sentence))
        .map(str::to_owned)
}

fn names_window(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let Some(at) = WINDOWS.iter().filter_map(|phrase| lower.find(phrase)).min() else {
        return false;
    };
    !lower[..at]
        .split_whitespace()
        .map(stripped)
        .any(|word| NEGATIONS.contains(&word.as_str()) || word.ends_with("n't"))
}

/// A word without the punctuation around it, in lower case.
fn stripped(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Span;

    #[test]
    fn a_plan_begins_its_line_and_says_three_words() {
        let cases: [(&str, Option<Plan>); 14] = [
            ("Backup plan: nightly dump kept 30 days", Some(Plan::Backup)),
            ("backup PLAN: restore from the nightly dump", Some(Plan::Backup)),
            ("See the Backup plan: nightly dump kept", None),
            ("Backup plan: todo", None),
            ("Backup plan: none needed at all", None),
            ("Backup plan: n/a for this one", None),
            ("Backup plan: two words", None),
            ("Irreversible: the old values are gone", Some(Plan::Irreversible)),
            ("Deploy window: Sunday 02:00 to 03:00 UTC", Some(Plan::DeployWindow)),
            ("Deploy during maintenance window (low traffic)", Some(Plan::DeployWindow)),
            ("Run this off-peak", Some(Plan::DeployWindow)),
            ("Do not wait for a maintenance window", None),
            ("Safe outside the maintenance window", None),
            ("Drops the old column", None),
        ];
        for (text, expected) in cases {
            let comment =
                Comment { text: text.to_owned(), span: Span::default(), covers: Span::default() };
            assert_eq!(stated(&comment).map(|(plan, _)| plan), expected, "{text}");
        }
    }
}
