//! `audit` through the real git: which commits are blamed for what, what is reported as mended, and
//! how it ends.

use std::fs;

use crate::common::project::{UNTESTED, bad, good, orphan, project, revision};
use crate::common::{Ran, Repo};

fn audit(repo: &Repo, arguments: &[&str]) -> serde_json::Value {
    let ran = repo.tool(&[&["audit", "--format", "json"], arguments].concat()).ends_with(0);
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", ran.stdout, ran.stderr))
}

/// `subject rule`, and `mended` where it is, one line per violation.
fn blamed(audit: &serde_json::Value) -> Vec<String> {
    let line = |one: &serde_json::Value| {
        let mended = if one["mended"].is_null() { "" } else { " mended" };
        format!(
            "{} {}{mended}",
            one["commit"]["subject"].as_str().unwrap(),
            one["rule"].as_str().unwrap()
        )
    };
    audit["violations"].as_array().unwrap().iter().map(line).collect()
}

/// Writes a revision and commits everything past the gate; the subject is its id.
fn commit(repo: &Repo, id: &str, text: String) -> String {
    repo.write(&format!("alembic/versions/{id}.py"), text);
    repo.commit_all(id)
}

fn after(parent: &str, text: String) -> String {
    text.replace("\"a1\"", &format!("\"{parent}\""))
}

#[test]
fn a_commit_is_named_with_author_date_rule_and_line() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let id = commit(&repo, "b2", bad("b2"));
    let found = audit(&repo, &["main..HEAD"]);
    assert_eq!(blamed(&found), ["b2 not-null-without-default"]);
    let one = &found["violations"][0];
    assert_eq!((&one["commit"]["id"], &one["commit"]["author"]), (&id.into(), &"Ada".into()));
    assert_eq!((&one["path"], &one["line"]), (&"alembic/versions/b2.py".into(), &10.into()));
    assert!(one["commit"]["date"].as_str().unwrap().ends_with('Z') && one["recorded"].is_null());
    assert_eq!((&found["commits"], &found["judged"]), (&1.into(), &1.into()));
    let reported = repo.tool(&["audit", "main..HEAD"]).ends_with(0).stdout;
    assert!(
        reported.contains("❌ not-null-without-default in alembic/versions/b2.py:10"),
        "{reported}"
    );
    assert!(
        reported.ends_with("1 commit, 1 with migrations: 1 violation in 1 commit\n"),
        "{reported}"
    );
    let counted = repo.tool(&["audit", "main..HEAD", "--statistics"]).ends_with(0).stdout;
    assert!(counted.starts_with("    1  critical  not-null-without-default "), "{counted}");
    assert!(counted.ends_with("1 violation in 1 commit\n"), "{counted}");
    let counted = audit(&repo, &["main..HEAD", "--statistics"]);
    assert_eq!(counted["statistics"][0]["count"], 1);
    repo.tool(&["audit", "--statistics", "--format", "sarif"]).ends_with(2);
    repo.tool(&["audit", "main..HEAD", "--fail"]).ends_with(1);
    repo.tool(&["audit", "--fail", "main"]).ends_with(0);
}

#[test]
fn what_was_mended_within_the_range_is_told_as_mended_and_does_not_fail() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    commit(&repo, "b2", bad("b2"));
    commit(&repo, "c3", after("b2", bad("c3")));
    repo.write("alembic/versions/b2.py", good("b2"));
    let mended = repo.commit_all("mend");
    fs::remove_file(repo.root().join("alembic/versions/c3.py")).unwrap();
    let removed = repo.commit_all("remove");
    let found = audit(&repo, &["main..HEAD"]);
    assert_eq!(
        blamed(&found),
        ["b2 not-null-without-default mended", "c3 not-null-without-default mended"]
    );
    let how = |at: usize| {
        (
            found["violations"][at]["mended"]["how"].clone(),
            found["violations"][at]["mended"]["commit"].clone(),
        )
    };
    assert_eq!(how(0), ("changed".into(), mended.into()));
    assert_eq!(how(1), ("removed".into(), removed.into()));
    repo.tool(&["audit", "main..HEAD", "--fail"]).ends_with(0);
    // A file that moved is the same revision.
    repo.git(&["mv", "alembic/versions/b2.py", "alembic/versions/b2_email.py"]);
    repo.commit_all("move");
    assert_eq!(blamed(&audit(&repo, &["main..HEAD"]))[0], "b2 not-null-without-default mended");
}

#[test]
fn a_reformatted_file_mends_nothing() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    commit(&repo, "b2", bad("b2"));
    repo.write(
        "alembic/versions/b2.py",
        bad("b2").replace("import sqlalchemy as sa", "import sqlalchemy as sa\n"),
    );
    repo.commit_all("format");
    assert_eq!(blamed(&audit(&repo, &["main..HEAD"])), ["b2 not-null-without-default"]);
}

#[test]
fn a_broken_graph_is_blamed_on_the_commit_that_broke_it_only() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    commit(&repo, "b2", orphan("b2"));
    commit(&repo, "c3", after("b2", good("c3").replace("email", "phone")));
    assert_eq!(blamed(&audit(&repo, &["main..HEAD"])), ["b2 missing-parent"]);
    repo.write("alembic/versions/b2.py", good("b2"));
    let mend = repo.commit_all("mend");
    commit(&repo, "d4", after("c3", good("d4").replace("email", "fax")));
    let found = audit(&repo, &["main..HEAD"]);
    assert_eq!(blamed(&found), ["b2 missing-parent mended"]);
    assert_eq!(found["violations"][0]["mended"]["commit"], mend);
}

#[test]
fn a_merge_is_blamed_for_what_it_makes_and_not_for_what_it_brings() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "one"]);
    commit(&repo, "b2", bad("b2"));
    repo.git(&["checkout", "-q", "-b", "two", "main"]);
    commit(&repo, "c3", good("c3").replace("email", "phone"));
    repo.git(&["merge", "-q", "--no-verify", "one", "-m", "merge"]);
    assert_eq!(
        blamed(&audit(&repo, &["main..HEAD"])),
        ["b2 not-null-without-default", "merge multiple-heads"]
    );
}

#[test]
fn what_is_deployed_together_is_judged_together_and_what_was_released_is_not_new() {
    let index = r#"op.create_index("ix_things", "things", ["id"])"#;
    let table = r#"op.create_table("things", sa.Column("id", sa.Integer, primary_key=True))"#;
    let two = |repo: &Repo| {
        commit(repo, "b2", revision("b2", Some("a1"), table, r#"op.drop_table("things")"#));
        commit(
            repo,
            "c3",
            revision("c3", Some("b2"), index, r#"op.drop_index("ix_things", "things")"#),
        );
    };
    // On a branch both are new when they are deployed.
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    two(&repo);
    assert_eq!(blamed(&audit(&repo, &["main..HEAD"])), Vec::<String>::new());
    // Merged, they still came together.
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-verify", "work", "-m", "merge"]);
    assert_eq!(blamed(&audit(&repo, &[])), Vec::<String>::new());
    // One by one on the main line, the table is in use when its index is built.
    let repo = project();
    two(&repo);
    assert_eq!(blamed(&audit(&repo, &[])), ["c3 index-without-concurrently"]);
}

#[test]
fn a_project_that_moved_is_followed() {
    let repo = project();
    commit(&repo, "b2", bad("b2"));
    fs::create_dir_all(repo.root().join("db")).unwrap();
    repo.git(&["mv", "alembic", "db/alembic"]);
    repo.write("alembic.ini", "[alembic]\nscript_location = db/alembic\n");
    repo.commit_all("move");
    repo.write("db/alembic/versions/c3.py", after("b2", bad("c3").replace("email", "phone")));
    repo.commit_all("c3");
    let found = audit(&repo, &[]);
    assert_eq!(blamed(&found), ["b2 not-null-without-default", "c3 not-null-without-default"]);
    // So is one that is gone at the end.
    fs::remove_dir_all(repo.root().join("db")).unwrap();
    fs::remove_file(repo.root().join("alembic.ini")).unwrap();
    repo.commit_all("gone");
    assert_eq!(blamed(&audit(&repo, &[])).len(), 2);
}

#[test]
fn commits_are_chosen_by_day_and_by_author() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let at = |id: &str, text: String, day: &str, author: &str| {
        repo.write(&format!("alembic/versions/{id}.py"), text);
        repo.git(&["add", "-A"]);
        let mut command = repo.command("git");
        command
            .args(["commit", "-q", "-n", "-m", id])
            .env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"));
        Ran::of(command.envs([("GIT_AUTHOR_NAME", author), ("GIT_AUTHOR_EMAIL", "x@example.com")]))
            .ends_with(0);
    };
    at("b2", bad("b2"), "2026-01-10", "Ada");
    at("c3", after("b2", bad("c3").replace("email", "phone")), "2026-02-10", "Grace");
    assert_eq!(
        blamed(&audit(&repo, &["main..HEAD", "--since", "2026-02-01"])),
        ["c3 not-null-without-default"]
    );
    assert_eq!(
        blamed(&audit(&repo, &["main..HEAD", "--author", "ADA"])),
        ["b2 not-null-without-default"]
    );
    repo.tool(&["audit", "--since", "yesterday"]).ends_with(2);
}

#[test]
fn waivers_are_held_against_the_day_of_the_commit() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let waived = bad("b2").replace(
        "    op.add_column",
        "    # safe-migration: allow not-null-without-default -- the table is empty until=2020-01-31\n    op.add_column",
    );
    repo.write("alembic/versions/b2.py", waived);
    repo.git(&["add", "-A"]);
    let day = |day: &str| {
        let mut command = repo.command("git");
        command.args(["commit", "-q", "--amend", "--allow-empty", "-n", "-m", "b2"]);
        Ran::of(command.env("GIT_COMMITTER_DATE", format!("{day}T12:00:00Z"))).ends_with(0);
        blamed(&audit(&repo, &["main..HEAD"]))
    };
    repo.git(&["commit", "-q", "-n", "-m", "b2"]);
    assert_eq!(day("2020-01-31"), Vec::<String>::new());
    assert!(day("2020-02-01").contains(&"b2 waiver-expired".to_owned()));
}

#[test]
fn evidence_that_another_machine_keeps_is_not_asked_for() {
    let repo = project();
    repo.write("safe-migration.toml", UNTESTED.replace("off", "required"));
    repo.commit_all("settings");
    repo.git(&["checkout", "-q", "-b", "work"]);
    commit(&repo, "b2", good("b2"));
    assert_eq!(blamed(&audit(&repo, &["main..HEAD"])), Vec::<String>::new());
    assert_eq!(
        blamed(&audit(&repo, &["main..HEAD", "--require-testing"])),
        ["b2 downgrade-untested"]
    );
}

#[test]
fn the_ledger_tells_how_a_commit_got_in_and_is_not_needed() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-q", "-n", "-m", "b2"]).ends_with(0);
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.git_with_tool(&["commit", "-q", "--amend", "-m", "better words"]).ends_with(0);
    let recorded = &audit(&repo, &["main..HEAD"])["violations"][0]["recorded"];
    assert_eq!((&recorded["class"], &recorded["before"][0][0]), (&"bypass".into(), &first.into()));
    repo.write("alembic/versions/c3.py", after("b2", good("c3").replace("email", "phone")));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-q", "-n", "-m", "c3"]).ends_with(0);
    assert_eq!(audit(&repo, &["main..HEAD"])["harmless"][0]["class"], "bypass");
    let clone = repo.beside("clone");
    repo.git(&["clone", "-q", ".", clone.to_str().unwrap()]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let ran = Ran::of(repo.command_in(&clone, tool).args([
        "audit",
        "origin/main..HEAD",
        "--format",
        "json",
    ]))
    .ends_with(0);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(blamed(&found), ["better words not-null-without-default"]);
    assert!(found["violations"][0]["recorded"].is_null());
}

#[test]
fn the_ledger_holds_no_word_of_a_migration_and_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    let secret =
        r#"op.execute("ALTER ROLE app PASSWORD 'hunter2-hunter2'"); op.drop_table("users")"#;
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), secret, "pass"));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-q", "-n", "-m", "the message says hunter2"]).ends_with(0);
    let path = repo.root().join(".git/safe-migration/ledger.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("drop-table") && !text.contains("hunter2"), "{text}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_shallow_clone_is_refused_with_the_reason() {
    let repo = project();
    for id in ["b2", "c3"] {
        repo.write("a.txt", id);
        repo.commit_all(id);
    }
    let clone = repo.beside("clone");
    let url = format!("file://{}", repo.root().display());
    repo.git(&["clone", "-q", "--depth", "2", &url, clone.to_str().unwrap()]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let run = |range: &str| Ran::of(repo.command_in(&clone, tool).args(["audit", range]));
    let refused = run("HEAD").ends_with(2);
    assert!(
        refused.stderr.contains("shallow") && refused.stderr.contains("fetch-depth: 0"),
        "{}",
        refused.stderr
    );
    run("HEAD~1..HEAD").ends_with(0);
}

#[test]
fn a_commit_that_cannot_be_judged_is_no_pass() {
    let repo = project();
    repo.write("safe-migration.toml", "testing = \"of\"\n");
    commit(&repo, "b2", good("b2"));
    repo.write("safe-migration.toml", UNTESTED);
    repo.commit_all("settings");
    let ran = repo.tool(&["audit"]).ends_with(2);
    assert!(ran.stdout.contains("could not be judged"), "{}", ran.stdout);
}

#[test]
fn each_form_tells_the_same() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let id = commit(&repo, "b2", bad("b2"));
    let tell =
        |format: &str| repo.tool(&["audit", "main..HEAD", "--format", format]).ends_with(0).stdout;
    let sarif: serde_json::Value = serde_json::from_str(&tell("sarif")).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["properties"]["commit"]),
        (&"not-null-without-default".into(), &id.clone().into())
    );
    let markdown = tell("markdown");
    assert!(markdown.contains("| ❌ |") && markdown.contains(&id[..10]), "{markdown}");
    assert!(tell("text").contains(&id[..10]));
}

#[test]
fn a_folder_of_revisions_that_comes_and_goes_within_a_range_is_judged() {
    let repo = project();
    let drop = "from alembic import op\nrevision = 'z1'\ndown_revision = None\n\n\ndef upgrade():\n    \
        op.drop_table('users')\n\n\ndef downgrade():\n    pass\n";
    repo.write("plugin/migrations/versions/z1.py", drop);
    repo.commit_all("plugin");
    repo.git(&["rm", "-q", "-r", "plugin"]);
    repo.commit_all("no plugin");
    let audit = audit(&repo, &["HEAD~2..HEAD"]);
    assert!(blamed(&audit).iter().any(|row| row.contains("drop-table")), "{audit:#}");
}
