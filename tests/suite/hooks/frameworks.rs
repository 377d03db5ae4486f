//! The real pre-commit and prek.

use std::fs;

use crate::common::project::{bad, project};
use crate::common::{Ran, Repo, path_with_tool};
use crate::hooks::{NOT_NULL, Scene, with_server};

/// A project on a branch of its own whose hooks a framework runs, if that framework is here.
fn with_framework(framework: &str) -> Option<Scene> {
    let has_it = std::process::Command::new(framework)
        .arg("--version")
        .output()
        .is_ok_and(|ran| ran.status.success());
    if !has_it {
        assert!(
            std::env::var_os("SAFE_MIGRATION_TEST_ALL").is_none(),
            "`{framework}` is not on PATH"
        );
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
    let ids =
        ["safe-migration-system", "safe-migration-record-system", "safe-migration-push-system"];
    let ids: String = ids.iter().map(|id| format!("  - id: {id}\n")).collect();
    repo.write(
        ".pre-commit-config.yaml",
        format!("repos:\n- repo: {}\n  rev: {revision}\n  hooks:\n{ids}", hooks.root().display()),
    );
    repo.commit_all("framework");
    let stages =
        ["pre-commit", "pre-merge-commit", "pre-push", "post-commit", "post-merge", "post-rewrite"];
    let mut install = repo.command(framework);
    install
        .arg("install")
        .args(stages.iter().flat_map(|stage| ["-t", stage]))
        .env("PATH", path_with_tool());
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
        let server = with_server(&scene.repo);
        scene.repo.git_in(&server, &["update-ref", "-d", "refs/heads/work"]);
        scene.repo.git(&["fetch", "-q", "origin"]);
        scene.git(&["push", "-q", "origin", "work"]).ends_with(1);
        scene.git(&["push", "-q", "--no-verify", "origin", "work"]).ends_with(0);
    }
}
