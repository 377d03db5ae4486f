//! What evidence of `verify` says of a judged revision, and what is to be said where there is none.

use crate::alembic::migration::Migration;
use crate::config::settings::{Settings, Testing as Asked};
use crate::operation::step::Body;
use crate::review::finding::{Testing, TestingStatus};
use crate::review::subject::{Judged, Occasion, Revised, Subject};
use crate::review::waiver;
use crate::review::waiver::Waiver;
use crate::rule::definition::Rule;
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::Severity;
use crate::rule::today::Today;
use crate::rules;
use crate::scratch::proof::Proof;
use crate::text::source::Site;

/// Returns the waiver that covers a failed rehearsal of a migration on a day.
pub fn waiver(migration: &Migration, today: Today) -> Option<Waiver> {
    let place = site(migration).span;
    standing_waivers(migration, today).into_iter().find(|waiver| {
        waiver.rules.iter().any(|rule| rule == "downgrade-failed") && waiver.covers(place, &[])
    })
}

/// Returns the waivers of a migration that give a reason and hold on a day.
pub fn standing_waivers(migration: &Migration, today: Today) -> Vec<Waiver> {
    let waivers = migration.remarks.iter().flat_map(waiver::read);
    waivers.filter(|waiver| waiver.counts(today)).collect()
}

/// Says what evidence a revision has on a day.
pub fn testing(
    subject: &Subject<'_>,
    revised: &Revised,
    migration: &Migration,
    today: Today,
) -> Testing {
    let proof = subject.evidence.get(&revised.revision);
    let status = match proof {
        _ if !is_asked(subject.settings, revised, migration) => TestingStatus::NotAsked,
        None => TestingStatus::Untested,
        Some(proof) if proof.passed() => TestingStatus::Passed,
        Some(_) => TestingStatus::Failed,
    };
    Testing {
        revision: revised.revision.clone(),
        status,
        legs: proof.map(|proof| proof.judgement.legs.words()),
        database: proof.map(|proof| proof.database.clone()),
        at: proof.map(|proof| proof.at.clone()),
        waived: match status {
            TestingStatus::Failed | TestingStatus::Untested => {
                waiver(migration, today).and_then(|waiver| waiver.reason)
            }
            TestingStatus::Passed | TestingStatus::NotAsked => None,
        },
    }
}

/// Returns what is to be said of a revision that failed, or that nobody has tried where that is
/// asked for.
pub fn findings(
    subject: &Subject<'_>,
    revised: &Revised,
    migration: &Migration,
    occasion: &Occasion,
) -> Vec<(&'static Rule, RawFinding)> {
    if !is_asked(subject.settings, revised, migration) {
        return Vec::new();
    }
    let found = match subject.evidence.get(&revised.revision) {
        Some(proof) if proof.passed() => None,
        Some(proof) => {
            rules::find("downgrade-failed").map(|rule| (rule, failed(proof, revised, migration)))
        }
        None if occasion.testing => rules::find("downgrade-untested")
            .map(|rule| (rule, untested(subject, revised, migration))),
        None => None,
    };
    found.into_iter().collect()
}

/// Evidence is asked for unless settings say otherwise, there is nothing to test, or what was only
/// reformatted means what it meant.
pub fn is_asked(settings: &Settings, revised: &Revised, migration: &Migration) -> bool {
    let empty = |body: &Body| matches!(body, Body::Absent | Body::Empty { .. });
    settings.testing != Asked::Off
        && revised.judged == Judged::Wholly
        && !(empty(&migration.upgrade.body) && empty(&migration.downgrade.body))
}

fn failed(proof: &Proof, revised: &Revised, migration: &Migration) -> RawFinding {
    let why: Vec<&str> = proof.judgement.failures().map(|problem| &*problem.message).collect();
    let first = why.first().map(|why| format!(": {why}")).unwrap_or_default();
    let finding = RawFinding::at(
        site(migration),
        Direction::File,
        format!("`{}` failed when it was tried on {}{first}", revised.revision, proof.database),
    );
    why.into_iter().skip(1).fold(finding, |finding, why| finding.note(why.to_owned()))
}

fn untested(subject: &Subject<'_>, revised: &Revised, migration: &Migration) -> RawFinding {
    let message = format!(
        "`{}` was never upgraded, downgraded and upgraded again with exactly this content",
        revised.revision
    );
    let finding = RawFinding::at(site(migration), Direction::File, message)
        .label("production runs it first")
        .safe_form("safe-migration verify")
        .remedy("Run `safe-migration verify`: it tries the revision on a scratch database, in seconds, and \
             touches no other.");
    match subject.settings.testing {
        Asked::Warn => finding.severity(Severity::Warning),
        Asked::Required | Asked::Off => finding,
    }
}

/// The head of the downgrade where there is one, else the revision id.
fn site(migration: &Migration) -> Site {
    match &migration.downgrade.body {
        Body::Empty { site } | Body::Raises { site, .. } | Body::Code { site } => {
            let end = migration.text.line_span(migration.text.line_of(site.span.start)).end;
            let span = crate::text::source::Span::new(site.span.start, site.span.end.min(end));
            Site { path: site.path.clone(), span }
        }
        Body::Absent => Site { path: migration.path.clone(), span: migration.header.revision_span },
    }
}
