//! Plans: comments that say how a hazard is met, and lower it to a warning.
//!
//! A plan is a line of a comment or docstring that begins with `Backup plan:`, `Deploy window:` or
//! `Irreversible:` and goes on for three words that say something. A deploy window may also be a
//! free sentence.

use crate::alembic::migration::{Comment, Placement};
use crate::rule::severity::Plan;
use crate::rule::wording::{self, Claim};

/// Phrases that name a deploy window in a free sentence.
const WINDOWS: [&str; 5] =
    ["maintenance window", "low traffic", "low-traffic", "off-peak", "off peak"];

/// Words before such a phrase that turn it around.
const NEGATIONS: [&str; 4] = ["not", "no", "never", "outside"];

/// Returns the plan that a comment states, with its words.
pub fn stated(comment: &Comment) -> Option<(Plan, String)> {
    if comment.placement == Placement::Loose {
        return None;
    }
    let plans = lines(comment).filter(|(plan, line)| refusal(*plan, line).is_none());
    let labelled = plans.map(|(plan, line)| (plan, line.to_owned())).next();
    labelled.or_else(|| free_window(&comment.text).map(|words| (Plan::DeployWindow, words)))
}

/// Returns the plans that a comment begins and that are none, each with a sentence that says why.
pub fn refused(comment: &Comment) -> Vec<(Plan, String)> {
    let why = |(plan, line): (Plan, &str)| {
        let why = match comment.placement {
            Placement::Loose => {
                "stands in a string, which Python throws away; write it as a comment".to_owned()
            }
            Placement::Head | Placement::Body => refusal(plan, line)?,
        };
        Some((plan, format!("`{line}` is no plan: it {why}")))
    };
    lines(comment).filter_map(why).collect()
}

/// The lines of a comment that begin a plan.
fn lines(comment: &Comment) -> impl Iterator<Item = (Plan, &str)> {
    let lines = comment.text.lines().map(|line| line.trim().trim_start_matches('#').trim_start());
    lines.filter_map(|line| Some((labelled(line)?.0, line)))
}

/// Reads `Backup plan: words`.
fn labelled(line: &str) -> Option<(Plan, &str)> {
    let plans = [
        ("backup plan:", Plan::Backup),
        ("deploy window:", Plan::DeployWindow),
        ("irreversible:", Plan::Irreversible),
    ];
    plans.into_iter().find_map(|(label, plan)| {
        let (head, words) = line.split_at_checked(label.len())?;
        head.eq_ignore_ascii_case(label).then_some((plan, words))
    })
}

/// Says as a clause why a line states no plan; nothing where it states one.
fn refusal(plan: Plan, line: &str) -> Option<String> {
    let claim = match plan {
        Plan::Backup => Claim::Backup,
        Plan::DeployWindow => Claim::Window,
        Plan::Irreversible => Claim::Irreversible,
    };
    let (_, words) = labelled(line)?;
    wording::hollow(words, claim).map(|hollow| hollow.clause())
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
    let before = WINDOWS.iter().filter_map(|phrase| lower.split_once(phrase)).map(|it| it.0);
    let Some(before) = before.min_by_key(|before| before.len()) else { return false };
    !before
        .split_whitespace()
        .map(stripped)
        .any(|word| NEGATIONS.contains(&word) || word.ends_with("n't"))
}

/// A word without the punctuation around it.
fn stripped(word: &str) -> &str {
    word.trim_matches(|letter: char| !letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::source::Span;

    fn comment(text: &str, placement: Placement) -> Comment {
        Comment { text: text.to_owned(), span: Span::default(), covers: Span::default(), placement }
    }

    #[test]
    fn a_plan_begins_its_line_and_says_three_words() {
        let cases: [(&str, Option<Plan>); 17] = [
            ("Backup plan: nightly dump kept 30 days", Some(Plan::Backup)),
            ("backup PLAN: restore from the nightly dump", Some(Plan::Backup)),
            ("See the Backup plan: nightly dump kept", None),
            ("Backup plan: todo", None),
            ("Backup plan: none needed at all", None),
            ("Backup plan: n/a for this one", None),
            ("Backup plan: two words", None),
            ("Backup plan: no backup needed here", None),
            ("Backup plan: we do not know yet", None),
            ("Backup plan: sauvegardé chaque nuit à Zürich", Some(Plan::Backup)),
            ("Irreversible: the old values are gone", Some(Plan::Irreversible)),
            ("Deploy window: Sunday 02:00 to 03:00 UTC", Some(Plan::DeployWindow)),
            ("Deploy during maintenance window (low traffic)", Some(Plan::DeployWindow)),
            ("Run this off-peak", Some(Plan::DeployWindow)),
            ("Do not wait for a maintenance window", None),
            ("Safe outside the maintenance window", None),
            ("Drops the old column", None),
        ];
        for (text, expected) in cases {
            let stated = stated(&comment(text, Placement::Body)).map(|(plan, _)| plan);
            assert_eq!(stated, expected, "{text}");
            let is_begun = labelled(text).is_some();
            let refused = refused(&comment(text, Placement::Body));
            assert_eq!(refused.is_empty(), expected.is_some() || !is_begun, "{text}: {refused:?}");
        }
    }

    #[test]
    fn a_string_states_no_plan_and_is_told_why() {
        let loose = comment("Backup plan: nightly dump kept 30 days", Placement::Loose);
        assert_eq!(stated(&loose), None);
        let [(Plan::Backup, why)] = &refused(&loose)[..] else { panic!("one is refused") };
        assert!(
            why.ends_with("it stands in a string, which Python throws away; write it as a comment")
        );
    }
}
