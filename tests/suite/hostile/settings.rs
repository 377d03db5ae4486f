//! Branches that say themselves how they are judged, and branches that grow from nothing.

use std::io::Write;
use std::process::Stdio;

use crate::common::project::{bad, good, project};
use crate::common::{Ran, Repo};

/// Every format of a report.
const FORMATS: [&str; 9] =
    ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "rdjson"];

/// A branch `work` with a bad migration, and settings that let it through.
fn lenient() -> Repo {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.write(
        "safe-migration.toml",
        "testing = \"warn\"\nstart-after = [\"b2\"]\n[severity]\nnot-null-without-default = \"off\"\n\
         [sizes]\nusers = 10\n",
    );
    repo.commit_all("email");
    repo
}

/// Makes a branch `orphan` that shares no commit with `main` and adds a bad migration to its files.
fn orphan() -> Repo {
    let repo = project();
    repo.git(&["checkout", "-q", "--orphan", "orphan"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo
}

/// Runs a hook with what git hands over on standard input.
fn hook(repo: &Repo, folder: &std::path::Path, name: &str, input: &str) -> Ran {
    let mut command = repo.command_in(folder, env!("CARGO_BIN_EXE_safe-migration"));
    let mut child = command
        .args(["hook", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Ran {
        status: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn what_a_branch_makes_of_the_settings_stands_in_every_format() {
    let repo = lenient();
    for format in FORMATS {
        let said = repo.tool(&["check", "--from", "main", "--format", format]).stdout;
        let said = said.replace("\\\"", "\"").replace("%22", "\"").replace("&quot;", "\"");
        for part in [
            "`testing` becomes `\"warn\"` in this change, and was `\"off\"`",
            "`severity.not-null-without-default` becomes `\"off\"` in this change, and was not set",
            "`sizes.users` becomes `10`",
            "`start-after` names `b2`, which this change adds",
        ] {
            let flat = said.replace('\n', " ");
            assert!(flat.contains(part), "{format} lacks {part}: {said}");
        }
    }
    let text = repo.tool(&["check", "--from", "main"]).stdout;
    assert!(text.starts_with("⚠️  settings: "), "{text}");
    let audit = repo.tool(&["audit", "main..work"]).stdout;
    assert!(audit.contains("`sizes.users` becomes `10` in this change"), "{audit}");
}

#[test]
fn start_after_does_not_excuse_what_the_change_itself_adds() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.write("safe-migration.toml", "testing = \"off\"\nstart-after = [\"b2\"]\n");
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(1);
    repo.commit_all("email");
    repo.tool(&["check", "--from", "main"]).ends_with(1);
    repo.tool(&["audit", "--fail", "main..work"]).ends_with(1);
}

#[test]
fn settings_that_are_trusted_count_whatever_the_branch_makes_of_them() {
    let repo = lenient();
    repo.tool(&["check", "--from", "main"]).ends_with(0);
    for verb in [&["check", "--from", "main"][..], &["audit", "--fail", "main..work"]] {
        let trusted = [verb, &["--trusted-config", "main"]].concat();
        let ran = repo.tool(&trusted).ends_with(1);
        assert!(ran.stdout.contains("not-null-without-default"), "{}", ran.stdout);
    }
    let said = repo.tool(&["check", "--from", "main", "--trusted-config", "main"]).stdout;
    assert!(said.contains("the settings of `main` count"), "{said}");
    let unknown = repo.tool(&["check", "--trusted-config", "nowhere"]).ends_with(2);
    assert!(unknown.stderr.contains("`nowhere` names no commit"), "{}", unknown.stderr);
    repo.tool(&["check", "--trusted-config", "main", "--config", "x.toml"]).ends_with(2);
}

#[test]
fn a_server_judges_by_the_settings_of_its_default_branch() {
    let repo = lenient();
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", "-b", "main", ".", server.to_str().unwrap()]);
    let (main, work) = (repo.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "work"]));
    let zero = "0".repeat(40);
    let input = format!("{zero} {work} refs/heads/new\n");
    let said = hook(&repo, &server, "pre-receive", &input).ends_with(1).stderr;
    assert!(said.contains("the settings of `main` count"), "{said}");
    let input = format!("{main} {work} refs/heads/main\n");
    hook(&repo, &server, "pre-receive", &input).ends_with(1);
}

#[test]
fn what_a_server_cannot_read_or_find_is_no_pass_and_tags_are_judged_too() {
    let repo = lenient();
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", "-b", "main", ".", server.to_str().unwrap()]);
    let (main, work) = (repo.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "work"]));
    let blob = repo.git(&["rev-parse", "main:alembic.ini"]);
    let (zero, unknown) = ("0".repeat(40), "1".repeat(40));
    for (line, status) in [
        (format!("{zero} {work} refs/tags/v1"), 1),
        (format!("{zero} {main} refs/tags/v0"), 0),
        (format!("{zero} {blob} refs/tags/blob"), 0),
        (format!("{zero} {work} refs/for/main"), 1),
        (format!("{zero} {work} refs/changes/07/7/1"), 1),
        (format!("{zero} {work} refs/notes/commits"), 0),
        (format!("{main} {zero} refs/heads/main"), 0),
        (format!("{zero} {unknown} refs/heads/x"), 2),
        (format!("{zero} {blob} refs/heads/x"), 2),
        ("x y refs/heads/x".to_owned(), 2),
        ("nonsense".to_owned(), 2),
    ] {
        let said = hook(&repo, &server, "pre-receive", &format!("{line}\n"));
        assert_eq!(said.status, Some(status), "{line}: {}", said.stderr);
    }
}

#[test]
fn a_server_whose_head_names_no_branch_judges_by_one_with_a_usual_name() {
    let repo = lenient();
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", "-b", "main", ".", server.to_str().unwrap()]);
    let head = ["--git-dir", server.to_str().unwrap(), "symbolic-ref", "HEAD", "refs/heads/none"];
    repo.git(&head);
    let (main, work) = (repo.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "work"]));
    let input = format!("{main} {work} refs/heads/main\n");
    let said = hook(&repo, &server, "pre-receive", &input).ends_with(1).stderr;
    assert!(said.contains("the settings of `main` count"), "{said}");
}

#[test]
fn a_branch_that_shares_no_commit_with_upstream_is_judged_on_what_upstream_has() {
    let repo = orphan();
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(1);
    repo.commit_all("all of it");
    let said = repo.tool(&["check", "--from", "main"]).ends_with(1).stdout;
    assert!(said.contains("not-null-without-default"), "{said}");
    assert!(said.contains("no commit of this work is one of `main`"), "{said}");
    for range in ["main..orphan", "orphan"] {
        let said = repo.tool(&["audit", "--fail", range]).ends_with(1).stdout;
        assert!(said.contains("not-null-without-default"), "{range}: {said}");
    }
    repo.write("alembic/versions/c3.py", bad("c3").replace("\"a1\"", "\"b2\""));
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]).ends_with(1);
}

#[test]
fn an_unrelated_branch_is_pushed_past_neither_side() {
    let repo = orphan();
    let orphan = repo.commit_all("all of it");
    let (main, zero) = (repo.git(&["rev-parse", "main"]), "0".repeat(40));
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", "-b", "main", ".", server.to_str().unwrap()]);
    for (old, branch) in [(&zero, "new"), (&main, "main")] {
        let input = format!("{old} {orphan} refs/heads/{branch}\n");
        hook(&repo, &server, "pre-receive", &input).ends_with(1);
        let input = format!("refs/heads/orphan {orphan} refs/heads/{branch} {old}\n");
        hook(&repo, &repo.root(), "pre-push", &input).ends_with(1);
    }
}

#[test]
fn an_unrelated_branch_that_takes_revisions_away_is_refused() {
    let repo = project();
    repo.git(&["checkout", "-q", "--orphan", "orphan"]);
    repo.git(&["rm", "-q", "-f", "alembic/versions/a1_users.py"]);
    let other = good("z9").replace("\"a1\"", "None").replace("op.add_column", "op.drop_column");
    repo.write("alembic/versions/z9.py", other);
    repo.commit_all("another history");
    let said = repo.tool(&["check", "--from", "main"]).ends_with(2).stdout;
    assert!(said.contains("`a1` of `main` is not among the revisions of this work"), "{said}");
    let said = repo.tool(&["audit", "--fail", "main..orphan"]).ends_with(2).stdout;
    assert!(said.contains("`a1` of `main` is not among"), "{said}");
}

#[test]
fn an_unrelated_branch_without_migrations_may_be_pushed() {
    let repo = project();
    repo.git(&["checkout", "-q", "--orphan", "pages"]);
    repo.git(&["rm", "-q", "-r", "-f", "alembic", "alembic.ini"]);
    repo.write("index.html", "shop\n");
    let pages = repo.commit_all("pages");
    let zero = "0".repeat(40);
    let input = format!("refs/heads/pages {pages} refs/heads/pages {zero}\n");
    let said = hook(&repo, &repo.root(), "pre-push", &input);
    assert_eq!(said.status, Some(0), "{}", said.stderr);
}
