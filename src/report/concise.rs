//! Findings in one line each, as compilers write them: `path:line:column: rule message`.

use crate::report::listing::{Listing, Row};
use crate::report::prose::shown;
use crate::rule::definition::Severity;

/// Tells a listing line by line, the decision last.
pub fn tell(listing: &Listing) -> String {
    listing.rows.iter().map(line).collect::<String>() + &listing.closing
}

fn line(row: &Row) -> String {
    let severity = match row.severity {
        Severity::Critical => "",
        Severity::Warning => " (warning)",
    };
    let column = row.start.map_or(1, |start| start.column);
    let sentence = shown(&row.sentence).replace('\n', " ");
    let (path, line, rule) = (shown(&row.path), row.line(), row.rule.id);
    format!("{path}:{line}:{column}: {rule} {sentence}{severity}\n")
}
