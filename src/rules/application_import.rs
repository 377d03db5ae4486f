//! A migration is run again years later, with the application of that day.

use std::collections::BTreeSet;

use crate::example;
use crate::operation::step::{Remark, RemarkKind};
use crate::rule::code;
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};

pub(super) static RULE: Rule = Rule {
    id: "application-import",
    theme: Theme::DataMigrations,
    severity: Severity::Warning,
    weight: Weight::Practice,
    plan: None,
    waivable: true,
    summary: "runs code of the application",
    harm: "Models and settings change after the migration is written: the next fresh database, or \
        the colleague who comes back after a month, meets a column that does not exist yet, and \
        the migration fails.",
    remedy: "Declare the columns that are needed in the migration itself, with `sa.table` and \
        `sa.column`.",
    example: example!("application-import"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let mut emitted: BTreeSet<String> = BTreeSet::new();
    let remarks = context
        .migration
        .upgrade
        .remarks
        .iter()
        .filter(|remark| remark.kind == RemarkKind::Application);
    remarks
        .filter(|remark| emitted.insert(subject(context, remark)))
        .map(|remark| finding(context, remark))
        .collect()
}

/// Returns what the migration itself uses: the class, or the function that uses it elsewhere.
fn subject(context: &RuleContext<'_>, remark: &Remark) -> String {
    let called = remark.helper.as_ref().and_then(|_| code::called(context, &remark.site));
    called.unwrap_or_else(|| remark.what.clone())
}

fn finding(context: &RuleContext<'_>, remark: &Remark) -> RawFinding {
    let subject = subject(context, remark);
    let message = match subject == remark.what {
        true => format!("`{subject}` belongs to the application, and runs in the migration"),
        false => format!("`{subject}` runs code of the application, which uses `{}`", remark.what),
    };
    let mut finding =
        RawFinding::at(remark.site.clone(), Direction::Upgrade, message).object(subject);
    finding.within.clone_from(&remark.within);
    let finding = finding.label("it will be another one when this migration runs again");
    let Some(table) = remark.table.as_ref().filter(|table| table.name.is_known()) else {
        return finding;
    };
    let variable: String = table
        .name
        .as_str()
        .unwrap_or_default()
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    finding.safe_form(format!(
        "{variable} = sa.table({}, sa.column(\"id\"), sa.column(\"...\"){})",
        code::table_argument(table),
        code::schema_argument(table)
    ))
}
