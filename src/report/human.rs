//! A review for a person at a terminal: per migration what blocks, what warns; one closing line.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::rc::Rc;

use crate::report::prose::{count, indent, wrap};
use crate::report::speech::{one_line, shown};
use crate::report::telling::{Occasion, Telling, Volume};
use crate::report::{palette, program, snippet, statistics};
use crate::review::finding::{Decision, Finding, Review, Reviewed, Testing, TestingStatus, Waived};
use crate::rule::severity::Severity;

/// From how many findings on a report is long: it begins with a summary, and shows each rule in
/// full once.
const LONG: usize = 12;

/// The rule that is reported in one line at the end: the remedy is one command.
const UNTESTED: &str = "downgrade-untested";

/// The rule about env.py, which is reported in full once and in one line from then on.
pub const LOCK_TIMEOUT: &str = "missing-lock-timeout";

/// Tells a review. Nothing relevant is silence in a hook, a clean pass is one line.
pub fn tell(review: &Review, telling: Telling) -> String {
    if telling.volume == Volume::Quiet && !blocks(review) {
        return String::new();
    }
    let settings = review.settings_changes.iter().map(|text| setting(text) + "\n");
    let settings: String = settings.collect();
    let gap = if settings.is_empty() { "" } else { "\n" };
    let details = match telling.volume {
        Volume::Normal if is_clean(review) => String::new(),
        _ => details(review, telling),
    };
    palette::signs(settings + gap + &details + &closing(review, telling))
}

/// What the change makes of a setting that it is judged by.
fn setting(text: &str) -> String {
    wrap(&shown(&format!("⚠️  settings: {text}")), palette::width())
}

fn is_clean(review: &Review) -> bool {
    review.findings.is_empty() && review.waived.is_empty() && review.unverifiable.is_empty()
}

fn blocks(review: &Review) -> bool {
    review.decision() == Decision::Block || !review.unverifiable.is_empty()
}

/// Everything above the closing line.
fn details(review: &Review, telling: Telling) -> String {
    let volume = telling.volume;
    let mut out = String::new();
    let is_long = review.findings.len() > LONG && volume == Volume::Normal;
    if is_long {
        out += &format!("{}\n", statistics::table(review));
    }
    let timeout_told = telling.timeout_told;
    let mut seen = Seen { is_long, volume, timeout_told, rules: BTreeSet::new() };
    for migration in &review.migrations {
        out += &section(review, migration, &mut seen);
    }
    for path in elsewhere(review) {
        let found = findings_at(review, &path, &mut seen);
        if !found.is_empty() {
            out += &headed(&path, &found);
        }
    }
    if volume != Volume::Quiet {
        out += &footer(review, telling);
    }
    out + &untested(review, telling)
}

/// What was found in a file that is no migration of this change; what is one line names its file
/// by itself.
fn headed(path: &str, found: &str) -> String {
    match found.trim_end().contains('\n') {
        true => format!("{}\n\n{found}", palette::strong(&one_line(path))),
        false => found.to_owned(),
    }
}

/// Which rules have been shown in full.
struct Seen {
    is_long: bool,
    volume: Volume,
    timeout_told: bool,
    rules: BTreeSet<&'static str>,
}

/// One migration: its head line and what was found in it.
fn section(review: &Review, migration: &Reviewed, seen: &mut Seen) -> String {
    let found = findings_at(review, &migration.path, seen);
    if found.is_empty() && (seen.volume != Volume::Verbose || !migration.judged) {
        return String::new();
    }
    format!("{}\n\n{found}", palette::strong(&headline(migration)))
}

/// `path · ab12 "add email" · after 9f00`.
fn headline(migration: &Reviewed) -> String {
    let mut line = one_line(&migration.path);
    if let Some(previous) = &migration.previous_path {
        let _infallible = write!(line, " (was {})", one_line(previous));
    }
    if !migration.revision.is_empty() {
        let message =
            migration.message.as_ref().map(|message| format!(" \"{message}\"")).unwrap_or_default();
        let _infallible =
            write!(line, " · {}", one_line(&format!("{}{message}", migration.revision)));
    }
    if !migration.down_revisions.is_empty() {
        let _infallible =
            write!(line, " · after {}", one_line(&migration.down_revisions.join(", ")));
    }
    line
}

/// The findings of one file, those that block first; of each rule the first in full, the others in
/// a line.
fn findings_at(review: &Review, path: &str, seen: &mut Seen) -> String {
    let warnings_too = seen.volume != Volume::Quiet || review.strict;
    let mut left: Vec<&Finding> = review
        .findings
        .iter()
        .filter(|finding| &*finding.raw.site.path == path && finding.rule.id != UNTESTED)
        .filter(|finding| warnings_too || finding.severity == Severity::Critical)
        .collect();
    // Orders by severity and keeps the order of weight within one.
    left.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut out = String::new();
    while let Some(first) = left.first().copied() {
        let is_same = |finding: &&Finding| {
            finding.rule.id == first.rule.id && finding.severity == first.severity
        };
        let group: Vec<&Finding> = left.iter().copied().filter(is_same).collect();
        left.retain(|finding| !is_same(finding));
        out += &folded(&group, review, seen);
    }
    out
}

/// Findings of one rule in one file.
fn folded(group: &[&Finding], review: &Review, seen: &mut Seen) -> String {
    let Some((first, others)) = group.split_first() else { return String::new() };
    let was_told =
        seen.timeout_told && first.rule.id == LOCK_TIMEOUT && seen.volume != Volume::Verbose;
    let was_shown = !seen.rules.insert(first.rule.id) && seen.is_long || was_told;
    let whole = |finding: &Finding| snippet::show(finding, review);
    let brief = |finding: &Finding| snippet::brief(finding, review);
    let others = others.iter().map(|finding| match seen.volume {
        Volume::Verbose => whole(finding) + "\n",
        _ => brief(finding),
    });
    let first = if was_shown { brief(first) } else { whole(first) };
    format!("{first}{}\n", others.collect::<String>())
}

/// Files that are no migration of this change and have findings: an `env.py`, a head that was there
/// before.
fn elsewhere(review: &Review) -> Vec<Rc<str>> {
    let mut paths: Vec<Rc<str>> = Vec::new();
    for finding in &review.findings {
        let path = &finding.raw.site.path;
        if !review.migrations.iter().any(|migration| migration.path == *path)
            && !paths.contains(path)
        {
            paths.push(path.clone());
        }
    }
    paths
}

/// What is reported once, under all migrations: waived, passed, testing, recommendations, notices.
fn footer(review: &Review, telling: Telling) -> String {
    let mut lines = Vec::new();
    lines.extend(review.waived.iter().map(waived));
    lines.extend(passed(review, telling.volume));
    lines.extend(testing(review, telling));
    lines.extend(review.unused.iter().map(|unused| labelled("Unused", &unused.sentence())));
    lines.extend(review.recommendations.iter().map(|text| labelled("Recommendation", text)));
    lines.extend(review.notices.iter().map(|text| labelled("Note", text)));
    if review.findings.iter().any(|finding| finding.rule.id != UNTESTED) {
        lines.push(labelled("Why", &format!("{} explain RULE", program::name())));
    }
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n\n" }
}

/// What nobody has tried, in one line, with what to run.
fn untested(review: &Review, telling: Telling) -> String {
    let found: Vec<&Finding> =
        review.findings.iter().filter(|finding| finding.rule.id == UNTESTED).collect();
    let Some(first) = found.first() else { return String::new() };
    let is_critical = first.severity == Severity::Critical;
    if !is_critical && telling.volume == Volume::Quiet {
        return String::new();
    }
    let (mark, rule) = match is_critical {
        true => ("❌", palette::critical(UNTESTED)),
        false => ("⚠️ ", palette::warning(UNTESTED)),
    };
    let what = match (found.len(), &first.revision) {
        (1, Some(revision)) => format!("`{}` has", shown(revision)),
        (number, _) => format!("{} have", count(number, "revision")),
    };
    let revisions: Vec<&str> = found.iter().filter_map(|it| it.revision.as_deref()).collect();
    let mut out = format!(
        "{mark} {rule}: {what} never been upgraded, downgraded and upgraded again; run {}\n",
        palette::strong(&verify(telling.occasion, &revisions))
    );
    for note in &first.raw.notes {
        out += &labelled("First", note);
        out.push('\n');
    }
    out + "\n"
}

fn waived(waived: &Waived) -> String {
    let until = waived.until.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
    let finding = &waived.finding;
    let text =
        format!("{} in {}: {}{until}", finding.rule.id, finding.raw.site.path, waived.reason);
    labelled("Waived", &text)
}

/// Under `--verbose`: the rules that judged something and found nothing.
fn passed(review: &Review, volume: Volume) -> Option<String> {
    let number = review.passed.len();
    let names = indent(&wrap(&review.passed.join(", "), palette::width()), "   ");
    (number > 0 && volume == Volume::Verbose)
        .then(|| format!("✅ {} passed\n{names}", count(number, "check")))
}

/// Tested revisions one by one under `--verbose`; otherwise what is not tested, in one line, where
/// no finding says so.
fn testing(review: &Review, telling: Telling) -> Vec<String> {
    let volume = telling.volume;
    let (out, silent): (Vec<&Testing>, Vec<&Testing>) =
        review.testing.iter().partition(|testing| match testing.status {
            TestingStatus::Failed => true,
            TestingStatus::Passed => volume == Volume::Verbose || review.testing.len() <= 3,
            TestingStatus::Untested | TestingStatus::NotAsked => false,
        });
    let untested: Vec<&str> = silent
        .iter()
        .filter(|testing| testing.status == TestingStatus::Untested)
        .map(|testing| &*testing.revision)
        .collect();
    let mut lines: Vec<String> =
        out.into_iter().map(|testing| labelled("Testing", &legs(testing))).collect();
    // Whoever looks at a whole project asks about no trial: most of it has run in production.
    let is_asked = telling.occasion != Occasion::Survey;
    if is_asked
        && !untested.is_empty()
        && !review.findings.iter().any(|finding| finding.rule.id == UNTESTED)
    {
        let number = count(untested.len(), "revision");
        let text = format!("{number} not tried: {}", verify(telling.occasion, &untested));
        lines.push(labelled("Testing", &text));
    }
    lines
}

/// The command that tries revisions. What is being committed is staged, and needs no name.
fn verify(occasion: Occasion, revisions: &[&str]) -> String {
    let program = program::name();
    let is_safe = |revision: &&str| {
        revision.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
    };
    match occasion {
        Occasion::Commit | Occasion::Merge | Occasion::Patch => format!("{program} verify"),
        _ if revisions.len() <= 3 && revisions.iter().all(is_safe) => {
            format!("{program} verify {}", revisions.join(" "))
        }
        Occasion::Range | Occasion::Push => format!("{program} verify --from REF"),
        Occasion::Check | Occasion::Survey => format!("{program} verify REVISION..."),
    }
}

fn legs(testing: &Testing) -> String {
    let [upgrade, downgrade, again] =
        testing.legs.unwrap_or_default().map(|leg| leg.unwrap_or("not run"));
    let database = testing.database.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
    let waived = testing.waived.as_ref().map(|reason| format!("; failed and waived: {reason}"));
    format!(
        "{}: upgrade {upgrade}, downgrade {downgrade}, upgrade again {again}{database}{}",
        testing.revision,
        waived.unwrap_or_default()
    )
}

fn labelled(label: &str, text: &str) -> String {
    let room = palette::width().saturating_sub(3);
    indent(&wrap(&shown(&format!("{label}: {text}")), room), "   ")
}

/// Tells the decision in one line; above it why a review cannot be relied on.
pub fn closing(review: &Review, telling: Telling) -> String {
    let doubts = review.unverifiable.iter().map(|why| format!("❓ {}\n", shown(why)));
    let line = closing_line(review, telling);
    let line = match review.decision() {
        _ if !review.unverifiable.is_empty() => palette::critical(&line),
        Decision::Block => palette::critical(&line),
        Decision::Warn => palette::warning(&line),
        Decision::Pass => palette::good(&line),
    };
    format!("{}{line}\n", doubts.collect::<String>())
}

/// Returns the decision in one line, without colour; it always says how many migrations were
/// judged.
pub fn closing_line(review: &Review, telling: Telling) -> String {
    let subject = telling.occasion.subject();
    let issues =
        review.findings.iter().filter(|finding| finding.severity == Severity::Critical).count();
    let warnings = review.findings.len() - issues;
    let is_clean = review.findings.is_empty();
    let found = match (issues, warnings) {
        (0, 0) => count(review.passed.len(), "check") + " passed",
        (0, _) => count(warnings, "warning"),
        (_, 0) => count(issues, "issue"),
        _ => format!("{}, {}", count(issues, "issue"), count(warnings, "warning")),
    };
    let within = count(review.judged(), "migration");
    match review.decision() {
        _ if !review.unverifiable.is_empty() => {
            let found = if is_clean { "nothing found".to_owned() } else { found };
            format!("{subject}blocked: the verdict is undetermined; {found} in {within}")
        }
        Decision::Pass if review.judged() == 0 => {
            format!("✅ safe-migration: nothing to judge: {within} {}", telling.occasion.scope())
        }
        Decision::Pass => format!("✅ safe-migration: {found} in {within}"),
        _ if telling.occasion == Occasion::Survey => format!("found {found} in {within}"),
        Decision::Block => format!("{subject}blocked: {found} in {within}"),
        Decision::Warn => format!("{subject}passed with {found} in {within}"),
    }
}
