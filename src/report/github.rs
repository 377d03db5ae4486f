//! Findings as workflow commands of GitHub Actions, which show them on the lines of a pull
//! request.

use crate::report::listing::{Listing, Row};
use crate::report::palette;
use crate::report::speech::{self, Voice, command};
use crate::rule::severity::Severity;

/// Tells a listing: one command per finding and notice, then the closing line as plain text.
pub fn tell(listing: &Listing) -> String {
    let settings = listing.settings_changes.iter().map(|text| command("warning", &[], text));
    let findings = listing.rows.iter().map(annotation);
    let doubts = listing.doubts.iter().map(|why| command("error", &[], why));
    let notices = listing.notices.iter().map(|notice| command("notice", &[], notice));
    settings.chain(findings).chain(doubts).chain(notices).collect::<String>()
        + &speech::written(&listing.closing, palette::is_painted(), Voice::Prose)
}

fn annotation(row: &Row) -> String {
    let name = match row.severity {
        Severity::Critical => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![("file", row.path.to_string())];
    if let (Some(start), Some(end)) = (row.start, row.end) {
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        if start.line == end.line && start != end {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.to_string()));
        }
    }
    properties.push(("title", row.rule.id.to_owned()));
    command(name, &properties, &format!("{}\n{}", row.sentence, row.remedy))
}
