//! What severity a hit has, once settings, sizes and plans have had their say.

use crate::alembic::migration::Comment;
use crate::config::settings::{Deployment, Level, Settings};
use crate::review::finding::{Lowered, LoweredBy};
use crate::review::plan;
use crate::rule::card::{Plan, Rule, Severity, Theme, Weight};
use crate::rule::hit::Hit;

/// Returns the severity of a hit and what lowered it; nothing where settings make the rule silent.
pub fn settle(
    rule: &Rule,
    hit: &Hit,
    settings: &Settings,
    comments: &[Comment],
) -> Option<(Severity, Option<Lowered>)> {
    let (severity, lowered) = configured(rule, hit, settings)?;
    if severity == Severity::Warning {
        return Some((severity, lowered));
    }
    let lowered = lowered
        .or_else(|| stopped(rule, hit, settings))
        .or_else(|| small(rule, hit, settings))
        .or_else(|| planned(rule, hit, comments));
    let severity = if lowered.is_some() { Severity::Warning } else { severity };
    Some((severity, lowered))
}

/// Returns how a hit ranks among those on one statement.
pub fn weight(rule: &Rule, hit: &Hit) -> Weight {
    hit.weight.unwrap_or(rule.weight)
}

fn configured(rule: &Rule, hit: &Hit, settings: &Settings) -> Option<(Severity, Option<Lowered>)> {
    let own = hit.severity.unwrap_or(rule.severity);
    let silent = settings.deployment == Deployment::Stopped && is_about_old_code(rule, hit);
    match settings.severity.get(rule.id) {
        Some(Level::Off) => None,
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

/// Tells whether the hazard is that code of the release before still runs: a deploy window mends that.
fn is_about_old_code(rule: &Rule, hit: &Hit) -> bool {
    weight(rule, hit) == Weight::BreaksCode && rule.plan == Some(Plan::DeployWindow)
}

/// Nobody waits for a lock while the application is down.
fn stopped(rule: &Rule, hit: &Hit, settings: &Settings) -> Option<Lowered> {
    let applies = settings.deployment == Deployment::Stopped && is_about_waiting(rule, hit);
    let text = "deployment = \"stopped\"".to_owned();
    applies.then_some(Lowered { from: Severity::Critical, by: LoweredBy::Configuration, text })
}

/// A scan of a small table is short; who waits in line for a brief lock waits as long whatever the size.
fn small(rule: &Rule, hit: &Hit, settings: &Settings) -> Option<Lowered> {
    let table = hit.table.as_ref()?;
    let rows = settings.rows_if_small(table)?;
    let scans = is_about_waiting(rule, hit) && weight(rule, hit) != Weight::BriefLock;
    let text = format!("`{table}` holds {rows} rows");
    scans.then_some(Lowered { from: Severity::Critical, by: LoweredBy::Size, text })
}

/// Tells whether the hazard is that somebody waits: a smaller table, or an empty house, makes it less.
fn is_about_waiting(rule: &Rule, hit: &Hit) -> bool {
    let waits = [Weight::BriefLock, Weight::WeakScan, Weight::Scan, Weight::Rewrite];
    matches!(rule.theme, Theme::Locks | Theme::ForeignKeys) && waits.contains(&weight(rule, hit))
}

fn planned(rule: &Rule, hit: &Hit, comments: &[Comment]) -> Option<Lowered> {
    let wanted = hit.plan.unwrap_or(rule.plan)?;
    if weight(rule, hit) == Weight::Fails {
        return None;
    }
    comments.iter().filter(|comment| reaches(comment, hit)).find_map(|comment| {
        let (plan, text) = plan::stated(comment)?;
        (plan == wanted).then_some(Lowered { from: Severity::Critical, by: LoweredBy::Plan, text })
    })
}

/// Tells whether a comment speaks about the place of a hit.
fn reaches(comment: &Comment, hit: &Hit) -> bool {
    comment.covers.contains(hit.site.span) || hit.within.iter().any(|statement| comment.covers.contains(*statement))
}
