//! What a run writes down about blobs in the git directory: the next one reads less and answers
//! the same, whatever has become of the file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use crate::common::Repo;
use crate::common::project::{project, revision};

/// How many revisions are committed.
const REVISIONS: usize = 40;

/// A history of many tables, on which a change of the first one is staged: rules ask the history
/// for it.
fn staged() -> Repo {
    let repo = project();
    for number in 2..=REVISIONS {
        let table = format!(
            r#"op.create_table("t{number}", sa.Column("id", sa.Integer, primary_key=True))"#
        );
        let back = format!(r#"op.drop_table("t{number}")"#);
        let parent = format!("a{}", number - 1);
        let text = revision(&format!("a{number}"), Some(&parent), &table, &back);
        repo.write(&format!("alembic/versions/a{number}.py"), text);
    }
    repo.commit_all("tables");
    let column = r#"op.add_column("users", sa.Column("email", sa.String(255), nullable=False))"#;
    let parent = format!("a{REVISIONS}");
    let bad = revision("bad", Some(&parent), column, r#"op.drop_column("users", "email")"#);
    repo.write("alembic/versions/bad.py", bad);
    repo.git(&["add", "-A"]);
    repo
}

fn file(repo: &Repo) -> PathBuf {
    repo.root().join(".git/safe-migration/blobs")
}

/// What is said of what is staged.
fn answer(repo: &Repo) -> String {
    repo.tool(&["check", "--format", "json"]).ends_with(1).stdout
}

/// Takes the objects of some revisions away; asked for, they would be missed.
fn lose(repo: &Repo, numbers: impl Iterator<Item = usize>) {
    for number in numbers {
        let id = repo.git(&["rev-parse", &format!("HEAD:alembic/versions/a{number}.py")]);
        let (folder, name) = id.split_at(2);
        fs::remove_file(repo.root().join(".git/objects").join(folder).join(name)).unwrap();
    }
}

#[test]
fn a_commit_reads_no_revision_that_an_earlier_run_has_read_and_that_it_does_not_ask_about() {
    let repo = staged();
    let first = answer(&repo);
    assert!(first.contains("\"not-null-without-default\""), "{first}");
    assert!(file(&repo).is_file());
    lose(&repo, 2..=REVISIONS);
    assert_eq!(answer(&repo), first);
    let graph = repo.tool(&["graph"]).ends_with(0).stdout;
    assert!(graph.contains("37 more"), "{graph}");
    fs::remove_file(file(&repo)).unwrap();
    let lost = repo.tool(&["check"]).ends_with(2);
    assert!(lost.stdout.contains("missing"), "{}{}", lost.stdout, lost.stderr);
}

#[test]
fn a_file_that_is_gone_torn_damaged_or_something_else_changes_no_answer() {
    let repo = staged();
    let first = answer(&repo);
    let whole = fs::read(file(&repo)).unwrap();
    let damaged = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        bytes
    };
    // The 17th byte begins the edition: what a program of another version has left.
    let contents = [
        Vec::new(),
        whole[..whole.len() / 2].to_vec(),
        damaged(0),
        damaged(8),
        damaged(16),
        damaged(28),
        damaged(40),
        damaged(whole.len() - 3),
        b"\xff".repeat(70_000),
        [whole.clone(), vec![0]].concat(),
    ];
    for content in contents {
        fs::write(file(&repo), content).unwrap();
        assert_eq!(answer(&repo), first);
        assert_eq!(fs::read(file(&repo)).unwrap(), whole, "it is written again");
    }
    fs::remove_file(file(&repo)).unwrap();
    fs::create_dir(file(&repo)).unwrap();
    assert_eq!(answer(&repo), first);
    fs::remove_dir(file(&repo)).unwrap();
    for device in ["/dev/zero", "/dev/full", "/nonexistent/blobs"] {
        std::os::unix::fs::symlink(device, file(&repo)).unwrap();
        assert_eq!(answer(&repo), first);
        assert_eq!(fs::read(file(&repo)).unwrap(), whole, "the link is replaced");
        fs::remove_file(file(&repo)).unwrap();
    }
}

#[test]
fn where_nothing_can_be_written_the_answer_is_the_same() {
    let repo = staged();
    let state = repo.root().join(".git/safe-migration");
    fs::write(&state, "a file in the place of the folder").unwrap();
    let first = answer(&repo);
    assert_eq!(answer(&repo), first);
    fs::remove_file(&state).unwrap();
    assert_eq!(answer(&repo), first);
    assert_eq!(fs::read_dir(&state).unwrap().count(), 1, "nothing is left but the file");
}

#[test]
fn few_new_revisions_are_read_and_many_are_written_down() {
    let repo = staged();
    let _first = answer(&repo);
    let whole = fs::read(file(&repo)).unwrap();
    let changed = |number: usize| {
        let path = format!("alembic/versions/a{number}.py");
        let text = fs::read_to_string(repo.root().join(&path)).unwrap();
        repo.write(&path, format!("{text}# {number}\n"));
    };
    (2..5).for_each(changed);
    repo.commit_all("few");
    repo.write("alembic/versions/bad.py", "");
    repo.git(&["add", "-A"]);
    repo.tool(&["check"]);
    assert_eq!(fs::read(file(&repo)).unwrap(), whole);
    (5..30).for_each(changed);
    repo.commit_all("many");
    repo.tool(&["check", "--all"]);
    assert!(fs::read(file(&repo)).unwrap().len() > whole.len());
}

#[test]
fn runs_at_the_same_time_and_work_trees_share_one_file() {
    let repo = staged();
    let tree = repo.beside("tree");
    repo.git(&["worktree", "add", "-q", tree.to_str().unwrap(), "HEAD"]);
    let first = answer(&repo);
    let whole = fs::read(file(&repo)).unwrap();
    fs::remove_file(file(&repo)).unwrap();
    fs::copy(repo.root().join("alembic/versions/bad.py"), tree.join("alembic/versions/bad.py"))
        .unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    let check = |folder: &Path| -> Child {
        let mut command = repo.command_in(folder, env!("CARGO_BIN_EXE_safe-migration"));
        command.args(["check", "--format", "json"]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let root = repo.root();
    let folders = [&root, &tree].into_iter().cycle().take(6);
    let running: Vec<Child> = folders.map(|folder| check(folder)).collect();
    // In the other work tree `main` is upstream.
    let findings = |said: &str| said.split("\"notices\"").next().unwrap().to_owned();
    for child in running {
        let said = child.wait_with_output().unwrap();
        assert_eq!(findings(&String::from_utf8_lossy(&said.stdout)), findings(&first));
    }
    assert_eq!(fs::read(file(&repo)).unwrap(), whole);
    lose(&repo, 2..=REVISIONS);
    let said = check(&tree).wait_with_output().unwrap();
    assert_eq!(findings(&String::from_utf8_lossy(&said.stdout)), findings(&first));
}

#[test]
fn two_commits_at_once_pass_and_are_refused_as_they_would_be_alone() {
    let repo = staged();
    repo.tool(&["install"]).ends_with(0);
    let tree = repo.beside("tree");
    repo.git(&["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap(), "HEAD"]);
    let good = revision(
        "good",
        Some(&format!("a{REVISIONS}")),
        r#"op.create_table("fine", sa.Column("id", sa.Integer, primary_key=True))"#,
        r#"op.drop_table("fine")"#,
    );
    fs::write(tree.join("alembic/versions/good.py"), good).unwrap();
    repo.git_in(&tree, &["add", "-A"]);
    let commit = |folder: &Path| {
        let mut command = repo.command_in(folder, "git");
        command.args(["commit", "-qm", "one"]).env("PATH", crate::common::path_with_tool());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let (mut bad, mut good) = (commit(&repo.root()), commit(&tree));
    assert_eq!(bad.wait().unwrap().code(), Some(1));
    assert_eq!(good.wait().unwrap().code(), Some(0));
    assert!(file(&repo).is_file());
}
