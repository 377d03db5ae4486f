//! What is named on the command line is judged, or the answer is 2 with the reason.

use crate::common::project::{bad, good, project};
use crate::common::{Ran, Repo};

/// Runs the program in a folder that lies in no repository.
fn outside(repo: &Repo, arguments: &[&str]) -> Ran {
    let folder = repo.beside("plain");
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    Ran::of(repo.command_in(&folder, tool).args(arguments))
}

fn judged(ran: &Ran) -> u64 {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    report["judged"].as_u64().unwrap()
}

#[test]
fn a_folder_means_the_migrations_in_it_added_or_not() {
    let repo = project();
    repo.write("alembic/versions/b2.py", good("b2"));
    for folder in [".", "alembic", "alembic/versions"] {
        let ran = repo.tool(&["check", folder, "--exit-zero", "--format", "json"]).ends_with(0);
        assert_eq!(judged(&ran), 2, "{folder}: {}", ran.stdout);
    }
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.tool(&["check", "alembic/versions/b2.py"]).ends_with(1);
}

#[test]
fn a_path_that_yields_no_judged_migration_is_2_with_the_reason() {
    let repo = project();
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.write("empty/x.txt", "");
    repo.write("notes.md", "");
    let table = [
        ("empty", "`empty` holds no migration"),
        ("notes.md", "is no Python file"),
        ("alembic/env.py", "is not loaded by any Alembic project"),
    ];
    for (path, reason) in table {
        let ran = repo.tool(&["check", path]).ends_with(2);
        assert!(ran.stdout.contains(reason), "{path}: {}", ran.stdout);
        // Beside one that is judged it is still said.
        let both = repo.tool(&["check", path, "alembic/versions/b2.py"]).ends_with(2);
        assert!(both.stdout.contains(reason), "{path}: {}", both.stdout);
    }
    // A file with the header of a revision is one, whatever configuration says.
    repo.write("elsewhere/b3.py", bad("b3"));
    repo.tool(&["check", "elsewhere/b3.py"]).ends_with(1);
    let gone = repo.tool(&["check", "alembic/versions/gone.py"]).ends_with(2);
    assert!(gone.stderr.contains("cannot be found"), "{}", gone.stderr);
}

#[test]
fn a_project_whose_configuration_is_not_added_is_judged_by_its_files() {
    let repo = project();
    repo.git(&["rm", "-q", "--cached", "-r", "."]);
    repo.git(&["update-ref", "-d", "HEAD"]);
    let ran = repo.tool(&["check", "alembic/versions/a1_users.py", "--format", "json"]);
    assert!(ran.stdout.contains("inferred for `alembic/versions`"), "{}", ran.stdout);
}

#[test]
fn what_start_after_leaves_out_is_not_judged_when_it_is_named() {
    let repo = project();
    repo.write("safe-migration.toml", "start-after = \"a1\"\n");
    repo.git(&["add", "-A"]);
    let ran = repo.tool(&["check", "alembic/versions/a1_users.py"]).ends_with(2);
    assert!(ran.stdout.contains("`start-after` leaves it out"), "{}", ran.stdout);
}

#[test]
fn without_a_repository_files_are_judged_as_they_are_on_disk() {
    let repo = project();
    let copy = repo.beside("plain");
    repo.command("cp").arg("-r").arg(repo.root()).arg(&copy).status().unwrap();
    std::fs::remove_dir_all(copy.join(".git")).unwrap();
    std::fs::write(copy.join("alembic/versions/b2.py"), bad("b2")).unwrap();
    for arguments in [&["check", "."][..], &["check", "--all"], &["check", "alembic/versions"]] {
        let ran = outside(&repo, &[arguments, &["--format", "json"]].concat()).ends_with(1);
        assert_eq!(judged(&ran), 2, "{arguments:?}");
    }
    outside(&repo, &["check", "alembic/versions/b2.py"]).ends_with(1);
    outside(&repo, &["check"]).ends_with(2);
}

#[test]
fn settings_that_name_nothing_are_reported() {
    let repo = project();
    repo.write(
        "safe-migration.toml",
        "start-after = \"zz\"\nexternal-revisions = [\"yy\"]\nprojects = [\"alembic.ini\"]\n",
    );
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    let said = repo.tool(&["check", "--verbose"]).stdout;
    for words in [
        "`start-after` names `zz`, which is no revision",
        "`external-revisions` names `yy`, which no revision",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn options_stand_on_verbs_that_read_them_and_formats_are_those_that_a_verb_has() {
    let repo = project();
    let table = [
        (&["graph", "--format", "sarif"][..], "[possible values: text, json, mermaid, dot]"),
        (&["operations", "--format", "markdown"], "[possible values: text, json]"),
        (&["explain", "--format", "github"], "[possible values: text, json, markdown]"),
        (&["doctor", "--strict"], "unexpected argument '--strict'"),
        (&["fix"], "'check --fix'"),
        (&["check", "--json"], "'--format json'"),
        (&["check", "HEAD~1"], "`safe-migration check --from HEAD~1`"),
        (&["check", "main..HEAD"], "`safe-migration check --from main`"),
        (&["uninstall", "--dialect", "mysql"], "unexpected argument '--dialect'"),
        (&["check", "--statistics", "--format", "junit"], "--format text"),
        (&["check", "--select", "drop-colunm"], "did you mean `drop-column`?"),
    ];
    for (arguments, words) in table {
        let ran = repo.tool(arguments).ends_with(2);
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn rules_are_chosen_counted_and_written_into_a_file() {
    let repo = project();
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(1);
    repo.tool(&["check", "--exit-zero"]).ends_with(0);
    let rule = "not-null-without-default";
    let only = repo.tool(&["check", "--select", rule, "--format", "concise"]).ends_with(1).stdout;
    let of_findings = only.lines().filter(|line| !line.starts_with("note: "));
    assert_eq!(of_findings.count(), 2, "{only}");
    assert!(
        only.starts_with("alembic/versions/b2.py:10:5: not-null-without-default `users"),
        "{only}"
    );
    let rest = repo.tool(&["check", "--ignore", rule]).stdout;
    assert!(!rest.contains(rule) || rest.contains(&format!("--ignore {rule}")), "{rest}");
    repo.tool(&["--statistics", "--output-file", "report.txt"]).ends_with(1);
    let report = std::fs::read_to_string(repo.root().join("report.txt")).unwrap();
    assert!(report.contains("1  critical  not-null-without-default"), "{report}");
}
