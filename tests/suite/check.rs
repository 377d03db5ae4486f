//! `check` and `hook` through the real git: what is judged, what is reported, and how it ends.

use std::process::Stdio;

use crate::common::project::{bad, good, orphan, project, revision};
use crate::common::{Ran, Repo, path_with_tool};

fn json(ran: &Ran) -> serde_json::Value {
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}\n{}", ran.stdout, ran.stderr))
}

fn rules(value: &serde_json::Value) -> Vec<&str> {
    value["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn a_commit_with_a_bad_migration_is_blocked_and_the_report_goes_to_standard_error() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    let commit = repo.git_with_tool(&["commit", "-m", "email"]).ends_with(1);
    assert!(commit.stderr.contains("❌ not-null-without-default"), "{}", commit.stderr);
    assert!(commit.stderr.contains("--> alembic/versions/b2.py:10:5"), "{}", commit.stderr);
    assert!(commit.stderr.contains("commit blocked: 1 issue"), "{}", commit.stderr);
    assert_eq!(commit.stdout, "");
    assert!(!commit.stderr.contains('\u{1b}'), "no colour where nobody looks");
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-m", "email"]).ends_with(0);
}

#[test]
fn no_verify_goes_around_the_gate_and_a_range_finds_what_it_let_through() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "--no-verify", "-m", "email"]).ends_with(0);
    let range = repo.tool(&["check", "--from", "main", "--format", "json"]).ends_with(1);
    assert_eq!(rules(&json(&range)), ["not-null-without-default"]);
}

#[test]
fn where_nothing_is_judged_the_hook_is_silent_and_the_verb_says_so() {
    let repo = project();
    repo.write("README.md", "a shop\n");
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "README.md"]);
    let hook = repo.tool(&["hook", "pre-commit"]).ends_with(0);
    assert_eq!((hook.stdout.as_str(), hook.stderr.as_str()), ("", ""));
    let check = repo.tool(&["check"]).ends_with(0);
    let line = "✅ safe-migration: nothing to judge: 0 migrations in what is staged\n";
    assert_eq!((check.stdout.as_str(), check.stderr.as_str()), (line, ""));
    let report = json(&repo.tool(&["check", "--format", "json"]).ends_with(0));
    assert_eq!(report["judged"], 0);
}

#[test]
fn a_clean_pass_is_one_line() {
    let repo = project();
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    let check = repo.tool(&["check"]).ends_with(0);
    assert_eq!(check.stdout.lines().count(), 1, "{}", check.stdout);
    assert!(check.stdout.starts_with("✅ safe-migration: "), "{}", check.stdout);
}

#[test]
fn what_is_staged_is_judged_and_not_what_lies_in_the_work_tree() {
    let repo = project();
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.git(&["add", "-A"]);
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.tool(&["check"]).ends_with(1);
    repo.git(&["add", "-A"]);
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.tool(&["check"]).ends_with(0);
    repo.tool(&["check", "alembic/versions/b2.py"]).ends_with(1);
}

#[test]
fn a_commit_of_all_or_of_one_path_is_judged_by_what_it_would_hold() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.commit_all("b2");
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.git_with_tool(&["commit", "-a", "-m", "x"]).ends_with(1);
    repo.git_with_tool(&["commit", "alembic/versions/b2.py", "-m", "x"]).ends_with(1);
    repo.write("README.md", "two shops\n");
    repo.git_with_tool(&["commit", "README.md", "-m", "x"]).ends_with(0);
}

#[test]
fn a_merge_does_not_judge_what_colleagues_did() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.git(&["checkout", "-q", "-b", "theirs"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.commit_all("theirs");
    repo.git(&["checkout", "-q", "-b", "mine", "main"]);
    repo.write("app.py", "x = 1\n");
    repo.commit_all("mine");
    repo.git_with_tool(&["merge", "-q", "theirs", "-m", "merge"]).ends_with(0);
}

#[test]
fn a_merge_that_leaves_two_heads_is_blocked() {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.git(&["checkout", "-q", "-b", "theirs"]);
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.commit_all("theirs");
    repo.git(&["checkout", "-q", "-b", "mine", "main"]);
    repo.write("alembic/versions/c3.py", good("c3").replace("email", "phone"));
    repo.commit_all("mine");
    let merge = repo.git_with_tool(&["merge", "theirs", "-m", "merge"]).ends_with(1);
    assert!(
        merge.stderr.contains("multiple-heads") && merge.stderr.contains("merge blocked"),
        "{}",
        merge.stderr
    );
}

#[test]
fn a_reformatted_migration_is_not_judged_again() {
    let repo = project();
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.commit_all("let through");
    repo.write("alembic/versions/b2.py", bad("b2").replace('"', "'").replace("'''", "\"\"\""));
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(0);
}

#[test]
fn the_folder_that_it_is_started_in_does_not_matter() {
    let repo = project();
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.git(&["add", "-A"]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    Ran::of(&mut repo.command_in(&repo.root().join("alembic/versions"), tool)).ends_with(1);
    let elsewhere = repo.beside("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let root = repo.root();
    Ran::of(repo.command_in(&elsewhere, tool).args(["-C", root.to_str().unwrap()])).ends_with(1);
}

#[test]
fn whatever_cannot_be_told_is_exit_status_2_with_a_sentence_and_a_hint() {
    let repo = project();
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let reported = [
        Ran::of(repo.command_in(&outside, tool).arg("check")),
        repo.tool(&["check", "--from", "nowhere"]),
        repo.tool(&["-C", "nowhere", "check"]),
        repo.tool(&["explain", "drop-colunm"]),
        repo.tool(&["check", "alembic/versions/nowhere.py"]),
    ];
    for ran in reported {
        let ran = ran.ends_with(2);
        assert!(
            ran.stderr.contains("safe-migration: error: ") && ran.stderr.contains("hint: "),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
    repo.tool(&["no-such-verb"]).ends_with(2);
}

#[test]
fn an_index_in_conflict_cannot_be_judged() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "theirs"]);
    repo.write("README.md", "theirs\n");
    repo.commit_all("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("README.md", "ours\n");
    repo.commit_all("ours");
    assert!(!repo.try_git(&["merge", "theirs"]).status.success());
    let check = repo.tool(&["check"]).ends_with(2);
    assert!(check.stderr.contains("README.md"), "{}", check.stderr);
}

#[test]
fn settings_that_cannot_be_read_matter_only_where_a_migration_is_concerned() {
    let repo = project();
    repo.write("safe-migration.toml", "testing = \"of\"\n");
    repo.commit_all("settings");
    repo.write("README.md", "a shop\n");
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(0);
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(2);
}

#[test]
fn revisions_up_to_the_one_that_settings_name_are_not_judged() {
    let repo = project();
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.tool(&["check", "--all"]).ends_with(1);
    repo.write("safe-migration.toml", "testing = \"off\"\nstart-after = [\"b2\"]\n");
    repo.git(&["add", "-A"]);
    repo.tool(&["check", "--all"]).ends_with(0);
}

#[test]
fn a_project_that_only_the_settings_name_is_judged() {
    let repo = project();
    repo.git(&["mv", "alembic.ini", "production.ini"]);
    repo.git(&["mv", "alembic", "schema"]);
    repo.write(
        "production.ini",
        "[alembic]\nscript_location = schema\nversion_locations = changes\n",
    );
    repo.git(&["mv", "schema/versions", "changes"]);
    repo.write("safe-migration.toml", "testing = \"off\"\nprojects = [\"production.ini\"]\n");
    repo.commit_all("elsewhere");
    repo.write("changes/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(1);
}

#[test]
fn where_there_is_no_project_a_look_at_all_says_so() {
    let repo = Repo::new();
    let check = repo.tool(&["check", "--all"]).ends_with(0);
    assert!(check.stderr.contains("belongs to an Alembic project"), "{}", check.stderr);
}

#[test]
fn a_framework_that_stages_nothing_has_the_state_judged_as_a_whole() {
    let repo = project();
    repo.tool(&["hook", "pre-commit"]).ends_with(0);
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.commit_all("let through");
    let hook = repo.tool(&["hook", "pre-commit"]).ends_with(1);
    assert!(hook.stderr.contains("missing-parent"), "{}", hook.stderr);
}

#[test]
fn a_framework_that_names_two_refs_has_what_lies_between_them_judged() {
    let repo = project();
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.commit_all("let through");
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let mut hook = repo.command(tool);
    hook.args(["hook", "pre-commit"])
        .envs([("PRE_COMMIT_FROM_REF", "HEAD~1"), ("PRE_COMMIT_TO_REF", "HEAD")]);
    Ran::of(&mut hook).ends_with(1);
    Ran::of(hook.env("PRE_COMMIT_FROM_REF", "nowhere")).ends_with(2);
}

#[test]
fn a_commit_that_changes_only_its_message_is_silent() {
    let repo = project();
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.commit_all("let through");
    repo.hook("pre-commit", "exec safe-migration hook pre-commit");
    let amend = repo.git_with_tool(&["commit", "--amend", "-m", "other words"]).ends_with(0);
    assert!(!amend.stderr.contains("safe-migration"), "{}", amend.stderr);
}

#[test]
fn the_json_report_has_every_key_of_the_contract() {
    let repo = project();
    repo.write("alembic/versions/é b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    let report = json(&repo.tool(&["check", "--format", "json"]).ends_with(1));
    let keys =
        |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let contract = [
        "schema",
        "tool",
        "version",
        "decision",
        "migrations",
        "findings",
        "waived",
        "passed",
        "testing",
        "unread",
        "recommendations",
    ];
    assert!(contract.iter().all(|key| keys(&report).contains(&(*key).to_owned())), "{report}");
    assert_eq!((&report["schema"], &report["decision"]), (&1.into(), &"block".into()));
    let migration = &report["migrations"][0];
    let contract = [
        "path",
        "previous_path",
        "revision",
        "down_revisions",
        "message",
        "change",
        "judged",
        "project",
    ];
    assert_eq!(keys(migration), contract);
    assert_eq!(migration["path"], "alembic/versions/é b2.py");
    let finding = &report["findings"][0];
    let contract = [
        "rule",
        "severity",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "revision",
        "direction",
        "table",
        "object",
        "message",
        "consequence",
        "remedy",
        "safe_form",
        "lowered",
        "count",
        "notes",
    ];
    assert_eq!(keys(finding), contract);
    assert_eq!((&finding["line"], &finding["column"]), (&10.into(), &5.into()));
    assert_eq!((&finding["table"], &finding["object"]), (&"users".into(), &"email".into()));
    let testing =
        ["revision", "status", "upgrade", "downgrade", "reupgrade", "database", "at", "waived"];
    assert_eq!(keys(&report["testing"][0]), testing);
}

#[test]
fn columns_count_code_points_and_end_behind_the_last_one() {
    let repo = project();
    let statement = r#"op.rename_column("naïve 表", "a", "b")"#;
    repo.write("alembic/versions/b2.py", revision("b2", Some("a1"), statement, "pass"));
    repo.git(&["add", "-A"]);
    let report = json(&repo.tool(&["check", "--format", "json"]).ends_with(1));
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["rule"] == "unknown-operation").unwrap();
    assert_eq!(found["end_column"], 5 + statement.chars().count());
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let repo = project();
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let mut child = repo
        .command(tool)
        .arg("check")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), [].as_slice()));
}

#[test]
fn colour_is_used_where_it_is_asked_for() {
    let repo = project();
    repo.write("alembic/versions/b2.py", orphan("b2"));
    repo.git(&["add", "-A"]);
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        let ran = Ran::of(command.args(arguments).envs(environment.iter().copied()));
        ran.stdout.contains('\u{1b}')
    };
    assert!(!colored(&["check"], &[]));
    assert!(colored(&["check", "--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&["check", "--color", "never"], &[("FORCE_COLOR", "1")]));
}

/// Runs a hook framework's `git commit` on a repository whose configuration takes the hook from our
/// manifest.
fn with_framework(framework: &str, then: impl Fn(&Repo)) {
    let has_it = std::process::Command::new(framework)
        .arg("--version")
        .output()
        .is_ok_and(|ran| ran.status.success());
    if !has_it {
        assert!(
            std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "`{framework}` is not on PATH"
        );
        return;
    }
    let hooks = Repo::new();
    let manifest =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml"))
            .unwrap();
    hooks.write(".pre-commit-hooks.yaml", manifest);
    let revision = hooks.commit_all("hooks");
    let repo = project();
    let source = hooks.root();
    let config = format!(
        "repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n  - id: safe-migration-system\n",
        source.display()
    );
    repo.write(".pre-commit-config.yaml", config);
    repo.commit_all("framework");
    let install = ["install", "-t", "pre-commit", "-t", "pre-merge-commit"];
    Ran::of(repo.command(framework).args(install).env("PATH", path_with_tool())).ends_with(0);
    then(&repo);
}

fn frameworks_block_and_pass(framework: &str) {
    with_framework(framework, |repo| {
        repo.write("alembic/versions/b2.py", bad("b2"));
        repo.git(&["add", "-A"]);
        let commit = repo.git_with_tool(&["commit", "-m", "b2"]).ends_with(1);
        let said = commit.stdout + &commit.stderr;
        assert!(said.contains("not-null-without-default"), "{said}");
        repo.write("alembic/versions/b2.py", good("b2"));
        repo.git(&["add", "-A"]);
        repo.git_with_tool(&["commit", "-m", "b2"]).ends_with(0);
        // Frameworks with a file filter skip hooks where something is only deleted.
        repo.write(
            "alembic/versions/c3.py",
            good("c3").replace("\"a1\"", "\"b2\"").replace("email", "phone"),
        );
        repo.commit_all("c3");
        repo.git(&["rm", "-q", "alembic/versions/b2.py"]);
        repo.git_with_tool(&["commit", "-m", "gone"]).ends_with(1);
    });
}

#[test]
fn the_pre_commit_framework_blocks_and_passes() {
    frameworks_block_and_pass("pre-commit");
}

#[test]
fn prek_blocks_and_passes() {
    frameworks_block_and_pass("prek");
}

#[test]
fn a_run_over_all_files_judges_the_state_and_one_between_refs_the_range() {
    for framework in ["pre-commit", "prek"] {
        with_framework(framework, |repo| {
            repo.write("alembic/versions/b2.py", orphan("b2"));
            repo.commit_all("let through");
            let run = |arguments: &[&str]| {
                Ran::of(
                    repo.command(framework)
                        .arg("run")
                        .args(arguments)
                        .env("PATH", path_with_tool()),
                )
            };
            run(&["--all-files"]).ends_with(1);
            run(&["--from-ref", "HEAD~1", "--to-ref", "HEAD"]).ends_with(1);
        });
    }
}

#[test]
fn a_revision_where_alembic_does_not_look_is_not_passed_over_in_silence() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/2026/b2.py", bad("b2"));
    repo.write("alembic/versions/2026/words.py", "WORDS = []\n");
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check"]).ends_with(1);
    let inferred = "inferred for `alembic.ini`";
    assert!(ran.stdout.contains(inferred), "{}", ran.stdout);
    assert!(!ran.stdout.contains("words.py"), "{}", ran.stdout);
}

#[test]
fn the_lack_of_a_lock_timeout_is_told_in_full_once() {
    let repo = project();
    let env = std::fs::read_to_string(repo.root().join("alembic/env.py")).unwrap();
    let env: String = env
        .lines()
        .filter(|line| !line.contains("lock_timeout"))
        .map(|line| format!("{line}\n"))
        .collect();
    repo.write("alembic/env.py", env);
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    let hook = || repo.tool(&["hook", "pre-commit"]).ends_with(0).stderr;
    let (first, second) = (hook(), hook());
    assert!(first.contains("missing-lock-timeout: ") && first.contains("instead: "), "{first}");
    assert!(second.contains("missing-lock-timeout: ") && !second.contains("instead: "), "{second}");
}

/// A revision that executes `sql/b2.sql` beside it, and that file.
fn reading(repo: &Repo, sql: &str) {
    let code = "op.execute((Path(__file__).parent / 'sql' / f'{revision}.sql').read_text())";
    let text = revision("b2", Some("a1"), code, "op.drop_column('users', 'note')");
    let text = text.replacen("from alembic", "from pathlib import Path\nfrom alembic", 1);
    repo.write("alembic/versions/b2.py", text);
    repo.write("alembic/versions/sql/b2.sql", sql);
    repo.write("reports/b2.sql", sql);
}

#[test]
fn a_change_of_the_sql_that_a_revision_reads_is_judged_as_one_of_the_revision() {
    let repo = project();
    reading(&repo, "ALTER TABLE users ADD COLUMN note text;\n");
    repo.commit_all("b2");
    repo.write("reports/b2.sql", "DROP TABLE users;\n");
    repo.git(&["add", "-A"]);
    assert_eq!(repo.tool(&["hook", "pre-commit"]).ends_with(0).stderr, "", "nothing reads it");
    repo.write("alembic/versions/sql/b2.sql", "ALTER TABLE users\n  ADD COLUMN note text;\n");
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(0);
    repo.write("alembic/versions/sql/b2.sql", "DROP TABLE users;\n");
    repo.git(&["add", "-A"]);
    let check = repo.tool(&["check", "--format", "json"]).ends_with(1);
    let report = json(&check);
    assert!(rules(&report).contains(&"drop-table"), "{}", check.stdout);
    let notice =
        "`alembic/versions/b2.py` is judged by what it reads now: `alembic/versions/sql/b2.sql`";
    assert!(check.stdout.contains(notice), "{}", check.stdout);
    let check = repo.tool(&["check"]).ends_with(1).stdout.replace("\n   ", " ");
    for sentence in [
        "`alembic/versions/sql/b2.sql`, which this revision reads, is changed here",
        "git checkout HEAD -- alembic/versions/sql/b2.sql",
    ] {
        assert!(check.contains(sentence), "{sentence}: {check}");
    }
    repo.git(&["commit", "-q", "--no-verify", "-m", "drop"]);
    let audit = repo.tool(&["audit", "HEAD~1..HEAD"]);
    assert!(audit.stdout.contains("drop-table in alembic/versions/b2.py"), "{}", audit.stdout);
}
