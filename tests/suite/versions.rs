//! What rests on the version of the server says so, and files around the project say the version.

use crate::common::workbench::Files;

/// A revision that is released, and behind it one that is judged.
fn files(upgrade: &str, more: &str) -> Files {
    let header = |id: &str, down: &str| {
        format!(
            "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{id}\"\ndown_revision = {down}\n\n\n"
        )
    };
    let base = "def upgrade():\n    op.execute(\"CREATE TABLE events (id int PRIMARY KEY, at timestamp, user_id int, \
                CONSTRAINT ck CHECK (user_id IS NOT NULL))\")\n    \
                op.execute(\"CREATE TABLE logs (id int, day date, user_id int) PARTITION BY RANGE (day)\")\n    \
                op.execute(\"CREATE TABLE users (id int PRIMARY KEY)\")\n\n\n\
                def downgrade():\n    op.execute(\"DROP TABLE events, logs, users\")\n";
    let first = header("4be3a1d0c2f7", "None");
    let second = header("9d17cc20ae51", "\"4be3a1d0c2f7\"");
    let upgrade = format!("def upgrade():\n    {upgrade}\n\n\ndef downgrade():\n    pass\n");
    Files::of(&format!(
        "# file: one.py\n{first}{base}\n{more}# upstream\n\n# file: two.py\n{second}{upgrade}"
    ))
}

/// Returns whether a rule blocks the judged revision, and what it says of versions; nothing where
/// it is silent.
fn said(rule: &str, files: &Files) -> Option<(bool, Vec<String>)> {
    let review = files.review();
    let finding = review.findings.into_iter().find(|finding| finding.rule.id == rule)?;
    let notes = finding.raw.notes.into_iter().filter(|note| note.contains("server-version"));
    let critical = finding.severity == safe_migration::rule::severity::Severity::Critical;
    Some((critical, notes.collect()))
}

/// A rule, the statement, what else stands in the project; whether it blocks, and what it says of
/// versions.
type Expected<'a> = (&'a str, &'a str, String, Option<(bool, String)>);

const SETTLES: &str = "`server-version = \"...\"` settles it";

#[test]
fn a_verdict_that_another_version_would_change_says_so() {
    let settings = |version: &str| {
        format!("# file: ../../safe-migration.toml\nserver-version = \"{version}\"\n\n")
    };
    let compose = |image: &str| format!("# file: ../../compose.yaml\nimage: {image}\n\n");
    let not_valid = "op.execute(\"ALTER TABLE logs ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users NOT VALID\")";
    let time_zone = "op.execute(\"ALTER TABLE events ALTER at TYPE timestamptz\")";
    let default =
        "op.add_column(\"events\", sa.Column(\"kind\", sa.Integer(), server_default=\"1\"))";
    let proved = "op.alter_column(\"events\", \"user_id\", nullable=False)";
    let (keys, types) = ("foreign-key-without-not-valid", "column-type-change");
    let (rewrite, not_null) = ("table-rewrite", "not-null-on-existing-column");
    let table: [Expected<'_>; 14] = [
        (
            keys,
            not_valid,
            String::new(),
            Some((true, format!("PostgreSQL 14 is assumed; from 18 on it is taken: {SETTLES}"))),
        ),
        (keys, not_valid, settings("16"), Some((true, String::new()))),
        (keys, not_valid, settings("18"), None),
        (
            keys,
            not_valid,
            compose("postgres:16-alpine"),
            Some((
                true,
                format!(
                    "PostgreSQL 16 is what `compose.yaml:1` says; from 18 on it is taken: {SETTLES}"
                ),
            )),
        ),
        (keys, not_valid, compose("postgres:18"), None),
        (
            types,
            time_zone,
            String::new(),
            Some((
                false,
                format!(
                    "PostgreSQL 14 is assumed; before 12 it is rewritten in every time zone: {SETTLES}"
                ),
            )),
        ),
        (types, time_zone, settings("14"), Some((false, String::new()))),
        (types, time_zone, compose("postgres:13"), Some((false, String::new()))),
        (
            types,
            time_zone,
            compose("postgres:11"),
            Some((
                true,
                format!(
                    "PostgreSQL 11 is what `compose.yaml:1` says; from 12 on it is free where the session's time zone is \
                     UTC: {SETTLES}"
                ),
            )),
        ),
        (rewrite, default, String::new(), None),
        (
            rewrite,
            default,
            compose("postgres:10.4"),
            Some((
                true,
                format!(
                    "PostgreSQL 10.4 is what `compose.yaml:1` says; from 11 on the default is kept outside of the rows: \
                     {SETTLES}"
                ),
            )),
        ),
        (not_null, proved, String::new(), None),
        (not_null, proved, settings("11"), Some((true, String::new()))),
        (
            not_null,
            proved,
            compose("postgis/postgis:11-3.3"),
            Some((
                true,
                format!(
                    "PostgreSQL 11 is what `compose.yaml:1` says; from 12 on its CHECK proves it and no row is read: \
                     {SETTLES}"
                ),
            )),
        ),
    ];
    for (rule, upgrade, more, expected) in table {
        let said = said(rule, &files(upgrade, &more))
            .map(|(critical, notes)| (critical, notes.join("; ")));
        assert_eq!(said, expected, "{rule} with {more:?}");
    }
}

#[test]
fn a_setting_beats_what_files_say() {
    let both = "# file: ../../compose.yaml\nimage: postgres:10\n\n# file: ../../safe-migration.toml\nserver-version = \"16\"\n\n";
    let default =
        "op.add_column(\"events\", sa.Column(\"kind\", sa.Integer(), server_default=\"1\"))";
    assert_eq!(said("table-rewrite", &files(default, both)), None);
}

#[test]
fn a_keyword_that_the_pinned_alembic_does_not_know_is_told() {
    let pin = |version: &str| format!("# file: ../../requirements.txt\nalembic=={version}\n\n");
    let message = |upgrade: &str, more: &str| {
        let review = files(upgrade, more).review();
        let finding =
            review.findings.into_iter().find(|finding| finding.rule.id == "unknown-argument");
        finding.map(|finding| finding.raw.message)
    };
    let added = "op.add_column(\"events\", sa.Column(\"kind\", sa.Integer()), if_not_exists=True)";
    let reported = "`if_not_exists=` of `op.add_column` came with Alembic 1.16, and `requirements.txt:1` pins 1.13.1";
    assert_eq!(message(added, &pin("1.13.1")).as_deref(), Some(reported));
    assert_eq!(message(added, &pin("1.16.0")), None);
    assert_eq!(message(added, ""), None);
    let dropped = "op.drop_constraint(\"ck\", \"events\", if_exists=True)";
    assert!(
        message(dropped, &pin("1.15.2"))
            .is_some_and(|reported| reported.contains("came with Alembic 1.16"))
    );
}

#[test]
fn a_commit_in_sql_does_not_help_where_psycopg_3_is_the_driver() {
    let pin = |names: &str| format!("# file: ../../requirements.txt\n{names}\n\n");
    let upgrade = "op.execute(\"COMMIT\")\n    op.create_index(\"ix\", \"events\", [\"at\"], postgresql_concurrently=True)";
    let fires = |more: &str| {
        let review = files(upgrade, more).review();
        let finding = review
            .findings
            .into_iter()
            .find(|finding| finding.rule.id == "concurrently-in-transaction");
        finding.map(|finding| finding.raw.notes.join("; "))
    };
    let reported =
        "psycopg 3.2.1 (`requirements.txt:1`) opens another transaction behind the COMMIT";
    assert_eq!(fires(&pin("psycopg==3.2.1")).as_deref(), Some(reported));
    assert_eq!(fires(&pin("psycopg==3.2.1\npsycopg2-binary==2.9.9")), None);
    assert_eq!(fires(&pin("psycopg2==2.9.9")), None);
    assert_eq!(fires(""), None);
}

#[test]
fn what_an_older_server_cannot_do_fails_where_its_version_is_said() {
    let settings = |version: &str| {
        format!("# file: ../../safe-migration.toml\nserver-version = \"{version}\"\n\n")
    };
    let fires = |upgrade: &str, more: &str| {
        said("operation-not-supported", &files(upgrade, more)).is_some()
    };
    let table = [
        ("op.execute(\"ALTER TABLE events ADD x int GENERATED ALWAYS AS (id + 1) STORED\")", 12),
        ("op.execute(\"ALTER TABLE events ADD x int GENERATED ALWAYS AS (id + 1) VIRTUAL\")", 18),
        ("op.execute(\"ALTER TABLE events ADD CONSTRAINT nn NOT NULL at NOT VALID\")", 18),
        (
            "op.execute(\"MERGE INTO events USING users ON users.id = events.id WHEN MATCHED THEN DELETE\")",
            15,
        ),
        ("op.execute(\"ALTER TABLE events ALTER id SET COMPRESSION pglz\")", 14),
    ];
    for (upgrade, since) in table {
        assert!(fires(upgrade, &settings(&(since - 1).to_string())), "{upgrade} before {since}");
        assert!(!fires(upgrade, &settings(&since.to_string())), "{upgrade} from {since} on");
        assert!(!fires(upgrade, ""), "{upgrade} where the version is only assumed");
    }
}
