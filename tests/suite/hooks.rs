//! Every way that git offers into the history: which hooks ran, what was put on record, and what `audit` says of it.

use std::fs;
use std::path::PathBuf;

use crate::common::project::{bad, good, project, revision};
use crate::common::{Ran, Repo, path_with_tool, write_hook};

/// The hooks that are installed.
const HOOKS: [&str; 8] = [
    "pre-commit",
    "pre-merge-commit",
    "pre-applypatch",
    "post-commit",
    "post-merge",
    "post-applypatch",
    "post-rewrite",
    "pre-push",
];

/// A repository on a branch `work` of its own, in which hooks that only note their names stood before `install`.
struct Scene {
    repo: Repo,
}

impl Scene {
    fn new() -> Self {
        let repo = project();
        for hook in HOOKS {
            let note = format!("echo {hook} >>\"$(git rev-parse --git-common-dir)/ran\"");
            write_hook(&repo.root().join(".git/hooks").join(hook), &note);
        }
        repo.tool(&["install"]).ends_with(0);
        repo.git(&["checkout", "-q", "-b", "work"]);
        let scene = Scene { repo };
        scene.forget();
        scene
    }

    fn forget(&self) {
        let _nothing_ran = fs::remove_file(self.repo.root().join(".git/ran"));
    }

    /// Runs git with safe-migration at hand.
    fn git(&self, arguments: &[&str]) -> Ran {
        self.git_in(&self.repo.root(), arguments, &[])
    }

    fn git_in(&self, folder: &std::path::Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.repo.command_in(folder, "git");
        Ran::of(command.args(arguments).env("PATH", path_with_tool()).envs(environment.iter().copied()))
    }

    /// Runs an interactive rebase whose list of things to do is edited by `sed`.
    fn rebase(&self, sed: &str, arguments: &[&str]) -> Ran {
        let list = format!("sed -i -e '{sed}'");
        // A message that stays as it was may leave the commit as it was, to the second.
        let message = "sed -i -e '1s/^/edited /'";
        let environment = [("GIT_SEQUENCE_EDITOR", list.as_str()), ("GIT_EDITOR", message)];
        self.git_in(&self.repo.root(), &[&["rebase", "-q", "-i"], arguments].concat(), &environment)
    }

    fn write(&self, id: &str, text: String) {
        self.repo.write(&format!("alembic/versions/{id}.py"), text);
        self.repo.git(&["add", "-A"]);
    }

    /// Stages a revision that every rule lets through.
    fn good(&self, id: &str) {
        self.write(id, good(id).replace("email", id));
    }

    /// Stages a revision that fails when it is deployed.
    fn bad(&self, id: &str) {
        self.write(id, bad(id).replace("email", id));
    }

    /// Stages something that concerns no migration.
    fn other(&self, name: &str) {
        self.repo.write(name, name);
        self.repo.git(&["add", "-A"]);
    }

    /// Commits what is staged, with the gate.
    fn commit(&self) {
        self.git(&["commit", "-q", "-m", "gated"]).ends_with(0);
    }

    /// Commits what is staged so that no hook sees it.
    fn sneak(&self) {
        self.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "unseen"]).ends_with(0);
    }

    /// A branch of `main` with a bad revision that no hook has seen; `work` is checked out again.
    fn unseen_branch(&self, name: &str) {
        self.repo.git(&["checkout", "-q", "-b", name, "main"]);
        self.bad("b2");
        self.sneak();
        self.repo.git(&["checkout", "-q", "work"]);
    }

    /// The hooks that ran, in order.
    fn ran(&self) -> String {
        let text = fs::read_to_string(self.repo.root().join(".git/ran")).unwrap_or_default();
        text.lines().collect::<Vec<_>>().join(" ")
    }

    fn ledger(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.repo.root().join(".git/safe-migration/ledger.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What is on record, without which commit became which: `bypass!` where it violates.
    fn recorded(&self) -> String {
        let entries = self.ledger().into_iter().filter(|line| line["commit"].is_string());
        let words = entries.map(|line| {
            let mark = if line["violates"] == true { "!" } else { "" };
            format!("{}{mark}", line["class"].as_str().unwrap())
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// The rules that `audit` says HEAD has been let through with.
    fn audited(&self) -> String {
        audited(&self.repo, &self.repo.root())
    }
}

fn audited(repo: &Repo, folder: &std::path::Path) -> String {
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let ran = Ran::of(repo.command_in(folder, tool).args(["audit", "main..HEAD", "--format", "json"])).ends_with(0);
    let audit: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let standing = audit["violations"].as_array().unwrap().iter().filter(|one| one["mended"].is_null());
    let mut rules: Vec<String> = standing.map(|one| one["rule"].as_str().unwrap().to_owned()).collect();
    rules.dedup();
    rules.join(" ")
}

/// An operation; the hooks that run; what is on record; what `audit` says.
type Row = (&'static str, fn(&Scene), &'static str, &'static str, &'static str);

const NOT_NULL: &str = "not-null-without-default";

fn holds(rows: &[Row]) {
    let mut wrong = Vec::new();
    for (name, operation, hooks, recorded, audited) in rows {
        let scene = Scene::new();
        operation(&scene);
        let found = [scene.ran(), scene.recorded(), scene.audited()];
        if found != [*hooks, *recorded, *audited] {
            wrong.push(format!("{name}:\n  found {found:?}\n  not   {:?}", [hooks, recorded, audited]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn commits_are_gated_and_no_verify_is_put_on_record() {
    holds(&[
        (
            "commit",
            |s| {
                s.good("b2");
                s.commit()
            },
            "pre-commit post-commit",
            "",
            "",
        ),
        (
            "commit -p, refused",
            |s| {
                s.bad("b2");
                s.repo.git(&["reset", "-q"]);
                s.repo.git(&["add", "-N", "."]);
                let all_hunks = "yes | git commit -q -p -m x";
                Ran::of(s.repo.command("sh").args(["-c", all_hunks]).env("PATH", path_with_tool())).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "commit, refused",
            |s| {
                s.bad("b2");
                s.git(&["commit", "-q", "-m", "x"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "commit -a",
            |s| {
                s.good("b2");
                s.commit();
                s.forget();
                s.repo.write("alembic/versions/b2.py", bad("b2"));
                s.git(&["commit", "-q", "-a", "-m", "x"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "commit PATH",
            |s| {
                s.bad("b2");
                s.git(&["commit", "-q", "alembic/versions/b2.py", "-m", "x"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "commit --allow-empty",
            |s| {
                s.git(&["commit", "-q", "--allow-empty", "-m", "x"]).ends_with(0);
            },
            "pre-commit post-commit",
            "",
            "",
        ),
        (
            "commit --fixup",
            |s| {
                s.good("b2");
                s.git(&["commit", "-q", "--fixup", "HEAD"]).ends_with(0);
            },
            "pre-commit post-commit",
            "",
            "",
        ),
        (
            "commit --no-verify",
            |s| {
                s.bad("b2");
                let told = s.git(&["commit", "-q", "--no-verify", "-m", "x"]).ends_with(0).stderr;
                assert_eq!(told.lines().count(), 2, "{told}");
                assert!(
                    told.contains("went around the gate: not-null-without-default in alembic/versions/b2.py:10"),
                    "{told}"
                );
            },
            "post-commit",
            "bypass!",
            NOT_NULL,
        ),
        (
            "commit -n of something sound",
            |s| {
                s.good("b2");
                let told = s.git(&["commit", "-q", "-nm", "x"]).ends_with(0).stderr;
                assert_eq!(told, "");
            },
            "post-commit",
            "bypass",
            "",
        ),
        (
            "commit -n of no migration",
            |s| {
                s.other("a.txt");
                s.git(&["commit", "-q", "-nm", "x"]).ends_with(0);
                assert!(!s.repo.root().join(".git/safe-migration/ledger.jsonl").exists());
            },
            "post-commit",
            "",
            "",
        ),
        (
            "commit -n after a refusal",
            |s| {
                s.bad("b2");
                s.git(&["commit", "-q", "-m", "x"]).ends_with(1);
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
            },
            "pre-commit post-commit",
            "bypass after failure!",
            NOT_NULL,
        ),
        (
            "a gate that passed, and a message that was never written",
            |s| {
                s.good("b2");
                s.git_in(&s.repo.root(), &["commit", "-q"], &[("GIT_EDITOR", "false")]).ends_with(1);
                s.bad("b2");
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
            },
            "pre-commit post-commit",
            "bypass!",
            NOT_NULL,
        ),
        (
            "amend",
            |s| {
                s.good("b2");
                s.commit();
                s.forget();
                s.bad("b2");
                s.git(&["commit", "-q", "--amend", "--no-edit"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "amend of the message",
            |s| {
                s.good("b2");
                s.commit();
                s.forget();
                s.git(&["commit", "-q", "--amend", "-m", "y"]).ends_with(0);
            },
            "pre-commit post-commit post-rewrite",
            "",
            "",
        ),
        (
            "amend -n",
            |s| {
                s.good("b2");
                s.commit();
                s.forget();
                s.bad("b2");
                s.git(&["commit", "-q", "-n", "--amend", "--no-edit"]).ends_with(0);
            },
            "post-commit post-rewrite",
            "bypass!",
            NOT_NULL,
        ),
        (
            "amend of the message of a bypass: told once, on record twice",
            |s| {
                s.bad("b2");
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
                s.forget();
                let told = s.git(&["commit", "-q", "--amend", "-m", "y"]).ends_with(0).stderr;
                assert_eq!(told, "");
            },
            "pre-commit post-commit post-rewrite",
            "bypass!, bypass!",
            NOT_NULL,
        ),
        (
            "amend that mends a bypass",
            |s| {
                s.bad("b2");
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
                s.forget();
                s.good("b2");
                s.git(&["commit", "-q", "--amend", "--no-edit"]).ends_with(0);
            },
            "pre-commit post-commit post-rewrite",
            "bypass!",
            "",
        ),
    ]);
}

#[test]
fn merges_are_gated_and_fast_forwards_are_put_on_record() {
    holds(&[
        (
            "merge",
            |s| {
                s.good("c3");
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.other("a.txt");
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "work", "-m", "x"]).ends_with(0);
            },
            "pre-merge-commit post-merge",
            "",
            "",
        ),
        (
            "merge, refused",
            |s| {
                s.good("c3");
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.good("d4");
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "work", "-m", "x"]).ends_with(1);
            },
            "pre-merge-commit",
            "",
            "",
        ),
        (
            "merge --no-verify",
            |s| {
                s.good("c3");
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.good("d4");
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "--no-verify", "work", "-m", "x"]).ends_with(0);
            },
            "post-merge",
            "bypass!",
            "multiple-heads",
        ),
        (
            "merge --no-ff --no-verify of a bad branch that no hook has seen",
            |s| {
                s.unseen_branch("topic");
                s.git(&["merge", "-q", "--no-ff", "--no-verify", "topic", "-m", "x"]).ends_with(0);
            },
            "post-merge",
            "ungated:merge!",
            NOT_NULL,
        ),
        (
            "merge, fast-forward",
            |s| {
                s.unseen_branch("topic");
                s.git(&["merge", "-q", "topic"]).ends_with(0);
            },
            "post-merge",
            "ungated:merge!",
            NOT_NULL,
        ),
        (
            "merge --squash, then commit",
            |s| {
                s.unseen_branch("topic");
                s.git(&["merge", "-q", "--squash", "topic"]).ends_with(0);
                s.git(&["commit", "-q", "-m", "x"]).ends_with(1);
            },
            "post-merge pre-commit",
            "",
            "",
        ),
        (
            "merge --squash, then commit -n",
            |s| {
                s.unseen_branch("topic");
                s.git(&["merge", "-q", "--squash", "topic"]).ends_with(0);
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
            },
            "post-merge post-commit",
            "bypass!",
            NOT_NULL,
        ),
        (
            "merge --no-commit, then commit",
            |s| {
                s.good("c3");
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.good("d4");
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "--no-commit", "work"]).ends_with(0);
                s.git(&["commit", "-q", "-m", "x"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "merge --no-commit, then commit -n",
            |s| {
                s.good("c3");
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.good("d4");
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "--no-commit", "work"]).ends_with(0);
                s.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
            },
            "post-commit",
            "bypass!",
            "multiple-heads",
        ),
        (
            "merge in conflict, then merge --continue",
            |s| {
                s.good("c3");
                s.repo.write("a.txt", "one");
                s.repo.git(&["add", "-A"]);
                s.commit();
                s.repo.git(&["checkout", "-q", "-b", "topic", "main"]);
                s.repo.write("a.txt", "two");
                s.repo.git(&["add", "-A"]);
                s.commit();
                s.forget();
                s.git(&["merge", "-q", "work"]).ends_with(1);
                s.other("a.txt");
                s.bad("d4");
                s.git(&["merge", "--continue"]).ends_with(1);
                s.repo.git(&["rm", "-q", "-f", "alembic/versions/d4.py"]);
                s.git(&["merge", "--continue"]).ends_with(0);
            },
            "pre-commit pre-commit post-commit",
            "",
            "",
        ),
    ]);
}

/// Two commits on `work`, the second one with a revision; `main` has moved on since.
fn diverged(scene: &Scene, stage: fn(&Scene)) {
    scene.other("a.txt");
    scene.commit();
    stage(scene);
    scene.sneak();
    scene.repo.git(&["checkout", "-q", "main"]);
    scene.other("main.txt");
    scene.sneak();
    scene.repo.git(&["checkout", "-q", "work"]);
    scene.forget();
}

#[test]
fn rebases_ask_no_gate_and_are_put_on_record() {
    holds(&[
        (
            "rebase",
            |s| {
                diverged(s, |s| s.bad("b2"));
                s.git(&["rebase", "-q", "main"]).ends_with(0);
            },
            "post-commit post-commit post-rewrite",
            "ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase of what is sound and was gated",
            |s| {
                s.good("b2");
                s.commit();
                s.repo.git(&["checkout", "-q", "main"]);
                s.other("main.txt");
                s.sneak();
                s.repo.git(&["checkout", "-q", "work"]);
                s.forget();
                s.git(&["rebase", "-q", "main"]).ends_with(0);
            },
            "post-commit post-rewrite",
            "",
            "",
        ),
        (
            "rebase --no-verify",
            |s| {
                diverged(s, |s| s.bad("b2"));
                s.git(&["rebase", "-q", "--no-verify", "main"]).ends_with(0);
            },
            "post-commit post-commit post-rewrite",
            "ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase -i, reword",
            |s| {
                diverged(s, |s| s.bad("b2"));
                s.rebase("2s/^pick/reword/", &["main"]).ends_with(0);
            },
            "post-commit post-commit pre-commit post-commit post-rewrite post-rewrite",
            "ungated:rebase!, ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase -i, squash",
            |s| {
                diverged(s, |s| s.bad("b2"));
                s.rebase("2s/^pick/squash/", &["main"]).ends_with(0);
            },
            "post-commit post-commit post-rewrite post-rewrite",
            "ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase -i, fixup",
            |s| {
                diverged(s, |s| s.bad("b2"));
                s.rebase("2s/^pick/fixup/", &["main"]).ends_with(0);
            },
            "post-commit post-commit post-rewrite post-rewrite",
            "ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase -i, edit, commit --amend",
            |s| {
                diverged(s, |s| s.good("b2"));
                s.rebase("2s/^pick/edit/", &["main"]).ends_with(0);
                s.forget();
                s.bad("b2");
                s.git(&["commit", "-q", "--amend", "--no-edit"]).ends_with(1);
                s.good("b2");
                s.git(&["rebase", "--continue"]).ends_with(0);
            },
            "pre-commit post-rewrite",
            "ungated:rebase",
            "",
        ),
        (
            "rebase -i, edit, something bad staged, rebase --continue",
            |s| {
                diverged(s, |s| s.good("b2"));
                s.rebase("2s/^pick/edit/", &["main"]).ends_with(0);
                s.forget();
                s.bad("b2");
                s.git(&["rebase", "--continue"]).ends_with(0);
            },
            "post-commit post-rewrite post-rewrite",
            "ungated:rebase, ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase in conflict, resolved badly, rebase --continue",
            |s| {
                s.repo.write("a.txt", "work");
                s.good("b2");
                s.commit();
                s.repo.git(&["checkout", "-q", "main"]);
                s.repo.write("a.txt", "main");
                s.repo.git(&["add", "-A"]);
                s.sneak();
                s.repo.git(&["checkout", "-q", "work"]);
                s.forget();
                s.git(&["rebase", "-q", "main"]).ends_with(1);
                s.other("a.txt");
                s.bad("b2");
                s.git(&["rebase", "--continue"]).ends_with(0);
            },
            "post-commit post-rewrite",
            "ungated:rebase!",
            NOT_NULL,
        ),
        (
            "rebase --apply",
            |s| {
                s.good("b2");
                s.commit();
                s.repo.git(&["checkout", "-q", "main"]);
                s.other("main.txt");
                s.sneak();
                s.repo.git(&["checkout", "-q", "work"]);
                s.forget();
                s.git(&["rebase", "-q", "--apply", "main"]).ends_with(0);
            },
            "pre-applypatch post-applypatch post-rewrite",
            "",
            "",
        ),
        (
            "rebase --apply, refused",
            |s| {
                diverged(s, |s| s.bad("b2"));
                assert_ne!(s.git(&["rebase", "-q", "--apply", "main"]).status, Some(0));
            },
            "pre-applypatch post-applypatch pre-applypatch",
            "",
            "",
        ),
    ]);
}

/// Writes the last commit of `work` as a patch and takes it back.
fn patch(scene: &Scene) -> String {
    let patch = scene.repo.beside("0001.patch");
    fs::write(&patch, scene.repo.git(&["format-patch", "-1", "--stdout"]) + "\n").unwrap();
    scene.repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    scene.forget();
    patch.to_str().unwrap().to_owned()
}

#[test]
fn patches_and_picks_are_gated_or_put_on_record() {
    holds(&[
        (
            "am",
            |s| {
                s.good("b2");
                s.sneak();
                let patch = patch(s);
                s.git(&["am", "-q", &patch]).ends_with(0);
            },
            "pre-applypatch post-applypatch",
            "",
            "",
        ),
        (
            "am, refused",
            |s| {
                s.bad("b2");
                s.sneak();
                let patch = patch(s);
                assert_ne!(s.git(&["am", "-q", &patch]).status, Some(0));
            },
            "pre-applypatch",
            "",
            "",
        ),
        (
            "am --no-verify",
            |s| {
                s.bad("b2");
                s.sneak();
                let patch = patch(s);
                s.git(&["am", "-q", "--no-verify", &patch]).ends_with(0);
            },
            "post-applypatch",
            "bypass!",
            NOT_NULL,
        ),
        (
            "cherry-pick",
            |s| {
                s.unseen_branch("topic");
                s.git(&["cherry-pick", "topic"]).ends_with(0);
            },
            "post-commit",
            "ungated:cherry-pick!",
            NOT_NULL,
        ),
        (
            "cherry-pick --edit",
            |s| {
                s.unseen_branch("topic");
                s.git(&["cherry-pick", "--edit", "topic"]).ends_with(0);
            },
            "post-commit",
            "ungated:cherry-pick!",
            NOT_NULL,
        ),
        (
            "cherry-pick of a range",
            |s| {
                s.unseen_branch("topic");
                s.repo.git(&["checkout", "-q", "topic"]);
                s.other("a.txt");
                s.sneak();
                s.repo.git(&["checkout", "-q", "work"]);
                s.git(&["cherry-pick", "main..topic"]).ends_with(0);
            },
            "post-commit post-commit",
            "ungated:cherry-pick!",
            NOT_NULL,
        ),
        (
            "cherry-pick -n, then commit",
            |s| {
                s.unseen_branch("topic");
                s.git(&["cherry-pick", "-n", "topic"]).ends_with(0);
                s.git(&["commit", "-q", "-m", "x"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "cherry-pick in conflict, then --continue",
            |s| {
                s.repo.git(&["checkout", "-q", "-b", "topic"]);
                s.repo.write("a.txt", "topic");
                s.bad("b2");
                s.sneak();
                s.repo.git(&["checkout", "-q", "work"]);
                s.repo.write("a.txt", "work");
                s.repo.git(&["add", "-A"]);
                s.sneak();
                s.git(&["cherry-pick", "topic"]).ends_with(1);
                s.other("a.txt");
                s.git(&["cherry-pick", "--continue"]).ends_with(1);
            },
            "pre-commit",
            "",
            "",
        ),
        (
            "revert",
            |s| {
                s.bad("b2");
                s.sneak();
                s.good("b2");
                s.commit();
                s.forget();
                s.git(&["revert", "--no-edit", "HEAD"]).ends_with(0);
            },
            "post-commit",
            "ungated:revert!",
            NOT_NULL,
        ),
    ]);
}

#[test]
fn what_no_hook_sees_is_found_by_the_audit() {
    holds(&[
        (
            "-c core.hooksPath=/dev/null commit",
            |s| {
                s.bad("b2");
                s.sneak()
            },
            "",
            "",
            NOT_NULL,
        ),
        (
            "commit-tree and update-ref",
            |s| {
                s.bad("b2");
                let tree = s.repo.git(&["write-tree"]);
                let commit = s.repo.git(&["commit-tree", &tree, "-p", "HEAD", "-m", "x"]);
                s.git(&["update-ref", "refs/heads/work", &commit]).ends_with(0);
            },
            "",
            "",
            NOT_NULL,
        ),
        (
            "a program that commits without git",
            |s| {
                s.bad("b2");
                let repository = git2::Repository::open(s.repo.root()).unwrap();
                let who = git2::Signature::now("Eve", "eve@example.com").unwrap();
                let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
                let parent = repository.head().unwrap().peel_to_commit().unwrap();
                repository.commit(Some("HEAD"), &who, &who, "x", &tree, &[&parent]).unwrap();
            },
            "",
            "",
            NOT_NULL,
        ),
        (
            "a reset to what no hook has seen",
            |s| {
                s.unseen_branch("topic");
                s.git(&["reset", "-q", "--hard", "topic"]).ends_with(0);
            },
            "",
            "",
            NOT_NULL,
        ),
        (
            "a checkout of what no hook has seen",
            |s| {
                s.unseen_branch("topic");
                s.git(&["switch", "-q", "topic"]).ends_with(0);
            },
            "",
            "",
            NOT_NULL,
        ),
        (
            "stash, notes, gc, worktree add: nothing is committed to a branch",
            |s| {
                s.bad("b2");
                s.git(&["stash", "-q"]).ends_with(0);
                s.git(&["stash", "pop", "-q"]).ends_with(0);
                s.git(&["notes", "add", "-m", "x"]).ends_with(0);
                s.git(&["gc", "-q"]).ends_with(0);
                let beside = s.repo.beside("tree");
                s.git(&["worktree", "add", "-q", "--detach", beside.to_str().unwrap()]).ends_with(0);
            },
            "",
            "",
            "",
        ),
    ]);
}

#[test]
fn after_something_unseen_the_next_commit_that_concerns_migrations_is_judged_with_it() {
    let scene = Scene::new();
    scene.write("b2", good("b2").replace("\"a1\"", "\"nowhere\""));
    scene.sneak();
    scene.good("c3");
    scene.git(&["commit", "-q", "-m", "x"]).ends_with(1);
}

#[test]
fn linked_work_trees_share_the_ledger() {
    let scene = Scene::new();
    let tree = scene.repo.beside("tree");
    scene.git(&["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]).ends_with(0);
    fs::write(tree.join("alembic/versions/b2.py"), bad("b2")).unwrap();
    scene.git_in(&tree, &["add", "-A"], &[]).ends_with(0);
    scene.git_in(&tree, &["commit", "-q", "-m", "x"], &[]).ends_with(1);
    scene.git_in(&tree, &["commit", "-q", "-n", "-m", "x"], &[]).ends_with(0);
    assert_eq!(scene.recorded(), "bypass after failure!");
    assert_eq!(audited(&scene.repo, &tree), NOT_NULL);
    let doctor = scene.repo.tool(&["doctor"]).ends_with(0).stdout;
    assert!(doctor.contains(&format!("hooks of {}", tree.display())), "{doctor}");
}

#[test]
fn a_first_commit_past_the_gate_is_put_on_record() {
    let repo = Repo::new();
    repo.tool(&["install"]).ends_with(0);
    repo.write("alembic.ini", "[alembic]\nscript_location = alembic\n");
    repo.write("alembic/env.py", "from alembic import context\ncontext.run_migrations()\n");
    repo.write("alembic/versions/b2.py", good("b2").replace("\"a1\"", "\"nowhere\""));
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
    let scene = Scene { repo };
    assert_eq!(scene.recorded(), "bypass!");
}

#[test]
fn pulls_are_put_on_record_unless_the_remote_has_it_already() {
    let scene = Scene::new();
    let server = scene.repo.beside("server.git");
    scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    scene.repo.git(&["push", "-q", "--no-verify", "-u", "origin", "work"]);
    scene.bad("b2");
    scene.sneak();
    scene.git(&["push", "-q", "--no-verify"]).ends_with(0);
    scene.repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    scene.forget();
    scene.git(&["pull", "-q", "--ff-only"]).ends_with(0);
    assert_eq!((scene.ran().as_str(), scene.recorded().as_str()), ("post-merge", ""));
}

#[test]
fn a_push_is_judged_from_what_the_remote_has() {
    let scene = Scene::new();
    let server = scene.repo.beside("server.git");
    scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    scene.repo.git(&["fetch", "-q", "origin"]);
    scene.good("b2");
    scene.commit();
    scene.git(&["push", "-q", "origin", "work"]).ends_with(0);
    assert!(scene.ran().ends_with("pre-push"));
    scene.repo.git(&["checkout", "-q", "-b", "bad", "main"]);
    scene.bad("d4");
    scene.sneak();
    let refused = scene.git(&["push", "-q", "origin", "bad"]).ends_with(1);
    assert!(refused.stderr.contains(NOT_NULL) && refused.stderr.contains("push blocked"), "{}", refused.stderr);
    // Several branches at once, one of them new and bad.
    scene.git(&["push", "-q", "origin", "work:again", "bad:worse"]).ends_with(1);
    scene.git(&["push", "-q", "origin", "work:again", "main:same"]).ends_with(0);
    // Deletions, tags and what the remote has already are no news.
    scene.git(&["push", "-q", "origin", ":again"]).ends_with(0);
    scene.git(&["tag", "v1", "main"]).ends_with(0);
    scene.git(&["push", "-q", "origin", "v1"]).ends_with(0);
    scene.forget();
    scene.git(&["push", "-q", "--no-verify", "origin", "bad"]).ends_with(0);
    assert_eq!(scene.ran(), "");
    assert_eq!(scene.audited(), NOT_NULL);
}

#[test]
fn a_push_does_not_judge_what_upstream_has() {
    let scene = Scene::new();
    let server = scene.repo.beside("server.git");
    scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    scene.other("a.txt");
    scene.commit();
    scene.repo.git(&["push", "-q", "--no-verify", "origin", "work"]);
    scene.repo.git(&["checkout", "-q", "main"]);
    scene.bad("b2");
    scene.sneak();
    scene.repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    scene.repo.git(&["checkout", "-q", "work"]);
    scene.git(&["merge", "-q", "main", "-m", "x"]).ends_with(0);
    scene.git(&["push", "-q", "origin", "work"]).ends_with(0);
}

#[test]
fn a_server_refuses_what_hooks_elsewhere_let_through() {
    let scene = Scene::new();
    let server = scene.repo.beside("server.git");
    scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    scene.repo.git_in(&server, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let installed = Ran::of(scene.repo.command_in(&server, tool).arg("install")).ends_with(0);
    assert!(installed.stdout.starts_with("pre-receive"), "{}", installed.stdout);
    scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    scene.bad("b2");
    scene.sneak();
    let push = |arguments: &[&str]| scene.git(&[&["push", "-q", "--no-verify"], arguments].concat());
    let refused = push(&["origin", "work"]).ends_with(1);
    assert!(refused.stderr.contains("remote: ") && refused.stderr.contains(NOT_NULL), "{}", refused.stderr);
    push(&["origin", "work:main"]).ends_with(1);
    push(&["origin", "work:refs/heads/new"]).ends_with(1);
    assert_eq!(
        scene.repo.git_in(&server, &["for-each-ref", "--format=%(refname)"]),
        "refs/heads/main\nrefs/heads/work"
    );
    scene.good("b2");
    scene.git(&["commit", "-q", "--amend", "--no-edit"]).ends_with(0);
    push(&["-f", "origin", "work"]).ends_with(0);
    push(&["origin", "main:refs/heads/spare"]).ends_with(0);
    push(&["origin", ":spare"]).ends_with(0);
    let doctor = Ran::of(scene.repo.command_in(&server, tool).arg("doctor"));
    assert!(doctor.stdout.contains("pre-receive"), "{}\n{}", doctor.stdout, doctor.stderr);
    Ran::of(scene.repo.command_in(&server, tool).arg("uninstall")).ends_with(0);
    assert!(!server.join("hooks/pre-receive").exists());
}

#[test]
fn recording_never_disturbs() {
    let scene = Scene::new();
    let ledger = scene.repo.root().join(".git/safe-migration/ledger.jsonl");
    fs::create_dir_all(&ledger).unwrap();
    scene.bad("b2");
    let commit = scene.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
    assert!(commit.stderr.contains("not on record"), "{}", commit.stderr);
    for hook in ["post-commit", "post-merge", "post-applypatch", "post-rewrite", "post"] {
        scene.repo.tool(&["hook", hook]).ends_with(0);
    }
}

#[test]
fn without_its_program_the_recorder_is_silent_and_pre_push_blocks_what_looks_like_a_migration() {
    let scene = Scene::new();
    let server = scene.repo.beside("server.git");
    scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    fs::remove_file(scene.repo.root().join(".git/safe-migration/executable")).unwrap();
    let git = |arguments: &[&str]| Ran::of(scene.repo.command("git").args(arguments));
    scene.other("a.txt");
    assert!(!git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0).stderr.contains("safe-migration"));
    git(&["push", "-q", "origin", "work"]).ends_with(0);
    scene.bad("b2");
    git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
    let push = git(&["push", "-q", "origin", "work"]).ends_with(1);
    assert!(push.stderr.contains("cargo install"), "{}", push.stderr);
}

#[test]
fn hooks_that_were_there_are_fed_what_git_hands_over() {
    let repo = project();
    let hook = |name: &str| -> PathBuf { repo.root().join(".git/hooks").join(name) };
    for name in ["pre-push", "post-rewrite"] {
        write_hook(&hook(name), &format!("cat >\"$(git rev-parse --git-dir)/{name}.fed\""));
    }
    repo.tool(&["install"]).ends_with(0);
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    repo.write("a.txt", "a");
    repo.commit_all("a");
    repo.git_with_tool(&["commit", "-q", "--amend", "-m", "b"]).ends_with(0);
    repo.git_with_tool(&["push", "-q", "origin", "main"]).ends_with(0);
    let fed = |name: &str| fs::read_to_string(repo.root().join(".git").join(format!("{name}.fed"))).unwrap();
    assert!(fed("pre-push").starts_with("refs/heads/main "), "{}", fed("pre-push"));
    assert_eq!(fed("post-rewrite").split_whitespace().count(), 2);
}

#[test]
fn commits_at_once_leave_a_whole_ledger() {
    let scene = Scene::new();
    let trees: Vec<PathBuf> = (0..4).map(|number| scene.repo.beside(&format!("tree{number}"))).collect();
    for (number, tree) in trees.iter().enumerate() {
        scene.git(&["worktree", "add", "-q", "-b", &format!("b{number}"), tree.to_str().unwrap()]).ends_with(0);
    }
    std::thread::scope(|threads| {
        for (number, tree) in trees.iter().enumerate() {
            let scene = &scene;
            threads.spawn(move || {
                let id = format!("b{number}");
                let text = revision(&id, Some("a1"), "op.execute(\"DROP TABLE users\")", "pass");
                fs::write(tree.join(format!("alembic/versions/{id}.py")), text).unwrap();
                scene.git_in(tree, &["add", "-A"], &[]).ends_with(0);
                scene.git_in(tree, &["commit", "-q", "-n", "-m", "x"], &[]).ends_with(0);
            });
        }
    });
    assert_eq!(scene.recorded(), ["bypass!"; 4].join(", "));
}

/// A project on a branch of its own whose hooks a framework runs, if that framework is here.
fn with_framework(framework: &str) -> Option<Scene> {
    let has_it = std::process::Command::new(framework).arg("--version").output().is_ok_and(|ran| ran.status.success());
    if !has_it {
        assert!(std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(), "`{framework}` is not on PATH");
        return None;
    }
    let hooks = Repo::new();
    hooks.write(
        ".pre-commit-hooks.yaml",
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).unwrap(),
    );
    let revision = hooks.commit_all("hooks");
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let ids = ["safe-migration-system", "safe-migration-record-system", "safe-migration-push-system"];
    let ids: String = ids.iter().map(|id| format!("  - id: {id}\n")).collect();
    repo.write(
        ".pre-commit-config.yaml",
        format!("repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n{ids}", hooks.root().display()),
    );
    repo.commit_all("framework");
    let stages = ["pre-commit", "pre-merge-commit", "pre-push", "post-commit", "post-merge", "post-rewrite"];
    let mut install = repo.command(framework);
    install.arg("install").args(stages.iter().flat_map(|stage| ["-t", stage])).env("PATH", path_with_tool());
    Ran::of(&mut install).ends_with(0);
    // The framework makes its environment while the repository of the hooks is still there.
    repo.write("a.txt", "a");
    repo.git(&["add", "-A"]);
    repo.git_with_tool(&["commit", "-q", "-m", "a"]).ends_with(0);
    Some(Scene { repo })
}

#[test]
fn frameworks_gate_record_and_stand_before_a_push() {
    for framework in ["pre-commit", "prek"] {
        let Some(scene) = with_framework(framework) else { continue };
        scene.good("c3");
        scene.git(&["commit", "-q", "-m", "good"]).ends_with(0);
        assert_eq!(scene.recorded(), "", "{framework}");
        scene.write("b2", bad("b2").replace("\"a1\"", "\"c3\""));
        scene.git(&["commit", "-q", "-m", "x"]).ends_with(1);
        scene.git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
        assert_eq!(scene.recorded(), "bypass after failure!", "{framework}");
        // SKIP leaves out every stage of the hooks that it names; the audit finds what came in.
        scene.write("d4", bad("d4").replace("\"a1\"", "\"b2\"").replace("email", "fax"));
        let skip = [("SKIP", "safe-migration-system,safe-migration-record-system")];
        scene.git_in(&scene.repo.root(), &["commit", "-q", "-m", "x"], &skip).ends_with(0);
        assert_eq!(scene.recorded(), "bypass after failure!", "{framework}");
        assert_eq!(scene.audited(), NOT_NULL, "{framework}");
        let server = scene.repo.beside("server.git");
        scene.repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
        scene.repo.git_in(&server, &["update-ref", "-d", "refs/heads/work"]);
        scene.repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
        scene.repo.git(&["fetch", "-q", "origin"]);
        scene.git(&["push", "-q", "origin", "work"]).ends_with(1);
        scene.git(&["push", "-q", "--no-verify", "origin", "work"]).ends_with(0);
    }
}
