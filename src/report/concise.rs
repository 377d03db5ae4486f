//! Findings in one line each, as compilers write them: `path:line:column: rule message`.

use crate::report::listing::{Listing, Row};
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
