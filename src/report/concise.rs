//! Findings in one line each, as compilers write them: `path:line:column: rule message`.

use crate::report::listing::{Listing, Row};
use crate::report::prose::count;
use crate::report::speech::one_line;
use crate::rule::severity::Severity;

/// Tells a listing line by line, the decision last.
pub fn tell(listing: &Listing) -> String {
    let settings = listing.settings_changes.iter();
    let settings = settings.map(|text| format!("settings: {}\n", one_line(text)));
    let notices = listing.notices.iter().map(|text| format!("note: {}\n", one_line(text)));
    settings.chain(listing.rows.iter().map(line)).chain(notices).collect::<String>()
        + &listing.closing
}

/// Cuts a report to so many lines: what is left out is counted, and the decision stays last.
pub fn cut(report: &str, most: usize) -> String {
    let lines: Vec<&str> = report.lines().collect();
    if lines.len() <= most {
        return report.to_owned();
    }
    let (closing, shown) = (lines.len().saturating_sub(1), most.saturating_sub(2));
    let rest = format!("... and {}", count(closing - shown, "more line"));
    let kept = lines.iter().take(shown).copied().chain([rest.as_str()]);
    kept.chain(lines.last().copied()).map(|line| format!("{line}\n")).collect()
}

fn line(row: &Row) -> String {
    let severity = match row.severity {
        Severity::Critical => "",
        Severity::Warning => " (warning)",
    };
    let column = row.start.map_or(1, |start| start.column);
    let (path, sentence) = (one_line(&row.path), one_line(&row.sentence));
    let (line, rule) = (row.line(), row.rule.id);
    format!("{path}:{line}:{column}: {rule} {sentence}{severity}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_cut_above_its_decision() {
        let report = "a\nb\nc\nd\nblocked: 4 issues\n";
        assert_eq!(cut(report, 5), report);
        assert_eq!(cut(report, 4), "a\nb\n... and 2 more lines\nblocked: 4 issues\n");
        assert_eq!(cut(report, 3), "a\n... and 3 more lines\nblocked: 4 issues\n");
    }
}
