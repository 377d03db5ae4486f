//! The strings of a migration that reach the database or a connection, each value once.

use std::collections::BTreeSet;

use crate::operation::operation::Operation;
use crate::operation::step::{Role, SentText, Step};
use crate::rule::context::RuleContext;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::text::known::Known;
use crate::text::source::Site;

/// A string that reaches the database, with the step that sends it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The direction.
    pub direction: Direction,
    /// The number of the step.
    pub number: usize,
    /// The step.
    pub step: &'a Step,
    /// The text.
    pub text: &'a str,
    /// Where it is written.
    pub site: &'a Site,
    /// What it is.
    pub role: Role,
}

impl Sent<'_> {
    /// Makes a finding on the string.
    pub fn finding(&self, message: impl Into<String>) -> RawFinding {
        let mut finding = RawFinding::on(self.step, self.number, self.direction, message);
        finding.site = self.site.clone();
        let table = self.step.emitted.first().and_then(|emitted| emitted.statement.table());
        finding.table = table.map(ToString::to_string);
        finding
    }
}

/// Returns the whole values that a migration sends, each text once, and those that stand in a JSON
/// document.
pub fn values<'a>(context: &RuleContext<'a>) -> Vec<Sent<'a>> {
    let mut emitted: BTreeSet<&str> = BTreeSet::new();
    let mut found = Vec::new();
    for (direction, number, step) in context.steps() {
        for SentText { text, site, role } in &step.strings {
            let whole = text.trim();
            let inner =
                if whole.starts_with(['{', '[']) { quoted(whole, '"') } else { vec![whole] };
            let new = inner.into_iter().filter(|text| !text.is_empty() && emitted.insert(text));
            found.extend(new.map(|text| Sent { direction, number, step, text, site, role: *role }));
        }
    }
    found
}

/// Returns the SQL that a migration writes out, as far as it is known.
pub fn sql<'a>(context: &RuleContext<'a>) -> impl Iterator<Item = Sent<'a>> {
    context.steps().filter_map(|(direction, number, step)| match &step.operation {
        Operation::Execute { sql: Some(Known::Is(sql)), .. } => {
            Some(Sent { direction, number, step, text: sql, site: &step.site, role: Role::Value })
        }
        _ => None,
    })
}

/// Returns what stands between quotes.
pub fn quoted(text: &str, quote: char) -> Vec<&str> {
    text.split(quote).skip(1).step_by(2).map(str::trim).collect()
}
