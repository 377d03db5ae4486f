//! The ledger: shared by work trees, whole whatever happens at once, and never in anybody's way.

use std::fs;
use std::path::PathBuf;

use crate::common::Repo;
use crate::common::project::{bad, good, revision};
use crate::hooks::{NOT_NULL, Scene, audited};

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
fn commits_at_once_leave_a_whole_ledger() {
    let scene = Scene::new();
    let trees: Vec<PathBuf> =
        (0..4).map(|number| scene.repo.beside(&format!("tree{number}"))).collect();
    for (number, tree) in trees.iter().enumerate() {
        scene
            .git(&["worktree", "add", "-q", "-b", &format!("b{number}"), tree.to_str().unwrap()])
            .ends_with(0);
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
