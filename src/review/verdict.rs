//! The review of a change: graph rules over each project, all rules over each judged migration.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use crate::config::settings::{Level, Settings};
use crate::review::evidence;
use crate::review::finding::{Change, Finding, Review, Reviewed};
use crate::review::judge::{self, Judgement};
use crate::review::severity;
use crate::review::subject::{Judged, Occasion, Revised, Subject};
use crate::rule::definition::{Check, Rule};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::revision_graph::Graph;
use crate::rule::severity::Severity;
use crate::rule::today::Today;
use crate::rules;
use crate::text::source::{Site, Span};

/// Reviews what a change does to each project.
pub fn review(subjects: &[Subject<'_>], occasion: &Occasion) -> Review {
    let mut review = Review { strict: occasion.strict, ..Review::default() };
    let mut asked: Vec<&'static str> = Vec::new();
    for subject in subjects {
        review_graph(subject, &mut review, &mut asked);
        for revised in &subject.revised {
            review.migrations.push(row(subject, revised));
            if is_judged(revised) && !subject.memory.is_exhausted() {
                let judgement = judge::judge(subject, revised, occasion);
                take(&mut review, &mut asked, subject, revised, judgement, occasion.today);
            }
        }
        if subject.memory.is_exhausted() {
            review.unverifiable.push(beyond_replay(subject));
        }
        review.notices.extend(switched_off(subject.settings));
    }
    review.notices.dedup();
    once_per_project(&mut review.findings);
    order(&mut review);
    asked.retain(|id| subjects.iter().all(|subject| subject.settings.judges(id)));
    review.passed = passed(&review, &asked);
    review
}

/// Says that a project has more to be judged than one run may.
fn beyond_replay(subject: &Subject<'_>) -> String {
    format!(
        "`{}` has {} revisions to be judged, each on those before it: that is more than one run \
         judges; `start-after` in the settings says up to which revision a history is old",
        subject.project.name,
        subject.revised.len()
    )
}

/// Returns the rule words of the settings that name no rule, with the nearest one.
pub fn unknown_rules(settings: &Settings) -> Vec<(String, Option<&'static str>)> {
    let words = settings.severity.keys().filter(|word| rules::find(word).is_none());
    words.map(|word| (word.clone(), rules::nearest(word))).collect()
}

fn is_judged(revised: &Revised) -> bool {
    revised.judged != Judged::Not && revised.change != Change::Deleted
}

fn row(subject: &Subject<'_>, revised: &Revised) -> Reviewed {
    Reviewed {
        path: revised.path.clone(),
        previous_path: revised.previous_path.clone(),
        revision: revised.revision.clone(),
        down_revisions: revised.down_revisions.clone(),
        message: revised.message.clone(),
        change: revised.change,
        judged: revised.judged == Judged::Wholly,
        project: subject.project.name.clone(),
    }
}

fn review_graph(subject: &Subject<'_>, review: &mut Review, asked: &mut Vec<&'static str>) {
    let changed: BTreeSet<Rc<str>> = match subject.release.each_alone {
        true => BTreeSet::new(),
        false => subject.revised.iter().map(|revised| revised.path.clone()).collect(),
    };
    let graph = Graph {
        history: subject.history,
        project: subject.project,
        settings: subject.settings,
        bases: subject.bases,
        after_merge: subject.after_merge,
        changed: &changed,
        release: &subject.release,
    };
    review.findings.extend(overlooked(subject));
    for rule in rules::RULES {
        let (Check::Graph(check) | Check::MigrationAndGraph(_, check)) = rule.check else {
            continue;
        };
        asked.push(rule.id);
        match catch_unwind(AssertUnwindSafe(|| check(&graph))) {
            Ok(findings) => review.findings.extend(
                findings.into_iter().filter_map(|finding| of_graph(rule, finding, subject)),
            ),
            Err(_) => review.unverifiable.push(format!(
                "the revision graph of `{}` could not be judged because of a defect in \
                 safe-migration",
                subject.project.name
            )),
        }
    }
}

/// A revision where the project does not look is reported: it is deployed by something that cannot
/// be seen, or by nothing.
fn overlooked(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(rule) = rules::find("unreadable-revision") else { return Vec::new() };
    let found = subject.overlooked.iter().filter_map(|path| {
        let message = format!(
            "`{path}` looks like a revision, and `{}` does not load \
            it",
            subject.project.name
        );
        let site = Site { path: path.clone(), span: Span::default() };
        let finding = RawFinding::at(site, Direction::File, message).severity(Severity::Warning);
        let name = path.rsplit('/').next().unwrap_or(path);
        let finding = match subject.project.loads_from_beside(path) {
            true => finding.note(format!("Alembic takes no file of the name `{name}` for a \
                revision")).remedy(
                "Give it a name that ends in `.py` and does not begin with `__init__` or `.#`, or \
                 delete it.",
            ),
            false => finding.remedy(
                "Set `recursive_version_locations = true`, or name its folder in \
                 `version_locations`; where env.py does so while it runs, it is not judged here.",
            ),
        };
        of_graph(rule, finding, subject)
    });
    found.collect()
}

fn of_graph(rule: &'static Rule, finding: RawFinding, subject: &Subject<'_>) -> Option<Finding> {
    let (severity, lowered) = severity::settle(rule, &finding, subject.settings, &[])?;
    let revision = finding.revision.clone();
    Some(Finding { rule, severity, raw: finding, revision, lowered, count: 1, notes: Vec::new() })
}

fn take(
    review: &mut Review,
    asked: &mut Vec<&'static str>,
    subject: &Subject<'_>,
    revised: &Revised,
    judgement: Judgement,
    today: Today,
) {
    review.findings.extend(judgement.findings);
    review.waived.extend(judgement.waived);
    review.unread.extend(judgement.unread);
    review.unverifiable.extend(judgement.defect);
    review.recommendations.extend(judgement.recommendations);
    asked.extend(judgement.asked);
    if let Some(migration) = subject.history.migration(&revised.path) {
        review.texts.insert(migration.path.clone(), migration.text.clone());
        review.testing.push(evidence::testing(subject, revised, &migration, today));
    }
}

/// Names the rules that settings switch off.
fn switched_off(settings: &Settings) -> Vec<String> {
    let off: Vec<&str> = settings
        .severity
        .iter()
        .filter(|(_, level)| **level == Level::Off)
        .map(|(rule, _)| rule.as_str())
        .collect();
    match (off.is_empty(), &settings.from) {
        (true, _) => Vec::new(),
        (false, from) => vec![format!(
            "off by {}: {}",
            from.as_deref().unwrap_or("the settings"),
            off.join(", ")
        )],
    }
}

/// Facts of files that are no migration (env.py) are reported once.
fn once_per_project(findings: &mut Vec<Finding>) {
    let mut seen: BTreeSet<(&'static str, Site, String)> = BTreeSet::new();
    findings.retain(|finding| {
        let key = (finding.rule.id, finding.raw.site.clone(), finding.raw.message.clone());
        seen.insert(key) || finding.raw.step.is_some()
    });
}

/// Orders findings by migration as they are applied, the worst first within one, then by place.
fn order(review: &mut Review) {
    let rows: Vec<Rc<str>> = review.migrations.iter().map(|row| row.path.clone()).collect();
    let place = |finding: &Finding| {
        let row = rows.iter().position(|path| *path == finding.raw.site.path).unwrap_or(rows.len());
        (row, std::cmp::Reverse(finding.severity), finding.raw.site.clone(), rank(finding.rule))
    };
    review.findings.sort_by_cached_key(place);
}

fn rank(rule: &Rule) -> usize {
    rules::RULES.iter().position(|other| other.id == rule.id).unwrap_or(usize::MAX)
}

/// The rules that judged something and have no finding, waived ones and notes included.
fn passed(review: &Review, asked: &[&'static str]) -> Vec<&'static str> {
    let waived = review.waived.iter().map(|waived| waived.finding.rule.id);
    let found = review.findings.iter().flat_map(|finding| {
        std::iter::once(finding.rule.id).chain(finding.notes.iter().map(|note| note.rule.id))
    });
    let finding: BTreeSet<&str> = waived.chain(found).collect();
    let ids = rules::RULES.iter().map(|rule| rule.id);
    ids.filter(|id| asked.contains(id) && !finding.contains(id)).collect()
}
