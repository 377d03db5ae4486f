//! A review for a person at a terminal: per migration what blocks, what warns, what passed; one
//! closing line.

use std::fmt::Write;
use std::rc::Rc;

use crate::report::palette;
use crate::report::prose::{WIDTH, count, indent, shown, wrap};
use crate::report::snippet;
use crate::report::telling::{Telling, Volume};
use crate::review::finding::{Decision, Finding, Review, Reviewed, Testing, TestingStatus, Waived};
use crate::rule::definition::Severity;

/// Tells a review. Nothing relevant is silence, a clean pass is one line.
pub fn tell(review: &Review, telling: Telling) -> String {
    if is_silent(review) || (telling.volume == Volume::Quiet && !blocks(review)) {
        return String::new();
    }
    let details = match telling.volume {
        Volume::Normal if is_clean(review) => String::new(),
        volume => details(review, volume),
    };
    details + &closing(review, telling)
}

fn is_silent(review: &Review) -> bool {
    review.migrations.is_empty()
        && review.findings.is_empty()
        && review.waived.is_empty()
        && review.unverifiable.is_empty()
}

fn is_clean(review: &Review) -> bool {
    review.findings.is_empty() && review.waived.is_empty() && review.unverifiable.is_empty()
}

fn blocks(review: &Review) -> bool {
    review.decision() == Decision::Block || !review.unverifiable.is_empty()
}

/// Everything above the closing line.
fn details(review: &Review, volume: Volume) -> String {
    let mut out = String::new();
    for migration in &review.migrations {
        out += &section(review, migration, volume);
    }
    for path in elsewhere(review) {
        let found = findings_at(review, &path, volume);
        if !found.is_empty() {
            out += &format!("{}\n\n{found}", palette::strong(&shown(&path)));
        }
    }
    if volume != Volume::Quiet {
        out += &footer(review, volume);
    }
    out
}

/// One migration: its head line and what was found in it.
fn section(review: &Review, migration: &Reviewed, volume: Volume) -> String {
    let found = findings_at(review, &migration.path, volume);
    if found.is_empty() && (volume != Volume::Verbose || !migration.judged) {
        return String::new();
    }
    format!("{}\n\n{found}", palette::strong(&headline(migration)))
}

/// `path · ab12 "add email" · after 9f00`.
fn headline(migration: &Reviewed) -> String {
    let mut line = shown(&migration.path);
    if let Some(previous) = &migration.previous_path {
        let _infallible = write!(line, " (was {})", shown(previous));
    }
    if !migration.revision.is_empty() {
        let message =
            migration.message.as_ref().map(|message| format!(" \"{message}\"")).unwrap_or_default();
        let _infallible = write!(line, " · {}", shown(&format!("{}{message}", migration.revision)));
    }
    if !migration.down_revisions.is_empty() {
        let _infallible = write!(line, " · after {}", shown(&migration.down_revisions.join(", ")));
    }
    line
}

/// The findings of one file, those that block first.
fn findings_at(review: &Review, path: &str, volume: Volume) -> String {
    let here = |severity| {
        let out = move |finding: &&Finding| {
            finding.severity == severity && &*finding.raw.site.path == path
        };
        review.findings.iter().filter(out).map(|finding| snippet::show(finding, review) + "\n")
    };
    let warnings_too = volume != Volume::Quiet || review.strict;
    let warnings = here(Severity::Warning).filter(|_| warnings_too);
    here(Severity::Critical).chain(warnings).collect()
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

/// What is reported once, under all migrations: passed, waived, testing, recommendations, notices.
fn footer(review: &Review, volume: Volume) -> String {
    let mut lines = Vec::new();
    lines.extend(review.waived.iter().map(waived));
    lines.extend(passed(review, volume));
    lines.extend(testing(review, volume));
    lines.extend(review.recommendations.iter().map(|text| labelled("Recommendation", text)));
    lines.extend(review.notices.iter().map(|text| labelled("Note", text)));
    if lines.is_empty() { String::new() } else { lines.join("\n") + "\n\n" }
}

fn waived(waived: &Waived) -> String {
    let until = waived.until.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
    let finding = &waived.finding;
    let text =
        format!("{} in {}: {}{until}", finding.rule.id, finding.raw.site.path, waived.reason);
    labelled("Waived", &text)
}

fn passed(review: &Review, volume: Volume) -> Option<String> {
    let number = review.passed.len();
    let names = match volume {
        Volume::Verbose => format!("\n{}", indent(&wrap(&review.passed.join(", "), WIDTH), "   ")),
        _ => String::new(),
    };
    (number > 0).then(|| format!("✅ {} passed{names}", count(number, "check")))
}

/// Tested revisions one by one under `--verbose`; otherwise what is not tested, in one line.
fn testing(review: &Review, volume: Volume) -> Vec<String> {
    let (out, silent): (Vec<&Testing>, Vec<&Testing>) =
        review.testing.iter().partition(|testing| match testing.status {
            TestingStatus::Failed => true,
            TestingStatus::Passed => volume == Volume::Verbose || review.testing.len() <= 3,
            TestingStatus::Untested | TestingStatus::NotAsked => false,
        });
    let untested =
        silent.iter().filter(|testing| testing.status == TestingStatus::Untested).count();
    let mut lines: Vec<String> =
        out.into_iter().map(|testing| labelled("Testing", &legs(testing))).collect();
    if untested > 0 {
        let which = if review.testing.len() == 1 {
            String::new()
        } else {
            format!(" ({})", count(untested, "revision"))
        };
        let text = format!(
            "upgrade, downgrade and upgrade again not tried for this content{which}: safe-migration verify"
        );
        lines.push(labelled("Testing", &text));
    }
    lines
}

fn legs(testing: &Testing) -> String {
    let [upgrade, downgrade, again] =
        testing.legs.unwrap_or_default().map(|leg| leg.unwrap_or("not run"));
    let database = testing.database.as_ref().map(|name| format!(" on {name}")).unwrap_or_default();
    format!(
        "{}: upgrade {upgrade}, downgrade {downgrade}, upgrade again {again}{database}",
        testing.revision
    )
}

fn labelled(label: &str, text: &str) -> String {
    let text = wrap(&shown(&format!("{label}: {text}")), WIDTH);
    indent(&text, "   ")
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

/// Returns the decision in one line, without colour.
pub fn closing_line(review: &Review, telling: Telling) -> String {
    let subject = telling.occasion.subject();
    let issues =
        review.findings.iter().filter(|finding| finding.severity == Severity::Critical).count();
    let warnings = review.findings.len() - issues;
    let migrations = review.migrations.iter().filter(|migration| migration.judged).count();
    let found = match (issues, warnings) {
        (0, 0) => count(review.passed.len(), "check") + " passed",
        (0, _) => count(warnings, "warning"),
        (_, 0) => count(issues, "issue"),
        _ => format!("{}, {}", count(issues, "issue"), count(warnings, "warning")),
    };
    let within = if migrations > 0 {
        format!(" in {}", count(migrations, "migration"))
    } else {
        String::new()
    };
    match review.decision() {
        _ if !review.unverifiable.is_empty() => {
            format!("{subject}blocked: the verdict is undetermined; {found}{within}")
        }
        Decision::Block => format!("{subject}blocked: {found}{within}"),
        Decision::Warn => format!("{subject}passed with {found}{within}"),
        Decision::Pass => format!("✅ safe-migration: {found}{within}"),
    }
}
