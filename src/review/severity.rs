//! What severity a finding has, once settings, sizes and plans have had their say.

use crate::alembic::migration::Comment;
use crate::config::settings::{Deployment, Level, Settings};
use crate::review::finding::{Lowered, LoweredBy};
use crate::review::plan;
use crate::rule::definition::{Rule, Theme};
use crate::rule::raw_finding::RawFinding;
use crate::rule::severity::{Plan, Severity, Weight};

/// Returns the severity of a finding and what lowered it; nothing where settings make the rule
/// silent.
pub fn settle(
    rule: &Rule,
    finding: &RawFinding,
    settings: &Settings,
    comments: &[Comment],
) -> Option<(Severity, Option<Lowered>)> {
    let (severity, lowered) = configured(rule, finding, settings)?;
    if severity == Severity::Warning {
        return Some((severity, lowered));
    }
    let lowered = lowered
        .or_else(|| stopped(rule, finding, settings))
        .or_else(|| small(rule, finding, settings))
        .or_else(|| planned(rule, finding, comments));
    let severity = if lowered.is_some() { Severity::Warning } else { severity };
    Some((severity, lowered))
}

/// Returns how a finding ranks among those on one statement.
pub fn weight(rule: &Rule, finding: &RawFinding) -> Weight {
    finding.weight.unwrap_or(rule.weight)
}

fn configured(
    rule: &Rule,
    finding: &RawFinding,
    settings: &Settings,
) -> Option<(Severity, Option<Lowered>)> {
    let own = finding.severity.unwrap_or(rule.severity);
    let silent = settings.deployment == Deployment::Stopped && is_about_old_code(rule, finding);
    match settings.severity.get(rule.id) {
        Some(Level::Off) => None,
        _ if !settings.judges(rule.id) => None,
        _ if silent => None,
        Some(Level::Critical) => Some((Severity::Critical, None)),
        Some(Level::Warning) => {
            let text = format!("severity.{} = \"warning\"", rule.id);
            let lowered = Lowered { from: own, by: LoweredBy::Configuration, text };
            Some((Severity::Warning, (own == Severity::Critical).then_some(lowered)))
        }
        None => Some((own, None)),
    }
}

/// Tells whether the hazard is that code of the release before still runs: a deploy window covers
/// that.
fn is_about_old_code(rule: &Rule, finding: &RawFinding) -> bool {
    weight(rule, finding) == Weight::BreaksCode && rule.plan == Some(Plan::DeployWindow)
}

/// Nobody waits for a lock while the application is down.
fn stopped(rule: &Rule, finding: &RawFinding, settings: &Settings) -> Option<Lowered> {
    let applies = settings.deployment == Deployment::Stopped && is_about_waiting(rule, finding);
    let text = "deployment = \"stopped\"".to_owned();
    applies.then_some(Lowered { from: Severity::Critical, by: LoweredBy::Configuration, text })
}

/// A scan of a small table is short; who waits in line for a brief lock waits as long whatever the
/// size.
fn small(rule: &Rule, finding: &RawFinding, settings: &Settings) -> Option<Lowered> {
    let table = finding.table.as_ref()?;
    let rows = settings.rows_if_small(table)?;
    let scans = is_about_waiting(rule, finding) && weight(rule, finding) != Weight::BriefLock;
    let text = format!("`{table}` holds {rows} rows");
    scans.then_some(Lowered { from: Severity::Critical, by: LoweredBy::Size, text })
}

/// Tells whether the hazard is that somebody waits: a smaller table, or an empty house, makes it
/// less.
fn is_about_waiting(rule: &Rule, finding: &RawFinding) -> bool {
    let waits = [Weight::BriefLock, Weight::WeakScan, Weight::Scan, Weight::Rewrite];
    matches!(rule.theme, Theme::Locks | Theme::ForeignKeys)
        && waits.contains(&weight(rule, finding))
}

fn planned(rule: &Rule, finding: &RawFinding, comments: &[Comment]) -> Option<Lowered> {
    let wanted = finding.plan.unwrap_or(rule.plan)?;
    if weight(rule, finding) == Weight::Fails {
        return None;
    }
    comments.iter().filter(|comment| reaches(comment, finding)).find_map(|comment| {
        let (plan, text) = plan::stated(comment)?;
        (plan == wanted).then_some(Lowered { from: Severity::Critical, by: LoweredBy::Plan, text })
    })
}

/// Says why what looks like a plan above a critical finding lowers nothing.
pub fn refused_plans(rule: &Rule, finding: &RawFinding, comments: &[Comment]) -> Vec<String> {
    let Some(wanted) = finding.plan.unwrap_or(rule.plan) else { return Vec::new() };
    let near = comments.iter().filter(|comment| reaches(comment, finding));
    let refused = near.flat_map(plan::refused).filter(|(plan, _)| *plan == wanted);
    refused.map(|(_, why)| why).collect()
}

/// Tells whether a comment speaks about the place of a finding.
fn reaches(comment: &Comment, finding: &RawFinding) -> bool {
    comment.covers.contains(finding.site.span)
        || finding.within.iter().any(|statement| comment.covers.contains(*statement))
}
