//! A review as one JSON object. Its names are a contract: adding is allowed, renaming is not.

use serde::Serialize;

use crate::report::place;
use crate::report::speech;
use crate::review::finding::{
    Finding, Lowered, Note, Review, Reviewed, Testing, Unread, Unused, Waived,
};

/// Tells a review as one object on several lines, with a newline at the end.
pub fn tell(review: &Review) -> String {
    write(&Object::of(review))
}

/// Writes a value as JSON, with a newline at the end.
pub fn write(value: &impl Serialize) -> String {
    let written = serde_json::to_string_pretty(value);
    speech::json(&written.expect("keys are strings and nothing written here can fail")) + "\n"
}

#[derive(Serialize)]
struct Object<'a> {
    schema: u8,
    tool: &'static str,
    version: &'static str,
    decision: &'static str,
    judged: usize,
    settings_changes: &'a [String],
    migrations: Vec<MigrationRow<'a>>,
    findings: Vec<FindingRow<'a>>,
    waived: Vec<WaivedRow<'a>>,
    passed: &'a [&'static str],
    testing: Vec<TestingRow<'a>>,
    unread: Vec<UnreadRow<'a>>,
    unused_since: Vec<UnusedRow<'a>>,
    recommendations: &'a [String],
    notices: &'a [String],
    unverifiable: &'a [String],
}

#[derive(Serialize)]
struct MigrationRow<'a> {
    path: &'a str,
    previous_path: Option<&'a str>,
    revision: Option<&'a str>,
    down_revisions: &'a [String],
    message: Option<&'a str>,
    change: &'static str,
    judged: bool,
    project: &'a str,
}

#[derive(Serialize)]
struct FindingRow<'a> {
    rule: &'static str,
    severity: &'static str,
    path: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    revision: Option<&'a str>,
    direction: &'static str,
    table: Option<&'a str>,
    object: Option<&'a str>,
    message: &'a str,
    consequence: Option<String>,
    remedy: &'a str,
    safe_form: Option<&'a str>,
    lowered: Option<LoweredRow<'a>>,
    count: usize,
    notes: Vec<NoteRow<'a>>,
}

#[derive(Serialize)]
struct LoweredRow<'a> {
    from: &'static str,
    by: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct NoteRow<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
struct WaivedRow<'a> {
    #[serde(flatten)]
    finding: FindingRow<'a>,
    reason: &'a str,
    until: Option<&'a str>,
}

#[derive(Serialize)]
struct TestingRow<'a> {
    revision: &'a str,
    status: &'static str,
    upgrade: Option<&'static str>,
    downgrade: Option<&'static str>,
    reupgrade: Option<&'static str>,
    database: Option<&'a str>,
    at: Option<&'a str>,
    waived: Option<&'a str>,
}

#[derive(Serialize)]
struct UnusedRow<'a> {
    path: &'a str,
    line: usize,
    revision: &'a str,
    table: &'a str,
    column: Option<&'a str>,
    commit: Option<&'a str>,
    date: Option<&'a str>,
    author: Option<&'a str>,
    subject: Option<&'a str>,
    searched: usize,
}

#[derive(Serialize)]
struct UnreadRow<'a> {
    path: &'a str,
    line: usize,
    why: &'a str,
}

impl<'a> Object<'a> {
    fn of(review: &'a Review) -> Self {
        Object {
            schema: 1,
            tool: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            decision: review.decision().name(),
            judged: review.judged(),
            settings_changes: &review.settings_changes,
            migrations: review.migrations.iter().map(migration).collect(),
            findings: review.findings.iter().map(|found| finding(found, review)).collect(),
            waived: review.waived.iter().map(|waiver| waived(waiver, review)).collect(),
            passed: &review.passed,
            testing: review.testing.iter().map(testing).collect(),
            unread: review.unread.iter().map(unread).collect(),
            unused_since: review.unused.iter().map(unused).collect(),
            recommendations: &review.recommendations,
            notices: &review.notices,
            unverifiable: &review.unverifiable,
        }
    }
}

fn unused(unused: &Unused) -> UnusedRow<'_> {
    let since = unused.since.as_ref();
    UnusedRow {
        path: &unused.path,
        line: unused.line,
        revision: &unused.revision,
        table: &unused.table,
        column: unused.column.as_deref(),
        commit: since.map(|since| &*since.commit),
        date: since.map(|since| &*since.date),
        author: since.map(|since| &*since.author),
        subject: since.map(|since| &*since.subject),
        searched: unused.searched,
    }
}

fn migration(migration: &Reviewed) -> MigrationRow<'_> {
    MigrationRow {
        path: &migration.path,
        previous_path: migration.previous_path.as_deref(),
        revision: (!migration.revision.is_empty()).then_some(&*migration.revision),
        down_revisions: &migration.down_revisions,
        message: migration.message.as_deref(),
        change: migration.change.name(),
        judged: migration.judged,
        project: &migration.project,
    }
}

fn finding<'a>(finding: &'a Finding, review: &Review) -> FindingRow<'a> {
    let raw = &finding.raw;
    let place = place::of(finding, review);
    FindingRow {
        rule: finding.rule.id,
        severity: finding.severity.name(),
        path: &raw.site.path,
        line: place.map(|place| place.start.line),
        column: place.map(|place| place.start.column),
        end_line: place.map(|place| place.end.line),
        end_column: place.map(|place| place.end.column),
        revision: finding.revision.as_deref(),
        direction: raw.direction.name(),
        table: raw.table.as_deref(),
        object: raw.object.as_deref(),
        message: &raw.message,
        consequence: place::consequence(finding),
        remedy: place::remedy(finding),
        safe_form: raw.safe_form.as_deref(),
        lowered: finding.lowered.as_ref().map(lowered),
        count: finding.count,
        notes: finding.notes.iter().map(note).collect(),
    }
}

fn lowered(lowered: &Lowered) -> LoweredRow<'_> {
    LoweredRow { from: lowered.from.name(), by: lowered.by.name(), text: &lowered.text }
}

fn note(note: &Note) -> NoteRow<'_> {
    let remedy = if note.remedy.is_empty() { note.rule.remedy } else { &note.remedy };
    NoteRow { rule: note.rule.id, severity: note.severity.name(), message: &note.message, remedy }
}

fn waived<'a>(waived: &'a Waived, review: &Review) -> WaivedRow<'a> {
    WaivedRow {
        finding: finding(&waived.finding, review),
        reason: &waived.reason,
        until: waived.until.as_deref(),
    }
}

fn testing(testing: &Testing) -> TestingRow<'_> {
    TestingRow {
        revision: &testing.revision,
        status: testing.status.name(),
        upgrade: testing.legs.and_then(|legs| legs[0]),
        downgrade: testing.legs.and_then(|legs| legs[1]),
        reupgrade: testing.legs.and_then(|legs| legs[2]),
        database: testing.database.as_deref(),
        at: testing.at.as_deref(),
        waived: testing.waived.as_deref(),
    }
}

fn unread(unread: &Unread) -> UnreadRow<'_> {
    UnreadRow { path: &unread.path, line: unread.line, why: &unread.why }
}
