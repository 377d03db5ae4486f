//! Pulls, pushes, and a server that judges what is pushed to it.

use std::fs;
use std::path::PathBuf;

use crate::common::project::project;
use crate::common::{Ran, write_hook};
use crate::hooks::{NOT_NULL, Scene, with_server};

#[test]
fn pulls_are_put_on_record_unless_the_remote_has_it_already() {
    let scene = Scene::new();
    with_server(&scene.repo);
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
    with_server(&scene.repo);
    scene.repo.git(&["fetch", "-q", "origin"]);
    scene.good("b2");
    scene.commit();
    scene.git(&["push", "-q", "origin", "work"]).ends_with(0);
    assert!(scene.ran().ends_with("pre-push"));
    scene.repo.git(&["checkout", "-q", "-b", "bad", "main"]);
    scene.bad("d4");
    scene.sneak();
    let refused = scene.git(&["push", "-q", "origin", "bad"]).ends_with(1);
    assert!(
        refused.stderr.contains(NOT_NULL) && refused.stderr.contains("push blocked"),
        "{}",
        refused.stderr
    );
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
    with_server(&scene.repo);
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
    let server = with_server(&scene.repo);
    scene.repo.git_in(&server, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    let tool = env!("CARGO_BIN_EXE_safe-migration");
    let installed = Ran::of(scene.repo.command_in(&server, tool).arg("install")).ends_with(0);
    assert!(installed.stdout.starts_with("pre-receive"), "{}", installed.stdout);
    scene.bad("b2");
    scene.sneak();
    let push =
        |arguments: &[&str]| scene.git(&[&["push", "-q", "--no-verify"], arguments].concat());
    let refused = push(&["origin", "work"]).ends_with(1);
    assert!(
        refused.stderr.contains("remote: ") && refused.stderr.contains(NOT_NULL),
        "{}",
        refused.stderr
    );
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
fn hooks_that_were_there_are_fed_what_git_hands_over() {
    let repo = project();
    let hook = |name: &str| -> PathBuf { repo.root().join(".git/hooks").join(name) };
    for name in ["pre-push", "post-rewrite"] {
        write_hook(&hook(name), &format!("cat >\"$(git rev-parse --git-dir)/{name}.fed\""));
    }
    repo.tool(&["install"]).ends_with(0);
    with_server(&repo);
    repo.write("a.txt", "a");
    repo.commit_all("a");
    repo.git_with_tool(&["commit", "-q", "--amend", "-m", "b"]).ends_with(0);
    repo.git_with_tool(&["push", "-q", "origin", "main"]).ends_with(0);
    let fed = |name: &str| {
        fs::read_to_string(repo.root().join(".git").join(format!("{name}.fed"))).unwrap()
    };
    assert!(fed("pre-push").starts_with("refs/heads/main "), "{}", fed("pre-push"));
    assert_eq!(fed("post-rewrite").split_whitespace().count(), 2);
}

#[test]
fn without_its_program_the_recorder_is_silent_and_pre_push_blocks_what_looks_like_a_migration() {
    let scene = Scene::new();
    with_server(&scene.repo);
    // The note that says where the program is may be anything: a device has no end.
    let note = scene.repo.root().join(".git/safe-migration/executable");
    fs::remove_file(&note).unwrap();
    std::os::unix::fs::symlink("/dev/zero", note).unwrap();
    let git = |arguments: &[&str]| Ran::of(scene.repo.command("git").args(arguments));
    scene.other("a.txt");
    assert!(
        !git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0).stderr.contains("safe-migration")
    );
    git(&["push", "-q", "origin", "work"]).ends_with(0);
    scene.bad("b2");
    git(&["commit", "-q", "-n", "-m", "x"]).ends_with(0);
    let push = git(&["push", "-q", "origin", "work"]).ends_with(1);
    assert!(push.stderr.contains("cargo install"), "{}", push.stderr);
}
