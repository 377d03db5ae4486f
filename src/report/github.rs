//! A review as workflow commands of GitHub Actions, which show findings on the lines of a pull
//! request.

use crate::report::human;
use crate::report::place;
use crate::report::prose::shown;
use crate::report::telling::{Telling, Volume};
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Severity;

/// Tells a review: one command per finding and notice, then the closing line as plain text.
pub fn tell(review: &Review, telling: Telling) -> String {
    let findings = review.findings.iter().map(|finding| annotation(finding, review));
    let doubts = review.unverifiable.iter().map(|why| format!("::error::{}\n", data(why)));
    let notices = review.notices.iter().map(|notice| format!("::notice::{}\n", data(notice)));
    let closing = human::closing(review, Telling { volume: Volume::Normal, ..telling });
    findings.chain(doubts).chain(notices).collect::<String>() + &closing
}

fn annotation(finding: &Finding, review: &Review) -> String {
    let command = match finding.severity {
        Severity::Critical => "error",
        Severity::Warning => "warning",
    };
    let lines = place::of(finding, review)
        .map(|place| {
            let (start, end) = (place.start, place.end);
            let columns = if start.line == end.line {
                format!(",col={},endColumn={}", start.column, end.column)
            } else {
                String::new()
            };
            format!(",line={},endLine={}{columns}", start.line, end.line)
        })
        .unwrap_or_default();
    let path = property(&finding.raw.site.path);
    let text = data(&format!("{}\n{}", finding.raw.message, place::remedy(finding)));
    format!("::{command} file={path}{lines},title={}::{text}\n", property(finding.rule.id))
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
