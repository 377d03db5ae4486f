//! Machines that are broken: the exit status stays right, one sentence says what is wrong, nothing
//! is lost or left behind, and nothing is let through.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::common::project::{bad, good, project};
use crate::common::{Ran, Repo, path_with_tool};

/// A repository with hooks in which a bad migration is staged.
fn staged() -> Repo {
    let repo = project();
    repo.tool(&["install"]).ends_with(0);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo
}

fn state(repo: &Repo) -> PathBuf {
    repo.root().join(".git/safe-migration")
}

/// Runs the program under limits of the shell.
fn limited(repo: &Repo, limits: &str, arguments: &str) -> Ran {
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    Ran::of(repo.command("sh").args(["-c", &format!("{limits}; exec '{tool}' {arguments}")]))
}

/// What lies in the git directory and is ours, but for the folder of the state.
fn left_behind(repo: &Repo) -> Vec<String> {
    let names = fs::read_dir(repo.root().join(".git")).unwrap().flatten();
    let names = names.map(|row| row.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("safe-migration-") || name.ends_with(".lock")).collect()
}

#[test]
fn files_of_ours_that_are_broken_let_nothing_through() {
    let names = ["ledger.jsonl", "verify.json", "last-gate", "receipts", "evidence", "blobs"];
    for name in names {
        for content in [&b"\xff\xfe{{{\0"[..], b"", b"{\"schema\": 1}"] {
            let repo = staged();
            fs::create_dir_all(state(&repo)).unwrap();
            // A file where a folder belongs, too.
            fs::write(state(&repo).join(name), content).unwrap();
            repo.tool(&["check"]).ends_with(1);
            repo.git_with_tool(&["commit", "-qm", "bad"]).ends_with(1);
            repo.write("alembic/versions/b2.py", good("b2"));
            repo.git(&["add", "-A"]);
            repo.git_with_tool(&["commit", "-qm", "good"]).ends_with(0);
        }
    }
}

#[test]
fn what_went_around_is_said_though_it_cannot_be_written_down() {
    let repo = staged();
    let ledger = state(&repo).join("ledger.jsonl");
    for device in ["/dev/full", "/dev/zero"] {
        fs::remove_file(&ledger).ok();
        std::os::unix::fs::symlink(device, &ledger).unwrap();
        let said = repo.git_with_tool(&["commit", "-qn", "--allow-empty", "-m", "b"]).ends_with(0);
        assert!(said.stderr.contains("went around the gate: not-null"), "{}", said.stderr);
        assert!(said.stderr.contains("not on record"), "{}", said.stderr);
        repo.git(&["reset", "-q", "--soft", "HEAD~1"]);
        repo.tool(&["audit"]).ends_with(0);
    }
}

#[test]
fn a_report_that_cannot_be_written_is_no_pass() {
    let repo = staged();
    for arguments in ["check", "check --format json", "audit", "doctor"] {
        let ran = limited(&repo, "exec >/dev/full", arguments).ends_with(2);
        assert!(ran.stderr.contains("the report cannot be written"), "{}", ran.stderr);
    }
    limited(&repo, "exec >&-", "check").ends_with(1);
    limited(&repo, "exec 2>&-", "check").ends_with(1);
    limited(&repo, "exec 2>/dev/full", "hook pre-commit").ends_with(2);
}

#[test]
fn a_poor_shell_changes_no_verdict() {
    let repo = staged();
    let limits = [
        "ulimit -s 256",
        "ulimit -n 24",
        "ulimit -v 400000",
        "unset HOME",
        "LC_ALL=de_DE.ISO-8859-1; export LC_ALL",
        "TZ=Nowhere/Nothing; export TZ",
        "TMPDIR=/nowhere; export TMPDIR",
        "cd alembic/versions",
    ];
    for limit in limits {
        limited(&repo, limit, "check").ends_with(1);
        limited(&repo, limit, "hook pre-commit").ends_with(1);
    }
    let none = limited(&repo, "PATH=/nowhere; export PATH", "check");
    assert!(matches!(none.status, Some(1 | 2)), "{}", none.stderr);
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let repo = staged();
    let sleeping = repo.beside("bin");
    fs::create_dir_all(&sleeping).unwrap();
    // A git that takes its time, so that there is something to interrupt.
    let real = String::from_utf8(
        repo.command("sh").args(["-c", "command -v git"]).output().unwrap().stdout,
    )
    .unwrap();
    crate::common::write_hook(
        &sleeping.join("git"),
        &format!(
            "case \"$*\" in *write-tree*) touch '{}'; sleep 5;; esac; exec {} \"$@\"",
            repo.beside("begun").display(),
            real.trim()
        ),
    );
    let path = path_with_tool();
    let paths: Vec<PathBuf> =
        std::iter::once(sleeping).chain(std::env::split_paths(&path)).collect();
    for signal in ["INT", "TERM", "HUP"] {
        repo.git(&["add", "-A"]);
        fs::remove_file(repo.beside("begun")).ok();
        let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        command.arg("check").env("PATH", std::env::join_paths(&paths).unwrap());
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while !repo.beside("begun").exists() && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!left_behind(&repo).is_empty(), "there is nothing to leave behind");
        // As a terminal does it: to everybody in the foreground.
        let group = format!("-{}", child.id());
        repo.command("kill").args([&format!("-{signal}"), "--", &group]).status().unwrap();
        assert!(!child.wait().unwrap().success());
        assert_eq!(left_behind(&repo), Vec::<String>::new(), "{signal}");
    }
}

#[test]
fn two_at_once_and_one_that_is_killed_do_not_meet() {
    let repo = staged();
    let tool = || {
        let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        command.args(["hook", "pre-commit"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let mut killed = tool();
    let mut others: Vec<_> = (0..4).map(|_| tool()).collect();
    killed.kill().unwrap();
    killed.wait().unwrap();
    for other in &mut others {
        assert_eq!(other.wait().unwrap().code(), Some(1));
    }
    repo.tool(&["check"]).ends_with(1);
}

/// Runs the program where a folder of the repository cannot be written: root writes whatever its
/// permissions are, so that the folder is mounted again.
fn sealed(repo: &Repo, folder: &str, arguments: &str) -> Ran {
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let seal = format!(
        "mount --bind {folder} {folder} && mount -o remount,ro,bind {folder} && cd . && exec '{tool}' {arguments}"
    );
    Ran::of(repo.command("unshare").args(["-Urm", "sh", "-c", &seal]))
}

#[test]
fn a_git_directory_that_cannot_be_written_lets_nothing_through() {
    let repo = staged();
    let probe = repo.command("unshare").args(["-Urm", "true"]).status();
    if !probe.is_ok_and(|status| status.success()) {
        return;
    }
    // The tree of what is staged is known to git, or has to be written.
    for is_known in [false, true] {
        if is_known {
            repo.git(&["write-tree"]);
        }
        for arguments in ["check", "hook pre-commit"] {
            let ran = sealed(&repo, ".git", arguments);
            assert!(matches!(ran.status, Some(1 | 2)), "{arguments}: {}{}", ran.stdout, ran.stderr);
            assert!(!is_known || ran.status == Some(1), "{arguments}: {}", ran.stderr);
            assert!(ran.status == Some(1) || ran.stderr.contains("hint:"), "{}", ran.stderr);
        }
    }
    repo.write("alembic/versions/b2.py", good("b2"));
    repo.git(&["add", "-A"]);
    repo.git(&["write-tree"]);
    // What is passed cannot be noted, and is passed all the same.
    let ran = sealed(&repo, ".git", "hook pre-commit");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(left_behind(&repo), Vec::<String>::new());
}

#[test]
fn a_full_disk_lets_nothing_through_and_loses_nothing() {
    let repo = staged();
    // No file takes another byte, and the signal that says so is ignored.
    let full = "trap '' XFSZ; ulimit -f 0";
    for is_known in [false, true] {
        if is_known {
            repo.git(&["write-tree"]);
        }
        for arguments in ["check", "hook pre-commit", "check --format json"] {
            let ran = limited(&repo, full, arguments);
            assert!(matches!(ran.status, Some(1 | 2)), "{arguments}: {}{}", ran.stdout, ran.stderr);
            assert!(!is_known || ran.status == Some(1), "{arguments}: {}", ran.stderr);
        }
    }
    let said = repo.git_with_tool(&["commit", "-qnm", "around"]).ends_with(0);
    assert!(said.stderr.contains("went around the gate"), "{}", said.stderr);
    let ledger = fs::read(state(&repo).join("ledger.jsonl")).unwrap();
    repo.write("alembic/versions/c3.py", bad("c3").replace("\"a1\"", "\"b2\""));
    repo.git(&["add", "-A"]);
    limited(&repo, full, "hook post-commit");
    assert!(fs::read(state(&repo).join("ledger.jsonl")).unwrap().starts_with(&ledger));
    assert_eq!(left_behind(&repo), Vec::<String>::new());
}

#[test]
fn a_clock_that_goes_back_changes_no_verdict() {
    let repo = staged();
    repo.git_with_tool(&["commit", "-qm", "bad"]).ends_with(1);
    // Everything that a run left, and what is staged, comes from a time that is yet to be.
    for day in ["2100-01-01", "1980-01-01"] {
        repo.command("find").args([".", "-exec", "touch", "-d", day, "{}", ";"]).status().unwrap();
        repo.tool(&["check"]).ends_with(1);
        repo.git_with_tool(&["commit", "-qm", "bad"]).ends_with(1);
    }
    let mut commit = repo.command("git");
    commit.args(["commit", "-qnm", "from the future"]);
    commit.env("GIT_COMMITTER_DATE", "2090-01-01T00:00:00Z").env("PATH", path_with_tool());
    Ran::of(&mut commit).ends_with(0);
    repo.tool(&["audit", "--fail", "HEAD~1..HEAD"]).ends_with(1);
    repo.tool(&["check", "--from", "HEAD~1"]).ends_with(1);
}
