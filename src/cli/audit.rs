//! `audit`: commits that hold what the hook would have refused, and how they got in.
//!
//! It needs no local state: every commit of a range that concerns migrations is judged again with
//! the same engine, on the day on which it was committed, and so is what they come to. The ledger
//! only tells how a commit got in.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::change::audit_range::{AuditRange, Range};
use crate::change::audited_commit::AuditedCommit;
use crate::change::overrides::Overrides;
use crate::change::remediation::Remediation;
use crate::change::replay::{Judged, Replay};
use crate::change::trees::Change;
use crate::change::{audit_range, review};
use crate::cli::args::options::ReviewFormat;
use crate::cli::args::verbs::AuditArgs;
use crate::cli::check;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::git::commit::Commit;
use crate::git::repository::Repository;
use crate::ledger::ledger_file::{Contents, Ledger};
use crate::report;
use crate::report::audit::{
    Audit, CommitFacts, Harmless, Problem, Record, Unjudged, Violation, WaivedTrial,
};
use crate::report::audit_statistics;
use crate::report::place;
use crate::report::telling::Format;
use crate::review::finding::{Finding, Review, TestingStatus};

/// How many commits go by between two words about how far it has come.
const STRIDE: usize = 50;

/// Judges a range and tells what was found.
pub fn run(args: &AuditArgs, output: &Output) -> Result<ExitStatus, Error> {
    if args.statistics && !matches!(args.format, ReviewFormat::Text | ReviewFormat::Json) {
        return Err(Error::NoStatistics);
    }
    let repository = Repository::open()?;
    let range = Range::read(&repository, args.range.as_deref())?;
    let overrides = args.reading.overrides_in(&repository)?;
    let overrides = Overrides { strict: args.strict, ..overrides };
    let walked = audit_range::follow(&repository, &range, &overrides, |number, total| {
        if number % (STRIDE * 10) == 0 && total > STRIDE * 10 {
            output.progress(&format!("safe-migration: looking at commit {number} of {total}"));
        }
    });
    let audit = walked
        .map_err(Error::from)
        .and_then(|trail| audit(&repository, &range, trail, args, &overrides, output));
    output.progress("");
    let audit = audit?;
    let format = Format::from(args.format);
    let report = match (args.statistics, format) {
        (false, _) => report::tell_audit(&audit, format),
        (true, Format::Json) => audit_statistics::object(&audit),
        (true, _) => {
            format!("{}\n{}\n", audit_statistics::table(&audit), report::audit::closing(&audit))
        }
    };
    match &args.output_file {
        Some(path) => check::write_report(path, &report, check::voice(format))?,
        None => output.write_with(&report, check::voice(format))?,
    }
    Ok(match () {
        () if !audit.unjudged.is_empty() => ExitStatus::Broken,
        () if args.fail && audit.stands() => ExitStatus::Blocked,
        () => ExitStatus::Clean,
    })
}

fn audit(
    repository: &Repository,
    range: &Range,
    trail: AuditRange,
    args: &AuditArgs,
    overrides: &Overrides,
    output: &Output,
) -> Result<Audit, Error> {
    let mut audit = Audit {
        schema: 1,
        tool: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        range: range.name.clone(),
        commits: trail.commits,
        ..Audit::default()
    };
    let stops: Vec<AuditedCommit> =
        trail.stops.into_iter().filter(|stop| is_meant(&stop.commit, args)).collect();
    let mut replay = Replay::new(repository, overrides, args.require_testing);
    let judged = judge_all(&mut replay, &stops, &mut audit, output);
    let graphs =
        judged.iter().map(|judged| judged.as_ref().map(|judged| judged.graph.clone())).collect();
    let contents = Ledger::of(&repository.state_dir()).read();
    let mut mending = Remediation::new(repository, &range.head, overrides, &stops, graphs)?;
    for (at, stop) in stops.iter().enumerate() {
        let Some(judged) = &judged[at] else { continue };
        let recorded = record(&contents, &stop.commit);
        let mut sound = true;
        for finding in judged.blamed.iter().map(|place| &judged.review.findings[*place]) {
            sound = false;
            let mended = mending.of(&mut replay, at, finding)?;
            let (commit, problem) = (facts(&stop.commit), problem(finding, &judged.review));
            audit.violations.push(Violation {
                commit,
                problem,
                recorded: recorded.clone(),
                mended,
            });
        }
        if let (true, Some(record)) = (sound, recorded) {
            audit.harmless.push(Harmless {
                commit: stop.commit.id.to_string(),
                class: record.class,
                who: record.who,
            });
        }
    }
    at_the_end(repository, range, overrides, args, &mut audit, mending.review())?;
    if args.since.is_some() || args.author.is_some() {
        audit.notices.push(
            "only the commits that were asked for are judged; what stands at the end is all of it"
                .into(),
        );
    }
    Ok(audit)
}

/// The rehearsals of a commit that a waiver covers, or would.
fn waived<'j>(judged: &'j Judged, commit: &'j Commit) -> impl Iterator<Item = WaivedTrial> + 'j {
    judged.review.testing.iter().filter_map(|testing| {
        let failed = testing.status == TestingStatus::Failed;
        Some(WaivedTrial {
            commit: commit.id.to_string(),
            revision: testing.revision.clone(),
            failed_on: testing.database.clone().filter(|_| failed),
            reason: testing.waived.clone()?,
        })
    })
}

/// Judges each commit; one that cannot be judged is noted and does not keep the others from it.
fn judge_all(
    replay: &mut Replay<'_>,
    stops: &[AuditedCommit],
    audit: &mut Audit,
    output: &Output,
) -> Vec<Option<Judged>> {
    let mut all = Vec::with_capacity(stops.len());
    for (number, stop) in stops.iter().enumerate() {
        if number % STRIDE == 0 && stops.len() > STRIDE {
            output.progress(&format!("safe-migration: judging commit {number} of {}", stops.len()));
        }
        let unjudged = |why: String| Unjudged { commit: stop.commit.id.to_string(), why };
        let judged = replay.judge(stop).unwrap_or_else(|error| {
            audit.unjudged.push(unjudged(error.to_string()));
            None
        });
        if let Some(judged) = &judged {
            audit.judged += 1;
            audit.waived.extend(waived(judged, &stop.commit));
            audit.unjudged.extend(judged.review.unverifiable.iter().cloned().map(unjudged));
        }
        // A review without a violation is not needed any more; it would hold every text that it
        // read.
        all.push(
            judged.map(
                |judged| if judged.blamed.is_empty() { judged.without_review() } else { judged },
            ),
        );
    }
    all
}

fn is_meant(commit: &Commit, args: &AuditArgs) -> bool {
    let day = || {
        let time =
            Timestamp::from_second(commit.committer.seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        time.to_zoned(TimeZone::UTC).date()
    };
    let author = format!("{} <{}>", commit.author.name, commit.author.email).to_lowercase();
    args.since.is_none_or(|since| day() >= since)
        && args.author.as_ref().is_none_or(|word| author.contains(&word.to_lowercase()))
}

/// What the range comes to, without what a commit is to blame for already.
fn at_the_end(
    repository: &Repository,
    range: &Range,
    overrides: &Overrides,
    args: &AuditArgs,
    audit: &mut Audit,
    state: &Review,
) -> Result<(), Error> {
    let mut problems: Vec<Problem> =
        state.blocking().map(|finding| problem(finding, state)).collect();
    if let Some(base) = &range.base_name {
        let mut change = Change::range(repository, base, &range.head.to_string())?;
        change.asks_for_evidence = args.require_testing;
        let mut review = review::review(repository, change, overrides)?.unwrap_or_default();
        audit.settings_changes = std::mem::take(&mut review.settings_changes);
        let unjudged = |why| Unjudged { commit: range.head.to_string(), why };
        audit.unjudged.extend(review.unverifiable.drain(..).map(unjudged));
        problems.extend(review.blocking().map(|finding| problem(finding, &review)));
    }
    let mut reported: Vec<Problem> = Vec::new();
    for problem in problems {
        let same = |other: &Problem| {
            (other.rule, &other.revision, &other.table, &other.object)
                == (problem.rule, &problem.revision, &problem.table, &problem.object)
        };
        let is_blamed = audit.standing().any(|violation| {
            same(&violation.problem)
                || violation.problem.rule == problem.rule
                    && violation.problem.message == problem.message
        });
        if !is_blamed && !reported.iter().any(same) {
            reported.push(problem);
        }
    }
    audit.state = reported;
    Ok(())
}

fn problem(finding: &Finding, review: &Review) -> Problem {
    let raw = &finding.raw;
    Problem {
        rule: finding.rule.id,
        severity: finding.severity.name(),
        path: raw.site.path.to_string(),
        line: place::of(finding, review).map(|place| place.start.line),
        revision: finding.revision.clone(),
        direction: raw.direction.name(),
        table: raw.table.clone(),
        object: raw.object.clone(),
        message: raw.message.clone(),
        remedy: place::remedy(finding).to_owned(),
    }
}

fn facts(commit: &Commit) -> CommitFacts {
    let time = Timestamp::from_second(commit.committer.seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    CommitFacts {
        id: commit.id.to_string(),
        subject: commit.subject.clone(),
        author: commit.author.name.clone(),
        email: commit.author.email.clone(),
        date: time.round(Unit::Second).unwrap_or(time).to_string(),
    }
}

/// What this clone has on record of a commit, and of those that it took the place of.
fn record(contents: &Contents, commit: &Commit) -> Option<Record> {
    let id = commit.id.to_string();
    let before: Vec<_> = contents.before(&id);
    let entry = contents.entry(&id).or_else(|| before.first().copied())?;
    let before = before.iter().filter(|other| other.commit != entry.commit);
    Some(Record {
        class: entry.class.name(),
        action: entry.action.clone(),
        who: entry.who.clone(),
        at: entry.at.clone(),
        before: before.map(|other| (other.commit.clone(), other.class.name())).collect(),
    })
}
