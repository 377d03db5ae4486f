//! What each teller makes of one review that has something of everything. `BLESS=1 cargo test`
//! rewrites the texts.

use std::collections::BTreeMap;
use std::rc::Rc;

use safe_migration::report::tell;
use safe_migration::report::telling::{Format, Occasion, Telling, Volume};
use safe_migration::review::finding::{
    Change, Finding, Lowered, LoweredBy, Note, Review, Reviewed, Testing, TestingStatus, Unread,
    Unused, UnusedSince, Waived,
};
use safe_migration::rule::definition::Rule;
use safe_migration::rule::raw_finding::{Direction, RawFinding};
use safe_migration::rule::severity::Severity;
use safe_migration::rules;
use safe_migration::text::source::{Site, Span, Text};

use crate::common::holds_file;

const PATH: &str = "alembic/versions/ab12_add_email.py";

const SOURCE: &str = r#""""add email"""
from alembic import op
import sqlalchemy as sa

revision = "ab12"
down_revision = "9f00"


def upgrade():
    op.add_column("users", sa.Column("émail", sa.String(255), nullable=False))
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
    )
    # Backup plan: the nightly dump is kept for ninety days
    op.drop_column("users", "legacy")
"#;

fn rule(id: &str) -> &'static Rule {
    rules::find(id).unwrap()
}

/// The place of a piece of the source.
fn site(piece: &str) -> Site {
    let start = SOURCE.find(piece).unwrap();
    Site { path: PATH.into(), span: Span::new(start, start + piece.len()) }
}

fn finding(id: &str, severity: Severity, raw: RawFinding) -> Finding {
    let revision = Some("ab12".to_owned());
    Finding { rule: rule(id), severity, raw, revision, lowered: None, count: 1, notes: Vec::new() }
}

fn blocking() -> Finding {
    let piece = r#"op.add_column("users", sa.Column("émail", sa.String(255), nullable=False))"#;
    let mut raw = RawFinding::at(site(piece), Direction::Upgrade, "`users.émail` is added NOT NULL without a default")
        .object("émail")
        .label("the deployment fails if `users` holds one row")
        .remedy("Add it nullable, fill it, and set NOT NULL in a later revision.")
        .safe_form("op.add_column(\"users\", sa.Column(\"émail\", sa.String(255)))  # 1\nop.alter_column(\"users\", \"émail\", nullable=False)  # 3")
        .note("takes ACCESS EXCLUSIVE on `users`; reads and writes wait until the transaction ends");
    raw.table = Some("users".to_owned());
    let note = Note {
        rule: rule("unnamed-constraint"),
        severity: Severity::Warning,
        message: "its check has no name".to_owned(),
        remedy: String::new(),
    };
    Finding { notes: vec![note], ..finding("not-null-without-default", Severity::Critical, raw) }
}

fn several_lines() -> Finding {
    let start = SOURCE.find("op.create_table(").unwrap();
    let end = SOURCE.find("    # Backup").unwrap() - 1;
    let site = Site { path: PATH.into(), span: Span::new(start, end) };
    let raw = RawFinding::at(site, Direction::Upgrade, "`plans` is written by an \u{1b}[31mescape");
    Finding { count: 3, ..finding("table-rewrite", Severity::Critical, raw) }
}

fn lowered() -> Finding {
    let raw = RawFinding::at(
        site(r#"op.drop_column("users", "legacy")"#),
        Direction::Upgrade,
        "`users.legacy` is dropped",
    );
    let text = "Backup plan: the nightly dump is kept for ninety days".to_owned();
    let lowered = Lowered { from: Severity::Critical, by: LoweredBy::Plan, text };
    Finding { lowered: Some(lowered), ..finding("drop-column", Severity::Warning, raw) }
}

fn elsewhere() -> Finding {
    let site = Site { path: "alembic/versions/gone.py".into(), span: Span::default() };
    let raw =
        RawFinding::at(site, Direction::File, "`9f00` and `ab12` are both heads of `alembic`");
    Finding { revision: None, ..finding("multiple-heads", Severity::Critical, raw) }
}

fn review() -> Review {
    let migration = |path: &str, revision: &str, change, judged| Reviewed {
        path: path.into(),
        previous_path: None,
        revision: revision.to_owned(),
        down_revisions: vec!["9f00".to_owned()],
        message: Some("add email".to_owned()),
        change,
        judged,
        project: "alembic.ini".to_owned(),
    };
    let testing = Testing {
        revision: "ab12".to_owned(),
        status: TestingStatus::Failed,
        legs: Some([Some("passed"), Some("failed"), Some("failed")]),
        database: Some("sqlite".to_owned()),
        at: Some("2026-01-01T00:00:00Z".to_owned()),
        waived: None,
    };
    Review {
        unused: vec![Unused {
            path: PATH.into(),
            line: 30,
            revision: "ab12".to_owned(),
            table: "users".to_owned(),
            column: Some("legacy".to_owned()),
            upstream: Some("origin/main".to_owned()),
            since: Some(UnusedSince {
                commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
                author: "Ann".to_owned(),
                date: "2026-01-02".to_owned(),
                subject: "forget the legacy field".to_owned(),
            }),
            searched: 12,
        }],
        settings_changes: vec![
            "`testing` becomes `\"off\"` in this change, and was `\"required\"`".to_owned(),
        ],
        migrations: vec![
            migration(PATH, "ab12", Change::Added, true),
            migration("alembic/versions/cd34.py", "cd34", Change::Modified, false),
        ],
        findings: vec![blocking(), several_lines(), lowered(), elsewhere()],
        waived: vec![Waived {
            finding: lowered(),
            reason: "unread since 2024".to_owned(),
            until: Some("2030-01-31".to_owned()),
        }],
        passed: vec!["drop-table", "drop-schema"],
        testing: vec![testing],
        unread: vec![Unread {
            path: PATH.into(),
            line: 11,
            why: "the table is computed".to_owned(),
        }],
        recommendations: vec!["Deploy it before the code that reads `users.émail`.".to_owned()],
        notices: vec![
            "nothing says which database `alembic.ini` is for; PostgreSQL is assumed".to_owned(),
        ],
        unverifiable: Vec::new(),
        strict: false,
        texts: BTreeMap::from([(Rc::from(PATH), Rc::new(Text::new(SOURCE)))]),
    }
}

fn reported(format: Format, volume: Volume) -> String {
    tell(&review(), Telling { format, occasion: Occasion::Commit, volume, timeout_told: false })
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn a_person_reads_what_blocks_first_and_the_decision_last() {
    safe_migration::report::palette::paint(false);
    holds_file("tests/reports/normal.txt", &reported(Format::Human, Volume::Normal));
    holds_file("tests/reports/verbose.txt", &reported(Format::Human, Volume::Verbose));
    holds_file("tests/reports/quiet.txt", &reported(Format::Human, Volume::Quiet));
}

#[test]
fn programs_read_the_same_review() {
    holds_file("tests/reports/review.json", &reported(Format::Json, Volume::Normal));
    holds_file("tests/reports/review.sarif", &reported(Format::Sarif, Volume::Normal));
    holds_file("tests/reports/github.txt", &reported(Format::Github, Volume::Normal));
    holds_file("tests/reports/concise.txt", &reported(Format::Concise, Volume::Normal));
    holds_file("tests/reports/gitlab.json", &reported(Format::Gitlab, Volume::Normal));
    holds_file("tests/reports/junit.xml", &reported(Format::Junit, Volume::Normal));
    holds_file("tests/reports/rdjson.json", &reported(Format::Rdjson, Volume::Normal));
    holds_file("tests/reports/comment.md", &reported(Format::Markdown, Volume::Normal));
}

#[test]
fn a_review_that_cannot_be_relied_on_says_so_and_does_not_say_that_it_passed() {
    safe_migration::report::palette::paint(false);
    let why = "`alembic/versions/x.py` could not be read: the object is missing".to_owned();
    let review = Review { unverifiable: vec![why], ..Review::default() };
    let reported = tell(&review, Telling::default());
    assert_eq!(
        reported,
        "❓ `alembic/versions/x.py` could not be read: the object is missing\n\
         blocked: the verdict is undetermined; nothing found in 0 migrations\n"
    );
}
