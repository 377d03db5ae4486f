//! `--keep`, `--no-cache`, progress, and what `install` and `doctor` say of `verify`.

use std::process::Command;

use crate::common::{Ran, Repo};

use super::{Migration, NULLABLE, can_run, has_modules, has_postgresql, project, write};

fn verify(repo: &Repo, arguments: &[&str]) -> Ran {
    let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
    Ran::of(command.arg("verify").args(arguments).env("SAFE_MIGRATION_CACHE", repo.beside("cache")))
}

/// What stands behind a word in a line of standard error.
fn after<'a>(ran: &'a Ran, word: &str) -> &'a str {
    ran.stderr
        .lines()
        .find_map(|line| Some(line.split_once(word)?.1))
        .unwrap_or_else(|| panic!("{}", ran.stderr))
}

#[test]
fn a_database_of_sqlite_is_left_where_it_is_said_and_can_be_removed_as_said() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    verify(&repo, &[]).ends_with(0);
    let ran = verify(&repo, &["--keep"]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
    let path = after(&ran, "the database of `nullable` stays: sqlite3 ").to_owned();
    let probe = format!(
        "import sqlite3; c = sqlite3.connect({path:?}); print(c.execute('select version_num from alembic_version').fetchone()[0]); c.execute('select x from users')"
    );
    let asked = Command::new("python3").args(["-c", &probe]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), "nullable");
    let remove = after(&ran, "remove the databases: ").to_owned();
    assert!(Command::new("sh").args(["-c", &remove]).status().unwrap().success());
    assert!(!std::path::Path::new(&path).exists());
}

#[test]
fn a_database_of_postgresql_stays_on_a_server_of_its_own_until_it_is_removed() {
    if !can_run(
        "PostgreSQL with psycopg",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg://app@production.invalid/app");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let cache = format!("/tmp/smk{}", std::process::id());
    let run = |arguments: &[&str]| {
        let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        Ran::of(command.arg("verify").args(arguments).env("SAFE_MIGRATION_CACHE", &cache))
    };
    let ran = run(&["--keep"]);
    assert_eq!(ran.status, Some(0), "{}{}", ran.stdout, ran.stderr);
    let line = after(&ran, "stays: psql -h ").to_owned();
    let socket = line.split(' ').next().unwrap().to_owned();
    let stands = || {
        let probe = format!(
            "import psycopg; c = psycopg.connect(host={socket:?}, user='postgres', dbname='kept_nullable'); print(c.execute('select version_num from alembic_version').fetchone()[0])"
        );
        let asked = Command::new("python3").args(["-c", &probe]).output().unwrap();
        String::from_utf8_lossy(&asked.stdout).trim() == "nullable"
    };
    assert!(stands(), "{line}");
    assert_eq!(run(&["--keep"]).status, Some(0));
    assert!(stands(), "another run leaves it alone");
    let remove = after(&ran, "remove the databases: ").to_owned();
    assert!(Command::new("sh").args(["-c", &remove]).status().unwrap().success());
    assert!(!stands());
    // What nobody removed goes with everything else that was kept.
    assert_eq!(run(&["--no-cache"]).status, Some(0));
    let left = Command::new("sh")
        .args(["-c", &format!("ls {cache}/*/kept 2>/dev/null")])
        .output()
        .unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
    std::fs::remove_dir_all(&cache).unwrap();
}

#[test]
fn without_a_cache_everything_is_made_again() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let first = verify(&repo, &[]);
    assert!(first.stderr.contains("nullable: the history up to first"), "{}", first.stderr);
    assert!(
        first.stderr.contains("nullable: downgrade to first") && !first.stderr.contains('\r'),
        "{}",
        first.stderr
    );
    assert!(verify(&repo, &[]).stderr.is_empty());
    let kept = verify(&repo, &["--keep"]);
    assert!(!kept.stderr.contains("the history up to"), "a template is there: {}", kept.stderr);
    let again = verify(&repo, &["--no-cache"]);
    assert!(again.stderr.contains("nullable: the history up to first"), "{}", again.stderr);
    assert!(verify(&repo, &["--no-cache", "--quiet"]).stderr.is_empty());
}

#[test]
fn install_and_doctor_say_whether_verify_can_work_here() {
    if !can_run("alembic", has_modules("alembic, sqlalchemy")) {
        return;
    }
    let repo = project("sqlite:///app.db");
    let reported = repo.tool(&["install"]).ends_with(0).stdout;
    assert!(
        reported.contains("has what it needs here (") && reported.contains("SQLite (alembic.ini)"),
        "{reported}"
    );
    repo.write("safe-migration.toml", "[verify]\npython = \"/nowhere/python\"\n");
    repo.git(&["add", "-A"]);
    for verb in ["install", "doctor"] {
        let reported = repo.tool(&[verb]).ends_with(0).stdout;
        assert!(
            reported.contains("cannot work here:")
                && reported.contains("which `verify.python` names"),
            "{reported}"
        );
    }
    let reported = repo.tool(&["doctor", "--format", "json"]).ends_with(0).stdout;
    let facts: serde_json::Value = serde_json::from_str(&reported).unwrap();
    assert_eq!(facts["projects"][0]["verify"]["works"], false);
    repo.write("safe-migration.toml", "dialect = \"mssql\"\n");
    repo.git(&["add", "-A"]);
    assert!(repo.tool(&["doctor"]).stdout.contains("there is no scratch database for SQL Server"));
}

/// Makes a role and grants it something, with a remark that makes it another text.
fn grants(remark: &str) -> String {
    format!(
        "\"\"\"{remark}\"\"\"\nfrom alembic import op\n\nrevision = \"grants\"\n\
         down_revision = \"first\"\n\n\ndef upgrade():\n    \
         op.execute(\"CREATE ROLE reporting; GRANT SELECT ON users TO reporting\")\n    \
         op.execute(\"COMMENT ON TABLE users IS '{remark}'\")\n\n\ndef downgrade():\n    \
         op.execute(\"COMMENT ON TABLE users IS NULL\")\n    \
         op.execute(\"REVOKE SELECT ON users FROM reporting; DROP ROLE reporting\")\n"
    )
}

#[test]
fn a_role_that_a_later_point_of_the_history_holds_is_not_there_before() {
    if !can_run(
        "PostgreSQL with psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg2"),
    ) {
        return;
    }
    let repo = project("postgresql+psycopg2://app@production.invalid/app");
    repo.write("alembic/versions/grants.py", grants("readers"));
    write(&repo, &Migration("next", NULLABLE.1, NULLABLE.2));
    let next = std::fs::read_to_string(repo.root().join("alembic/versions/next.py")).unwrap();
    repo.write(
        "alembic/versions/next.py",
        next.replace("down_revision = \"first\"", "down_revision = \"grants\""),
    );
    repo.git(&["add", "-A"]);
    verify(&repo, &["grants", "next"]).ends_with(0);
    // The history up to `next` is kept, and holds the role.
    repo.write("alembic/versions/grants.py", grants("readers of reports"));
    repo.git(&["add", "-A"]);
    verify(&repo, &["grants"]).ends_with(0);
}
