//! Findings as rows: what a review and an audit have in common for programs that list them.

use std::rc::Rc;

use crate::report::audit::{self, Audit, Problem, Violation};
use crate::report::fingerprint::Fingerprints;
use crate::report::human;
use crate::report::place;
use crate::report::recorded::short;
use crate::report::speech;
use crate::report::telling::{Telling, Volume};
use crate::review::finding::{Finding, Review};
use crate::rule::definition::Rule;
use crate::rule::severity::{Severity, Weight};
use crate::rules;
use crate::text::source::Position;

/// What is listed.
pub struct Listing {
    /// The findings.
    pub rows: Vec<Row>,
    /// Files that were judged, whether or not something was found in them.
    pub judged: Vec<Rc<str>>,
    /// Why the listing cannot be relied on.
    pub doubts: Vec<String>,
    /// What the change makes of the settings.
    pub settings_changes: Vec<String>,
    /// What should be known besides.
    pub notices: Vec<String>,
    /// The decision in one line, with a line break.
    pub closing: String,
}

/// A finding.
pub struct Row {
    /// The rule.
    pub rule: &'static Rule,
    /// The severity that stands.
    pub severity: Severity,
    /// The weight.
    pub weight: Weight,
    /// Whether it blocks.
    pub blocks: bool,
    /// The file.
    pub path: Rc<str>,
    /// Where it begins.
    pub start: Option<Position>,
    /// Where it ends.
    pub end: Option<Position>,
    /// The columns of both in bytes of UTF-8, from 1.
    pub bytes: Option<(usize, usize)>,
    /// What is found and what it leads to, without a full stop.
    pub sentence: String,
    /// What to do.
    pub remedy: String,
    /// What to write instead.
    pub code: Option<String>,
    /// What it is known by from one run to the next.
    pub fingerprint: String,
}

impl Row {
    /// Returns the line that it stands on; the first where its file is gone.
    pub fn line(&self) -> usize {
        self.start.map_or(1, |start| start.line)
    }
}

/// Lists a review.
pub fn of_review(review: &Review, telling: Telling) -> Listing {
    let mut fingerprints = Fingerprints::default();
    let rows = review.findings.iter();
    let is_told = |finding: &&Finding| telling.volume != Volume::Quiet || review.blocks(finding);
    let rows = rows
        .filter(is_told)
        .map(|finding| row(finding, review, fingerprints.of(finding)))
        .collect();
    let judged = review.migrations.iter().filter(|row| row.judged).map(|row| row.path.clone());
    Listing {
        rows,
        judged: judged.collect(),
        doubts: review.unverifiable.clone(),
        settings_changes: review.settings_changes.clone(),
        notices: review.notices.clone(),
        closing: human::closing(review, Telling { volume: Volume::Normal, ..telling }),
    }
}

fn row(finding: &Finding, review: &Review, fingerprint: String) -> Row {
    let place = place::of(finding, review);
    Row {
        rule: finding.rule,
        severity: finding.severity,
        weight: finding.raw.weight.unwrap_or(finding.rule.weight),
        blocks: review.blocks(finding),
        path: finding.raw.site.path.clone(),
        start: place.map(|place| place.start),
        end: place.map(|place| place.end),
        bytes: bytes(finding, review),
        sentence: place::sentence(finding),
        remedy: place::remedy(finding).to_owned(),
        code: finding.raw.safe_form.clone(),
        fingerprint,
    }
}

fn bytes(finding: &Finding, review: &Review) -> Option<(usize, usize)> {
    let text = review.texts.get(&finding.raw.site.path)?;
    let column = |at: usize| {
        let at = at.min(text.content().len());
        at - text.line_span(text.line_of(at)).start + 1
    };
    Some((column(finding.raw.site.span.start), column(finding.raw.site.span.end)))
}

/// Lists what an audit found and nothing fixed.
pub fn of_audit(audit: &Audit) -> Listing {
    let mut fingerprints = Fingerprints::default();
    let of_commits = audit.standing().filter_map(|violation| {
        let row = of_problem(&violation.problem, &mut fingerprints)?;
        Some(Row { sentence: format!("{} ({})", row.sentence, culprit(violation)), ..row })
    });
    let mut rows: Vec<Row> = of_commits.collect();
    rows.extend(audit.state.iter().filter_map(|problem| of_problem(problem, &mut fingerprints)));
    let doubt = |commit: &audit::Unjudged| {
        format!("commit {} could not be judged: {}", short(&commit.commit), commit.why)
    };
    Listing {
        rows,
        judged: Vec::new(),
        doubts: audit.unjudged.iter().map(doubt).collect(),
        settings_changes: audit.settings_changes.clone(),
        notices: audit.notices.clone(),
        closing: audit::closing(audit) + "\n",
    }
}

fn culprit(violation: &Violation) -> String {
    let commit = &violation.commit;
    format!("commit {} by {}", short(&commit.id), speech::one_line(&commit.author))
}

fn of_problem(problem: &Problem, fingerprints: &mut Fingerprints) -> Option<Row> {
    let rule = rules::find(problem.rule)?;
    let start = problem.line.map(|line| Position { line, column: 1 });
    let fingerprint = fingerprints.give(
        problem.rule,
        [
            problem.revision.as_deref().unwrap_or(&problem.path),
            problem.direction,
            problem.table.as_deref().unwrap_or_default(),
            problem.object.as_deref().unwrap_or_default(),
        ],
    );
    Some(Row {
        rule,
        severity: rule.severity.max(severity(problem)),
        weight: rule.weight,
        blocks: true,
        path: problem.path.as_str().into(),
        start,
        end: start,
        bytes: start.map(|_| (1, 1)),
        sentence: problem.message.clone(),
        remedy: problem.remedy.clone(),
        code: None,
        fingerprint,
    })
}

fn severity(problem: &Problem) -> Severity {
    match problem.severity {
        "critical" => Severity::Critical,
        _ => Severity::Warning,
    }
}
