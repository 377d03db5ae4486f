//! Findings as workflow commands of GitHub Actions, which show them on the lines of a pull
//! request.

use crate::report::listing::{Listing, Row};
use crate::report::prose::shown;
use crate::rule::definition::Severity;

/// Tells a listing: one command per finding and notice, then the closing line as plain text.
pub fn tell(listing: &Listing) -> String {
    let findings = listing.rows.iter().map(annotation);
    let doubts = listing.doubts.iter().map(|why| format!("::error::{}\n", data(why)));
    let notices = listing.notices.iter().map(|notice| format!("::notice::{}\n", data(notice)));
    findings.chain(doubts).chain(notices).collect::<String>() + &listing.closing
}

fn annotation(row: &Row) -> String {
    let command = match row.severity {
        Severity::Critical => "error",
        Severity::Warning => "warning",
    };
    let lines = match (row.start, row.end) {
        (Some(start), Some(end)) if start.line == end.line && start != end => format!(
            ",line={},endLine={},col={},endColumn={}",
            start.line, end.line, start.column, end.column
        ),
        (Some(start), Some(end)) => format!(",line={},endLine={}", start.line, end.line),
        _ => String::new(),
    };
    let path = property(&row.path);
    let text = data(&format!("{}\n{}", row.sentence, row.remedy));
    format!("::{command} file={path}{lines},title={}::{text}\n", property(row.rule.id))
}

/// Escapes the text of a command, as the runner undoes it.
fn data(text: &str) -> String {
    shown(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cannot_add_a_command_of_its_own() {
        assert_eq!(data("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(property("a:b,c.py"), "a%3Ab%2Cc.py");
    }
}
