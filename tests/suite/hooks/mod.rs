//! Every way that git offers into the history: which hooks ran, what was put on record, and what
//! `audit` says of it.

mod frameworks;
mod matrix;
mod push;
mod record;

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::project::{bad, good, project};
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

/// A repository on a branch `work` of its own, in which hooks that only note their names stood
/// before `install`.
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

    fn git_in(&self, folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.repo.command_in(folder, "git");
        Ran::of(
            command.args(arguments).env("PATH", path_with_tool()).envs(environment.iter().copied()),
        )
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

    /// The hooks that ran, in order.
    fn ran(&self) -> String {
        let text = fs::read_to_string(self.repo.root().join(".git/ran")).unwrap_or_default();
        text.lines().collect::<Vec<_>>().join(" ")
    }

    fn ledger(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.repo.root().join(".git/safe-migration/ledger.jsonl"))
            .unwrap_or_default();
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

fn audited(repo: &Repo, folder: &Path) -> String {
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let ran =
        Ran::of(repo.command_in(folder, tool).args(["audit", "main..HEAD", "--format", "json"]))
            .ends_with(0);
    let audit: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let standing =
        audit["violations"].as_array().unwrap().iter().filter(|one| one["mended"].is_null());
    let mut rules: Vec<String> =
        standing.map(|one| one["rule"].as_str().unwrap().to_owned()).collect();
    rules.dedup();
    rules.join(" ")
}

/// A bare clone that `work` can be pushed to, as the remote `origin`.
fn with_server(repo: &Repo) -> PathBuf {
    let server = repo.beside("server.git");
    repo.git(&["clone", "-q", "--bare", ".", server.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    server
}

/// What is said of a revision that is `bad`.
const NOT_NULL: &str = "not-null-without-default";
