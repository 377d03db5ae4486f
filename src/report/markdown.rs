//! A review as a comment on a pull request.

use crate::report::human;
use crate::report::place;
use crate::report::prose::shown;
use crate::report::telling::Telling;
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Severity;

/// Tells a review as Markdown: a heading with the decision, and one entry per finding.
pub fn tell(review: &Review, telling: Telling) -> String {
    let mut out = format!("### safe-migration: {}\n", human::closing_line(review, telling));
    for finding in &review.findings {
        out += &entry(finding, review);
    }
    let lines = review.recommendations.iter().chain(&review.notices).chain(&review.unverifiable);
    let lines: String = lines.map(|line| format!("- {}\n", escape(line))).collect();
    if lines.is_empty() { out } else { format!("{out}\n{lines}") }
}

fn entry(finding: &Finding, review: &Review) -> String {
    let mark = match finding.severity {
        Severity::Critical => "❌",
        Severity::Warning => "⚠️",
    };
    let line = place::of(finding, review)
        .map(|place| format!(":{}", place.start.line))
        .unwrap_or_default();
    let head = format!("\n#### {mark} `{}`: {}\n\n", finding.rule.id, escape(&finding.raw.message));
    let place = format!("`{}{line}`\n\n", shown(&finding.raw.site.path).replace('`', "'"));
    let lowered = finding
        .lowered
        .as_ref()
        .map(|by| format!("Lowered by {}: {}\n\n", by.by.name(), escape(&by.text)));
    let notes: String =
        finding.notes.iter().map(|note| format!("- also {}\n", escape(&note.message))).collect();
    let notes = if notes.is_empty() { notes } else { notes + "\n" };
    let code = finding.raw.safe_form.as_ref().map(|code| fenced(code)).unwrap_or_default();
    format!(
        "{head}{place}{}{notes}{}\n{code}",
        lowered.unwrap_or_default(),
        escape(place::remedy(finding))
    )
}

/// Puts code between fences that it cannot close.
pub fn fenced(code: &str) -> String {
    let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}python\n{}\n{fence}\n", code.trim_end())
}

/// Keeps what a migration says from becoming markup; code spans of our own sentences stay.
pub fn escape(text: &str) -> String {
    shown(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('|', "\\|")
        .replace("@", "@\u{200b}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_cannot_write_markup_or_call_people() {
        assert_eq!(escape("<img> @team"), "&lt;img> @\u{200b}team");
        assert!(fenced("````\nx").starts_with("\n`````python\n"));
    }
}
