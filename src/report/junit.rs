//! Findings as JUnit's XML: a suite for each file, a case for each finding.

use std::fmt::Write;
use std::rc::Rc;

use crate::report::listing::{Listing, Row};
use crate::report::speech::xml as escaped;

/// One file with what was found in it.
struct Suite<'a> {
    name: Rc<str>,
    rows: Vec<&'a Row>,
}

/// Tells a listing. What blocks is a failure, what warns passes with its words, what keeps the
/// listing from being relied on is an error.
pub fn tell(listing: &Listing) -> String {
    let suites: String = suites(listing).iter().map(suite).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n{}{suites}{}</testsuites>\n",
        settings(&listing.settings_changes),
        doubts(&listing.doubts)
    )
}

fn suites(listing: &Listing) -> Vec<Suite<'_>> {
    let found = listing.rows.iter().map(|row| row.path.clone());
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for name in listing.judged.iter().cloned().chain(found) {
        if !suites.iter().any(|suite| suite.name == name) {
            let rows = listing.rows.iter().filter(|row| row.path == name).collect();
            suites.push(Suite { name, rows });
        }
    }
    suites
}

fn suite(suite: &Suite<'_>) -> String {
    let failures = suite.rows.iter().filter(|row| row.blocks).count();
    let name = escaped(&suite.name);
    let mut out = format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">\n",
        suite.rows.len().max(1)
    );
    if suite.rows.is_empty() {
        let _infallible =
            writeln!(out, "    <testcase name=\"safe-migration\" classname=\"{name}\"/>");
    }
    for row in &suite.rows {
        out += &case(row, &name);
    }
    out + "  </testsuite>\n"
}

fn case(row: &Row, suite: &str) -> String {
    let head = format!("name=\"{} (line {})\" classname=\"{suite}\"", row.rule.id, row.line());
    let text = escaped(&words(row));
    let inside = match row.blocks {
        true => format!(
            "<failure message=\"{}\" type=\"{}\">{text}</failure>",
            escaped(&row.sentence),
            row.rule.id
        ),
        false => format!("<system-out>{text}</system-out>"),
    };
    format!("    <testcase {head}>\n      {inside}\n    </testcase>\n")
}

fn words(row: &Row) -> String {
    let code = row.code.as_ref().map(|code| format!("\n{code}")).unwrap_or_default();
    let (severity, sentence) = (row.severity.name(), &row.sentence);
    format!("{severity}: {sentence}\n{}:{}\n{}{code}", row.path, row.line(), row.remedy)
}

/// What the change makes of the settings: a suite that passes and says it.
fn settings(changes: &[String]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let text = escaped(&changes.join("\n"));
    format!(
        "  <testsuite name=\"settings\" tests=\"1\" failures=\"0\" errors=\"0\">\n    \
         <testcase name=\"settings\" classname=\"safe-migration\">\n      \
         <system-out>{text}</system-out>\n    </testcase>\n  </testsuite>\n"
    )
}

fn doubts(doubts: &[String]) -> String {
    if doubts.is_empty() {
        return String::new();
    }
    let number = doubts.len();
    let case = |why: &String| {
        let why = escaped(why);
        format!(
            "    <testcase name=\"judged\" classname=\"safe-migration\">\n      \
             <error message=\"{why}\" type=\"undetermined\">{why}</error>\n    </testcase>\n"
        )
    };
    let cases: String = doubts.iter().map(case).collect();
    format!(
        "  <testsuite name=\"safe-migration\" tests=\"{number}\" failures=\"0\" errors=\"{number}\">\n\
         {cases}  </testsuite>\n"
    )
}
