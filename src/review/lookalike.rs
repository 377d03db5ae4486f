//! Comments that look like a waiver or a plan of ours and are none: whoever wrote them believes
//! that they cover something.

use crate::alembic::migration::Comment;
use crate::rules;
use crate::text::cut;

/// The labels of plans, each in the form that counts.
const PLANS: [(&str, &str); 3] = [
    ("backup plan", "Backup plan:"),
    ("deploy window", "Deploy window:"),
    ("irreversible", "Irreversible:"),
];

/// Words with which other linters silence a finding.
const VERBS: [&str; 8] =
    ["ignore", "disable", "noqa", "skip", "allowed", "nolint", "waive", "suppress"];

/// A comment that looks like ours and covers nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// What is said of it.
    pub message: String,
    /// What to write.
    pub remedy: String,
}

/// Returns the first line of a comment that looks like ours and is none.
pub fn find(comment: &Comment) -> Option<Lookalike> {
    comment.text.lines().find_map(|line| {
        let line = line.trim().trim_start_matches('#').trim();
        marker(line).or_else(|| plan(line))
    })
}

/// Reads `safe-migration: ignore drop-column` and its like.
fn marker(line: &str) -> Option<Lookalike> {
    let typed = line.to_lowercase();
    let lower = typed.replace("safe_migration", "safe-migration");
    let ours = lower.strip_prefix("safe-migration");
    let waives =
        typed.strip_prefix("safe-migration:").and_then(|rest| rest.split_whitespace().next());
    let rest = match ours {
        Some(_) if matches!(waives, Some("allow" | "allow-file")) => return None,
        Some(rest) => rest,
        None if starts_with_verb(&lower) => lower.as_str(),
        None => return None,
    };
    let rule = named_rule(rest);
    // A sentence that begins with the name of the program is no marker.
    let is_marker =
        ours.is_some_and(|rest| rest.trim_start().starts_with(':')) || starts_with_verb(rest);
    if !(is_marker && (rule.is_some() || ours.is_some())) {
        return None;
    }
    let rule = rule.unwrap_or("RULE");
    Some(Lookalike {
        message: format!("`{}` is no waiver, so it covers nothing", shortened(line)),
        remedy: format!("Write `# safe-migration: allow {rule} -- <the reason>`."),
    })
}

fn starts_with_verb(text: &str) -> bool {
    let first = text.trim_start_matches([':', ' ']).split([' ', ':', '[', '(']).next();
    first.is_some_and(|word| VERBS.contains(&word))
}

/// The first word that is the name of a rule.
fn named_rule(text: &str) -> Option<&'static str> {
    text.split(|letter: char| !letter.is_alphanumeric() && !"-_".contains(letter))
        .find_map(|word| rules::find(&word.replace('_', "-")))
        .map(|rule| rule.id)
}

/// Reads `Backup Plan - nightly dump` and its like: the words of a plan without its colon.
fn plan(line: &str) -> Option<Lookalike> {
    let lower = line.to_lowercase();
    let (label, form) = PLANS.into_iter().find(|(label, _)| {
        let words = lower.replace('_', " ");
        words.starts_with(label) && {
            let rest = cut::from(&words, label.len()).trim_start();
            ["-", "\u{2013}", "\u{2014}", "=", "is "].iter().any(|mark| rest.starts_with(mark))
        }
    })?;
    let rest = line.get(label.len()..)?.trim_start();
    let rest = rest.trim_start_matches(['-', '\u{2013}', '\u{2014}', '=']).trim();
    Some(Lookalike {
        message: format!("`{}` is no plan, so it lowers nothing", shortened(line)),
        remedy: format!("Write `# {form} {rest}`."),
    })
}

fn shortened(line: &str) -> String {
    let line = line.replace('`', "'");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", cut::to(&line, at)),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alembic::migration::Placement;
    use crate::text::source::Span;

    #[test]
    fn what_looks_like_ours_and_is_none_is_found() {
        let comment = |text: &str| Comment {
            text: text.to_owned(),
            span: Span::default(),
            covers: Span::default(),
            placement: Placement::Body,
        };
        let table: [(&str, Option<&str>); 15] = [
            ("safe-migration: ignore drop-column", Some("allow drop-column -- <the reason>")),
            ("safe-migration: disable=drop_column", Some("allow drop-column")),
            ("safe_migration: allow drop-column -- fine here", Some("allow drop-column")),
            ("safe-migration ignore[drop-column]", Some("allow drop-column")),
            ("noqa: drop-column", Some("allow drop-column")),
            ("safe-migration: ok", Some("allow RULE")),
            ("Backup Plan - nightly dump", Some("# Backup plan: nightly dump")),
            ("deploy window = Sunday", Some("# Deploy window: Sunday")),
            ("safe-migration: allow drop-column -- unread since 2024", None),
            ("safe-migration: allow drop-column", None),
            ("safe-migration says that drop-column hurts", None),
            ("noqa: E501", None),
            ("ignore the old rows", None),
            ("Backup plan: nightly dump kept 30 days", None),
            ("the backup plan is in the wiki", None),
        ];
        for (text, expected) in table {
            let found = find(&comment(text));
            assert_eq!(found.is_some(), expected.is_some(), "{text}: {found:?}");
            if let (Some(found), Some(words)) = (found, expected) {
                assert!(found.remedy.contains(words), "{text}: {}", found.remedy);
            }
        }
    }
}
