//! `init`: what was found and what is proposed, on one screen; written only on request.

use crate::common::Repo;
use crate::common::project::{bad, project};

fn fresh() -> Repo {
    let repo = project();
    repo.git(&["rm", "-q", "safe-migration.toml"]);
    repo.commit_all("without settings");
    repo.write(".github/dependabot.yml", "version: 2\n");
    repo.commit_all("on GitHub");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo
}

#[test]
fn a_proposal_is_one_screen_and_writes_nothing() {
    let repo = fresh();
    let said = repo.tool(&["init"]).ends_with(0).stdout;
    for words in [
        "project alembic.ini",
        "PostgreSQL",
        "what comes after a1",
        "safe-migration.toml to be written",
        "start-after = [\"a1\"]",
        ".github/workflows/migrations.yml to be written",
        "next: safe-migration init --write",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(said.lines().count() <= 24, "{said}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let all = repo.tool(&["init", "--dry-run"]).ends_with(0).stdout;
    assert!(all.contains("actions/checkout"), "{all}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn what_is_proposed_is_written_on_request_and_works() {
    let repo = fresh();
    let said = repo.tool(&["init", "--write"]).ends_with(0).stdout;
    assert!(said.contains("next: git add safe-migration.toml"), "{said}");
    assert!(repo.root().join(".git/hooks/pre-commit").is_file());
    repo.git(&["add", "safe-migration.toml", ".github"]);
    repo.tool(&["check"]).ends_with(0);
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    assert!(repo.git_with_tool(&["commit", "-qm", "bad"]).status.is_none_or(|status| status != 0));
    // A second time there is nothing left to propose.
    let again = repo.tool(&["init"]).ends_with(0).stdout;
    assert!(again.contains("are in safe-migration.toml already"), "{again}");
}

#[test]
fn a_framework_keeps_its_configuration_and_is_told_what_to_paste() {
    let repo = fresh();
    repo.write(".pre-commit-config.yaml", "repos: []\n");
    repo.git(&["add", "-A"]);
    let said = repo.tool(&["init", "--write"]).ends_with(0).stdout;
    assert!(said.contains("paste into  .pre-commit-config.yaml"), "{said}");
    assert!(said.contains("| - repo: local") || said.contains("|   - repo: local"), "{said}");
    assert!(!repo.root().join(".git/hooks/pre-commit").exists());
}

#[test]
fn without_a_project_there_is_nothing_to_propose() {
    let ran = Repo::new().tool(&["init"]).ends_with(2);
    assert!(ran.stderr.contains("no Alembic project") && ran.stderr.contains("hint: "));
}
